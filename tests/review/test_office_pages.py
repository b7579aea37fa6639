"""The office on the console: what is in force, drawn; and delegations made, shown and ended."""

import re
from dataclasses import replace

import pytest
from starlette.testclient import TestClient

from card_registry.instant import DAY
from review.accounts import approvers
from review.in_force import InForce
from review.office_profile import bundle_of, use
from review.people import Role
from review.store import issued, sessions
from review.store.transaction import reading, writing
from review.web.app import create_app
from review.web.console import Console
from tests.review.papers import CASE, LETTER, answer, case_at, fill, staff
from tests.review.test_delegating import list_approver
from tests.review.test_document_pages import visitor
from tests.review.world import NOON, World


@pytest.fixture
def client(console: Console, world: World) -> TestClient:
    """Give one browser, in an office with two people more."""
    staff(world, Role.KASI, Role.FUNGSIONAL)
    return TestClient(create_app(console), follow_redirects=False)


def test_an_office_without_a_profile_says_so(client: TestClient, world: World) -> None:
    """All sixteen tables are listed, each leading to its drawing."""
    desk = visitor(client, world, "auditor")
    text = desk.see("/profil").text
    assert "Belum ada profil yang diberlakukan" in text
    assert {f"/profil/{id}" for id in world.office.procedures} <= set(re.findall(r'href="([^"]+)"', text))
    assert "060/ 016 /406.020/2023" in text


def test_what_is_in_force_is_shown(world: World, console: Console) -> None:
    """Name, letterhead, titles, example numbers, and which tables nobody may sign yet."""
    use(world.office.store, bundle_of("karanganyar"), "karanganyar", NOON)
    console.office = replace(console.office, procedures=InForce(world.office.store))
    desk = visitor(TestClient(create_app(console), follow_redirects=False), world, "admin")
    text = desk.see("/profil").text
    for said in ("Diskominfo Kabupaten Karanganyar", "PEMERINTAH KABUPATEN KARANGANYAR", "555/016/XI/2026"):
        assert said in text
    assert "Kepala Bidang Tata Kelola Informatika" in text
    assert text.count("Belum terdaftar") == 4
    kabid = visitor(TestClient(create_app(console), follow_redirects=False), world, "kabid")
    assert "<span>Kepala Bidang Tata Kelola Informatika</span>" in kabid.see("/").text
    (approver,) = approvers(world.office.store, console.office.procedures, NOON)
    list_approver(world, approver.person, *approver.procedures)
    assert "Belum terdaftar" not in desk.see("/profil").text


def test_a_profile_in_another_zone_than_the_policys_is_pointed_out(client: TestClient, world: World) -> None:
    """The officers' policy rules; the page says that the two differ."""
    bundle = bundle_of("contoh")
    text = bundle.text.replace("Asia/Jakarta", "Asia/Makassar")
    use(world.office.store, type(bundle)(text, {}), "contoh", NOON)
    desk = visitor(client, world, "admin")
    assert "Yang berlaku adalah kebijakan lokasi" in desk.see("/profil").text


def test_a_table_is_drawn_and_listed(client: TestClient, world: World) -> None:
    """Its pages as pictures, its steps as text, and one file to print; nothing for unknown ones."""
    desk = visitor(client, world, "kabid")
    text = desk.see("/profil/S4.A").text
    assert "Kepala Bidang Tata Kelola Informatika" in text
    pictures = re.findall(r'src="(/profil/S4\.A/gambar/\d)"', text)
    assert len(pictures) == 2
    for one in pictures:
        drawn = client.get(one)
        assert drawn.headers["content-type"] == "image/svg+xml"
        assert drawn.text.startswith("<svg")
    book = client.get("/profil/S4.A/cetak")
    assert "attachment" in book.headers["content-disposition"]
    assert book.text.count("<svg") == 2
    for path in ("/profil/X9", "/profil/S4.A/gambar/0", "/profil/S4.A/gambar/3", "/profil/X9/gambar/1"):
        assert client.get(path).status_code == 404
    assert client.get("/profil/S4.A/gambar/satu").status_code == 422


