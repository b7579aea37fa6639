"""The evidence pack of a review over ``/api/v1``: issued, and taken away whole."""

from dataclasses import dataclass

from fastapi import Request, Response
from sqlalchemy import Connection

from card_registry.errors import OperatorMistaken
from review.access import Permission
from review.pack import printing
from review.store import campaigns, issued
from review.store.issued import Issued
from review.store.transaction import reading
from review.web.api_acts import STRICT
from review.web.api_errors import Problem
from review.web.console import Here
from review.web.pages.packs import EXTRA, answer
from review.web.tokens import Reader, Writer
from review.web.visitor import NotFound, Visitor
from review.workflow.pack_files import WHOLE, file_of, taken
from review.workflow.packing import issue_pack, pack_of

NONE = "Berkas bukti review ini belum diterbitkan."


@dataclass(frozen=True, slots=True)
class PackBody:
    """An issued pack: the code that verifies it, its version, whether the review was over, its main sums."""

    code: str
    case: str
    number: str
    version: int
    sha256: str
    at: int
    stage: str
    rows: int
    before: int
    gone: int
    given: int
    after: int
    removals: int
    confirmed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PackAskBody:
    """Nothing is asked but the pack."""

    __pydantic_config__ = STRICT


def issue(console: Here, me: Writer, case: str, body: PackAskBody) -> PackBody:  # noqa: ARG001 - it holds nothing
    """Issue the evidence pack of a review, unless the newest one still tells how things stand."""
    me.require(Permission.PACK_REVIEW)
    with reading(console.office.store) as connection:
        _require(connection, me, case)
    one = issue_pack(console.office, case, me.person.id)
    if one is None:
        raise NotFound
    with reading(console.office.store) as connection:
        return _body(connection, one)


def whole(console: Here, me: Reader, case: str, request: Request) -> Response:
    """Give every file of the newest evidence pack of a review as one ZIP."""
    office = console.office
    with reading(office.store) as connection:
        _require(connection, me, case)
        one = issued.newest(connection, case, printing.CODE)
    if one is None:
        raise Problem(409, NONE)
    try:
        body = file_of(office, one, WHOLE, str(request.base_url))
    except OperatorMistaken as error:
        raise Problem(409, EXTRA) from error
    taken(office, one, me.person.id, WHOLE, body)
    return answer(f"{one.code}-{WHOLE}", body)


def _require(connection: Connection, me: Visitor, case: str) -> None:
    me.require(Permission.READ_CASES)
    if campaigns.find(connection, case) is None:
        raise NotFound


def _body(connection: Connection, one: Issued) -> PackBody:
    pack = pack_of(connection, one.code)
    sums = pack.sums
    return PackBody(
        one.code,
        pack.about.case,
        pack.about.number,
        one.version,
        one.sha256,
        one.at,
        pack.stage.value,
        sums.rows,
        sums.before,
        sums.gone,
        sums.given,
        sums.after,
        sums.removals,
        sums.confirmed,
    )
