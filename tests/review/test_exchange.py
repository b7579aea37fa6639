"""The inventory as tables: what goes out comes back the same, and one faulty row keeps all of them out."""

import csv
import io
import zipfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from review.access import Refused
from review.inventory import DeviceStatus, Stock
from review.inventory.changes import ChangeKind, changes
from review.inventory.entering import Taken, take
from review.inventory.exchange import (
    COLUMNS,
    FORMULA,
    MOST_CELL,
    MOST_ROWS,
    MOST_TEXT,
    Sheet,
    Wrong,
    from_csv,
    guard,
    rows,
    to_csv,
    unguard,
)
from review.store import inventory
from review.store.transaction import reading, writing
from review.workflow.furnishing import as_csv, as_xlsx, bring, foresee, read
from tests.review.rooms import ROOM, furnished, settled, stock
from tests.review.world import World

TODAY = date(2026, 11, 20)
DEVICE = {
    "nama": "Situs",
    "unit_pemilik": "Dinas Contoh",
    "nomor_seri": "SN-1",
    "status": "aktif",
    "tanggal_masuk": "2025-01-31",
    "rak": "Rak A",
    "u_awal": "1",
    "tinggi_u": "2",
    "daya_w": "300",
    "stop_kontak": "2",
    "alamat_ip": "203.0.113.2; 203.0.113.3",
    "bandwidth_mbps": "10",
    "port_jaringan": "sw1/1",
    "catatan": "=HYPERLINK(1)",
}
RACK = {"ruang": "Ruang Server", "rak": "Rak B", "tinggi_u": "42", "daya_w": "5000", "stop_kontak": "20"}
SUPPLY = {"jenis": "port", "nama": "sw2/1"}
ROWS = {Sheet.DEVICES: DEVICE, Sheet.RACKS: RACK, Sheet.SUPPLIES: SUPPLY}


def fresh() -> Callable[[], str]:
    """Give ids that count up."""
    ids = iter(range(10_000))
    return lambda: f"id{next(ids)}"


def text(sheet: Sheet, *lines: dict[str, str]) -> str:
    """Write rows as a file of the table."""
    return to_csv(sheet, [[line.get(column, "") for column in COLUMNS[sheet]] for line in lines])


def taken(sheet: Sheet, *lines: dict[str, str], before: Stock = ROOM) -> Taken | Wrong:
    """Enter rows into the room."""
    read = from_csv(sheet, text(sheet, *lines))
    return read if isinstance(read, Wrong) else take({sheet: read}, before, fresh(), TODAY)


@given(st.text(st.characters(codec="utf-8", exclude_categories=["C"]), max_size=40))
def test_no_cell_is_a_formula_and_each_comes_back(cell: str) -> None:
    """Whatever a text begins with, the written cell begins with no formula, and reads as it was."""
    for one in (cell, *(f"{sign}{cell}" for sign in FORMULA), f"'={cell}", f"''-{cell}"):
        assert not guard(one).startswith(FORMULA)
        assert unguard(guard(one)) == one


@given(st.lists(st.tuples(st.text(max_size=8), st.text(max_size=8)), max_size=5))
def test_any_table_is_one_csv(lines: list[tuple[str, str]]) -> None:
    """Commas, quotes and line ends stay inside their cells."""
    written = to_csv(Sheet.SUPPLIES, lines)
    read = list(csv.reader(io.StringIO(written, newline="")))
    assert [[unguard(cell) for cell in line] for line in read[1:]] == [list(line) for line in lines]


