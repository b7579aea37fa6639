"""The console through HTTP: sessions, tokens, hostile requests, and a case through its real forms."""

import re
from collections.abc import Callable, Iterator

import pytest
from starlette.testclient import TestClient

from review.store import cards, cases, desks, sessions
from review.store.transaction import reading, writing
from review.web.app import create_app
from review.web.console import Console
from review.web.guard import LIMIT
from tests.review.browser import Visitor, refusal, typed
from tests.review.world import F01, PASSPHRASE, World

Open = Callable[[], Visitor]
As = Callable[[str], Visitor]
NEW = "/permohonan/baru/S1.A"


@pytest.fixture
def browser(console: Console) -> Iterator[Open]:
    """Give browsers at one console."""
    app, opened = create_app(console), []

    def fresh() -> Visitor:
        client = TestClient(app, follow_redirects=False, raise_server_exceptions=False)
        opened.append(client)
        return Visitor(client)

    yield fresh
    for client in opened:
        client.close()


@pytest.fixture
def as_(browser: Open, world: World) -> Callable[[str], Visitor]:
    """Give a browser whose session was begun beforehand, because sealing passwords is slow on purpose."""

    def signed_in(login: str) -> Visitor:
        visitor, token = browser(), f"sesi-{login}-{world.clock()}"
        with writing(world.office.store) as connection:
            sessions.begin(connection, token, world.person(login).id, world.clock())
        visitor.client.cookies.set("akses_sesi", token, domain="testserver.local")
        visitor.see("/")
        return visitor

    return signed_in


def request_access(visitor: Visitor) -> str:
    """File F01 and give the case's path."""
    visitor.see(NEW)
    answer = visitor.send(NEW, typed(F01))
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


def act(visitor: Visitor, case: str, label: str = "selesai", **fields: str) -> int:
    """Press a button on a case's page."""
    page = visitor.see(case).text
    marks = dict(re.findall(r'data-(step|attempt)="([^"]*)"', page))
    return visitor.send(f"{case}/langkah", {**marks, "pilihan": label, **fields}).status_code


def test_nothing_is_shown_to_nobody(browser: Open) -> None:
    """Every page asks for a sign-in; the API says so in JSON; health and static files are open."""
    nobody = browser()
    for path in (
        "/",
        "/permohonan/baru",
        "/kartu",
        "/pintu",
        "/pintu/kini",
        "/pintu/arus",
        "/jejak",
        "/permohonan/x",
    ):
        answer = nobody.client.get(path)
        assert (answer.status_code, answer.headers["location"]) == (303, "/masuk")
    for path in ("/api/v1/doors", "/api/v1/events", "/api/v1/cases/x"):
        assert nobody.client.get(path).status_code == 401
    assert nobody.client.get("/healthz").json() == {"status": "baik"}
    assert nobody.client.get("/static/akses.css").status_code == 200
    assert nobody.client.get("/simulator").status_code == 404


def test_signing_in_begins_a_session_under_a_fresh_token(browser: Open) -> None:
    """A token from before is worth nothing afterwards, and cookies are for us alone."""
    visitor = browser()
    visitor.client.cookies.set("akses_sesi", "planted-by-somebody-else", domain="testserver.local")
    first = visitor.sign_in("kadis")
    cookie = next(line for line in first.headers.get_list("set-cookie") if line.startswith("akses_sesi="))
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert "Secure" not in cookie
    assert "planted" not in cookie
    old = visitor.client.cookies["akses_sesi"]
    visitor.sign_in("kadis")
    stale = browser()
    stale.client.cookies.set("akses_sesi", old)
    assert stale.see("/").status_code == 303


def test_a_secure_page_gets_a_secure_cookie(console: Console) -> None:
    """Over https the cookie never travels in the clear."""
    with TestClient(create_app(console), base_url="https://konsol.test") as client:
        assert "Secure" in client.get("/masuk").headers["set-cookie"]


def test_signing_out_ends_the_session_everywhere(browser: Open, as_: As) -> None:
    """The cookie's copy in another browser is worth nothing."""
    visitor, copy = as_("kadis"), browser()
    copy.client.cookies.set("akses_sesi", visitor.client.cookies["akses_sesi"])
    assert copy.see("/").status_code == 200
    assert visitor.send("/keluar").status_code == 303
    assert copy.see("/").status_code == 303


