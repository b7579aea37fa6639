"""Pages of leaving: who enters that somebody goes, who counts cards, who suspends, and who only reads."""

import re
from collections.abc import Callable
from functools import cache

import httpx
import pytest
from starlette.testclient import TestClient

from card_registry.words import CardStatus
from review.follow import Follower
from review.web.app import create_app
from review.web.console import Console
from tests.review.browser import Visitor
from tests.review.removals import standing_right, status_of
from tests.review.test_document_pages import visitor
from tests.review.test_emergency_watch import ENTRY, happened
from tests.review.world import World

Enter = Callable[[str], Visitor]

LEAVES = {"jenis": "mutasi", "efektif": "2026-11-20", "dasar": "SK 800/1/2026"}


@pytest.fixture
def enter(granted: World) -> Enter:
    """Let people sign in, each at a browser of their own, where one holder has a right and a card."""
    app = create_app(Console(granted.office, Follower(granted.office)))

    @cache
    def at_browser(login: str) -> Visitor:
        return visitor(TestClient(app, follow_redirects=False), granted, login)

    return at_browser


def post(desk: Visitor, path: str, **fields: str) -> httpx.Response:
    """Send a form with the person's own token."""
    desk.see("/kotak-masuk")
    return desk.send(path, fields)


def test_a_departure_is_entered_shown_and_taken_back(enter: Enter, granted: World) -> None:
    """What follows is on the page at once; an auditor reads it and may enter nothing."""
    given, _ = standing_right(granted)
    desk = enter("admin")
    assert "Sistem belum mengusulkan" in desk.see("/kepegawaian").text
    wrong = post(
        desk, "/kepegawaian", pemegang=given.terms.holder, jenis="mutasi", efektif="besok", dasar=" "
    )
    assert wrong.status_code == 422
    assert "Isi tanggal" in wrong.text
    assert "Isi nomor surat" in wrong.text
    assert post(desk, "/kepegawaian", pemegang=given.terms.holder, **LEAVES).status_code == 303
    text = desk.see("/kepegawaian").text
    assert "HPS-2026-0001" in text
    assert "SK 800/1/2026" in text
    again = post(desk, "/kepegawaian", pemegang=given.terms.holder, **LEAVES)
    assert "sudah dicatat" in again.text
    auditor = enter("auditor")
    text = auditor.see("/kepegawaian").text
    assert "HPS-2026-0001" in text
    assert "Batalkan" not in text
    assert post(auditor, "/kepegawaian", pemegang=given.terms.holder, **LEAVES).status_code == 403
    [id_] = re.findall(r'name="catatan" value="(\w+)"', enter("admin").see("/kepegawaian").text)
    assert post(enter("auditor"), "/kepegawaian/batal", catatan=id_).status_code == 403
    desk = enter("admin")
    assert post(desk, "/kepegawaian/batal", catatan=id_).status_code == 303
    assert post(desk, "/kepegawaian/batal", catatan=id_).status_code == 422
    assert enter("pemohon").see("/kepegawaian").status_code == 403


def test_the_stock_is_shown_and_entered_by_its_keepers(enter: Enter) -> None:
    """Everybody of the office reads it; the operator enters, with a reason."""
    desk = enter("operator")
    assert "lebih banyak 1 daripada yang diterima" in desk.see("/kartu/persediaan").text
    entry = {"jenis": "diterima", "jumlah": "25", "keterangan": "BAST 7/2026"}
    assert post(desk, "/kartu/persediaan", **{**entry, "jumlah": "x"}).status_code == 422
    assert post(desk, "/kartu/persediaan", **entry).status_code == 303
    text = desk.see("/kartu/persediaan").text
    assert "<strong>24</strong>" in text
    assert "BAST 7/2026" in text
    auditor = enter("auditor")
    assert "BAST 7/2026" in auditor.see("/kartu/persediaan").text
    assert post(auditor, "/kartu/persediaan", **entry).status_code == 403
    assert "/kartu/persediaan" in auditor.see("/kartu").text


def test_a_cards_page_reports_and_suspends(enter: Enter, granted: World) -> None:
    """The link fills the report; the operator's act suspends; the auditor is offered neither."""
    _, card = standing_right(granted)
    desk = enter("operator2")
    text = desk.see(f"/kartu/{card.id}").text
    [link] = re.findall(r'href="(/permohonan/baru/P8\?[^"]+)"', text)
    form = desk.see(link.replace("&amp;", "&")).text
    for value in (card.id, "kartu-hilang"):
        assert any("selected" in one for one in re.findall(rf'<option[^>]*"{value}"[^>]*>', form))
    refused = post(desk, f"/kartu/{card.id}/bekukan", alasan="pelanggaran", penjelasan=" ")
    assert refused.status_code == 403
    done = post(desk, f"/kartu/{card.id}/bekukan", alasan="pelanggaran", penjelasan="Kartu dipinjamkan.")
    assert done.status_code == 303
    shown = desk.see(done.headers["location"]).text
    assert "Sampai di pintu" in shown
    assert "Hak akses Pemegang Contoh dibekukan" in shown
    assert status_of(granted, card) is CardStatus.SUSPENDED
    auditor = enter("auditor")
    text = auditor.see(f"/kartu/{card.id}").text
    assert "Keadaan mendesak" not in text
    assert post(auditor, f"/kartu/{card.id}/bekukan", alasan="pelanggaran", penjelasan="x").status_code == 403
    desk = enter("operator2")
    assert post(desk, f"/kartu/{'0' * 32}/bekukan", alasan="pelanggaran", penjelasan="x").status_code == 404


def test_an_emergency_stands_on_everybodys_first_page(enter: Enter, granted: World) -> None:
    """Of the office; an applicant's unit is not told."""
    happened(granted, ENTRY)
    assert "Akses darurat DRT-2026-0001" in enter("auditor").see("/").text
    assert "DRT-2026-0001" not in enter("pemohon").see("/").text


def test_a_list_of_staff_is_compared_and_not_kept(enter: Enter) -> None:
    """Each finding is offered to be entered; a wrong file is told so; an auditor may not."""
    desk = enter("admin")

    def compares(who: Visitor, text: bytes) -> httpx.Response:
        who.see("/kotak-masuk")
        sent = {"daftar": ("daftar.csv", text, "text/csv")}
        return who.client.post("/kepegawaian/banding", data={"csrf": who.token}, files=sent)

    gone = compares(desk, b"NIP;Nama;Unit\n;Orang Lain;Dinas Contoh\n")
    assert "tidak ada pada daftar" in gone.text
    assert "Pemegang Contoh" in gone.text
    assert "sesuai dengan daftar" in compares(desk, b";Pemegang Contoh;Dinas Contoh\n").text
    for wrong, said in ((b"satu", "Baris 1"), (b"\xff\xfe", "UTF-8"), (b"", "Pilih berkas")):
        answer = compares(desk, wrong)
        assert (answer.status_code, said in answer.text) == (422, True), wrong
    assert compares(desk, b";A;B\n" * 400_001).status_code == 413
    assert compares(enter("auditor"), b";A;B\n").status_code == 403
    assert desk.client.post("/kepegawaian/banding", data={"csrf": "x"}).status_code == 403
