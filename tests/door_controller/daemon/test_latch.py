"""The latch: carries out what the machine says, and ends locked whatever fails beside it."""

from collections.abc import Callable
from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from card_registry.journal.event import Alarmed, Body, Exited, ModeChanged
from card_registry.words import DoorId, Mode, Reason
from door_controller import door as machine
from door_controller.daemon.latch import Latch
from door_controller.door import DoorState, Timing
from door_controller.panel import Indication

DOOR = DoorId("ruang-server")
FULL = Timing(release_ms=3_000, debounce_ms=0, contact=True, feedback=True, tamper=True)


@dataclass
class Rig:
    """Wires, lamp and listeners of one latch, each of which can be broken by name."""

    timing: Timing = FULL
    now: int = 10_000
    levels: dict[str, bool | None] = field(
        default_factory=lambda: {"pressed": False, "opened": False, "feedback": True, "tampered": False}
    )
    broken: set[str] = field(default_factory=set)
    said: list[object] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Make the latch."""
        self.latch = Latch(
            DoorState(DOOR, self.timing), self, self.note, lambda: self.now, self, self.settled
        )
        self.said.clear()

    def _do(self, name: str, said: object) -> None:
        if name in self.broken:
            raise OSError(name)
        self.said.append(said)

    def release(self) -> None:
        """Drive the lock to released."""
        self._do("release", "released")

    def lock(self) -> None:
        """Drive the lock to locked."""
        self._do("lock", "locked")

    def _read(self, name: str) -> bool | None:
        if name in self.broken:
            raise OSError(name)
        return self.levels[name]

    def opened(self) -> bool | None:
        """Give the contact."""
        return self._read("opened")

    def pressed(self) -> bool | None:
        """Give the exit button."""
        return self._read("pressed")

    def feedback(self) -> bool | None:
        """Give the lock's feedback."""
        return self._read("feedback")

    def tampered(self) -> bool | None:
        """Give the cover."""
        return self._read("tampered")

    def light(self, *, green: bool, red: bool, buzzer: bool) -> None:
        """Light nothing: the lamp does."""

    def watch(self, changed: Callable[[], None]) -> None:
        """Remember nothing."""

    def close(self) -> None:
        """Do nothing."""

    def signal(self, reason: Reason) -> None:
        """Remember what is shown."""
        self.said.append(reason)

    def stand(self, indication: Indication) -> None:
        """Remember what stands."""
        self.said.append(indication)

    def note(self, body: Body) -> None:
        """Remember what is noted."""
        self._do("note", body)

    def settled(self, end: machine.Used | machine.Unused) -> None:
        """Remember who passed."""
        self._do("settled", end)

    def alarms(self, alarm: str = "wires-failed") -> list[bool]:
        """Give whether an alarm was raised or cleared, each time."""
        return [body.raised for body in self.said if isinstance(body, Alarmed) and body.alarm == alarm]


@pytest.fixture
def rig() -> Rig:
    """A door with every input."""
    made = Rig()
    made.latch.look()
    made.said.clear()
    return made


def test_it_reads_every_input_that_the_door_has(rig: Rig) -> None:
    """Exit button, contact, feedback and cover, each as a level, the exit button first."""
    rig.levels |= {"pressed": True, "opened": True, "feedback": False, "tampered": True}
    rig.latch.look()

    assert rig.said[0] == "released"
    assert rig.alarms("door-tamper") == [True]
    assert (rig.latch.door.leaf.believed, rig.latch.door.bolt) == (True, False)


def test_an_input_that_the_door_has_not_is_not_asked() -> None:
    """A door without feedback, cover and contact has its exit button read and nothing else."""
    rig = Rig(Timing(contact=False))
    rig.broken |= {"opened", "feedback", "tampered"}
    rig.latch.look()

    assert rig.said == []


@pytest.mark.parametrize("name", ["opened", "feedback", "tampered"])
def test_one_unreadable_input_keeps_neither_exit_nor_lock(rig: Rig, name: str) -> None:
    """One alarm; the exit button releases, the release ends, and the door is not called secured meanwhile."""
    secured = [rig.latch.secured]
    rig.broken.add(name)
    rig.latch.look()
    rig.latch.look()
    secured.append(rig.latch.secured)
    assert secured == [True, False]
    rig.levels["pressed"] = True
    rig.latch.look()
    assert "released" in rig.said
    rig.levels["pressed"] = False
    rig.latch.look()
    rig.now += 3_000
    rig.latch.take(machine.Tick())
    assert rig.said.count("locked") == 1
    rig.broken.clear()
    rig.latch.look()

    assert rig.alarms() == [True, False]


def test_the_lock_is_tried_again_while_inputs_cannot_be_read(rig: Rig) -> None:
    """A lock that did not obey is driven at the next look that it can be, whatever the inputs do."""
    rig.latch.take(machine.Accepted(1, 1))
    rig.broken |= {"lock", "opened", "pressed"}
    rig.now += 3_000
    rig.latch.take(machine.Tick())
    rig.latch.look()
    assert "locked" not in rig.said
    rig.broken.discard("lock")
    rig.latch.look()

    assert rig.said[-1] == "locked"
    assert rig.alarms() == [True]
    rig.broken.clear()
    rig.latch.look()
    assert rig.alarms() == [True, False]


