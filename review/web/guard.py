"""Around every request: a limit on its body, and headers that keep a page to itself."""

import logging
import re

from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

LIMIT = 64 * 1024
"""The largest request body, in bytes: forms and small JSON, no files."""

FILE = 12 * 1024 * 1024
"""The largest request with a file: a photo too large to be attached is still told so on its own page."""

FILES = re.compile(
    r"/permohonan/[0-9a-f]{32}/lampiran|/api/v1/cases/[0-9a-f]{32}/attachments|/inventaris/impor"
    r"|/kepegawaian/banding"
)
"""Where a file may be sent to; every other page keeps the small limit."""

LONG = 512 * 1024
"""The largest form of a case: a month's check (F06) of 250 servers."""

LONG_FORMS = re.compile(
    r"/permohonan/(baru/[^/]+|[0-9a-f]{32}/langkah)|/api/v1/cases(/[0-9a-f]{32}/answers)?"
    r"|/inventaris/bulanan/[0-9a-f]{32}/isi|/review/[0-9a-f]{32}/lembar"
    r"|/api/v1/campaigns/[0-9a-f]{32}/(answers|decisions)"
)
"""Where a case's form may be sent to."""

RESUMED = "/masuk/lanjut"
"""Where one is sent through, when its session ended while it was filled."""

TOO_LARGE = "Kiriman terlalu besar."
SMALLER = f"{TOO_LARGE} Kembali ke halaman sebelumnya, lalu pilih berkas yang lebih kecil."

UNPRINTABLE = "Alamat ini tidak dapat dibaca."
"""What a page's address with a NUL is told: PostgreSQL has no such text, and nothing of ours is named so."""

POLICY = "Content-Security-Policy"
"""The one header that an answer may set for itself: a file from elsewhere is shut in more tightly."""

HEADERS = {
    POLICY: (
        "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


LOG = logging.getLogger("review.web")


class Guard:
    """The outermost layer of the application."""

    def __init__(self, app: ASGIApp) -> None:
        """Stand around ``app``."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request within the limits."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        if "\0" in scope["path"] and not scope["path"].startswith("/api/"):
            await _answer(scope, receive, send, 404, UNPRINTABLE)
            return
        limit = _limit(scope)
        if _declared(scope, limit) > limit:
            await _too_large(scope, receive, send)
            return
        try:
            await self._app(scope, _counted(receive, limit), _with_headers(scope, send))
        except Exception as error:  # noqa: BLE001 - the visitor has an answer by now; a traceback could hold names
            LOG.error("a request to %s failed: %s", scope["path"].split("/")[1][:20], type(error).__name__)


def _limit(scope: Scope) -> int:
    """Give the largest body that a path takes."""
    if scope["method"] != "POST":
        return LIMIT
    if FILES.fullmatch(scope["path"]):
        return FILE
    return LONG if LONG_FORMS.fullmatch(scope["path"]) or scope["path"] == RESUMED else LIMIT


def _declared(scope: Scope, limit: int) -> int:
    for name, value in scope["headers"]:
        if name == b"content-length":
            return int(value) if value.isdigit() and len(value) < 20 else limit + 1  # noqa: PLR2004 - digits of a length
    return 0


def _counted(receive: Receive, limit: int) -> Receive:
    """Give a ``receive`` that stops a body without an honest length at the limit."""
    seen = 0

    async def counted() -> Message:
        nonlocal seen
        message = await receive()
        seen += len(message.get("body", b""))
        if seen > limit:
            raise HTTPException(413, TOO_LARGE)
        return message

    return counted


def _with_headers(scope: Scope, send: Send) -> Send:
    """Give a ``send`` that adds the headers; only static files may be kept by the browser."""
    keep = scope["path"].startswith("/static/")

    async def with_headers(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            stricter = headers.get(POLICY)
            headers.update(HEADERS)
            if stricter is not None:
                headers[POLICY] = stricter
            headers.setdefault("Cache-Control", "max-age=300" if keep else "no-store")
        await send(message)

    return with_headers


async def _too_large(scope: Scope, receive: Receive, send: Send) -> None:
    sentence = SMALLER if FILES.fullmatch(scope["path"]) else TOO_LARGE
    await _answer(scope, receive, send, 413, sentence)


async def _answer(scope: Scope, receive: Receive, send: Send, status: int, sentence: str) -> None:
    """Refuse a request before anything reads it."""
    if scope["path"].startswith("/api/"):
        await JSONResponse({"error": sentence}, status, headers=HEADERS)(scope, receive, send)
    else:
        await PlainTextResponse(f"{sentence}\n", status, headers=HEADERS)(scope, receive, send)
