"""Whether a controller's storage went back: its own signed statuses held against each other at first contact.

A card image put back makes a controller sign again what it signed before: the same numbers, older versions,
the same places in its journal. It may send such a row, which is found where rows are compared (``posting``);
or hear first how much the hub has, and then it begins a new epoch whose first row says so. Nothing is refused
for it; people are told.

2026-11-21: a lower number under a later clock counts, although a clock that ran ahead and was put right can
look so once; a false alarm costs a look, a missed one hides a copy.

Pure.
"""

from collections.abc import Callable

from card_registry.errors import Malformed
from card_registry.journal.event import Started, decode_body, decode_event
from card_registry.statements import Status

OLDER = "its storage is an older copy, or two devices use its key"
"""What every sentence about it says; the console looks for it."""


def fell_back(before: Status, now: Status) -> str:
    """Say what shows that ``now`` is signed by an older copy of what signed ``before``; empty: nothing."""
    if (now.epoch, now.number) <= (before.epoch, before.number):
        if now.at <= before.at:
            return ""
        return f"{now.controller} counts its statuses of epoch {now.epoch} anew: {OLDER}"
    shows, held = now.versions, before.versions
    if shows.root == held.root and 0 < shows.timestamp < held.timestamp:
        return f"{now.controller} decides by publication {shows.timestamp} and had {held.timestamp}: {OLDER}"
    return ""


def began_short(first: bytes, stored: Callable[[int], int]) -> str:
    """Say that an epoch was begun with fewer rows than are stored, as its first row tells; else nothing.

    ``stored`` gives the number of rows stored of an epoch. A journal that was damaged says so itself.
    """
    try:
        event = decode_event(first)
        body = decode_body(event)
    except Malformed:
        return ""
    if not isinstance(body, Started) or body.cause != "receipt" or body.previous is None:
        return ""
    had, kept = body.previous, stored(body.previous.epoch)
    if had.size >= kept:
        return ""
    return (
        f"{event.controller} began epoch {event.epoch} with {had.size} rows of epoch {had.epoch}, "
        f"and {kept} are stored: {OLDER}"
    )
