"""The pages of cases in a real browser without scripts, on a telephone and on a desk."""

import threading
from collections.abc import Callable, Iterator

import pytest
import uvicorn
from playwright.sync_api import Browser, ConsoleMessage, Page, ViewportSize

from review.follow import Follower
from review.people import Person
from review.serving import listen
from review.store import cards, cases, grants, inventory, sessions
from review.store.transaction import reading, writing
from review.web.app import create_app
from review.web.console import Console
from tests.card_registry.chromium import chromium
from tests.review.rooms import file_of
from tests.review.visitors import parent_number
from tests.review.walking import Walk, Walker, actor, begun, crew
from tests.review.walking_plans import WALKS
from tests.review.world import World

WIDTHS = (390, 1280)
SHOWN = ("disetujui", "penuh dulu", "mendesak", "sesuai", "siap")
LOOK = """() => ({
  wide: document.documentElement.scrollWidth - document.documentElement.clientWidth,
  nameless: [...document.querySelectorAll("input:not([type=hidden]), select, textarea")]
    .filter((one) => !one.labels.length && !one.ariaLabel).map((one) => one.name),
})"""
"""Measures a page: by how much it is too wide, and which controls nobody can name."""

Open = Callable[[Person], Page]


@pytest.fixture
def served(peopled: World) -> Iterator[str]:
    """Serve the console on this machine; give its address."""
    console = Console(peopled.office, Follower(peopled.office))
    with listen("127.0.0.1", 0) as taken:
        config = uvicorn.Config(create_app(console), log_config=None, lifespan="off", ws="none")
        server = uvicorn.Server(config)
        thread = threading.Thread(target=lambda: server.run(sockets=[taken]))
        thread.start()
        yield f"http://127.0.0.1:{taken.getsockname()[1]}"
        server.should_exit = True
        thread.join()


@pytest.fixture(scope="module")
def chrome() -> Iterator[Browser]:
    """Start a browser for all of this file; each test has its people's own places in it."""
    with chromium() as running:
        assert running.browser is not None
        yield running.browser


@pytest.fixture
def at(peopled: World, served: str, chrome: Browser) -> Iterator[Open]:
    """Give a person's page, without scripts; what its policy refuses fails the test."""
    said: list[str] = []

    def hear(message: ConsoleMessage) -> None:
        if "Security Policy" in message.text:
            said.append(message.text)

    opened: dict[str, Page] = {}

    def enter(person: Person) -> Page:
        if person.id not in opened:
            context = chrome.new_context(viewport=screen(WIDTHS[0]), java_script_enabled=False)
            token = f"sesi-{person.id}"
            with writing(peopled.office.store) as connection:
                sessions.begin(connection, token, person.id, peopled.clock())
            context.add_cookies([{"name": "akses_sesi", "value": token, "url": served}])
            context.on("console", hear)
            opened[person.id] = context.new_page()
        return opened[person.id]

    yield enter
    for page in opened.values():
        page.context.close()
    assert said == []


def screen(width: int) -> ViewportSize:
    """Give a screen of a width."""
    return {"width": width, "height": 900}


def look(at: Open, person: Person, address: str) -> None:
    """See that a page fits either screen, and that each of its controls has a name."""
    page = at(person)
    answer = page.goto(address)
    assert answer is not None
    assert answer.status == 200, address
    for width in WIDTHS:
        page.set_viewport_size(screen(width))
        assert page.evaluate("innerWidth") == width
        assert page.evaluate(LOOK) == {"wide": 0, "nameless": []}, (address, width)


@pytest.mark.parametrize(
    "walk",
    [
        pytest.param(
            one,
            id=f"{one.procedure} {one.name}",
            marks=() if one.procedure == "S1.A" else pytest.mark.long,
        )
        for one in WALKS
        if one.name in SHOWN
    ],
)
def test_every_step_fits_a_telephone_and_a_desk(peopled: World, served: str, at: Open, walk: Walk) -> None:
    """Nothing is wider than the screen, every control is named, nothing offends the browser's policy."""
    table = peopled.office.procedure(walk.procedure)
    walker = begun(peopled, walk)
    asker = file_of(peopled, walker.case).case.applicant
    assert asker is not None

    def see(one: Walker) -> None:
        case = one.file.case
        label = case.here().branches[0].label
        look(at, actor(peopled, case, label), f"{served}/permohonan/{one.case}")

    walker.watch = see
    walker.go()
    first = next(person for person in crew(peopled) if person.id == asker)
    for path in (f"/permohonan/{walker.case}", f"/permohonan/baru/{table.id}", "/permohonan", "/"):
        look(at, first, served + path)


def test_a_visit_is_registered_without_a_script(peopled: World, served: str, at: Open) -> None:
    """Rows are added, a fault is led to and corrected, and the case is opened with what was typed."""
    number = parent_number(peopled)
    page = at(peopled.person("pemohon"))
    page.goto(f"{served}/permohonan/baru")
    page.get_by_role("link", name="Prosedur kunjungan berpendamping").click()
    page.get_by_label("Nomor kasus induk").fill(number)
    page.get_by_label("Keperluan").fill("Memasang server")
    page.get_by_label("Ruang Server").check()
    page.get_by_label("Mulai").fill("2026-11-20T14:00")
    page.get_by_label("Selesai").fill("2026-11-20T13:00")
    row = page.locator("tr", has_text="Personel 1")
    row.get_by_label("Nama").fill("Tamu Satu")
    row.get_by_label("Instansi").fill("PT Contoh")
    row.get_by_label("Identitas").select_option("ktp")
    page.get_by_role("button", name="Tambah baris personel").click()
    second = page.locator("tr", has_text="Personel 3")
    second.get_by_label("Nama").fill("Tamu Dua")
    second.get_by_label("Instansi").fill("PT Contoh")
    second.get_by_label("Identitas").select_option("sim")
    page.get_by_label("Pendamping").select_option(peopled.person("teknisi").id)
    page.get_by_role("button", name="Daftarkan kunjungan").click()
    assert "Harus setelah waktu mulai." in page.get_by_role("alert").inner_text()
    page.get_by_role("alert").get_by_role("link", name="Selesai").click()
    page.get_by_label("Selesai").fill("2026-11-20T16:00")
    page.get_by_role("button", name="Daftarkan kunjungan").click()
    assert page.locator("h1").inner_text() == "KJG-2026-0001"
    assert "Tamu Dua" in page.content()
    with reading(peopled.office.store) as connection:
        assert cases.numbered(connection, "KJG-2026-0001") is not None


def test_an_auditors_questions_fit_a_telephone_and_a_desk(peopled: World, served: str, at: Open) -> None:
    """Each question and its answer, and everything about a person, a card, a case and a server."""
    auditor, admin = peopled.person("auditor"), peopled.person("admin")
    with reading(peopled.office.store) as connection:
        right, card = grants.listed(connection)[0], cards.listed(connection)[0]
        server = inventory.devices(connection)[0].device
    for path in ("", "/cari?teks=contoh", "/perubahan", "/persetujuan", "/contoh", "/pintu"):
        look(at, auditor, f"{served}/audit{path}")
    things = {"orang": right.terms.holder, "kartu": card.id, "kasus": right.case, "perangkat": server.id}
    for kind, id_ in {**things, "akun": right.approver}.items():
        look(at, auditor, f"{served}/audit/{kind}/{id_}")
    look(at, admin, f"{served}/audit/tanda")
