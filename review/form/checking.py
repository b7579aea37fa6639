"""The one checker of every form, for pages, API and commands: a sentence for each faulty field.

What is typed is kept by whoever shows the form again; what the values mean is not decided here.

Pure.
"""

import ipaddress
import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime

from review.form import nip
from review.form.table import Faulty, Field, FieldKind, Filled, Form, leaves

MOST_TEXTS = 2_000
"""The most values that one form may bring."""

_PHONE = re.compile(r"\+?[0-9][0-9 ()-]{5,19}")
_EMAIL = re.compile(r"[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,24}")
_NUMBER = re.compile(r"-?[0-9]{1,12}")


def check(form: Form, given: Mapping[str, Sequence[str]], today: date) -> Filled | Faulty:
    """Check what was typed against the form's table, field by field."""
    if sum(map(len, given.values())) > MOST_TEXTS:
        return Faulty({"": "Formulir memuat terlalu banyak isian."})
    fields = leaves(form, given)
    strange = set(given) - {field.name for field in leaves(form, given, spare=len(given))}
    faults = {"": "Formulir memuat isian yang tidak dikenal."} if strange else {}
    values: dict[str, tuple[str, ...]] = {}
    for field in fields:
        texts = tuple(text for one in given.get(field.name, ()) if (text := _tidy(one)))
        fault = _fault(field, texts, given, today)
        if fault:
            faults[field.name] = fault
        elif texts:
            values[field.name] = tuple(_kept(field, text) for text in texts)
    return Faulty(faults) if faults else Filled(values)


def asked(field: Field, given: Mapping[str, Sequence[str]]) -> bool:
    """Say whether a field is asked for, by what another field was given."""
    return field.when is None or not set(field.when.values).isdisjoint(given.get(field.when.field, ()))


def _tidy(text: str) -> str:
    """Give one spelling of what was typed: NFC, plain line ends, no blanks around."""
    return unicodedata.normalize("NFC", text.replace("\r\n", "\n")).strip()


def _kept(field: Field, text: str) -> str:
    return nip.tidy(text) if field.kind is FieldKind.NIP else text


def _fault(field: Field, texts: tuple[str, ...], given: Mapping[str, Sequence[str]], today: date) -> str:
    """Say what is wrong with a field; empty when nothing is."""
    if not asked(field, given):
        return "Tidak diisi untuk pilihan ini." if texts else ""
    if not texts:
        missing = "Harus dicentang." if field.kind is FieldKind.TICK else "Wajib diisi."
        return missing if field.required else ""
    if len(texts) != len(set(texts)) or (len(texts) > 1 and field.kind is not FieldKind.CHOICES):
        return "Diisi lebih dari satu kali."
    return _value_fault(field, texts, today)


def _value_fault(field: Field, texts: tuple[str, ...], today: date) -> str:
    text = texts[0]
    match field.kind:
        case FieldKind.TEXT | FieldKind.PARAGRAPH:
            return _text_fault(field, text)
        case FieldKind.CHOICE | FieldKind.CHOICES:
            known = {option.value for option in field.options}
            return "" if set(texts) <= known else "Pilihan tidak dikenal."
        case FieldKind.NUMBER:
            return _number_fault(field, text)
        case FieldKind.TICK:
            return "" if text == "ya" else "Harus dicentang."
        case FieldKind.NIP:
            return nip.fault(text, today)
        case _:
            known_shape, sentence = SHAPES[field.kind]
            return "" if known_shape(text) else sentence


def _text_fault(field: Field, text: str) -> str:
    if len(text) > field.limit:
        return f"Paling panjang {field.limit} karakter."
    breaks = "\n" if field.kind is FieldKind.PARAGRAPH else ""
    if any(unicodedata.category(sign).startswith("C") and sign not in breaks for sign in text):
        return "Memuat karakter yang tidak dapat dicetak."
    return ""


def _number_fault(field: Field, text: str) -> str:
    if _NUMBER.fullmatch(text) is None:
        return "Tulis bilangan bulat."
    if not field.least <= int(text) <= field.most:
        return f"Harus antara {field.least} dan {field.most}{' ' + field.unit if field.unit else ''}."
    return ""


def _is_address(text: str) -> bool:
    try:
        return str(ipaddress.ip_address(text)) == text.lower()
    except ValueError:
        return False


def day(text: str) -> date | None:
    """Read a day written YYYY-MM-DD, None for anything else."""
    try:
        read = date.fromisoformat(text)
    except ValueError:
        return None
    return read if read.isoformat() == text else None


def moment(text: str) -> datetime | None:
    """Read a local time written YYYY-MM-DDTHH:MM, None for anything else."""
    try:
        read = datetime.fromisoformat(text)
    except ValueError:
        return None
    return read if read.isoformat(timespec="minutes") == text and read.tzinfo is None else None


SHAPES: Mapping[FieldKind, tuple[Callable[[str], object], str]] = {
    FieldKind.DAY: (day, "Tanggal tidak dikenal; tulis seperti 2026-11-20."),
    FieldKind.MOMENT: (moment, "Waktu tidak dikenal; tulis seperti 2026-11-20T09:30."),
    FieldKind.PHONE: (_PHONE.fullmatch, "Nomor telepon tidak dikenal; tulis seperti 0812 3456 7890."),
    FieldKind.EMAIL: (_EMAIL.fullmatch, "Alamat surel tidak dikenal; tulis seperti nama@contoh.go.id."),
    FieldKind.ADDRESS: (_is_address, "Alamat IP tidak dikenal; tulis seperti 192.0.2.10."),
}
"""The kinds whose values have one shape, and what is said of another."""
