"""Signing in and out. A session begins under a fresh token, and guessing costs time."""

import secrets
from dataclasses import dataclass

from fastapi import Request
from fastapi.responses import RedirectResponse, Response

from card_registry.words import PersonId
from review import password
from review.store import audit, people, sessions, throttles
from review.store.transaction import reading, writing
from review.web import csrf
from review.web.console import Console, Here
from review.web.interrupted import Carried, brought
from review.web.screen import page
from review.web.visitor import NONCE, SESSION, Form, LongForm, Me, Posted, Visitor

WRONG = "Nama pengguna atau kata sandi salah."


def sign_in_page(request: Request, console: Here) -> Response:
    """Show the sign-in form, under a fresh nonce."""
    return _form(request, console, "", 200)


def interrupted(request: Request, console: Console, kept: Carried) -> Response:
    """Ask whoever filled a form to sign in again, and keep what they typed in the page."""
    return _form(request, console, "", 401, kept=kept)


def _form(
    request: Request,
    console: Console,
    refusal: str,
    status: int,
    login: str = "",
    kept: Carried | None = None,
) -> Response:
    nonce = secrets.token_urlsafe(24)
    token = csrf.token_for(nonce)
    answer = page(
        console, "masuk.html", status=status, csrf=token, refusal=refusal, login=login, carried=kept
    )
    _set_cookie(request, answer, NONCE, nonce)
    return answer


def _set_cookie(request: Request, answer: Response, name: str, value: str) -> None:
    secure = request.url.scheme == "https"
    answer.set_cookie(name, value, httponly=True, samesite="lax", secure=secure, path="/")


def sign_in(request: Request, console: Here, form: Form) -> Response:
    """Check login and password; begin a session, or count a failure."""
    known = _checked(console, form)
    if isinstance(known, Turned):
        return _form(request, console, known.why, known.status, known.login)
    token = _begin(request, console, known)
    return _admitted(request, RedirectResponse("/", 303), token)


def resume(request: Request, console: Here, form: LongForm) -> Response:
    """Sign in as ever, and show what had been typed before the session ended."""
    kept = brought(form.fields)
    known = _checked(console, form)
    if isinstance(known, Turned):
        return _form(request, console, known.why, known.status, known.login, kept)
    token = _begin(request, console, known)
    with reading(console.office.store) as connection:
        person = people.find(connection, known, console.office.clock())
    if kept is None or person is None:
        return _admitted(request, RedirectResponse("/", 303), token)
    visitor = Visitor(person, csrf.token_for(token))
    return _admitted(request, page(console, "lanjutkan.html", visitor, carried=kept), token)


@dataclass(frozen=True, slots=True)
class Turned:
    """Nobody was let in: why, as a sentence and as a status, and the login to show again."""

    why: str
    status: int
    login: str


def _checked(console: Console, form: Posted) -> PersonId | Turned:
    """Say who signs in by this login and password, or why nobody does; a failure is counted."""
    login, typed = form.one("login").strip().lower()[:64], form.one("password")
    office, key = console.office, throttles.key_of("masuk", login)
    with reading(office.store) as connection:
        pause = throttles.wait(connection, key, office.clock())
        account = people.account(connection, login)
    if pause:
        return Turned(f"Terlalu banyak percobaan. Cobalah lagi dalam {1 + pause // 1000} detik.", 429, login)
    sealed = password.NOBODY if account is None else account.password
    right = len(typed) <= password.LONGEST and password.matches(typed, sealed)
    with writing(office.store) as connection:
        if account is None or not right:
            throttles.fail(connection, key, office.clock())
            return Turned(WRONG, 403, login)
        throttles.clear(connection, key)
    return account.id


def _begin(request: Request, console: Console, person: PersonId) -> str:
    """Open a session under a fresh token; whatever the visitor came with is worth nothing from here on."""
    token, now = secrets.token_urlsafe(32), console.office.clock()
    with writing(console.office.store) as connection:
        sessions.end(connection, request.cookies.get(SESSION, ""))
        sessions.begin(connection, token, person, now)
        audit.record(connection, person, "masuk", f"person/{person}", now)
    return token


def _admitted(request: Request, answer: Response, token: str) -> Response:
    """Give an answer with the cookie of a session that has begun."""
    _set_cookie(request, answer, SESSION, token)
    answer.delete_cookie(NONCE)
    return answer


def sign_out(request: Request, console: Here, me: Me, form: Form) -> Response:
    """End the session, here and in the store."""
    del form  # its token was checked
    with writing(console.office.store) as connection:
        sessions.end(connection, request.cookies.get(SESSION, ""))
        audit.record(connection, me.person.id, "keluar", f"person/{me.person.id}", console.office.clock())
    answer = RedirectResponse("/masuk", 303)
    answer.delete_cookie(SESSION)
    return answer
