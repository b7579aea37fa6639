"""Pages of an auditor's questions: who could enter, everything about one thing, changes, samples."""

from typing import Annotated, Any

from fastapi import Query
from fastapi.responses import Response

from review.access import Permission
from review.asking import Sheet
from review.store import people
from review.store.transaction import reading
from review.web.ask_about import TELLERS
from review.web.ask_between import approved, changed
from review.web.ask_door import DoorQuestion, read_moment, typed_moment, who_could
from review.web.ask_finding import find
from review.web.ask_week import read_draw, sampled
from review.web.console import Console, Here
from review.web.screen import page
from review.web.span import days
from review.web.visitor import Me, NotFound, Visitor

Text = Annotated[str, Query(max_length=80)]
Number = Annotated[int, Query(ge=1, le=10_000)]

MONTH, QUARTER = 30, 91
UNREAD = "Saat tidak dikenal; yang ditampilkan adalah keadaan sekarang."


def questions_page(console: Here, me: Me) -> Response:
    """Show the questions that may be asked."""
    return show(console, me, "/audit", None)


def show(
    console: Console,
    me: Visitor,
    here: str,
    sheet: Sheet | None,
    **asked: Any,  # noqa: ANN401 - whatever the question's form names
) -> Response:
    """Show an answer beneath its question; ``here`` is the question's address.

    Raises:
        Forbidden: The visitor may not read the audit.
    """
    me.require(Permission.READ_AUDIT)
    office = console.office
    with reading(office.store) as connection:
        names = people.names(connection)
    zone, today = office.zone(), office.today()
    told: dict[str, Any] = {
        "question": here,
        "sheet": sheet,
        "doors": office.doors,
        "door": office.doors[0].id if office.doors else "",
        "moment": typed_moment(office.clock(), zone),
        "days": days("", "", today, MONTH),
        "quarter": days("", "", today, QUARTER),
        "people": sorted(names.items(), key=lambda one: one[1]),
        "person": "",
        "seed": today.isoformat(),
        "text": "",
        "fault": "",
        "numbers": (),
    }
    return page(console, "audit.html", me, **(told | asked))


def door_page(console: Here, me: Me, pintu: Text = "", saat: Text = "", halaman: Number = 1) -> Response:
    """Show who could enter a door at a moment, and why."""
    me.require(Permission.READ_AUDIT)
    office = console.office
    zone = office.zone()
    read = read_moment(saat, zone)
    at = office.clock() if read is None else read
    door = pintu or (office.doors[0].id if office.doors else "")
    with reading(office.store) as connection:
        sheet = who_could(connection, office, DoorQuestion(door, at, halaman))
    fault = UNREAD if saat and read is None else ""
    return show(console, me, "/audit/pintu", sheet, fault=fault, door=door, moment=typed_moment(at, zone))


def find_page(console: Here, me: Me, teks: Text = "") -> Response:
    """Show the people, cards, cases and servers that a word names."""
    me.require(Permission.READ_AUDIT)
    with reading(console.office.store) as connection:
        sheet = find(connection, teks.strip())
    return show(console, me, "/audit/cari", sheet, text=teks)


def about_page(console: Here, me: Me, kind: str, id: str) -> Response:
    """Show everything about one thing."""
    me.require(Permission.READ_AUDIT)
    if kind not in TELLERS:
        raise NotFound
    with reading(console.office.store) as connection:
        sheet = TELLERS[kind](connection, console.office, id)
    if sheet is None:
        raise NotFound
    return show(console, me, f"/audit/{kind}", sheet)


def changes_page(console: Here, me: Me, dari: Text = "", sampai: Text = "") -> Response:
    """Show what changed between two days."""
    me.require(Permission.READ_AUDIT)
    asked = days(dari, sampai, console.office.today(), MONTH)
    with reading(console.office.store) as connection:
        sheet = changed(connection, console.office, asked)
    return show(console, me, "/audit/perubahan", sheet, days=asked)


def approvals_page(console: Here, me: Me, dari: Text = "", sampai: Text = "", oleh: Text = "") -> Response:
    """Show who approved what in some days."""
    me.require(Permission.READ_AUDIT)
    asked = days(dari, sampai, console.office.today(), MONTH)
    with reading(console.office.store) as connection:
        sheet = approved(connection, console.office, asked, oleh or None)
    return show(console, me, "/audit/persetujuan", sheet, days=asked, person=oleh)


def week_page(console: Here, me: Me, benih: Text = "", dari: Text = "", sampai: Text = "") -> Response:
    """Show a sampled week."""
    me.require(Permission.READ_AUDIT)
    draw = read_draw(benih.strip(), dari, sampai, console.office.today())
    with reading(console.office.store) as connection:
        sheet = sampled(connection, console.office, draw)
    return show(console, me, "/audit/contoh", sheet, quarter=draw.days, seed=draw.seed)
