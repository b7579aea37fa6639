"""The console as a program sees it: asks with a token, and reads what it says strictly."""

import ipaddress
import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar
from urllib.parse import urlsplit

import httpx
import msgspec

from card_registry.durable import read_plain
from card_registry.errors import AksesError, Malformed, NotWarranted, OperatorMistaken
from review.web.api_errors import ErrorBody

T = TypeVar("T")

ANSWER_LIMIT = 32 * 1024 * 1024
TOKEN_LIMIT = 1024
FILE_PATIENCE = 600.0
"""Seconds until the first byte of a file that is put together first, and between any two."""

PATIENCE = 30.0
"""Seconds an answer may take; signing opens a key file, which is slow on purpose."""


class Unreachable(AksesError):
    """The console does not answer, or not as one."""


def read_token(path: Path) -> str:
    """Read a token from its file's one line.

    Raises:
        OperatorMistaken: The file is not one line of plain characters.
    """
    text = read_plain(path, TOKEN_LIMIT).decode(errors="replace").strip()
    if not text.isascii() or not text.isprintable() or not text or " " in text:
        raise OperatorMistaken(f"{path.name} does not hold a token; make one on the console's page /token")
    return text


def require_address(address: str) -> str:
    """Give the console's address, if a token may be sent to it.

    Raises:
        OperatorMistaken: It is no web address, or the token would travel in the clear.
    """
    try:
        parts = urlsplit(address)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        parts, host = urlsplit(""), ""
    if parts.scheme not in {"http", "https"} or not host or parts.query or parts.fragment:
        raise OperatorMistaken(f"{address!r} is no address of a console, such as https://konsol.contoh.go.id")
    if parts.scheme == "http" and not _is_here(host):
        raise OperatorMistaken(f"the token would travel in the clear to {host}; give its https address")
    return address.rstrip("/")


def _is_here(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


class Console:
    """One person's way to a console."""

    def __init__(
        self,
        address: str,
        token: str,
        authority: Path | None = None,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        """Use the console at ``address``; ``authority`` is a certificate file to trust besides.

        Raises:
            OperatorMistaken: The address is not one to send a token to, or the file holds no certificate.
        """
        self._client = httpx.Client(
            base_url=f"{require_address(address)}/api/v1",
            headers={"Authorization": f"Bearer {token}"},
            timeout=PATIENCE,
            verify=_trust(authority),
            trust_env=False,
            transport=transport,
        )

    def get(self, path: str, kind: type[T], **asked: str | int | bool) -> tuple[T, bytes]:
        """Read something, as a value and as it was sent.

        Raises:
            NotWarranted: The console says no; the text is its sentence.
            Unreachable: It does not answer.
            Malformed: What it answers is not of the format.
        """
        data = self._ask("GET", path, params={name: str(value) for name, value in asked.items()})
        return _read(data, kind), data

    def post(self, path: str, kind: type[T], body: object, key: str = "") -> tuple[T, bytes]:
        """Do something, at most once under a ``key``, and read what it answers; raises as ``get`` does."""
        headers = {"Content-Type": "application/json"} | ({"Idempotency-Key": key} if key else {})
        data = self._ask("POST", path, content=msgspec.json.encode(body), headers=headers)
        return _read(data, kind), data

    def send(self, path: str, kind: type[T], file: bytes, **asked: str) -> tuple[T, bytes]:
        """Send a file as it is, and read the answer; raises as ``get`` does."""
        headers = {"Content-Type": "application/octet-stream"}
        data = self._ask("POST", path, params=asked, content=file, headers=headers)
        return _read(data, kind), data

    def fetch(self, path: str) -> bytes:
        """Take a file away; raises as ``get`` does."""
        return self._ask("GET", path)

    @contextmanager
    def download(self, path: str, body: object) -> Iterator[tuple[Mapping[str, str], Iterator[bytes]]]:
        """Ask for a file of any length; give its headers and the bytes as they come. Raises as ``get``."""
        patience = httpx.Timeout(PATIENCE, read=FILE_PATIENCE)
        sent = {"Content-Type": "application/json"}
        try:
            with self._client.stream(
                "POST", path, content=msgspec.json.encode(body), headers=sent, timeout=patience
            ) as answer:
                if not answer.is_success:
                    answer.read()
                    raise _refused(answer)
                yield answer.headers, answer.iter_bytes()
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise Unreachable(f"the console does not answer: {type(error).__name__}") from error

    def _ask(
        self,
        method: str,
        path: str,
        params: Mapping[str, str] | None = None,
        content: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> bytes:
        try:
            answer = self._client.request(method, path, params=params, content=content, headers=headers)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise Unreachable(f"the console does not answer: {type(error).__name__}") from error
        if len(answer.content) > ANSWER_LIMIT:
            raise Unreachable(f"the console answered with more than {ANSWER_LIMIT} bytes")
        if not answer.is_success:
            raise _refused(answer)
        return answer.content

    def close(self) -> None:
        """Hang up."""
        self._client.close()

    def __enter__(self) -> Self:
        """Use the console for the length of a ``with`` block."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Hang up."""
        self.close()


def _trust(authority: Path | None) -> ssl.SSLContext:
    context = ssl.create_default_context()
    if authority is not None:
        try:
            context.load_verify_locations(authority)
        except (OSError, ssl.SSLError) as error:
            raise OperatorMistaken(f"{authority.name} holds no certificate to trust (PEM)") from error
    return context


def _refused(answer: httpx.Response) -> AksesError:
    """Read why the console says no."""
    try:
        said = msgspec.json.decode(answer.content, type=ErrorBody)
    except (msgspec.DecodeError, RecursionError):
        return Unreachable(f"the console answered with status {answer.status_code} and no reason")
    faults = (f"  {place}: {sentence}" for place, sentence in said.faults.items() if sentence != said.error)
    return NotWarranted("\n".join((said.error, *faults)))


def _read(data: bytes, kind: type[T]) -> T:
    try:
        return msgspec.json.decode(data, type=kind)
    except (msgspec.DecodeError, RecursionError) as error:
        raise Malformed(f"the console's answer is not of its format: {error}") from error
