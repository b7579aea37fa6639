"""The watch: doors as they are, the last events, and a stream that says when to look again."""

import asyncio
from collections.abc import AsyncIterator

from fastapi import Request
from fastapi.responses import Response, StreamingResponse

from review.access import Permission
from review.store import occurrences, orders, people
from review.store.transaction import reading
from review.web.console import Console, Here
from review.web.doors import doors_now, event_now
from review.web.ending import ending
from review.web.orders import told
from review.web.screen import page
from review.web.visitor import Me
from review.workflow.orders import offered

TICK = 0.25
"""Seconds between two looks of a stream at what has changed."""

QUIET = 5.0
"""Seconds after which a stream speaks although nothing happened, so that ages on the page move."""

LIVES = 10 * 60.0
"""Seconds after which a stream ends; the browser opens the next one, and its session is checked again."""


def watch(console: Here, me: Me) -> Response:
    """Show the doors and the last events."""
    return _watch(console, me, "pintu.html")


def watch_now(console: Here, me: Me) -> Response:
    """Give the part of the page that changes."""
    return _watch(console, me, "pintu_kini.html")


def _watch(console: Console, me: Me, template: str) -> Response:
    me.require(Permission.READ_DOORS)
    with reading(console.office.store) as connection:
        listed = occurrences.newest(connection, limit=30)
        given = orders.newest(connection, limit=5)
        names = people.names(connection)
    events = [event_now(console.office, one) for one in listed]
    return page(
        console,
        template,
        me,
        doors=doors_now(console.office),
        events=events,
        orders=[told(order) for order in given],
        names=names,
        may_order=bool(offered(me.person)),
        expiring=ending(console.office),
    )


def stream(request: Request, console: Here, me: Me) -> Response:
    """Say "look again" whenever something a page shows has moved (server-sent events)."""
    me.require(Permission.READ_DOORS)
    return StreamingResponse(_changes(request, console), media_type="text/event-stream")


async def _changes(request: Request, console: Console) -> AsyncIterator[bytes]:
    seen, quiet, lived = -1, 0.0, 0.0
    while lived < LIVES and not console.stopping.is_set() and not await request.is_disconnected():
        changes = console.follower.changes
        if changes != seen or quiet >= QUIET:
            seen, quiet = changes, 0.0
            yield f"data: {changes}\n\n".encode()
        await asyncio.sleep(TICK)
        quiet += TICK
        lived += TICK
