"""Devices at the enroller's desk: what an invitation brings in, what nothing does, what a cut-off takes."""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner
from cryptography import x509
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, PrivateFormat
from sqlalchemy import select, update

from card_registry import canonical, certificate
from card_registry.authority import enrol as enrolment
from card_registry.authority import store
from card_registry.authority.command import registry
from card_registry.authority.devices import certificates, cut_off, inviting
from card_registry.authority.devices.certificates import Draw
from card_registry.authority.devices.inviting import Wanted
from card_registry.authority.keys import load_key
from card_registry.certifying import open_authority
from card_registry.command.demo.layout import DESK_CONTROLLER, DOOR_CONTROLLER
from card_registry.enrolment import Bundle, EnrolRequest, Renewal, open_request, seal_request
from card_registry.errors import AksesError, Forged, OperatorMistaken
from card_registry.instant import MINUTE
from card_registry.invitation import Invitation
from card_registry.orders import OrderSheet
from card_registry.signing import Purpose, seal
from card_registry.statements import Directory
from card_registry.stores import registry as tables
from card_registry.trust.slots import DIRECTORY, orders_slot
from card_registry.words import ControllerId, ControllerKind, ControllerStatus, DoorId, SiteId
from door_controller.command import door
from tests.card_registry.authority.house import (
    DESK,
    DOOR,
    HERE,
    LOG_KEYS,
    OPERATOR,
    PASSPHRASE,
    SITE,
    House,
    bound,
    request_of,
    store_of,
)
from tests.card_registry.authority.test_pins import ask_for_pins, let_in, set_pin, shown
from tests.card_registry.test_certificate import OTHER, POINT
from tests.card_registry.trust.made import key
from tests.mqtt_bridge.office import PHRASE, Office, office_in

NEW, NEW_DOOR = ControllerId("pengendali-9"), DoorId("gudang")
LOG_KEY = key(f"log of {NEW}")


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    """A founded office; no program of it runs."""
    with office_in(tmp_path, "none") as founded:
        yield founded


def directory(office: Office) -> list[str]:
    """Name the devices that the office trusts."""
    with store_of(office.layout.url("registry"), "registry") as engine, engine.connect() as connection:
        listed = canonical.decode(store.SlotRows(connection)[DIRECTORY], Directory, "the directory")
    return [one.id for one in listed.controllers if one.status is ControllerStatus.ACTIVE]


def test_both_sides_show_the_same_words_and_nothing_happens_without_them(office: Office) -> None:
    """The enroller sees what is asked and the words; only the words, however they are typed, enrol it."""
    words = office.init(DOOR_CONTROLLER, office.invite(DOOR_CONTROLLER))
    asked = ("--request", office.layout.request(DOOR_CONTROLLER), "--bundle", office.layout.bundle("x"))
    shown_here = office.try_(registry, "enrol", *asked, *office.keys(), *office.wire())

    assert shown_here.exit_code == 1
    assert f"its six words: {words}\n" in shown_here.output
    assert "door ruang-server: min_tier = 3" in shown_here.output
    assert (directory(office), "nothing is enrolled yet" in shown_here.output) == ([], True)
    ended = office.enrol(DOOR_CONTROLLER, f" {words.upper().replace(' ', ' - ')}")
    assert (ended.exit_code, directory(office)) == (0, [DOOR_CONTROLLER])
    office.accept(DOOR_CONTROLLER)
    tls = office.layout.controller(DOOR_CONTROLLER) / "tls"
    holding = certificate.read((tls / "cert.pem").read_bytes())
    assert (holding.identity, (tls / "ca.pem").read_text()) == (DOOR_CONTROLLER, office.authority().pem)
    assert not (office.layout.controller(DOOR_CONTROLLER) / "state" / "invitation.json").exists()


