"""``/api/v1`` through HTTP: every answer held against the document, every act as on the pages."""

import json
import threading
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest
from fastapi import Request
from fastapi.openapi.models import OpenAPI
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

from card_registry.instant import DAY
from review.access import Refused
from review.case import begin
from review.follow import Follower
from review.people import Capacity, Role
from review.store import audit, people, sessions, tokens
from review.store.transaction import reading, writing
from review.web.api_errors import plain
from review.web.api_routes import ENDPOINTS
from review.web.app import create_app
from review.web.console import Console
from review.web.visitor import NotFound
from review.workflow.cards import report
from review.workflow.opening import BLANK, first_paper
from tests.review.described import Described, described, written
from tests.review.files import png
from tests.review.listening import served
from tests.review.rooms import F07, furnished
from tests.review.test_workflow import BOUND, DESK, opened, take
from tests.review.visitors import entering, inside, staffed, visit_of
from tests.review.walking_forms import Asked, filled
from tests.review.world import F01, PASSPHRASE, World

LOGINS = ("pemohon", "kadis", "kabid", "operator", "operator2", "admin", "auditor")


class Program:
    """A person's program: sends its token, and holds every answer against the document."""

    def __init__(self, client: TestClient, document: Described, secret: str) -> None:
        """Use ``client`` with a token; the empty one is nobody's."""
        self.client, self.document = client, document
        self.headers = {"Authorization": f"Bearer {secret}"} if secret else {}

    def get(self, path: str) -> httpx.Response:
        """Read."""
        reply: httpx.Response = self.client.get(f"/api/v1{path}", headers=self.headers)
        self.document.expect("GET", f"/api/v1{path}", reply)
        return reply

    def post(self, path: str, **body: object) -> httpx.Response:
        """Act."""
        return self.send(path, json.dumps(body))

    def send(
        self, path: str, body: str | bytes, kind: str = "application/json", key: str = ""
    ) -> httpx.Response:
        """Send a body as it is."""
        headers = {**self.headers, "Content-Type": kind} | ({"Idempotency-Key": key} if key else {})
        reply: httpx.Response = self.client.post(f"/api/v1{path}", content=body, headers=headers)
        self.document.expect("POST", f"/api/v1{path}", reply)
        return reply

    def say(self, case: str, choice: str = "selesai", **more: object) -> httpx.Response:
        """Answer a case's present step."""
        now = self.get(f"/cases/{case}").json()
        known = {"step": now["step"], "attempt": now["attempt"]}
        return self.post(f"/cases/{case}/answers", **known, choice=choice, **more)


As = Callable[[str], Program]


@pytest.fixture(name="address")
def _address(console: Console) -> Iterator[str]:
    """Serve the console on a port of its own."""
    with served(console) as address:
        yield address


@pytest.fixture(name="client")
def _client(console: Console) -> Iterator[TestClient]:
    """Give a client without cookies."""
    with TestClient(create_app(console), follow_redirects=False, raise_server_exceptions=False) as client:
        yield client


@pytest.fixture(name="as_")
def _as(client: TestClient, world: World) -> As:
    """Give a person's program, its token made on first use."""
    known: dict[str, Program] = {}
    document = written()

    def program(login: str) -> Program:
        if login not in known:
            secret = _token(world, login) if login else ""
            known[login] = Program(client, document, secret)
        return known[login]

    return program


def _token(world: World, who: str) -> str:
    """Enter a token as the page would; ``who`` is a login, or ``login:role``."""
    login, _, role = who.partition(":")
    secret, now = f"akses_{who}", world.clock()
    held = Role(role or login.rstrip("2"))
    new = tokens.Token(world.office.token(), world.person(login).id, held, "uji", now, now + 9 * DAY)
    with writing(world.office.store) as connection:
        tokens.add(connection, new, secret)
    return secret


