"""Forms as data: parts and fields of F01–F19 with their kinds, limits and sources, and a filled form.

A field may be composite: a person (name, NIP, rank, office, unit, telephone, e-mail) or rows of the same
columns. ``leaves`` writes such a field out as plain ones with dotted names (``barang.0.nomor_seri``), and
everything that shows or checks a form works on those.

Pure.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from review.people import Role
from review.procedure import Source


class FieldKind(StrEnum):
    """How a field is filled and checked."""

    TEXT = "teks"
    PARAGRAPH = "paragraf"
    CHOICE = "pilihan"
    CHOICES = "pilihan-banyak"
    DAY = "tanggal"
    MOMENT = "waktu"
    NUMBER = "angka"
    TICK = "centang"
    NIP = "nip"
    PHONE = "telepon"
    EMAIL = "surel"
    ADDRESS = "ip"
    PERSON = "orang"
    ROWS = "baris"


COMPOSITE = frozenset({FieldKind.PERSON, FieldKind.ROWS})

MOST_ROWS = 250
"""The most rows that a field of rows may have: a month's check (F06) names every server of a room."""


@dataclass(frozen=True, slots=True)
class Option:
    """One value of a choice, and its words."""

    value: str
    label: str


@dataclass(frozen=True, slots=True)
class When:
    """A field that is asked for only where another one has one of these values."""

    field: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Field:
    """One field: its name on the wire, its label, its limits, its options.

    ``limit`` is in characters; ``least`` and ``most`` bound a number, or the count of rows. ``offered`` names
    the list of the office that the options come from (doors, servers …); they are filled in when it is shown.
    """

    name: str
    label: str
    kind: FieldKind
    hint: str = ""
    limit: int = 120
    required: bool = True
    least: int = 0
    most: int = 1_000_000
    unit: str = ""
    options: tuple[Option, ...] = ()
    offered: str = ""
    when: When | None = None
    columns: "tuple[Field, ...]" = ()
    source: Source = Source.DOCUMENT


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a form, filled by the roles it names; none means that the program fills it."""

    id: str
    title: str
    filled_by: tuple[Role, ...]
    fields: tuple[Field, ...]


@dataclass(frozen=True, slots=True)
class Signer:
    """Who signs the printed form: a role (or ``pemohon``) under its caption."""

    caption: str
    role: Role | None = None


@dataclass(frozen=True, slots=True)
class Form:
    """One form of the SOP sheet: code, official title, parts, who signs."""

    code: str
    title: str
    parts: tuple[Part, ...]
    signers: tuple[Signer, ...] = ()
    source: Source = Source.DOCUMENT

    @property
    def fields(self) -> tuple[Field, ...]:
        """Give the fields of all parts, in order."""
        return tuple(field for part in self.parts for field in part.fields)

    def part(self, id: str) -> "Form":
        """Give the form with one part only, as its filler sees it.

        Raises:
            KeyError: The form has no such part.
        """
        found = tuple(part for part in self.parts if part.id == id)
        if not found:
            raise KeyError(id)
        return replace(self, parts=found)


@dataclass(frozen=True, slots=True)
class Filled:
    """A form without fault: one or more texts for each plain field that was filled."""

    values: Mapping[str, tuple[str, ...]]

    def one(self, name: str) -> str:
        """Give the single value of a field; "" where an optional one was left empty."""
        return next(iter(self.values.get(name, ())), "")

    def rows(self, name: str) -> tuple[Mapping[str, str], ...]:
        """Give the rows of a field of rows, each by column."""
        numbered: dict[int, dict[str, str]] = {}
        for key, texts in self.values.items():
            head, _, tail = key.partition(".")
            number, _, column = tail.partition(".")
            if head == name and column and texts:
                numbered.setdefault(int(number), {})[column] = texts[0]
        return tuple(numbered[number] for number in sorted(numbered))

    def person(self, name: str) -> Mapping[str, str]:
        """Give a person's block, by field."""
        inside = f"{name}."
        return {
            key.removeprefix(inside): texts[0] for key, texts in self.values.items() if key.startswith(inside)
        }


@dataclass(frozen=True, slots=True)
class Faulty:
    """A form to correct: a sentence for each faulty field ("" stands for the form itself)."""

    faults: Mapping[str, str]


PERSON_FIELDS = (
    Field("nama", "Nama", FieldKind.TEXT),
    Field("nip", "NIP", FieldKind.NIP, "18 angka; kosongkan bila bukan ASN.", required=False),
    Field("pangkat", "Pangkat/golongan", FieldKind.TEXT, required=False),
    Field("jabatan", "Jabatan", FieldKind.TEXT, required=False),
    Field("unit", "Unit kerja/instansi", FieldKind.TEXT),
    Field("hp", "Nomor HP", FieldKind.PHONE, required=False),
    Field("surel", "Surel", FieldKind.EMAIL, required=False),
)
"""The block of a person that all forms share (sop.md §5); never NIK, never a scan of an identity card."""


def leaves(form: Form, given: Mapping[str, Sequence[str]], spare: int = 0) -> tuple[Field, ...]:
    """Write a form out as plain fields: a field of rows as often as ``given`` has, and ``spare`` more."""
    return tuple(leaf for field in form.fields for leaf in _leaves(field, given, spare))


def _leaves(field: Field, given: Mapping[str, Sequence[str]], spare: int) -> Iterable[Field]:
    match field.kind:
        case FieldKind.PERSON:
            yield from (_inside(field, one, field.name, field.label) for one in PERSON_FIELDS)
        case FieldKind.ROWS:
            held = _rows_in(field.name, given)
            for number in range(min(max(field.least, held + spare, 1), field.most, MOST_ROWS)):
                needed = number < max(field.least, held)
                for column in field.columns:
                    leaf = _inside(field, column, f"{field.name}.{number}", f"{field.label} {number + 1}")
                    yield leaf if needed else replace(leaf, required=False)
        case _:
            yield field


def _inside(outer: Field, inner: Field, prefix: str, label: str) -> Field:
    required = inner.required and (outer.required or outer.kind is FieldKind.ROWS)
    named = replace(inner, name=f"{prefix}.{inner.name}", label=f"{label} – {inner.label}")
    return replace(named, required=required, when=inner.when or outer.when)


def _rows_in(name: str, given: Mapping[str, Sequence[str]]) -> int:
    """Count the rows that hold anything; a row is numbered from 0, and gaps count as rows."""
    highest = -1
    for key, texts in given.items():
        head, _, tail = key.partition(".")
        number = tail.partition(".")[0]
        if head == name and any(text.strip() for text in texts) and number.isascii() and number.isdecimal():
            highest = max(highest, int(number[:4]))
    return highest + 1
