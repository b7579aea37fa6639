"""A workbook from elsewhere: read as people see it, and whatever is wrong with it refused in a sentence."""

import contextlib
import io
import sys
import tracemalloc
import zipfile
from collections.abc import Mapping

import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from review.inventory import Stock
from review.inventory.exchange import COLUMNS, Sheet, Wrong
from review.inventory.package import MOST_PARTS, MOST_UNPACKED, NOT_XLSX, STRICT, TOO_LARGE, Unreadable
from review.inventory.workbook import pages
from review.workflow.furnishing import NOTHING, UNOPENED, as_xlsx, bring, read
from tests.review.rooms import furnished, settled, stock
from tests.review.world import World

HEAD = '<?xml version="1.0"?>'
OFFICE = "http://schemas.openxmlformats.org"
SPACE = f'xmlns="{OFFICE}/spreadsheetml/2006/main"'
BOOK = (
    f'{HEAD}<workbook {SPACE} xmlns:r="{OFFICE}/officeDocument/2006/relationships">'
    '<workbookPr/><sheets><sheet name="Rak" sheetId="1" r:id="rId1"/></sheets></workbook>'
)
RELATIONS = (
    f'{HEAD}<Relationships xmlns="{OFFICE}/package/2006/relationships"><Relationship Id="rId1" Type='
    f'"{OFFICE}/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>'
)
KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml"
TYPES = (
    f'{HEAD}<Types xmlns="{OFFICE}/package/2006/content-types">'
    f'<Override PartName="/xl/workbook.xml" ContentType="{KIND}.sheet.main+xml"/>'
    f'<Override PartName="/xl/sharedStrings.xml" ContentType="{KIND}.sharedStrings+xml"/></Types>'
)
UNSHARED = TYPES.replace("sharedStrings", "other")
DTD = "<!DOCTYPE x [<!ENTITY a 'b'>]>"


def sheet(rows: str) -> str:
    """Write the part of a sheet, which says something else of its size than is true."""
    return f"{HEAD}<worksheet {SPACE}><dimension ref='C3:D3'/><sheetData>{rows}</sheetData></worksheet>"


