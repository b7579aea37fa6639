"""The doors as they are now: what each controller said last, under its signature, and how long ago."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace

from card_registry.instant import DAY, HOUR
from card_registry.labels import alarm_label, door_state_label, label_of
from card_registry.statements import DoorView
from card_registry.words import ControllerId, Mode
from review import outside
from review.indonesian import day_text
from review.office import DoorSign, Office
from review.outside import Seen
from review.projection import is_weak, sentence
from review.store import occurrences
from review.store.occurrences import Listed
from review.store.transaction import reading

SILENT = 30_000
"""A controller not heard of for this long (milliseconds) is shown as silent."""


OLDER_STANDS = 7 * DAY
"""How long (milliseconds) the office shows that a controller's storage went back."""

DURESS = "duress"
DURESS_STANDS = 12 * HOUR
"""How long (milliseconds) the office shows that a door was opened under threat; the door never shows it."""


@dataclass(frozen=True, slots=True)
class DoorNow:
    """One door for screen and API; the fields after ``controller`` are None while it has said nothing."""

    id: str
    label: str
    controller: str
    state: str | None = None
    state_label: str = "Belum ada kabar"
    released: bool | None = None
    mode: str | None = None
    mode_label: str = ""
    staleness: str | None = None
    staleness_label: str = ""
    grants: int | None = None
    deny: int | None = None
    waiting: int | None = None
    alarms: tuple[str, ...] = ()
    age: int | None = None
    silent: bool = True


@dataclass(frozen=True, slots=True)
class EventNow:
    """One occurrence for screen and API; ``label`` says it in Indonesian."""

    id: int
    controller: str
    epoch: int
    seq: int
    kind: str
    at: int
    day: str
    day_text: str
    local: str
    quality: str
    door: str | None
    door_label: str
    granted: bool | None
    reason: str | None
    label: str
    weak: bool
    count: int
    card: str | None
    holder: str | None
    holder_name: str
    grant: str | None
    case: str | None


def doors_now(office: Office) -> tuple[DoorNow, ...]:
    """Give every door of the site."""
    seen, now = outside.statuses(office.ledger), office.clock()
    with reading(office.store) as connection:
        threatened = occurrences.under_duress(connection, now - DURESS_STANDS)
    told: dict[str, Collection[ControllerId]] = {
        "registry-restored": outside.awaited(office.registry),
        "storage-older": outside.fallen_back(office.ledger, now - OLDER_STANDS),
    }
    return tuple(
        _with_told(
            _with_duress(_door(sign, seen.get(ControllerId(sign.controller)), now), threatened.get(sign.id)),
            [alarm for alarm, about in told.items() if sign.controller in about],
        )
        for sign in office.doors
    )


def _with_told(door: DoorNow, told: Iterable[str]) -> DoorNow:
    """Put first what hub and signer tell of the door's controller."""
    return replace(door, alarms=(*map(alarm_label, told), *door.alarms))


def _with_duress(door: DoorNow, local: str | None) -> DoorNow:
    """Put what only the office may know before the alarms that the door itself told."""
    if local is None:
        return door
    said = f"{alarm_label(DURESS)} (pukul {local.replace(':', '.')})"
    return replace(door, alarms=(said, *door.alarms))


def _door(sign: DoorSign, seen: Seen | None, now: int) -> DoorNow:
    views = {} if seen is None else {view.id: view for view in seen.status.doors}
    view = views.get(sign.id)
    if seen is None or view is None:
        return DoorNow(sign.id, sign.label, sign.controller)
    return _told(sign, seen, view, max(0, now - seen.received))


def _told(sign: DoorSign, seen: Seen, view: DoorView, age: int) -> DoorNow:
    said = seen.status
    return DoorNow(
        sign.id,
        sign.label,
        sign.controller,
        view.state,
        door_state_label(view.state),
        view.released,
        view.mode,
        label_of(Mode(view.mode)) if view.mode in set(Mode) else view.mode,
        said.staleness.value,
        label_of(said.staleness),
        said.versions.grants,
        said.versions.deny,
        said.size - said.receipted,
        tuple(_alarm(alarm) for alarm in said.alarms),
        age,
        age > SILENT,
    )


def _alarm(standing: str) -> str:
    """Say a standing alarm, of which a status gives the name and what it is about."""
    name, _, about = standing.partition(" ")
    return f"{alarm_label(name)} ({about})" if about else alarm_label(name)


def event_now(office: Office, listed: Listed) -> EventNow:
    """Give one occurrence as people read it."""
    told = listed.occurrence
    facts, place = told.facts, told.place
    signs = {str(door.id): door.label for door in office.doors}
    return EventNow(
        listed.id,
        place.controller,
        place.epoch,
        place.seq,
        told.kind,
        told.at,
        told.day.isoformat(),
        day_text(told.day),
        told.local.replace(":", "."),
        told.quality,
        facts.door,
        signs.get(facts.door or "", facts.door or ""),
        facts.granted,
        facts.reason,
        sentence(told.kind, facts),
        is_weak(facts),
        facts.count,
        facts.card,
        facts.holder,
        listed.holder_name,
        facts.grant,
        facts.case,
    )
