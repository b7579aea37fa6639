"""What a day brings to an office's door, by chance: who comes and goes, what breaks, which drills.

Rates are made up, and higher than an office would bear, so that a year meets everything often and at once.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from functools import partial
from random import Random

from card_registry.instant import DAY, HOUR, MINUTE, SECOND
from card_registry.words import Mode, OrderKind, ReaderId
from door_controller.simulator.script.words import (
    Denying,
    Filling,
    Input,
    Jumping,
    Keying,
    Linking,
    Moving,
    Ordering,
    Plug,
    Plugging,
    Power,
    Powering,
    Room,
    Syncing,
    Tapping,
)
from door_controller.simulator.virtual.hands import Made, Told, act
from door_controller.simulator.virtual.house import House

HOLIDAYS = frozenset({10, 44, 75, 88, 117, 121, 146, 150, 226, 229, 310, 354})
"""Days of the year, counted from its beginning, on which the office is closed."""

IN, OUT = ReaderId("masuk"), ReaderId("keluar")
ALARM_DUE_MS = 8 * SECOND
_WORKDAYS = 5


class Days:
    """Plans one day after the other into a house's agenda."""

    def __init__(
        self, house: House, chance: Random, done: Counter[str], wrong: list[str], denied: set[str]
    ) -> None:
        """Plan for ``house``: ``done`` counts actions, ``wrong`` takes complaints, ``denied`` gone cards."""
        self._house, self._chance, self._done, self._wrong, self._denied = house, chance, done, wrong, denied
        self._names = [name for name in house.cards if not name.startswith(("asing", "tamu", "darurat"))]
        self._guests = [name for name in house.cards if name.startswith("tamu")]
        self._strangers = [name for name in house.cards if name.startswith("asing")]
        self._hosts = [name for name in house.cards if name.startswith("staf")]

    def plan(self, day: int) -> None:
        """Plan a day: its people, its guests, its faults, its drills."""
        works = day % 7 < _WORKDAYS and day not in HOLIDAYS
        for _ in range(self._chance.randint(20, 40) if works else self._chance.randint(0, 3)):
            self._at(self._moment(), partial(self._pass_through, self._chance.choice(self._names)))
        for _ in range(self._chance.randint(0, 3) if works else 0):
            self._at(self._moment(), partial(self._visit, self._chance.choice(self._guests)))
        for fault, rate in self._faults():
            if self._chance.random() < rate:
                self._at(self._chance.randint(0, DAY - 3 * HOUR), fault)

    def _moment(self) -> int:
        """Draw a time of an office day (milliseconds since midnight)."""
        return min(DAY - HOUR, max(0, int(self._chance.gauss(12 * HOUR, 3 * HOUR))))

    def _at(self, moment: int, work: Callable[[], None]) -> None:
        self._house.later(max(0, moment - self._house.hours.of_day), work)

    def _after(self, ms: int, work: Callable[[], None]) -> None:
        self._house.later(ms, work)

    def _do(self, action: Told | Made) -> None:
        self._done[type(action).__name__.lower()] += 1
        act(self._house, action)

    def _later(self, ms: int, action: Told | Made) -> None:
        self._after(ms, partial(self._do, action))

    # People.

    def _pass_through(self, name: str) -> None:
        """Come in by card, stay, and go out by button or card."""
        if self._chance.random() < 0.03:  # noqa: PLR2004 - a rate
            name = self._chance.choice(self._strangers)
        self._do(Tapping(name, IN, proves=self._chance.random() < 0.99))  # noqa: PLR2004 - a rate
        self._after(self._chance.randint(400, 2_500), self._walk)
        stay = self._chance.randint(20 * SECOND, 40 * MINUTE)
        self._after(stay, self._press if self._chance.random() < 0.6 else partial(self._leave, name))  # noqa: PLR2004

    def _walk(self) -> None:
        """Open the leaf if it gives way, and close it behind oneself, mostly."""
        wires = next(iter(self._house.wires.values()))
        if not wires.passable or self._chance.random() < 0.02:  # noqa: PLR2004 - a rate: changed their mind
            return
        self._do(Moving(Input.CONTACT, active=True))
        slow = self._chance.random() < 0.02  # noqa: PLR2004 - a rate
        self._later(self._chance.randint(25_000, 60_000) if slow else self._chance.randint(900, 6_000),
                    Moving(Input.CONTACT, active=False))  # fmt: skip

    def _press(self) -> None:
        """Leave by the exit button, which must release at once; one that somebody holds is left."""
        house = self._house
        wires = next(iter(house.wires.values()))
        if wires.down:
            return
        self._do(Moving(Input.REX, active=True))
        if house.program is not None and not wires.driven:
            self._wrong.append(f"at {house.hours.now} ms: the exit button did not release")
        stuck = self._chance.random() < 0.003  # noqa: PLR2004 - a rate
        held = self._chance.randint(40_000, 90_000) if stuck else self._chance.randint(150, 1_500)
        self._later(held, Moving(Input.REX, active=False))
        self._after(self._chance.randint(400, 2_500), self._walk)

    def _leave(self, name: str) -> None:
        self._do(Tapping(name, OUT))
        self._after(self._chance.randint(400, 2_500), self._walk)

    def _visit(self, guest: str) -> None:
        """A guest and a host, in either order, and sometimes a guest alone."""
        self._do(Tapping(guest, IN))
        if self._chance.random() < 0.8:  # noqa: PLR2004 - a rate
            host = self._chance.choice(self._hosts)
            self._later(self._chance.randint(2_000, 40_000), Tapping(host, IN))
            self._after(self._chance.randint(42_000, 44_000), self._walk)
        self._after(self._chance.randint(5 * MINUTE, 60 * MINUTE), partial(self._leave, guest))

    # What breaks, and what is practised.

    def _faults(self) -> Sequence[tuple[Callable[[], None], float]]:
        """Give what may happen to a day, each with how often."""
        return (
            (self._break_reader, 0.05),
            (partial(self._spell, Input.BOLT), 0.02),
            (partial(self._spell, Input.TAMPER), 0.02),
            (partial(self._spell, Input.CABINET), 0.03),
            (partial(self._spell, Input.MAINS), 0.04),
            (partial(self._spell, Input.FIRE), 0.03),
            (self._force, 0.02),
            (self._cut_power, 0.03),
            (partial(self._do, Powering(Power.KILL)), 0.05),
            (self._lose_clock, 0.02),
            (self._lose_link, 0.03),
            (self._fill_disk, 0.02),
            (partial(self._drill, OrderKind.LOCKDOWN, Mode.LOCKDOWN), 0.03),
            (partial(self._drill, OrderKind.FREE, Mode.FREE), 0.02),
            (partial(self._do, Ordering(OrderKind.RELEASE)), 0.05),
            (self._take_away, 0.01),
            (partial(self._do, Tapping("darurat", IN)), 0.01),
            (partial(self._do, Keying(ReaderId("tombol"), "12*3#")), 0.05),
        )

    def _break_reader(self) -> None:
        """A reader is pulled or hangs; its alarm must stand within 8 s."""
        reader, what = self._chance.choice((IN, OUT)), self._chance.choice((Plug.UNPLUG, Plug.HANG))
        if self._house.plugs[reader] is not Plug.PLUG:
            return
        program = self._house.program
        self._do(Plugging(reader, what))

        def look() -> None:
            same = program is not None and self._house.program is program
            if same and program is not None and not program.alarms.stands("reader-failed", reader):
                self._wrong.append(
                    f"at {self._house.hours.now} ms: reader {reader} is silent without an alarm"
                )

        self._after(ALARM_DUE_MS, look)
        self._later(self._chance.randint(MINUTE, 3 * HOUR), Plugging(reader, Plug.PLUG))

    def _spell(self, input: Input) -> None:
        """An input is wrong for a while."""
        self._do(Moving(input, active=True))
        self._later(self._chance.randint(100, 2 * HOUR), Moving(input, active=False))

    def _force(self) -> None:
        self._do(Moving(Input.CONTACT, active=True))
        self._later(self._chance.randint(500, 5 * MINUTE), Moving(Input.CONTACT, active=False))

    def _cut_power(self) -> None:
        """Power goes; a lock that fails secure is locked without it."""
        self._do(Powering(Power.CUT))
        if any(wires.released for wires in self._house.wires.values()):
            self._wrong.append(f"at {self._house.hours.now} ms: a fail-secure lock is released without power")
        self._later(self._chance.randint(1 * SECOND, 2 * HOUR), Powering(Power.ON))

    def _lose_clock(self) -> None:
        self._do(Syncing(synced=False))
        self._do(Jumping(self._chance.randint(-400, 400) * DAY // 10))
        self._later(self._chance.randint(MINUTE, DAY), Syncing(synced=True))

    def _lose_link(self) -> None:
        self._do(Linking(up=False))
        self._later(self._chance.randint(HOUR, 4 * DAY), Linking(up=True))

    def _fill_disk(self) -> None:
        self._do(Filling(self._chance.choice((Room.FILLING, Room.RESERVE, Room.FULL))))
        self._later(self._chance.randint(MINUTE, 2 * HOUR), Filling(Room.FREE))

    def _drill(self, kind: OrderKind, mode: Mode) -> None:
        """A mode is ordered for a while; the door must have it."""
        program = self._house.program
        self._do(Ordering(kind))
        wanted = program is not None and self._house.linked and program.disk.state != "full"
        if wanted and any(latch.mode is not mode for latch in (program.latches.values() if program else ())):
            self._wrong.append(f"at {self._house.hours.now} ms: the door did not become {mode}")
        self._later(self._chance.randint(5 * MINUTE, 2 * HOUR), Ordering(OrderKind.NORMAL))

    def _take_away(self) -> None:
        """A card is lost; from when the door has seen the denial it never opens again."""
        name = self._chance.choice([name for name in self._names if name.startswith("pegawai")])
        if not self._house.linked or self._house.program is None:
            return
        self._do(Denying(name))
        self._denied.add(str(self._house.card(name).card))
