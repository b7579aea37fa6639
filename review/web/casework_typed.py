"""What was sent for a step's forms, read as it was typed: its rows closed up, offered forms left out.

What the values mean is decided by ``review.form`` and the workflow.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from review.form import Field, FieldKind
from review.web.fields import PREFIX
from review.web.visitor import Posted
from review.workflow.filling import Paper

MORE = "tambah"
"""The name of the button that asks for more rows of a field; an empty value asks for nothing."""

GROWS = 3
"""How many empty rows the button adds."""

Given = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Typed:
    """What was sent for a form: its fields, how many rows the page showed, whether more are asked for."""

    given: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    rows: Mapping[str, int] = field(default_factory=dict)
    growing: bool = False


def words(text: str) -> str:
    """Give a note or reason without signs that cannot be printed, which not every database takes."""
    return "".join(sign for sign in text if sign.isprintable() or sign in "\r\n\t")


def typed(paper: Paper | None, posted: Posted) -> Typed:
    """Read what was sent for a step's forms, without empty rows and without offered forms left as served."""
    given = {
        name.removeprefix(PREFIX): texts for name, texts in posted.fields.items() if name.startswith(PREFIX)
    }
    more, rows = posted.one(MORE), dict[str, int]()
    for one in () if paper is None else paper.form.fields:
        if one.kind is FieldKind.ROWS:
            given, count = _closed_up(one, given)
            rows[one.name] = count + (GROWS if one.name == more else 0)
    if paper is not None:
        given = _begun(paper, given)
    return Typed(given, rows, MORE in posted.fields)


def _begun(paper: Paper, given: dict[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    """Leave out the offered forms in which nothing was changed: what the program wrote is nobody's answer."""
    for one in paper.leaflets:
        own = {name for name in given if name.partition(".")[0] in one.names.values()}
        if not one.demanded and all(
            _filled(given[name]) == _filled(paper.ready.get(name, ())) for name in own
        ):
            given = {name: texts for name, texts in given.items() if name not in own}
    return given


def _filled(texts: Sequence[str]) -> list[str]:
    return [text.strip() for text in texts if text.strip()]


def _closed_up(rows: Field, given: Mapping[str, tuple[str, ...]]) -> tuple[dict[str, tuple[str, ...]], int]:
    """Move the filled rows of a field up over the empty ones; give also how many rows were sent.

    The places they leave are sent empty, so that nothing the program had put there stands again.
    """
    sent = sorted(numbers(rows.name, given))
    filled = [number for number in sent if any(_text(rows, given, number))]
    kept = {name: texts for name, texts in given.items() if not _is_row(rows, name, sent)}
    for place in range(max(sent, default=-1) + 1):
        for column in rows.columns:
            source = f"{rows.name}.{filled[place]}.{column.name}" if place < len(filled) else None
            kept[f"{rows.name}.{place}.{column.name}"] = given.get(source, ("",)) if source else ("",)
    return kept, len(sent)


def numbers(name: str, given: Given) -> set[int]:
    """Give the numbers of the rows of a field that something was sent for."""
    found = set()
    for key in given:
        head, _, tail = key.partition(".")
        number = tail.partition(".")[0]
        if head == name and number.isascii() and number.isdecimal() and len(number) < 4:  # noqa: PLR2004 - digits
            found.add(int(number))
    return found


def _text(rows: Field, given: Given, number: int) -> list[str]:
    values = (given.get(f"{rows.name}.{number}.{column.name}", ()) for column in rows.columns)
    return [text for texts in values for text in texts if text.strip()]


def _is_row(rows: Field, name: str, sent: Sequence[int]) -> bool:
    """Say whether a field is a cell of a row; what only looks like one is left for the checker to refuse."""
    parts = name.split(".")
    known = len(parts) == 3 and parts[0] == rows.name and parts[2] in {one.name for one in rows.columns}  # noqa: PLR2004 - field, row, column
    return known and parts[1].isdecimal() and int(parts[1]) in sent and parts[1] == str(int(parts[1]))
