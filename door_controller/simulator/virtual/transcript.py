"""What came of a script, a line each: what was done, what moved, what was written down, what was expected.

The same script and seed give the same lines, to the byte. Cards are named as the script names them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import assert_never

import msgspec

from card_registry.instant import DAY, HOUR, MINUTE, SECOND
from card_registry.journal.event import (
    Adopted,
    Alarmed,
    Body,
    Commissioned,
    CredentialBound,
    DoorChanged,
    Exited,
    ModeChanged,
    Ordered,
    Pruned,
    Refused,
    Started,
    Tapped,
    Unused,
    Witnessed,
)


class What(StrEnum):
    """What a line tells of."""

    DO = "do"
    RELAY = "relay"
    BOLT = "bolt"
    LIGHT = "light"
    POWER = "power"
    ROW = "row"
    EXPECT = "expect"
    LAW = "law"
    END = "end"


@dataclass(frozen=True, slots=True)
class Line:
    """One line: when (milliseconds since the beginning), what, how; ``failed`` where it should not be so."""

    at: int
    what: What
    text: str
    failed: bool = False

    def __str__(self) -> str:
        """Give it as text."""
        return f"{clock(self.at)}  {self.what:<6} {'FAILED: ' if self.failed else ''}{self.text}"

    def json(self) -> str:
        """Give it as one JSON object."""
        return msgspec.json.encode(self).decode()


def clock(ms: int) -> str:
    """Give a time since the beginning: days, hours, minutes, seconds."""
    days, rest = divmod(ms, DAY)
    return f"{days:3}d {rest // HOUR:02}:{rest // MINUTE % 60:02}:{rest // SECOND % 60:02}.{rest % SECOND:03}"


def say(body: Body, names: Mapping[str, str]) -> str:
    """Give a journal row in words; ``names`` gives cards and holders the script's names."""
    match body:
        case Tapped():
            return _tapped(body, names)
        case Exited(_, count):
            return f"exited{_times(count)}"
        case DoorChanged(_, state, cause):
            return f"door {state} ({cause})"
        case Alarmed(alarm, about, raised, detail):
            said = f" ({names.get(detail, detail)})" if detail else ""
            return f"alarm {alarm} {names.get(about, about)} {'raised' if raised else 'cleared'}{said}"
        case Ordered(_, order, number, _, _, holder):
            return f"ordered {order} (number {number}{', ' + names.get(holder, '?') if holder else ''})"
        case ModeChanged(_, mode, cause):
            return f"mode {mode} ({cause})"
        case Unused(_, _, epoch, seq, card):
            return f"unused {epoch}/{seq} {names.get(card or '', '?')}"
        case _:
            return _rare(body)


def _rare(
    body: Started | Adopted | Refused | CredentialBound | Commissioned | Witnessed | Pruned,
) -> str:
    match body:
        case Started(program, cause):
            return f"started {program}: {cause}"
        case Adopted(versions, staleness, credentials, denials):
            return (
                f"adopted grants {versions.grants}: {staleness}, {credentials} credentials, {denials} denials"
            )
        case Refused(what, why):
            return f"refused {what}: {why}"
        case CredentialBound() | Commissioned() | Witnessed() | Pruned():
            return type(body).__name__.lower()
        case _:
            assert_never(body)


def _tapped(body: Tapped, names: Mapping[str, str]) -> str:
    who = names.get(body.card or "", "someone")
    answer = "granted" if body.granted else "denied"
    flags = f" [{', '.join(body.flags)}]" if body.flags else ""
    return f"{answer} {who} at {body.reader}: {body.reason}{flags}{_times(body.count)}"


def _times(count: int) -> str:
    return "" if count == 1 else f" ×{count}"
