"""A printable document as one value: what print pages and PDF both show, without fonts, paper or signatures.

The value is what is hashed when a document is issued. Its number and who signed it stand beside it
(``copy``), because both may come after the text that is signed.

Pure.
"""

from enum import StrEnum
from typing import TypeAlias

import msgspec

from review.people import Role
from review.pictures import Picture


class Style(StrEnum):
    """How a document begins: with a title in the middle, or as a letter with its date and address."""

    FORM = "formulir"
    MINUTES = "berita-acara"
    LETTER = "surat"
    LIST = "daftar"


class Column(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One column of a grid; ``weight`` is its share of the width, numbers stand at the right."""

    caption: str
    weight: int = 3
    number: bool = False


class Paragraph(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="jenis", tag="paragraf"):
    """A paragraph of text; its line breaks are kept."""

    text: str


class Facts(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="jenis", tag="isian"):
    """Labels with their values, one below the other."""

    rows: tuple[tuple[str, str], ...]
    title: str = ""


class Grid(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="jenis", tag="tabel"):
    """A table with a line around every cell; it may go on over pages."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]
    title: str = ""


class Items(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="jenis", tag="butir"):
    """A numbered list."""

    rows: tuple[str, ...]
    title: str = ""


Block: TypeAlias = Paragraph | Facts | Grid | Items | Picture
"""One part of a document's body; a picture is kept as its numbers and drawn when it is printed."""


class Slot(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A place to sign: its caption, the roles that may sign there, and whom the form already names.

    ``initial`` is a place for a paraf only.
    """

    caption: str
    roles: tuple[Role, ...] = ()
    title: str = ""
    name: str = ""
    rank: str = ""
    nip: str = ""
    initial: bool = False


class Letterhead(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The kop surat: government, office, address."""

    agency: str
    unit: str
    address: str = ""
    contact: str = ""


class Sheet(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A document's text: letterhead, title, blocks in order, places to sign; ``wide`` lies on its side."""

    form: str
    style: Style
    head: Letterhead
    title: str
    case: str
    place: str
    day: str
    blocks: tuple[Block, ...]
    slots: tuple[Slot, ...] = ()
    closing: tuple[Block, ...] = ()
    wide: bool = False