def requested(as_: As) -> str:
    """Open an access case and give its id."""
    reply = as_("pemohon").post("/cases", procedure="S1.A", fields=F01)
    assert reply.status_code == 201, reply.text
    found: str = reply.json()["id"]
    assert reply.headers["location"] == f"/api/v1/cases/{found}"
    return found


def faults(reply: httpx.Response) -> Mapping[str, str]:
    """Give the sentences of a refusal by place."""
    body: Mapping[str, Any] = reply.json()
    assert body["error"]
    found: Mapping[str, str] = body.get("faults", {})
    return found


def test_the_document_is_valid_and_says_who_may_ask(client: TestClient) -> None:
    """It is OpenAPI, its references resolve, its ids are unique, and nothing is open but health."""
    document = described(client)
    assert document == written()
    OpenAPI.model_validate(document.document)
    ids = [operation["operationId"] for *_, operation in document.operations()]
    assert len(ids) == len(set(ids)) == len(ENDPOINTS)
    for method, path, operation in document.operations():
        assert operation["tags"]
        assert operation["description"]
        told = operation["responses"]
        if path == "/healthz":
            continue
        assert "401" in told
        schemes = {name for one in operation["security"] for name in one}
        desk = path.startswith("/api/v1/desk/")
        assert schemes == ({"meja"} if desk else {"token"} if method == "POST" else {"token", "sesi"})
        named = {one["name"] for one in operation.get("parameters", ()) if one["in"] == "path"}
        assert named == {part[1:-1] for part in path.split("/") if part.startswith("{")}
        for status, answer in told.items():
            content = answer["content"].get("application/json")
            if int(status) >= 400:
                assert content["schema"] == {"$ref": "#/components/schemas/ErrorBody"}
    for reference in _references(document.document):
        assert document.resolve(reference)
    assert "HTTPValidationError" not in document.document["components"]["schemas"]


def _references(value: object) -> Iterator[str]:
    match value:
        case {"$ref": str(reference)}:
            yield reference
        case dict():
            for inside in value.values():
                yield from _references(inside)
        case list():
            for inside in value:
                yield from _references(inside)
        case _:
            pass


def test_an_access_case_runs_over_the_api(as_: As, world: World) -> None:
    """From F01 to the holder's confirmation, each step by its own person's token."""
    case = requested(as_)
    assert as_("kadis").say(case).status_code == 200
    assert as_("kabid").say(case, "disetujui", passphrase=PASSPHRASE).status_code == 200
    assert as_("kabid").say(case, passphrase=PASSPHRASE).status_code == 200
    waiting = as_("operator").say(case).json()
    assert (waiting["state"], waiting["choices"]) == ("menunggu", [])
    assert not isinstance(report(world.office, DESK, take(world, case).id, BOUND), Refused)
    world.outside.decide("warrant", "1", grants=3)
    world.outside.decide("binding", "meja-1/1/4", grants=4)
    world.outside.report(grants=4)
    Follower(world.office).once()
    assert as_("operator").say(case).status_code == 200
    assert as_("pemohon").say(case).status_code == 200
    closed = as_("pemohon").get(f"/cases/{case}").json()
    assert (closed["state"], closed["ending"], closed["due"]) == ("selesai", "selesai", None)
    assert closed["cards"][0]["status"] == "active"
    assert as_("pemohon").get(f"/cases/{case}/step").status_code == 404
    chain = as_("auditor").get(f"/cases/{case}/history").json()
    assert len(chain["links"]) == len(chain["history"]) > 6


