"""The audit trail, for the auditor and the administrator: who did what, on what, when."""

from fastapi.responses import Response

from review.access import Permission
from review.store import audit, people
from review.store.transaction import reading
from review.web.console import Here
from review.web.screen import page
from review.web.visitor import Me


def trail(console: Here, me: Me) -> Response:
    """Show the newest acts."""
    me.require(Permission.READ_AUDIT)
    with reading(console.office.store) as connection:
        entries = audit.newest(connection)
        names = people.names(connection)
    return page(console, "jejak.html", me, entries=entries, names=names)
