"""Walks through the console's own pages: every form is sent as it was served, with what a person types."""

import contextlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

import httpx
from starlette.testclient import TestClient

from card_registry.command.story.browser import Form, Page, Reader
from card_registry.words import CaseId
from review.case import Case, begin
from review.follow import Follower
from review.people import Person
from review.store import sessions
from review.store.transaction import writing
from review.web.app import create_app
from review.web.console import Console
from review.web.fields import PREFIX
from review.workflow.opening import BLANK
from tests.review.browser import Visitor
from tests.review.walking import (
    Walk,
    Walker,
    actor,
    applicant,
    below,
    paper_of,
    settled,
)
from tests.review.walking_forms import Asked
from tests.review.world import PASSPHRASE, World

SignIn = Callable[[Person], Visitor]
MOST_PRESSES = 9
NOTHING: Mapping[str, list[str]] = MappingProxyType({})


@contextlib.contextmanager
def browsers(world: World) -> Iterator[SignIn]:
    """Give each person a browser at one console, whose session was begun beforehand."""
    app = create_app(Console(world.office, Follower(world.office)))
    seen: dict[str, Visitor] = {}

    def enter(person: Person) -> Visitor:
        if person.id not in seen:
            client = TestClient(app, follow_redirects=False, raise_server_exceptions=False)
            with writing(world.office.store) as connection:
                sessions.begin(connection, person.id, person.id, world.clock())
            client.cookies.set("akses_sesi", person.id, domain="testserver.local")
            seen[person.id] = Visitor(client)
        return seen[person.id]

    yield enter
    for one in seen.values():
        one.client.close()


def read(answer: httpx.Response) -> Page:
    """Read an answer as a browser does."""
    page = Page(answer.status_code, str(answer.url), answer.text)
    Reader(page).feed(answer.text)
    return page


def known(form: Form, name: str) -> bool:
    """Say whether a served form has a field."""
    return PREFIX + name in form.fields or PREFIX + name in form.choices


def fill(
    visitor: Visitor, path: str, ending: str, given: Mapping[str, list[str]]
) -> tuple[Form, dict[str, str | list[str]]]:
    """Type what is given into a page's form, asking for rows as long as some are missing."""
    form = read(visitor.see(path)).form(ending)
    typed: dict[str, str | list[str]] = {**form.fields, **_typed(form, given)}
    for _ in range(MOST_PRESSES):
        missing = [name for name in given if not known(form, name)]
        if not missing:
            return form, typed
        answer = visitor.send(ending, {**typed, "tambah": missing[0].partition(".")[0]})
        assert answer.status_code == 200, answer.text
        form = read(answer).form(ending)
        typed = {**form.fields, **_typed(form, given)}
    raise AssertionError(missing)


def _typed(form: Form, given: Mapping[str, list[str]]) -> dict[str, str | list[str]]:
    return {PREFIX + name: texts for name, texts in given.items() if known(form, name)}


def press(
    visitor: Visitor, path: str, ending: str, given: Mapping[str, list[str]], **more: str
) -> httpx.Response:
    """Fill a page's form and press one of its buttons."""
    form, typed = fill(visitor, path, ending, given)
    assert more.get("pilihan", "") in form.choices.get("pilihan", [""]), (path, more, form.choices)
    signs = {"frasa": PASSPHRASE} if "frasa" in form.fields else {}
    return visitor.send(ending, {**typed, **signs, **more})


@dataclass(slots=True)
class PageWalker(Walker):
    """A case on its way through the pages."""

    sign_in: SignIn = field(kw_only=True)

    @property
    def path(self) -> str:
        """Give the address of the case."""
        return f"/permohonan/{self.case}"

    def child(self, walk: Walk) -> "PageWalker":
        """Go on with a case that this one began, whose page leads back here."""
        file = below(self.world, self.case, walk.procedure)
        shown = self.sign_in(applicant(self.world, file.case)).see(f"/permohonan/{file.case.id}").text
        assert self.path in shown
        return PageWalker(self.world, walk, file.case.id, iter(walk.says), sign_in=self.sign_in)

    def say(self, label: str) -> None:
        """Answer the present step on its page, as whoever is offered the answer."""
        before = self.file.case
        match label:
            case "ditarik":
                visitor, ending = self.sign_in(applicant(self.world, before)), f"{self.path}/tarik"
                answer = press(visitor, self.path, ending, {}, alasan="batal")
            case "periksa lagi":
                visitor = self.sign_in(actor(self.world, before, before.here().branches[0].label))
                answer = press(visitor, self.path, f"{self.path}/lanjut", {})
            case _:
                answer = self._answer(before, label)
                self.said.add((before.step, label))
        assert answer.status_code == 303, (self.walk.name, before.step, label, answer.text)
        settled(self.world, self.case)

    def _answer(self, before: Case, label: str) -> httpx.Response:
        visitor = self.sign_in(actor(self.world, before, label))
        given = paper_of(self.world, Asked(self.world, before, label, self.walk.serial))
        typed = {name: texts for name, texts in given.items() if any(texts)}
        note = {"pilihan": label, "catatan": f"alasan {label}"}
        return press(visitor, self.path, f"{self.path}/langkah", typed, **note)


def opened(
    world: World, walk: Walk, sign_in: SignIn, besides: Mapping[str, list[str]] = NOTHING
) -> PageWalker:
    """Open the case of a walk on its page, with what its form says besides."""
    table = world.office.procedure(walk.procedure)
    case = begin(BLANK, table, world.clock())
    label = walk.opens or table.step(table.start).branches[0].label
    given = {**paper_of(world, Asked(world, case, label, walk.serial)), **besides}
    visitor, path = sign_in(actor(world, case, label)), f"/permohonan/baru/{table.id}"
    assert path in visitor.see("/permohonan/baru").text
    answer = press(visitor, path, path, given, pilihan=label)
    assert answer.status_code == 303, answer.text
    id_ = CaseId(answer.headers["location"].rpartition("/")[2])
    settled(world, id_)
    start = {(table.start, label)}
    return PageWalker(world, walk, id_, iter(walk.says), start, met={table.start}, sign_in=sign_in)