def test_a_session_ends_by_idleness_and_by_age(as_: As, world: World) -> None:
    """Use keeps it alive, up to a working day."""
    visitor = as_("kadis")
    for _ in range(15):
        world.clock.now += 30 * 60_000
        assert visitor.see("/").status_code == 200
    world.clock.now += 31 * 60_000
    assert visitor.see("/").status_code == 303
    visitor = as_("kadis")
    world.clock.now += 46 * 60_000
    assert visitor.see("/").status_code == 303


def test_guessing_passwords_is_slowed_down_for_known_and_unknown_alike(
    browser: Open, world: World, as_: As
) -> None:
    """The fifth failure makes the next try wait, even the right one; time heals it."""
    for login in ("kadis", "tidak-ada"):
        visitor = browser()
        for _ in range(5):
            assert visitor.sign_in(login, "salah salah").status_code == 403
        answer = visitor.sign_in(login, "sandi-kadis-panjang")
        assert answer.status_code == 429
        assert "detik" in refusal(answer)
    world.clock.now += 60_000
    assert as_("kadis").see("/").status_code == 200


def test_a_form_without_our_token_is_refused(browser: Open, as_: As) -> None:
    """No token, another's token, another origin, another site: a 403 page with its sentence."""
    visitor, other = as_("pemohon"), as_("kadis")
    tries = [
        visitor.client.post("/keluar", data={}),
        visitor.client.post("/keluar", data={"csrf": "0" * 64}),
        visitor.client.post("/keluar", data={"csrf": other.token}),
        visitor.send("/keluar", origin="http://jahat.test"),
        visitor.send("/keluar", sec_fetch_site="cross-site"),
        browser().client.post("/masuk", data={"login": "kadis", "password": "x"}),
    ]
    for answer in tries:
        assert answer.status_code == 403
        assert "tidak berasal dari konsol ini" in refusal(answer)
    assert visitor.see("/").status_code == 200
    assert visitor.send("/keluar", origin="http://testserver").status_code == 303


def test_a_case_runs_through_its_forms(browser: Open, console: Console, world: World, as_: As) -> None:
    """Each person presses what the page offers, the desk reports, and the card can be revoked."""
    people = {login: as_(login) for login in ("pemohon", "kadis", "kabid", "operator")}
    case = request_access(people["pemohon"])
    assert "Disposisikan kepada Kabid" in people["kadis"].see("/").text
    assert act(people["kadis"], case) == 303
    assert "Daftar akses unit ini" in people["kabid"].see(case).text
    assert act(people["kabid"], case, "disetujui") == 303
    assert act(people["kabid"], case, frasa="keliru sekali") == 403
    assert act(people["kabid"], case, frasa=PASSPHRASE) == 303
    assert act(people["operator"], case) == 303
    assert "tempelkan kartu kosong" in people["operator"].see(case).text
    job = desk_job(world, browser)
    world.outside.decide("warrant", "1", grants=3)
    world.outside.decide("binding", "meja-1/1/4", grants=4)
    console.follower.once()
    assert "pengendali-1" in people["operator"].see(case).text
    world.outside.report(grants=4)
    console.follower.once()
    page = people["operator"].see(case).text
    assert 'data-step="6"' in page
    assert "diselesaikan sistem" in page
    assert "dicatat oleh" not in page
    body = people["operator"].client.get(f"/api/v1/cases/{case.rpartition('/')[2]}").json()
    assert (body["cards"][0]["status"], body["grants"][0]["state"]) == ("active", "terpasang")
    card = f"/kartu/{job['card']}"
    assert "Pemegang Contoh" in people["kabid"].see("/kartu").text
    people["operator"].see(card)
    assert people["operator"].send(f"{card}/cabut", {"alasan": ""}).status_code == 403
    assert people["operator"].send(f"{card}/cabut", {"alasan": "Kartu hilang"}).status_code == 303
    assert "Menunggu pintu" in people["operator"].see(card).text
    world.outside.decide("warrant", "2", deny=1)
    console.follower.once()
    assert "Menunggu pintu: pengendali-1" in people["operator"].see(card).text
    world.outside.report(grants=4, deny=1)
    console.follower.once()
    assert "Sudah di semua pintu" in people["operator"].see(card).text


