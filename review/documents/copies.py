"""A copy of a document as it is printed: its text, its number, who has signed it, and how it is verified.

Pure.
"""

from dataclasses import dataclass
from datetime import date

from review.documents.codes import grouped
from review.documents.layout import Sheet, Slot, Style
from review.people import CAPACITY_WORDS, Capacity, Role

DRAFT = "KONSEP – belum diterbitkan"
UNSIGNED = "KONSEP – belum ditandatangani"
RECORDED = (
    "Pengesahan pada dokumen ini dicatat oleh sistem Akses Ruang Server dan bukan tanda tangan elektronik "
    "tersertifikasi."
)
CERTIFIED = (
    (
        "✓ UU ITE No 11 Tahun 2008 Pasal 5 ayat 1 “Informasi Elektronik dan/atau Dokumen Elektronik dan/atau "
        "hasil cetaknya merupakan alat bukti hukum yang sah.”"
    ),
    (
        "✓ Dokumen ini telah ditandatangani secara elektronik menggunakan sertifikat elektronik yang "
        "diterbitkan BSrE."
    ),
)
"""The footer of the seed documents, word for word; only where a BSrE signature is in the file."""


@dataclass(frozen=True, slots=True)
class Signed:
    """Who put a name to a document: role and capacity, the title and name as printed, when.

    ``own`` is the title of somebody who signs *atas nama* of another; rank and NIP may be empty.
    """

    role: Role
    capacity: Capacity
    title: str
    name: str
    at: str
    initial: bool = False
    own: str = ""
    rank: str = ""
    nip: str = ""

    def titles(self) -> tuple[str, ...]:
        """Give the lines of the title: ``Plh. Kepala Bidang``, or ``a.n. Kepala Dinas`` and the own title."""
        first = f"{CAPACITY_WORDS[self.capacity]}{self.title}"
        return (first, self.own) if self.capacity is Capacity.FOR and self.own else (first,)


@dataclass(frozen=True, slots=True)
class Mark:
    """How an issued document is verified: its code, the address to type, its SHA-256 (hex), its day."""

    code: str
    address: str
    sha256: str
    day: date

    def typed(self) -> str:
        """Give the code as people type it."""
        return grouped(self.code)


@dataclass(frozen=True, slots=True)
class Place:
    """One signature block as printed: caption, title lines, what stands for the signature, name and below."""

    caption: str
    titles: tuple[str, ...]
    signed: str
    name: str
    below: tuple[str, ...]
    initial: bool

    def heading(self) -> tuple[str, ...]:
        """Give the lines above the signature: the caption, unless the title says the same."""
        said = any(self.caption in title for title in self.titles)
        return self.titles if said else (self.caption, *self.titles)


@dataclass(frozen=True, slots=True)
class Copy:
    """A document to print; without a mark it is a draft, ``certified`` that a BSrE signature is in it."""

    sheet: Sheet
    number: str = ""
    mark: Mark | None = None
    signed: tuple[Signed, ...] = ()
    certified: bool = False

    def places(self) -> tuple[Place, ...]:
        """Give the signature blocks, each with whoever signed there."""
        left, found = list(self.signed), []
        for slot in self.sheet.slots:
            one = _take(left, slot)
            found.append(_place(slot, one))
        return tuple(found)

    def draft(self) -> str:
        """Say in red what a paper is that nobody may rely on yet; empty on all others."""
        if self.mark is None:
            return DRAFT
        return UNSIGNED if self.sheet.style is Style.LETTER and not self.number else ""

    def footer(self) -> tuple[str, ...]:
        """Give the lines at the foot: what the signatures on it are worth in law."""
        if self.certified:
            return CERTIFIED
        return (RECORDED,) if self.signed else ()


def _take(left: list[Signed], slot: Slot) -> Signed | None:
    """Take the newest signature that belongs to a slot; a paraf never stands where a name is signed."""
    for one in reversed(left):
        if one.role in slot.roles and (slot.initial or not one.initial):
            left.remove(one)
            return one
    return None


def _place(slot: Slot, one: Signed | None) -> Place:
    if one is None:
        return Place(
            slot.caption, _lines(slot.title), "", slot.name, _below(slot.rank, slot.nip), slot.initial
        )
    word = "Diparaf" if one.initial else "Disahkan"
    same = slot.name in {"", one.name}
    name = one.name if same else slot.name
    by = "" if same else f" oleh {one.name}"
    titles = _lines(slot.title) if slot.name and slot.title else one.titles()
    below = _below(slot.rank or one.rank, slot.nip or one.nip) if same else _below(slot.rank, slot.nip)
    return Place(slot.caption, titles, f"{word} melalui sistem{by}, {one.at}", name, below, slot.initial)


def _below(rank: str, nip: str) -> tuple[str, ...]:
    return tuple(text for text in (rank, f"NIP {nip}" if nip else "") if text)


def _lines(title: str) -> tuple[str, ...]:
    return (title,) if title else ()
