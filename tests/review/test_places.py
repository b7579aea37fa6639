"""A place for a server: found, kept, given once, let go; and what the case's forms make of the inventory."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from sqlalchemy import delete, insert, select

from review.access import Refused
from review.case import Advanced, CaseState
from review.form import Faulty, Filled
from review.inventory import Device, DeviceStatus, faults
from review.inventory.places import LINES
from review.inventory.stock import Claim, Place
from review.store import inventory, papers
from review.store.transaction import reading, writing
from review.tables import document, setting
from review.tables_retention import paper_salt
from review.workflow.answering import take_back
from review.workflow.office_lists import on_offer
from review.workflow.opening import Beginning, open_case
from review.workflow.places import SETTING, look_round
from tests.review.rooms import (
    F05,
    before_place,
    file_of,
    furnished,
    opened,
    say,
    settled,
    stock,
    walk,
)
from tests.review.world import World

DAY = 86_400_000


@pytest.fixture
def room(world: World) -> World:
    """An office with a room for two servers."""
    return furnished(world)


def sheet(world: World, case: str, code: str) -> Filled:
    """Give a form of a case."""
    with reading(world.office.store) as connection:
        found = papers.sheets(connection, file_of(world, case).case.id, code)
    assert found is not None
    return found


def test_a_place_is_found_kept_and_given(room: World) -> None:
    """The checklist fills itself, the reservation names the place, the server stands there at the end."""
    case = before_place(room)
    walk(room, case, ("operator", "tersedia"))
    checked = sheet(room, case, "F08")
    assert (checked.one("kesimpulan"), checked.one("tempat")) == ("tersedia", "Rak A, U1–U2")
    assert checked.one("berlaku") == "2026-12-04"
    assert "ruang 2 dari 4 U" in checked.one("catatan")
    assert [one.claim.place for one in stock(room).reservations] == [Place("a", 1, 2)]
    walk(room, case, ("kabid", "selesai"), ("pemohon", "selesai"), ("operator", "layak"))
    assert isinstance(say(room, case, "pemohon", given=F05), Advanced)
    walk(room, case, ("operator", "selesai"))
    now = stock(room)
    assert now.reservations == ()
    (server,) = now.devices
    assert (server.name, server.owner, server.serial) == ("dinas.contoh.go.id", "Dinas Contoh", "sn-1")
    assert server.claim == Claim(Place("a", 1, 2), 300, 2, ("203.0.113.2",), 20, ("sw1/1",))
    with reading(room.office.store) as connection:
        kept = inventory.find(connection, server.id)
    assert kept is not None
    assert (kept.case, kept.facts.layanan, kept.facts.kondisi) == (case, "Situs Dinas", "baik")
    assert faults(now) == ()


def test_a_full_room_is_said_and_the_queue_wakes(room: World) -> None:
    """Nobody is promised a place that is not there; who waits looks again when one is freed."""
    first = before_place(room)
    walk(room, first, ("operator", "tersedia"))
    settled(room, "SN-2")
    third = before_place(room, "SN-3")
    refused = say(room, third, "operator", "tersedia")
    assert isinstance(refused, Refused)
    assert "ruang (0 dari 2)" in refused.why
    walk(room, third, ("operator", "tidak tersedia"), ("kabid", "selesai"))
    assert sheet(room, third, "F08").one("kesimpulan") == "tidak-tersedia"
    assert file_of(room, third).case.state is CaseState.QUEUED
    back = file_of(room, returned(room, "sn-2"))
    assert back.case.state is CaseState.CLOSED
    assert file_of(room, third).case.state is CaseState.RUNNING
    walk(room, third, ("operator", "tersedia"))
    assert {one.case for one in stock(room).reservations} == {first, third}


def returned(world: World, serial: str, written: str = "") -> str:
    """Walk a return (P3) of a server to its end."""
    case = open_case(world.office, world.person("pemohon"), Beginning("P3", {}))
    assert isinstance(case, str), case
    walk(world, case, ("kadis", "selesai"), ("kabid", "selesai"))
    (one,) = [one for one in stock(world).devices if one.serial == serial]
    found = {
        "bulan": ["2026-11"],
        "lokasi": ["Ruang server"],
        "petugas": ["Petugas"],
        "server.0.server": [one.id],
        "server.0.hasil": ["sesuai"],
        "server.0.kondisi": ["baik"],
        "server.0.status": ["aktif"],
    }
    assert isinstance(say(world, case, "operator", "siap", found), Advanced)
    walk(world, case, ("kabid", "selesai"), ("operator", "selesai"), ("pemohon", "sesuai"))
    handover = {**F05, "arah": ["pengembalian"], "barang.0.nomor_seri": [written or serial]}
    done = say(world, case, "pemohon", given=handover)
    assert isinstance(done, Advanced), done
    walk(world, case, ("operator", "selesai"))
    return case


def test_a_returned_server_frees_its_place_and_may_come_again(room: World) -> None:
    """It stays on the list as returned; its serial number may be entered anew."""
    settled(room)
    case = returned(room, "sn-1")
    now = stock(room)
    assert [one.status for one in now.devices] == [DeviceStatus.RETURNED]
    assert now.claims() == ()
    with reading(room.office.store) as connection:
        kept = inventory.find(connection, now.devices[0].id)
    assert kept is not None
    assert kept.gone == case
    settled(room)
    assert sorted(one.status for one in stock(room).devices) == [
        DeviceStatus.ACTIVE,
        DeviceStatus.RETURNED,
    ]


def test_a_reservation_ends_with_its_time_and_its_case(room: World) -> None:
    """Both by themselves: nothing has to run for the place to be free."""
    case = before_place(room)
    walk(room, case, ("operator", "tersedia"))
    room.clock.now += 16 * DAY
    assert stock(room).reservations == ()
    again = before_place(room, "SN-2")
    walk(room, again, ("operator", "tersedia"))
    assert [one.case for one in stock(room).reservations] == [again]
    gone = take_back(room.office, room.person("pemohon"), again, "tidak jadi")
    assert not isinstance(gone, Refused)
    assert stock(room).reservations == ()


def test_a_late_server_still_finds_a_place(room: World) -> None:
    """Its reservation is over; it is put where there is room, and refused where there is none."""
    case = before_place(room)
    walk(room, case, ("operator", "tersedia"), ("kabid", "selesai"), ("pemohon", "selesai"))
    walk(room, case, ("operator", "layak"))
    assert isinstance(say(room, case, "pemohon", given=F05), Advanced)
    room.clock.now += 30 * DAY
    for serial in ("SN-2", "SN-3"):
        other = before_place(room, serial)
        walk(room, other, ("operator", "tersedia"))
    full = say(room, case, "operator")
    assert isinstance(full, Refused)
    assert "tidak tersedia" in full.why
    take_back(room.office, room.person("pemohon"), other, "tidak jadi")
    walk(room, case, ("operator", "selesai"))
    assert [one.serial for one in stock(room).devices] == ["sn-1"]


def test_a_handover_that_is_not_its_cases_is_not_taken(room: World) -> None:
    """Another serial number or direction, or a server that is here already: said while F05 is filled."""
    case = before_place(room)
    walk(room, case, ("operator", "tersedia"), ("kabid", "selesai"), ("pemohon", "selesai"))
    walk(room, case, ("operator", "layak"))
    add(room, Device("x", "Lain", "Dinas", "SN-2", Claim(Place("a", 3, 1), 0, 0)))
    for change, field, sentence in (
        ({"barang.0.nomor_seri": ["SN-9"]}, "barang.0.nomor_seri", "sama dengan permohonan"),
        ({"barang.0.nomor_seri": [" sn- 2"]}, "barang.0.nomor_seri", "sudah tercatat"),
        ({"arah": ["pengembalian"]}, "arah", "bukan arah"),
    ):
        faulty = say(room, case, "pemohon", given={**F05, **change})
        assert isinstance(faulty, Faulty), faulty
        assert sentence in faulty.faults[field]
    assert isinstance(say(room, case, "pemohon", given=F05), Advanced)
    add(room, Device("y", "Lain", "Dinas", "sn-1", Claim(Place("a", 4, 1), 0, 0)))
    refused = say(room, case, "operator")
    assert isinstance(refused, Refused)
    assert "sudah tercatat" in refused.why


def test_only_what_is_here_is_handed_back(room: World) -> None:
    """P3's handover names a server in the room."""
    settled(room)
    with pytest.raises(AssertionError, match="Tidak ada nomor seri ini"):
        returned(room, "sn-1", "SN-7")


