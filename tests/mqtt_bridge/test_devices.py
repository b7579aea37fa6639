"""Devices come and go by the real commands, at a real broker that is never restarted for it."""

import secrets
import shutil
import sqlite3
import ssl
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from card_registry import certificate
from card_registry.authority.command import registry
from card_registry.command.demo.layout import DESK_CONTROLLER, DOOR_CONTROLLER, SITE
from card_registry.durable import write_whole
from card_registry.instant import DAY
from card_registry.words import ControllerId, SiteId
from door_controller.command import door
from mqtt_bridge.broker import find_mosquitto
from mqtt_bridge.topics import ack_topic, status_topic
from tests.mqtt_bridge.client import Client
from tests.mqtt_bridge.office import Office, office_in
from tests.mqtt_bridge.site import until

PLACE = (SiteId(SITE), ControllerId(DOOR_CONTROLLER))


@pytest.fixture
def office(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Office]:
    """Found an office and start its broker and hub, who know of no device."""
    choice = getattr(request, "param", "mosquitto")
    if choice == "mosquitto" and find_mosquitto() is None:
        pytest.skip("mosquitto is not installed here")
    with office_in(tmp_path, choice) as founded:
        founded.broker()
        founded.hub()
        yield founded


def served(office: Office, name: str) -> bool:
    """Say whether a device's bridge has the newest part of the registry."""
    return (office.layout.controller(name) / "slots" / "meta.timestamp").exists()


def welcome(office: Office, name: str) -> None:
    """Enrol a device and wait until its bridge is served."""
    office.welcome(name)
    office.bridge(name)
    until(lambda: served(office, name), 20, f"the registry at {name}")


@pytest.mark.parametrize("office", ["mosquitto", "amqtt"], indirect=True)
def test_a_device_comes_in_and_is_cut_off_while_the_broker_runs(office: Office) -> None:
    """Invited, compared, enrolled: served at once. Cut off: unheard, and let in no more; a desk alike."""
    broker = office.processes[0]
    for name in (DOOR_CONTROLLER, DESK_CONTROLLER):
        welcome(office, name)
    assert office.admitted() == (DESK_CONTROLLER, DOOR_CONTROLLER)

    with Client(office.port, office.layout.tls("hub")) as hub, office.client(DOOR_CONTROLLER) as thief:
        office.processes[2].kill()
        assert (hub.connect("hub"), thief.connect(DOOR_CONTROLLER)) == (0, 0)
        hub.subscribe("akses/contoh/status/+")
        thief.subscribe(ack_topic(*PLACE))
        said = office.cut_off(DOOR_CONTROLLER).output
        assert "1 certificates revoked" in said
        until(lambda: office.admitted() == (DESK_CONTROLLER,), 10, "the hub to tell the broker")
        until(lambda: shut_out(office, DOOR_CONTROLLER), 10, "the broker to let it in no more")
        before = len(hub.settle())
        thief.publish(status_topic(*PLACE), b"I am still here")
        hub.publish(ack_topic(*PLACE), b"for the device")
        assert hub.settle()[before:] == []
        assert b"for the device" not in [payload for _, payload in thief.settle()]
    with office.client(DESK_CONTROLLER) as other:
        assert other.connect(DESK_CONTROLLER) == 0
    office.cut_off(DESK_CONTROLLER)
    until(lambda: shut_out(office, DESK_CONTROLLER), 10, "the desk to be shut out")
    assert broker.alive()
    assert "is revoked in the site's directory" not in broker.log()


def shut_out(office: Office, name: str, tls: Path | None = None) -> bool:
    """Say whether the broker refuses a device's own certificate: at the handshake, or at CONNECT."""
    try:
        with office.client(name, tls) as one:
            return one.connect(name) != 0
    except (ssl.SSLError, ConnectionError):
        return True


