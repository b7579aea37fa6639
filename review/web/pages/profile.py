"""What is in force in the office: its letterhead, hours, numbers, and every SOP table with its drawing.

It is only shown here. Another profile is put in force on the server (``akses review profile use``), because
it changes what approvers sign, and a conquered console shall not choose the tables it is judged by.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from fastapi.responses import Response

from review import outside
from review.access import Permission
from review.drawing import Paper, draw
from review.drawing.book import book
from review.numbering import Template
from review.office import Office
from review.office_profile import outdated
from review.people import TITLES, Role
from review.procedure import Procedure, Source, fingerprint
from review.profile import Hours
from review.shelf import ACCESS, forms
from review.store import letterheads, people, profiles
from review.store.transaction import reading
from review.web.console import Here
from review.web.screen import page
from review.web.visitor import Me, NotFound

EXAMPLE = 16
"""The running number that examples show."""


@dataclass(frozen=True, slots=True)
class Line:
    """One table in force: an example of its cases' numbers; ``approvers`` is None where nothing is signed."""

    table: Procedure
    example: str
    proposed: bool
    approvers: int | None


def profile_page(console: Here, me: Me) -> Response:
    """Show the profile in force and the tables."""
    me.require(Permission.READ_CASES)
    office = console.office
    with reading(office.store) as connection:
        profile = profiles.in_force(connection)
        used = profiles.uses(connection, 10)
        names = people.names(connection)
        identity = next(iter(office.procedures.values())).identity
        if ACCESS in office.procedures:
            identity = office.procedures[ACCESS].identity
        head = letterheads.letterhead(connection, identity)
        town = letterheads.town(connection, identity)
        numbers = letterheads.templates(connection)
        older = outdated(connection)
    today, shelf = office.today(), forms()
    return page(
        console,
        "profil.html",
        me,
        profile=profile,
        used=used,
        names=names,
        head=head,
        town=town,
        hours=Hours() if profile is None else profile.hours,
        numbers=[
            (code, shelf[code].title, Template(text).number(today, EXAMPLE)) for code, text in numbers.items()
        ],
        lines=_lines(office),
        older=older,
        titles={} if profile is None else _titles(profile.titles),
    )


def _titles(titles: Mapping[Role, str]) -> Mapping[str, str]:
    return {TITLES[role]: titles[role] for role in Role if role in titles}


def _lines(office: Office) -> tuple[Line, ...]:
    listed = outside.people(office.registry)
    approvers = listed.approvers if listed else ()
    today = office.today()

    def line(table: Procedure) -> Line:
        template = Template(table.case_number, table.prefix)
        signs = any(branch.signed for step in table.steps for branch in step.branches)
        mark = fingerprint(table) if signs else ""
        counted = sum(mark in one.procedures for one in approvers) if signs else None
        proposed = table.identity.source is Source.PROPOSED
        return Line(table, template.number(today, EXAMPLE), proposed, counted)

    return tuple(line(table) for table in office.procedures.values())


def procedure_page(console: Here, me: Me, procedure: str) -> Response:
    """Show one table: drawn as an official page, and its steps as a list for a small screen."""
    me.require(Permission.READ_CASES)
    table = _table(console.office, procedure)
    count = len(_pages(table))
    return page(console, "profil_prosedur.html", me, table=table, pages=range(1, count + 1))


def drawing(console: Here, me: Me, procedure: str, number: int) -> Response:
    """Give one page of a table's drawing."""
    me.require(Permission.READ_CASES)
    table = _table(console.office, procedure)
    pages = _pages(table)
    if not 1 <= number <= len(pages):
        raise NotFound
    return Response(pages[number - 1], media_type="image/svg+xml")


def drawn_book(console: Here, me: Me, procedure: str) -> Response:
    """Give the drawing of a table as one file to print, on F4."""
    me.require(Permission.READ_CASES)
    table = _table(console.office, procedure)
    text = book(table.title, _pages(table), Paper.F4)
    headers = {"Content-Disposition": f'attachment; filename="{table.id}.html"'}
    return Response(text, media_type="text/html", headers=headers)


def _table(office: Office, id: str) -> Procedure:
    table = office.procedures.get(id)
    if table is None:
        raise NotFound
    return table


def _pages(table: Procedure) -> tuple[str, ...]:
    return tuple(draw(table, Paper.F4))
