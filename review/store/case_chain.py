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
from review.store.papers import sha256_of
from review.tables import case_row, document
from review.tables_retention import note_seal, paper_salt, purged

PAGE = 500
"""How many forms are read at a time."""

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
    excused = _excused(connection)
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


def changed_papers(connection: Connection) -> tuple[tuple[str, str, int], ...]:
    """Name every form (case, key, version) whose text is not the one that its SHA-256 was made over.

    A text that is gone is excused only where a decision to purge names its case.
    """
    row, excused = document.c, _excused(connection)
    query = select(row.case, row.form, row.version, row.body, row.sha256, paper_salt.c.salt)
    query = query.outerjoin(paper_salt, paper_salt.c.document == row.id)
    found: list[tuple[str, str, int]] = []
    for one in connection.execute(query.order_by(row.case, row.at).execution_options(yield_per=PAGE)):
        purged_ = not one.body and one.case in excused
        if not purged_ and sha256_of(bytes(one.body), one.salt or "") != one.sha256:
            found.append((one.case, one.form, one.version))
    return tuple(found)


def _excused(connection: Connection) -> frozenset[str]:
    """Give the cases whose texts a decision took."""
    return frozenset(connection.scalars(select(purged.c.target).where(purged.c.kind == Kind.CASES.value)))


def _link(before: str, place: tuple[CaseId, int], row: Done, sealed: Row[tuple[object, ...]] | None) -> str:
    """Give the link that a row should have; a note that its seal is not over gives another one."""
    if sealed is None:
        return link(before, *place, row)
    told = seal(row.note, sealed.salt) if sealed.salt else sealed.seal
    return link(before, *place, replace(row, note=told))
