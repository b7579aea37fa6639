"""An office's NetBox: read over the wire, shown as differences, entered like a spreadsheet; its faults."""

from dataclasses import replace
from pathlib import Path

import pytest

from card_registry.errors import OperatorMistaken
from review.inventory import DeviceStatus, Place, Stock
from review.inventory.exchange import Sheet, Wrong
from review.inventory.facts import Facts
from review.netbox.asking import NetBoxSilent, ask
from review.netbox.rows import is_public, read
from review.netbox.told import Chosen as Value
from review.netbox.told import Feed, Named, RackTold, SiteTold
from review.store import inventory
from review.store.transaction import reading, writing
from review.workflow.furnishing import bring, foresee
from tests.review.mail_server import certificate
from tests.review.netbox_server import TOKEN, NetBox, room, running
from tests.review.rooms import furnished, stock
from tests.review.world import World

pytest.importorskip("pynetbox")

SKIPPED = (
    "rencana: its status is planned, so it does not stand here",
    "strip: it has no place of whole units in a rack of this site",
    "panel: it hangs behind another one, and a unit is counted once here",
    "tanpa nomor: it has no serial number, by which a device is known here",
    "tanpa pemilik: it has no tenant; name the owner of such devices with --owner",
    "di antara: it has no place of whole units in a rack of this site",
)


def test_a_site_is_read_compared_and_entered(world: World) -> None:
    """Every list is paged; racks, addresses, ports and devices come as they are; what is known stays."""
    office = furnished(world, Stock())
    with running(room()) as box:
        told = ask(box.address, TOKEN, "utama")
    assert {authorization for _, authorization in box.asked} == {f"Bearer {TOKEN}"}
    assert [path for path, _ in box.asked].count("dcim/devices") == 5
    found = read(told, (Stock(), {}))
    assert found.skipped == SKIPPED
    admin = office.person("admin")
    shown = foresee(office.office, admin, found.tables)
    assert isinstance(shown, tuple), shown
    assert [one.name for one in shown] == [
        "Rak A",
        "alamat 203.0.113.7",
        "port sw1/7",
        "surat (NB-11)",
        "situs (NB-12)",
    ]
    assert stock(office).racks == ()
    assert bring(office.office, admin, found.tables) == shown
    now = stock(office)
    (rack,) = now.racks
    assert (rack.name, rack.room, rack.units, rack.power_w, rack.outlets) == (
        "Rak A",
        "Lantai 1",
        12,
        2816,
        8,
    )
    web, mail = now.devices
    assert (web.status, web.claim.place, web.claim.outlets) == (DeviceStatus.REPAIR, Place(rack.id, 3, 2), 1)
    assert (mail.owner, mail.claim.power_w, mail.claim.outlets) == ("Bappeda", 350, 2)
    assert (mail.claim.addresses, mail.claim.ports) == (("203.0.113.7",), ("sw1/7",))
    with reading(office.office.store) as connection:
        kept = inventory.find(connection, mail.id)
    assert kept is not None
    assert (kept.facts.kode_aset, kept.facts.merk, kept.facts.os) == ("A-11", "Contoh R640", "Debian 13")


def test_what_netbox_does_not_say_stays(world: World) -> None:
    """A second reading changes nothing; contact, paper and bandwidth stay, and what is only here is named."""
    office = furnished(world, Stock())
    admin = office.person("admin")
    with running(room()) as box:
        told = ask(box.address, TOKEN, "utama")
    assert isinstance(bring(office.office, admin, read(told, (Stock(), {})).tables), tuple)
    with writing(office.office.store) as connection:
        before = inventory.load(connection, 0, lock=True)
        more = tuple(replace(one, claim=replace(one.claim, bandwidth_mbps=5)) for one in before.devices)
        inventory.save(connection, before, replace(before, bandwidth_mbps=50, devices=more))
        for one in more:
            inventory.describe(connection, one.id, Facts(contact_person="Narahubung", bast="BA-1"))
    with reading(office.office.store) as connection:
        facts = {one.device.id: one.facts for one in inventory.devices(connection)}
    again = read(told, (stock(office), facts), "Diskominfo")
    changed = foresee(office.office, admin, again.tables)
    assert isinstance(changed, tuple)
    assert {
        cell.column for one in changed if "NB-1" in one.name for cell in one.cells if cell.before
    } == set()
    assert [one.name for one in changed][-1] == "tanpa pemilik (NB-17)"
    rows = [row for _, row in again.tables[Sheet.DEVICES]]
    assert {(row["contact_person"], row["bast"], row["bandwidth_mbps"]) for row in rows[:2]} == {
        ("Narahubung", "BA-1", "5")
    }
    less = read(replace_devices(told), (stock(office), facts))
    assert less.only_here == ("situs (NB-12)",)


def replace_devices(told: SiteTold) -> SiteTold:
    """Give a site that has its first device only."""
    return SiteTold(told.racks, told.models, told.devices[:1], told.feeds, told.ports, told.outlets)