def test_reading_is_described_for_everybody(as_: As) -> None:
    """Each person's program may read what the pages would show, and is told why not otherwise."""
    case = requested(as_)
    paths = ["/me", "/inbox?limit=1", "/procedures", "/procedures/P10", "/procedures/S1.A/opening", "/forms"]
    paths += [
        "/forms/F06",
        "/forms/F99",
        "/cases",
        "/cases?whose=waiting",
        "/cases?whose=mine&state=berjalan",
    ]
    paths += [f"/cases/{case}{rest}" for rest in ("", "/step", "/history", "/papers", "/documents")]
    paths += [f"/cases/{case}/attachments", "/cases/" + "0" * 32, "/doors", "/events", "/inventory"]
    paths += [
        "/visits",
        "/visits?which=selesai&first=2026-11-01",
        "/visits/x",
        "/events/explained?only=ditolak",
    ]
    paths += ["/audit/doors/ruang-server", "/audit/doors/x", "/audit/found?text=contoh", "/audit/found"]
    paths += [f"/audit/about/kasus/{case}", "/audit/about/orang/x", "/audit/about/x/y", "/audit/changes"]
    paths += ["/audit/approvals?person=x", "/audit/sample?seed=a", "/audit/signs?only=membuntuti"]
    paths += ["/audit/changes?first=2026-12-01&last=2026-11-01"]
    paths += ["/inventory/devices/x", "/documents/x", "/documents/x/pdf", f"/cases/{case}/attachments/x"]
    for login in ("", *LOGINS):
        for path in paths:
            reply = as_(login).get(path)
            assert (reply.status_code == 401) == (login == ""), (login, path)
    other = as_("pemohon")
    assert other.get("/doors").status_code == other.get("/inventory").status_code == 403


def test_every_procedure_says_what_opening_it_asks(as_: As) -> None:
    """Whoever may open one gets its answers and forms; nobody else does."""
    listed = as_("operator").get("/procedures").json()["procedures"]
    assert [one["id"] for one in listed][:2] == ["S1.A", "S2.A"]
    for one in listed:
        reply = as_("operator").get(f"/procedures/{one['id']}/opening")
        assert (reply.status_code == 200) == one["may_open"]


def test_a_refusal_says_what_to_do_by_its_status(as_: As) -> None:
    """Not yours: 403; over: 409; a choice, a note, a field to correct: 422; not there: 404."""
    case = requested(as_)
    assert as_("operator").say(case).status_code == 403
    assert (
        as_("kadis").post(f"/cases/{case}/answers", step="1", attempt=1, choice="selesai").status_code == 409
    )
    assert set(faults(as_("kadis").say(case, "tidak-ada"))) == {"choice"}
    assert set(faults(as_("kadis").say(case, fields={"x": "y"}))) == {"fields"}
    assert as_("kadis").say(case).status_code == 200
    assert set(faults(as_("kabid").say(case, "ditolak"))) == {"note"}
    assert set(faults(as_("kabid").say(case, "disetujui", note="x" * 501))) == {"note"}
    assert set(faults(as_("kabid").say(case, "disetujui", behalf="0" * 32))) == {"behalf"}
    gone = as_("kabid").post(f"/cases/{'0' * 32}/answers", step="1", attempt=1, choice="x")
    assert gone.status_code == 404
    unopened = as_("pemohon").post("/cases", procedure="S1.A", fields={**F01, "mulai": "kemarin", "unit": []})
    assert set(faults(unopened)) == {"fields.mulai", "fields.unit"}
    assert as_("auditor").post("/cases", procedure="S1.A", fields=F01).status_code == 403
    assert set(faults(as_("pemohon").post("/cases", procedure="S9.Z"))) == {"procedure"}


def test_an_answer_sent_twice_changes_nothing(as_: As) -> None:
    """The second is told that the step is over."""
    case = requested(as_)
    said = {"step": "2", "attempt": 1, "choice": "selesai"}
    assert as_("kadis").post(f"/cases/{case}/answers", **said).status_code == 200
    assert as_("kadis").post(f"/cases/{case}/answers", **said).status_code == 409
    assert len(as_("kadis").get(f"/cases/{case}").json()["history"]) == 2


