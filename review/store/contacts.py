"""Where people are reached outside the console: one address for each channel."""

from sqlalchemy import Connection, delete, insert, select

from card_registry.words import PersonId
from review.notices.parcel import ChannelName
from review.tables_notices import contact


def of(connection: Connection, person: PersonId) -> dict[ChannelName, str]:
    """Give a person's addresses by channel."""
    rows = connection.execute(select(contact).where(contact.c.person == person).order_by(contact.c.channel))
    return {ChannelName(row.channel): row.address for row in rows}


def keep(connection: Connection, person: PersonId, channel: ChannelName, address: str, now: int) -> None:
    """Keep a person's address for a channel in place of an earlier one; an empty one only removes it."""
    same = (contact.c.person == person) & (contact.c.channel == channel.value)
    connection.execute(delete(contact).where(same))
    if address:
        row = {"person": person, "channel": channel.value, "address": address, "made": now}
        connection.execute(insert(contact).values(row))