def asked(world: World, **changed: str) -> dict[str, str]:
    """Fill the form for a Plh. Kepala Bidang."""
    return {
        "peran": "kabid",
        "digantikan": world.person("kabid").id,
        "kepada": world.person("kasi").id,
        "kedudukan": "plh",
        "mulai": "2026-11-20",
        "sampai": "2026-11-27",
        "dasar": "800/<1>/2026",
        **changed,
    }


def test_whoever_holds_a_role_delegates_it_and_ends_it(client: TestClient, world: World) -> None:
    """The form offers the own role only; the page says that the delegate has no key, until it is over."""
    desk = visitor(client, world, "kabid")
    text = desk.see("/delegasi").text
    assert re.findall(r'<option value="(\w+)"[^>]*>Kepala', text) == ["kabid"]
    assert 'name="digantikan"' not in text
    assert desk.send("/delegasi", asked(world)).status_code == 303
    text = desk.see("/delegasi").text
    assert "Plh. Kepala Bidang" in text
    assert "800/&lt;1&gt;/2026" in text
    assert "Belum memiliki kunci tanda tangan" in text
    assert "akses review approvers" in text
    (id,) = re.findall(r'name="delegasi" value="(\w+)"', text)
    assert desk.send("/delegasi/akhiri", {"delegasi": id}).status_code == 303
    text = desk.see("/delegasi").text
    assert "diakhiri oleh Pejabat Kabid" in text
    assert "akses review approvers" not in text
    again = desk.send("/delegasi/akhiri", {"delegasi": id})
    assert again.status_code == 422
    assert "sudah berakhir" in again.text


@pytest.mark.parametrize(
    ("capacity", "titles"),
    [("plh", ("Plh. Kepala Dinas",)), ("an", ("a.n. Kepala Dinas", "Kasi Pengembangan dan Informasi"))],
)
def test_what_a_stand_in_signs_bears_the_capacity(
    client: TestClient, world: World, capacity: str, titles: tuple[str, ...]
) -> None:
    """A reply signed for the head of the office says so, also when the delegation is over."""
    desk = visitor(client, world, "admin")
    desk.see("/delegasi")
    kadis = {"peran": "kadis", "digantikan": world.person("kadis").id, "kedudukan": capacity}
    assert desk.send("/delegasi", asked(world, **kadis)).status_code == 303
    case_at(world, "S3.A", "10")
    fill(world, "F16.A", LETTER)
    answer(world, world.person("kasi"))
    world.clock.now += 30 * DAY
    with reading(world.office.store) as connection:
        letter = issued.newest(connection, CASE, "F16")
    assert letter is not None
    with writing(world.office.store) as connection:
        sessions.begin(connection, "sesi-lain", world.person("kabid").id, world.clock())
    client.cookies.set("akses_sesi", "sesi-lain", domain="testserver.local")
    paper = desk.see(f"/dokumen/{letter.code}").text
    for title in titles:
        assert title in paper
    assert "Pejabat kasi" in paper


def test_a_wrong_delegation_keeps_what_was_typed(client: TestClient, world: World) -> None:
    """A sentence beside the field, and every choice as it was made."""
    desk = visitor(client, world, "admin")
    desk.see("/delegasi")
    answer = desk.send("/delegasi", asked(world, sampai="2026-11-01", kedudukan="an"))
    assert answer.status_code == 422
    assert "pada atau sesudah tanggal mulai" in answer.text
    assert re.search(r'value="an" required checked', answer.text)
    assert re.search(rf'value="{world.person("kasi").id}" selected', answer.text)
    assert "800/&lt;1&gt;/2026" in answer.text


def test_others_read_delegations_or_not_at_all(client: TestClient, world: World) -> None:
    """An auditor reads; an applicant is refused; neither delegates."""
    for login, status in (("auditor", 200), ("pemohon", 403)):
        desk = visitor(client, world, login)
        page = client.get("/delegasi")
        assert page.status_code == status
        assert 'action="/delegasi"' not in page.text
        desk.see("/")
        assert desk.send("/delegasi", asked(world)).status_code == 403
    assert client.get("/profil").status_code == 403
