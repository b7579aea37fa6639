"""What the forms say about the inventory, and what the inventory says on the forms: F05, F06, F07, F08.

Pure.
"""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from review.form import Filled
from review.inventory.facts import Facts
from review.inventory.match import Found, Handed
from review.inventory.places import Availability
from review.inventory.stock import Device, DeviceStatus, Need, Rack

INWARD = frozenset({"penitipan", "pemakaian-perangkat"})
"""The directions of a handover (F05) by which something comes into the room."""

WORDS = {
    "ruang": "ruang",
    "listrik": "listrik",
    "ip_publik": "IP publik",
    "bandwidth": "bandwidth",
    "kabel": "port",
}

MOST_NOTE = 500
FIGURES = "Diminta dari yang bebas:"
"""How the program's own note on the checklist begins."""


@dataclass(frozen=True, slots=True)
class Newcomer:
    """A device that a case brings in, before it has a place; ``place`` is what F05 says of it."""

    name: str
    owner: str
    serial: str
    facts: Facts
    place: str


@dataclass(frozen=True, slots=True)
class Checked:
    """One row of F06: what was found of a device, and what it is said to be."""

    device: str
    found: Found
    condition: str
    status: DeviceStatus
    note: str


def need_of(request: Filled) -> Need:
    """Give what F07 asks for; each power supply takes one outlet."""
    return Need(
        int(request.one("tinggi_u")),
        int(request.one("daya_w")),
        int(request.one("psu")),
        int(request.one("ip_publik")),
        int(request.one("bandwidth_mbps")),
        int(request.one("kabel")),
    )


def checklist(
    found: Availability, racks: Iterable[Rack], until: date | None, note: str, *, given: bool
) -> Filled:
    """Fill F08 from the inventory; ``given`` says that the place is really kept until a day."""
    values = {line.name: ("cukup" if line.enough else "tidak",) for line in found.lines}
    figures = "; ".join(
        f"{WORDS[line.name]} {line.asked} dari {line.free} {line.unit}".strip() for line in found.lines
    )
    values["kesimpulan"] = ("tersedia" if given else "tidak-tersedia",)
    values["catatan"] = (f"{FIGURES} {figures}. {note}".strip()[:MOST_NOTE],)
    if given and found.claim is not None:
        values["tempat"] = (found.claim.place.words(racks),)
    if given and until is not None:
        values["berlaku"] = (until.isoformat(),)
    return Filled(values)


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the program's note on the checklist: how many were asked for, and how many are free."""

    asked: str
    free: str
    unit: str


_FIGURE = re.compile(r"(.+?) (\d+) dari (\d+)(?: (\S+))?")


def figures(note: str) -> tuple[Mapping[str, Figure], str]:
    """Read the figures that ``checklist`` wrote into a note, by field, and give what people wrote besides."""
    if not note.startswith(FIGURES):
        return {}, note
    told, _, rest = note.removeprefix(FIGURES).partition(". ")
    names = {words: name for name, words in WORDS.items()}
    found = {}
    for part in told.rstrip(".").split(";"):
        line = _FIGURE.fullmatch(part.strip())
        if line is not None and line[1] in names:
            found[names[line[1]]] = Figure(line[2], line[3], line[4] or "")
    return found, rest.strip()


def newcomers(handover: Filled, request: Filled | None) -> tuple[Newcomer, ...]:
    """Give the devices that a handover brings: the one F07 asks for, or without F07 each with a serial."""
    rows = [row for row in handover.rows("barang") if row.get("nomor_seri")]
    if request is None:
        return tuple(_handed_over(handover, row) for row in rows)
    wanted = spelled(request.one("nomor_seri"))
    return tuple(_asked_for(handover, request, row) for row in rows if spelled(row["nomor_seri"]) == wanted)


def _handed_over(handover: Filled, row: Mapping[str, str]) -> Newcomer:
    owner = handover.person("pihak_kedua")
    facts = Facts(
        contact_person=owner.get("nama", ""),
        hp=owner.get("hp", ""),
        merk=row.get("merk", ""),
        kode_bmd=row.get("kode_bmd", ""),
        spesifikasi=row.get("spesifikasi", ""),
        kondisi=row["kondisi"],
    )
    return Newcomer(row["nama"], owner["unit"], row["nomor_seri"], facts, handover.one("lokasi"))


