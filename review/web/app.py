"""The console as one application, and what people see when something is refused."""

import logging
from collections.abc import Awaitable, Callable
from functools import cache
from pathlib import Path

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, RedirectResponse, Response
from sqlalchemy.exc import SQLAlchemyError
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.routing import BaseRoute
from starlette.staticfiles import StaticFiles

from card_registry.errors import AksesError
from card_registry.stores.trouble import trouble
from review.web import api_errors, api_routes
from review.web.console import Console, console_of
from review.web.guard import Guard
from review.web.interrupted import brought, carried, from_here
from review.web.pages import entrance
from review.web.routes import PAGES, SIMULATOR
from review.web.screen import page
from review.web.visitor import Forbidden, NotFound, SignInNeeded, Stale, fields_of, visitor_of

LOG = logging.getLogger("review.web")

NOT_FOUND = "Halaman atau berkas yang Anda cari tidak ditemukan."
FAULT = "Terjadi gangguan pada konsol. Tidak ada yang diubah; silakan coba lagi beberapa saat."
AWAY = "Basis data belum dapat dibaca. Silakan coba lagi beberapa saat."


def create_app(console: Console) -> Guard:
    """Make the application that serves one console, inside its guard."""
    app = FastAPI(
        title="Akses Ruang Server",
        description=api_routes.ABOUT,
        version="1",
        docs_url=None,
        redoc_url=None,
        openapi_url=api_routes.OPENAPI,
        routes=[*_routes(simulated=bool(console.simulator))],
    )
    app.state.console = console
    app.mount("/static", StaticFiles(directory=Path(__file__).parent / "static"))
    for kind, answer in ANSWERS.items():
        app.add_exception_handler(kind, answer)
    return Guard(app)


@cache
def _routes(*, simulated: bool) -> tuple[BaseRoute, ...]:
    """Work out every route; they know nothing of a console, so one table is enough for all of a process."""
    table = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    for method, path, act in PAGES + (SIMULATOR if simulated else ()):
        table.add_api_route(path, act, methods=[method], include_in_schema=False, response_model=None)
    api_routes.install(table)
    return tuple(table.routes)


def _refuse(request: Request, sentence: str, status: int) -> Response:
    """Say no: as JSON under ``/api``, as a page elsewhere."""
    if request.url.path.startswith(("/api/", "/healthz")):
        return JSONResponse({"error": sentence}, status)
    console = console_of(request)
    return page(console, "tolak.html", visitor_of(request, console), status, sentence=sentence, code=status)


def _forbidden(request: Request, error: Exception) -> Response:
    return _refuse(request, str(error), 403)


def _not_found(request: Request, _error: Exception) -> Response:
    return _refuse(request, NOT_FOUND, 404)


async def _sign_in(request: Request, _error: Exception) -> Response:
    """Ask who it is; a case's form that was on its way is kept meanwhile."""
    if request.url.path.startswith("/api/"):
        return JSONResponse({"error": "Silakan masuk terlebih dahulu."}, 401)
    if request.method == "POST" and from_here(request.headers):
        kept = carried(request.url.path, await fields_of(request))
        if kept is not None:
            return await run_in_threadpool(entrance.interrupted, request, console_of(request), kept)
    return RedirectResponse("/masuk", 303)


def _stale(request: Request, error: Exception) -> Response:
    """Refuse a form served under another session; what was typed goes back to whoever has signed in since."""
    console = console_of(request)
    visitor = visitor_of(request, console)
    kept = None
    if isinstance(error, Stale) and from_here(request.headers):
        kept = carried(request.url.path, error.fields) or brought(error.fields)
    if kept is None:
        return _forbidden(request, error)
    if visitor is None:
        return entrance.interrupted(request, console, kept)
    return page(console, "lanjutkan.html", visitor, 403, carried=kept)


def _unreadable(request: Request, error: Exception) -> Response:
    if request.url.path.startswith("/api/") and isinstance(error, RequestValidationError):
        return api_errors.unreadable(error)
    return _refuse(request, "Permintaan tidak dapat dibaca.", 422)


def _away(request: Request, error: Exception) -> Response:
    """Say that a store cannot be used now; the next request opens it anew."""
    if isinstance(error, SQLAlchemyError):
        LOG.warning("a store cannot be used now: %s", trouble(error))
        console_of(request).office.reopen()
    if request.url.path.startswith(("/api/", "/healthz")):
        return JSONResponse({"error": AWAY}, 503)
    return Response(f"{AWAY}\n", 503, media_type="text/plain; charset=utf-8")


def _fault(_request: Request, _error: Exception) -> Response:
    """Answer what nobody foresaw; the log has its kind, the visitor gets no detail."""
    return Response(f"{FAULT}\n", 500, media_type="text/plain; charset=utf-8")


SENTENCES = {404: NOT_FOUND, 405: "Cara mengirim ini tidak dikenal oleh halaman tersebut."}


def _http(request: Request, error: Exception) -> Response:
    if not isinstance(error, HTTPException):
        return _fault(request, error)
    sentence = SENTENCES.get(error.status_code, str(error.detail))
    if error.status_code == 400 and request.url.path.startswith("/api/"):  # noqa: PLR2004 - what cannot be parsed
        sentence = api_errors.NO_JSON
    answer = _refuse(request, sentence, error.status_code)
    answer.headers.update(error.headers or {})
    return answer


ANSWERS: dict[type[Exception], Callable[[Request, Exception], Response | Awaitable[Response]]] = {
    Stale: _stale,
    Forbidden: _forbidden,
    NotFound: _not_found,
    SignInNeeded: _sign_in,
    RequestValidationError: _unreadable,
    api_errors.Problem: api_errors.answer,
    HTTPException: _http,
    SQLAlchemyError: _away,
    AksesError: _away,
    Exception: _fault,
}
"""Who answers what; nothing leaves with a traceback."""
