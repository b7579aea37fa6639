"""An XLSX package before it is opened: bounded, plain, and only the parts that a list needs.

A workbook is a ZIP of XML from whoever sent it. So the sizes that its parts declare are added up before any
of them is unpacked (one that holds more than it declares ends there, as damaged), and a document type, with
it every entity, is refused, as is depth. Refused is also what the reader in ``workbook`` would pass over
without a word: rows and cells out of order, what is filled in beyond the bounds, and the strict dialect.

Bytes in, bytes out: it reads neither files nor the clock.
"""

import io
import re
import zipfile

MOST_PARTS, MOST_UNPACKED = 200, 8_000_000
MOST_COLUMNS, MOST_LINES, MOST_DEPTH = 64, 20_000, 32

NOT_XLSX = "Berkas ini bukan buku kerja XLSX yang utuh."
TOO_LARGE = "Buku kerja terlalu besar."
STRICT = "Buku kerja ini memakai ragam “Strict Open XML”. Simpan sebagai XLSX biasa, lalu kirim lagi."

RELATIONS = "xl/_rels/workbook.xml.rels"
NEEDED = {"[Content_Types].xml", "xl/workbook.xml", RELATIONS, "xl/sharedStrings.xml", "xl/styles.xml"}
"""The parts that say what the cells of the sheets mean; pictures, links, charts and the rest are left."""

SHEETS = "xl/worksheets/"
_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_STRICT = "{http://purl.oclc.org/ooxml/"
_PLACE = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})", re.ASCII)


class Unreadable(Exception):
    """A workbook cannot be read; the text is the Indonesian sentence for whoever sent it."""


def plain(data: bytes) -> bytes:
    """Give a package with the needed parts alone, each of them looked at.

    Raises:
        ModuleNotFoundError: The extra ``documents`` is not installed.
        Unreadable: It is too large, too deep, of the strict dialect, or says what a reader would pass over.
        zipfile.BadZipFile: It is no package, or damaged; what else reading raises means the same.
    """
    parts = _unpacked(data)
    for name, body in parts.items():
        _look_at(body, _Rows() if name.startswith(SHEETS) else None)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as book:
        for name, body in parts.items():
            book.writestr(name, body)
    return out.getvalue()


def _unpacked(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        found = book.infolist()
        if len(found) > MOST_PARTS or sum(one.file_size for one in found) > MOST_UNPACKED:
            raise Unreadable(TOO_LARGE)
        return {name: _part(book, one) for name, one in book.NameToInfo.items() if _needed(name)}


def _part(book: zipfile.ZipFile, part: zipfile.ZipInfo) -> bytes:
    """Unpack a part; only deflate stops where it is told to, and only when it is told a length."""
    if part.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
        raise Unreadable(NOT_XLSX)
    with book.open(part) as opened:
        return opened.read(part.file_size + 1)


def _needed(name: str) -> bool:
    return name in NEEDED or (name.startswith(SHEETS) and name.endswith(".xml"))


def _look_at(body: bytes, rows: "_Rows | None") -> None:
    from defusedxml.ElementTree import iterparse  # noqa: PLC0415 - only where the extra is installed

    depth = 0
    for event, tag in iterparse(io.BytesIO(body), ("start", "end"), forbid_dtd=True):
        depth += 1 if event == "start" else -1
        if depth > MOST_DEPTH:
            raise Unreadable(NOT_XLSX)
        if tag.tag.startswith(_STRICT):
            raise Unreadable(STRICT)
        if event == "end":
            tag.clear()
        elif rows is not None:
            rows.begin(tag.tag, tag.get("r"))


class _Rows:
    """Refuses rows and cells that a reader of rows would drop: out of order, or filled beyond the bounds."""

    def __init__(self) -> None:
        self._row = self._column = 0

    def begin(self, tag: str, place: str | None) -> None:
        """Take the next element of a sheet, and where it says it stands."""
        match tag.removeprefix(_MAIN):
            case "row":
                self._row = _after(self._row, self._row + 1 if place is None else int(place))
                self._column = 0
            case "c":
                self._cell(place)
            case "v" | "is" | "f":
                self._filled()
            case _:
                pass  # how it looks

    def _cell(self, place: str | None) -> None:
        column, row = (self._column + 1, self._row) if place is None else _numbers(place)
        if row != self._row:
            raise Unreadable(NOT_XLSX)
        self._column = _after(self._column, column)

    def _filled(self) -> None:
        if self._row > MOST_LINES:
            raise Unreadable(TOO_LARGE)
        if self._column > MOST_COLUMNS:
            message = f"Baris {self._row}: lebih dari {MOST_COLUMNS} kolom."
            raise Unreadable(message)


def _after(last: int, next_: int) -> int:
    if next_ <= last:
        raise Unreadable(NOT_XLSX)
    return next_


def _numbers(place: str) -> tuple[int, int]:
    """Give the column and the row of a cell's address: ``AB7`` is 28 and 7."""
    found = _PLACE.fullmatch(place)
    if found is None:
        raise Unreadable(NOT_XLSX)
    column = 0
    for letter in found[1]:
        column = column * 26 + ord(letter) - ord("A") + 1
    return column, int(found[2])
