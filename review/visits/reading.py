"""What the forms say about a visit: F13 itself, and what F09 and F07 of the parent case already know.

Times on a form are local to the site; ``zoneinfo`` reads the time zone table, a data file.

Pure.
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from card_registry.words import DoorId, PersonId
from review.form import Filled, day, moment
from review.visits.visit import LONGEST, Guest, Item, Plan, Window

SLACK = 30 * 60_000
"""How long a maintenance visit may run beyond its schedule, in milliseconds (sop.md §6)."""

OPENS, CLOSES = time(8), time(16)
"""The hours of a visit on an agreed day (sop.md §6)."""

RETURNS = frozenset({"pengembalian", "pengambilan", "penarikan"})
"""The directions of F05 that let things go; the others leave them here."""


def faults(filled: Filled, _today: date) -> Mapping[str, str]:
    """Give the sentences about the times of a faultless part of F13."""
    begins, ends = moment(filled.one("mulai")), moment(filled.one("selesai"))
    if begins and ends:
        if ends <= begins:
            return {"selesai": "Harus setelah waktu mulai."}
        if (ends - begins).total_seconds() * 1000 > LONGEST:
            return {"selesai": "Kunjungan paling lama 14 hari."}
    entered, left = moment(filled.one("masuk")), moment(filled.one("keluar"))
    return {"keluar": "Tidak boleh sebelum jam masuk."} if entered and left and left < entered else {}


def plan_of(filled: Filled, zone: str) -> Plan | None:
    """Give the plan of a faultless F13 A; None where that part is not filled."""
    begins, ends = stamp(filled.one("mulai"), zone), stamp(filled.one("selesai"), zone)
    if begins is None or ends is None:
        return None
    doors = tuple(DoorId(door) for door in sorted(filled.values.get("pintu", ())))
    return Plan(
        filled.one("keperluan"),
        _guests(filled.rows("personel")),
        items(filled.rows("perangkat")),
        doors,
        Window(begins, ends),
        PersonId(filled.one("pendamping")),
    )


def expected(purpose: str, forms: Mapping[str, Filled], zone: str) -> Plan:
    """Give what a parent's forms say of a visit beforehand: F09 before F07, nobody where neither is there."""
    if "F09" in forms:
        return _maintenance(purpose, forms["F09"], zone)
    if "F07" in forms:
        return _delivery(purpose, forms["F07"], zone)
    return Plan(purpose)


def _maintenance(purpose: str, filled: Filled, zone: str) -> Plan:
    begins, ends = stamp(filled.one("mulai"), zone), stamp(filled.one("selesai"), zone)
    window = Window(begins, ends + SLACK) if begins is not None and ends is not None else None
    return Plan(purpose, _guests(filled.rows("personel")), window=window)


def _delivery(purpose: str, filled: Filled, zone: str) -> Plan:
    contact = filled.person("contact_person")
    name, unit = contact.get("nama", ""), contact.get("unit", "")
    who = Guest(name, unit, contact.get("jabatan", ""), contact.get("hp", ""))
    server = Item(filled.one("merk"), filled.one("nomor_seri"))
    agreed = day(filled.one("rencana_antar"))
    return Plan(
        purpose,
        (*((who,) if name else ()), *_guests(filled.rows("pengantar"))),
        (server,) if server.name else (),
        window=None if agreed is None else Window(_at(agreed, OPENS, zone), _at(agreed, CLOSES, zone)),
    )


def goods_of(handed: Iterable[Filled], withdrawn: Iterable[Filled]) -> tuple[tuple[Item, ...], ...]:
    """Give what forms F05 and F10 let go, and what they leave here."""
    released: list[Item] = []
    staying: list[Item] = []
    for paper in handed:
        things = items(paper.rows("barang"))
        (released if paper.one("arah") in RETURNS else staying).extend(things)
    for paper in withdrawn:
        released.extend(items(paper.rows("perangkat")))
        staying.extend(_replacement(paper.one("pengganti")))
    return tuple(released), tuple(staying)


def _replacement(text: str) -> tuple[Item, ...]:
    """Read “merk, nomor seri”; a text without a comma is a name."""
    name, _, serial = text.rpartition(",")
    return (Item(name.strip(), serial.strip()) if name else Item(serial.strip()),) if serial.strip() else ()


def suggested(plan: Plan, parent: str, zone: str) -> Mapping[str, tuple[str, ...]]:
    """Give the texts with which F13 A is begun: what is known already, under its fields' names."""
    texts = {"induk": parent, "keperluan": plan.purpose}
    if plan.window is not None:
        texts |= {"mulai": local(plan.window.begins, zone), "selesai": local(plan.window.ends, zone)}
    for number, guest in enumerate(plan.guests):
        row = {"nama": guest.name, "instansi": guest.agency, "jabatan": guest.position, "hp": guest.phone}
        row["identitas"] = guest.identity
        texts |= {f"personel.{number}.{name}": text for name, text in row.items()}
    for number, item in enumerate(plan.items):
        row = {"nama": item.name, "nomor_seri": item.serial}
        texts |= {f"perangkat.{number}.{name}": text for name, text in row.items()}
    return {name: (text,) for name, text in texts.items() if text}


def _guests(rows: Iterable[Mapping[str, str]]) -> tuple[Guest, ...]:
    return tuple(
        Guest(
            row.get("nama", ""),
            row.get("instansi", ""),
            row.get("jabatan", ""),
            row.get("hp", ""),
            row.get("identitas", ""),
        )
        for row in rows
    )


def items(rows: Iterable[Mapping[str, str]]) -> tuple[Item, ...]:
    """Give the things that rows of a form name; a row of several counts as often."""
    found: list[Item] = []
    for row in rows:
        item = Item(row.get("nama", ""), row.get("nomor_seri", ""))
        found.extend([item] * (1 if item.serial else int(row.get("jumlah", "1"))))
    return tuple(found)


def stamp(text: str, zone: str) -> int | None:
    """Give the millisecond of a local time on a form, None for anything else."""
    read: datetime | None = moment(text)
    return None if read is None else int(read.replace(tzinfo=ZoneInfo(zone)).timestamp() * 1000)


def local(at: int, zone: str) -> str:
    """Write a millisecond as a form's local time."""
    return datetime.fromtimestamp(at / 1000, ZoneInfo(zone)).strftime("%Y-%m-%dT%H:%M")


def _at(agreed: date, hour: time, zone: str) -> int:
    return int(datetime.combine(agreed, hour, ZoneInfo(zone)).timestamp() * 1000)