def add(world: World, device: Device) -> None:
    """Put a device into the room by hand."""
    with writing(world.office.store) as connection:
        before = inventory.load(connection, world.clock(), lock=True)
        inventory.save(connection, before, replace(before, devices=(*before.devices, device)))


def race(world: World) -> None:
    """Let ten cases ask for a place at the same moment; two are there."""
    ids = [before_place(world, f"SN-{n}") for n in range(10)]
    with ThreadPoolExecutor(10) as pool:
        done = list(pool.map(lambda id: say(world, id, "operator", "tersedia"), ids))
    given = [id for id, one in zip(ids, done, strict=True) if isinstance(one, Advanced)]
    now = stock(world)
    assert len(given) == 2
    assert sorted(one.case for one in now.reservations) == sorted(given)
    assert faults(now) == ()
    refused = [one for one in done if not isinstance(one, Advanced)]
    assert all(isinstance(one, Refused) and "Tempat tidak tersedia" in one.why for one in refused)


def test_ten_cases_at_once_get_each_place_once(room: World) -> None:
    """Two places, ten threads: two are promised one, eight are told that there is none."""
    race(room)


def test_a_check_draws_on_last_month(room: World) -> None:
    """P6: the draft names every device; what is found is entered at the end, and is next month's start."""
    settled(room)
    (server,) = stock(room).devices
    case = month(room)
    first = sheet_draft(room, case)
    assert (first.one("bulan"), first.one("server.0.server")) == ("2026-11", server.id)
    assert first.one("server.0.kondisi") == "baik"
    faulty = say(room, case, "operator")
    assert isinstance(faulty, Faulty)
    assert "server.0.hasil" in faulty.faults
    found = {"server.0.hasil": ["sesuai"], "server.0.kondisi": ["rusak-ringan"]}
    found |= {"server.0.status": ["mati"], "server.0.catatan": ["kipas"]}
    done = say(room, case, "operator", given=found)
    assert isinstance(done, Advanced), done
    walk(room, case, ("operator", "sesuai"), ("kabid", "dikembalikan"))
    walk(room, case, ("operator", "selesai"), ("operator", "sesuai"))
    walk(room, case, ("kabid", "disetujui"), ("operator", "selesai"))
    (server,) = stock(room).devices
    assert server.status is DeviceStatus.OFF
    room.clock.now += 20 * DAY
    second = sheet_draft(room, month(room))
    assert (second.one("bulan"), second.one("server.0.kondisi")) == ("2026-12", "rusak-ringan")
    assert second.one("server.0.catatan") == "kipas"


