"""Documents through the console: listed, issued, printed, as PDF, and verified by anybody with the paper."""

import hashlib
import re
from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient

from card_registry.errors import OperatorMistaken
from review.documents.codes import ALPHABET, grouped
from review.documents.sealing import Occasion
from review.people import Role
from review.signing_files import sign_kept
from review.store import issued, sessions
from review.store.transaction import reading, writing
from review.web.app import create_app
from review.web.console import Console
from tests.review.browser import Visitor
from tests.review.papers import CASE, HANDOVER, answer, case_at, fill, staff
from tests.review.test_sealing import PASSPHRASE, Service
from tests.review.test_workflow import finished
from tests.review.world import World


@pytest.fixture
def client(console: Console) -> Iterator[TestClient]:
    """Give one browser."""
    with TestClient(create_app(console), follow_redirects=False) as opened:
        yield opened


def visitor(client: TestClient, world: World, login: str) -> Visitor:
    """Sign somebody in."""
    token = f"sesi-{login}"
    with writing(world.office.store) as connection:
        sessions.begin(connection, token, world.person(login).id, world.clock())
    client.cookies.set("akses_sesi", token, domain="testserver.local")
    return Visitor(client)


def handed_over(world: World) -> str:
    """Sign minutes of a handover and give their code."""
    case_at(world, "P5", "4")
    fill(world, "F05.A", HANDOVER)
    answer(world, world.person("pemohon"))
    with reading(world.office.store) as connection:
        found = issued.newest(connection, CASE, "F05")
    assert found is not None
    return found.code


def test_a_printed_document_leads_to_the_page_that_verifies_it(client: TestClient, world: World) -> None:
    """The paper's address says genuine, number, day and signers, and no applicant's name."""
    code = handed_over(world)
    desk = visitor(client, world, "kabid")
    paper = desk.see(f"/dokumen/{code}?kertas=f4")
    assert 'class="f4' in paper.text
    assert grouped(code) in paper.text
    [address] = re.findall(r"· (http\S+/periksa/\S+)</p>", paper.text)
    client.cookies.clear()
    said = client.get(address)
    assert said.status_code == 200
    assert "Dokumen ini asli" in said.text
    assert "001/BAST/2026" in said.text
    assert "20 November 2026" in said.text
    assert "Pejabat Pemohon" not in said.text
    assert "Pengantar Contoh" not in said.text


def test_a_code_or_a_hash_may_be_typed(client: TestClient, world: World) -> None:
    """In any case, with a hyphen or not, or the SHA-256 of the text."""
    code = handed_over(world)
    with reading(world.office.store) as connection:
        one = issued.find(connection, code)
    assert one is not None
    for typed in (code, f" {grouped(code)} ", code.lower(), one.sha256.upper()):
        said = client.get("/periksa", params={"kode": typed})
        assert "Dokumen ini asli" in said.text


def test_what_we_never_issued_is_unknown(client: TestClient) -> None:
    """Unknown is said plainly, with 404, and what was typed is only text."""
    for text in (ALPHABET[:10], "ff" * 32, "<script>", "x" * 80):
        said = client.get("/periksa", params={"kode": text})
        assert said.status_code == 404
        assert "Tidak dikenal" in said.text
        assert "<script>" not in said.text
    assert client.get("/periksa").status_code == 200
    assert client.get("/periksa", params={"kode": "x" * 81}).status_code == 422


def test_a_replaced_document_is_said_to_be_replaced(client: TestClient, world: World) -> None:
    """The old code stays known and says that a newer version exists; a draft letter that it is one."""
    staff(world, Role.JFU)
    code = handed_over(world)
    fill(world, "F05.A", HANDOVER | {"lokasi": "Rak 03"})
    desk = visitor(client, world, "operator")
    desk.see(f"/permohonan/{CASE}/dokumen")
    made = desk.send(f"/permohonan/{CASE}/dokumen", {"formulir": ["F05"]})
    assert made.status_code == 303
    fresh = made.headers["location"].rpartition("/")[2]
    assert fresh != code
    assert "Sudah diganti" in client.get(f"/periksa/{code}").text
    now = client.get(f"/periksa/{fresh}").text
    assert "Sudah diganti" not in now
    assert "001/BAST/2026" in now
    again = desk.send(f"/permohonan/{CASE}/dokumen", {"formulir": ["F05"]})
    assert again.headers["location"] == made.headers["location"]
    assert desk.send(f"/permohonan/{CASE}/dokumen", {"formulir": ["F16"]}).status_code == 409
    assert desk.send(f"/permohonan/{CASE}/dokumen", {"formulir": ["F99"]}).status_code == 409


