"""Reports: what is read from the stores for the pictures of a period, and their document."""

from collections import defaultdict
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from msgspec import structs
from sqlalchemy import Connection

from card_registry.errors import OperatorMistaken
from card_registry.words import PersonId
from review.documents import building, pictured
from review.documents.building import Cover
from review.documents.codes import code_of
from review.documents.layout import Sheet
from review.form import Form, Signer
from review.indonesian import moment_text
from review.office import Office
from review.people import Role
from review.pictures import Picture, reach, steps, traffic
from review.pictures.album import Album, Shown
from review.pictures.drawing import draw
from review.pictures.period import Period, period, span
from review.pictures.reach import Reached
from review.pictures.steps import Compliance
from review.pictures.worktime import Worktime
from review.shelf import ACCESS
from review.store import (
    audit,
    confirmations,
    figures,
    issued,
    letterheads,
    profiles,
    stays,
    step_times,
    sums,
)
from review.store.issued import Issued, New
from review.workflow.reminding import calendar_of

LETTERS = {Album.DOORS: "D", Album.STEPS: "S", Album.REGISTRY: "R"}
"""How a report is filed among the documents: its letter before its period, such as S2026-T4."""

SIGNERS = (Signer("Pembuat", Role.OPERATOR), Signer("Mengetahui", Role.KABID))

AHEAD = timedelta(days=60)
"""How far beyond a period due moments are looked up at once."""


def show(connection: Connection, office: Office, album: Album, asked: Period) -> Shown:
    """Give one report of one period."""
    behind = album is Album.DOORS and (sums.is_behind(connection) or stays.is_behind(connection))
    return Shown(album, asked, WORK[album](connection, office, asked), behind)


def of_doors(connection: Connection, office: Office, asked: Period) -> tuple[Picture, ...]:
    """Give the pictures of what passed at the doors."""
    signs: dict[str, str] = {door.id: door.label for door in office.doors}
    return traffic.pictures(figures.traffic(connection, asked, signs))


def of_steps(connection: Connection, office: Office, asked: Period) -> tuple[Picture, ...]:
    """Give the pictures of how long the steps took against the tables."""
    zone, quarters = office.zone(), steps.quarters_up_to(asked)
    begins, ends = (
        quarters[0].moments(zone)[0],
        max(asked, quarters[-1], key=lambda one: one.ends).moments(zone)[1],
    )
    rows = step_times.written(connection, begins, ends)
    calendar = calendar_of(office, connection)
    first = calendar.day_of(min((row.made for row in rows), default=begins))
    clock = Worktime.of(calendar, first, asked.ends + AHEAD)
    tables = step_times.tables(connection)
    taken = tuple(steps.took(rows, tables, clock))

    def within(one: Period) -> tuple[steps.Took, ...]:
        since, until = one.moments(zone)
        return tuple(each for each in taken if since <= each.at < until)

    newest = {table.id: table for table in tables.values()}
    told = Compliance(asked, within(asked), tuple((one, within(one)) for one in quarters), newest)
    return steps.pictures(told, clock)


def of_registry(connection: Connection, office: Office, asked: Period) -> tuple[Picture, ...]:
    """Give the pictures of how fast answers reached the doors."""
    signs = defaultdict[str, list[str]](list)
    for door in office.doors:
        signs[door.controller].append(door.label)
    measured = confirmations.between(connection, *asked.moments(office.zone()))
    return reach.pictures(
        [
            Reached(one.kind, ", ".join(signs[one.controller]) or one.controller, one.at - one.made)
            for one in measured
        ]
    )


WORK: Mapping[Album, Callable[[Connection, Office, Period], tuple[Picture, ...]]] = {
    Album.DOORS: of_doors,
    Album.STEPS: of_steps,
    Album.REGISTRY: of_registry,
}
"""What fills each report."""


def of_month(
    connection: Connection, office: Office, since: int | None, until: int | None
) -> tuple[Picture, ...]:
    """Give the doors' pictures of [since, until) where that is a whole month; none of any other time."""
    if since is None or until is None:
        return ()
    zone = ZoneInfo(office.zone())
    begins, ends = (datetime.fromtimestamp(at / 1000, zone).date() for at in (since, until))
    asked = span(begins, ends)
    return () if asked is None else of_doors(connection, office, asked)


def sheet(connection: Connection, office: Office, shown: Shown) -> Sheet:
    """Give a report as a document: each picture with its table below."""
    identity = office.procedure(ACCESS).identity
    head, town = letterheads.letterhead(connection, identity), letterheads.town(connection, identity)
    facts = (
        ("Masa", shown.period.title),
        ("Dibuat", moment_text(office.clock(), office.zone())),
        ("Keterangan", shown.lead),
    )
    form = Form(f"{LETTERS[shown.album]}{shown.period.name}", shown.title, (), SIGNERS)
    made = building.listing(
        form, facts, (), Cover(head, "", town, office.today(), profiles.titles(connection))
    )
    return structs.replace(made, blocks=(*made.blocks, *pictured.blocks(shown.pictures)), wide=False)


def issue(connection: Connection, office: Office, shown: Shown, person: PersonId) -> Issued:
    """Issue a report as it is now: it has a code, and a later one of the same period takes its place."""
    at, made = office.clock(), sheet(connection, office, shown)
    new = New(code_of(office.entropy(16)), None, made, (), person, at)
    audit.record(connection, person, "laporan.terbit", f"dokumen/{new.code}", at, made.form)
    return issued.issue(connection, new)


def draw_year(connection: Connection, office: Office, year: int) -> tuple[str, ...]:
    """Read and draw every picture of a year as SVG: what is measured against one second.

    Raises:
        ValueError: The year is not one of this calendar.
        OperatorMistaken: The extra ``pictures`` is not installed.
    """
    asked = period(f"{year:04}")
    if asked is None:
        message = f"there are no pictures of the year {year}"
        raise ValueError(message)
    shown = [picture for album in Album for picture in show(connection, office, album, asked).pictures]
    svgs = tuple(draw(picture, f"gambar-{number}") for number, picture in enumerate(shown, 1))
    if None in svgs:
        message = "pictures need the extra 'pictures'; install it: pip install 'akses-ruang-server[pictures]'"
        raise OperatorMistaken(message)
    return tuple(svg for svg in svgs if svg)
