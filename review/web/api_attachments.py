"""Files beside a case's forms: listed, sent as they are (no form around them), given back, taken away."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Query, Request, Response

from review.access import Refused
from review.attachment import MEDIA
from review.store import attachments
from review.store.attachments import Attached
from review.store.transaction import reading
from review.web.api_acts import STRICT
from review.web.api_cases import readable
from review.web.api_errors import Problem, at
from review.web.console import Here
from review.web.pages.attachments import file_answer
from review.web.tokens import Reader, Writer
from review.web.visitor import NotFound
from review.workflow import attaching
from review.workflow.attaching import CLOSED, FULL, GONE, LONG, NO_REASON, TWICE, Sent

FILE = {
    "requestBody": {
        "required": True,
        "description": "Berkas apa adanya; jenisnya dikenali dari isinya.",
        "content": {
            kind: {"schema": {"type": "string", "format": "binary"}}
            for kind in (*MEDIA.values(), "application/octet-stream")
        },
    }
}
"""How the document describes a file."""


@dataclass(frozen=True, slots=True)
class AttachmentBody:
    """One attachment: what, how large (bytes), its SHA-256, by whom and when.

    ``removed`` says when it was taken away; then name and caption are empty and there is no file.
    """

    id: str
    step: str
    name: str
    caption: str
    kind: str
    size: int
    sha256: str
    person: str
    at: int
    removed: int | None
    remover: str | None


@dataclass(frozen=True, slots=True)
class AttachmentsBody:
    """What was attached to a case, oldest first, what was taken away included."""

    attachments: tuple[AttachmentBody, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RemovalBody:
    """Why an attachment is taken away."""

    __pydantic_config__ = STRICT
    why: str


def _body(one: Attached) -> AttachmentBody:
    return AttachmentBody(
        one.id,
        one.step,
        one.name,
        one.caption,
        one.kind.value,
        one.size,
        one.sha256,
        one.person,
        one.at,
        one.removed,
        one.remover,
    )


def of_case(console: Here, me: Reader, case: str) -> AttachmentsBody:
    """List the attachments of a case."""
    with reading(console.office.store) as connection:
        file = readable(connection, me, case)
        return AttachmentsBody(tuple(_body(one) for one in attachments.of_case(connection, file.case.id)))


def download(console: Here, me: Reader, case: str, attachment: str) -> Response:
    """Give a file back as it was sent."""
    with reading(console.office.store) as connection:
        readable(connection, me, case)
        one = attachments.find(connection, case, attachment)
        body = None if one is None else attachments.body(connection, one.id)
    if one is None or body is None:
        raise NotFound
    return file_answer(one, body)


async def _file(request: Request) -> bytes:
    return await request.body()


def attach(
    console: Here,
    me: Writer,
    case: str,
    file: Annotated[bytes, Depends(_file)],
    name: Annotated[str, Query(max_length=200)] = "",
    caption: str = "",
) -> AttachmentBody:
    """Attach a file to a case."""
    with reading(console.office.store) as connection:
        barred = attaching.attachable(readable(connection, me, case), me.person)
    done = attaching.attach(console.office, me.person, case, Sent(name, file, caption))
    if not isinstance(done, Refused):
        return _body(done)
    if done in {CLOSED, FULL, TWICE}:
        raise Problem(409, done.why)
    if barred is not None:
        raise Problem(403, done.why)
    raise at("caption" if done == LONG else "file", done)


def take_away(console: Here, me: Writer, case: str, attachment: str, body: RemovalBody) -> AttachmentsBody:
    """Delete an attached file; that it was there, its kind, size and hash, stays."""
    with reading(console.office.store) as connection:
        readable(connection, me, case)
    done = attaching.take_away(console.office, me.person, case, attachment, body.why)
    if isinstance(done, Refused):
        if done == GONE:
            raise NotFound
        raise at("why", done) if done == NO_REASON else Problem(403, done.why)
    return of_case(console, me, case)