def test_a_server_that_went_home_is_not_checked_any_more(room: World) -> None:
    """P6: what left between draft and check is dropped from the sheet, and the rest close up."""
    settled(room)
    settled(room, "SN-2")
    case = month(room)
    names = [sheet_draft(room, case).one(f"server.{number}.server") for number in range(2)]
    returned(room, next(one.serial for one in stock(room).devices if one.id == names[0]))
    found = {"server.0.hasil": ["sesuai"], "server.0.kondisi": ["baik"], "server.0.status": ["aktif"]}
    done = say(room, case, "operator", given=found)
    assert isinstance(done, Advanced), done
    with reading(room.office.store) as connection:
        sheet = papers.sheets(connection, file_of(room, case).case.id, "F06")
    assert sheet is not None
    assert [row["server"] for row in sheet.rows("server")] == [names[1]]


def month(world: World) -> str:
    """Begin a month's check."""
    case = open_case(world.office, world.person("operator"), Beginning("P6", {}))
    assert isinstance(case, str), case
    return case


def sheet_draft(world: World, case: str) -> Filled:
    """Give the drafted F06."""
    with reading(world.office.store) as connection:
        found = papers.newest(connection, file_of(world, case).case.id, inventory.DRAFT, Filled)
    assert found is not None
    return found


def test_a_check_returns_nothing(room: World) -> None:
    """A device leaves by a handover, not by a tick."""
    settled(room)
    case = month(room)
    found = {"server.0.hasil": ["tidak-ada"], "server.0.kondisi": ["baik"]}
    faulty = say(room, case, "operator", given={**found, "server.0.status": ["dikembalikan"]})
    assert isinstance(faulty, Faulty)
    assert "melalui prosedurnya" in faulty.faults["server.0.status"]
    assert isinstance(say(room, case, "operator", given=found), Advanced)


