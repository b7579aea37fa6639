"""Documents of a case as JSON and as PDF: listed, issued, taken away with the hash that verifies them."""

from dataclasses import dataclass, field

from fastapi import Request, Response

from review.access import Permission, Refused
from review.documents.copies import Copy
from review.documents.pdf import pdf
from review.drawing import Paper
from review.office import Office
from review.store import issued
from review.store.issued import FileKind, Issued
from review.store.transaction import reading, writing
from review.web.api_acts import STRICT
from review.web.api_cases import readable
from review.web.api_errors import Problem
from review.web.console import Here
from review.web.tokens import Reader, Writer
from review.web.visitor import NotFound, Visitor
from review.workflow import documents
from review.workflow.pack_files import noted


@dataclass(frozen=True, slots=True)
class PaperMarkBody:
    """One paper a document was made from: the form's part, its version, its SHA-256."""

    form: str
    version: int
    sha256: str


@dataclass(frozen=True, slots=True)
class DocumentBody:
    """An issued document; ``code`` is what is typed to verify it, ``sha256`` the hash of its text."""

    code: str
    case: str | None
    form: str
    title: str
    version: int
    number: str
    sha256: str
    at: int
    newest: bool
    papers: tuple[PaperMarkBody, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class DocumentsBody:
    """The documents of a case, newest first."""

    documents: tuple[DocumentBody, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueBody:
    """The form of which a document is issued."""

    __pydantic_config__ = STRICT
    form: str


def _body(one: Issued) -> DocumentBody:
    papers = tuple(PaperMarkBody(mark.form, mark.version, mark.sha256) for mark in one.papers)
    return DocumentBody(
        one.code,
        one.case,
        one.form,
        one.sheet.title,
        one.version,
        one.number,
        one.sha256,
        one.at,
        one.newest,
        papers,
    )


def of_case(console: Here, me: Reader, case: str) -> DocumentsBody:
    """List the documents of a case."""
    with reading(console.office.store) as connection:
        file = readable(connection, me, case)
        return DocumentsBody(tuple(_body(one) for one in issued.of_case(connection, file.case.id)))


def issue(console: Here, me: Writer, case: str, body: IssueBody) -> DocumentBody:
    """Issue the document of one form, unless it already stands as the case has it."""
    me.require(Permission.ISSUE)
    with writing(console.office.store) as connection:
        file = readable(connection, me, case, lock=True)
        made = documents.issue(connection, console.office, file, body.form, me.person.id)
    if isinstance(made, Refused):
        raise Problem(409, made.why)
    return _body(made)


def document(console: Here, me: Reader, code: str) -> DocumentBody:
    """Give one issued document."""
    return _body(_found(console.office, me, code)[0])


def as_pdf(console: Here, me: Reader, code: str, request: Request) -> Response:
    """Give an issued document as PDF/A on A4; the file is kept, so that its hash verifies it later."""
    one, copy = _found(console.office, me, code, str(request.base_url))
    body = pdf(copy, Paper.A4)
    with writing(console.office.store) as connection:
        issued.keep(connection, code, FileKind.PDF, body, console.office.clock())
    noted(console.office, code, me.person.id, body)
    named = {"Content-Disposition": f'attachment; filename="{one.form}-{one.code}.pdf"'}
    return Response(body, media_type="application/pdf", headers=named)


def _found(office: Office, me: Visitor, code: str, base: str = "") -> tuple[Issued, Copy]:
    with reading(office.store) as connection:
        one = issued.find(connection, code)
        if one is None:
            raise NotFound
        if one.case is None:
            me.require(Permission.READ_CARDS)
        else:
            readable(connection, me, one.case)
        return one, documents.copy_of(connection, office, one, documents.base_address(office, base))
