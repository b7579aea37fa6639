"""The lamp: carries the panel's patterns to the wires, and never disturbs anything but an alarm."""

from dataclasses import dataclass, field

import pytest

from card_registry.journal.event import Alarmed, Body
from card_registry.words import DoorId, Reason
from door_controller.daemon.lamp import ALARM, RETRY_MS, Lamp
from door_controller.panel import ANSWERS, STANDING, Indication, Phase, Shown

DOOR = DoorId("ruang-server")


@dataclass
class Bulbs:
    """Lights that remember what they showed."""

    now: int = 1_000
    shown: list[tuple[int, Shown]] = field(default_factory=list)
    broken: bool = False
    tries: int = 0
    notes: list[Body] = field(default_factory=list)
    woken: int = 0

    def light(self, *, green: bool, red: bool, buzzer: bool) -> None:
        """Remember, or fail."""
        self.tries += 1
        if self.broken:
            raise OSError("no such line")
        self.shown.append((self.now, Shown(green, red, buzzer)))

    def wake(self) -> None:
        """Count the calls."""
        self.woken += 1

    def lamp(self) -> Lamp:
        """Make what is tested."""
        return Lamp(DOOR, self, self.notes.append, lambda: self.now, self.wake)

    def run(self, lamp: Lamp, until: int) -> None:
        """Tick whenever it is due."""
        while (due := lamp.due()) is not None and due <= until:
            self.now = max(self.now, due)
            lamp.tick(self.now)
        self.now = until


def seconds_of(phases: tuple[Phase, ...], start: int) -> list[tuple[int, Shown]]:
    """Give what phases show and from when, without what shows the same as before."""
    given: list[tuple[int, Shown]] = []
    for phase in phases:
        if not given or given[-1][1] != phase.shown:
            given.append((start, phase.shown))
        start += phase.ms
    return given


@pytest.mark.parametrize("reason", Reason)
def test_every_answer_is_played_as_its_table_says(reason: Reason) -> None:
    """Each phase at its moment, and afterwards what stood before."""
    bulbs = Bulbs()
    lamp = bulbs.lamp()
    lamp.stand(Indication.EXPIRED)
    bulbs.run(lamp, 2_000)
    bulbs.shown.clear()
    lamp.signal(reason)
    pattern = ANSWERS[reason]
    bulbs.run(lamp, 2_000 + pattern.round_ms * pattern.repeats)

    expired = STANDING[Indication.EXPIRED].phases
    played = seconds_of((*pattern.phases * pattern.repeats, *expired), 2_000)
    assert bulbs.shown == [one for one in played if one != (2_000, expired[0].shown)]


def test_signals_wake_the_ticker_and_wait_for_nothing() -> None:
    """Nothing is lit inside the call; a standing light that stands already wakes nobody."""
    bulbs = Bulbs()
    lamp = bulbs.lamp()
    lamp.signal(Reason.GRANTED)
    lamp.stand(Indication.LOCKDOWN)
    lamp.stand(Indication.LOCKDOWN)

    assert (bulbs.tries, bulbs.woken) == (0, 2)
    assert lamp.due() == bulbs.now


def test_a_light_that_fails_is_one_alarm_and_is_tried_again() -> None:
    """Raised once; a steady light is tried every few seconds; cleared once when it obeys."""
    bulbs = Bulbs(broken=True)
    lamp = bulbs.lamp()
    lamp.stand(Indication.EXPIRED)
    bulbs.run(lamp, 1_000 + 3 * RETRY_MS)
    assert [(body.alarm, body.raised) for body in bulbs.notes if isinstance(body, Alarmed)] == [(ALARM, True)]
    assert bulbs.tries == 4

    bulbs.broken = False
    bulbs.run(lamp, 1_000 + 9 * RETRY_MS)
    assert [body.raised for body in bulbs.notes if isinstance(body, Alarmed)] == [True, False]
    assert [shown for _, shown in bulbs.shown] == [Shown(red=True)]
    assert lamp.due() is None
