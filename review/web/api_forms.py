"""Forms as JSON: their parts and fields with kinds and limits, as the checker of pages and API has them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from review.form import Field, FieldKind, Form, Leaflet
from review.form.table import PERSON_FIELDS
from review.shelf import forms as shelf
from review.web.tokens import Reader
from review.web.visitor import NotFound
from review.workflow.filling import Paper

Given = Mapping[str, tuple[str, ...]]
Fields = Mapping[str, str | tuple[str, ...]]
"""What a program sends for a form: one text, or several, by plain name (``barang.0.nomor_seri``)."""


@dataclass(frozen=True, slots=True)
class OptionBody:
    """One value of a choice, and its words."""

    value: str
    label: str


@dataclass(frozen=True, slots=True)
class WhenBody:
    """A field is asked for only where another one has one of these values."""

    field: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FieldBody:
    """One field: its plain name, kind and limits.

    ``columns`` are the fields inside a person (``NAME.nama``) or a row (``NAME.0.kondisi``); ``offered``
    names the office's list that the options come from, which only a step's form has filled in.
    """

    name: str
    label: str
    kind: FieldKind
    required: bool
    limit: int
    least: int
    most: int
    unit: str = ""
    hint: str = ""
    offered: str = ""
    options: tuple[OptionBody, ...] = ()
    when: WhenBody | None = None
    columns: "tuple[FieldBody, ...]" = ()


@dataclass(frozen=True, slots=True)
class PartBody:
    """A part of a form, filled by these roles; by none means by the program."""

    id: str
    title: str
    filled_by: tuple[str, ...]
    fields: tuple[FieldBody, ...]


@dataclass(frozen=True, slots=True)
class FormBody:
    """One form of the sheet."""

    code: str
    title: str
    source: str
    parts: tuple[PartBody, ...]


@dataclass(frozen=True, slots=True)
class FormsBody:
    """Every form of the sheet."""

    forms: tuple[FormBody, ...]


@dataclass(frozen=True, slots=True)
class PaperBody:
    """A form that a step's answer brings: whether it must, and what the program filled in by itself.

    A value that the answer does not name stands as it is in ``ready``.
    """

    form: FormBody
    demanded: bool
    ready: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def form_body(form: Form) -> FormBody:
    """Give a form as JSON has it."""
    parts = tuple(
        PartBody(
            part.id,
            part.title,
            tuple(role.value for role in part.filled_by),
            tuple(_field(one) for one in part.fields),
        )
        for part in form.parts
    )
    return FormBody(form.code, form.title, form.source.value, parts)


def _field(one: Field) -> FieldBody:
    inside = PERSON_FIELDS if one.kind is FieldKind.PERSON else one.columns
    return FieldBody(
        one.name,
        one.label,
        one.kind,
        one.required,
        one.limit,
        one.least,
        one.most,
        one.unit,
        one.hint,
        one.offered,
        tuple(OptionBody(option.value, option.label) for option in one.options),
        None if one.when is None else WhenBody(one.when.field, one.when.values),
        tuple(_field(column) for column in inside),
    )


def paper_bodies(paper: Paper) -> tuple[PaperBody, ...]:
    """Give a step's forms as JSON has them, each field by the name under which an answer brings it."""
    return tuple(_leaflet(paper, one) for one in paper.leaflets)


def _leaflet(paper: Paper, one: Leaflet) -> PaperBody:
    names = set(one.names.values())
    parts = tuple(part for part in paper.form.parts if names.issuperset(field.name for field in part.fields))
    ready = {name: tuple(texts) for name, texts in paper.ready.items() if name.partition(".")[0] in names}
    return PaperBody(form_body(replace(one.form, parts=parts)), one.demanded, ready)


def given(fields: Fields) -> Mapping[str, Sequence[str]]:
    """Read what a program sent for a form, a single text as a list of one."""
    return {name: (texts,) if isinstance(texts, str) else texts for name, texts in fields.items()}


def forms(me: Reader) -> FormsBody:
    """List the forms of the sheet, F01 to F19."""
    del me  # anybody signed in may read an empty form
    return FormsBody(tuple(form_body(form) for form in shelf().values()))


def form(me: Reader, code: str) -> FormBody:
    """Give one form."""
    del me
    found = shelf().get(code)
    if found is None:
        raise NotFound
    return form_body(found)
