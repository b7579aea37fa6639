"""An XLSX workbook as plain cells: only what a list needs is read.

A workbook is a ZIP of XML from whoever sent it. So its parts, their sizes and their depth are bounded, a
document type (and with it every entity) is refused, and so is a formula, because what it would show is not in
the file for certain. Numbers are read as they were typed, days as ``2026-11-21``.

Decisions:
    2026-11-21: own reader of some hundred lines on the standard library, because what a list needs of XLSX is
    small, and a general reader would be one more part to keep for it.

Bytes in, cells out: it reads neither files nor the clock.
"""

import io
import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from xml.parsers import expat

MOST_PARTS, MOST_UNPACKED = 200, 8_000_000
MOST_COLUMNS, MOST_LINES, MOST_DEPTH = 64, 20_000, 32

NOT_XLSX = "Berkas ini bukan buku kerja XLSX yang utuh."
TOO_LARGE = "Buku kerja terlalu besar."

Cells = tuple[tuple[int, tuple[str, ...]], ...]
"""The lines of a sheet that say anything, each with its number and its cells up to the last filled one."""


BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    expat.ExpatError,
    EOFError,
    LookupError,
    NotImplementedError,
    OverflowError,
    RuntimeError,
    ValueError,
)
"""What a damaged, encrypted or invented package makes its readers raise."""


class Unreadable(Exception):
    """A workbook cannot be read; the text is the Indonesian sentence for whoever sent it."""