def test_what_is_exported_is_imported_again() -> None:
    """All three tables, from an empty room: the same stock, the same facts."""
    full = taken(Sheet.DEVICES, DEVICE, {**DEVICE, "nomor_seri": "SN-2", "u_awal": "3", "alamat_ip": "",
        "port_jaringan": "", "tanggal_masuk": "", "status": "mati"})  # fmt: skip
    assert isinstance(full, Taken), full
    found, facts = Stock(), dict[str, str]()
    for sheet in Sheet:
        read = from_csv(sheet, to_csv(sheet, rows(sheet, full.stock, full.facts)))
        assert not isinstance(read, Wrong), read
        again = take({sheet: read}, found, fresh(), TODAY)
        assert isinstance(again, Taken), again
        found = again.stock
        facts |= {id: one.catatan for id, one in again.facts.items()}
    for sheet in (Sheet.RACKS, Sheet.SUPPLIES):
        assert rows(sheet, found, {}) == rows(sheet, full.stock, {})
    assert [(one.serial, one.claim.addresses) for one in found.devices] == [
        ("SN-1", ("203.0.113.2", "203.0.113.3")),
        ("SN-2", ()),
    ]
    assert set(facts.values()) == {"=HYPERLINK(1)"}


def test_a_row_changes_what_has_its_name() -> None:
    """A rack by name, a device by serial number however it is spelled, a sum by its kind."""
    first = taken(Sheet.DEVICES, DEVICE)
    assert isinstance(first, Taken)
    moved = taken(Sheet.DEVICES, {**DEVICE, "nomor_seri": "sn- 1", "u_awal": "2"}, before=first.stock)
    assert isinstance(moved, Taken)
    assert [(one.id, one.claim.place.bottom) for one in moved.stock.devices] == [
        (first.stock.devices[0].id, 2)
    ]
    wider = taken(Sheet.RACKS, {**RACK, "rak": "Rak A"})
    assert isinstance(wider, Taken)
    assert [(one.id, one.units) for one in wider.stock.racks] == [("a", 42)]
    sums = taken(Sheet.SUPPLIES, SUPPLY, {"jenis": "alamat", "nama": "203.0.113.9"},
        {"jenis": "bandwidth_mbps", "nama": "500"})  # fmt: skip
    assert isinstance(sums, Taken)
    assert (sums.stock.bandwidth_mbps, sums.stock.ports[-1], sums.stock.addresses[-1]) == (
        500,
        "sw2/1",
        "203.0.113.9",
    )


@pytest.mark.parametrize("said", ["Rusak Ringan", "rusak-ringan", " RUSAK  ringan "])
def test_a_condition_is_read_however_it_is_spelled(said: str) -> None:
    """What a form offers as words is kept as the form keeps it."""
    found = taken(Sheet.DEVICES, {**DEVICE, "kondisi": said})
    assert isinstance(found, Taken)
    assert [one.kondisi for one in found.facts.values()] == ["rusak-ringan"]


