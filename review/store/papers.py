"""Papers of a case: its forms and documents, its verdicts, the warrants that follow, and notices."""

import hashlib
import secrets
from dataclasses import dataclass
from typing import TypeVar

from sqlalchemy import Connection, func, insert, select

from card_registry import canonical
from card_registry.orders import OrderWarrant
from card_registry.statements import GrantWarrant, Proof, Verdict, WarrantKind, WithdrawWarrant
from card_registry.words import CaseId, PersonId
from review.case import SALT
from review.form import Filled
from review.request import AccessRequest, request_of
from review.store import inbox
from review.store.outbox import Letter
from review.tables import document, notice, signed_verdict, warrant
from review.tables_retention import paper_salt

T = TypeVar("T")

Change = GrantWarrant | WithdrawWarrant | OrderWarrant
"""What is put before the signer."""


@dataclass(frozen=True, slots=True)
class Notice:
    """One message to a person about a case."""

    case: str
    text: str
    made: int


@dataclass(frozen=True, slots=True)
class Filing:
    """What a paper is filed under: its id, its case, the form's code, who filled it, when."""

    id: str
    case: CaseId
    form: str
    person: PersonId
    at: int


@dataclass(frozen=True, slots=True)
class Filed:
    """The newest version of a paper in its case: who filed it, when, and how many versions there are."""

    form: str
    version: int
    person: PersonId
    at: int


def file(connection: Connection, filing: Filing, body: object) -> None:
    """File a paper as the next version of its form in its case; earlier versions stay.

    Its SHA-256 is salted, and the salt kept apart, so that a text that was purged cannot be guessed from it.
    """
    same = (document.c.case == filing.case) & (document.c.form == filing.form)
    version = 1 + (connection.scalar(select(func.max(document.c.version)).where(same)) or 0)
    data, salt = canonical.encode(body), secrets.token_hex(SALT)
    connection.execute(
        insert(document).values(
            id=filing.id,
            case=filing.case,
            form=filing.form,
            version=version,
            body=data,
            sha256=sha256_of(data, salt),
            person=filing.person,
            at=filing.at,
        )
    )
    connection.execute(insert(paper_salt).values(document=filing.id, salt=salt))


def sha256_of(body: bytes, salt: str) -> str:
    """Give the SHA-256 (hex) of a paper's canonical bytes after its salt (hex; empty for those of before)."""
    return hashlib.sha256(bytes.fromhex(salt) + body).hexdigest()


def newest(connection: Connection, case: CaseId, form: str, kind: type[T]) -> T | None:
    """Give the newest version of a form in a case, None when it was never filled or its text is purged."""
    query = select(document.c.body).where(document.c.case == case, document.c.form == form)
    body = connection.scalar(query.order_by(document.c.version.desc()).limit(1))
    return canonical.decode(bytes(body), kind, f"document {form}") if body else None


def versions(connection: Connection, case: CaseId, form: str, kind: type[T]) -> tuple[tuple[Filed, T], ...]:
    """Give every version of a paper of a case, the first one first."""
    row = document.c
    there = (row.case == case) & (row.form == form) & (row.body != b"")
    query = select(row.version, row.person, row.at, row.body).where(there)
    return tuple(
        (
            Filed(form, one.version, PersonId(one.person), one.at),
            canonical.decode(bytes(one.body), kind, f"document {form}"),
        )
        for one in connection.execute(query.order_by(row.version))
    )


def listed(connection: Connection, case: CaseId) -> tuple[Filed, ...]:
    """Give the newest version of each paper of a case, by form."""
    row = document.c
    query = select(row.form, row.version, row.person, row.at).where(row.case == case)
    found = connection.execute(query.order_by(row.form, row.version))
    newest = {one.form: Filed(one.form, one.version, PersonId(one.person), one.at) for one in found}
    return tuple(newest.values())


def filed(connection: Connection, case: CaseId) -> frozenset[str]:
    """Give the keys of the forms that a case has."""
    query = select(document.c.form).where(document.c.case == case).distinct()
    return frozenset(connection.scalars(query))


