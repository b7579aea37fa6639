"""Documents of a case: listed, issued, printed, as PDF; and the public page that verifies one by its code."""

import re
from typing import Annotated

from fastapi import Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from sqlalchemy import Connection

from review.access import Permission, Refused, may
from review.documents import printing
from review.documents.codes import typed
from review.documents.copies import Copy
from review.documents.pdf import pdf
from review.drawing import Paper
from review.office import Office
from review.shelf import forms
from review.store import campaigns, cases, issued
from review.store.cases import CaseFile
from review.store.issued import FileKind, Issued
from review.store.transaction import reading, writing
from review.web.console import Here
from review.web.screen import page
from review.web.visitor import Forbidden, Form, Me, NotFound, Visitor, visitor_of
from review.workflow import document_lists, documents, review_form
from review.workflow.filling import known
from review.workflow.pack_files import noted

PAPERS = {"f4": Paper.F4}
_HASH = re.compile(r"[0-9a-f]{64}")

Size = Annotated[str, Query(alias="kertas", max_length=4)]
Unit = Annotated[str, Query(alias="unit", max_length=120)]
Typed = Annotated[str, Query(alias="kode", max_length=80)]


def style() -> Response:
    """Give the style sheet of printed documents."""
    return Response(printing.style(), media_type="text/css")


def of_case(console: Here, me: Me, case: str) -> Response:
    """List the documents of a case, and the forms of it that a document can be issued of."""
    with reading(console.office.store) as connection:
        file = _readable(connection, me, case)
        found = issued.of_case(connection, file.case.id)
        sealed = {one.code for one in found if _has_signed(connection, one.code)}
        shelf = forms()
        filled = known(connection, file.case.id) | _unfilled(connection, file.case.id)
        printable = [shelf[code] for code in sorted(filled) if code in shelf]
    return page(
        console,
        "dokumen.html",
        me,
        file=file,
        documents=found,
        printable=printable,
        sealed=sealed,
        may_issue=me.holds(Permission.ISSUE),
    )


def _unfilled(connection: Connection, case: str) -> frozenset[str]:
    """Name the forms that the program prints of a case although nobody fills them: a review's own (F03)."""
    return frozenset({review_form.CODE}) if campaigns.find(connection, case) is not None else frozenset()


def review_sheet(console: Here, me: Me, case: str, size: Size = "", unit: Unit = "") -> Response:
    """Show form F03 of a review: the office any unit's or all, a unit its own."""
    office, everything = console.office, me.holds(Permission.READ_CASES)
    with reading(office.store) as connection:
        file = cases.load(connection, case)
        if file is None:
            raise NotFound
        cover = documents.cover_of(connection, office, file)
        wanted = unit if everything else me.person.unit
        made = review_form.sheet(connection, office, file.case.id, forms()[review_form.CODE], cover, wanted)
    if made is None:
        raise NotFound
    return HTMLResponse(printing.page(Copy(made), PAPERS.get(size, Paper.A4)))


def _has_signed(connection: Connection, code: str) -> bool:
    return any(one.kind is FileKind.SIGNED for one in issued.files(connection, code))


def issue(console: Here, me: Me, case: str, form: Form) -> Response:
    """Issue the document of one form, unless it already stands as the case has it."""
    me.require(Permission.ISSUE)
    with writing(console.office.store) as connection:
        file = _readable(connection, me, case, lock=True)
        made = documents.issue(connection, console.office, file, form.one("formulir"), me.person.id)
    if isinstance(made, Refused):
        return page(console, "tolak.html", me, 409, sentence=made.why, code=409)
    return RedirectResponse(f"/dokumen/{made.code}", 303)


def issue_access_list(console: Here, me: Me, _form: Form) -> Response:
    """Issue the access list (F02) as it is now, for the wall."""
    me.require(Permission.READ_CARDS)
    me.require(Permission.ISSUE)
    with writing(console.office.store) as connection:
        made = document_lists.issue_access_list(connection, console.office, me.person.id)
    return RedirectResponse(f"/dokumen/{made.code}", 303)