def _asked_for(handover: Filled, request: Filled, row: Mapping[str, str]) -> Newcomer:
    contact = request.person("contact_person")
    facts = Facts(
        contact_person=contact.get("nama", ""),
        hp=contact.get("hp", ""),
        merk=request.one("merk"),
        kode_bmd=row.get("kode_bmd", ""),
        spesifikasi=request.one("spesifikasi"),
        os=request.one("os"),
        layanan=request.one("layanan"),
        domain=request.one("domain"),
        port_akses=request.one("port"),
        kondisi=row["kondisi"],
    )
    name = request.one("domain") or request.one("layanan")
    return Newcomer(name, request.one("instansi"), row["nomor_seri"], facts, handover.one("lokasi"))


@dataclass(frozen=True, slots=True)
class Expected:
    """What a case's handover (F05) must agree with; serial numbers as ``spelled``.

    ``asked`` is the one that F07 names ("" for none), ``here`` are those in the room.
    """

    inward: bool
    asked: str
    here: frozenset[str]


def handover_faults(filled: Filled, expected: Expected) -> Mapping[str, str]:
    """Say where a faultless F05 is not that of its case, while it can still be corrected."""
    if (filled.one("arah") in INWARD) != expected.inward:
        return {"arah": "Arah ini bukan arah serah terima pada prosedur ini."}
    named = {spelled(row["nomor_seri"]) for row in filled.rows("barang") if row.get("nomor_seri")}
    sentence = ""
    if not expected.inward:
        sentence = "" if named & expected.here else "Tidak ada nomor seri ini di ruang server."
    elif named & expected.here:
        sentence = "Nomor seri ini sudah tercatat di ruang server."
    elif expected.asked and expected.asked not in named:
        sentence = "Salah satu barang harus bernomor seri sama dengan permohonan (F07)."
    elif not named:
        sentence = "Tuliskan nomor seri perangkat yang akan dicatat."
    return {"barang.0.nomor_seri": sentence} if sentence else {}


def spelled(serial: str) -> str:
    """Give one spelling of a serial number, to compare by."""
    return "".join(serial.split()).casefold()


def by_serial(devices: Iterable[Device], serials: Iterable[str]) -> tuple[Device, ...]:
    """Give the devices in the room that have one of these serial numbers."""
    wanted = {spelled(serial) for serial in serials}
    return tuple(
        one for one in devices if one.status is not DeviceStatus.RETURNED and spelled(one.serial) in wanted
    )


def checks(filled: Filled) -> tuple[Checked, ...]:
    """Give the rows of F06; of a server that is not there neither serial nor place was read."""
    return tuple(_checked(row) for row in filled.rows("server"))


def _checked(row: Mapping[str, str]) -> Checked:
    absent = row["hasil"] == "tidak-ada"
    serial = None if absent else row.get("nomor_seri", "")
    found = Found(serial, None if absent else row.get("posisi"))
    return Checked(row["server"], found, row["kondisi"], DeviceStatus(row["status"]), row.get("catatan", ""))


def check_faults(filled: Filled, _today: date) -> Mapping[str, str]:
    """Say what is wrong with a faultless F06: no tick sends a device back to its owner."""
    return {
        f"server.{number}.status": "Pengembalian dicatat melalui prosedurnya, bukan pada pemeriksaan."
        for number, row in enumerate(filled.rows("server"))
        if row["status"] == DeviceStatus.RETURNED
    }


def draft(
    month: date,
    officer: str,
    devices: Iterable[Device],
    before: Collection[Checked],
    known: Mapping[str, str] = MappingProxyType({}),
) -> Filled:
    """Draft a month's F06: every device in the room, its condition and status as last month's check said.

    ``known`` has the conditions on the list, by device, for those that no check has seen yet. What must be
    read at the device (result, serial number, place) is left to whoever goes there.
    """
    last = {one.device: one for one in before}
    values: dict[str, tuple[str, ...]] = {
        "bulan": (f"{month:%Y-%m}",),
        "lokasi": ("Ruang server",),
    }
    if officer:
        values["petugas"] = (officer,)
    standing = [one for one in devices if one.status is not DeviceStatus.RETURNED]
    for number, one in enumerate(standing):
        seen = last.get(one.id)
        values[f"server.{number}.server"] = (one.id,)
        values[f"server.{number}.status"] = (one.status.value,)
        condition = known.get(one.id, "") if seen is None else seen.condition
        if condition:
            values[f"server.{number}.kondisi"] = (condition,)
        if seen is not None and seen.note:
            values[f"server.{number}.catatan"] = (seen.note,)
    return Filled(values)


def handed(handover: Filled, number: str) -> tuple[Handed, ...]:
    """Give what a handover paper moved, one line for each serial number."""
    on = date.fromisoformat(handover.one("tanggal"))
    inward = handover.one("arah") in INWARD
    return tuple(
        Handed(serial, number, inward, on)
        for row in handover.rows("barang")
        if (serial := row.get("nomor_seri"))
    )
