"""The inventory as plain tables, to be taken to a spreadsheet and brought back: racks, supplies, devices.

A file is read whole or not at all: every faulty row is named with a sentence, and then nothing of it counts.
A text that a spreadsheet would take for a formula is written with an apostrophe before it, and read without;
so what is exported and imported again is the same text.

Pure.
"""

import csv
import io
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import assert_never

from review.form import day
from review.inventory.facts import Facts
from review.inventory.sheets import spelled
from review.inventory.stock import UNITS, Claim, Device, DeviceStatus, Place, Rack, Stock, faults

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


@dataclass(frozen=True, slots=True)
class Wrong:
    """A file that cannot be taken: a sentence for each fault, with its row."""

    why: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Taken:
    """What a file makes of the stock, and what is now known of the devices it names."""

    stock: Stock
    facts: Mapping[str, Facts]


class _Unread(Exception):
    """One row cannot be read; the text is its sentence."""


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


def from_csv(sheet: Sheet, text: str) -> tuple[tuple[int, Row], ...] | Wrong:
    """Read a table: its head must name exactly the columns; give each row with its number in the file."""
    if len(text) > MOST_TEXT:
        return Wrong(("Berkas terlalu besar.",))
    try:
        lines = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""), strict=True))
    except csv.Error:
        return Wrong(("Berkas ini bukan CSV dengan pemisah koma.",))
    head = tuple(lines[0]) if lines else ()
    if head != COLUMNS[sheet]:
        return Wrong((f"Baris 1: kolom harus {', '.join(COLUMNS[sheet])}.",))
    if len(lines) - 1 > MOST_ROWS:
        return Wrong((f"Berkas memuat lebih dari {MOST_ROWS} baris.",))
    found, why = [], []
    for number, cells in enumerate(lines[1:], 2):
        fault = _shape_fault(cells, len(head))
        if fault:
            why.append(f"Baris {number}: {fault}")
        else:
            found.append((number, dict(zip(head, map(_tidy, cells), strict=True))))
    return Wrong(tuple(why)) if why else tuple(found)


def _shape_fault(cells: Sequence[str], width: int) -> str:
    if len(cells) != width:
        return f"ada {len(cells)} kolom, seharusnya {width}."
    if any(len(cell) > MOST_CELL for cell in cells):
        return f"ada isian lebih dari {MOST_CELL} karakter."
    strange = any(unicodedata.category(sign).startswith("C") for cell in cells for sign in cell)
    return "ada karakter yang tidak dapat dicetak." if strange else ""


def _tidy(cell: str) -> str:
    return unicodedata.normalize("NFC", unguard(cell)).strip()


def take(
    sheet: Sheet, stock: Stock, lines: Iterable[tuple[int, Row]], fresh: Callable[[], str], today: date
) -> Taken | Wrong:
    """Enter a table's rows into a stock: what it names is added or changed, nothing is removed.

    ``fresh`` gives a new id. What does not fit together afterwards is refused as a whole.
    """
    why: list[str] = []
    facts: dict[str, Facts] = {}
    seen: set[tuple[str, ...]] = set()
    for number, row in lines:
        try:
            key = _key(sheet, row)
            if key in seen:
                why.append(f"Baris {number}: sudah ada pada baris sebelumnya.")
            seen.add(key)
            stock = _enter(sheet, stock, row, (fresh, today, facts))
        except _Unread as fault:
            why.append(f"Baris {number}: {fault}")
    together = () if why else faults(stock)
    why += [f"Setelah impor, {fault}." for fault in together]
    return Wrong(tuple(why)) if why else Taken(stock, facts)


Tools = tuple[Callable[[], str], date, dict[str, Facts]]


def _key(sheet: Sheet, row: Row) -> tuple[str, ...]:
    match sheet:
        case Sheet.RACKS:
            return (row["rak"],)
        case Sheet.SUPPLIES:
            return (row["jenis"], "" if row["jenis"] == "bandwidth_mbps" else row["nama"])
        case Sheet.DEVICES:
            return (spelled(row["nomor_seri"]),)
        case other:
            assert_never(other)


