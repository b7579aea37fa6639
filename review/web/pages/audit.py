"""Pages of an auditor's questions: who could enter, everything about one thing, changes, samples, signs."""

from typing import Annotated, Any

from fastapi import Query
from fastapi.responses import Response

from review.access import Permission
from review.store.transaction import reading
from review.web.ask_door import DoorQuestion, read_moment, typed_moment, who_could
from review.web.console import Console, Here
from review.web.screen import page
from review.web.visitor import Me, Visitor

Text = Annotated[str, Query(max_length=40)]
Number = Annotated[int, Query(ge=1, le=10_000)]

UNREAD = "Saat tidak dikenal; yang ditampilkan adalah keadaan sekarang."


def questions_page(console: Here, me: Me) -> Response:
    """Show the questions that may be asked."""
    me.require(Permission.READ_AUDIT)
    return _page(console, me, "/audit")


def _page(
    console: Console,
    me: Visitor,
    here: str,
    **values: Any,  # noqa: ANN401 - whatever the template names
) -> Response:
    office = console.office
    told: dict[str, Any] = {
        "sheet": None,
        "fault": "",
        "door": "",
        "moment": typed_moment(office.clock(), office.zone()),
    }
    return page(console, "audit.html", me, doors=office.doors, question=here, **(told | values))


def door_page(console: Here, me: Me, pintu: Text = "", saat: Text = "", halaman: Number = 1) -> Response:
    """Show who could enter a door at a moment, and why."""
    me.require(Permission.READ_AUDIT)
    office = console.office
    zone = office.zone()
    read = read_moment(saat, zone)
    at = office.clock() if read is None else read
    door = pintu or office.doors[0].id
    with reading(office.store) as connection:
        sheet = who_could(connection, office, DoorQuestion(door, at, halaman))
    fault = UNREAD if saat and read is None else ""
    return _page(
        console, me, "/audit/pintu", sheet=sheet, fault=fault, door=door, moment=typed_moment(at, zone)
    )