def test_an_opening_sent_again_opens_nothing_more(as_: As) -> None:
    """Under a key of the program's own; another person's same key is another's."""
    body = json.dumps({"procedure": "S1.A", "fields": F01})

    def open_(login: str, sent: str = body, key: str = "surat-12") -> httpx.Response:
        return as_(login).send("/cases", sent, key=key)

    first, again = open_("pemohon"), open_("pemohon")
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json()["id"] == again.json()["id"]
    assert first.headers["location"] == again.headers["location"]
    assert open_("operator").json()["id"] != first.json()["id"] != open_("pemohon", key="x").json()["id"]
    assert open_("pemohon", json.dumps({"procedure": "S2.A"})).status_code == 409
    assert open_("pemohon", key="k" * 101).status_code == 422
    assert as_("operator").get("/cases").json()["total"] == 3


def test_one_of_many_answers_at_once_is_taken(address: str, as_: As) -> None:
    """Eight programs approve the same step together: one succeeds, the others hear that it is over."""
    case = requested(as_)
    as_("kadis").say(case)
    as_("kabid").say(case, "disetujui")
    said = {"step": "4", "attempt": 1, "choice": "selesai", "passphrase": PASSPHRASE}
    together = threading.Barrier(8)

    def send(_: int) -> int:
        with httpx.Client(headers=as_("kabid").headers, timeout=60) as client:
            together.wait(30)
            return client.post(f"{address}/api/v1/cases/{case}/answers", json=said).status_code

    with ThreadPoolExecutor(8) as pool:
        assert sorted(pool.map(send, range(8))) == [200, *[409] * 7]
    assert len(as_("kabid").get(f"/cases/{case}").json()["history"]) == 4


def test_a_signature_needs_the_passphrase_each_time_and_guessing_costs_time(as_: As, world: World) -> None:
    """A token alone approves nothing; after five wrong passphrases the right one waits, as on the page."""
    case = requested(as_)
    assert as_("kadis").say(case).status_code == 200
    assert as_("kabid").say(case, "disetujui").status_code == 200
    assert as_("kabid").get(f"/cases/{case}/step").json()["choices"][0]["signs"]
    assert as_("kabid").say(case).status_code == 403
    for _ in range(5):
        wrong = as_("kabid").say(case, passphrase="bukan frasa")
        assert wrong.status_code == 403
        assert "bukan frasa" not in wrong.text
    assert "Terlalu banyak" in as_("kabid").say(case, passphrase=PASSPHRASE).json()["error"]
    world.clock.now += 60_000
    assert as_("kabid").say(case, passphrase=PASSPHRASE).status_code == 200


def test_a_session_reads_and_does_not_act(client: TestClient, as_: As, world: World) -> None:
    """A browser's cookie alone changes nothing here, because foreign pages can have it sent."""
    with writing(world.office.store) as connection:
        sessions.begin(connection, "sesi", world.person("kadis").id, world.clock())
    client.cookies.set("akses_sesi", "sesi", domain="testserver.local")
    assert as_("").get("/me").json()["title"] == "Kepala Dinas"
    assert as_("").post("/cases", procedure="S1.A", fields=F01).status_code == 401


def test_a_request_is_taken_back_by_its_applicant(as_: As) -> None:
    """With a reason, by nobody else, and only once."""
    case = requested(as_)
    assert as_("operator").post(f"/cases/{case}/withdrawal", why="x").status_code == 403
    assert set(faults(as_("pemohon").post(f"/cases/{case}/withdrawal", why=" "))) == {"why"}
    assert as_("pemohon").get(f"/cases/{case}").json()["may"]["withdraw"] is True
    done = as_("pemohon").post(f"/cases/{case}/withdrawal", why="tidak jadi").json()
    assert (done["state"], done["ending"]) == ("selesai", "ditarik pemohon")
    assert as_("pemohon").post(f"/cases/{case}/withdrawal", why="lagi").status_code == 409
    assert as_("kadis").say(case).status_code == 409


