"""A workbook from elsewhere: read as people see it, and whatever is wrong with it refused in a sentence."""

import contextlib
import io
import zipfile
from collections.abc import Mapping

import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from review.inventory import Stock
from review.inventory.exchange import COLUMNS, Sheet, Wrong
from review.inventory.workbook import MOST_PARTS, MOST_UNPACKED, NOT_XLSX, TOO_LARGE, Unreadable, pages
from review.workflow.furnishing import NOTHING, as_xlsx, bring, read
from tests.review.rooms import furnished, settled, stock
from tests.review.world import World

HEAD = '<?xml version="1.0"?>'
SPACE = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
BOOK = (
    f'{HEAD}<workbook {SPACE} xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">'
    '<workbookPr/><sheets><sheet name="Rak" sheetId="1" r:id="rId1"/></sheets></workbook>'
)
RELATIONS = (
    f'{HEAD}<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="rId1" Type="x" Target="worksheets/sheet1.xml"/></Relationships>'
)


def package(rows: str, **others: str) -> bytes:
    """Pack a workbook of one sheet; a part that is named otherwise takes the place of ours."""
    parts = {
        "xl/workbook.xml": BOOK,
        "xl/_rels/workbook.xml.rels": RELATIONS,
        "xl/worksheets/sheet1.xml": f"{HEAD}<worksheet {SPACE}><sheetData>{rows}</sheetData></worksheet>",
        **{name.replace("__", "/") + ".xml": body for name, body in others.items()},
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as book:
        for name, body in parts.items():
            book.writestr(name, body)
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
    styles = (
        f"{HEAD}<styleSheet {SPACE}><numFmts><numFmt numFmtId='170' formatCode='dd/mm/yyyy'/>"
        '<numFmt numFmtId="171" formatCode="0&quot; days&quot;"/></numFmts>'
        '<cellXfs><xf/><xf numFmtId="14"/><xf numFmtId="170"/><xf numFmtId="171"/></cellXfs></styleSheet>'
    )
    shared = (
        f"{HEAD}<sst {SPACE}><si><t>satu</t></si>"
        "<si><r><t>du</t></r><r><t>a</t></r><rPh><t>x</t></rPh></si></sst>"
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
        ('<row><c r="A1"><f>1+1</f><v>2</v></c></row>', {}, "Baris 1: ada rumus"),
        ('<row r="7"><c t="e"><v>#REF!</v></c></row>', {}, "Baris 7: ada isian yang bukan teks"),
        ('<row><c r="ZZ1"><v>1</v></c></row>', {}, "lebih dari 64 kolom"),
        ('<row><c t="s"><v>5</v></c></row>', {}, NOT_XLSX),
        ('<row><c r="1A"><v>5</v></c></row>', {}, NOT_XLSX),
        ("<row>", {}, NOT_XLSX),
        ("<a>" * 40 + "</a>" * 40, {}, NOT_XLSX),
        ("", {"xl__workbook": f"{HEAD}<!DOCTYPE x [<!ENTITY a 'b'>]><workbook>&a;</workbook>"}, NOT_XLSX),
        ("", {"xl__workbook": BOOK.replace("rId1", "rId2")}, NOT_XLSX),
        (" " * (MOST_UNPACKED + 1), {}, TOO_LARGE),
        ("", {f"x{number}": "" for number in range(MOST_PARTS)}, TOO_LARGE),
        ("<row><c><v>1</v></c></row>" * 20_001, {}, TOO_LARGE),
    ],
)
def test_what_is_wrong_is_said(rows: str, others: dict[str, str], sentence: str) -> None:
    """Formulas, faults, entities, depth and size are refused; nothing is guessed."""
    with pytest.raises(Unreadable) as told:
        pages(package(rows, **others))
    assert sentence in str(told.value)


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
