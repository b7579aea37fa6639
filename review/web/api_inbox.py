"""Who asks, and their messages, as JSON."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Query

from review.access import Permission
from review.store import inbox
from review.store.transaction import reading, writing
from review.web.api_acts import STRICT
from review.web.console import Here
from review.web.tokens import Reader, Writer


@dataclass(frozen=True, slots=True)
class MeBody:
    """Who a token or session is: the roles it acts in, and what these may do outside a case's own steps."""

    id: str
    name: str
    unit: str
    title: str
    roles: tuple[str, ...]
    permissions: tuple[Permission, ...]
    unread: int


@dataclass(frozen=True, slots=True)
class MessageBody:
    """One message; ``seen`` is when it was marked as read."""

    id: int
    case: str
    text: str
    made: int
    seen: int | None


@dataclass(frozen=True, slots=True)
class InboxBody:
    """A person's messages, newest first."""

    unread: int
    messages: tuple[MessageBody, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadBody:
    """Up to which message all are marked as read."""

    __pydantic_config__ = STRICT
    upto: int


def me(console: Here, me: Reader) -> MeBody:
    """Say who asks."""
    person = me.person
    with reading(console.office.store) as connection:
        unread = inbox.unread(connection, person.id)
    roles = tuple(sorted(role.value for role in person.roles))
    held = tuple(one for one in Permission if me.holds(one))
    return MeBody(person.id, person.name, person.unit, person.title(), roles, held, unread)


def messages(console: Here, me: Reader, limit: Annotated[int, Query(ge=1, le=200)] = 50) -> InboxBody:
    """Give a person's messages."""
    with reading(console.office.store) as connection:
        found = inbox.messages(connection, me.person.id, limit)
        unread = inbox.unread(connection, me.person.id)
    return InboxBody(
        unread, tuple(MessageBody(one.id, one.case, one.text, one.made, one.seen) for one in found)
    )


def mark_read(console: Here, me: Writer, body: ReadBody) -> InboxBody:
    """Mark the messages up to one of them as read."""
    upto = min(max(body.upto, 0), 2**31 - 1)
    with writing(console.office.store) as connection:
        inbox.read(connection, me.person.id, upto, console.office.clock())
    return messages(console, me)
