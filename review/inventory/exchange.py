"""The inventory as plain tables, to be taken to a spreadsheet and brought back: racks, supplies, devices.

A file is read whole or not at all: every faulty row is named with a sentence, and then nothing of it counts.
In CSV a text that a spreadsheet would take for a formula is written with an apostrophe before it, and read
without; so what is exported and imported again is the same text. What rows make of a stock is decided in
``entering``; ``package`` and ``workbook`` read XLSX.

Pure.
"""

import csv
import io
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import UTC, datetime
from enum import StrEnum
from typing import assert_never

from review.inventory.facts import Facts
from review.inventory.stock import Device, DeviceStatus, Stock

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%")
"""What a cell begins with that a spreadsheet may run."""

MOST_ROWS, MOST_TEXT, MOST_CELL = 5_000, 2_000_000, 500
SEPARATOR = ";"
"""What stands between several addresses or ports in one cell."""


class Sheet(StrEnum):
    """The three tables."""

    RACKS = "rak"
    SUPPLIES = "sarana"
    DEVICES = "perangkat"


PLAIN = ("nama", "unit_pemilik", "nomor_seri", "status", "tanggal_masuk")
HELD = ("rak", "u_awal", "tinggi_u", "daya_w", "stop_kontak", "alamat_ip", "bandwidth_mbps", "port_jaringan")
REST = tuple(field.name for field in fields(Facts))

COLUMNS: Mapping[Sheet, tuple[str, ...]] = {
    Sheet.RACKS: ("ruang", "rak", "tinggi_u", "daya_w", "stop_kontak"),
    Sheet.SUPPLIES: ("jenis", "nama"),
    Sheet.DEVICES: (*PLAIN, *HELD, *REST),
}
"""Each table's columns, in order."""

Row = Mapping[str, str]

Lines = tuple[tuple[int, Row], ...]
"""Rows, each with its number in the file."""

Tables = Mapping[Sheet, Lines]
"""What a file brings: one table, or several of a workbook."""


@dataclass(frozen=True, slots=True)
class Wrong:
    """A file that cannot be taken: a sentence for each fault, with its row."""

    why: tuple[str, ...]


def guard(text: str) -> str:
    """Write a text so that no spreadsheet takes it for a formula."""
    return f"'{text}" if text.lstrip("'").startswith(FORMULA) else text


def unguard(text: str) -> str:
    """Read a text that ``guard`` wrote."""
    return text[1:] if text.startswith("'") and text.lstrip("'").startswith(FORMULA) else text


def rows(sheet: Sheet, stock: Stock, facts: Mapping[str, Facts]) -> tuple[tuple[str, ...], ...]:
    """Give a table's rows, without its head; devices that were returned are left out."""
    match sheet:
        case Sheet.RACKS:
            return tuple(
                (one.room, one.name, str(one.units), str(one.power_w), str(one.outlets))
                for one in stock.racks
            )
        case Sheet.SUPPLIES:
            named = [("alamat", name) for name in stock.addresses] + [("port", name) for name in stock.ports]
            return (*named, ("bandwidth_mbps", str(stock.bandwidth_mbps)))
        case Sheet.DEVICES:
            here = [one for one in stock.devices if one.status is not DeviceStatus.RETURNED]
            return tuple(_device_row(stock, one, facts.get(one.id, Facts())) for one in here)
        case other:
            assert_never(other)


def _device_row(stock: Stock, one: Device, facts: Facts) -> tuple[str, ...]:
    claim = one.claim
    came = datetime.fromtimestamp(one.since / 1000, UTC).date().isoformat()
    return (
        one.name,
        one.owner,
        one.serial,
        one.status.value,
        came,
        stock.rack(claim.place.rack).name,
        str(claim.place.bottom),
        str(claim.place.height),
        str(claim.power_w),
        str(claim.outlets),
        SEPARATOR.join(claim.addresses),
        str(claim.bandwidth_mbps),
        SEPARATOR.join(claim.ports),
        *asdict(facts).values(),
    )


def to_csv(sheet: Sheet, lines: Iterable[Sequence[str]]) -> str:
    """Write a table as CSV (UTF-8, comma, CRLF), nothing in it a formula."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(COLUMNS[sheet])
    writer.writerows([guard(cell) for cell in line] for line in lines)
    return out.getvalue()


def from_csv(sheet: Sheet, text: str) -> Lines | Wrong:
    """Read a table: its head must name exactly the columns; give each row with its number in the file."""
    if len(text) > MOST_TEXT:
        return Wrong(("Berkas terlalu besar.",))
    try:
        cells = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""), strict=True))
    except csv.Error:
        return Wrong(("Berkas ini bukan CSV dengan pemisah koma.",))
    return of_cells(sheet, tuple((number, tuple(map(unguard, line))) for number, line in enumerate(cells, 1)))


def of_cells(sheet: Sheet, cells: Sequence[tuple[int, Sequence[str]]]) -> Lines | Wrong:
    """Read numbered lines of cells, the first of which is the head."""
    head = tuple(cells[0][1]) if cells else ()
    if head != COLUMNS[sheet]:
        return Wrong((f"Baris 1: kolom harus {', '.join(COLUMNS[sheet])}.",))
    if len(cells) - 1 > MOST_ROWS:
        return Wrong((f"Berkas memuat lebih dari {MOST_ROWS} baris.",))
    found, why = [], []
    for number, line in cells[1:]:
        fault = _shape_fault(line, len(head))
        if fault:
            why.append(f"Baris {number}: {fault}")
        else:
            found.append((number, dict(zip(head, map(_tidy, line), strict=True))))
    return Wrong(tuple(why)) if why else tuple(found)


def _shape_fault(cells: Sequence[str], width: int) -> str:
    if len(cells) != width:
        return f"ada {len(cells)} kolom, seharusnya {width}."
    if any(len(cell) > MOST_CELL for cell in cells):
        return f"ada isian lebih dari {MOST_CELL} karakter."
    strange = any(unicodedata.category(sign).startswith("C") for cell in cells for sign in cell)
    return "ada karakter yang tidak dapat dicetak." if strange else ""


def _tidy(cell: str) -> str:
    return unicodedata.normalize("NFC", cell).strip()
