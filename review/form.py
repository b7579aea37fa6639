"""Forms as data: fields, types and limits of F01, and the one checker that pages and API share.

A form that fails gives a sentence for each field and keeps what was typed. What the values of F01 mean is
``request``'s work.

Pure.
"""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import assert_never


class FieldKind(StrEnum):
    """How a field is filled and checked."""

    TEXT = "text"
    PARAGRAPH = "paragraph"
    CHOICE = "choice"
    CHOICES = "choices"
    DAY = "day"
    TICK = "tick"


@dataclass(frozen=True, slots=True)
class Option:
    """One value of a choice, and its words."""

    value: str
    label: str


@dataclass(frozen=True, slots=True)
class Field:
    """One field: its name on the wire, its label, its limit in characters, its options."""

    name: str
    label: str
    kind: FieldKind
    hint: str = ""
    limit: int = 120
    options: tuple[Option, ...] = ()


@dataclass(frozen=True, slots=True)
class Form:
    """One form of the SOP sheet: code, official title, fields; every field must be filled."""

    code: str
    title: str
    fields: tuple[Field, ...]


@dataclass(frozen=True, slots=True)
class Filled:
    """A form without fault: one or more values for each field."""

    values: Mapping[str, tuple[str, ...]]

    def one(self, name: str) -> str:
        """Give the single value of a field."""
        return self.values[name][0]


@dataclass(frozen=True, slots=True)
class Faulty:
    """A form to correct: a sentence for each faulty field ("" stands for the form itself)."""

    faults: Mapping[str, str]


def access_request(doors: Sequence[Option]) -> Form:
    """Give F01 for a site with these doors: the fields an access right is made from."""
    return Form(
        "F01",
        "Formulir Permintaan Akses Ruang Server",
        (
            Field("nama_pemegang", "Nama pemegang akses", FieldKind.TEXT, "Orang yang akan memegang kartu."),
            Field("unit", "Unit kerja pemegang", FieldKind.TEXT),
            Field("jenis_akses", "Jenis akses", FieldKind.CHOICE, options=ACCESS_KINDS),
            Field("pintu", "Pintu", FieldKind.CHOICES, options=tuple(doors)),
            Field("jadwal", "Hari dan jam", FieldKind.CHOICE, options=SCHEDULES),
            Field("mulai", "Berlaku mulai", FieldKind.DAY),
            Field("sampai", "Berlaku sampai dengan", FieldKind.DAY, "Paling lama 12 bulan."),
            Field("keperluan", "Keperluan", FieldKind.PARAGRAPH, "Pekerjaan yang memerlukan akses.", 500),
            Field("pernyataan", PLEDGE, FieldKind.TICK),
        ),
    )


ACCESS_KINDS = (
    Option("tetap", "Tetap"),
    Option("sementara", "Sementara"),
    Option("kunjungan", "Kunjungan berpendamping"),
)
SCHEDULES = (Option("jam-kerja", "Jam kerja"), Option("24-jam", "24 jam"))
PLEDGE = "Pemegang akan mematuhi tata tertib ruang server dan menjaga kerahasiaan."


def check(form: Form, given: Mapping[str, Sequence[str]]) -> Filled | Faulty:
    """Check what was typed against the form's table, field by field."""
    known = {field.name for field in form.fields}
    faults = {"": "Formulir memuat isian yang tidak dikenal."} if set(given) - known else {}
    values: dict[str, tuple[str, ...]] = {}
    for field in form.fields:
        texts = tuple(_tidy(text) for text in given.get(field.name, ()))
        fault = _fault(field, tuple(text for text in texts if text))
        if fault:
            faults[field.name] = fault
        values[field.name] = texts
    return Faulty(faults) if faults else Filled(values)


def _tidy(text: str) -> str:
    """Give one spelling of what was typed: NFC, plain line ends, no blanks around."""
    return unicodedata.normalize("NFC", text.replace("\r\n", "\n")).strip()


def _fault(field: Field, texts: tuple[str, ...]) -> str:
    """Say what is wrong with a field; empty when nothing is."""
    if not texts:
        return "Harus dicentang." if field.kind is FieldKind.TICK else "Wajib diisi."
    if len(texts) != len(set(texts)) or (len(texts) > 1 and field.kind is not FieldKind.CHOICES):
        return "Diisi lebih dari satu kali."
    match field.kind:
        case FieldKind.TEXT | FieldKind.PARAGRAPH:
            return _text_fault(field, texts[0])
        case FieldKind.CHOICE | FieldKind.CHOICES:
            known = {option.value for option in field.options}
            return "" if set(texts) <= known else "Pilihan tidak dikenal."
        case FieldKind.DAY:
            return "" if day(texts[0]) else "Tanggal tidak dikenal; tulis seperti 2026-11-20."
        case FieldKind.TICK:
            return "" if texts == ("ya",) else "Harus dicentang."
        case _:
            assert_never(field.kind)


def _text_fault(field: Field, text: str) -> str:
    if len(text) > field.limit:
        return f"Paling panjang {field.limit} karakter."
    breaks = "\n" if field.kind is FieldKind.PARAGRAPH else ""
    if any(unicodedata.category(sign).startswith("C") and sign not in breaks for sign in text):
        return "Memuat karakter yang tidak dapat dicetak."
    return ""


def day(text: str) -> date | None:
    """Read a day written YYYY-MM-DD, None for anything else."""
    try:
        read = date.fromisoformat(text)
    except ValueError:
        return None
    return read if read.isoformat() == text else None