def test_a_row_is_corrected_by_whoever_did_it(as_: As) -> None:
    """The row stays, the correction names it; a row that is not there, or another's, is refused."""
    case = requested(as_)
    assert as_("pemohon").get(f"/cases/{case}").json()["may"]["correct"] == [0]
    place = f"/cases/{case}/corrections"
    assert set(faults(as_("pemohon").post(place, position=7, note="x"))) == {"position"}
    assert as_("kadis").post(place, position=0, note="x").status_code == 403
    assert set(faults(as_("pemohon").post(place, position=0, note=""))) == {"note"}
    done = as_("pemohon").post(place, position=0, note="unit salah tulis").json()
    assert (done["history"][-1]["kind"], done["history"][-1]["refers"]) == ("koreksi", 0)


def test_somebody_is_appointed_by_whoever_assigned(as_: As, world: World) -> None:
    """Kabid asks the technical team and may then name the person; nobody else may, and nobody of another."""
    now, operator = world.clock(), world.person("operator").id
    with writing(world.office.store) as connection:
        people.delegate(connection, operator, Role.FUNGSIONAL, Capacity.DAILY, (now, now + 9 * DAY))
    blank = begin(BLANK, world.office.procedure("S4.A"), world.clock())
    paper = first_paper(world.office, "S4.A")
    fields = filled(paper, Asked(world, blank, "selesai", "SN-1")) if paper else {}
    case = as_("pemohon").post("/cases", procedure="S4.A", fields=fields).json()["id"]
    place = f"/cases/{case}/appointments"
    assert as_("kadis").say(case).status_code == 200
    assert as_("kabid").post(place, person=operator).status_code == 403
    assert as_("kabid").say(case).status_code == 200
    assert as_("kadis").post(place, person=operator).status_code == 403
    offered = as_("kabid").get(f"/cases/{case}").json()["may"]["appoint"]
    assert [one["id"] for one in offered] == [operator]
    assert set(faults(as_("kabid").post(place, person=world.person("kadis").id))) == {"person"}
    assert as_("kabid").post(place, person=operator).status_code == 200
    assert as_("operator").get("/inbox").json()["messages"][0]["case"] == case


def test_a_queued_case_looks_for_a_place_again(as_: As) -> None:
    """Only who stands at the step may, and only while it queues."""
    case = requested(as_)
    assert as_("operator").post(f"/cases/{case}/look-again").status_code == 403
    assert as_("kadis").post(f"/cases/{case}/look-again").status_code == 409


def test_a_server_is_brought_over_the_api(console: Console, as_: As, world: World) -> None:
    """The inventory shows it with its place, and the case that brought it."""
    world = furnished(world)
    console.office = world.office
    reply = as_("pemohon").post("/cases", procedure="S2.A", fields=F07)
    case = reply.json()["id"]
    for login, choice in (
        ("kadis", "selesai"),
        ("kabid", "selesai"),
        ("operator:fungsional", "tersedia"),
    ):
        assert as_(login).say(case, choice, note="alasan").status_code == 200
    held = as_("operator").get("/inventory").json()
    assert held["reservations"][0]["case"] == case
    assert held["racks"][0]["free_units"] == 2
    assert len(held["free"]["addresses"]) == 2


def test_a_visit_is_told_with_its_door(console: Console, as_: As, world: World) -> None:
    """Who is inside with what, and the tap that the visit explains; to the applicant only their own."""
    office = staffed(world)
    console.office = office.office
    case = inside(office)
    office.outside.happen(entering(visit_of(office, case)))
    Follower(office.office).once()
    (one,) = as_("operator").get("/visits?which=di-dalam").json()["visits"]
    assert (one["case"], one["state"], bool(one["guests"])) == (case, "di-dalam", True)
    whole = as_("operator").get(f"/visits/{case}").json()
    assert whole["brought"]
    assert [tap["reason"]["bad"] for tap in whole["taps"]] == [False]
    told = as_("operator").get(f"/events/explained?case={case}").json()
    assert (told["events"], told["before"]) == (whole["taps"], None)
    assert as_("operator").get(f"/visits/{one['id']}").json() == whole
    assert as_("pemohon").get("/events/explained").status_code == 403