@pytest.mark.parametrize(
    ("sheet", "change", "sentence"),
    [
        (Sheet.DEVICES, {"nama": ""}, "nama wajib diisi"),
        (Sheet.DEVICES, {"nama": "x" * 121}, "nama wajib diisi"),
        (Sheet.DEVICES, {"nama": "x" * (MOST_CELL + 1)}, "lebih dari"),
        (Sheet.DEVICES, {"nama": "a\x00b"}, "tidak dapat dicetak"),
        (Sheet.DEVICES, {"nama": "a\u202eb"}, "tidak dapat dicetak"),
        (Sheet.DEVICES, {"status": "dikembalikan"}, "melalui prosedurnya"),
        (Sheet.DEVICES, {"tanggal_masuk": "31-01-2025"}, "tanggal_masuk"),
        (Sheet.DEVICES, {"rak": "Rak Z"}, "Rak Z tidak ada"),
        (Sheet.DEVICES, {"rak": ""}, "(kosong)"),
        (Sheet.DEVICES, {"u_awal": "0"}, "u_awal harus bilangan bulat"),
        (Sheet.DEVICES, {"u_awal": "61"}, "u_awal harus bilangan bulat"),
        (Sheet.DEVICES, {"daya_w": "-5"}, "daya_w harus bilangan bulat"),
        (Sheet.DEVICES, {"daya_w": "٣"}, "daya_w harus bilangan bulat"),
        (Sheet.DEVICES, {"kondisi": "Bagus"}, "kondisi harus baik, rusak-ringan, rusak-berat, atau kosong"),
        (Sheet.DEVICES, {"daya_w": "9999"}, "Setelah impor, Rak A: listrik melebihi 1000 W."),
        (Sheet.DEVICES, {"u_awal": "4"}, "di luar 4 U"),
        (Sheet.DEVICES, {"alamat_ip": "198.51.100.1"}, "tidak ada dalam daftar"),
        (Sheet.RACKS, {"tinggi_u": "61"}, "antara 1 dan 60"),
        (Sheet.RACKS, {"rak": ""}, "rak wajib diisi"),
        (Sheet.SUPPLIES, {"jenis": "gas"}, "jenis harus"),
    ],
)
def test_a_faulty_row_is_named_and_keeps_all_out(sheet: Sheet, change: dict[str, str], sentence: str) -> None:
    """Its sentence names the row as the spreadsheet numbers it, or what does not fit afterwards."""
    good = {Sheet.DEVICES: "nomor_seri", Sheet.RACKS: "rak", Sheet.SUPPLIES: "nama"}[sheet]
    first = {**ROWS[sheet], good: "Lain"} if sheet is not Sheet.DEVICES else {}
    lines = [line for line in (first, {**ROWS[sheet], **change}) if line]
    wrong = taken(sheet, *lines)
    assert isinstance(wrong, Wrong)
    (why,) = wrong.why
    assert sentence in why
    assert why.startswith(("Setelah impor", f"Baris {len(lines) + 1}: "))


def test_a_file_that_is_none_of_ours_is_refused() -> None:
    """Another head, another width, another kind of file, too large or too long, one row twice."""
    head = ",".join(COLUMNS[Sheet.SUPPLIES])
    for file, sentence in (
        ("", "kolom harus jenis, nama"),
        ("nama,jenis\r\n", "kolom harus"),
        (f'{head}\r\n"a', "bukan CSV"),
        (f"{head}\r\nport\r\n", "ada 1 kolom"),
        ("x" * (MOST_TEXT + 1), "terlalu besar"),
        (head + "\r\nport,a" * (MOST_ROWS + 1), "lebih dari"),
    ):
        wrong = from_csv(Sheet.SUPPLIES, file)
        assert isinstance(wrong, Wrong), file[:40]
        assert sentence in wrong.why[0]
    for sheet, line in ROWS.items():
        twice = taken(sheet, line, line)
        assert isinstance(twice, Wrong)
        assert "Baris 3: sudah ada" in twice.why[0]
    assert from_csv(Sheet.SUPPLIES, f"\ufeff{head}\r\nport,a\r\n") == ((2, {"jenis": "port", "nama": "a"}),)


def test_an_import_is_one_act(world: World) -> None:
    """Who may not is told who may; what is refused leaves nothing; what is taken was foreseen."""
    office = furnished(world, Stock())
    bare = {**DEVICE, "alamat_ip": "", "port_jaringan": "", "bandwidth_mbps": "0"}
    admin = office.person("admin")
    for sheet, file in (
        (Sheet.RACKS, text(Sheet.RACKS, {**RACK, "rak": "Rak A"})),
        (Sheet.SUPPLIES, text(Sheet.SUPPLIES, SUPPLY, {"jenis": "alamat", "nama": "203.0.113.2"})),
        (Sheet.DEVICES, text(Sheet.DEVICES, bare)),
    ):
        tables = read(sheet, file.encode())
        assert not isinstance(tables, Wrong), tables
        for work in (bring, foresee):
            assert isinstance(work(office.office, office.person("pemohon"), tables), Refused)
        before = as_csv(office.office, sheet)
        shown = foresee(office.office, admin, tables)
        assert as_csv(office.office, sheet) == before
        done = bring(office.office, admin, tables)
        assert isinstance(done, tuple)
        assert done == shown
        assert {one.kind for one in done} == {ChangeKind.NEW}
        assert bring(office.office, admin, tables) == ()
        assert as_csv(office.office, sheet).count("\r\n") >= 1 + len(done)
    full = read(Sheet.DEVICES, text(Sheet.DEVICES, {**DEVICE, "nomor_seri": "SN-2"}).encode())
    assert not isinstance(full, Wrong)
    assert isinstance(bring(office.office, admin, full), Wrong)
    assert isinstance(foresee(office.office, admin, full), Wrong)
    assert [one.serial for one in stock(office).devices] == ["SN-1"]
    assert isinstance(read(Sheet.RACKS, b"\xff\xfe"), Wrong)
    assert isinstance(read(Sheet.RACKS, b"x"), Wrong)


