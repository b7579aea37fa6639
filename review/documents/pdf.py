"""A copy of a document as PDF/A-2b, set by typst from the same layout value as the print page.

What a document says is handed over as JSON and is never read as markup. Needs the extra ``documents``.
"""

import contextlib
import hashlib
from functools import cache
from importlib.resources import files
from typing import Literal

import msgspec

from card_registry.errors import OperatorMistaken
from review.documents import printing
from review.documents.copies import Copy
from review.documents.layout import Block, Grid
from review.drawing import Paper
from review.pictures import Picture
from review.pictures.drawing import EMPTY, MISSING, draw

STANDARD: Literal["a-2b"] = "a-2b"
"""The archival standard: everything inside the file, no scripts, colours defined."""


LONG = 600
"""From this many rows of tables on a paper has no tags for screen readers: they would be most of the file."""


def pdf(copy: Copy, paper: Paper = Paper.A4) -> bytes:
    """Set a copy as PDF/A; a draft, which nobody archives, as plain PDF.

    Raises:
        OperatorMistaken: The extra ``documents`` is not installed.
    """
    with contextlib.suppress(ImportError):
        import typst  # noqa: PLC0415 - 80 MB that only who asks for a PDF needs

        return typst.compile(
            _template(),
            format="pdf",
            pdf_standards=STANDARD if copy.mark else None,
            pdf_tags=_length(copy) <= LONG,
            sys_inputs={"copy": told(copy, paper)},
        )
    message = "PDF needs the extra 'documents'; install it with pip install 'akses-ruang-server[documents]'"
    raise OperatorMistaken(message)


@cache
def _template() -> bytes:
    return (files("review.documents") / "templates" / "lembar.typ").read_bytes()


def _edition() -> str:
    """Name the template, so that who sets a paper again knows whether it was set by this one."""
    return hashlib.sha256(_template()).hexdigest()[:8]


def _length(copy: Copy) -> int:
    """Count the rows of a copy's tables."""
    return sum(len(block.rows) for block in copy.sheet.blocks if isinstance(block, Grid))


def _block(block: Block) -> object:
    """Give a block as the template reads it: a picture with its drawing or what is said in its place."""
    if not isinstance(block, Picture):
        return block
    svg = None if block.empty() else draw(block, "gambar")
    drawn = {"svg": svg or "", "unsaid": EMPTY if block.empty() else MISSING}
    return msgspec.to_builtins(block) | drawn


def told(copy: Copy, paper: Paper) -> str:
    """Give a copy as the template reads it."""
    mark = copy.mark
    feet = [f"Nomor kasus {copy.sheet.case}"] if copy.sheet.case else []
    if mark:
        feet = [
            f"Kode periksa: {mark.typed()} · {mark.address}",
            " · ".join([*feet, f"sidik SHA-256 {mark.sha256[:16]}…"]),
        ]
    values = {
        "sheet": {**msgspec.to_builtins(copy.sheet), "blocks": [_block(one) for one in copy.sheet.blocks]},
        "paper": paper.value,
        "title": f"{copy.sheet.title} {copy.number}".strip(),
        "keyword": f"{mark.typed()} {mark.address} {_edition()}" if mark else "konsep",
        "number": copy.number,
        "draft": copy.draft(),
        "qr": printing.qr(mark.address) if mark else "",
        "address": mark.address if mark else "",
        "on": (mark.day.year, mark.day.month, mark.day.day) if mark else (),
        "feet": [*feet, *copy.footer()],
        "places": [
            {
                "caption": place.caption,
                "heading": place.heading(),
                "signed": place.signed,
                "name": place.name,
                "below": place.below,
                "initial": place.initial,
            }
            for place in copy.places()
        ],
    }
    return msgspec.json.encode(values).decode()
