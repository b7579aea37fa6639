"""Signing in and out. A session begins under a fresh token, and guessing costs time."""

import secrets

from fastapi import Request
from fastapi.responses import RedirectResponse, Response

from card_registry.words import PersonId
from review import password
from review.store import audit, people, sessions, throttles
from review.store.transaction import reading, writing
from review.web import csrf
from review.web.console import Console, Here
from review.web.screen import page
from review.web.visitor import NONCE, SESSION, Form, Me

WRONG = "Nama pengguna atau kata sandi salah."


def sign_in_page(request: Request, console: Here) -> Response:
    """Show the sign-in form, under a fresh nonce."""
    return _form(request, console, "", 200)


def _form(request: Request, console: Console, refusal: str, status: int, login: str = "") -> Response:
    nonce = secrets.token_urlsafe(24)
    answer = page(
        console, "masuk.html", status=status, csrf=csrf.token_for(nonce), refusal=refusal, login=login
    )
    _set_cookie(request, answer, NONCE, nonce)
    return answer


def _set_cookie(request: Request, answer: Response, name: str, value: str) -> None:
    secure = request.url.scheme == "https"
    answer.set_cookie(name, value, httponly=True, samesite="lax", secure=secure, path="/")


def sign_in(request: Request, console: Here, form: Form) -> Response:
    """Check login and password; begin a session, or count a failure."""
    login, typed = form.one("login").strip().lower()[:64], form.one("password")
    office, key = console.office, throttles.key_of("masuk", login)
    with reading(office.store) as connection:
        pause = throttles.wait(connection, key, office.clock())
        account = people.account(connection, login)
    if pause:
        wait = f"Terlalu banyak percobaan. Cobalah lagi dalam {1 + pause // 1000} detik."
        return _form(request, console, wait, 429, login)
    sealed = password.NOBODY if account is None else account.password
    right = len(typed) <= password.LONGEST and password.matches(typed, sealed)
    if account is None or not right:
        with writing(office.store) as connection:
            throttles.fail(connection, key, office.clock())
        return _form(request, console, WRONG, 403, login)
    return _begin(request, console, account.id, key)


def _begin(request: Request, console: Console, person: PersonId, key: str) -> Response:
    """Open a session under a fresh token; whatever the visitor came with is worth nothing from here on."""
    token, now = secrets.token_urlsafe(32), console.office.clock()
    with writing(console.office.store) as connection:
        sessions.end(connection, request.cookies.get(SESSION, ""))
        sessions.begin(connection, token, person, now)
        throttles.clear(connection, key)
        audit.record(connection, person, "masuk", f"person/{person}", now)
    answer = RedirectResponse("/", 303)
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