def test_a_stolen_invitation_enrols_nothing(office: Office, tmp_path: Path) -> None:
    """The thief's request has other words than the device shows; the device is enrolled, the thief is not."""
    invitation = office.invite(DOOR_CONTROLLER)
    thief = tmp_path / "pencuri"
    thief.mkdir()
    site_file = office.layout.site_file(DOOR_CONTROLLER).read_text()
    (thief / "site.toml").write_text(site_file)
    stolen_words = office.init(DOOR_CONTROLLER, invitation, thief)
    words = office.init(DOOR_CONTROLLER, invitation)
    assert stolen_words != words

    refused = office.enrol(DOOR_CONTROLLER, words, thief / "request.json")
    assert (refused.exit_code, directory(office)) == (1, [])
    assert "these are not the words of this request" in refused.output
    assert office.enrol(DOOR_CONTROLLER, words).exit_code == 0
    late = office.enrol(DOOR_CONTROLLER, stolen_words, thief / "request.json")
    assert "enrolled with epoch 1 and other keys" in late.output
    bundle = ("--bundle", office.layout.bundle(DOOR_CONTROLLER))
    taken = office.try_(door, "accept", "--dir", thief, *bundle)
    assert taken.exit_code == 1
    assert "or for another key than pengendali-1 has" in taken.output
    assert not (thief / "state" / "enrolment.json").exists()


def test_the_same_request_gives_the_same_bundle_and_no_more(office: Office) -> None:
    """An interrupted enrolment is run again; after a cut-off the old request, replayed, is refused."""
    words = office.init(DOOR_CONTROLLER, office.invite(DOOR_CONTROLLER))
    office.enrol(DOOR_CONTROLLER, words)
    first = office.layout.bundle(DOOR_CONTROLLER).read_bytes()
    assert office.enrol(DOOR_CONTROLLER, words).exit_code == 0
    assert office.layout.bundle(DOOR_CONTROLLER).read_bytes() == first

    office.cut_off(DOOR_CONTROLLER)
    assert "its keys are not taken again" in office.enrol(DOOR_CONTROLLER, words).output
    assert directory(office) == []


def test_the_code_is_shown_printed_and_scanned(office: Office, tmp_path: Path) -> None:
    """On the screen, as a picture, and as a line of text that a scanner types into ``init``."""
    out, picture = tmp_path / "undangan.json", tmp_path / "undangan.svg"
    more = (*office.signing(), "--out", out, "--svg", picture, "--minutes", 5)
    said = office.run(registry, "invite", DOOR_CONTROLLER, *more).output
    assert "▄" in said
    assert "is invited for 5 minutes, once; show it to nobody else" in said
    assert Invitation.read(out.read_bytes()).seed not in said
    assert picture.read_text().startswith("<?xml")
    assert {file.stat().st_mode & 0o777 for file in (out, picture)} == {0o600}

    words = ("init", "--dir", str(office.layout.controller(DOOR_CONTROLLER)), "--invitation", "-")
    scanned = CliRunner().invoke(door, words, input=out.read_text() + "\n")
    assert scanned.exit_code == 0, scanned.output
    asked = open_request(office.layout.request(DOOR_CONTROLLER).read_bytes())
    assert asked.invitation
    office.init(DOOR_CONTROLLER, out)
    assert open_request(office.layout.request(DOOR_CONTROLLER).read_bytes()) == asked


@pytest.mark.parametrize(
    ("name", "more", "sentence"),
    [
        ("hub", (), "is a name of the server's own"),
        ("Pintu Satu", (), "name the device as its site file does"),
        ("pengendali-1", ("--desk",), "is a door at this site, not a desk"),
    ],
)
def test_nobody_is_invited_under_a_wrong_name(
    name: str, more: tuple[str, ...], sentence: str, office: Office
) -> None:
    """A reserved name, a name that is none, and a door's name for a desk are refused."""
    office.enrol(DOOR_CONTROLLER, office.init(DOOR_CONTROLLER, office.invite(DOOR_CONTROLLER)))
    refused = office.try_(registry, "invite", name, *more, "--quiet", *office.signing())
    assert refused.exit_code == 1
    assert sentence in refused.output


def test_a_device_takes_no_answer_of_another_site(office: Office, tmp_path: Path) -> None:
    """The invitation names the site's root: a bundle that somebody else made is refused."""
    words = office.init(DOOR_CONTROLLER, office.invite(DOOR_CONTROLLER))
    (tmp_path / "lain").mkdir()
    with office_in(tmp_path / "lain", "none") as other:
        other.enrol(DOOR_CONTROLLER, other.init(DOOR_CONTROLLER, other.invite(DOOR_CONTROLLER)))
        bundle = other.layout.bundle(DOOR_CONTROLLER)
        place = ("--dir", office.layout.controller(DOOR_CONTROLLER), "--bundle", bundle)
        refused = office.try_(door, "accept", *place)
    assert "somebody else answered: show both to the enroller" in refused.output
    assert office.enrol(DOOR_CONTROLLER, words).exit_code == 0
    office.accept(DOOR_CONTROLLER)


