"""The inventory's own forms on paper: a month's check (F06) beside what the list says, the checklist (F08).

Pure.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from review.documents import building
from review.documents.building import Cover
from review.documents.layout import Column, Facts, Grid, Sheet
from review.documents.showing import NOTHING, shown
from review.form import Field, Filled, Form
from review.indonesian import month_text
from review.inventory.places import LINES
from review.inventory.sheets import Figure, figures

CHECK, CHECKLIST = "F06", "F08"

CHECKED = (
    Column("No.", 1),
    Column("Nama/hostname", 5),
    Column("Unit pemilik", 4),
    Column("Merk/tipe", 3),
    Column("Nomor seri", 3),
    Column("Rak dan U", 3),
    Column("IP address", 3),
    Column("Hasil cek", 3),
    Column("Terbaca", 3),
    Column("Kondisi", 2),
    Column("Status", 3),
    Column("Catatan", 4),
)
ASKED = (
    Column("Sarana", 4),
    Column("Diminta", 2, number=True),
    Column("Tersedia", 2, number=True),
    Column("Satuan", 2),
    Column("Cukup", 3),
)


@dataclass(frozen=True, slots=True)
class Listed:
    """What the list says of a device that a check names."""

    name: str
    owner: str
    model: str
    serial: str
    place: str
    addresses: tuple[str, ...]


def check(form: Form, filled: Filled, cover: Cover, listed: Mapping[str, Listed]) -> Sheet:
    """Build a month's F06: each server as listed, beside what was found of it."""
    columns = {one.name: one for one in _field(form, "server").columns}
    rows = tuple(
        (str(number), *_listed(listed, row["server"]), *_found(columns, row))
        for number, row in enumerate(filled.rows("server"), 1)
    )
    head = (
        ("Bulan", _month(filled.one("bulan"))),
        ("Lokasi", filled.one("lokasi") or NOTHING),
        ("Petugas", filled.one("petugas") or NOTHING),
        ("Jumlah perangkat", str(len(rows))),
    )
    return building.listing(form, head, (Grid(CHECKED, rows),), cover)


def _field(form: Form, name: str) -> Field:
    return next(one for one in form.fields if one.name == name)


def _month(text: str) -> str:
    year, dash, month = text.partition("-")
    known = dash and year.isdecimal() and month.isdecimal() and 1 <= int(month) <= 12  # noqa: PLR2004 - months
    return month_text(text) if known else text or NOTHING


def _listed(listed: Mapping[str, Listed], id: str) -> tuple[str, ...]:
    one = listed.get(id)
    if one is None:
        return ("(tidak lagi tercatat)", *[NOTHING] * 5)
    known = (one.owner, one.model, one.serial, one.place, "\n".join(one.addresses))
    return (one.name, *(text or NOTHING for text in known))


def _found(columns: Mapping[str, Field], row: Mapping[str, str]) -> Iterable[str]:
    def said(name: str) -> str:
        return shown(columns[name], [row[name]] if row.get(name) else ())

    read = [row[name] for name in ("nomor_seri", "posisi") if row.get(name)]
    return (said("hasil"), "\n".join(read) or NOTHING, said("kondisi"), said("status"), said("catatan"))


def checklist(form: Form, filled: Filled, cover: Cover) -> Sheet:
    """Build F08: its five lines as asked and as free where that was counted, and what follows."""
    numbers, note = figures(filled.one("catatan"))
    lines = tuple(
        (field.label, *_figure(numbers.get(field.name)), shown(field, filled.values.get(field.name, ())))
        for field in form.fields
        if field.name in LINES
    )
    rest = tuple(
        (field.label, note or NOTHING)
        if field.name == "catatan"
        else (field.label, shown(field, filled.values.get(field.name, ())))
        for field in form.fields
        if field.name not in LINES
    )
    sheet = building.listing(form, (), (Grid(ASKED, lines),), cover)
    return building.followed(sheet, Facts(rest))


def _figure(one: Figure | None) -> tuple[str, str, str]:
    return (NOTHING, NOTHING, NOTHING) if one is None else (one.asked, one.free, one.unit or "buah")
