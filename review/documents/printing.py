"""A copy of a document as an HTML page that prints on A4 or F4 and is read on a phone."""

from functools import cache
from importlib.resources import files

import segno
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from review.documents.copies import Copy
from review.drawing import Paper
from review.pictures import Picture
from review.pictures.drawing import EMPTY, MISSING, draw

MODULE = 1.0
"""The side of a dark square in the QR's own units; the style gives it its size on paper."""


@cache
def _templates() -> Environment:
    templates = Environment(
        loader=PackageLoader("review.documents"), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    templates.filters.update(lines=_lines, kind=_kind, drawn=drawn)
    return templates


def _lines(text: str) -> Markup:
    return Markup("<br>").join(escape(line) for line in text.split("\n"))


def drawn(picture: Picture, key: str) -> Markup:
    """Draw a picture, or say in its place why there is none; ``key`` sets its ids apart."""
    if picture.empty():
        return escape(EMPTY)
    svg = draw(picture, key)
    return escape(MISSING) if svg is None else Markup(svg)  # noqa: S704 - drawn by us, its texts escaped


def _kind(block: object) -> str:
    return type(block).__name__


@cache
def style() -> str:
    """Give the style sheet of every printed document."""
    return (files("review.documents") / "templates" / "cetak.css").read_text("utf-8")


def qr(address: str) -> str:
    """Draw a QR as SVG; it stands a damaged quarter."""
    text: str = segno.make(address, error="q", micro=False).svg_inline(scale=MODULE, border=2, omitsize=True)
    return text


def page(copy: Copy, paper: Paper = Paper.A4, *, alone: bool = False) -> str:
    """Print a copy as one HTML page; ``alone`` carries its style with it and needs no server."""
    return (
        _templates()
        .get_template("lembar.html")
        .render(
            sheet=copy.sheet,
            number=copy.number,
            mark=copy.mark,
            qr=Markup(qr(copy.mark.address)) if copy.mark else "",  # noqa: S704 - drawn by us, no text in it
            places=copy.places(),
            footer=copy.footer(),
            paper=paper.value,
            draft=copy.draft(),
            style=Markup(style()) if alone else "",  # noqa: S704 - our own file
        )
    )