def crowd(world: World) -> None:
    """Let eight imports of the same server come at the same moment: one enters it, seven change nothing."""
    bare = {**DEVICE, "alamat_ip": "", "port_jaringan": "", "bandwidth_mbps": "0"}
    tables = read(Sheet.DEVICES, text(Sheet.DEVICES, bare).encode())
    assert not isinstance(tables, Wrong)
    with ThreadPoolExecutor(8) as pool:
        done = list(pool.map(lambda _: bring(world.office, world.person("admin"), tables), range(8)))
    assert sorted(len(one) for one in done if isinstance(one, tuple)) == [*[0] * 7, 1]
    assert [one.serial for one in stock(world).devices] == ["SN-1"]


def test_imports_at_once_enter_each_server_once(world: World) -> None:
    """Eight threads, one server."""
    crowd(furnished(world))


def test_what_an_import_changes_is_named_by_column() -> None:
    """Of a changed row the cells that differ, of a new one those that say something; nothing else."""
    first = taken(Sheet.DEVICES, DEVICE)
    assert isinstance(first, Taken)
    both = text(Sheet.DEVICES, {**DEVICE, "status": "mati"}, {**DEVICE, "nomor_seri": "SN-2", "u_awal": "3",
        "alamat_ip": "", "port_jaringan": ""})  # fmt: skip
    lines = from_csv(Sheet.DEVICES, both)
    assert not isinstance(lines, Wrong)
    again = take({Sheet.DEVICES: lines}, first.stock, lambda: "baru", TODAY)
    assert isinstance(again, Taken)
    old, new = changes((first.stock, first.facts), (again.stock, {**first.facts, **again.facts}))
    assert (old.kind, old.name) == (ChangeKind.CHANGED, "Situs (SN-1)")
    assert [(one.column, one.before, one.after) for one in old.cells] == [("status", "aktif", "mati")]
    assert (new.kind, new.name) == (ChangeKind.NEW, "Situs (SN-2)")
    assert "alamat_ip" not in {one.column for one in new.cells}
    sums = taken(Sheet.SUPPLIES, SUPPLY, {"jenis": "bandwidth_mbps", "nama": "500"})
    racks = taken(Sheet.RACKS, RACK)
    assert isinstance(sums, Taken)
    assert isinstance(racks, Taken)
    named = [one.name for other in (sums, racks) for one in changes((ROOM, {}), (other.stock, {}))]
    assert named == ["port sw2/1", "bandwidth_mbps", "Rak B"]


def test_a_workbook_holds_texts_only(world: World) -> None:
    """No cell of the XLSX is a formula, a number or a link, whatever an owner called the server."""
    pytest.importorskip("xlsxwriter")
    office = furnished(world)
    settled(office)
    with writing(office.office.store) as connection:
        (one,) = inventory.devices(connection)
        inventory.describe(connection, one.device.id, type(one.facts)(catatan='=cmd|"/c calc"!A1'))
    with zipfile.ZipFile(io.BytesIO(as_xlsx(office.office))) as book:
        pages = [book.read(name).decode() for name in book.namelist() if "worksheets/sheet" in name]
    assert len(pages) == 3
    assert not any("<f>" in page or "<hyperlink" in page for page in pages)
    with reading(office.office.store) as connection:
        assert inventory.devices(connection)[0].device.status is DeviceStatus.ACTIVE