def test_a_pdf_is_kept_and_its_own_hash_verifies_it(client: TestClient, world: World) -> None:
    """The bytes that were downloaded lead back to the document."""
    code = handed_over(world)
    desk = visitor(client, world, "kabid")
    file = desk.see(f"/dokumen/{code}/pdf")
    assert file.headers["content-type"] == "application/pdf"
    said = client.get("/periksa", params={"kode": hashlib.sha256(file.content).hexdigest()})
    assert "001/BAST/2026" in said.text


def test_a_signed_file_is_kept_and_offered(client: TestClient, world: World) -> None:
    """What a sealer makes of the newest PDF is downloaded as it is, and its hash verifies it."""
    code = handed_over(world)
    desk = visitor(client, world, "kabid")
    store, occasion = world.office.store, Occasion("", "")
    with pytest.raises(OperatorMistaken, match="no PDF yet"):
        sign_kept(store, code, Service(certified=False), PASSPHRASE, occasion)
    desk.see(f"/dokumen/{code}/pdf")
    with pytest.raises(OperatorMistaken, match="not known"):
        sign_kept(store, "x", Service(certified=False), PASSPHRASE, occasion)
    with pytest.raises(OperatorMistaken, match="not signed"):
        sign_kept(store, code, Service(certified=False), "salah", occasion)
    assert desk.see(f"/dokumen/{code}/ttd").status_code == 404
    made = sign_kept(store, grouped(code), Service(certified=False), PASSPHRASE, occasion)
    assert "PDF bertanda tangan" in desk.see(f"/permohonan/{CASE}/dokumen").text
    assert desk.see(f"/dokumen/{code}/ttd").content == made
    said = client.get("/periksa", params={"kode": hashlib.sha256(made).hexdigest()})
    assert "001/BAST/2026" in said.text


def test_a_form_is_seen_as_a_draft_before_it_is_issued(client: TestClient, world: World) -> None:
    """A draft has no code and no number, and says what it is."""
    case_at(world, "P5", "4")
    fill(world, "F05.A", HANDOVER)
    desk = visitor(client, world, "operator")
    assert "Lihat konsep" in desk.see(f"/permohonan/{CASE}/dokumen").text
    draft = desk.see(f"/permohonan/{CASE}/dokumen/F05").text
    assert "KONSEP" in draft
    assert "Kode periksa" not in draft
    assert desk.see(f"/permohonan/{CASE}/dokumen/F16").status_code == 404
    assert client.get("/cetak.css").headers["content-type"].startswith("text/css")


def test_the_access_list_is_issued_for_the_wall(client: TestClient, world: World) -> None:
    """It lists who may enter now, lies on its side, and is verified like any document."""
    finished(world)
    desk = visitor(client, world, "operator")
    desk.see("/kartu")
    made = desk.send("/kartu/cetak")
    paper = desk.see(made.headers["location"]).text
    assert 'class="a4-rebah' in paper
    assert "Pemegang Contoh" in paper
    assert "KRT-00001" in paper
    assert "pengendali-1 versi" in paper
    assert "Dokumen ini asli" in client.get(made.headers["location"].replace("dokumen", "periksa")).text


def test_a_stranger_reads_no_documents(client: TestClient, world: World) -> None:
    """Another applicant is refused; who is not signed in is sent to sign in; an unknown code is not found."""
    code = handed_over(world)
    assert client.get(f"/dokumen/{code}").status_code == 303
    staff(world, Role.SISTEM)
    stranger = visitor(client, world, "sistem")
    assert stranger.see(f"/dokumen/{code}").status_code == 403
    assert stranger.see(f"/permohonan/{CASE}/dokumen").status_code == 403
    assert stranger.see("/dokumen/TIDAKADA22").status_code == 404
