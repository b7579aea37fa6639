"""Both brokers under the same attacks: each must let in the same people and carry the same topics."""

import ssl
from collections.abc import Iterator
from pathlib import Path

import pytest

from mqtt_bridge.broker import find_mosquitto, mosquitto_conf
from mqtt_bridge.plan import Plan
from mqtt_bridge.tls import issue
from mqtt_bridge.topics import PACKET_LIMIT, ack_topic, log_topic, slot_topic, status_topic
from tests.mqtt_bridge.client import PUBLISH, Client, packet, text
from tests.mqtt_bridge.site import DESK, DOOR, PASSPHRASE, SITE, Process, Site, site_in, until

BROKERS = ["mosquitto", "amqtt"]


@pytest.fixture(scope="module", params=BROKERS)
def site(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Run one broker, and no hub or bridge."""
    if request.param == "mosquitto" and find_mosquitto() is None:
        pytest.skip("mosquitto is not installed here")
    with site_in(tmp_path_factory.mktemp(request.param)) as site:
        site.broker(request.param).start()
        yield site


def hub(site: Site) -> Client:
    """Connect as the hub."""
    client = Client(site.port, site.tls / "hub")
    assert client.connect("hub") == 0
    return client


def controller(site: Site, name: str = DOOR) -> Client:
    """Connect as a controller."""
    client = Client(site.port, site.folder / name / "tls")
    assert client.connect(name) == 0
    return client


def test_without_a_certificate_nobody_gets_in(site: Site, tmp_path: Path) -> None:
    """The handshake itself fails: no MQTT is spoken."""
    with Client(site.port, tmp_path, ca=site.tls / "ca.pem") as client:
        assert client.connect(DOOR) is None


def test_foreign_certificate_does_not_get_in(site: Site, tmp_path: Path) -> None:
    """The same name under another authority is nobody."""
    issue(tmp_path / "ca", DOOR, tmp_path / "a", PASSPHRASE)
    with Client(site.port, tmp_path / "a", ca=site.tls / "ca.pem") as client:
        assert client.connect(DOOR) is None


def test_client_trusts_no_other_broker(site: Site, tmp_path: Path) -> None:
    """A client of another site notices that this is not its broker."""
    issue(tmp_path / "ca", DOOR, tmp_path / "a", PASSPHRASE)
    with pytest.raises(ssl.SSLCertVerificationError):
        Client(site.port, tmp_path / "a")


def test_certificate_and_not_the_client_id_says_who_it_is(site: Site) -> None:
    """A controller that calls itself the hub, or another controller, neither gets nor takes away anything."""
    with hub(site) as listener:
        listener.subscribe("akses/contoh/log/+")
        for claim, clean in ((DESK, True), ("hub", True), (DESK, False), ("hub", False)):
            with Client(site.port, site.folder / DOOR / "tls") as liar:
                if (
                    liar.connect(claim, clean=clean) == 0
                ):  # mosquitto puts the certificate's name in its place
                    liar.publish(log_topic(SITE, DESK), b"forged")
                    liar.publish(slot_topic(SITE, "root/9"), b"forged", retain=True)
        with controller(site) as door:
            door.publish(log_topic(SITE, DOOR), b"mine")
        until(lambda: (log_topic(SITE, DOOR), b"mine") in listener.settle(), 5, "the hub's own connection")
        assert not any(payload == b"forged" for _, payload in listener.messages)
    with controller(site) as reader:
        reader.subscribe("akses/contoh/reg/root/+")
        assert reader.settle() == []


def test_unlisted_controller_reaches_nothing(site: Site) -> None:
    """A certificate of the site is not enough: the broker must have been told of the controller."""
    issue(site.tls, "asing", site.folder / "asing" / "tls", PASSPHRASE)
    with hub(site) as listener, Client(site.port, site.folder / "asing" / "tls") as stranger:
        listener.subscribe("akses/contoh/log/+")
        if stranger.connect("asing") == 0:
            stranger.publish("akses/contoh/log/asing", b"hello")
        listener.settle()
        assert listener.messages == []


def test_messages_reach_their_reader_and_nobody_else(site: Site) -> None:
    """Own topics work; foreign ones are neither written nor read."""
    slot = slot_topic(SITE, f"d/{DOOR}/plan")
    with hub(site) as server, controller(site) as door, controller(site, DESK) as desk:
        server.subscribe("akses/contoh/log/+", "akses/contoh/status/+")
        door.subscribe(ack_topic(SITE, DOOR), f"akses/contoh/reg/d/{DOOR}/+")
        for client in (door, desk):
            for wide in ("#", "akses/contoh/ack/+", ack_topic(SITE, DOOR), "akses/contoh/log/+", "akses/#"):
                if client is desk or wide != ack_topic(SITE, DOOR):
                    client.subscribe(wide)
        for topic in (slot, ack_topic(SITE, DESK), log_topic(SITE, DESK), "akses/lain/log/a", "bebas"):
            door.publish(topic, b"not mine")
        door.publish(log_topic(SITE, DOOR), b"rows")
        server.publish(ack_topic(SITE, DOOR), b"receipt")
        server.publish(slot, b"plan", retain=True)
        until(server.settle, 5, "the rows")
        until(lambda: len(door.settle()) >= 2, 5, "receipt and slot")
        desk.settle()
        assert server.messages == [(log_topic(SITE, DOOR), b"rows")]
        assert sorted(set(door.messages)) == sorted([(ack_topic(SITE, DOOR), b"receipt"), (slot, b"plan")])
        assert desk.messages == []


def test_retained_messages_do_not_leak_to_who_connects(site: Site) -> None:
    """What others subscribed to is not sent to a newcomer, and not to one who asks for too much."""
    status, slot = status_topic(SITE, DOOR), slot_topic(SITE, f"d/{DOOR}/00")
    with hub(site) as server, controller(site) as door:
        server.subscribe("akses/contoh/status/+")
        door.subscribe(f"akses/contoh/reg/d/{DOOR}/+")
        door.publish(status, b"status", retain=True)
        server.publish(slot, b"shard", retain=True)
        server.settle()
        with controller(site, DESK) as desk:
            desk.subscribe("#", status, slot, "akses/contoh/status/+", "akses/contoh/reg/+/+/+")
            desk.settle()
            assert desk.messages == []
        with controller(site) as again:
            again.subscribe(f"akses/contoh/reg/d/{DOOR}/+")
            until(lambda: (slot, b"shard") in again.settle(), 5, "the retained slot")


def test_a_will_publishes_nothing_it_may_not(site: Site) -> None:
    """A client that dies cannot leave a message on a topic that is not its own."""
    slot = slot_topic(SITE, "root/1")
    with hub(site) as server, controller(site, DESK) as reader:
        server.subscribe("akses/contoh/status/+")
        reader.subscribe("akses/contoh/reg/root/+")
        with Client(site.port, site.folder / DOOR / "tls") as dying:
            dying.connect(DOOR, will=(slot, b"forged root"))
        with controller(site) as alive:
            alive.publish(status_topic(SITE, DOOR), b"alive")
            alive.settle()
        until(server.settle, 5, "a sign of life")
        reader.settle()
        assert reader.messages == []


def test_oversize_and_broken_packets_end_only_their_connection(site: Site) -> None:
    """Half a gigabyte announced, or nonsense, costs the sender its connection and nobody else's."""
    with hub(site) as server:
        server.subscribe("akses/contoh/log/+")
        for nonsense in (
            packet(PUBLISH, text(log_topic(SITE, DOOR)) + bytes(PACKET_LIMIT + 100)),
            bytes([PUBLISH << 4]) + b"\xff\xff\xff\x7f" + text(log_topic(SITE, DOOR)) + bytes(300_000),
            b"\x00\x00",
            bytes(range(256)) * 8,
            packet(PUBLISH, b"\xff\xff"),
        ):
            with controller(site) as bad:
                bad.send(nonsense)
                bad.send(packet(PUBLISH, text(log_topic(SITE, DOOR)) + b"after"))
        with controller(site) as good:
            good.publish(log_topic(SITE, DOOR), b"good")
            until(lambda: (log_topic(SITE, DOOR), b"good") in server.settle(), 5, "rows")
        assert all(len(payload) <= PACKET_LIMIT for _, payload in server.messages)


@pytest.mark.parametrize("choice", BROKERS)
def test_killed_broker_frees_its_port_and_a_stopped_one_ends_well(tmp_path: Path, choice: str) -> None:
    """The process a supervisor kills is the broker; stopped, it exits 0; a taken port is one sentence."""
    if choice == "mosquitto" and find_mosquitto() is None:
        pytest.skip("mosquitto is not installed here")
    with site_in(tmp_path) as site:
        broker, second = site.broker(choice), site.broker(choice)
        broker.start()
        assert exit_of(second) == 1
        assert second.log().count("\n") == 1, second.log()
        assert f"port {site.port}" in second.log()
        for _ in range(2):
            broker.kill()
            broker.start()
        assert broker.stop() == 0


def exit_of(process: Process) -> int:
    """Run a program that should end by itself."""
    process.start(ready=False)
    until(lambda: not process.alive(), 20, "it to end")
    return process.stop()


def test_auto_takes_mosquitto_where_it_is(tmp_path: Path) -> None:
    """The production broker comes first."""
    if find_mosquitto() is None:
        pytest.skip("mosquitto is not installed here")
    with site_in(tmp_path) as site:
        broker = site.broker("auto")
        broker.start()
        assert Path(f"/proc/{broker.pid}/exe").resolve().name == "mosquitto"


def test_configuration_names_root_only_for_root(tmp_path: Path) -> None:
    """Only a broker started by root stays root, to read its private files."""
    plan = [Plan(SITE, (DOOR,), 1, tmp_path, tmp_path)]
    assert "user root\n" in mosquitto_conf(plan, as_root=True)
    assert "user root\n" not in mosquitto_conf(plan, as_root=False)
    for line in ("require_certificate true", "tls_version tlsv1.3", "allow_anonymous false"):
        assert line in mosquitto_conf(plan, as_root=False)
