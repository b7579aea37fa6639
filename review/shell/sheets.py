"""A form as a text file (TOML): written with what the office knows, filled with any editor, read back.

Each plain field is one line, ``"barang.0.nomor_seri" = "..."``; what it may hold stands above it. A row is
added by copying its lines with the next number.
"""

import json
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime

from card_registry.errors import OperatorMistaken
from review.form import FieldKind
from review.web.api_forms import FieldBody, PaperBody

OFFERED = 60
"""How many options are written out; the rest are on the page."""


def written(papers: Iterable[PaperBody]) -> str:
    """Write the forms of a step to be filled."""
    lines: list[str] = []
    for paper in papers:
        must = "must be filled" if paper.demanded else "may be left out"
        lines += [_said(f"{paper.form.code} {paper.form.title}: {must}"), ""]
        for part in paper.form.parts:
            lines += [_said(part.title), ""]
            for field in part.fields:
                lines += _field(field, paper.ready)
    return "\n".join(lines)


def _text(value: str | list[str]) -> str:
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _said(words: str) -> str:
    """Write words as a comment of one line, whatever is in them."""
    indent = len(words) - len(words.lstrip(" "))
    plain = "".join(sign if sign.isprintable() else " " for sign in words)
    return f"# {' ' * indent}{' '.join(plain.split())}".rstrip()


def _field(field: FieldBody, ready: Mapping[str, tuple[str, ...]]) -> Iterator[str]:
    match field.kind:
        case FieldKind.PERSON:
            for inside in field.columns:
                yield from _line(inside, f"{field.name}.{inside.name}", f"{field.label}: ", ready)
        case FieldKind.ROWS:
            yield _said(f"{field.label}: {field.least} to {field.most} rows, counted from 0")
            for number in range(max(field.least, 1, _rows(field.name, ready))):
                for column in field.columns:
                    name = f"{field.name}.{number}.{column.name}"
                    yield from _line(column, name, f"{field.label} {number + 1}: ", ready)
        case _:
            yield from _line(field, field.name, "", ready)


def _rows(name: str, ready: Mapping[str, tuple[str, ...]]) -> int:
    """Count the rows that the office fills in by itself."""
    found = [key.split(".")[1] for key in ready if key.startswith(f"{name}.")]
    return 1 + max((int(number) for number in found if number.isdecimal()), default=-1)


def _line(field: FieldBody, name: str, before: str, ready: Mapping[str, tuple[str, ...]]) -> Iterator[str]:
    yield _said(f"{before}{field.label} ({', '.join(_limits(field))})")
    if field.hint:
        yield _said(f"  {field.hint}")
    yield from (_said(f"  {option.value} = {option.label}") for option in field.options[:OFFERED])
    if len(field.options) > OFFERED:
        yield f"#   and {len(field.options) - OFFERED} more"
    texts = ready.get(name, ())
    value = [*texts] if field.kind is FieldKind.CHOICES else "".join(texts[:1])
    yield f"{_text(name)} = {_text(value)}"
    yield ""


def _limits(field: FieldBody) -> Iterator[str]:
    yield field.kind.value
    if field.when is not None:
        yield f"only where {field.when.field} is {' or '.join(field.when.values)}"
    elif not field.required:
        yield "may be empty"
    if field.kind in {FieldKind.TEXT, FieldKind.PARAGRAPH}:
        yield f"at most {field.limit} characters"
    if field.kind is FieldKind.NUMBER:
        yield f"{field.least} to {field.most}{' ' + field.unit if field.unit else ''}"


def read(text: str, what: str) -> dict[str, str | tuple[str, ...]]:
    """Read a filled form; what is empty is left out.

    Raises:
        OperatorMistaken: It is not TOML, or a value is neither a text, a number, a day, nor a list of texts.
    """
    try:
        found = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise OperatorMistaken(f"{what} cannot be read as TOML: {error}") from error
    return {name: value for name, given in found.items() if (value := _value(name, given, what))}


def _value(name: str, given: object, what: str) -> str | tuple[str, ...]:
    match given:
        case str():
            return given
        case bool():
            return "ya" if given else ""
        case datetime():
            return given.isoformat(timespec="minutes")
        case date():
            return given.isoformat()
        case int():
            return str(given)
        case list() if all(isinstance(one, str) for one in given):
            return tuple(given)
        case _:
            raise OperatorMistaken(f"{name} in {what} must be a text, a number, a day or a list of texts")