def test_a_retry_never_cuts_a_release_short(rig: Rig) -> None:
    """While a release runs the lock is left alone."""
    rig.broken.add("lock")
    rig.latch.take(machine.Moded(Mode.LOCKDOWN, 1, 1))
    rig.broken.clear()
    rig.latch.take(machine.Rex(pressed=True))
    rig.said.clear()
    rig.latch.look()

    assert "locked" not in rig.said


def test_a_release_that_the_wires_refuse_is_not_shown_as_granted(rig: Rig) -> None:
    """The lock is told to lock, the lamp shows a fault, and whoever was accepted did not pass."""
    rig.broken.add("release")
    rig.latch.take(machine.Accepted(1, 7))

    assert rig.said[0] == Alarmed(
        "wires-failed", DOOR, raised=True, detail="its lock cannot be driven: release"
    )
    assert rig.said[1:] == ["locked", machine.Unused(1, 7), Reason.FAULT]
    assert not rig.latch.door.released


def test_what_a_failure_ends_is_written_down(rig: Rig) -> None:
    """FREE does not survive a failure, and the journal is told so."""
    rig.latch.take(machine.Moded(Mode.FREE, 1, 1))
    rig.broken.add("settled")
    rig.latch.take(machine.Accepted(1, 2))
    rig.levels["opened"] = True
    rig.latch.look()

    assert rig.latch.mode is Mode.NORMAL
    assert any(isinstance(body, ModeChanged) for body in rig.said)


@pytest.mark.parametrize("name", ["note", "settled"])
def test_a_listener_that_fails_locks_the_door(rig: Rig, name: str) -> None:
    """Whatever it is: nothing is raised, and the last word to the wires is to lock."""
    rig.latch.take(machine.Accepted(1, 1))
    rig.broken.add(name)
    rig.levels["opened"] = True
    rig.latch.look()

    assert [said for said in rig.said if said in ("released", "locked")][-1] == "locked"
    assert not rig.latch.door.released


def test_a_machine_that_fails_locks_the_door(rig: Rig) -> None:
    """Even an input that is none: the door ends locked, and a fault is shown."""
    rig.latch.take(machine.Accepted(1, 1))
    rig.latch.take("nonsense")  # type: ignore[arg-type]

    assert rig.said[-3:] == ["locked", machine.Unused(1, 1), Reason.FAULT]


def test_a_clock_that_fails_locks_the_door() -> None:
    """The machine cannot even be told that something broke; the wires are told to lock."""

    def no_clock() -> int:
        raise OSError("no clock")

    rig = Rig()
    latch = Latch(DoorState(DOOR, FULL), rig, rig.note, no_clock)
    rig.said.clear()
    latch.take(machine.Rex(pressed=True))

    assert rig.said == ["locked"]


def test_what_stands_goes_to_the_lamp(rig: Rig) -> None:
    """And to nowhere else; a door without a lamp shows nothing."""
    rig.latch.stand(Indication.STALE)
    Latch(DoorState(DOOR, FULL), rig, rig.note, lambda: 0).stand(Indication.STALE)

    assert rig.said == [Indication.STALE, "locked"]


INPUTS = st.one_of(
    st.builds(machine.Accepted, st.just(1), st.integers(0, 99)),
    st.builds(machine.TurnedAway, st.sampled_from(Reason)),
    st.builds(machine.Rex, st.booleans()),
    st.builds(machine.Contact, st.booleans()),
    st.builds(machine.Feedback, st.booleans()),
    st.builds(machine.Moded, st.sampled_from(Mode), st.just(1), st.just(1)),
    st.builds(machine.Tick),
    st.builds(machine.Broken),
)
FAULTS = st.sets(
    st.sampled_from(
        ["release", "lock", "note", "settled", "pressed", "opened", "feedback", "tampered"]
    ), max_size=3,
)  # fmt: skip


@given(st.lists(st.tuples(INPUTS, FAULTS, st.integers(0, 4_000)), max_size=30))
def test_whatever_fails_the_lock_ends_as_the_machine_says(
    life: list[tuple[machine.Input, set[str], int]],
) -> None:
    """Random inputs, faults and times: nothing is raised, and once all obeys again the wires agree."""
    rig = Rig()
    for input, faults, gap in life:
        rig.now += gap
        rig.broken = faults
        rig.latch.take(input)
        rig.latch.look()
    rig.broken = set()
    rig.latch.look()
    driven = [said for said in rig.said if said in ("released", "locked")]

    assert (driven or ["locked"])[-1] == ("released" if rig.latch.door.released else "locked")


def test_an_exit_is_noted_after_the_lock_moved(rig: Rig) -> None:
    """The release is the first thing that happens."""
    rig.levels["pressed"] = True
    rig.latch.look()

    assert rig.said == ["released", Exited(DOOR)]
