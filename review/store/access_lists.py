"""The access list as it was at moments of the past: who held a right to which door.

Only the terms of rights are read; names are looked up for those few that a page shows.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, select

from card_registry.statements import GrantTerms
from card_registry.words import Subject
from review.asking import was_held
from review.store.asking import REFUSED, removed, terms_of
from review.tables import case_file, grant, holder

AccessList = dict[tuple[str, str], GrantTerms]
"""By holder and door, the right that lasts longest."""


@dataclass(frozen=True, slots=True)
class Paper:
    """Whose a right is, and the case that gave it."""

    name: str
    unit: str
    case: str
    number: str


def at(connection: Connection, moments: Sequence[int]) -> tuple[AccessList, ...]:
    """Give the access list at each of some moments: what no removal had taken from every door by then."""
    until = max(moments)
    query = select(grant.c.body, grant.c.made).where(grant.c.made <= until, grant.c.state != REFUSED)
    gone = removed(connection, Subject.GRANT, until)
    lists: tuple[AccessList, ...] = tuple({} for _ in moments)
    for body, made in connection.execute(query).all():
        terms = terms_of(bytes(body))
        for moment, known in zip(moments, lists, strict=True):
            if was_held(terms, made, gone.get(terms.id, ()), moment):
                _enter(known, terms)
    return lists


def _enter(known: AccessList, terms: GrantTerms) -> None:
    for door in terms.doors:
        other = known.get((terms.holder, door))
        if other is None or other.ends < terms.ends:
            known[terms.holder, door] = terms


def papers(connection: Connection, ids: Collection[str]) -> dict[str, Paper]:
    """Give holder and case of some rights, by the right's id."""
    query = (
        select(grant.c.id, holder.c.name, holder.c.unit, grant.c.case, case_file.c.number)
        .join(holder, holder.c.id == grant.c.holder)
        .join(case_file, case_file.c.id == grant.c.case)
        .where(grant.c.id.in_(sorted(ids)))
    )
    return {id_: Paper(*told) for id_, *told in connection.execute(query)}