def test_places_are_counted_as_the_rack_counts() -> None:
    """From the top or from another number; three phases give more; half units and strangers are left."""
    with running(room()) as box:
        told = ask(box.address, TOKEN, "utama")
    down = RackTold(5, "Rak A", 12, Named(1, "R"), None, desc_units=True, starting_unit=1)
    feed = Feed(400, 10, 100, Value("three-phase"), Named(5, "Rak A"))
    other = SiteTold((down,), told.models, told.devices[:2], (feed,))
    rows = read(other, (Stock(), {})).tables
    assert [row["u_awal"] for _, row in rows[Sheet.DEVICES]] == ["11", "9"]
    assert [(row["ruang"], row["daya_w"]) for _, row in rows[Sheet.RACKS]] == [("R", "6928")]
    late = SiteTold(
        (RackTold(5, "Rak A", 12, Named(1, "R"), starting_unit=0),), told.models, told.devices[:1]
    )
    assert [row["u_awal"] for _, row in read(late, (Stock(), {})).tables[Sheet.DEVICES]] == ["2"]
    none = read(SiteTold((), (), told.devices[:1]), (Stock(), {}))
    assert none.skipped == ("surat: it has no place of whole units in a rack of this site",)


def test_what_cannot_stand_is_refused_as_a_whole(world: World) -> None:
    """Two servers in one unit: the sentence names the unit, and nothing is entered."""
    office = furnished(world, Stock())
    lists = room()
    lists["dcim/devices"][1]["position"] = 2.0
    with running(lists) as box:
        told = ask(box.address, TOKEN, "utama")
    said = bring(office.office, office.person("admin"), read(told, (Stock(), {})).tables)
    assert isinstance(said, Wrong)
    assert said.why == ("Setelah impor, Rak A U2 dipakai dua kali.",)
    assert stock(office).racks == ()


def broken(box: NetBox, how: str) -> str:
    """Let a NetBox misbehave; give the site to ask for."""
    match how:
        case "token":
            box.instead["dcim/racks"] = (403, '{"detail": "no"}')
        case "fault":
            box.instead["dcim/devices"] = (500, "<html>")
        case "page":
            box.instead["dcim/racks"] = (200, "<html>")
        case "list":
            box.instead["dcim/racks"] = (200, '{"count": 1, "next": null, "results": [{"id": 5, "name": 7}]}')
        case "elsewhere":
            box.next_host = "http://127.0.0.2:1"
        case "moved":
            box.instead["dcim/racks"] = (302, "http://127.0.0.2:1/api/dcim/racks/")
        case "endless":
            more = f"{box.address}/api/dcim/racks/"
            box.instead["dcim/racks"] = (200, f'{{"count": 1, "next": "{more}", "results": []}}')
        case _:
            return "lain"
    return "utama"


@pytest.mark.parametrize(
    ("how", "sentence"),
    [
        ("token", "NetBox answered 403 to /api/dcim/racks/; make a token"),
        ("fault", "NetBox answered 500 to /api/dcim/devices/"),
        ("page", "does not answer as NetBox does"),
        ("list", "does not answer as NetBox does"),
        ("elsewhere", "cannot be reached: InvalidURL"),
        ("moved", "cannot be reached: TooManyRedirects"),
        ("endless", "cannot be reached: InvalidURL"),
        ("site", "NetBox has no site lain"),
    ],
)
def test_a_misbehaving_netbox_is_one_sentence(how: str, sentence: str) -> None:
    """The token goes nowhere else, nothing is asked for ever, and no sentence holds the token."""
    with running(room()) as box, pytest.raises((NetBoxSilent, OperatorMistaken)) as told:
        ask(box.address, TOKEN, broken(box, how))
    assert sentence in str(told.value)
    assert TOKEN not in str(told.value)


@pytest.mark.parametrize("address", ["http://netbox.contoh.go.id", "ftp://x", "https://", "https://x/?a=1"])
def test_a_token_goes_only_where_it_is_safe(address: str) -> None:
    """Without TLS it goes to this very machine alone."""
    with pytest.raises(OperatorMistaken, match="no address to send a token to"):
        ask(address, TOKEN, "utama")
    with pytest.raises(NetBoxSilent, match="cannot be reached: ConnectionError"):
        ask("http://127.0.0.1:9", TOKEN, "utama")


def test_a_netbox_behind_an_authority_of_ones_own_is_trusted_by_its_file(tmp_path: Path) -> None:
    """With its certificate it is read; without, or with a file that is none, nothing is sent."""
    trust, public = certificate(tmp_path)
    (tmp_path / "empty.pem").write_text("")
    with running(room(), trust) as box:
        assert len(ask(box.address, TOKEN, "utama", public).devices) == 9
        seen = len(box.asked)
        for other in (None, tmp_path / "empty.pem", tmp_path / "none.pem"):
            with pytest.raises(NetBoxSilent, match="cannot be reached"):
                ask(box.address, TOKEN, "utama", other)
        assert len(box.asked) == seen


def test_an_address_of_ones_own_network_is_not_counted() -> None:
    """Private and local networks are nobody's to run out of."""
    told = ["203.0.113.7", "10.1.2.3", "192.168.0.1", "2001:db8::1", "fd00::1", "100.64.0.1"]
    assert [one for one in told if is_public(one)] == ["203.0.113.7", "2001:db8::1"]
