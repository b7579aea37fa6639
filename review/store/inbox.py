"""The inbox on the console: a person's messages about cases, read or not."""

from dataclasses import dataclass

from sqlalchemy import Connection, func, insert, select, update

from card_registry.words import PersonId
from review.store import outbox
from review.store.outbox import Letter
from review.tables import notice

NOTICE_LIMIT = 500
"""The longest message in the inbox, in characters; a longer one is whole in the outbox and in its form."""


@dataclass(frozen=True, slots=True)
class Message:
    """One message to a person about a case; ``seen`` is when they marked it as read."""

    id: int
    case: str
    text: str
    made: int
    seen: int | None


def tell(connection: Connection, letter: Letter, person: PersonId) -> None:
    """Leave a message in a person's inbox, and post it where they can be reached."""
    values = {"person": person, "case": letter.case, "text": letter.text[:NOTICE_LIMIT], "made": letter.at}
    connection.execute(insert(notice).values(values))
    outbox.post(connection, letter, person)


def messages(connection: Connection, person: PersonId, limit: int = 200) -> tuple[Message, ...]:
    """Give a person's newest messages."""
    query = select(notice).where(notice.c.person == person).order_by(notice.c.id.desc()).limit(limit)
    return tuple(Message(row.id, row.case, row.text, row.made, row.seen) for row in connection.execute(query))


def unread(connection: Connection, person: PersonId) -> int:
    """Count the messages that a person has not marked as read."""
    query = select(func.count()).where(notice.c.person == person, notice.c.seen.is_(None))
    return connection.scalar(query) or 0


def read(connection: Connection, person: PersonId, newest: int, now: int) -> int:
    """Mark a person's messages up to one of them as read, and give how many were not."""
    mine = (notice.c.person == person) & (notice.c.id <= newest) & notice.c.seen.is_(None)
    return connection.execute(update(notice).where(mine).values(seen=now)).rowcount


def read_one(connection: Connection, person: PersonId, id: int, now: int) -> int:
    """Mark one message of a person as read; 0 when it is not theirs or was read before."""
    mine = (notice.c.person == person) & (notice.c.id == id) & notice.c.seen.is_(None)
    return connection.execute(update(notice).where(mine).values(seen=now)).rowcount
