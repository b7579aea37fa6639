"""A person's data in words, for the page that shows it: each row as names with their values."""

from collections.abc import Iterator, Mapping, Sequence

from review.indonesian import moment_text
from review.store.personal import Category, Told

MOST = 50
"""How many rows of a category the page shows; the copy has them all."""

LONG_AGO = 10**11
"""A number beyond this is a moment in milliseconds (from 1973 on), a smaller one a count."""

Line = tuple[tuple[str, str], ...]
"""One row: names with their values."""


def lines(category: Category, zone: str) -> tuple[Line, ...]:
    """Give the first rows of a category in words; what is empty is left out."""
    return tuple(_line(row, zone) for row in category.rows[:MOST])


def _line(row: Told, zone: str) -> Line:
    return tuple((name.replace("_", " ").capitalize(), text) for name, text in _parts("", row, zone) if text)


def _parts(within: str, value: object, zone: str) -> Iterator[tuple[str, str]]:
    """Walk through a row; a form's own fields keep their names."""
    if isinstance(value, Mapping):
        for name, inner in value.items():
            yield from _parts(within if name in {"isi", "values"} else str(name), inner, zone)
    else:
        yield within, _text(value, zone)


def _text(value: object, zone: str) -> str:
    if isinstance(value, bool):
        return "ya" if value else "tidak"
    if isinstance(value, int):
        return moment_text(value, zone) if value > LONG_AGO else str(value)
    if isinstance(value, Sequence) and not isinstance(value, str):
        return ", ".join(text for one in value if (text := _text(one, zone)))
    return "" if value is None else str(value)
