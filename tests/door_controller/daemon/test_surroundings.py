"""The cabinet's shell: reads, notes, and survives inputs that cannot be read."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from card_registry.journal.event import Alarmed, Body
from door_controller.cabinet import Sense
from door_controller.daemon.surroundings import LOOK_MS, SUPPLY_MS, Surroundings


@dataclass
class Closet:
    """Inputs set by hand, and what was noted."""

    seen: dict[Sense, bool] = field(default_factory=dict)
    broken: bool = False
    now: int = 0
    notes: list[Body] = field(default_factory=list)

    def read(self) -> Mapping[Sense, bool]:
        """Give the inputs, or fail as a dead board would."""
        if self.broken:
            raise OSError("no such line")
        return self.seen

    def around(self, alarm_file: Path | None = None) -> Surroundings:
        """Make what is tested."""
        return Surroundings("pengendali-1", self, self.notes.append, lambda: self.now, alarm_file)

    def said(self) -> list[tuple[str, bool]]:
        """Give the alarms that were noted."""
        return [(body.alarm, body.raised) for body in self.notes if isinstance(body, Alarmed)]


def run(around: Surroundings, closet: Closet, until: int) -> None:
    """Tick whenever it is due."""
    while (due := around.due()) <= until:
        closet.now = max(closet.now, due)
        around.tick(closet.now)


def test_fire_is_told_and_nothing_else_happens() -> None:
    """The sense stands, the alarm is noted; there is no lock here to move."""
    closet = Closet({Sense.FIRE: False, Sense.MAINS: False})
    around = closet.around()
    run(around, closet, 1_000)
    closet.seen[Sense.FIRE] = True
    run(around, closet, 2_000)

    assert closet.said() == [("fire", True)]


def test_an_edge_is_seen_without_waiting_for_the_next_look() -> None:
    """The lid opens and its edge calls: the count begins there."""
    closet = Closet({Sense.TAMPER: False})
    around = closet.around()
    run(around, closet, 1_000)
    closet.now, closet.seen[Sense.TAMPER] = 1_010, True
    around.look()
    closet.now = 1_110
    around.look()

    assert closet.said() == [("cabinet-open", True)]


def test_inputs_that_cannot_be_read_are_one_alarm() -> None:
    """Raised once, cleared once, and what stood before stands on."""
    closet = Closet({Sense.MAINS: True})
    around = closet.around()
    run(around, closet, 2_000)
    closet.broken = True
    run(around, closet, 4_000)
    closet.broken = False
    run(around, closet, 6_000)

    assert closet.said() == [("mains-lost", True), ("wires-failed", True), ("wires-failed", False)]


def test_the_supply_is_asked_as_often_as_the_kernel_asks(tmp_path: Path) -> None:
    """Low is an alarm at the next asking; an unreadable file says nothing; without inputs looks are rare."""
    file = tmp_path / "in0_lcrit_alarm"
    file.write_text("0\n")
    closet = Closet()
    around = closet.around(file)
    run(around, closet, SUPPLY_MS)
    assert around.due() > SUPPLY_MS + LOOK_MS
    file.write_text("1\n")
    run(around, closet, 2 * SUPPLY_MS)
    file.unlink()
    run(around, closet, 60_000)

    assert closet.said() == [("undervoltage", True)]