def desk_job(world: World, browser: Open) -> dict[str, str]:
    """Do what a desk's agent does: ask, read the card, post."""
    with writing(world.office.store) as connection:
        desks.admit(connection, "meja-1", "token-meja", world.clock())  # type: ignore[arg-type]
    desk = browser().client
    bearer = {"Authorization": "Bearer token-meja"}
    assert desk.get("/api/v1/desk/jobs").status_code == 401
    assert desk.get("/api/v1/desk/jobs", headers={"Authorization": "Bearer lain"}).status_code == 401
    job = desk.get("/api/v1/desk/jobs?wait=1", headers=bearer).json()["job"]
    assert desk.get("/api/v1/desk/jobs", headers=bearer).json()["job"] == job
    place = {"controller": "meja-1", "epoch": 1, "seq": 4}
    good = {"state": "bound", "digest": "cd" * 32, "tier": 3, "kind": "pkoc", "event": place}
    to = f"/api/v1/desk/jobs/{job['id']}/result"
    for bad in (
        {},
        {"state": "bound"},
        {**good, "digest": "x"},
        {**good, "lain": 1},
        {**good, "tier": 9},
        [1],
    ):
        assert desk.post(to, headers=bearer, json=bad).status_code == 422
    long = {"state": "failed", "sentence": "x" * 5000}
    assert desk.post(to, headers=bearer, json=long).status_code == 422
    assert desk.post(to, headers=bearer, content=b"\xff{").status_code == 422
    assert desk.post(to, headers=bearer, json=good).json() == {"state": "terikat"}
    assert desk.post(to, headers=bearer, json=good).status_code == 200
    assert desk.post(to, headers=bearer, json={"state": "failed", "sentence": "x"}).status_code == 409
    assert desk.get("/api/v1/desk/jobs", headers=bearer).json() == {"job": None}
    return dict(job)


def test_the_same_person_acting_twice_is_refused_on_the_page(as_: As) -> None:
    """An operator who applied may not make the card: a 403 with why and who may."""
    people = {login: as_(login) for login in ("operator", "kadis", "kabid")}
    case = request_access(people["operator"])
    act(people["kadis"], case)
    act(people["kabid"], case, "disetujui")
    act(people["kabid"], case, frasa=PASSPHRASE)
    page = people["operator"].see(case)
    assert "Pemisahan tugas" in page.text
    assert "Buat kartu</button>" not in page.text
    answer = people["operator"].send(f"{case}/langkah", {"step": "5", "attempt": "1", "pilihan": "selesai"})
    assert answer.status_code == 403
    assert "tiga orang yang berbeda" in refusal(answer)


def test_people_see_only_what_is_theirs(as_: As) -> None:
    """An applicant reads own cases only; pages of the office are refused with who may."""
    case = request_access(as_("operator"))
    outsider = as_("pemohon")
    for path in (
        case,
        "/kartu",
        "/pintu",
        "/jejak",
        "/api/v1/doors",
        f"/api/v1{case.replace('permohonan', 'cases')}",
    ):
        assert outsider.see(path).status_code == 403, path
    assert case not in outsider.see("/").text
    auditor = as_("auditor")
    assert "permohonan.buka" in auditor.see("/jejak").text
    assert auditor.see(case).status_code == 200
    assert auditor.see("/permohonan/baru").status_code == 403
    assert auditor.send("/kartu/" + "0" * 32 + "/cabut", {"alasan": "x"}).status_code == 403


def test_a_faulty_form_keeps_what_was_typed(as_: As) -> None:
    """A sentence stands at the field, and nothing has to be typed again."""
    visitor = as_("pemohon")
    visitor.see(NEW)
    answer = visitor.send(NEW, typed({**F01, "sampai": "2020-01-01", "nama_pemegang": "<b>Nama</b>"}))
    assert answer.status_code == 422
    assert "Tidak boleh sebelum tanggal mulai." in answer.text
    assert "&lt;b&gt;Nama&lt;/b&gt;" in answer.text
    assert "<b>Nama" not in answer.text


def test_what_people_type_is_never_markup(as_: As) -> None:
    """A script in a name is text on every page that shows it."""
    visitor = as_("pemohon")
    visitor.see(NEW)
    evil = '"><script>alert(1)</script>'
    case = visitor.send(NEW, typed({**F01, "nama_pemegang": evil})).headers["location"]
    for path in (case, "/"):
        text = visitor.see(path).text
        assert "<script>alert" not in text
        assert "&lt;script&gt;" in text


HOSTILE = [
    {"step": "2", "attempt": "²", "pilihan": "selesai"},
    {"step": "2", "attempt": "9" * 400, "pilihan": "selesai"},
    {"step": "\x00", "attempt": "1", "pilihan": "selesai"},
    {"step": ["2", "2"], "attempt": "1", "pilihan": "selesai"},
    {"step": "2", "attempt": "1", "pilihan": "x" * 3000},
    {"step": "2", "attempt": "1", "pilihan": "selesai", "catatan": "x" * 3000},
    {},
]


