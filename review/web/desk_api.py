"""The desk API: a desk's agent asks for a card to make, waits for one, and posts what came of it.

Nothing connects to a desk; it dials out with its token. A job it took is handed to it again until it has a
result, and the same result may be posted twice.
"""

import asyncio
import time
from dataclasses import dataclass
from typing import Annotated

import msgspec
from fastapi import Depends, HTTPException, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from starlette.concurrency import run_in_threadpool

from card_registry.words import ControllerId
from review import outside
from review.access import Refused
from review.store import desks
from review.store.desks import Job, JobState
from review.store.transaction import reading, writing
from review.web.console import Console, Here
from review.workflow.cards import read_result, report

LONGEST = 30
"""Seconds a desk may wait for a job in one request."""

TICK = 0.25


@dataclass(frozen=True, slots=True)
class JobBody:
    """One card to make: whose, in which case, asked for by whom, and the number to print on it."""

    id: str
    case: str
    card: str
    holder: str
    maker: str
    label: str


@dataclass(frozen=True, slots=True)
class NextJob:
    """The job to do next, null when there is none."""

    job: JobBody | None


@dataclass(frozen=True, slots=True)
class Accepted:
    """The result is kept."""

    state: str


RESULT = {
    "requestBody": {
        "required": True,
        "description": "review.workflow.cards: Bound | Failed",
        "content": {
            "application/json": {
                "schema": {
                    "type": "object",
                    "required": ["state"],
                    "properties": {"state": {"type": "string", "enum": ["bound", "failed"]}},
                }
            }
        },
    }
}
"""How the document describes a result, which is read more strictly than it can say."""

BEARER = HTTPBearer(scheme_name="meja", description="Token sebuah meja.", auto_error=False)


def desk_of(
    request: Request,
    console: Here,
    _bearer: Annotated[HTTPAuthorizationCredentials | None, Depends(BEARER)] = None,
) -> ControllerId:
    """Give the desk whose token the request carries, unless the site trusts that desk no more.

    Raises:
        HTTPException: No token, not one of ours, or of a desk that was cut off.
    """
    kind, _, token = request.headers.get("authorization", "").partition(" ")
    if kind.lower() == "bearer" and token and len(token) <= 200:  # noqa: PLR2004 - ours are far shorter
        with reading(console.office.store) as connection:
            desk = desks.whose(connection, token)
        if desk is not None and desk in outside.cut_off(console.office.registry):
            raise HTTPException(403, f"Meja {desk} telah diputus dari sistem; hubungi admin.")
        if desk is not None:
            return desk
    raise HTTPException(401, "Token meja tidak dikenal.", {"WWW-Authenticate": "Bearer"})


Desk = Annotated[ControllerId, Depends(desk_of)]


async def next_job(request: Request, console: Here, desk: Desk, wait: int = 0) -> NextJob:
    """Give this desk's next job, waiting up to ``wait`` seconds for one."""
    deadline = time.monotonic() + min(max(wait, 0), LONGEST)
    while True:
        job = await run_in_threadpool(_take, console, desk)
        over = time.monotonic() >= deadline or console.stopping.is_set()
        if job is not None or over or await request.is_disconnected():
            return NextJob(None if job is None else _body(job))
        await asyncio.sleep(TICK)


def _take(console: Console, desk: ControllerId) -> Job | None:
    with reading(console.office.store) as connection:
        found = desks.open_for(connection, desk)
    if found is None or found.state is JobState.TAKEN:
        return found
    with writing(console.office.store) as connection:
        job = desks.open_for(connection, desk)
        if job is not None:
            desks.take(connection, job.id, desk)
    return job


def _body(job: Job) -> JobBody:
    return JobBody(job.id, job.case, job.card, job.holder, job.maker, job.label)


async def post_result(request: Request, console: Here, desk: Desk, job: str) -> Accepted:
    """Take the result of one job."""
    data = await request.body()
    try:
        result = read_result(data)
    except (ValueError, msgspec.DecodeError, RecursionError) as error:
        raise HTTPException(422, f"Hasil tidak dapat dibaca: {error}") from error
    done = await run_in_threadpool(report, console.office, desk, job, result)
    if isinstance(done, Refused):
        raise HTTPException(409, done.why)
    return Accepted(done.state.value)
