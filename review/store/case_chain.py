"""The chain over the cases' rows as it is kept, and which row is not the one its link was made over.

A row's note is hashed by its salted seal (``review.case.seal``). Where note and salt are gone, the seal alone
stands in the chain, and only a decision to purge that names the case excuses that.
"""

from dataclasses import dataclass, replace

from sqlalchemy import Connection, Row, select

from card_registry.words import CaseId
from review.case import FIRST, Done, link, seal
from review.retention import Kind
from review.store.cases import histories
from review.tables import case_row
from review.tables_retention import note_seal, purged

UNSALTED = ""
"""The seal of a purged note of before notes were salted: its row rests on the kept link."""


@dataclass(frozen=True, slots=True)
class Kept:
    """One link as it is kept, with the salt and the seal of its row's note (empty where there is none)."""

    link: str
    salt: str = ""
    seal: str = ""


def links(connection: Connection, case: CaseId) -> tuple[Kept, ...]:
    """Give a case's links."""
    row, sealed = case_row.c, note_seal.c
    same = (sealed.case == row.case) & (sealed.position == row.position)
    query = select(row.link, sealed.salt, sealed.seal).outerjoin(note_seal, same).where(row.case == case)
    found = connection.execute(query.order_by(row.position))
    return tuple(Kept(one.link, one.salt or "", one.seal or "") for one in found)


def tampered(connection: Connection) -> tuple[tuple[str, int], ...]:
    """Name every case whose rows are not those its links were made over, with the first such position."""
    ids = connection.scalars(select(case_row.c.case).distinct().order_by(case_row.c.case)).all()
    kinds = (Kind.CASES.value, Kind.VISITORS.value)
    excused = frozenset(connection.scalars(select(purged.c.target).where(purged.c.kind.in_(kinds))))
    places = ((id_, _broken(connection, CaseId(id_), excused=id_ in excused)) for id_ in ids)
    return tuple((id_, place) for id_, place in places if place is not None)


def _broken(connection: Connection, case: CaseId, *, excused: bool) -> int | None:
    """Give the position of the first row that is not the one its link was made over; None when all are."""
    rows, kept = histories(connection, [case])[case], links(connection, case)
    query = select(note_seal).where(note_seal.c.case == case)
    seals = {one.position: one for one in connection.execute(query)}
    before = FIRST
    for position, (row, stands) in enumerate(zip(rows, (one.link for one in kept), strict=True)):
        sealed = seals.get(position)
        gone = sealed is not None and not sealed.salt
        if gone and (not excused or row.note):
            return position
        trusted = gone and sealed is not None and sealed.seal == UNSALTED
        if not trusted and _link(before, (case, position), row, sealed) != stands:
            return position
        before = stands
    return None


def _link(before: str, place: tuple[CaseId, int], row: Done, sealed: Row[tuple[object, ...]] | None) -> str:
    """Give the link that a row should have; a note that its seal is not over gives another one."""
    if sealed is None:
        return link(before, *place, row)
    told = seal(row.note, sealed.salt) if sealed.salt else sealed.seal
    return link(before, *place, replace(row, note=told))