def draft(console: Here, me: Me, case: str, form: str, size: Size = "") -> Response:
    """Show the document of a form as it would be issued now."""
    with reading(console.office.store) as connection:
        file = _readable(connection, me, case)
        made = documents.draft(connection, console.office, file, form)
    if isinstance(made, Refused):
        raise NotFound
    return HTMLResponse(printing.page(Copy(made.sheet), PAPERS.get(size, Paper.A4)))


def printed(console: Here, me: Me, code: str, request: Request, size: Size = "") -> Response:
    """Show an issued document for printing."""
    copy = _copy(console.office, me, code, request)
    return HTMLResponse(printing.page(copy, PAPERS.get(size, Paper.A4)))


def as_pdf(console: Here, me: Me, code: str, request: Request, size: Size = "") -> Response:
    """Give an issued document as PDF/A; the file is kept, so that its hash verifies it later."""
    copy = _copy(console.office, me, code, request)
    body = pdf(copy, PAPERS.get(size, Paper.A4))
    with writing(console.office.store) as connection:
        issued.keep(connection, code, FileKind.PDF, body, console.office.clock())
    noted(console.office, code, me.person.id, body)
    named = {"Content-Disposition": f'inline; filename="{copy.sheet.form}-{code}.pdf"'}
    return Response(body, media_type="application/pdf", headers=named)


def signed_file(console: Here, me: Me, code: str, request: Request) -> Response:
    """Give the newest signed file of a document, as it was signed."""
    copy = _copy(console.office, me, code, request)
    with reading(console.office.store) as connection:
        kept = [one for one in issued.files(connection, code) if one.kind is FileKind.SIGNED]
    if not kept:
        raise NotFound
    noted(console.office, code, me.person.id, kept[0].body)
    named = {"Content-Disposition": f'inline; filename="{copy.sheet.form}-{code}-ttd.pdf"'}
    return Response(kept[0].body, media_type="application/pdf", headers=named)


def _copy(office: Office, me: Visitor, code: str, request: Request) -> Copy:
    with reading(office.store) as connection:
        one = issued.find(connection, code)
        if one is None:
            raise NotFound
        if one.case is None:
            me.require(Permission.READ_CARDS)
        else:
            _readable(connection, me, one.case)
        base = documents.base_address(office, str(request.base_url))
        return documents.copy_of(connection, office, one, base)


def _readable(connection: Connection, me: Visitor, id: str, *, lock: bool = False) -> CaseFile:
    file = cases.load(connection, id, lock=lock)
    if file is None:
        raise NotFound
    allowed = may(me.person, Permission.READ_CASES, file.case.applicant)
    if isinstance(allowed, Refused):
        raise Forbidden(allowed.why)
    return file


def verify_typed(console: Here, request: Request, code: Typed = "") -> Response:
    """Verify what was typed: a code, or the SHA-256 of a file."""
    return _verdict(console, request, code)


def verify(console: Here, request: Request, code: str) -> Response:
    """Verify the document whose QR was read."""
    return _verdict(console, request, code)


def _verdict(console: Here, request: Request, text: str) -> Response:
    """Say whether a document is ours: its number, day and signers, or that it is not known."""
    office = console.office
    with reading(office.store) as connection:
        one = _named(connection, text.strip())
        signed = () if one is None else documents.signed(connection, office, one)
    status = 404 if text.strip() and one is None else 200
    values = {"typed": text.strip()[:80], "document": one, "signed": signed}
    return page(console, "periksa.html", visitor_of(request, console), status, **values)


def _named(connection: Connection, text: str) -> Issued | None:
    if _HASH.fullmatch(text.lower()):
        return issued.by_hash(connection, text.lower())
    code = typed(text)
    return None if code is None else issued.find(connection, code)
