"""The broker's rules asked with mosquitto's own clients: a controller has its own topics and no other's.

Every row of the topic table is tried in both directions, for the controller itself and for its neighbour, on
both brokers, with the certificates that parties have.
"""

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from card_registry.trust.slots import grants_role
from card_registry.words import ControllerId
from mqtt_bridge.broker import find_mosquitto
from mqtt_bridge.topics import (
    CONTROLLER,
    HUB,
    PACKET_LIMIT,
    TABLE,
    Party,
    Topic,
    log_topic,
    prefix,
    subscriptions,
)
from tests.mqtt_bridge.client import PUBLISH, Client, packet, text
from tests.mqtt_bridge.site import DESK, DOOR, SITE, Site, site_in, until

SUB, PUB = shutil.which("mosquitto_sub"), shutil.which("mosquitto_pub")


@pytest.fixture(scope="module", params=["mosquitto", pytest.param("amqtt", marks=pytest.mark.long)])
def site(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Run one broker, and no hub or bridge."""
    if SUB is None or PUB is None:
        pytest.skip("mosquitto_sub and mosquitto_pub are not installed here (package mosquitto-clients)")
    if request.param == "mosquitto" and find_mosquitto() is None:
        pytest.skip("mosquitto is not installed here")
    with site_in(tmp_path_factory.mktemp(request.param)) as site:
        site.broker(request.param).start()
        yield site


def identity(site: Site, party: str) -> list[str]:
    """Give the options with which mosquitto's clients come as a party, under its certificate."""
    folder = site.tls / HUB if party == HUB else site.home(ControllerId(party)) / "tls"
    return [
        *("--host", "127.0.0.1", "--port", str(site.port), "--id", party, "-V", "311"),
        *("--cafile", str(folder / "ca.pem"), "--cert", str(folder / "cert.pem")),
        *("--key", str(folder / "key.pem"), "--tls-version", "tlsv1.3"),
    ]


def publish(site: Site, party: str, topics: list[str], *, retain: bool = False) -> None:
    """Publish a word on each topic with mosquitto_pub, one connection each."""
    flags = ["--retain"] if retain else []
    for topic in topics:
        words = [str(PUB), *identity(site, party), "-t", topic, "-m", f"from {party}", "-q", "1", *flags]
        subprocess.run(words, check=False, capture_output=True, timeout=10)


@contextmanager
def listening(site: Site, party: str, filters: list[str]) -> Iterator[Path]:
    """Run mosquitto_sub as a party over these filters; give the file of what it heard."""
    heard = site.folder / f"heard-{party}"
    words = ["stdbuf", "-oL", str(SUB), *identity(site, party), "-v", "-q", "1", "-d"]
    words += [word for one in filters for word in ("-t", one)]
    with heard.open("wb") as file, subprocess.Popen(words, stdout=file, stderr=file) as process:
        try:
            until(lambda: b"SUBACK" in heard.read_bytes(), 10, f"{party} subscribed")
            yield heard
        finally:
            process.terminate()


def messages(heard: Path) -> set[str]:
    """Give the topics on which something was heard."""
    lines = heard.read_text().splitlines()
    return {line.partition(" ")[0] for line in lines if line.startswith("akses/")}


def place(row: Topic, controller: ControllerId) -> str:
    """Give a row's topic for one controller."""
    own = row.pattern.replace(CONTROLLER, controller).replace("{role}", grants_role(controller))
    return prefix(SITE) + own.replace("+", "7")


def written_by(party: Party, controller: ControllerId) -> list[str]:
    """Give every topic of one controller that a party writes."""
    return [place(row, controller) for row in TABLE if row.writer is party]


def own(controller: ControllerId) -> list[str]:
    """Give the filters that a controller's bridge subscribes to."""
    return [wanted for wanted, _ in subscriptions(SITE, controller)]


@pytest.mark.parametrize("wide", [True, False], ids=["wildcards", "word-for-word"])
def test_a_controller_reads_its_own_topics_and_nothing_of_another(site: Site, wide: bool) -> None:  # noqa: FBT001
    """Whatever filters it tries: its own slots, receipts and orders come, its neighbour's do not."""
    mine, others = written_by(Party.HUB, DOOR), written_by(Party.HUB, DESK)
    levels = ("+/+", "reg/+/+", "reg/d/+/+", "log/+")
    filters = ["#", "akses/#", "$SYS/#", *(prefix(SITE) + level for level in levels)]
    asked = filters if wide else [*own(DOOR), *own(DESK), *others, *written_by(Party.CONTROLLER, DESK)]
    with listening(site, DOOR, asked) as heard:
        publish(site, DESK, written_by(Party.CONTROLLER, DESK))
        with listening(site, DESK, [*own(DESK), *mine]) as neighbour:
            publish(site, HUB, [*mine, *others])
            until(lambda: messages(neighbour) >= set(others), 10, "the neighbour's own messages")
        if not wide:
            until(lambda: messages(heard) >= set(mine), 10, "its own messages")
        assert messages(heard) <= set(mine)
        assert messages(neighbour) <= set(others)


def test_a_controller_writes_its_own_topics_and_nothing_else(site: Site) -> None:
    """Of all it publishes, retained or not, only its own rows and status reach anybody."""
    allowed = set(written_by(Party.CONTROLLER, DOOR))
    shared = written_by(Party.HUB, DESK)
    tried = [*written_by(Party.HUB, DOOR), *shared, *written_by(Party.CONTROLLER, DESK), "bebas", "$SYS/x"]
    hub_reads = [f"akses/{SITE}/log/+", f"akses/{SITE}/status/+"]
    with listening(site, HUB, hub_reads) as hub, listening(site, DESK, own(DESK)) as neighbour:
        publish(site, DOOR, tried)
        publish(site, DOOR, tried, retain=True)
        publish(site, DOOR, sorted(allowed))
        until(lambda: messages(hub) >= allowed, 10, "the controller's own messages")
        assert messages(hub) == allowed
        assert f"from {DOOR}" not in neighbour.read_text()
    with listening(site, DESK, own(DESK)) as later:
        publish(site, HUB, shared[:1])
        until(lambda: shared[0] in messages(later), 10, "a message of the hub's")
        assert f"from {DOOR}" not in later.read_text()


def test_a_certificate_is_needed_and_must_be_of_this_site(site: Site) -> None:
    """Mosquitto's client without one, or under a name the broker was not told, reaches nobody."""
    with listening(site, HUB, [f"akses/{SITE}/log/+"]) as heard:
        bare = [
            str(PUB),
            "--host",
            "127.0.0.1",
            "--port",
            str(site.port),
            "-t",
            log_topic(SITE, DOOR),
            "-m",
            "x",
        ]
        ca = ["--cafile", str(site.tls / HUB / "ca.pem")]
        for words in (bare, [*bare, *ca]):
            assert subprocess.run(words, check=False, capture_output=True, timeout=10).returncode != 0
        publish(site, DOOR, [log_topic(SITE, DOOR)])
        until(lambda: messages(heard), 10, "the controller's own message")
        assert heard.read_text().count("\nakses/") == 1


def test_a_packet_beyond_the_limit_reaches_nobody(site: Site) -> None:
    """A controller that sends too much loses its connection; the largest that is allowed arrives whole."""
    with Client(site.port, site.tls / HUB) as hub, Client(site.port, site.home(DOOR) / "tls") as door:
        assert hub.connect(HUB) == 0
        hub.subscribe(f"akses/{SITE}/log/+")
        topic = log_topic(SITE, DOOR)
        with Client(site.port, site.home(DESK) / "tls") as desk:
            assert desk.connect(DESK) == 0
            desk.send(packet(PUBLISH, text(log_topic(SITE, DESK)) + bytes(PACKET_LIMIT + 1)))
        assert door.connect(DOOR) == 0
        largest = bytes(PACKET_LIMIT - len(topic) - 8)
        door.publish(topic, largest)
        until(hub.settle, 10, "the largest message")
        assert hub.messages == [(topic, largest)]
