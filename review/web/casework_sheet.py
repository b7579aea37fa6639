"""A form as it is laid out on a page: parts, people in groups, rows under heads, each fault at its field.

A person's block is shown as one group, a field of rows as a table that grows by a button of the form itself,
without a script.

Decisions:
    2026-11-21: what the program names in a row by itself (each server of a month's check) is printed with its
    value kept in the form, because eighty lists of eighty servers are no page for a telephone.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from wtforms import Form as Rendered
from wtforms.fields import Field as Control
from wtforms.fields import HiddenField

from review.form import MOST_ROWS, Field, FieldKind, Form, Part, leaves
from review.web.fields import PREFIX, Values, control

Given = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Cell:
    """One field to fill; ``words`` stand in its place where the program has named it already."""

    control: Control
    fault: str = ""
    words: str = ""
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a field of rows."""

    number: int
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Block:
    """What is shown together: plain fields side by side, a person's group under a label, or rows under heads.

    ``more`` is the field's name where the page may be asked for more rows of it.
    """

    label: str
    hint: str
    cells: tuple[Cell, ...] = ()
    heads: tuple[str, ...] = ()
    rows: tuple[Row, ...] = ()
    more: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a form: its title (empty where it is the only one) and its blocks."""

    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Fault:
    """A sentence about a field, and the id of its control; empty where no control shows that field."""

    place: str
    label: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """A form to fill in: its sections, and what is wrong with what was typed."""

    code: str
    title: str
    sections: tuple[Section, ...]
    faults: tuple[Fault, ...] = ()


@dataclass(frozen=True, slots=True)
class Filling:
    """How a form is shown: what stands in it, what the program named, how many rows, what is wrong.

    ``demanded`` is False for a form that may be left out: then the browser asks for no field of it.
    """

    given: Given
    ready: Given
    rows: Mapping[str, int]
    faults: Mapping[str, str]
    demanded: bool = True


def sheet(form: Form, filling: Filling) -> Sheet:
    """Give a form as it is shown."""
    plain = {field.name: tuple(_plain(form, field, filling)) for field in form.fields}
    controls = {leaf.name: _control_of(leaf, filling) for found in plain.values() for leaf in found}
    shape = type(form.code, (Rendered,), controls)
    values = Values({PREFIX + name: list(texts) for name, texts in filling.given.items()})
    bound = shape(formdata=values, prefix=PREFIX)
    sections = tuple(_section(form, part, bound, plain, filling) for part in form.parts)
    labels = {leaf.name: leaf.label for found in plain.values() for leaf in found}
    labels |= {field.name: field.label for field in form.fields}
    faults = (
        Fault(PREFIX + name if name in bound else "", labels.get(name, ""), said)
        for name, said in filling.faults.items()
    )
    return Sheet(form.code, form.title, sections, tuple(faults))


def _plain(form: Form, field: Field, filling: Filling) -> Iterable[Field]:
    """Write one field out as plain ones, with as many rows as are to be shown."""
    alone = replace(form, parts=(Part("", "", (), (field,)),))
    spare = filling.rows.get(field.name, 0) if field.kind is FieldKind.ROWS else 0
    return leaves(alone, {} if spare else filling.given, spare)


def _section(
    form: Form, part: Part, bound: Rendered, plain: Mapping[str, tuple[Field, ...]], filling: Filling
) -> Section:
    blocks = list[Block]()
    for field in part.fields:
        block = _block(field, bound, plain[field.name], filling)
        if blocks and not block.label and not blocks[-1].label:
            blocks[-1] = replace(blocks[-1], cells=(*blocks[-1].cells, *block.cells))
        else:
            blocks.append(block)
    return Section(part.title if len(form.parts) > 1 else "", tuple(blocks))


def _block(field: Field, bound: Rendered, plain: tuple[Field, ...], filling: Filling) -> Block:
    cells = tuple(_cell(leaf, bound, filling) for leaf in plain)
    match field.kind:
        case FieldKind.ROWS:
            width, heads = len(field.columns), tuple(column.label for column in field.columns)
            rows = [cells[place : place + width] for place in range(0, len(cells), width)]
            numbered = tuple(Row(number, row) for number, row in enumerate(rows, 1))
            more = field.name if len(rows) < min(field.most, MOST_ROWS) else ""
            return Block(field.label, field.hint, heads=heads, rows=numbered, more=more)
        case FieldKind.PERSON:
            return Block(field.label, field.hint, cells)
        case _:
            return Block("", "", cells)


def _cell(leaf: Field, bound: Rendered, filling: Filling) -> Cell:
    optional = filling.demanded and not leaf.required and leaf.kind is not FieldKind.TICK
    return Cell(bound[leaf.name], filling.faults.get(leaf.name, ""), named(leaf, filling), optional)


def named(leaf: Field, filling: Filling) -> str:
    """Give the words of a choice in a row that the program made and nobody changed; empty for any other."""
    texts = tuple(filling.given.get(leaf.name, ()))
    if "." not in leaf.name or not leaf.offered or texts != tuple(filling.ready.get(leaf.name, ())):
        return ""
    return next((option.label for option in leaf.options if (option.value,) == texts), "")


def _control_of(leaf: Field, filling: Filling) -> Control:
    """Give the unbound control of a plain field; only a field that stands alone is asked for by browsers."""
    if named(leaf, filling):
        return HiddenField(leaf.label)
    inside = "." in leaf.name
    short = leaf.label.rpartition(" – ")[2] if inside else leaf.label
    short = f"{short} ({leaf.unit})" if leaf.unit else short
    asked = filling.demanded and leaf.required and leaf.when is None and not leaf.name.split(".")[1:-1]
    return control(replace(leaf, label=short), {"required": True} if asked else {})