def sheets(connection: Connection, case: CaseId, code: str) -> Filled | None:
    """Give a form of a case as filled so far, the newest version of each part; None when no part is."""
    keys = [key for key in sorted(filed(connection, case)) if key.startswith(f"{code}.")]
    parts = [part for key in keys if (part := newest(connection, case, key, Filled)) is not None]
    values = {name: text for part in parts for name, text in part.values.items()}
    return Filled(values) if parts else None


def forms_of_all(connection: Connection, code: str) -> tuple[Filled, ...]:
    """Give a form of every case that has it, as filled so far, in the order of the first filling."""
    row = document.c
    first = func.min(row.at)
    query = select(row.case).where(row.form.like(f"{code}.%")).group_by(row.case).order_by(first, row.case)
    found = (sheets(connection, CaseId(case), code) for case in connection.scalars(query).all())
    return tuple(filled for filled in found if filled is not None)


def access_request(connection: Connection, case: CaseId) -> AccessRequest | None:
    """Give what F01 of a case asks for; cases of before kept the request itself."""
    filled = sheets(connection, case, "F01")
    return newest(connection, case, "F01", AccessRequest) if filled is None else request_of(filled)


def keep_verdict(connection: Connection, signed: Verdict, proof: Proof, at: int) -> None:
    """Keep a signed verdict as it was signed."""
    connection.execute(
        insert(signed_verdict).values(
            case=signed.case,
            step=signed.step,
            attempt=signed.attempt,
            grant=signed.grant.id,
            person=signed.approver,
            body=canonical.encode(signed),
            proof=canonical.encode(proof),
            at=at,
        )
    )


def kept_verdicts(connection: Connection, case: CaseId) -> tuple[tuple[Verdict, Proof], ...]:
    """Give the signed verdicts of a case's newest signed attempt, in a fixed order."""
    row = signed_verdict.c
    query = select(signed_verdict).where(row.case == case)
    found = connection.execute(query.order_by(row.at.desc(), row.attempt.desc(), row.grant)).all()
    newest = [one for one in found if (one.step, one.attempt) == (found[0].step, found[0].attempt)]
    return tuple(
        (
            canonical.decode(bytes(one.body), Verdict, "a kept verdict"),
            canonical.decode(bytes(one.proof), Proof, "a kept proof"),
        )
        for one in newest
    )


def verdict_of(connection: Connection, grant: str) -> Verdict | None:
    """Give the verdict that signed a grant, None when there is none."""
    query = select(signed_verdict.c.body).where(signed_verdict.c.grant == grant)
    body = connection.scalar(query.order_by(signed_verdict.c.at.desc()).limit(1))
    return None if body is None else canonical.decode(bytes(body), Verdict, "a kept verdict")


_KINDS: dict[type[Change], WarrantKind] = {
    GrantWarrant: WarrantKind.GRANT,
    WithdrawWarrant: WarrantKind.WITHDRAW,
    OrderWarrant: WarrantKind.ORDER,
}


def issue(connection: Connection, change: Change, at: int) -> int:
    """Put a warrant before the signer and give its serial."""
    kind = _KINDS[type(change)]
    row = insert(warrant).values(kind=kind.value, body=canonical.encode(change), made=at)
    return int(connection.execute(row.returning(warrant.c.serial)).scalar_one())


def notify(connection: Connection, person: PersonId, case: CaseId, text: str, at: int) -> None:
    """Leave a message in a person's inbox, and post it where they can be reached."""
    inbox.tell(connection, Letter(case, text, at), person)


def notices(connection: Connection, person: PersonId, limit: int = 10) -> tuple[Notice, ...]:
    """Give a person's newest messages."""
    query = select(notice).where(notice.c.person == person).order_by(notice.c.id.desc()).limit(limit)
    return tuple(Notice(row.case, row.text, row.made) for row in connection.execute(query))
