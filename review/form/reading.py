"""Reading a form's file strictly: the words of the sheet become fields, and what is not known is refused.

Pure.
"""

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

import msgspec

from card_registry.errors import OperatorMistaken
from review.form.table import COMPOSITE, MOST_ROWS, Field, FieldKind, Form, Option, Part
from review.procedure import FORMS

_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
LISTS = frozenset({"pintu", "jadwal", "server", "rak", "pegawai", "pemegang", "izin", "kartu"})
"""The office's own lists that options may come from."""

_WORDS = {
    "kode": "code",
    "judul": "title",
    "sumber": "source",
    "bagian": "parts",
    "id": "id",
    "diisi": "filled_by",
    "isian": "fields",
    "nama": "name",
    "label": "label",
    "jenis": "kind",
    "petunjuk": "hint",
    "batas": "limit",
    "wajib": "required",
    "paling_kecil": "least",
    "paling_besar": "most",
    "satuan": "unit",
    "pilihan": "options",
    "pilihan_dari": "offered",
    "nilai": "value",
    "bila": "when",
    "salah_satu": "values",
    "medan": "field",
    "kolom": "columns",
    "tanda_tangan": "signers",
    "keterangan": "caption",
    "peran": "role",
}
"""The words of a form's file and the fields they fill."""


def parse(text: str, what: str) -> Form:
    """Read one form named ``what`` and check its table.

    Raises:
        OperatorMistaken: Not TOML, an unknown key, or a fault of the table; all faults are named.
    """
    try:
        form = msgspec.convert(_translated(tomllib.loads(text), ""), Form)
    except (tomllib.TOMLDecodeError, msgspec.ValidationError, TypeError, ValueError) as error:
        message = f"form {what} cannot be read: {error}"
        raise OperatorMistaken(message) from error
    found = tuple(_faults(form))
    if found:
        message = f"form {what} cannot be used: {'; '.join(found)}"
        raise OperatorMistaken(message)
    return form


def _translated(value: object, where: str) -> object:
    """Rename every key, refusing those that a form does not know."""
    match value:
        case dict():
            unknown = sorted(key for key in value if key not in _WORDS)
            if unknown:
                message = f"unknown key {unknown[0]!r}{where}"
                raise ValueError(message)
            return {_WORDS[key]: _translated(item, f" in {key}") for key, item in value.items()}
        case list():
            return [_translated(item, where) for item in value]
        case _:
            return value


def _faults(form: Form) -> Iterable[str]:
    if form.code not in FORMS:
        yield f"{form.code} is no form of the sheet"
    parts, names = [part.id for part in form.parts], [field.name for field in form.fields]
    for twice in sorted({one for listed in (parts, names) for one in listed if listed.count(one) > 1}):
        yield f"{twice} stands twice"
    for field in form.fields:
        yield from _field_faults(field, set(names))


def _field_faults(field: Field, names: set[str]) -> Iterable[str]:
    if _NAME.fullmatch(field.name) is None:
        yield f"{field.name} is no field name"
    choosing = field.kind in {FieldKind.CHOICE, FieldKind.CHOICES}
    if choosing != bool(field.options or field.offered) or (field.offered and field.offered not in LISTS):
        yield f"{field.name} must have options, or a list of the office, exactly when it is a choice"
    if (field.kind is FieldKind.ROWS) != bool(field.columns):
        yield f"{field.name} must have columns exactly when it has rows"
    if field.least > field.most or (field.kind is FieldKind.ROWS and field.least > MOST_ROWS):
        yield f"{field.name} can hold nothing between its bounds"
    if field.when is not None and field.when.field not in names - {field.name}:
        yield f"{field.name} depends on {field.when.field}, which is no other field of the form"
    for column in field.columns:
        if column.kind in COMPOSITE:
            yield f"{field.name} has rows of {column.kind}"
        yield from _field_faults(column, names)


def offered(form: Form, lists: Mapping[str, Sequence[Option]]) -> Form:
    """Give the form with the options that the office has now; an absent list offers nothing."""
    return replace(form, parts=tuple(_part(part, lists) for part in form.parts))


def _part(part: Part, lists: Mapping[str, Sequence[Option]]) -> Part:
    return replace(part, fields=tuple(_field(field, lists) for field in part.fields))


def _field(field: Field, lists: Mapping[str, Sequence[Option]]) -> Field:
    columns = tuple(_field(column, lists) for column in field.columns)
    options = tuple(lists.get(field.offered, ())) if field.offered else field.options
    return replace(field, columns=columns, options=options)