def wanted(life: int = 15 * MINUTE) -> Wanted:
    """Give an invitation's terms."""
    return Wanted(NEW, ControllerKind.DOOR, life)


def test_an_invitation_ends_by_the_clock_and_a_newer_one_voids_it(house: House) -> None:
    """Fifteen minutes after it was made nothing is enrolled; nor with the older of two."""
    late = house.invite(request_of(NEW, NEW_DOOR))
    house.now += 15 * MINUTE
    with pytest.raises(OperatorMistaken, match=r"ended at .* UTC; make a new one"):
        enrol(house, late)
    house.now += 1
    early = house.invite(request_of(NEW, NEW_DOOR))
    with store_of(house.places.registry, "registry") as engine:
        inviting.invite(engine, house.keys().root, wanted(), house.folder, house.now, bytes)
    with pytest.raises(OperatorMistaken, match="is not one that this registry holds open"):
        enrol(house, early)
    with pytest.raises(OperatorMistaken, match="carries no invitation"):
        enrol(house, request_of(NEW, NEW_DOOR))
    for life in (0, 25 * 60 * MINUTE):
        with pytest.raises(OperatorMistaken, match="1 to 1440 minutes"):
            wanted(life)


def test_an_invitation_is_used_up_by_the_keys_it_brought_in(house: House) -> None:
    """A second request under the same invitation is refused and says when the first came."""
    first = house.invite(request_of(NEW, NEW_DOOR))
    enrol(house, first)
    again = house.invite(replace(request_of(NEW, NEW_DOOR), seal_key="ee" * 32))
    assert again.invitation == first.invitation
    with pytest.raises(OperatorMistaken, match=r"other keys|was used at"):
        enrol(house, again)
    with store_of(house.places.registry, "registry") as engine, engine.begin() as connection:
        row = tables.invitation.c
        mine = select(row.used, row.request).where(row.public == first.invitation)
        ((used, request),) = connection.execute(mine).all()
        assert (used, len(request)) == (house.now, 64)
        # Somebody who can write this store opens it again: the epoch still stands against him.
        connection.execute(update(tables.invitation).values(used=0))
    with pytest.raises(AksesError, match="other keys"):
        enrol(house, again)


def enrol(house: House, request: EnrolRequest, draw: Draw = bytes, *, wired: bool = False) -> Bundle:
    """Enrol exactly this request."""
    keys = (house.keys(), load_key(house.folders.officers / "enroller.pem", PASSPHRASE))
    authority = open_authority(house.folder / "tls", PASSPHRASE) if wired else None
    with store_of(house.places.registry, "registry") as engine:
        return enrolment.enrol(engine, keys, request, house.folder, house.now, draw, authority)


def test_a_replaced_device_leaves_its_certificate_behind_revoked(house: House) -> None:
    """New keys under a later epoch end what the old keys held; other rules under the same keys do not."""
    first = replace(request_of(NEW, NEW_DOOR), tls_key=POINT)
    asked = house.invite(first)
    old = certificate.read(enrol(house, asked, lambda n: b"1" * n, wired=True).certificate.encode())
    doors = tuple(replace(one, persons=2) for one in first.doors)
    same = enrol(house, replace(first, doors=doors), lambda n: b"2" * n, wired=True)
    assert certificate.read(same.certificate.encode()) == old

    house.now += 1
    later = house.invite(replace(first, epoch=2, seal_key="ee" * 32, tls_key=OTHER))
    new = certificate.read(enrol(house, later, lambda n: b"3" * n, wired=True).certificate.encode())
    with store_of(house.places.registry, "registry") as engine, engine.connect() as connection:
        listed = x509.load_pem_x509_crl(store.SlotRows(connection)[certificate.CRL_SLOT])
    assert [f"{one.serial_number:x}" for one in listed] == [old.serial]
    assert (new.public, new.serial != old.serial) == (OTHER, True)