def package(rows: str, **others: str) -> bytes:
    """Pack a workbook of one sheet; a part that is named otherwise takes the place of ours."""
    parts = {
        "[Content_Types].xml": TYPES if "xl__sharedStrings" in others else UNSHARED,
        "xl/workbook.xml": BOOK,
        "xl/_rels/workbook.xml.rels": RELATIONS,
        "xl/worksheets/sheet1.xml": sheet(rows),
        **{name.replace("__", "/") + ".xml": body for name, body in others.items()},
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as book:
        for name, body in parts.items():
            book.writestr(name, body)
    return out.getvalue()


def repacked(data: bytes, method: int, without: str = "-") -> bytes:
    """Pack a package anew, without the parts of a name."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as book, zipfile.ZipFile(out, "w", method) as other:
        for name in book.namelist():
            if without not in name:
                other.writestr(name, book.read(name))
    return out.getvalue()


def made(lines: Mapping[str, list[list[object]]]) -> bytes:
    """Write a workbook as a spreadsheet program does: numbers as numbers, texts shared."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        for name, rows in lines.items():
            page = book.add_worksheet(name)
            for number, line in enumerate(rows):
                page.write_row(number, 0, line)
    return out.getvalue()


def test_numbers_texts_and_days_are_read_as_people_see_them() -> None:
    """Whole numbers without a point, days as days, shared and own texts; empty rows are none."""
    shown = '<xf numFmtId="{}" fontId="0" fillId="0" borderId="0"/>'
    styles = (
        f"{HEAD}<styleSheet {SPACE}><numFmts><numFmt numFmtId='170' formatCode='dd/mm/yyyy'/>"
        '<numFmt numFmtId="171" formatCode="0&quot; days&quot;"/></numFmts>'
        f"<cellXfs>{''.join(shown.format(number) for number in (0, 14, 170, 171))}</cellXfs></styleSheet>"
    )
    shared = (
        f"{HEAD}<sst {SPACE}><si><t>satu</t></si>"
        "<si><r><t>du</t></r><r><t>a</t></r><rPh sb='0' eb='2'><t>x</t></rPh></si></sst>"
    )
    rows = (
        '<row r="1"><c r="A1" t="s"><v>0</v></c><c r="C1" t="s"><v>1</v></c></row><row r="2"/>'
        '<row r="4"><c r="A4"><v>3</v></c><c><v>3.0</v></c><c><v>1.5</v></c><c><v>1E2</v></c>'
        '<c s="1"><v>46347</v></c><c s="2"><v>46347</v></c><c s="3"><v>7</v></c><c r="H4"/></row>'
        '<row><c t="inlineStr"><is><t>tiga</t></is></c><c t="str"><v>empat</v></c></row>'
    )
    data = package(rows, xl__styles=styles, xl__sharedStrings=shared)
    assert pages(data) == {
        "Rak": (
            (1, ("satu", "", "dua")),
            (4, ("3", "3", "1.5", "100", "2026-11-21", "2026-11-21", "7")),
            (5, ("tiga", "empat")),
        )
    }
    early = BOOK.replace("<workbookPr/>", '<workbookPr date1904="1"/>')
    (line,) = pages(package('<row><c s="1"><v>1</v></c></row>', xl__styles=styles, xl__workbook=early))["Rak"]
    assert line == (1, ("1904-01-02",))


@pytest.mark.parametrize(
    ("rows", "others", "sentence"),
    [
        ('<row><c r="A1"><f>1+1</f><v>2</v></c></row>', {}, "Lembar Rak, sel A1: ada rumus"),
        ('<row r="3"><c/><c><f t="array" ref="B3">1</f></c></row>', {}, "sel B3: ada rumus"),
        ('<row><c><f t="shared" si="0"/><v>1</v></c></row>', {}, "sel A1: ada rumus"),
        ('<row r="7"><c t="e"><v>#REF!</v></c></row>', {}, "sel A7: isinya bukan teks"),
        ('<row><c t="b"><v>1</v></c></row>', {}, "sel A1: isinya bukan teks"),
        ("<row><c/><c><v>1e999</v></c></row>", {}, "sel B1: isinya bukan teks"),
        ('<row><c r="ZZ1"><v>1</v></c></row>', {}, "Baris 1: lebih dari 64 kolom"),
        ('<row r="20001"><c><v>1</v></c></row>', {}, TOO_LARGE),
        ('<row><c t="s"><v>5</v></c></row>', {}, NOT_XLSX),
        ('<row><c r="1A"><v>5</v></c></row>', {}, NOT_XLSX),
        ('<row><c r="A2"><v>5</v></c></row>', {}, NOT_XLSX),
        ('<row r="2"/><row r="2"><c><v>5</v></c></row>', {}, NOT_XLSX),
        ('<row r="2"/><row r="1"><c><v>5</v></c></row>', {}, NOT_XLSX),
        ('<row><c r="B1"/><c r="A1"><v>5</v></c></row>', {}, NOT_XLSX),
        ("<row><c><v>nan</v></c></row>", {}, NOT_XLSX),
        ("<row>", {}, NOT_XLSX),
        ("<a>" * 40 + "</a>" * 40, {}, NOT_XLSX),
        ("", {"xl__workbook": BOOK.replace("<workbook ", f"{DTD}<workbook ")}, NOT_XLSX),
        ("", {"xl__sharedStrings": f"{HEAD}{DTD}<sst {SPACE}/>"}, NOT_XLSX),
        ("", {"xl__worksheets__sheet1": f"{HEAD}{DTD}<worksheet>&a;</worksheet>"}, NOT_XLSX),
        ("", {"xl__worksheets__sheet1": f'{HEAD}<!DOCTYPE x SYSTEM "file:///dev/null"><x/>'}, NOT_XLSX),
        ("", {"xl__workbook": BOOK.replace("rId1", "rId2")}, NOT_XLSX),
        ("", {"xl__workbook": BOOK.replace(SPACE, 'xmlns="http://purl.oclc.org/ooxml/x"')}, STRICT),
        (" " * (MOST_UNPACKED + 1), {}, TOO_LARGE),
        ("", {"xl__media__picture": " " * (MOST_UNPACKED + 1)}, TOO_LARGE),
        ("", {f"x{number}": "" for number in range(MOST_PARTS)}, TOO_LARGE),
        ("<row><c><v>1</v></c></row>" * 20_001, {}, TOO_LARGE),
    ],
)
def test_what_is_wrong_is_said(rows: str, others: dict[str, str], sentence: str) -> None:
    """Formulas, faults, entities, disorder, depth and size are refused; nothing is guessed."""
    with pytest.raises(Unreadable) as told:
        pages(package(rows, **others))
    assert sentence in str(told.value)


def test_a_sheet_that_is_promised_must_be_there() -> None:
    """A workbook that names a sheet its package has not is damaged, not empty."""
    whole = package("<row><c><v>1</v></c></row>")
    assert pages(whole) == {"Rak": ((1, ("1",)),)}
    with pytest.raises(Unreadable, match="utuh"):
        pages(repacked(whole, zipfile.ZIP_DEFLATED, "sheet1"))


def test_a_part_that_holds_more_than_it_declares_is_not_unpacked() -> None:
    """Eight megabytes that are declared as ten bytes give ten bytes, and those are a damaged part."""
    data = bytearray(package(" " * MOST_UNPACKED))
    at = data.rindex(b"xl/worksheets/sheet1.xml") - 46
    assert data[at : at + 4] == b"PK\x01\x02"
    data[at + 24 : at + 28] = (10).to_bytes(4, "little")
    with contextlib.suppress(Unreadable):
        pages(package(""))  # what is loaded once
    tracemalloc.start()
    with pytest.raises(Unreadable, match="utuh"):
        pages(bytes(data))
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert most < MOST_UNPACKED // 4


def test_only_what_stops_unpacking_in_time_is_unpacked() -> None:
    """A part packed by bzip2 or LZMA is refused: XLSX knows neither, and they unpack without measure."""
    data = package("<row><c><v>1</v></c></row>")
    for method in (zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA):
        with pytest.raises(Unreadable, match="utuh"):
            pages(repacked(data, method))
    assert pages(repacked(data, zipfile.ZIP_STORED)) == pages(data)


def test_pictures_and_links_are_left_unread() -> None:
    """A workbook with parts that no list needs, damaged ones too, gives its cells."""
    others = {"xl__drawings__drawing1": "<", "docProps__core": DTD, "xl__theme__theme1": "<", "x__y": "<"}
    assert pages(package("<row><c><v>1</v></c></row>", **others)) == {"Rak": ((1, ("1",)),)}


def test_without_the_extra_a_workbook_is_refused_in_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where openpyxl or defusedxml is not installed, CSV is asked for."""
    for name in ("openpyxl", "defusedxml.ElementTree"):
        with monkeypatch.context() as without:
            without.setitem(sys.modules, name, None)
            assert read(Sheet.RACKS, package("")) == Wrong((UNOPENED,))


@given(st.integers(0, 10_000), st.binary(max_size=40))
@settings(max_examples=60)
def test_a_damaged_workbook_is_one_sentence(at: int, noise: bytes) -> None:
    """Whatever bytes come in its middle, it is read or refused, and nothing else happens."""
    data = package('<row><c t="inlineStr"><is><t>isi</t></is></c></row>')
    place = at % len(data)
    with contextlib.suppress(Unreadable):
        pages(data[:place] + noise + data[place + len(noise) :])


def test_our_workbook_comes_back(world: World) -> None:
    """What was exported as XLSX is taken into an empty room: the same list."""
    office = furnished(world)
    settled(office)
    data = as_xlsx(office.office)
    before = stock(office)
    tables = read(Sheet.RACKS, data)
    assert not isinstance(tables, Wrong), tables
    assert {sheet: len(lines) for sheet, lines in tables.items()} == {
        Sheet.RACKS: 1,
        Sheet.SUPPLIES: 7,
        Sheet.DEVICES: 1,
    }
    assert bring(office.office, office.person("admin"), tables) == ()
    assert stock(office) == before


def test_a_typed_workbook_is_taken_in_any_order(world: World) -> None:
    """Devices before their rack, numbers as numbers, short lines; all of it in one act."""
    office = furnished(world, Stock())
    head = {sheet: list[object](COLUMNS[sheet]) for sheet in Sheet}
    server: list[object] = ["Situs", "Dinas", "SN-1", "aktif", "2025-01-31", "Rak B", 1, 2, 300, 2, "", 0]
    rack: list[object] = ["Ruang", "Rak B", 42, 5000, 20]
    data = made({"perangkat": [head[Sheet.DEVICES], server], "RAK": [head[Sheet.RACKS], rack], "Sheet3": []})
    tables = read(Sheet.RACKS, data)
    assert not isinstance(tables, Wrong), tables
    done = bring(office.office, office.person("admin"), tables)
    assert isinstance(done, tuple), done
    assert [one.name for one in done] == ["Rak B", "Situs (SN-1)"]
    faulty = made({"Rak": [head[Sheet.RACKS], ["Ruang", "Rak C", 99, 1, 1]], "Perangkat": [["x"]]})
    wrong = read(Sheet.RACKS, faulty)
    assert isinstance(wrong, Wrong)
    assert wrong.why[0].startswith("Perangkat: Baris 1: kolom harus")
    both = read(Sheet.RACKS, made({"Rak": [head[Sheet.RACKS], rack], "Catatan": [["x"]], "Kosong": []}))
    assert both == Wrong(("Lembar Catatan bukan Rak, Sarana, atau Perangkat.",))
    assert read(Sheet.RACKS, made({"Lembar": []})) == Wrong((NOTHING,))
    assert read(Sheet.RACKS, b"PK\x03\x04") == Wrong((NOT_XLSX,))
    tall = read(Sheet.RACKS, made({"Rak": [head[Sheet.RACKS], ["Ruang", "Rak C", 99, 1, 1]],
        "Perangkat": [head[Sheet.DEVICES], server]}))  # fmt: skip
    assert not isinstance(tall, Wrong)
    said = bring(office.office, office.person("admin"), tall)
    assert isinstance(said, Wrong)
    assert said.why[0].startswith("Rak, baris 2: tinggi_u")
