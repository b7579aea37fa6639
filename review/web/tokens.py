"""Who is asking at ``/api/v1``: the person of a Bearer token in its one role, or a page's session.

Reading takes either. What changes something takes a token alone, because a browser sends its cookie along
with what a foreign page asks for, and a token is sent by whoever knows it. Each such use is in the audit
trail, so that what a token that was stolen did can be told from what its owner did.
"""

from typing import Annotated

from fastapi import Depends, HTTPException, Request
from fastapi.security import APIKeyCookie, HTTPAuthorizationCredentials, HTTPBearer

from card_registry.instant import MINUTE
from review.access import Refused
from review.store import audit, tokens
from review.store.tokens import Token
from review.store.transaction import writing
from review.web.console import Console, Here
from review.web.visitor import SESSION, Visitor, visitor_of
from review.workflow.tokens import person_of

LONGEST = 200
"""Characters of an Authorization header's token; ours are far shorter."""

NOBODY = "Silakan masuk terlebih dahulu, atau kirim token pada kepala Authorization: Bearer."
BEARER_NEEDED = "Tindakan ini memerlukan token pada kepala Authorization: Bearer; buatlah pada halaman Token."
UNKNOWN = "Token tidak dikenal."
ASK = {"WWW-Authenticate": "Bearer"}

BEARER = HTTPBearer(
    scheme_name="token",
    description="Token milik seseorang untuk satu peran, dibuat pada halaman Token.",
    auto_error=False,
)

COOKIE = APIKeyCookie(
    name=SESSION,
    scheme_name="sesi",
    description="Sesi halaman; hanya untuk membaca.",
    auto_error=False,
)

Bearer = Annotated[HTTPAuthorizationCredentials | None, Depends(BEARER)]


def _of_token(console: Console, secret: str) -> tuple[Token, Visitor]:
    """Give the person of a token, and note its use to the minute.

    Raises:
        HTTPException: It is not ours, over, revoked, or its role is held no more.
    """
    office = console.office
    known = person_of(office, secret) if len(secret) <= LONGEST else None
    if known is None or isinstance(known, Refused):
        raise HTTPException(401, UNKNOWN if known is None else known.why, ASK)
    token, person = known
    now = office.clock()
    if token.seen is None or now - token.seen > MINUTE:
        with writing(office.store) as connection:
            tokens.touch(connection, token.id, now)
    return token, Visitor(person, "")


def reader_of(
    console: Here,
    bearer: Bearer,
    _cookie: Annotated[str | None, Depends(COOKIE)],
    session: Annotated[Visitor | None, Depends(visitor_of)],
) -> Visitor:
    """Give who reads, by token or else by session.

    Raises:
        HTTPException: Nobody is.
    """
    if bearer is not None:
        return _of_token(console, bearer.credentials)[1]
    if session is None:
        raise HTTPException(401, NOBODY, ASK)
    return session


def writer_of(request: Request, console: Here, bearer: Bearer) -> Visitor:
    """Give who acts, by token, and write down which token was used for what.

    Raises:
        HTTPException: There is no token, or it opens nothing.
    """
    if bearer is None:
        raise HTTPException(401, BEARER_NEEDED, ASK)
    token, me = _of_token(console, bearer.credentials)
    with writing(console.office.store) as connection:
        subject, asked = f"token/{token.id}", request.url.path.removeprefix("/api/v1/")
        audit.record(connection, me.person.id, "token.pakai", subject, console.office.clock(), asked)
    return me


Reader = Annotated[Visitor, Depends(reader_of)]
"""An endpoint's parameter: who reads."""

Writer = Annotated[Visitor, Depends(writer_of)]
"""An endpoint's parameter: who acts."""
