"""Whether a controller's storage went back: its own signed statuses held against each other at first contact.

A card image put back makes a controller sign again what it signed before: the same numbers, older versions,
the same places in its journal. The last of these is found where rows are compared (``posting``); here are the
first two. Nothing is refused for it: the controller opens a new epoch itself, and people are told.

2026-11-21: a lower number under a later clock counts, although a clock that ran ahead and was put right can
look so once; a false alarm costs a look, a missed one hides a copy.

Pure.
"""

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
