"""The detectors' numbers as an office tuned them, each in a setting of its own."""

from dataclasses import fields

from sqlalchemy import Connection, delete, insert, select

from review.detect import Tuning
from review.tables import setting

PREFIX = "deteksi."
"""What the settings' names begin with."""


def in_force(connection: Connection) -> Tuning:
    """Give the numbers in force; what nobody tuned is as shipped."""
    names = {f"{PREFIX}{field.name}": field.name for field in fields(Tuning)}
    query = select(setting.c.name, setting.c.value).where(setting.c.name.in_(sorted(names)))
    return Tuning(**{names[row.name]: int(row.value) for row in connection.execute(query)})


def put(connection: Connection, tuned: Tuning) -> None:
    """Keep other numbers."""
    for field in fields(tuned):
        name = f"{PREFIX}{field.name}"
        connection.execute(delete(setting).where(setting.c.name == name))
        connection.execute(insert(setting).values(name=name, value=str(getattr(tuned, field.name))))