def cut(house: House, name: ControllerId = HERE) -> cut_off.CutOff:
    """Cut a device off, with the TLS authority at hand."""
    keys = (house.keys(), load_key(house.folders.officers / "enroller.pem", PASSPHRASE))
    authority = open_authority(house.folder / "tls", PASSPHRASE)
    with store_of(house.places.registry, "registry") as engine:
        return cut_off.cut_off(engine, keys, authority, (name, OPERATOR), house.folder, house.now)


def test_a_cut_off_takes_cards_orders_and_pins_at_once(house: House) -> None:
    """Shards and orders are empty, who had a PIN there has none, and a second cut-off changes nothing."""
    ask_for_pins(house)
    house.enrol(request_of(DESK))
    let_in(house)
    house.journal(bound())
    house.work()
    set_pin(house)
    sheet = OrderSheet(1, SITE, HERE, (canonical.decode(sealed_order(), type_of_sealed(), "it"),))
    with store_of(house.places.registry, "registry") as engine, engine.begin() as connection:
        store.publish(
            connection, {orders_slot(HERE): canonical.encode(sheet)}, store.number_of(connection), 1
        )
    assert grants_at(house) == 1

    assert (cut(house).pins, shown(house), grants_at(house)) == (1, [], 0)
    slots = house.slots()
    waiting = canonical.decode(orders_at(house), OrderSheet, "it").orders
    assert waiting == ()
    again = cut(house)
    assert (again.pins, again.certificates, again.entry.status) == (0, 0, ControllerStatus.REVOKED)
    assert {name: body for name, body in slots.items() if name.startswith("d/")} == {
        name: body for name, body in house.slots().items() if name.startswith("d/")
    }
    house.work()
    logged = [row for row in house.rows(tables.authority.c.body) if b'"source":"device"' in row[0]]
    assert (len(logged), b"cut-off" in logged[0][0], OPERATOR.encode() in logged[0][0]) == (1, True, True)
    with pytest.raises(OperatorMistaken, match="no hantu was ever enrolled here; enrolled are: meja-1, peng"):
        cut(house, ControllerId("hantu"))


def sealed_order() -> bytes:
    """Give any sealed document."""
    return seal(Purpose.ORDER, Renewal(1, SITE, HERE, 1, POINT), LOG_KEYS[HERE])


def type_of_sealed() -> type:
    """Give what sealed documents are read as."""
    from card_registry.signing import Sealed  # noqa: PLC0415 - used once

    return Sealed


def orders_at(house: House) -> bytes:
    """Give the orders that wait for the door."""
    with store_of(house.places.registry, "registry") as engine, engine.connect() as connection:
        return store.SlotRows(connection)[orders_slot(HERE)]


def grants_at(house: House) -> int:
    """Count the grants that the door is shown."""
    bodies = [body for name, body in house.slots().items() if re.fullmatch(r"d/[^/]+/[0-9a-f]+", name)]
    return sum(body.count(b'"schedule":') for body in bodies)


def test_a_desk_that_was_cut_off_binds_no_card(house: House) -> None:
    """What its journal says from then on is not taken, under whatever key."""
    house.enrol(request_of(HERE, DOOR))
    house.enrol(request_of(DESK))
    let_in(house)
    cut(house, DESK)
    house.journal(bound())
    house.work()
    assert house.rows(tables.credential.c.digest) == []