def test_a_certificate_is_renewed_over_the_link(office: Office) -> None:
    """Half over, it is renewed by the signer unasked; the bridge keeps it and comes back with it."""
    office.welcome(DOOR_CONTROLLER)
    old = age(office, DOOR_CONTROLLER, days=200)
    bridge = office.bridge(DOOR_CONTROLLER)
    until(lambda: served(office, DOOR_CONTROLLER), 20, "the registry at the door")
    office.signer()
    until(lambda: held(office, DOOR_CONTROLLER) > old, 20, "the renewed certificate at the door")
    bridge.kill()
    (office.layout.controller(DOOR_CONTROLLER) / "slots" / "meta.timestamp").unlink()
    office.bridge(DOOR_CONTROLLER)
    until(lambda: served(office, DOOR_CONTROLLER), 20, "the registry over the renewed certificate")


def test_a_certificate_that_ended_is_renewed_by_file(office: Office) -> None:
    """The door asks under its log key, the office answers by file, the running bridge takes it up itself."""
    office.welcome(DOOR_CONTROLLER)
    age(office, DOOR_CONTROLLER, days=400)
    office.bridge(DOOR_CONTROLLER)
    assert shut_out(office, DOOR_CONTROLLER)

    home, answer = office.layout.controller(DOOR_CONTROLLER), office.layout.server / "cert.pem"
    office.run(door, "renew", "--dir", home)
    asked = ("--request", home / "renewal.json", "--out", answer)
    signing = (*office.signing(), "--passphrase-file", office.passphrase, *office.wire())
    office.run(registry, "renew", *asked, *signing)
    office.run(door, "renew", "--dir", home, "--certificate", answer)
    until(lambda: served(office, DOOR_CONTROLLER), 20, "the registry over the new certificate")

    again = office.try_(door, "renew", "--dir", home, "--certificate", answer)
    assert "holds as long already; nothing was changed" in again.output
    office.cut_off(DOOR_CONTROLLER)
    refused = office.try_(registry, "renew", *asked, *signing)
    assert "was cut off and gets no certificate" in refused.output


def age(office: Office, name: str, days: int) -> int:
    """Put a certificate of so many days ago in place of the device's, at both ends; give when it ends."""
    then = time.time_ns() // 1_000_000 - days * DAY
    place = office.layout.controller(name) / "tls" / "cert.pem"
    serial = certificate.serial_of(secrets.token_bytes(16))
    point = certificate.read(place.read_bytes()).public
    pem = certificate.certify(office.authority(), name, point, serial, then)
    write_whole(place, pem)
    with closing(sqlite3.connect(office.layout.store("registry"))) as store, store:
        store.execute("UPDATE slot SET body = ? WHERE name = ?", (pem, certificate.certificate_slot(name)))
    return certificate.read(pem).ends


def held(office: Office, name: str) -> int:
    """Give when the certificate at a device ends."""
    return certificate.read((office.layout.controller(name) / "tls" / "cert.pem").read_bytes()).ends


def test_a_lost_device_comes_back_with_new_keys_only(office: Office) -> None:
    """After a cut-off the old folder is refused; a new one is let in, in a later epoch, at that broker."""
    welcome(office, DOOR_CONTROLLER)
    office.cut_off(DOOR_CONTROLLER)
    until(lambda: shut_out(office, DOOR_CONTROLLER), 10, "the door to be shut out")
    home = office.layout.controller(DOOR_CONTROLLER)
    refused = office.enrol(DOOR_CONTROLLER, office.init(DOOR_CONTROLLER, office.invite(DOOR_CONTROLLER)))
    assert "its keys are not taken again; begin with a new folder there" in refused.output

    for place in ("state", "tls"):
        shutil.move(home / place, home / f"{place}.old")
    (home / "slots" / "meta.timestamp").unlink()
    office.processes[2].kill()
    office.welcome(DOOR_CONTROLLER)
    office.bridge(DOOR_CONTROLLER)
    until(lambda: served(office, DOOR_CONTROLLER), 20, "the registry at the new device")
    assert shut_out(office, DOOR_CONTROLLER, home / "tls.old")
