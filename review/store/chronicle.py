"""What happened in the office, from every book it keeps: about one thing, or between two moments."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from sqlalchemy import Column, ColumnElement, Connection, Label, Row, Select, and_
from sqlalchemy.sql.elements import KeyedColumnElement

Of = ColumnElement[object] | Column[object] | KeyedColumnElement[object]
"""A column that tells whose a row is."""


@dataclass(frozen=True, slots=True)
class Scope:
    """Which moments are wanted: in [since, until) in milliseconds, about each thing named by its id."""

    since: int
    until: int
    holder: str | None = None
    card: str | None = None
    case: str | None = None
    person: str | None = None
    limit: int = 200

    def named(self) -> dict[str, str]:
        """Give the things that are named."""
        told = {"holder": self.holder, "card": self.card, "case": self.case, "person": self.person}
        return {name: id_ for name, id_ in told.items() if id_ is not None}


@dataclass(frozen=True, slots=True)
class Moment:
    """One thing that happened: when, in words, who did it, and what it was about (ids, None for nothing)."""

    at: int
    what: str
    person: str | None = None
    case: str | None = None
    holder: str | None = None
    card: str | None = None
    order: str | None = None
    device: str | None = None


Source = Callable[[Connection, Scope], Iterator[Moment]]


def told(connection: Connection, scope: Scope, sources: tuple[Source, ...]) -> tuple[Moment, ...]:
    """Give the moments of a scope, the latest first, at most its limit."""
    found = [moment for source in sources for moment in source(connection, scope)]
    return tuple(sorted(found, key=lambda one: (-one.at, one.what, one.case or "")))[: scope.limit]


def rows(
    connection: Connection,
    scope: Scope,
    query: Select[tuple[object, ...]],
    at: ColumnElement[int] | Column[int],
    about: Mapping[str, object],
) -> Iterator[Row[tuple[object, ...]]]:
    """Give the rows of a book that belong to a scope, the latest first, each with what it is about.

    ``about`` says which column tells whose a row is; a book that cannot know a named thing tells nothing.
    """
    own = {name: column for name, column in about.items() if isinstance(column, ColumnElement)}
    if not scope.named().keys() <= own.keys():
        return
    same = [own[name] == id_ for name, id_ in scope.named().items()]
    labels: list[Label[object]] = [column.label(f"of_{name}") for name, column in own.items()]
    wanted = query.add_columns(at.label("moment"), *labels).where(
        and_(at >= scope.since, at < scope.until, *same)
    )
    yield from connection.execute(wanted.order_by(at.desc()).limit(scope.limit))


def moment(row: Row[tuple[object, ...]], what: str, **more: str | None) -> Moment:
    """Give the moment of a row read by ``rows``."""
    told = row._mapping  # noqa: SLF001 - the public way to a row's columns by name
    about = {name: told.get(f"of_{name}") for name in ("person", "case", "holder", "card")}
    return Moment(told["moment"], what, **(about | more))
