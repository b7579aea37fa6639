"""The numbers of a review as an office tuned them, each in a setting of its own."""

from sqlalchemy import Connection, delete, insert, select

from review.access import Refused
from review.campaign.standards import NUMBERS, Standards, read, values
from review.tables import setting

PREFIX = "review."
"""What the settings' names begin with."""


def in_force(connection: Connection) -> Standards:
    """Give the numbers in force; what nobody tuned is as shipped, and all of them where they contradict."""
    names = {f"{PREFIX}{name}": name for name in NUMBERS}
    query = select(setting.c.name, setting.c.value).where(setting.c.name.in_(sorted(names)))
    found = read({names[row.name]: int(row.value) for row in connection.execute(query)})
    return Standards() if isinstance(found, Refused) else found


def put(connection: Connection, tuned: Standards) -> None:
    """Keep other numbers."""
    for name, value in values(tuned).items():
        connection.execute(delete(setting).where(setting.c.name == f"{PREFIX}{name}"))
        connection.execute(insert(setting).values(name=f"{PREFIX}{name}", value=str(value)))
