"""Who is asking: the session behind the cookie, and a posted form that has proved where it came from."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, HTTPException, Request
from starlette.datastructures import UploadFile

from card_registry.instant import MINUTE
from review.access import Permission, Refused, may
from review.people import Person
from review.store import people, sessions
from review.store.transaction import reading, writing
from review.web import csrf
from review.web.console import Here

SESSION = "akses_sesi"
NONCE = "akses_awal"
"""The cookies: the session's token, and before sign-in a nonce for the form's token."""

FIELDS = 80
VALUE = 4_000
"""The most fields a form may have, and the longest value, in characters."""

LONG_FIELDS = 2_000
"""The most fields of a case's form: a month's check (F06) has seven for each of up to 250 servers."""


class SignInNeeded(Exception):
    """Nobody is signed in, or the session is over."""


class Forbidden(Exception):
    """The person may not; the text is the sentence to show."""


class Stale(Forbidden):
    """A form was served under another session; what was typed is still here."""

    def __init__(self, fields: Mapping[str, tuple[str, ...]]) -> None:
        """Refuse, and keep the fields."""
        super().__init__(csrf.STRANGE)
        self.fields = fields


class NotFound(Exception):
    """There is no such page or thing."""


@dataclass(frozen=True, slots=True)
class Visitor:
    """The signed-in person, and the token that their forms carry."""

    person: Person
    csrf: str

    def require(self, permission: Permission) -> None:
        """Go on only if the person holds a permission.

        Raises:
            Forbidden: They do not; the sentence says who does.
        """
        answer = may(self.person, permission)
        if isinstance(answer, Refused):
            raise Forbidden(answer.why)

    def holds(self, permission: Permission) -> bool:
        """Say whether a page shows what belongs to a permission."""
        return not isinstance(may(self.person, permission), Refused)


def visitor_of(request: Request, console: Here) -> Visitor | None:
    """Give whoever is signed in, None for nobody."""
    token = request.cookies.get(SESSION, "")
    now, store = console.office.clock(), console.office.store
    if not token or len(token) > 200:  # noqa: PLR2004 - ours are far shorter
        return None
    with reading(store) as connection:
        known = sessions.whose(connection, token, now)
        person = None if known is None else people.find(connection, known[0], now)
    if known is None or person is None:
        return None
    if now - known[1] > MINUTE:
        with writing(store) as connection:
            sessions.touch(connection, token, now)
    return Visitor(person, csrf.token_for(token))


def signed_in(visitor: Annotated[Visitor | None, Depends(visitor_of)]) -> Visitor:
    """Give the signed-in person.

    Raises:
        SignInNeeded: There is none.
    """
    if visitor is None:
        raise SignInNeeded
    return visitor


def plain(text: str) -> str:
    """Leave out of a filter what no number, name or unit holds, and not every database takes."""
    return "".join(sign for sign in text if sign.isprintable()).strip()


@dataclass(frozen=True, slots=True)
class Posted:
    """A form's fields as sent, its token checked and taken out."""

    fields: Mapping[str, tuple[str, ...]]

    def one(self, name: str) -> str:
        """Give a field that has at most one value; empty when it was not sent."""
        values = self.fields.get(name, ())
        return values[0] if len(values) == 1 else ""


async def posted(request: Request) -> Posted:
    """Read a form and refuse one that did not come from our own pages.

    Raises:
        Stale: The token or the browser's word on its origin is wrong.
        HTTPException: Too many fields, a value too long, or a file where none is expected.
    """
    return await _posted(request, FIELDS)


async def long_posted(request: Request) -> Posted:
    """Read a case's form, which may have many rows, as strictly.

    Raises:
        Stale: The token or the browser's word on its origin is wrong.
        HTTPException: Too many fields, a value too long, or a file where none is expected.
    """
    return await _posted(request, LONG_FIELDS)


async def _posted(request: Request, most: int) -> Posted:
    fields = await fields_of(request, most)
    given = "".join(fields.pop(csrf.FIELD, ()))
    secrets = (request.cookies.get(SESSION, ""), request.cookies.get(NONCE, ""))
    if not any(csrf.is_ours(secret, given, request.headers) for secret in secrets):
        raise Stale(fields)
    return Posted(fields)


async def fields_of(request: Request, most: int = LONG_FIELDS) -> dict[str, tuple[str, ...]]:
    """Read a form's fields within the limits, and nothing into them.

    Raises:
        HTTPException: Too many fields, a value too long, or a file where none is expected.
    """
    found: dict[str, tuple[str, ...]] = {}
    form = await request.form(max_files=0, max_fields=most)
    for name, value in form.multi_items():
        if isinstance(value, UploadFile) or len(value) > VALUE or len(form) > most:
            raise HTTPException(
                400, "Formulir memuat berkas, isian yang terlalu panjang, atau terlalu banyak."
            )
        found[name] = (*found.get(name, ()), value)
    return found


Me = Annotated[Visitor, Depends(signed_in)]
"""A page's parameter: the signed-in person."""

Form = Annotated[Posted, Depends(posted)]
"""A page's parameter: the form sent to it."""

LongForm = Annotated[Posted, Depends(long_posted)]
"""A page's parameter: a case's form with all its rows."""