def test_forms_offer_racks_and_servers(room: World) -> None:
    """The office's lists hold what stands here, and nothing that was returned."""
    settled(room)
    with reading(room.office.store) as connection:
        lists = on_offer(connection, room.office)
        assert [one.label for one in lists["rak"]] == ["Rak A"]
        assert [one.label for one in lists["server"]] == ["dinas.contoh.go.id – sn-1"]
    returned(room, "sn-1")
    with reading(room.office.store) as connection:
        assert on_offer(connection, room.office)["server"] == []


def test_a_place_kept_by_one_procedure_is_used_by_the_next(room: World) -> None:
    """S3.A keeps the place; P5, which it begins, puts the server there."""
    above = (("kadis", "selesai"), ("kabid", "selesai"), ("kabid", "selesai"))
    case = opened(room, "S3.A", "operator")
    walk(room, case, *above, ("operator", "tersedia"))
    settled(room, "SN-2")
    full = opened(room, "S3.A", "operator", "SN-3")
    walk(room, full, *above)
    assert isinstance(say(room, full, "operator", "tersedia"), Refused)
    walk(room, full, ("operator", "tidak tersedia"))
    assert [one.case for one in stock(room).reservations] == [case]
    begun = Beginning("P5", {}, parent=(file_of(room, case).case.id, "11"))
    next_case = open_case(room.office, room.person("pemohon"), begun)
    assert isinstance(next_case, str), next_case
    assert isinstance(say(room, next_case, "operator", "layak", F05), Advanced)
    walk(room, next_case, ("operator", "selesai"))
    now = stock(room)
    assert now.reservations == ()
    assert {one.serial: one.claim.place.bottom for one in now.devices} == {"sn-1": 1, "sn-2": 3}


@pytest.mark.parametrize(
    ("place", "bottom"), [("Rak A, U3–U4", 3), ("Rak A, U4", 4), ("Rak Z, U1", 1), ("", 1)]
)
def test_a_device_of_the_office_itself_goes_where_its_handover_says(
    room: World, place: str, bottom: int
) -> None:
    """Without a request (S5) the handover names the place; where it names none that is free, the lowest."""
    begun = Beginning("P5", {})
    case = open_case(room.office, room.person("pemohon"), begun)
    assert isinstance(case, str), case
    handover = {**F05, "lokasi": [place]} if place else F05
    nameless = say(room, case, "operator", "layak", {**handover, "barang.0.nomor_seri": [""]})
    assert isinstance(nameless, Faulty)
    assert "Tuliskan nomor seri" in nameless.faults["barang.0.nomor_seri"]
    assert isinstance(say(room, case, "operator", "layak", handover), Advanced)
    walk(room, case, ("operator", "selesai"))
    (server,) = stock(room).devices
    assert (server.owner, server.claim.place.bottom, server.claim.power_w) == ("Diskominfo", bottom, 0)


def test_who_waits_is_woken_by_the_clock_too(room: World) -> None:
    """A reservation that ended by itself frees a place, and the case that waited looks again."""
    assert look_round(room.office) == 0
    for serial in ("SN-1", "SN-2"):
        walk(room, before_place(room, serial), ("operator", "tersedia"))
    waits = before_place(room, "SN-3")
    walk(room, waits, ("operator", "tidak tersedia"), ("kabid", "selesai"))
    assert look_round(room.office) == 0
    room.clock.now += 16 * DAY
    assert look_round(room.office) == 1
    assert file_of(room, waits).case.state is CaseState.RUNNING
    with reading(room.office.store) as connection:
        told = papers.notices(connection, room.person("pemohon").id)
    assert any("Tempat telah tersedia kembali" in one.text for one in told)


def test_a_configured_server_is_entered_as_found(room: World) -> None:
    """S2.B's F06 names what S2.A brought in; its last step enters condition and status."""
    parent = settled(room)
    begun = Beginning("S2.B", {}, parent=(file_of(room, parent).case.id, "10"))
    case = open_case(room.office, room.person("operator"), begun)
    assert isinstance(case, str), case
    walk(room, case, *[("operator", label) for label in ("selesai", "bisa", "selesai")])
    found = {"petugas": ["Petugas"], "server.0.hasil": ["sesuai"], "server.0.kondisi": ["rusak-ringan"]}
    assert isinstance(say(room, case, "operator", given=found), Advanced)
    with reading(room.office.store) as connection:
        (kept,) = inventory.devices(connection)
    assert (kept.facts.kondisi, kept.facts.layanan) == ("rusak-ringan", "Situs Dinas")


