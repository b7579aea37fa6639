"""A filled form as blocks of a document: dates, choices and amounts in words for people.

Pure.
"""

from collections.abc import Iterable, Sequence
from datetime import date

from review.documents.layout import Block, Column, Facts, Grid
from review.form import Field, FieldKind, Filled, Form, asked
from review.form.table import PERSON_FIELDS
from review.indonesian import day_text, local_text

NOTHING = "–"
NARROW = {FieldKind.NUMBER: 2, FieldKind.DAY: 3, FieldKind.CHOICE: 3}
WIDE = 7
"""From this many columns on, a table lies on its side."""


def shown(field: Field, texts: Sequence[str]) -> str:
    """Write what a plain field was given, for people."""
    return ", ".join(_one(field, text) for text in texts) or NOTHING


def _one(field: Field, text: str) -> str:
    match field.kind:
        case FieldKind.DAY:
            return day_text(date.fromisoformat(text))
        case FieldKind.MOMENT:
            return local_text(text)
        case FieldKind.CHOICE | FieldKind.CHOICES:
            return next((option.label for option in field.options if option.value == text), text)
        case FieldKind.TICK:
            return "Ya"
        case FieldKind.NUMBER:
            return f"{amount(int(text))} {field.unit}".strip()
        case _:
            return text


def amount(number: int) -> str:
    """Write a number with dots between thousands."""
    return f"{number:,}".replace(",", ".")


def blocks(form: Form, filled: Filled, leave_out: frozenset[str] = frozenset()) -> Iterable[Block]:
    """Give the blocks of a form, part by part; ``leave_out`` names fields that are shown elsewhere."""
    for part in form.parts:
        title = part.title if len(form.parts) > 1 else ""
        plain: list[tuple[str, str]] = []
        for field in part.fields:
            if field.name in leave_out or not asked(field, filled.values):
                continue
            block = _composite(field, filled)
            if block is None:
                plain.append((field.label, shown(field, filled.values.get(field.name, ()))))
                continue
            if plain:
                yield Facts(tuple(plain), title)
                plain, title = [], ""
            yield block
        if plain:
            yield Facts(tuple(plain), title)


def _composite(field: Field, filled: Filled) -> Block | None:
    match field.kind:
        case FieldKind.PERSON:
            return person(field.label, filled, field.name)
        case FieldKind.ROWS:
            return grid(field, filled)
        case _:
            return None


def person(label: str, filled: Filled, name: str) -> Facts:
    """Give a person's block; what was left empty is left out."""
    given = filled.person(name)
    rows = ((one.label, given[one.name]) for one in PERSON_FIELDS if given.get(one.name))
    return Facts(tuple(rows), label)


def grid(field: Field, filled: Filled) -> Grid:
    """Give a field of rows as a table; a column that nobody filled is left out."""
    rows = filled.rows(field.name)
    used = [one for one in field.columns if one.required or any(row.get(one.name) for row in rows)]
    columns = tuple(Column(one.label, NARROW.get(one.kind, 4), one.kind is FieldKind.NUMBER) for one in used)
    cells = (tuple(shown(one, [row[one.name]] if row.get(one.name) else ()) for one in used) for row in rows)
    numbered = tuple((str(number), *row) for number, row in enumerate(cells, 1))
    return Grid((Column("No.", 1), *columns), numbered, field.label)


def is_wide(parts: Iterable[Block]) -> bool:
    """Say whether a document needs its paper on its side."""
    return any(isinstance(block, Grid) and len(block.columns) > WIDE for block in parts)
