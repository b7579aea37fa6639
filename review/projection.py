"""A ledger row as people's questions need it: who, which door, which answer, at which local time.

Ids stay ids: names are joined where a page is made, so that a name can be corrected or purged in one place.
``sentence`` says an occurrence in Indonesian.

Pure.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import assert_never
from zoneinfo import ZoneInfo

from card_registry.decision import Flag
from card_registry.errors import Malformed
from card_registry.journal.event import (
    Adopted,
    Alarmed,
    Body,
    Commissioned,
    CredentialBound,
    DoorChanged,
    Event,
    EventKind,
    Exited,
    ModeChanged,
    Ordered,
    Pruned,
    Refused,
    Started,
    Tapped,
    Unused,
    Witnessed,
    decode_body,
    decode_event,
)
from card_registry.labels import alarm_label, door_state_label, flag_label, label_of
from card_registry.words import PinResult, Reason, TimeQuality

UNREADABLE = "tidak-terbaca"
"""The kind of a row this program cannot read: a newer controller's, or a damaged store's."""

DROPPED = "dihapus menurut aturan"
"""What is told of a row whose bytes went by rule, where it is followed anew."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where the ledger keeps a row."""

    controller: str
    epoch: int
    seq: int


@dataclass(frozen=True, slots=True)
class Facts:
    """What a body tells: each field None where its kind does not speak of it."""

    door: str | None = None
    granted: bool | None = None
    reason: str | None = None
    tier: int | None = None
    card: str | None = None
    holder: str | None = None
    grant: str | None = None
    case: str | None = None
    count: int = 1
    detail: str = ""
    side: str | None = None


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One row for people: where it is in the ledger, what kind, when by the controller's clock, the facts."""

    place: Place
    kind: str
    at: int
    day: date
    local: str
    quality: str
    facts: Facts


def project(place: Place, data: bytes, zone: str) -> Occurrence:
    """Give the occurrence of one ledger row; one dropped or not to be read becomes one that says so."""
    if not data:
        return _unreadable(place, DROPPED, zone)
    try:
        event = decode_event(data)
        facts = facts_of(decode_body(event))
    except (Malformed, ValueError) as error:
        return _unreadable(place, str(error), zone)
    return _occurrence(place, event, facts, zone)


def _occurrence(place: Place, event: Event, facts: Facts, zone: str) -> Occurrence:
    day, local = local_time(event.at.wall, zone)
    return Occurrence(place, event.kind.value, event.at.wall, day, local, event.at.quality.value, facts)


def _unreadable(place: Place, why: str, zone: str) -> Occurrence:
    day, local = local_time(0, zone)
    return Occurrence(place, UNREADABLE, 0, day, local, TimeQuality.FLOOR.value, Facts(detail=why[:400]))


def local_time(at: int, zone: str) -> tuple[date, str]:
    """Give the day and the time of day at the site; a time beyond any calendar counts as the epoch."""
    try:
        moment = datetime.fromtimestamp(at / 1000, ZoneInfo(zone))
    except (OverflowError, OSError, ValueError):
        moment = datetime.fromtimestamp(0, ZoneInfo(zone))
    return moment.date(), f"{moment.hour:02}:{moment.minute:02}:{moment.second:02}"


def facts_of(body: Body) -> Facts:
    """Give what a body tells about door, card, holder and grant."""
    match body:
        case Tapped():
            return _tapped(body)
        case Exited():
            return Facts(door=body.door, count=body.count)
        case DoorChanged():
            return Facts(door=body.door, detail=body.state)
        case CredentialBound():
            return Facts(card=body.card, holder=body.holder, case=body.case, tier=int(body.tier))
        case Started():
            return Facts(detail=f"{body.program}: {body.cause}")
        case Adopted():
            return Facts(detail=f"izin versi {body.versions.grants}, larangan versi {body.versions.deny}")
        case Refused() | Alarmed():
            return _warned(body)
        case Commissioned() | Witnessed() | Pruned():
            return _kept(body)
        case Ordered() | ModeChanged() | Unused():
            return _commanded(body)
        case _:
            assert_never(body)


def _warned(body: Refused | Alarmed) -> Facts:
    match body:
        case Refused():
            return Facts(detail=f"{body.what}: {body.why}")
        case Alarmed():
            turn = "muncul" if body.raised else "reda"
            return Facts(detail=f"{alarm_label(body.alarm)} ({body.about}) {turn}")
        case _:
            assert_never(body)


def _kept(body: Commissioned | Witnessed | Pruned) -> Facts:
    match body:
        case Commissioned():
            return Facts(detail="lulus" if body.passed else "belum lulus")
        case Witnessed():
            return Facts(detail=f"{body.origin}: {body.size} catatan")
        case Pruned():
            return Facts(detail=f"periode {body.epoch}, sebelum catatan ke-{body.before}")
        case _:
            assert_never(body)


def _commanded(body: Ordered | ModeChanged | Unused) -> Facts:
    match body:
        case Ordered():
            return Facts(door=body.door, holder=body.holder, detail=label_of(body.order))
        case ModeChanged():
            return Facts(door=body.door, detail=label_of(body.mode))
        case Unused():
            return Facts(door=body.door, card=body.card, holder=body.holder)
        case _:
            assert_never(body)


def _tapped(body: Tapped) -> Facts:
    return Facts(
        door=body.door,
        granted=body.granted,
        reason=body.reason.value,
        tier=int(body.tier),
        card=body.card,
        holder=body.holder,
        grant=body.grant,
        count=body.count,
        detail=",".join(_flags(body)),
        side=body.side.value,
    )


def _flags(body: Tapped) -> tuple[str, ...]:
    """Give the flags of a tap; a PIN given under threat is told even where the door then said no."""
    threatened = body.circumstances.pin is PinResult.DURESS and Flag.DURESS not in body.flags
    return (*body.flags, Flag.DURESS) if threatened else body.flags


def sentence(kind: str, facts: Facts) -> str:
    """Say in Indonesian what happened; names of people and doors stand in columns beside it."""
    if kind == UNREADABLE:
        return f"Catatan tidak terbaca: {facts.detail}"
    word = EventKind(kind)
    match word:
        case EventKind.TAPPED:
            said = label_of(Reason(facts.reason)) if facts.reason else label_of(word)
            flags = [flag_label(name) for name in facts.detail.split(",") if name]
            return " · ".join([said, *flags])
        case EventKind.DOOR_CHANGED:
            return f"Pintu: {door_state_label(facts.detail)}"
        case EventKind.EXITED | EventKind.CREDENTIAL_BOUND | EventKind.UNUSED:
            return label_of(word)
        case (
            EventKind.STARTED
            | EventKind.ADOPTED
            | EventKind.REFUSED
            | EventKind.ALARMED
            | EventKind.ORDERED
            | EventKind.MODE_CHANGED
            | EventKind.COMMISSIONED
            | EventKind.WITNESSED
            | EventKind.PRUNED
        ):
            return f"{label_of(word)}: {facts.detail}"
        case _:
            assert_never(word)


def is_weak(facts: Facts) -> bool:
    """Say whether a grant approved by a session alone opened the door."""
    return Flag.WEAK.value in facts.detail.split(",")