def test_a_file_is_attached_given_back_and_taken_away(as_: As) -> None:
    """As it was sent, byte for byte; what is no picture, too much, or a second time is refused."""
    case, file = requested(as_), png()
    place = f"/cases/{case}/attachments"
    made = as_("pemohon").send(f"{place}?name=rak.png&caption=Rak%20A", file, "image/png")
    assert made.status_code == 201
    one = made.json()
    assert (one["name"], one["caption"], one["size"]) == ("rak.png", "Rak A", len(file))
    assert as_("operator").get(f"{place}/{one['id']}").content == file
    assert as_("pemohon").send(place, file, "image/png").status_code == 409
    assert set(faults(as_("pemohon").send(place, b"#!/bin/sh", "image/png"))) == {"file"}
    assert set(faults(as_("pemohon").send(f"{place}?caption={'x' * 121}", png(9), "image/png"))) == {
        "caption"
    }
    assert as_("auditor").send(place, png(8), "image/png").status_code == 403
    assert as_("pemohon").send(place, b"x" * (13 * 1024 * 1024), "image/png").status_code == 413
    assert as_("kadis").post(f"{place}/{one['id']}/removal", why="x").status_code == 403
    assert set(faults(as_("pemohon").post(f"{place}/{one['id']}/removal", why=""))) == {"why"}
    left = as_("pemohon").post(f"{place}/{one['id']}/removal", why="salah foto").json()["attachments"]
    assert (left[0]["name"], left[0]["removed"] is None) == ("", False)
    assert as_("pemohon").get(f"{place}/{one['id']}").status_code == 404


def test_a_document_is_issued_and_read(as_: As) -> None:
    """F01 as it stands becomes a document with a code; a form that is not filled does not."""
    case = requested(as_)
    made = as_("operator").post(f"/cases/{case}/documents", form="F01")
    assert made.status_code == 201
    code = made.json()["code"]
    assert as_("operator").get(f"/documents/{code}").json()["sha256"] == made.json()["sha256"]
    assert [one["code"] for one in as_("pemohon").get(f"/cases/{case}/documents").json()["documents"]] == [
        code
    ]
    assert as_("operator").get(f"/documents/{code}/pdf").content.startswith(b"%PDF")
    assert as_("operator").post(f"/cases/{case}/documents", form="F05").status_code == 409


def test_messages_are_read(as_: As) -> None:
    """Marking them changes the count of the unread."""
    requested(as_)
    got = as_("pemohon").get("/inbox").json()
    assert (got["unread"], len(got["messages"])) == (1, 1)
    assert as_("pemohon").get("/me").json()["unread"] == 1
    left = as_("pemohon").post("/inbox/read", upto=got["messages"][0]["id"]).json()
    assert (left["unread"], left["messages"][0]["seen"] is None) == (0, False)


def test_a_refused_attempt_leaves_its_trace(as_: As, world: World) -> None:
    """What is refused over the API is in the audit trail as from a page."""
    case = requested(as_)
    as_("operator").say(case)
    with reading(world.office.store) as connection:
        trail = audit.newest(connection)
        (token,) = tokens.listed(connection, world.person("operator").id)
    assert "langkah.ditolak" in {one.act for one in trail}
    (used,) = [one for one in trail if one.subject == f"token/{token.id}"]
    assert (used.act, used.detail) == ("token.pakai", f"cases/{case}/answers")


