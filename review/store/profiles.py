"""Which profile is in force: its text, the SOP files edited with it, and the very tables, by fingerprint.

Each use is a row of its own, and rows are never changed: the newest is in force, earlier ones say what was.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType

from sqlalchemy import Connection, insert, select

from card_registry import canonical
from card_registry.words import PersonId
from review.people import TITLES, Role
from review.procedure import Procedure, Source, natural
from review.profile import Profile, read
from review.store import cases
from review.tables import procedure_version
from review.tables_profile import profile_in_force

LARGEST = 4 * 1024 * 1024
"""The largest profile with its SOP files, in bytes."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A profile as it was put in force: its file, its SOP files by name, its tables by id as fingerprints."""

    text: str
    files: Mapping[str, str]
    tables: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Use:
    """One time that a profile was put in force."""

    number: int
    name: str
    person: PersonId
    at: int


def put(
    connection: Connection,
    profile: tuple[Profile, str],
    files: Mapping[str, str],
    tables: Mapping[str, Procedure],
    by: tuple[PersonId, int],
) -> None:
    """Put a profile in force, with exactly these tables."""
    (one, text), (person, now) = profile, by
    kept = Kept(text, files, {id: cases.pin(connection, table, now) for id, table in tables.items()})
    row = {"name": one.id, "body": canonical.encode(kept), "person": person, "at": now}
    connection.execute(insert(profile_in_force).values(row))


def number(connection: Connection) -> int:
    """Give the number of the use in force, 0 before there was one."""
    newest = select(profile_in_force.c.id).order_by(profile_in_force.c.id.desc()).limit(1)
    return connection.scalar(newest) or 0


def in_force(connection: Connection) -> Profile | None:
    """Give the profile in force, None where the office never chose one."""
    kept = kept_now(connection)
    return None if kept is None else _profile(kept.text)


def kept_now(connection: Connection) -> Kept | None:
    """Give the profile in force with its files, None where the office never chose one."""
    newest = select(profile_in_force.c.body).order_by(profile_in_force.c.id.desc()).limit(1)
    body = connection.scalar(newest)
    return None if body is None else _kept(bytes(body))


def tables(connection: Connection) -> Mapping[str, Procedure] | None:
    """Give the tables in force by id, None where the office never chose a profile."""
    kept = kept_now(connection)
    if kept is None:
        return None
    row = procedure_version.c
    wanted = select(row.fingerprint, row.body).where(row.fingerprint.in_(kept.tables.values()))
    bodies = {one.fingerprint: bytes(one.body) for one in connection.execute(wanted)}
    found = {
        id: canonical.decode(bodies[name], Procedure, "a table in force") for id, name in kept.tables.items()
    }
    return MappingProxyType({table.id: table for table in sorted(found.values(), key=_order)})


def _order(table: Procedure) -> tuple[bool, tuple[bool, int, str]]:
    """Put the office's own tables before proposals, each as people count."""
    return table.identity.source is Source.PROPOSED, natural(table.id)


def titles(connection: Connection, table: Procedure | None = None) -> Mapping[Role, str]:
    """Give what roles are called: as a table's columns say, else as the office does, else as usual."""
    profile = in_force(connection)
    ours = {**TITLES, **({} if profile is None else profile.titles)}
    if table is None:
        return ours
    return {**ours, **{column.role: table.title_of(column.role) for column in table.identity.columns}}


def uses(connection: Connection, limit: int = 50) -> tuple[Use, ...]:
    """Give when which profile was put in force, the newest first."""
    row = profile_in_force.c
    query = select(row.id, row.name, row.person, row.at).order_by(row.id.desc()).limit(limit)
    return tuple(Use(one.id, one.name, PersonId(one.person), one.at) for one in connection.execute(query))


@lru_cache(maxsize=4)
def _kept(body: bytes) -> Kept:
    return canonical.decode(body, Kept, "a profile in force", LARGEST)


@lru_cache(maxsize=4)
def _profile(text: str) -> Profile:
    return read(text, "in force")
