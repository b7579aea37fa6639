"""The monthly check on its pages, racks on paper, and an import that is looked at before it is entered."""

import re
from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient

from review.follow import Follower
from review.inventory.exchange import Sheet
from review.web.app import create_app
from review.web.console import Console
from review.workflow.furnishing import as_xlsx
from tests.review.browser import Visitor
from tests.review.rooms import before_place, file_of, furnished, settled, stock, walk
from tests.review.test_inventory_pages import enter, send
from tests.review.test_places import month
from tests.review.world import World

SENT = re.compile(r'name="isi" value="([^"]+)"')


@pytest.fixture
def room(world: World) -> World:
    """An office with a room in which one server stands."""
    room = furnished(world)
    settled(room)
    return room


@pytest.fixture
def visit(room: World) -> Iterator[Visitor]:
    """Give the technician's browser."""
    console = Console(room.office, Follower(room.office))
    with TestClient(create_app(console), follow_redirects=False) as client:
        enter(client, room, "operator")
        yield Visitor(client)


def answer(room: World, case: str, **changed: str) -> dict[str, str]:
    """Give the fields of a filled check as the page sends them."""
    (one,) = stock(room).devices
    file = file_of(room, case)
    return {
        "step": file.case.step,
        "attempt": str(file.case.attempt),
        "pilihan": "selesai",
        "bulan": "2026-11",
        "lokasi": "Ruang server",
        "petugas": "Petugas",
        "server.0.server": one.id,
        "server.0.hasil": "sesuai",
        "server.0.kondisi": "baik",
        "server.0.status": "aktif",
        **changed,
    }


def test_a_check_is_filled_row_by_row(visit: Visitor, room: World) -> None:
    """Each server stands with what is expected; what is wrong is said beside it, what was typed is kept."""
    before = visit.see("/inventaris/bulanan").text
    assert "belum disiapkan" in before
    assert 'href="/permohonan/baru/P6"' in before
    case = month(room)
    path = f"/inventaris/bulanan/{case}"
    assert "belum disiapkan" not in visit.see("/inventaris/bulanan").text
    assert f"{path}/isi" in visit.see(path).text
    shown = visit.see(f"{path}/isi").text
    assert shown.count("<fieldset") == 1
    assert "nomor seri <strong>sn-1</strong> · <strong>Rak A, U1–U2</strong>" in shown
    wrong = answer(room, case, **{"server.0.hasil": "", "server.0.posisi": "<b>Rak", "alasan": "lampu mati"})
    refused = visit.send(f"{path}/isi", wrong)
    assert refused.status_code == 422
    assert 'id="server.0.hasil-salah"' in refused.text
    assert 'value="&lt;b&gt;Rak"' in refused.text
    assert "lampu mati</textarea>" in refused.text
    stale = visit.send(f"{path}/isi", answer(room, case, attempt="7"))
    assert stale.status_code == 422
    assert 'role="alert"' in stale.text
    done = visit.send(f"{path}/isi", answer(room, case, **{"server.0.posisi": "Rak A, U3–U4"}))
    assert (done.status_code, done.headers["location"]) == (303, path)
    seen = visit.see(path).text
    assert "1 selisih ditemukan" in seen
    assert "Posisi berbeda" in seen
    assert f"{path}/isi" not in seen
    assert visit.see(f"{path}/isi").status_code == 409
    assert visit.send(f"{path}/isi", answer(room, case)).status_code == 409
    assert "cetak F06" in visit.see("/inventaris/bulanan").text


def test_only_a_months_check_has_these_pages(visit: Visitor, room: World) -> None:
    """Another case has none, an auditor fills nothing, an applicant sees nothing."""
    other = before_place(room, "SN-2")
    assert visit.see(f"/inventaris/bulanan/{other}").status_code == 404
    assert visit.see(f"/inventaris/bulanan/{other}/isi").status_code == 404
    case = month(room)
    assert isinstance(visit.client, TestClient)
    enter(visit.client, room, "auditor")
    page = visit.see(f"/inventaris/bulanan/{case}")
    assert page.status_code == 200
    assert "/isi" not in page.text
    assert visit.see(f"/inventaris/bulanan/{case}/isi").status_code == 409
    enter(visit.client, room, "pemohon")
    for path in ("", f"/{case}", f"/{case}/isi"):
        assert visit.see(f"/inventaris/bulanan{path}").status_code == 403
    assert visit.see("/inventaris/cetak").status_code == 403
    assert visit.see("/inventaris/tabel").status_code == 403


def test_racks_are_printed_with_what_stands_and_is_kept(visit: Visitor, room: World) -> None:
    """One sheet a rack on either paper, its lines from the top down; no such rack is not found."""
    case = before_place(room, "SN-2")
    walk(room, case, ("operator", "tersedia"))
    shown = visit.see("/inventaris/cetak?kertas=f4").text
    assert '<body class="f4' in shown
    assert "<style" not in shown
    rows = re.findall(r'<td data-label="U">([^<]+)', shown)
    assert rows == ["3–4", "1–2"]
    assert "dipesan s.d. 4 Desember 2026" in shown
    assert file_of(room, case).number in shown
    assert visit.see("/inventaris/cetak?rak=a").text.count("<svg") == 1
    assert visit.see("/inventaris/cetak?rak=z").status_code == 404
    listed = visit.see("/inventaris").text
    assert "300 W, 2 stop kontak, 203.0.113.3, sw1/2, 20 Mbps" in listed
    assert "segera berakhir" not in listed
    room.clock.now += 12 * 86_400_000
    assert isinstance(visit.client, TestClient)
    enter(visit.client, room, "operator2")
    assert "segera berakhir" in visit.see("/inventaris").text


def test_an_import_is_shown_and_then_entered(visit: Visitor, room: World) -> None:
    """A workbook is looked at, its changes are named, and the same file is entered by a second press."""
    visit.see("/inventaris/tabel")
    assert isinstance(visit.client, TestClient)
    table = visit.see("/inventaris/tabel/rak").text.replace("1000", "2500")
    visit.see("/inventaris/tabel")
    looked = send(visit, Sheet.RACKS, table.encode())
    assert "Belum ada yang dimasukkan" in looked.text
    assert "daya_w: <s>1000</s> → 2500" in looked.text
    assert stock(room).racks[0].power_w == 1000
    (kept,) = SENT.findall(looked.text)
    fields = {"csrf": visit.token, "tabel": "rak", "isi": kept, "aksi": "masukkan"}
    done = visit.client.post("/inventaris/impor", data=fields)
    assert "1 baris telah dimasukkan" in done.text
    assert stock(room).racks[0].power_w == 2500
    same = send(visit, Sheet.RACKS, as_xlsx(room.office))
    assert "sama dengan inventaris" in same.text
    for isi in ("", "???"):
        assert visit.client.post("/inventaris/impor", data={**fields, "isi": isi}).status_code == 400
    assert send(visit, Sheet.RACKS, b"x" * 400_001).status_code == 413
    assert "tidak ada yang diubah" in send(visit, Sheet.RACKS, b"PK").text
