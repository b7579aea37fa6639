"""A browser without a screen: it signs in, follows and fills the console's real forms, and keeps its cookies.

It sends what a person's browser would send: every field of the form as it was served, hidden ones too, with
what the person typed over them. Pages are read by the marks the console promises (`main` data, `p.refusal`).
"""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from types import TracebackType
from typing import Self
from urllib.parse import urljoin, urlsplit

import httpx

PAUSE = 0.1
REQUEST_SECONDS = 15.0


class Unsure(Exception):
    """The console went away while a form was being sent: it may have arrived or not; look again."""


class Unexpected(Exception):
    """The console answered something else than the story needs; the text says what."""


@dataclass(slots=True)
class Form:
    """One form as it was served: where it goes, and each field with its value."""

    action: str
    method: str
    fields: dict[str, str] = field(default_factory=dict)
    choices: dict[str, list[str]] = field(default_factory=dict)
    """What a field offers: options, radio values and submit buttons."""


@dataclass(slots=True)
class Page:
    """One answer of the console."""

    status: int
    address: str
    text: str
    forms: list[Form] = field(default_factory=list)
    marks: dict[str, str] = field(default_factory=dict)
    """The ``data-`` attributes of ``main``."""
    links: list[str] = field(default_factory=list)
    refusal: str = ""

    def form(self, ending: str) -> Form:
        """Give the form whose address ends so.

        Raises:
            Unexpected: The page has none.
        """
        for form in self.forms:
            if urlsplit(form.action).path.endswith(ending):
                return form
        message = f"the page {urlsplit(self.address).path} offers no form to …{ending}"
        raise Unexpected(message)

    def offers(self, ending: str) -> bool:
        """Say whether the page has such a form."""
        return any(urlsplit(form.action).path.endswith(ending) for form in self.forms)


class Reader(HTMLParser):
    """Reads one page into its forms, marks, links and refusal."""

    def __init__(self, page: Page) -> None:
        """Fill ``page`` while the text is fed."""
        super().__init__()
        self._page = page
        self._form: Form | None = None
        self._select = ""
        self._area = ""
        self._in_refusal = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take what a tag says."""
        given = {name: value or "" for name, value in attrs}
        match tag:
            case "form":
                action = urljoin(self._page.address, given.get("action", ""))
                self._form = Form(action, given.get("method", "get").lower())
                self._page.forms.append(self._form)
            case "main":
                self._page.marks = {name[5:]: value for name, value in given.items() if name[:5] == "data-"}
            case "a":
                self._page.links.append(urljoin(self._page.address, given.get("href", "")))
            case "p":
                self._in_refusal = "refusal" in given.get("class", "").split()
            case _:
                self._take_field(tag, given)

    def _take_field(self, tag: str, given: Mapping[str, str]) -> None:
        if self._form is None:
            return
        name, value = given.get("name", ""), given.get("value", "")
        match tag, given.get("type", ""):
            case "input", "radio" | "checkbox":
                self._form.choices.setdefault(name, []).append(value or "on")
                if "checked" in given:
                    self._form.fields[name] = value or "on"
            case ("input", "submit") | ("button", _):
                self._form.choices.setdefault(name, []).append(value)
            case "input", _:
                self._form.fields[name] = value
            case "select", _:
                self._select = name
            case "option", _:
                self._take_option(value, chosen="selected" in given)
            case "textarea", _:
                self._area = name
                self._form.fields[name] = ""
            case _:
                pass

    def _take_option(self, value: str, *, chosen: bool) -> None:
        if self._form is None or not self._select:
            return
        self._form.choices.setdefault(self._select, []).append(value)
        if chosen or self._select not in self._form.fields:
            self._form.fields[self._select] = value

    def handle_endtag(self, tag: str) -> None:
        """Leave a form, list, text area or refusal."""
        match tag:
            case "form":
                self._form = None
            case "select":
                self._select = ""
            case "textarea":
                self._area = ""
            case "p":
                self._in_refusal = False
            case _:
                pass

    def handle_data(self, data: str) -> None:
        """Take the text of a refusal or of a text area."""
        if self._in_refusal:
            self._page.refusal = f"{self._page.refusal} {data.strip()}".strip()
        if self._form is not None and self._area:
            self._form.fields[self._area] += data


class Browser:
    """One person at the console."""

    def __init__(self, address: str) -> None:
        """Open no page yet; ``address`` is the console's."""
        self._client = httpx.Client(
            base_url=address, follow_redirects=True, timeout=REQUEST_SECONDS, trust_env=False
        )

    def open(self, path: str, within: float = REQUEST_SECONDS) -> Page:
        """Open a page, waiting up to ``within`` seconds for a console that is being started again.

        Raises:
            Unexpected: The console did not come back in time.
        """
        deadline = time.monotonic() + within
        while True:
            try:
                return read(self._client.get(path))
            except (httpx.TransportError, Unsure) as error:
                if time.monotonic() > deadline:
                    message = f"the console did not answer for {within:.0f} s: {error}"
                    raise Unexpected(message) from error
                time.sleep(PAUSE)

    def send(self, form: Form, values: Mapping[str, str]) -> Page:
        """Send a form with what was typed into it.

        Raises:
            Unsure: The console went away meanwhile.
        """
        filled = {**form.fields, **values}
        filled.pop("", None)
        try:
            if form.method == "get":
                return read(self._client.get(form.action, params=filled))
            return read(self._client.post(form.action, data=filled))
        except httpx.TransportError as error:
            message = f"the console went away: {error}"
            raise Unsure(message) from error

    def json(self, path: str) -> object:
        """Read one JSON answer.

        Raises:
            Unsure: The console is away.
            Unexpected: It answered something else.
        """
        try:
            answer = self._client.get(path)
        except httpx.TransportError as error:
            raise Unsure(str(error)) from error
        if answer.status_code >= httpx.codes.INTERNAL_SERVER_ERROR:
            message = f"{path} answered {answer.status_code}"
            raise Unsure(message)
        if not answer.is_success:
            message = f"{path} answered {answer.status_code}"
            raise Unexpected(message)
        return answer.json()

    def __enter__(self) -> Self:
        """Use the browser for the length of a ``with`` block."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close it."""
        self._client.close()


def read(answer: httpx.Response) -> Page:
    """Read an answer as a page.

    Raises:
        Unsure: The console says that it cannot answer just now.
    """
    if answer.status_code >= httpx.codes.INTERNAL_SERVER_ERROR:
        message = f"{answer.url.path} answered {answer.status_code}"
        raise Unsure(message)
    page = Page(answer.status_code, str(answer.url), answer.text)
    Reader(page).feed(answer.text)
    return page
