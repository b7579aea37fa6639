"""What happens at a controller's doors, day by day: who comes, what the door answers, how the leaf moves.

A visit is a tap, the leaf that opens and closes, and the way out by card or button; some taps are refused,
some cards unknown, some doors held open, and once in a long while one is forced. Answers are ``decide``'s.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from random import Random
from zoneinfo import ZoneInfo

from card_registry.circumstances import Circumstances
from card_registry.decision import Granted, Tap, decide
from card_registry.instant import DAY, HOUR, MINUTE, SECOND, Instant
from card_registry.journal.event import (
    Alarmed,
    Body,
    DoorChanged,
    Exited,
    Started,
    Tapped,
    Unused,
)
from card_registry.registry import Registry
from card_registry.words import (
    ControllerId,
    CredentialKind,
    DoorId,
    ReaderId,
    Side,
    Tier,
    TimeQuality,
)
from review.bench.town import BEGIN, DAYS, ZONE, Held, Town, doors_of

PER_VISIT = 5.35
"""Events of a visit, on the average."""

QUIET = 0.12
"""What a day off is beside a working day."""

WORKDAYS = 5
COMERS_DAYS = 20
STANDS = Circumstances()
READERS = {Side.IN: ReaderId("masuk"), Side.OUT: ReaderId("keluar")}

Told = tuple[int, Body]
"""An event and when it happened."""


def visits_a_day(events: int) -> float:
    """Give the visits of a working day at one controller by which five years come to so many events."""
    working = DAYS * (WORKDAYS + (7 - WORKDAYS) * QUIET) / 7
    return events / PER_VISIT / working / 10


@dataclass(slots=True)
class Life:
    """One controller's doors; ``rate`` is the visits of a working day."""

    town: Town
    controller: ControllerId
    rate: float
    registry: Registry = field(init=False)
    _names: dict[int, str] = field(init=False)
    _at_door: dict[DoorId, list[Held]] = field(init=False)

    def __post_init__(self) -> None:
        """Learn who may come."""
        self.registry = self.town.registry(self.controller)
        self._names = dict(self.town.names(self.controller))
        self._at_door = {door: [] for door in doors_of(self.controller)}
        for one in self.town.grants:
            for door in one.terms.doors:
                if door in self._at_door:
                    self._at_door[door].append(one)

    def days(self, span: range) -> Iterator[Told]:
        """Give what happens on some days, in order."""
        chance = Random(f"{self.controller} {span.start}")  # noqa: S311 - the same days in every run
        yield BEGIN + span.start * DAY + MINUTE, Started("akses-door", "start")
        for day in span:
            if day == span.start or day % COMERS_DAYS == 0:
                comers = self._comers(day)
            told = [
                one
                for at, door in self._comings(day, chance)
                for one in self._visit(at, door, comers, chance)
            ]
            told.sort(key=lambda one: one[0])
            yield from told

    def _comers(self, day: int) -> dict[DoorId, Sequence[Held]]:
        """Give whose right to each door lives about a day; now and then one comes too early or too late."""
        about = BEGIN + (day + COMERS_DAYS // 2) * DAY
        anybody = self.town.grants
        return {
            door: [one for one in held if one.lives(about)] or held or anybody
            for door, held in self._at_door.items()
        }

    def _comings(self, day: int, chance: Random) -> Iterator[tuple[int, DoorId]]:
        midnight = BEGIN + day * DAY
        works = datetime.fromtimestamp(midnight / 1000, ZoneInfo(ZONE)).weekday() < WORKDAYS
        expected = self.rate * (1 if works else QUIET)
        doors = list(self._at_door)
        for _ in range(int(expected) + (chance.random() < expected % 1)):
            night = chance.random() < 0.04  # noqa: PLR2004 - one of 25 comes at any hour
            of_day = (
                chance.random() * 23 * HOUR if night else chance.triangular(7 * HOUR, 17 * HOUR, 9.5 * HOUR)
            )
            yield midnight + int(of_day), chance.choice(doors)

    def _visit(
        self, at: int, door: DoorId, comers: Mapping[DoorId, Sequence[Held]], chance: Random
    ) -> Iterator[Told]:
        lot = chance.random()
        if lot < 0.0002:  # noqa: PLR2004 - one of five thousand
            yield at, DoorChanged(door, "forced", "contact")
            yield at + 8 * SECOND, DoorChanged(door, "closed", "contact")
            return
        if lot < 0.03:  # noqa: PLR2004 - a card that nobody knows, and its owner goes away
            yield at, self._tap(at, door, Side.IN, chance.randbytes(32).hex(), None)
            return
        stray = lot < 0.06  # noqa: PLR2004 - three of a hundred try a door that is not theirs
        held = chance.choice(comers[chance.choice(list(comers)) if stray else door])
        name = self._names[held.holder]
        tapped = self._tap(at, door, Side.IN, name, name)
        yield at, tapped
        if not tapped.granted:
            return
        if lot > 0.985:  # noqa: PLR2004 - changed their mind
            yield at + 5 * SECOND, Unused(door, Side.IN, 1, 0, tapped.card, tapped.holder)
            return
        yield from _leaf(at, door, held_open=lot > 0.98)  # noqa: PLR2004 - one of two hundred
        yield from self._out(
            at + int(min(chance.lognormvariate(2.8, 0.9), 600) * MINUTE) + MINUTE, door, name, chance
        )

    def _out(self, at: int, door: DoorId, name: str, chance: Random) -> Iterator[Told]:
        by_card = chance.random() < 0.6  # noqa: PLR2004 - the others press the button
        yield at, self._tap(at, door, Side.OUT, name, name) if by_card else Exited(door)
        yield from _leaf(at, door, held_open=False)

    def _tap(self, at: int, door: DoorId, side: Side, shown: str, match: str | None) -> Tapped:
        tap = Tap(door, READERS[side], side, CredentialKind.PKOC, Tier.PUBLIC_KEY, True, match, shown)  # noqa: FBT003 - by place
        now = Instant(at - 2 * SECOND, at + 2 * SECOND, TimeQuality.NTP)
        said = decide(self.registry, tap, STANDS, now)
        granted = isinstance(said, Granted)
        return Tapped(
            door,
            tap.reader,
            side,
            tap.kind,
            tap.tier,
            shown,
            granted,
            said.reason,
            STANDS,
            self.registry.versions,
            said.card,
            said.holder,
            said.grant if isinstance(said, Granted) else None,
            said.flags if isinstance(said, Granted) else (),
        )


def _leaf(at: int, door: DoorId, *, held_open: bool) -> Iterator[Told]:
    """Open and close a door; one that was held open alarms."""
    yield at + 1_400, DoorChanged(door, "open", "released")
    if held_open:
        yield at + 21 * SECOND, DoorChanged(door, "held", "time")
        yield at + 21 * SECOND, Alarmed("door-held", door, raised=True)
        yield at + 40 * SECOND, Alarmed("door-held", door, raised=False)
    yield at + (41 if held_open else 6) * SECOND, DoorChanged(door, "closed", "contact")
