"""What the hub tells the broker about who may come in, and which certificates a bridge takes."""

from dataclasses import replace
from pathlib import Path

import pytest

from card_registry import canonical, certificate
from card_registry.certificate import CRL_SLOT, LIFE, certify
from card_registry.certifying import open_authority
from card_registry.errors import AksesError, Malformed
from card_registry.instant import DAY
from card_registry.statements import ControllerEntry
from card_registry.words import ControllerKind, ControllerStatus, SiteId
from door_controller import enrol_tls
from mqtt_bridge.certificate_intake import take
from mqtt_bridge.parties import PARTIES_FILE, VERSION, Doorlist, Parties, read_parties, stamp
from mqtt_bridge.plan import Plan
from mqtt_bridge.registry_slots import Slot
from mqtt_bridge.tls import CRL_FILE
from mqtt_bridge.usher import render
from tests.mqtt_bridge.site import DESK, DOOR, PASSPHRASE, SITE

ENTRY = ControllerEntry(DOOR, ControllerKind.DOOR, ControllerStatus.ACTIVE, 1, "ab" * 32, "cd" * 32, ())
DIRECTORY = {DOOR: ENTRY, DESK: replace(ENTRY, id=DESK, status=ControllerStatus.REVOKED)}


def test_the_hub_names_the_trusted_and_passes_the_list_of_revoked_on(tmp_path: Path) -> None:
    """Both files are written when something changed, and not again when nothing did."""
    told, folder = Doorlist(tmp_path / "parties", SITE), tmp_path / "parties"
    told.learn((), None)
    assert (folder.exists(), read_parties(folder, SITE)) == (False, None)
    told.learn((Slot("meta/deny", b"x"), Slot(CRL_SLOT, b"revoked")), DIRECTORY)
    assert read_parties(folder, SITE) == (DOOR,)
    assert (folder / CRL_FILE).read_bytes() == b"revoked"
    before = stamp(folder)
    told.learn((), DIRECTORY)
    assert stamp(folder) == before
    told.learn((), {})
    assert (read_parties(folder, SITE), stamp(folder) == before) == ((), False)
    Doorlist(None, SITE).learn((), DIRECTORY)


def test_a_folder_that_refuses_is_written_later(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """A file in the folder's place is one sentence in the log; once it is gone, the broker is told."""
    (tmp_path / "parties").write_bytes(b"")
    told = Doorlist(tmp_path / "parties", SITE)
    told.learn((), DIRECTORY)
    assert "the broker cannot be told who may come in" in caplog.text
    (tmp_path / "parties").unlink()
    told.learn((), DIRECTORY)
    assert read_parties(tmp_path / "parties", SITE) == (DOOR,)


def test_another_sites_list_is_not_obeyed(tmp_path: Path) -> None:
    """A mixed-up folder, or a damaged file, lets nobody in or out."""
    plan = Plan(SITE, (DESK,), 1, tmp_path, tmp_path, tmp_path)
    render(plan)
    assert f"user {DESK}" in (tmp_path / "acl").read_text()
    for data in (canonical.encode(Parties(VERSION, SiteId("lain"), (DOOR,))), b"{"):
        (tmp_path / PARTIES_FILE).write_bytes(data)
        with pytest.raises(Malformed, match=r"is of site lain|is not well formed"):
            render(plan)
        assert f"user {DESK}" in (tmp_path / "acl").read_text()
    (tmp_path / PARTIES_FILE).write_bytes(canonical.encode(Parties(VERSION, SITE, (DOOR,))))
    render(plan)
    assert f"user {DESK}" not in (tmp_path / "acl").read_text()


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A device with a key and a certificate of today."""
    authority = open_authority(tmp_path / "ca", PASSPHRASE)
    point = enrol_tls.make_key(tmp_path)
    tls = tmp_path / "tls"
    (tls / "ca.pem").write_text(authority.pem)
    (tls / "cert.pem").write_bytes(certify(authority, DOOR, point, 1, NOW))
    return tmp_path


NOW = 1_795_000_000_000


@pytest.mark.parametrize(
    "wrong", ["junk", "shorter", "empty", "too long", "another's", "foreign", "other key"]
)
def test_a_hostile_broker_changes_no_certificate(wrong: str, home: Path, tmp_path: Path) -> None:
    """Whatever else comes over the link, the device keeps what it has."""
    authority, point = open_authority(home / "ca", PASSPHRASE), enrol_tls.point(home)
    foreign = open_authority(tmp_path / "foreign", PASSPHRASE)
    other = enrol_tls.make_key(tmp_path / "other")
    offered = {
        "junk": b"junk",
        "empty": b"",
        "too long": b"x" * 20_000,
        "shorter": certify(authority, DOOR, point, 2, NOW - DAY),
        "another's": certify(authority, DESK, point, 2, NOW + DAY),
        "foreign": certify(foreign, DOOR, point, 2, NOW + DAY),
        "other key": certify(authority, DOOR, other, 2, NOW + DAY),
    }[wrong]
    before = (home / "tls" / "cert.pem").read_bytes()
    try:
        assert not take(home / "tls", DOOR, offered)
    except AksesError as error:
        assert str(error).count("\n") == 0  # noqa: PT017 - either way nothing is stored
    assert (home / "tls" / "cert.pem").read_bytes() == before


def test_a_longer_certificate_replaces_a_damaged_one_too(home: Path) -> None:
    """What is genuine and longer good is stored; a broken key says what to do."""
    authority, point = open_authority(home / "ca", PASSPHRASE), enrol_tls.point(home)
    (home / "tls" / "cert.pem").write_bytes(b"half a cer")
    assert take(home / "tls", DOOR, certify(authority, DOOR, point, 2, NOW))
    assert certificate.read((home / "tls" / "cert.pem").read_bytes()).ends == NOW + LIFE
    (home / "tls" / "key.pem").write_bytes(b"none")
    with pytest.raises(AksesError, match="run init on this device again"):
        take(home / "tls", DOOR, certify(authority, DOOR, point, 3, NOW + DAY))
