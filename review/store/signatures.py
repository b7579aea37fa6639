"""Initials and signatures: who put a name to which papers of a case, as they stood, in which capacity."""

from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import Connection, func, insert, select

from card_registry import canonical
from card_registry.words import CaseId, PersonId
from review.people import Capacity, Role
from review.tables import document, signature


class SignatureKind(StrEnum):
    """Whether a name was put to papers as an initial or as a signature."""

    INITIAL = "paraf"
    FULL = "tanda tangan"


@dataclass(frozen=True, slots=True)
class PaperMark:
    """One paper as it stood: its key, its version, and the SHA-256 (hex) of its bytes."""

    form: str
    version: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Signature:
    """One initial or signature, by the answer that gave it."""

    case: CaseId
    step: str
    attempt: int
    kind: SignatureKind
    person: PersonId
    role: Role
    capacity: Capacity
    papers: tuple[PaperMark, ...]
    at: int


def standing(connection: Connection, case: CaseId) -> tuple[PaperMark, ...]:
    """Give the newest version of every paper that a case has."""
    row = document.c
    newest = (
        select(row.form, func.max(row.version).label("version"))
        .where(row.case == case)
        .group_by(row.form)
        .subquery()
    )
    same = (row.form == newest.c.form) & (row.version == newest.c.version)
    query = select(row.form, row.version, row.sha256).join(newest, same).where(row.case == case)
    return tuple(PaperMark(*one) for one in connection.execute(query.order_by(row.form)))


def add(connection: Connection, new: Signature) -> None:
    """Enter an initial or a signature."""
    connection.execute(
        insert(signature).values(
            case=new.case,
            step=new.step,
            attempt=new.attempt,
            kind=new.kind.value,
            person=new.person,
            role=new.role.value,
            capacity=new.capacity.value,
            papers=canonical.encode(new.papers),
            at=new.at,
        )
    )


def of_case(connection: Connection, case: str) -> tuple[Signature, ...]:
    """Give the initials and signatures of a case, in order."""
    row = signature.c
    found = connection.execute(
        select(signature).where(row.case == case).order_by(row.at, row.step, row.attempt)
    )
    return tuple(
        Signature(
            CaseId(one.case),
            one.step,
            one.attempt,
            SignatureKind(one.kind),
            PersonId(one.person),
            Role(one.role),
            Capacity(one.capacity),
            canonical.decode(bytes(one.papers), tuple[PaperMark, ...], "the papers signed"),
            one.at,
        )
        for one in found
    )
