"""What every request needs: the office, the follower, the simulator's socket if there is one."""

import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

from fastapi import Depends, Request

from review.follow import Follower
from review.notices.rounds import Rounds
from review.office import Office


@dataclass(slots=True)
class Console:
    """One running console; ``stopping`` ends what waits on purpose: long polls and live streams.

    ``rounds`` is what it does by the clock.
    """

    office: Office
    follower: Follower
    simulator: Path | None = None
    stopping: threading.Event = field(default_factory=threading.Event)
    rounds: tuple[Rounds, ...] = ()


def console_of(request: Request) -> Console:
    """Give the console that serves a request."""
    console: Console = request.app.state.console
    return console


Here = Annotated[Console, Depends(console_of)]
"""A page's parameter: the console it belongs to."""
