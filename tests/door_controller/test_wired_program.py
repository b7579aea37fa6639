"""The door program with everything wired: lights, feedback, cover and cabinet, lines in another process."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from card_registry.journal.event import Adopted, Alarmed, Exited
from tests.door_controller.process import RELAY, REX, House, house, start, wait_for

FEEDBACK, COVER, GREEN, RED, BUZZER, FIRE = 23, 24, 25, 12, 13, 16

WIRED = f"""
feedback = {FEEDBACK}
tamper = {COVER}
green = {GREEN}
red = {RED}
buzzer = {BUZZER}

[cabinet]
fire = {FIRE}

[[reader]]"""


@pytest.fixture
def home(tmp_path: Path) -> Iterator[House]:
    """A house with everything wired and as it should be, whose door is not running yet."""
    with house(tmp_path) as made:
        site = made.home / "site.toml"
        site.write_text(re.sub(r"\n\[\[reader\]\]", WIRED, site.read_text(), count=1))
        for line in (FEEDBACK, COVER, FIRE):
            made.client.set(line, 0)
        yield made


def alarms(home: House) -> list[tuple[str, bool]]:
    """Give the alarms of the journal, but those about the registry."""
    found = [body for body in home.events() if isinstance(body, Alarmed)]
    return [(body.alarm, body.raised) for body in found if "registry" not in body.alarm]


def test_a_grant_lights_green_and_sounds(home: House) -> None:
    """The relay first, then light and buzzer, and the light goes out again; red stays dark throughout."""
    card = home.admitted_card()
    home.open()
    wait_for(lambda: home.of(Adopted) != [])
    before = {line: view.changes for line, view in home.client.lines().items()}
    home.client.present(card, "masuk", 1_000)
    wait_for(lambda: home.client.lines()[BUZZER].changes >= before[BUZZER] + 2)
    released = home.client.history(RELAY, before[RELAY]).changes[0]
    sounded = home.client.history(BUZZER, before[BUZZER]).changes[0]

    assert (released.level, sounded.level) == (1, 1)
    assert released.ms < sounded.ms
    wait_for(lambda: home.relay() == 0)
    assert home.door is not None
    home.door.stop()
    assert [home.client.lines()[line].level for line in (GREEN, RED, BUZZER)] == [0, 0, 0]


def test_fire_is_written_down_and_moves_nothing(home: House) -> None:
    """The panel's contact opens: an alarm in the journal; the relay is as it was."""
    home.open()
    home.client.set(FIRE, 1)
    wait_for(lambda: ("fire", True) in alarms(home))
    home.client.set(FIRE, 0)
    wait_for(lambda: ("fire", False) in alarms(home))

    assert home.client.history(RELAY).changes == ()


def test_an_opened_cover_and_a_bolt_that_does_not_follow_are_alarms(home: House) -> None:
    """Feedback is lost while the door is locked at rest; the cover is opened and closed."""
    home.open()
    home.client.set(COVER, 1)
    home.client.set(FEEDBACK, 1)
    wait_for(lambda: {("door-tamper", True), ("lock-failed", True)} <= set(alarms(home)))
    home.client.set(COVER, 0)
    home.client.set(FEEDBACK, 0)
    wait_for(lambda: {("door-tamper", False), ("lock-failed", False)} <= set(alarms(home)))


def test_a_board_that_dies_is_an_alarm_and_serves_again_when_it_is_back(home: House) -> None:
    """Lines, lights and cabinet fail and are told once each; afterwards the exit button works."""
    home.open()
    home.simulator.kill()
    wait_for(lambda: len([one for one in alarms(home) if one == ("wires-failed", True)]) == 2)
    home.simulator = start("door", "simulate", "--data", str(home.data), "--readers", "masuk")
    home.client.close()
    home.client = type(home.client)(home.data / "run" / "control.sock")
    for line in (FEEDBACK, COVER, FIRE):
        home.client.set(line, 0)
    wait_for(lambda: len([one for one in alarms(home) if one == ("wires-failed", False)]) == 2)
    assert home.relay() == 0
    home.client.press(REX, 450)
    wait_for(lambda: home.of(Exited) != [])
    wait_for(lambda: home.relay() == 1, 5)
    assert alarms(home).count(("wires-failed", True)) == 2