F10 = {
    "perangkat.0.nama": ["Cakram"],
    "perangkat.0.nomor_seri": ["HD-1"],
    "perangkat.0.jumlah": ["1"],
    "alasan": ["rusak"],
    "media": ["dihapus"],
    "tujuan": ["Gudang"],
    "pembawa.nama": ["Pembawa Contoh"],
    "pembawa.unit": ["Dinas Contoh"],
    "keluar": ["2026-11-20T10:00"],
}


def test_a_component_leaves_and_its_server_stays(room: World) -> None:
    """S4.A step 8: the disk is noted at its server; "tidak diganti" notes nothing."""
    settled(room)
    (server,) = stock(room).devices
    for label, note in (("tidak diganti", ""), ("diganti", "Komponen keluar 2026-11-20: Cakram (HD-1).")):
        case = maintenance(room)
        given = {**F10, "server": [server.id]} if label == "diganti" else {}
        assert isinstance(say(room, case, "operator", label, given), Advanced)
        with reading(room.office.store) as connection:
            kept = inventory.find(connection, server.id)
            assert kept is not None
            known = papers.newest(connection, file_of(room, case).case.id, "F06-data", Filled)
        assert (kept.facts.catatan, kept.device.status) == (note, DeviceStatus.ACTIVE)
        assert known is not None
        assert known.one("server.0.nomor_seri") == "sn-1"


def test_a_component_that_no_list_knows_leaves_as_well(room: World) -> None:
    """Without a server on F10 the case goes on, and F10 beside "tidak diganti" is a contradiction."""
    case = maintenance(room)
    contradiction = say(room, case, "operator", "tidak diganti", F10)
    assert isinstance(contradiction, Refused)
    assert "F10" in contradiction.why
    assert isinstance(say(room, case, "operator", "diganti", F10), Advanced)
    assert stock(room).devices == ()


def maintenance(world: World) -> str:
    """Walk a maintenance (S4.A) to its eighth step."""
    case = open_case(world.office, world.person("pemohon"), Beginning("S4.A", {}))
    assert isinstance(case, str), case
    walk(world, case, ("kadis", "selesai"), ("kabid", "selesai"), *[("operator", "selesai")] * 4)
    return case


def test_nothing_is_returned_that_is_not_here(room: World) -> None:
    """P3: "siap" is refused while the room has nothing of the unit, "belum siap" is not."""
    case = open_case(room.office, room.person("pemohon"), Beginning("P3", {}))
    assert isinstance(case, str), case
    walk(room, case, ("kadis", "selesai"), ("kabid", "selesai"))
    head = {"bulan": ["2026-11"], "lokasi": ["Ruang server"], "petugas": ["Petugas"]}
    refused = say(room, case, "operator", "siap", head)
    assert isinstance(refused, Refused)
    assert "Periksa nomor serinya" in refused.why
    assert isinstance(say(room, case, "operator", "belum siap", head), Advanced)


@pytest.mark.parametrize("days", ["3", "nol", "0"])
def test_how_long_a_place_is_kept_is_the_offices_setting(room: World, days: str) -> None:
    """Working days of the office's calendar; nonsense counts as ten, and none as one."""
    with writing(room.office.store) as connection:
        connection.execute(insert(setting).values(name=SETTING, value=days))
    case = before_place(room)
    walk(room, case, ("operator", "tersedia"))
    last = {"3": "2026-11-25", "nol": "2026-12-04", "0": "2026-11-23"}
    assert sheet(room, case, "F08").one("berlaku") == last[days]


def test_a_room_without_a_request_gives_no_place(room: World) -> None:
    """Without F07 nobody knows what is asked for."""
    before = before_place(room)
    with writing(room.office.store) as connection:
        gone = (document.c.case == before) & document.c.form.in_(("F07.A", "F07.B"))
        connection.execute(
            delete(paper_salt).where(paper_salt.c.document.in_(select(document.c.id).where(gone)))
        )
        connection.execute(delete(document).where(gone))
    form = {line: ["cukup"] for line in LINES} | {"kesimpulan": ["tersedia"]}
    refused = say(room, before, "operator", "tersedia", form)
    assert isinstance(refused, Refused)
    assert "F07" in refused.why
