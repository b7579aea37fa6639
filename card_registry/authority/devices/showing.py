"""An invitation as people hand it on: a code on the screen, a picture for print, a file, or the bare text."""

import io
import math
from pathlib import Path
from typing import Any

from card_registry import canonical
from card_registry.authority.keys import PRIVATE_MODE
from card_registry.durable import write_whole
from card_registry.errors import OperatorMistaken
from card_registry.instant import MINUTE
from card_registry.invitation import Invitation

SCALE = 6
"""How many dots wide one square of the printed code is."""


def code(invitation: Invitation) -> Any:  # noqa: ANN401 - segno has no types
    """Give the QR code; its text is the invitation file, byte for byte.

    Raises:
        OperatorMistaken: The QR library is not installed.
    """
    try:
        import segno  # noqa: PLC0415 - only who asks for a picture needs it
    except ImportError as error:
        message = "a QR code needs the extra 'documents'; install it, or use the file alone: --out FILE"
        raise OperatorMistaken(message) from error
    return segno.make(canonical.encode(invitation).decode(), error="l", micro=False)


def on_screen(invitation: Invitation) -> str:
    """Give the code in characters of a terminal."""
    drawn = io.StringIO()
    code(invitation).terminal(drawn, compact=True)
    return drawn.getvalue()


def write(invitation: Invitation, file: Path | None, picture: Path | None) -> None:
    """Write the invitation's file and its picture (SVG), for their owner alone."""
    if file is not None:
        write_whole(file, canonical.encode(invitation), PRIVATE_MODE)
    if picture is not None:
        drawn = io.BytesIO()
        code(invitation).save(drawn, kind="svg", scale=SCALE, light="#fff")
        write_whole(picture, drawn.getvalue(), PRIVATE_MODE)


def minutes_left(invitation: Invitation, now: int) -> int:
    """Give how long it is good, in whole minutes."""
    return math.ceil((invitation.ends - now) / MINUTE)