def test_certificates_are_renewed_for_the_trusted_only(house: House) -> None:
    """Nothing is due twice; a device that was cut off, or has no key on the wire, is given none."""
    house.enrol(replace(request_of(NEW, NEW_DOOR), tls_key=POINT))
    authority = open_authority(house.folder / "tls", PASSPHRASE)
    with store_of(house.places.registry, "registry") as engine:
        renewer = certificates.Renewer(engine, house.keys().root, authority, house.folder, bytes)
        now = house.now
        drawn = iter(bytes([number]) * 16 for number in range(2, 9))
        renewer._draw = lambda _: next(drawn)  # noqa: SLF001 - serials must differ
        assert (renewer.round(now), renewer.round(now)) == ((NEW,), ())
        assert renewer.round(now + certificate.LIFE // 2) == (NEW,)
        assert (renewer.tend(now), renewer.tend(now)) == (False, False)
        assert renewer.tend(now + certificate.LIFE + certificates.EVERY)
        assert cut(house, NEW).certificates == 3
        assert renewer.round(now + 2 * certificate.LIFE) == ()


@pytest.mark.parametrize(
    ("change", "signer", "sentence"),
    [
        ({"controller": ControllerId("hantu")}, NEW, "hantu of contoh is not enrolled here"),
        ({"site": SiteId("lain")}, NEW, "of lain is not enrolled here"),
        ({}, DESK, "may not sign it"),
        ({"epoch": 2}, NEW, "asks for another TLS key or epoch than it is enrolled with"),
        ({"tls_key": "03" + POINT[2:]}, NEW, "asks for another TLS key or epoch"),
    ],
)
def test_a_certificate_by_file_is_for_whom_the_office_knows(
    change: dict[str, object], signer: ControllerId, sentence: str, house: House
) -> None:
    """Nobody asks in another's name, for another key, another epoch or at another site."""
    house.enrol(replace(request_of(NEW, NEW_DOOR), tls_key=POINT))
    asked = replace(Renewal(1, SITE, NEW, 1, POINT), **change)  # type: ignore[arg-type] # by name
    sealed = seal(Purpose.RENEWAL, asked, LOG_KEYS.get(signer, LOG_KEY))
    trust = (house.keys().root, open_authority(house.folder / "tls", PASSPHRASE))
    with store_of(house.places.registry, "registry") as engine, pytest.raises(AksesError, match=sentence):
        certificates.renew(engine, trust, sealed, house.folder, house.now, bytes)


def test_a_forged_proof_is_named(house: House) -> None:
    """A request that was changed after its device signed it with the invitation enrols nothing."""
    proved = house.invite(request_of(NEW, NEW_DOOR))
    assert open_request(seal_request(proved, LOG_KEY)) == proved
    with pytest.raises(Forged, match="does not carry a valid signature"):
        enrol(house, replace(proved, seal_key="ee" * 32))


def test_the_enroller_has_a_passphrase_of_ones_own(office: Office, tmp_path: Path) -> None:
    """Where the enroller's key is not the signer's to open, its own passphrase file is named."""
    own, apart = tmp_path / "frasa-enroller", tmp_path / "enroller"
    own.write_text("frasa lain untuk uji\n")
    enroller = load_key(office.layout.officers / "enroller.pem", PHRASE.strip())
    apart.mkdir()
    sealed = BestAvailableEncryption(b"frasa lain untuk uji")
    (apart / "enroller.pem").write_bytes(enroller.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, sealed))

    office.enrol(DESK_CONTROLLER, office.init(DESK_CONTROLLER, office.invite(DESK_CONTROLLER)))
    where = ("--officers", apart, *office.signing(), "--passphrase-file", office.passphrase, *office.wire())
    refused = office.try_(registry, "cut-off", DESK_CONTROLLER, *where)
    assert "the passphrase does not open it" in refused.output
    office.run(registry, "cut-off", DESK_CONTROLLER, *where, "--enroller-passphrase-file", own)
    assert directory(office) == []


def test_without_an_authority_the_command_says_what_is_missing(office: Office, tmp_path: Path) -> None:
    """A site whose TLS authority is elsewhere enrols without certificates, and is told so."""
    words = office.init(DESK_CONTROLLER, office.invite(DESK_CONTROLLER))
    nowhere = ("--tls", tmp_path / "tidak-ada")
    asked = ("--request", office.layout.request(DESK_CONTROLLER), "--words", words)
    bundle = ("--bundle", office.layout.bundle(DESK_CONTROLLER))
    ended = office.run(registry, "enrol", *asked, *bundle, *office.keys(), *nowhere)
    assert "it has no TLS certificate, because no TLS authority is here" in ended.output
    cut_there = office.run(registry, "cut-off", DESK_CONTROLLER, *office.keys(), *nowhere)
    assert "no TLS authority is here" in cut_there.output
    place = ("--signer", office.layout.signer, "--registry", office.layout.url("registry"))
    phrase = ("--passphrase-file", office.passphrase, "--out", tmp_path / "c.pem")
    request = ("--request", office.layout.request(DESK_CONTROLLER))
    refused = office.try_(registry, "renew", *request, *place, *phrase, *nowhere)
    assert "no TLS authority is here; name its folder with --tls" in refused.output
