"""Reports as JSON: the numbers of the pictures, as they stand in the tables beside them."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Query

from review.pictures import listing
from review.pictures.album import Album
from review.pictures.period import month_of, period
from review.store.transaction import reading
from review.web.api_errors import Problem
from review.web.console import Here
from review.web.pages.reports import NEEDS
from review.web.tokens import Reader
from review.workflow import reporting

UNKNOWN = "Masa ditulis sebagai 2026, 2026-T4, atau 2026-11."

Asked = Annotated[str, Query(alias="period", max_length=8)]


@dataclass(frozen=True, slots=True)
class PictureBody:
    """One picture's table: what it shows in a sentence, captions, rows of words."""

    title: str
    sentence: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class ReportBody:
    """A report of a period: what its numbers mean, and its pictures; ``behind``: they will still grow."""

    album: Album
    period: str
    title: str
    lead: str
    behind: bool
    pictures: tuple[PictureBody, ...]


def report(console: Here, me: Reader, album: Album, name: Asked = "") -> ReportBody:
    """Give a report of a month, a quarter or a year (``2026-11``, ``2026-T4``, ``2026``; this month)."""
    me.require(NEEDS[album])
    office = console.office
    asked = period(name) if name else month_of(office.today())
    if asked is None:
        raise Problem(422, UNKNOWN, {"period": UNKNOWN})
    with reading(office.store) as connection:
        shown = reporting.show(connection, office, album, asked)
    pictures = tuple(
        PictureBody(one.title, one.sentence, table.columns, table.rows)
        for one in shown.pictures
        for table in (listing(one.chart),)
    )
    return ReportBody(album, asked.name, f"{shown.title} – {asked.title}", shown.lead, shown.behind, pictures)