def pages(data: bytes) -> Mapping[str, Cells]:
    """Give the sheets of a workbook by name, in order.

    Raises:
        Unreadable: It is no workbook, too large, or holds a formula, a fault or a document type.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as book:
            return _pages(_Parts(book))
    except BROKEN as error:
        raise Unreadable(NOT_XLSX) from error


class _Parts:
    """The parts of a package, unpacked within one bound for all of them."""

    def __init__(self, book: zipfile.ZipFile) -> None:
        if len(book.infolist()) > MOST_PARTS:
            raise Unreadable(TOO_LARGE)
        self._book, self._left = book, MOST_UNPACKED

    def read(self, name: str) -> bytes:
        """Unpack a part; a size that was declared too small does not help it."""
        with self._book.open(name) as part:
            body = part.read(self._left + 1)
        self._left -= len(body)
        if self._left < 0:
            raise Unreadable(TOO_LARGE)
        return body

    def has(self, name: str) -> bool:
        """Say whether there is such a part."""
        return name in self._book.NameToInfo


@dataclass(slots=True)
class _Tag:
    """One element: its name without its space, its attributes, its text, what it holds."""

    name: str
    given: Mapping[str, str] = field(default_factory=dict)
    texts: list[str] = field(default_factory=list)
    inside: "list[_Tag]" = field(default_factory=list)

    def all(self, name: str) -> "Iterator[_Tag]":
        """Give every element of a name below this one."""
        for one in self.inside:
            if one.name == name:
                yield one
            yield from one.all(name)

    def text(self, name: str) -> str:
        """Give the texts of every element of a name below this one; how a word is spoken is none of it."""
        kept = [one for one in self.inside if one.name != "rPh"]
        own = ("".join(one.texts) if one.name == name else one.text(name) for one in kept)
        return "".join(own)


def _tree(body: bytes) -> _Tag:
    root = _Tag("")
    open_: list[_Tag] = [root]
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True

    def start(name: str, given: dict[str, str]) -> None:
        tag = _Tag(name.rpartition(" ")[2], {key.rpartition(" ")[2]: text for key, text in given.items()})
        open_[-1].inside.append(tag)
        open_.append(tag)
        if len(open_) > MOST_DEPTH:
            refuse()

    def said(text: str) -> None:
        open_[-1].texts.append(text)

    def refuse(*_rest: object) -> None:
        raise Unreadable(NOT_XLSX)

    parser.StartElementHandler = start
    parser.EndElementHandler = lambda _name: open_.pop()
    parser.CharacterDataHandler = said
    parser.StartDoctypeDeclHandler = refuse
    parser.Parse(body, True)  # noqa: FBT003 - expat's own word for the end
    return root


def _pages(parts: _Parts) -> Mapping[str, Cells]:
    book = _tree(parts.read("xl/workbook.xml"))
    files = {one.given["Id"]: one.given["Target"] for one in _relations(parts)}
    shared = _shared(parts)
    days = _day_styles(parts)
    early = any(one.given.get("date1904") in {"1", "true"} for one in book.all("workbookPr"))
    reader = _Reader(shared, days, date(1904, 1, 1) if early else date(1899, 12, 30))
    return {
        one.given["name"]: reader.cells(_tree(parts.read(_path(files[one.given["id"]]))))
        for one in book.all("sheet")
    }


def _relations(parts: _Parts) -> Iterator[_Tag]:
    return _tree(parts.read("xl/_rels/workbook.xml.rels")).all("Relationship")


def _path(target: str) -> str:
    return target[1:] if target.startswith("/") else f"xl/{target}"


def _shared(parts: _Parts) -> tuple[str, ...]:
    if not parts.has("xl/sharedStrings.xml"):
        return ()
    return tuple(one.text("t") for one in _tree(parts.read("xl/sharedStrings.xml")).all("si"))


BUILT_IN_DAYS = frozenset({*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)})
"""The number formats that every spreadsheet knows and that show a day or a time."""

_SAID = re.compile(r'"[^"]*"|\[[^\]]*\]|\\.')


def _day_styles(parts: _Parts) -> frozenset[int]:
    """Give the cell styles that show a number as a day."""
    if not parts.has("xl/styles.xml"):
        return frozenset()
    styles = _tree(parts.read("xl/styles.xml"))
    own = {
        int(one.given["numFmtId"])
        for one in styles.all("numFmt")
        if set(_SAID.sub("", one.given.get("formatCode", "")).casefold()) & {"d", "y"}
    }
    used = [one for held in styles.all("cellXfs") for one in held.all("xf")]
    days = BUILT_IN_DAYS | own
    return frozenset(n for n, one in enumerate(used) if int(one.given.get("numFmtId", "0")) in days)


@dataclass(frozen=True, slots=True)
class _Reader:
    shared: Sequence[str]
    days: frozenset[int]
    epoch: date

    def cells(self, page: _Tag) -> Cells:
        found, at = [], 0
        for row in page.all("row"):
            at = int(row.given.get("r", at + 1))
            line = self._line(row, at)
            if any(line):
                found.append((at, line))
            if len(found) > MOST_LINES:
                raise Unreadable(TOO_LARGE)
        return tuple(found)

    def _line(self, row: _Tag, number: int) -> tuple[str, ...]:
        line: dict[int, str] = {}
        for place, cell in enumerate(one for one in row.inside if one.name == "c"):
            column = _column(cell.given["r"]) if "r" in cell.given else place
            if text := self._text(cell, number):
                line[column] = text
        width = max(line, default=-1) + 1
        if width > MOST_COLUMNS:
            message = f"Baris {number}: lebih dari {MOST_COLUMNS} kolom."
            raise Unreadable(message)
        return tuple(line.get(column, "") for column in range(width))

    def _text(self, cell: _Tag, number: int) -> str:
        if any(one.name == "f" for one in cell.inside):
            message = f"Baris {number}: ada rumus. Salin isinya sebagai nilai, lalu kirim lagi."
            raise Unreadable(message)
        value = cell.text("v")
        match cell.given.get("t", "n"):
            case "s":
                return self.shared[int(value)]
            case "inlineStr":
                return cell.text("t")
            case "str" | "d":
                return value
            case "n":
                return _number(value, self.epoch if int(cell.given.get("s", "0")) in self.days else None)
            case _:
                message = f"Baris {number}: ada isian yang bukan teks, bilangan, atau tanggal."
                raise Unreadable(message)


def _column(place: str) -> int:
    """Give the number of a column from a cell's address: ``A1`` is 0, ``AB7`` is 27."""
    letters = place.rstrip("0123456789").upper()
    if not letters.isascii() or not letters.isalpha():
        raise ValueError(place)
    found = 0
    for letter in letters[:4]:
        found = found * 26 + ord(letter) - ord("A") + 1
    return found - 1


def _number(text: str, epoch: date | None) -> str:
    """Write a number as it was typed, or as a day where its cell shows one."""
    with suppress(InvalidOperation, OverflowError):
        number = Decimal(text)
        if number == number.to_integral_value() and abs(number) < 10**15:
            whole = int(number)
            return str(whole) if epoch is None else (epoch + timedelta(days=whole)).isoformat()
    return text