def _enter(sheet: Sheet, stock: Stock, row: Row, tools: Tools) -> Stock:
    match sheet:
        case Sheet.RACKS:
            return _enter_rack(stock, row, tools[0])
        case Sheet.SUPPLIES:
            return _enter_supply(stock, row)
        case Sheet.DEVICES:
            return _enter_device(stock, row, tools)
        case other:
            assert_never(other)


def _enter_rack(stock: Stock, row: Row, fresh: Callable[[], str]) -> Stock:
    name, old = _text(row, "rak", 60), {one.name: one.id for one in stock.racks}
    sizes = (_number(row, "tinggi_u"), _number(row, "daya_w"), _number(row, "stop_kontak"))
    try:
        new = Rack(old.get(name) or fresh(), _text(row, "ruang", 32), name, *sizes)
    except ValueError as fault:
        message = "tinggi_u harus antara 1 dan 60."
        raise _Unread(message) from fault
    others = tuple(one for one in stock.racks if one.id != new.id)
    return replace(stock, racks=tuple(sorted((*others, new), key=lambda one: one.name)))


def _enter_supply(stock: Stock, row: Row) -> Stock:
    match row["jenis"]:
        case "alamat":
            return replace(stock, addresses=tuple(dict.fromkeys((*stock.addresses, _text(row, "nama", 60)))))
        case "port":
            return replace(stock, ports=tuple(dict.fromkeys((*stock.ports, _text(row, "nama", 60)))))
        case "bandwidth_mbps":
            return replace(stock, bandwidth_mbps=_number(row, "nama"))
        case _:
            message = "jenis harus alamat, port, atau bandwidth_mbps."
            raise _Unread(message)


def _enter_device(stock: Stock, row: Row, tools: Tools) -> Stock:
    fresh, today, facts = tools
    serial = _text(row, "nomor_seri", 120)
    here = [one for one in stock.devices if one.status is not DeviceStatus.RETURNED]
    old = next((one for one in here if spelled(one.serial) == spelled(serial)), None)
    came = day(row["tanggal_masuk"]) if row["tanggal_masuk"] else today
    if came is None:
        message = "tanggal_masuk harus ditulis seperti 2026-11-20."
        raise _Unread(message)
    since = int(datetime(came.year, came.month, came.day, tzinfo=UTC).timestamp() * 1000)
    id_ = fresh() if old is None else old.id
    named = (_text(row, "nama", 120), _text(row, "unit_pemilik", 120), serial)
    new = Device(id_, *named, _claim(stock, row), _status(row), since)
    facts[id_] = Facts(**{name: row[name] for name in REST})
    return replace(stock, devices=(*(one for one in stock.devices if one.id != id_), new))


def _status(row: Row) -> DeviceStatus:
    present = [one.value for one in DeviceStatus if one is not DeviceStatus.RETURNED]
    if row["status"] not in present:
        message = f"status harus {', '.join(present)}; pengembalian dicatat melalui prosedurnya."
        raise _Unread(message)
    return DeviceStatus(row["status"])


def _claim(stock: Stock, row: Row) -> Claim:
    rack = next((one for one in stock.racks if one.name == row["rak"]), None)
    if rack is None:
        message = f"rak {row['rak'] or '(kosong)'} tidak ada; impor daftar rak lebih dahulu."
        raise _Unread(message)
    place = Place(rack.id, _number(row, "u_awal", 1, UNITS), _number(row, "tinggi_u", 1, UNITS))
    return Claim(
        place,
        _number(row, "daya_w"),
        _number(row, "stop_kontak"),
        _several(row["alamat_ip"]),
        _number(row, "bandwidth_mbps"),
        _several(row["port_jaringan"]),
    )


def _several(cell: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in cell.split(SEPARATOR) if part.strip())


def _text(row: Row, column: str, most: int) -> str:
    if not 1 <= len(row[column]) <= most:
        message = f"{column} wajib diisi, paling panjang {most} karakter."
        raise _Unread(message)
    return row[column]


def _number(row: Row, column: str, least: int = 0, most: int = 9_999_999) -> int:
    text = row[column]
    plain = text.isascii() and text.isdigit() and len(text) <= len(str(most))
    if not plain or not least <= int(text) <= most:
        message = f"{column} harus bilangan bulat antara {least} dan {most}."
        raise _Unread(message)
    return int(text)
