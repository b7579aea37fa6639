"""What the rows of a spreadsheet make of the inventory: added, or changed by name or serial number.

Nothing is ever removed: what leaves the room leaves by its procedure. All rows of all tables are entered or
none; what does not fit together afterwards is refused as a whole.

Pure.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import assert_never

from review.form import day
from review.inventory.exchange import REST, SEPARATOR, Lines, Row, Sheet, Tables, Wrong
from review.inventory.facts import Facts
from review.inventory.sheets import spelled
from review.inventory.stock import UNITS, Claim, Device, DeviceStatus, Place, Rack, Stock, faults


@dataclass(frozen=True, slots=True)
class Taken:
    """What a file makes of the stock, and what is now known of the devices it names."""

    stock: Stock
    facts: Mapping[str, Facts]


class _Unread(Exception):
    """One row cannot be read; the text is its sentence."""


CONDITIONS = ("baik", "rusak-ringan", "rusak-berat")
"""What a device can be found to be (forms F05 and F06)."""

Tools = tuple[Callable[[], str], date, dict[str, Facts]]


def take(tables: Tables, stock: Stock, fresh: Callable[[], str], today: date) -> Taken | Wrong:
    """Enter tables into a stock; racks and supplies first, whatever their order in the file.

    ``fresh`` gives a new id; ``today`` is when a device came whose row names no day.
    """
    why: list[str] = []
    facts: dict[str, Facts] = {}
    for sheet in Sheet:
        where = f"{sheet.value.capitalize()}, baris" if len(tables) > 1 else "Baris"
        stock, faulty = _take_one(sheet, stock, tables.get(sheet, ()), (fresh, today, facts))
        why += [f"{where} {number}: {fault}" for number, fault in faulty]
    together = () if why else faults(stock)
    why += [f"Setelah impor, {fault}." for fault in together]
    return Wrong(tuple(why)) if why else Taken(stock, facts)


def _take_one(sheet: Sheet, stock: Stock, lines: Lines, tools: Tools) -> tuple[Stock, list[tuple[int, str]]]:
    faulty: list[tuple[int, str]] = []
    seen: set[tuple[str, ...]] = set()
    for number, row in lines:
        try:
            key = key_of(sheet, row)
            if key in seen:
                faulty.append((number, "sudah ada pada baris sebelumnya."))
            seen.add(key)
            stock = _enter(sheet, stock, row, tools)
        except _Unread as fault:
            faulty.append((number, str(fault)))
    return stock, faulty


def key_of(sheet: Sheet, row: Row) -> tuple[str, ...]:
    """Give what names a row: the rack, the supply, the device's serial number however it is spelled."""
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
    if old is not None and datetime.fromtimestamp(old.since / 1000, UTC).date() == came:
        since = old.since
    id_ = fresh() if old is None else old.id
    named = (_text(row, "nama", 120), _text(row, "unit_pemilik", 120), serial)
    new = Device(id_, *named, _claim(stock, row), _status(row), since)
    facts[id_] = Facts(**{**{name: row[name] for name in REST}, "kondisi": _condition(row)})
    return replace(stock, devices=(*(one for one in stock.devices if one.id != id_), new))


def _condition(row: Row) -> str:
    """Read a condition in the words of the forms, however a spreadsheet spells them; none is one as well."""
    said = "-".join(row["kondisi"].casefold().replace("-", " ").split())
    if said and said not in CONDITIONS:
        message = f"kondisi harus {', '.join(CONDITIONS)}, atau kosong."
        raise _Unread(message)
    return said


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
