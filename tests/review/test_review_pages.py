"""The review's pages: whose rows one sees, what is said of them, cards, a review for an event."""

from collections.abc import Callable, Iterator

import pytest
from starlette.testclient import TestClient

from review.case import CaseState
from review.follow import Follower
from review.store.transaction import writing
from review.web.app import create_app
from review.web.console import Console
from review.workflow.beginning import begin_alone
from tests.review.browser import Visitor, refusal
from tests.review.removals import follow, say, standing_right, step, walk
from tests.review.test_campaigning import asked, row_of
from tests.review.test_inventory_pages import enter
from tests.review.world import World

As = Callable[[str], Visitor]


@pytest.fixture
def as_(granted: World) -> Iterator[As]:
    """Give each person a browser of their own."""
    app, found = create_app(Console(granted.office, Follower(granted.office))), dict[str, Visitor]()
    clients: list[TestClient] = []

    def browser(login: str) -> Visitor:
        if login not in found:
            client = TestClient(app, follow_redirects=False)
            clients.append(client)
            enter(client, granted, login)
            found[login] = Visitor(client)
        return found[login]

    yield browser
    for client in clients:
        client.close()


def test_a_unit_sees_its_own_rows_and_the_office_all(granted: World, as_: As) -> None:
    """A row stands with its numbers and its advice; a unit without a row finds no such page."""
    case = asked(granted)
    assert case in as_("pemohon").see("/review").text
    assert as_("pemohon").see(f"/permohonan/{case}").headers["location"] == f"/review/{case}"
    assert f'href="/review/{case}"' in as_("kabid").see(f"/permohonan/{case}").text
    shown = as_("pemohon").see(f"/review/{case}").text
    assert "Rekomendasi: periksa." in shown
    assert "Unit kerja tidak mempunyai server" in shown
    assert "Jawaban unit kerja" in shown
    assert "Keputusan" in as_("kabid").see(f"/review/{case}").text
    auditor = as_("auditor").see(f"/review/{case}").text
    assert 'name="hasil"' not in auditor
    assert as_("kabid").see(f"/review/{'f' * 32}").status_code == 404


def test_what_is_said_on_the_page_is_what_is_kept(granted: World, as_: As) -> None:
    """An answer without its reason is refused beside its row; a decision with terms narrows the right."""
    case = asked(granted)
    row = row_of(granted, case)
    path = f"/review/{case}/butir/{row.id}"
    unit, kabid = as_("pemohon"), as_("kabid")
    unit.see(f"/review/{case}")
    assert "Pilih salah satu" in refusal(unit.send(path, {"hasil": "lain"}))
    assert "rekomendasinya periksa" in refusal(unit.send(path, {"hasil": "dipertahankan"}))
    said = unit.send(path, {"hasil": "dipertahankan", "alasan": "memelihara server", "tampil": "semua"})
    assert said.headers["location"] == f"/review/{case}?tampil=semua#butir-{row.id}"
    kabid.see(f"/review/{case}")
    change = {"hasil": "diubah", "sebagai": "putusan", "alasan": "cukup jam kerja", "pintu": "ruang-server"}
    assert "tanggal terakhir" in refusal(kabid.send(path, change))
    assert "Pilih jadwal" in refusal(kabid.send(path, {**change, "sampai": "2027-05-31"}))
    narrowed = kabid.send(path, {**change, "sampai": "2027-05-31", "jadwal": "jam-kerja"})
    assert narrowed.status_code == 303
    newest = row_of(granted, case).item.rows[-1]
    assert newest.change is not None
    assert (newest.outcome.value, newest.change.schedule) == ("diubah", "jam-kerja")


def test_cards_and_open_risks_are_noted_by_the_operator(granted: World, as_: As) -> None:
    """The page offers to go on without a door, and then asks for each card that must come back."""
    case = asked(granted)
    row, operator = row_of(granted, case), as_("operator")
    as_("kabid").see(f"/review/{case}")
    as_("kabid").send(
        f"/review/{case}/butir/{row.id}", {"hasil": "dicabut", "sebagai": "putusan", "alasan": "pindah"}
    )
    walk(granted, case, ("operator", "selesai"), ("operator", "selesai"), ("kabid", "lengkap"))
    walk(granted, case, ("operator", "selesai"))
    assert "Pintu belum mengonfirmasi" in operator.see(f"/review/{case}").text
    assert "memerlukan alasan" in refusal(operator.send(f"/review/{case}/risiko", {"alasan": " "}))
    assert operator.send(f"/review/{case}/risiko", {"alasan": "gardu padam"}).status_code == 303
    assert step(granted, case) == ("7", CaseState.RUNNING)
    _, card = standing_right(granted)
    assert card.number in operator.see(f"/review/{case}").text
    wrong = {"kartu": card.id, "kondisi": "entah"}
    assert "Pilih keadaan kartu" in refusal(operator.send(f"/review/{case}/kartu", wrong))
    assert operator.send(f"/review/{case}/kartu", {"kartu": card.id, "kondisi": "baik"}).status_code == 303
    assert "Kartu yang harus ditarik" not in operator.see(f"/review/{case}").text
    follow(granted)
    walk(granted, case, ("operator", "selesai"))


def test_a_review_is_opened_for_an_event_on_the_page(as_: As) -> None:
    """Whoever may chooses unit or door and says why; nobody else is offered it."""
    assert "Buka review karena" not in as_("operator").see("/review").text
    admin = as_("admin")
    assert "Dinas Contoh" in admin.see("/review").text
    assert "Pilih unit kerja" in refusal(admin.send("/review", {"alasan": "mutasi"}))
    opened = admin.send("/review", {"unit": "Dinas Contoh", "pintu": "", "alasan": "mutasi"})
    assert opened.status_code == 303
    assert "Dinas Contoh" in admin.see(opened.headers["location"]).text


def test_a_campaign_without_rights_is_shown_and_ends(world: World) -> None:
    """An office that gave nobody a right reviews nothing, and says so."""
    office = world.office
    with writing(office.store) as connection:
        case = begin_alone(connection, office, office.procedure("P1"), ("2026-T4", "dimulai.")).id
    walk(world, case, ("operator", "selesai"), ("kabid", "selesai"), ("operator", "selesai"))
    walk(world, case, ("operator", "selesai"), ("kabid", "lengkap"), ("operator", "selesai"))
    follow(world)
    assert step(world, case)[0] == "7"
    assert not isinstance(say(world, case, "operator"), str)
    with TestClient(create_app(Console(office, Follower(office))), follow_redirects=False) as client:
        enter(client, world, "kabid")
        assert "Tidak ada butir" in Visitor(client).see(f"/review/{case}").text
