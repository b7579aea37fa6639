"""How every long-running command of this package begins and ends.

``siap`` on stdout when ready, plain lines on stderr, exit 0 on SIGTERM or SIGINT. Whoever started us may go
away: a closed stdout or stderr stops nothing. What may be logged is decided where it is logged; no payload
is.
"""

import contextlib
import logging
import os
import signal
import sys
import traceback
from pathlib import Path
from types import FrameType
from typing import NoReturn

READY = "siap"


def start_logging() -> None:
    """Log to stderr, one plain line an entry; a broken stderr is nobody's problem."""
    logging.raiseExceptions = False
    logging.basicConfig(
        stream=sys.stderr, level=logging.INFO, format="%(asctime)s %(name)s %(levelname)s %(message)s"
    )
    for chatty in ("amqtt", "transitions", "websockets", "alembic", "tuf"):
        logging.getLogger(chatty).setLevel(logging.WARNING)


def end_on_signals() -> None:
    """Turn SIGTERM and SIGINT into ``SystemExit(0)``, so that every ``with`` block ends in order."""
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _end)


def _end(number: int, frame: FrameType | None) -> NoReturn:
    del number, frame
    raise SystemExit(0)


def told(error: Exception) -> str:
    """Name what nobody foresaw, and where, without its text: that could quote what a stranger sent."""
    frames = traceback.extract_tb(error.__traceback__)
    where = f" in {Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
    return f"{type(error).__name__}{where}"


def say_ready() -> None:
    """Print the one line a supervisor waits for."""
    with contextlib.suppress(OSError, ValueError):
        os.write(1, f"{READY}\n".encode())
