"""Attachments of a case: listed, sent, given back as files that no browser runs, taken away."""

from typing import Annotated
from urllib.parse import quote

from fastapi import Depends, HTTPException, Request
from fastapi.responses import RedirectResponse, Response
from sqlalchemy import Connection
from starlette.datastructures import UploadFile

from review.access import Permission, Refused, may
from review.attachment import LARGEST, MEDIA
from review.store import attachments, cases
from review.store.attachments import Attached
from review.store.cases import CaseFile
from review.store.transaction import reading
from review.web import csrf
from review.web.attachments import of_case
from review.web.console import Console, Here
from review.web.guard import POLICY
from review.web.screen import page
from review.web.visitor import SESSION, Forbidden, Form, Me, NotFound, Visitor
from review.workflow import attaching
from review.workflow.attaching import CAPTION, Sent

SHUT_IN = "default-src 'none'; sandbox"
"""What a browser may do with a file from elsewhere: nothing."""

NO_FILE = "Pilih berkas yang akan dilampirkan."


def attachments_page(console: Here, me: Me, case: str) -> Response:
    """Show what lies beside a case's forms."""
    return _shown(console, me, case, "", "")


def _shown(console: Console, me: Visitor, case: str, fault: str, caption: str) -> Response:
    with reading(console.office.store) as connection:
        file = _readable(connection, me, case)
        values = {"file": file, "attachments": of_case(connection, me.person, file, fault, caption)}
    return page(console, "lampiran.html", me, 422 if fault else 200, **values)


def _readable(connection: Connection, me: Visitor, id: str) -> CaseFile:
    file = cases.load(connection, id)
    if file is None:
        raise NotFound
    allowed = may(me.person, Permission.READ_CASES, file.case.applicant)
    if isinstance(allowed, Refused):
        raise Forbidden(allowed.why)
    return file


async def _sent(request: Request) -> Sent:
    """Read the posted file, from a page of ours.

    Raises:
        Forbidden: The form did not come from our own pages.
        HTTPException: More than one file came, or none.
    """
    async with request.form(max_files=1, max_fields=2) as form:
        token, caption, file = (form.get(name) for name in (csrf.FIELD, "keterangan", "berkas"))
        if not csrf.is_ours(request.cookies.get(SESSION, ""), str(token), request.headers):
            raise Forbidden(csrf.STRANGE)
        if not isinstance(file, UploadFile):
            raise HTTPException(400, NO_FILE)
        return Sent(file.filename or "", await file.read(LARGEST + 1), str(caption or ""))


def attach(console: Here, me: Me, case: str, sent: Annotated[Sent, Depends(_sent)]) -> Response:
    """Attach a file, or say on the page why it is not taken."""
    with reading(console.office.store) as connection:
        _readable(connection, me, case)
    done = attaching.attach(console.office, me.person, case, sent)
    if isinstance(done, Refused):
        return _shown(console, me, case, done.why, sent.caption[: 2 * CAPTION])
    return RedirectResponse(f"/permohonan/{case}#lampiran", 303)


def download(console: Here, me: Me, case: str, attachment: str) -> Response:
    """Give a file back as it was sent."""
    with reading(console.office.store) as connection:
        _readable(connection, me, case)
        one = attachments.find(connection, case, attachment)
        body = None if one is None else attachments.body(connection, one.id)
    if one is None or body is None:
        raise NotFound
    return file_answer(one, body)


def file_answer(one: Attached, body: bytes) -> Response:
    """Give a file as an answer that no browser shows or runs."""
    plain = "".join(sign if sign.isascii() else "_" for sign in one.name)
    named = f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(one.name)}"
    headers = {"Content-Disposition": named, POLICY: SHUT_IN}
    return Response(body, media_type=MEDIA[one.kind], headers=headers)


def take_away(console: Here, me: Me, case: str, attachment: str, form: Form) -> Response:
    """Take an attachment away, with its reason."""
    with reading(console.office.store) as connection:
        _readable(connection, me, case)
    done = attaching.take_away(console.office, me.person, case, attachment, form.one("alasan"))
    if isinstance(done, Refused):
        return _shown(console, me, case, done.why, "")
    return RedirectResponse(f"/permohonan/{case}#lampiran", 303)