@pytest.mark.parametrize("fields", HOSTILE)
def test_a_hostile_answer_gets_a_sentence(as_: As, fields: dict[str, str | list[str]]) -> None:
    """Whatever is posted to a step, the case does not move and nothing breaks."""
    case = request_access(as_("pemohon"))
    kadis = as_("kadis")
    kadis.see(case)
    answer = kadis.send(f"{case}/langkah", fields)
    assert answer.status_code == 403
    assert refusal(answer)
    assert 'data-step="2"' in kadis.see(case).text


@pytest.mark.parametrize("path", ["/permohonan/a%00b", "/kunjungan/%00", "/kartu/%00", "/%00"])
def test_an_address_with_a_nul_reaches_no_store(as_: As, path: str) -> None:
    """PostgreSQL would refuse it as a fault of its own; it is refused before anything reads it."""
    answer = as_("admin").client.get(path)
    assert answer.status_code == 404
    assert "tidak dapat dibaca" in answer.text


def test_bodies_are_bounded_and_files_refused(as_: As) -> None:
    """Too large, too many, too long, a file: refused before anything is done with them."""
    visitor = as_("pemohon")
    huge = visitor.client.post("/keluar", content=b"a" * (LIMIT + 1))
    assert huge.status_code == 413

    form = {"content-type": "application/x-www-form-urlencoded"}

    def endless() -> Iterator[bytes]:
        for _ in range(9):
            yield b"b" * 8192

    assert visitor.client.post("/keluar", content=endless(), headers=form).status_code == 413
    assert visitor.send(NEW, {f"f{n}": "x" for n in range(3000)}).status_code == 400
    assert visitor.send(NEW, {"keperluan": "x" * 5000}).status_code == 400
    file = visitor.client.post(NEW, data={"csrf": visitor.token}, files={"a": b"x"})
    assert file.status_code == 400
    assert "Traceback" not in file.text


def test_every_answer_keeps_to_itself(as_: As) -> None:
    """Headers forbid foreign code, framing and caching; pages hold no inline code."""
    visitor = as_("operator")
    case = request_access(visitor)
    for path in ("/", case, "/kartu", "/pintu", "/permohonan/baru", "/tidak-ada"):
        answer = visitor.see(path)
        assert "default-src 'self'" in answer.headers["content-security-policy"]
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["x-frame-options"] == "DENY"
        assert not re.search(r"<style|style=|<script>|onclick|https?://(?!testserver)", answer.text)


def test_strange_addresses_get_a_page_in_indonesian(as_: As) -> None:
    """404, 405 and unreadable queries are pages or JSON, never a traceback."""
    visitor = as_("operator")
    assert "tidak ditemukan" in refusal(visitor.see("/tidak-ada"))
    assert visitor.see("/permohonan/" + "0" * 32).status_code == 404
    assert visitor.see("/kartu/%00").status_code == 404
    assert visitor.client.delete("/").status_code == 405
    unreadable = visitor.see("/api/v1/events?after=x")
    assert (unreadable.status_code, list(unreadable.json()["faults"])) == (422, ["after"])
    assert visitor.see("/api/v1/events?after=" + "9" * 40).status_code == 200
    assert visitor.see("/api/v1/tidak-ada").json()["error"]
    assert "/api/v1/doors" in visitor.see("/api/v1/openapi.json").json()["paths"]


def test_a_broken_store_is_said_in_one_sentence(as_: As, world: World) -> None:
    """When the registry cannot be read, pages say so without a traceback."""
    visitor = as_("operator")
    with world.outside.registry.begin() as connection:
        connection.exec_driver_sql("DROP TABLE slot")
    answer = visitor.see("/")
    assert answer.status_code == 503
    assert "Traceback" not in answer.text
    assert visitor.see("/api/v1/doors").status_code == 200


def test_numbers_have_no_gaps(as_: As, world: World) -> None:
    """A refused form takes no number."""
    visitor = as_("pemohon")
    request_access(visitor)
    visitor.send(NEW, typed({**F01, "mulai": "2020-01-01"}))
    request_access(visitor)
    with reading(world.office.store) as connection:
        assert [file.number for file in cases.newest(connection, None)] == ["ARS-2026-0002", "ARS-2026-0001"]
        assert cards.find(connection, "0" * 32) is None
