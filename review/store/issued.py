"""Issued documents: their text as it was hashed, their code and number, and the files made of them.

A document is never changed; its form filled anew gives a next version with a code of its own, under the same
number. A letter's number is taken when it is signed, and a signed one keeps it.
"""

import hashlib
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import Connection, Row, func, insert, select, update

from card_registry import canonical
from card_registry.words import CaseId, PersonId
from review.documents.layout import Letterhead, Paragraph, Sheet, Style
from review.store.signatures import PaperMark
from review.tables import issued, issued_file

LARGEST = 64 * 1024 * 1024
"""The longest text of a document, in bytes: the list of a large office is longer than what travels."""


class FileKind(StrEnum):
    """What a kept file is."""

    PDF = "pdf"
    SIGNED = "pdf-ttd"
    JSON = "json"
    XLSX = "xlsx"
    PROOF = "bukti"


@dataclass(frozen=True, slots=True)
class New:
    """A document to issue: its code, of which case, from which papers, by whom, when."""

    code: str
    case: CaseId | None
    sheet: Sheet
    papers: tuple[PaperMark, ...]
    person: PersonId
    at: int
    number: str = ""


@dataclass(frozen=True, slots=True)
class Issued:
    """An issued document; ``newest`` says whether no later version of it was issued."""

    code: str
    case: CaseId | None
    form: str
    version: int
    number: str
    sheet: Sheet
    sha256: str
    papers: tuple[PaperMark, ...]
    at: int
    newest: bool


@dataclass(frozen=True, slots=True)
class Kept:
    """A file made of a document."""

    code: str
    kind: FileKind
    body: bytes
    sha256: str
    at: int


def issue(connection: Connection, new: New) -> Issued:
    """Keep a document as the next version of its form in its case."""
    version = 1 + _last(connection, new.case, new.sheet.form)
    body = canonical.encode(new.sheet)
    digest = hashlib.sha256(body).hexdigest()
    connection.execute(
        insert(issued).values(
            code=new.code,
            case=new.case,
            form=new.sheet.form,
            version=version,
            number=new.number,
            body=body,
            sha256=digest,
            papers=canonical.encode(new.papers),
            person=new.person,
            at=new.at,
        )
    )
    form = new.sheet.form
    return Issued(
        new.code, new.case, form, version, new.number, new.sheet, digest, new.papers, new.at, newest=True
    )


def _last(connection: Connection, case: str | None, form: str) -> int:
    same = (issued.c.case == case) & (issued.c.form == form)
    return connection.scalar(select(func.max(issued.c.version)).where(same)) or 0


def give_number(connection: Connection, code: str, number: str) -> None:
    """Write the number of a document that has none yet."""
    connection.execute(
        update(issued).where(issued.c.code == code, issued.c.number == "").values(number=number)
    )


def find(connection: Connection, code: str) -> Issued | None:
    """Give a document by its code, None when there is none."""
    row = connection.execute(select(issued).where(issued.c.code == code)).first()
    return None if row is None else _read(connection, row)


def by_hash(connection: Connection, sha256: str) -> Issued | None:
    """Give a document by the SHA-256 of its text or of a file made of it, None when there is none."""
    code = connection.scalar(select(issued.c.code).where(issued.c.sha256 == sha256).limit(1))
    if code is None:
        code = connection.scalar(select(issued_file.c.code).where(issued_file.c.sha256 == sha256))
    return None if code is None else find(connection, code)


def of_case(connection: Connection, case: str) -> tuple[Issued, ...]:
    """Give the documents of a case, the newest first."""
    query = select(issued).where(issued.c.case == case)
    found = connection.execute(query.order_by(issued.c.at.desc(), issued.c.form, issued.c.version.desc()))
    return tuple(_read(connection, row) for row in found.all())


def newest(connection: Connection, case: str, form: str) -> Issued | None:
    """Give the newest document of a form in a case, None when none was issued or its text is purged."""
    query = select(issued).where(issued.c.case == case, issued.c.form == form, issued.c.body != b"")
    row = connection.execute(query.order_by(issued.c.version.desc()).limit(1)).first()
    return None if row is None else _read(connection, row)


def _read(connection: Connection, row: Row[tuple[object, ...]]) -> Issued:
    sheet = _text(row.form, bytes(row.body))
    papers = canonical.decode(bytes(row.papers), tuple[PaperMark, ...], "the papers of a document")
    case = None if row.case is None else CaseId(row.case)
    newest_ = row.version == _last(connection, case, row.form)
    return Issued(
        row.code, case, row.form, row.version, row.number, sheet, row.sha256, papers, row.at, newest_
    )


def _text(form: str, body: bytes) -> Sheet:
    """Read a document's text; where it went by rule, say so: number, code and hashes stay."""
    if body:
        return canonical.decode(body, Sheet, "an issued document", LARGEST)
    said = Paragraph("Isi dokumen ini dihapus menurut aturan penyimpanan. Nomor dan sidiknya tetap tercatat.")
    return Sheet(form, Style.FORM, Letterhead("", ""), "Dihapus menurut aturan", "", "", "", (said,))


def keep(connection: Connection, code: str, kind: FileKind, body: bytes, at: int) -> str:
    """Keep a file made of a document and give its SHA-256 (hex); the same bytes are kept once."""
    digest = hashlib.sha256(body).hexdigest()
    known = connection.scalar(select(issued_file.c.sha256).where(issued_file.c.sha256 == digest))
    if known is None:
        row = {"sha256": digest, "code": code, "kind": kind.value, "body": body, "at": at}
        connection.execute(insert(issued_file).values(**row))
    return digest


def files(connection: Connection, code: str) -> tuple[Kept, ...]:
    """Give the files made of a document, the newest first."""
    there = (issued_file.c.code == code) & (issued_file.c.body != b"")
    query = select(issued_file).where(there).order_by(issued_file.c.at.desc())
    return tuple(
        Kept(row.code, FileKind(row.kind), bytes(row.body), row.sha256, row.at)
        for row in connection.execute(query)
    )


def file(connection: Connection, sha256: str) -> bytes:
    """Give a kept file by its SHA-256 (hex); empty where there is none."""
    return bytes(connection.scalar(select(issued_file.c.body).where(issued_file.c.sha256 == sha256)) or b"")