HOSTILE = {
    "nothing": b"",
    "no JSON": b"{",
    "no text": b"\xff\xfe",
    "a list": b"[]",
    "null": b"null",
    "too deep": b"[" * 20_000,
    "a long number": b'{"step":"2","choice":"selesai","attempt":' + b"9" * 5_000 + b"}",
    "not a number": b'{"step":"2","choice":"selesai","attempt":NaN}',
    "half a sign": b'{"step":"2","choice":"selesai","attempt":1,"note":"\\ud800"}',
    "a zero": b'{"step":"2","choice":"selesai","attempt":1,"note":"\\u0000"}',
    "a zero in a name": b'{"step":"2","choice":"selesai","attempt":1,"fields":{"a\\u0000":"b"}}',
    "more": b'{"step":"2","choice":"selesai","attempt":1,"lain":1}',
    "less": b'{"step":"2"}',
    "another kind": b'{"step":2,"choice":["selesai"],"attempt":"satu"}',
    "deep fields": b'{"step":"2","choice":"selesai","attempt":1,"fields":{"a":{"b":"c"}}}',
    "many fields": json.dumps(
        {"step": "2", "choice": "selesai", "attempt": 1, "fields": {f"a{n}": "b" for n in range(9_000)}}
    ).encode(),
    "too much": b" " * 600_000,
}


def test_a_hostile_body_gets_a_sentence(as_: As, case: str) -> None:
    """Whatever is sent, the answer is as the document says, and the case stands where it stood."""
    for what, body in HOSTILE.items():
        reply = as_("kadis").send(f"/cases/{case}/answers", body)
        assert reply.status_code in {400, 413, 422}, what
        faults(reply)
    assert as_("kadis").get(f"/cases/{case}").json()["step"] == "2"


def test_a_hostile_address_gets_a_sentence(as_: As) -> None:
    """What no one can print is found nowhere; a filter that cannot be read says which."""
    for path in ("/cases/%00", "/documents/a%00b", "/visits/%ED%A0%80", "/cases/%1b/step"):
        assert as_("operator").get(path).status_code == 404
    for name, text in (
        ("cases?text", "%00"),
        ("cases?page", "0"),
        ("cases?page", "9" * 30),
        ("cases?late", "mungkin"),
        ("inbox?limit", "-1"),
        ("events?after", "x"),
        ("visits?first", "kemarin"),
        ("visits?first", "1999-01-01"),
        ("visits?first=2026-12-01&last", "2026-11-01"),
        ("events/explained?before", "-1"),
        ("events/explained?door", "%1b"),
    ):
        reply = as_("operator").get(f"/{name}={text}")
        assert reply.status_code == 422, name
        assert faults(reply)


def test_an_id_no_one_can_print_reaches_no_store() -> None:
    """PostgreSQL would break off at a zero byte; such an id is nobody's before it is asked."""
    scope = {"type": "http", "path_params": {"case": "0\0"}, "query_string": b"", "headers": []}
    with pytest.raises(NotFound):
        plain(Request(scope))


def test_a_form_is_no_json(as_: As) -> None:
    """What a browser's form can send without asking is not taken."""
    for kind in ("application/x-www-form-urlencoded", "text/plain", "multipart/form-data; boundary=x"):
        assert as_("pemohon").send("/cases", b'{"procedure":"S1.A"}', kind).status_code == 422


TEXTS = st.text(max_size=20) | st.sampled_from(["2", "selesai", "disetujui", "1"])
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=8,
)
NAMES = st.sampled_from(
    ["step", "attempt", "choice", "note", "fields", "passphrase", "behalf", "procedure", "lain"]
)


@pytest.fixture(name="case")
def _case(world: World) -> str:
    """Give a case at its second step."""
    return opened(world)


@given(body=st.dictionaries(NAMES, VALUES, max_size=9))
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_no_body_breaks_the_server(as_: As, case: str, body: dict[str, object]) -> None:
    """Any JSON object at the two widest doors is answered as the document says, and never with 500."""
    sent = json.dumps(body)
    for path in ("/cases", f"/cases/{case}/answers"):
        assert as_("kadis").send(path, sent).status_code < 500
