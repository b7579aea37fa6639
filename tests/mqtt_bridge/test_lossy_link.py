"""A network that loses, resets, delays, doubles and reorders: afterwards both sides have the same."""

import time
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from card_registry.durable import write_whole
from card_registry.trust.slots import file_name, needed
from mqtt_bridge.broker import find_mosquitto
from tests.mqtt_bridge.site import DESK, DOOR, Pen, Process, Site, free_port, site_in, until
from tests.mqtt_bridge.test_chaos import compare
from tests.rigs.lossy_link import LossyLink, Weather, lossy_link

STORM = Weather(lost=0.06, reset=0.01, doubled=0.1, delay=0.08)
SHORT, LONG = 3.0, 60.0


@pytest.mark.parametrize(
    ("choice", "seconds"),
    [
        ("mosquitto", SHORT),
        pytest.param("mosquitto", LONG, marks=pytest.mark.long),
        pytest.param("amqtt", LONG, marks=pytest.mark.long),
    ],
)
def test_rows_and_slots_converge_after_bad_weather(tmp_path: Path, choice: str, seconds: float) -> None:
    """Every row arrives once and in order, and the door has every newest slot, once the weather clears."""
    require(choice)
    with site_in(tmp_path) as site, linked(site) as link:
        bridge = site.bridge(DOOR, "--ask-again", 1, port=link.port)
        start(site.broker(choice), site.hub(port=link.port), bridge)
        pen = Pen(site)
        write_whole(pen.outbox / "status", pen.status(1))
        link.weather = STORM
        changes = write_through(site, pen, seconds)
        link.weather = Weather()
        until(pen.all_receipted, 30, "every row under a receipt")
        until(lambda: behind(site, pen) == [], 30, "the newest slots at the door")
        compare(site, pen)
        assert changes >= 3
        assert min(link.counted[what] for what in ("lost", "doubled", "reset")) > 0, link.counted


def test_slots_that_a_broker_forgot_are_published_again_for_who_lacks_them(tmp_path: Path) -> None:
    """The broker acknowledged a change and lost it; the controller's own word brings it back."""
    require("mosquitto")
    with site_in(tmp_path) as site, linked(site) as link:
        hub = site.hub(port=link.port)
        start(site.broker("mosquitto"), hub, site.bridge(DOOR, "--ask-again", 1))
        pen = Pen(site)
        write_whole(pen.outbox / "status", pen.status(1))
        until(lambda: behind(site, pen) == [], 20, "the first slots")
        link.weather.forgetting = True
        site.enrol(*(site.entry(name) for name in site.controllers))
        until(lambda: link.counted["forgotten"] >= 5, 10, "the change to be forgotten")
        link.weather.forgetting = False
        until(lambda: behind(site, pen) == [], 30, "the newest slots")
        assert hub.log().count("connected to the broker") == 1
        assert f"{DOOR} decides by an older registry" in hub.log()


def test_silent_network_is_left_and_the_next_broker_taken(tmp_path: Path) -> None:
    """Two ways to the broker, one falls silent, one refuses: bridge and hub find the one that carries."""
    require("mosquitto")
    with site_in(tmp_path) as site, linked(site) as first, linked(site) as second:
        second.weather.refusing = True
        dead, other = f"127.0.0.1:{free_port()}", f"127.0.0.1:{second.port}"
        bridge = site.bridge(DOOR, "--ask-again", 1, "--also", dead, "--also", other, port=first.port)
        start(site.broker("mosquitto"), site.hub(), bridge)
        pen = Pen(site)
        write_whole(pen.outbox / "status", pen.status(1))
        pen.write(3)
        until(pen.all_receipted, 20, "the rows over the first way")
        first.weather.silent, second.weather.refusing = True, False
        pen.write(3)
        until(pen.all_receipted, 30, "the rows over another way")
        assert "no receipt came through it" in bridge.log()
        assert f"connected to the broker at {other}" in bridge.log()


def require(choice: str) -> None:
    """Skip where the machine has no such broker; it is then named as not run."""
    if choice == "mosquitto" and find_mosquitto() is None:
        pytest.skip("mosquitto is not installed here")


def linked(site: Site) -> AbstractContextManager[LossyLink]:
    """Put a lossy link before a site's broker."""
    parties = {"hub": site.tls / "hub", DOOR: site.home(DOOR) / "tls", DESK: site.home(DESK) / "tls"}
    return lossy_link(site.port, site.tls / "broker", parties)


def start(*processes: Process) -> None:
    """Start programs beside each other."""
    for process in processes:
        process.start(ready=False)
    for process in processes:
        process.wait_ready()


def write_through(site: Site, pen: Pen, seconds: float) -> int:
    """Write rows and change the registry for some seconds; give the number of changes."""
    end, changes = time.monotonic() + seconds, 0
    while time.monotonic() < end:
        site.enrol(*(site.entry(name) for name in site.controllers))
        changes += 1
        for _ in range(20):
            pen.write(1)
            pen.take_receipt()
            time.sleep(0.03)
    return changes


def behind(site: Site, pen: Pen) -> list[str]:
    """Give the slots that the door has not as they were published last."""
    wanted = {file_name(name): body for name, body in site.slots.items() if needed(name, DOOR)}
    held = {name: (pen.slots / name).read_bytes() for name in wanted if (pen.slots / name).exists()}
    return [name for name, body in wanted.items() if held.get(name) != body]
