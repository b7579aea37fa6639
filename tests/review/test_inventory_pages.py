"""The server room's pages: racks, a device, differences, tables out and in; who may, and what is escaped."""

from collections.abc import Iterator

import pytest
from httpx import Response
from sqlalchemy import insert
from starlette.testclient import TestClient

from review.case import Advanced
from review.follow import Follower
from review.inventory import Claim, Device, Place
from review.inventory.exchange import COLUMNS, Sheet
from review.inventory.facts import Facts
from review.store import inventory, sessions
from review.store.transaction import writing
from review.tables import occurrence
from review.web.app import create_app
from review.web.console import Console
from tests.review.browser import Visitor
from tests.review.rooms import before_place, file_of, furnished, say, settled, stock, walk
from tests.review.test_places import add, month, returned
from tests.review.world import NOON, World


@pytest.fixture
def room(world: World) -> World:
    """An office with a room for two servers."""
    return furnished(world)


@pytest.fixture
def visit(room: World) -> Iterator[Visitor]:
    """Give the technician's browser."""
    with TestClient(
        create_app(Console(room.office, Follower(room.office))), follow_redirects=False
    ) as client:
        enter(client, room, "operator")
        yield Visitor(client)


def enter(client: TestClient, world: World, login: str) -> None:
    """Let somebody be signed in."""
    with writing(world.office.store) as connection:
        sessions.begin(connection, login, world.person(login).id, world.clock())
    client.cookies.set("akses_sesi", login, domain="testserver.local")


def test_racks_show_what_stands_and_what_is_kept(visit: Visitor, room: World) -> None:
    """Each rack is a picture without a style of its own; names are escaped; the case of a place is linked."""
    settled(room)
    case = before_place(room, "<b>2")
    walk(room, case, ("operator", "tersedia"))
    shown = visit.see("/inventaris").text
    assert shown.count("<svg") == 1
    assert "<style>" not in shown
    assert "U1–U2: dinas.contoh.go.id – Dinas Contoh (aktif, 300 W)" in shown
    assert f'/permohonan/{case}">{file_of(room, case).number}' in shown
    assert "1 alamat IP publik, 1 port jaringan, 60 Mbps" in shown
    (server,) = stock(room).devices
    page = visit.see(f"/inventaris/perangkat/{server.id}").text
    assert "Situs Dinas" in page
    assert "Masuk melalui" in page
    returned(room, "sn-1")
    gone = visit.see(f"/inventaris/perangkat/{server.id}").text
    assert "Keluar melalui" in gone
    assert "<svg" not in gone
    for path in ("/inventaris/perangkat/x", "/inventaris/tabel/x", "/inventaris/bulanan/x"):
        assert visit.see(path).status_code == 404


def test_tables_go_out_and_come_in(visit: Visitor, room: World) -> None:
    """What is downloaded is taken again; a faulty row is shown with its number, and nothing is changed."""
    settled(room)
    for sheet in Sheet:
        out = visit.see(f"/inventaris/tabel/{sheet}")
        assert out.headers["content-disposition"].endswith(f'"inventaris-{sheet}.csv"')
        visit.see("/inventaris")
        back = send(visit, sheet, out.content)
        assert back.status_code == 200, back.text
        assert "tidak ada yang akan diubah" in back.text
    before = stock(room)
    head = ",".join(COLUMNS[Sheet.RACKS])
    wrong = send(visit, Sheet.RACKS, f"{head}\r\nRuang,<b>,0,1,1\r\n".encode())
    assert wrong.status_code == 422
    assert "Baris 2: tinggi_u harus" in wrong.text
    assert "bukan teks UTF-8" in send(visit, Sheet.RACKS, b"\xff\xfe").text
    assert visit.client.post("/inventaris/impor", data={"csrf": visit.token}).status_code == 400
    assert send(visit, Sheet.RACKS, b"x", csrf="").status_code == 403
    assert stock(room) == before
    assert visit.see("/inventaris/buku").content.startswith(b"PK")


def send(visit: Visitor, sheet: Sheet, body: bytes, csrf: str | None = None) -> Response:
    """Send a file as the form does."""
    data = {"csrf": visit.token if csrf is None else csrf, "tabel": sheet.value}
    return visit.client.post("/inventaris/impor", data=data, files={"berkas": ("a.csv", body, "text/csv")})


def test_who_may_not_is_told_who_may(visit: Visitor, room: World) -> None:
    """An applicant sees no inventory; an auditor sees it and changes nothing."""
    assert isinstance(visit.client, TestClient)
    enter(visit.client, room, "pemohon")
    for path in ("/inventaris", "/inventaris/buku", "/inventaris/tabel/rak", "/inventaris/perangkat/x"):
        assert visit.see(path).status_code == 403
    enter(visit.client, room, "auditor")
    page = visit.see("/inventaris").text
    assert "Impor" not in page.partition("Tabel</h2>")[2]
    visit.see("/")
    refused = send(visit, Sheet.RACKS, b"x")
    assert refused.status_code == 403
    assert "mengubah inventaris" in refused.text


def test_a_months_differences_are_named(visit: Visitor, room: World) -> None:
    """Papers, list, findings and door agree until one of them does not."""
    settled(room)
    case = month(room)
    path = f"/inventaris/bulanan/{case}"
    assert "Tidak ada selisih" in visit.see(path).text
    assert path in visit.see("/inventaris/bulanan").text
    assert "November 2026" in visit.see("/inventaris/bulanan").text
    row = {"controller": "p", "epoch": 1, "seq": 1, "kind": "access", "at": NOON, "local": "", "quality": ""}
    with writing(room.office.store) as connection:
        day = room.office.today().replace(day=1)
        connection.execute(insert(occurrence).values(day=day, granted=True, times=1, detail="", **row))
    assert "Berpindah tanpa kunjungan tercatat" in visit.see(path).text
    found = {"server.0.hasil": ["tidak-sesuai"], "server.0.kondisi": ["baik"], "server.0.status": ["aktif"]}
    found |= {"server.0.nomor_seri": ["SN-7"], "server.0.posisi": ["Rak A, U3–U4"]}
    assert isinstance(say(room, case, "operator", given=found), Advanced)
    shown = visit.see(path).text
    assert "Nomor seri berbeda" in shown
    assert "Posisi berbeda" in shown


def test_a_device_entered_by_hand_is_asked_for_its_paper(visit: Visitor, room: World) -> None:
    """One whose entry names a handover of before agrees; one that names none is a difference."""
    case = month(room)
    add(room, Device("x", "Lama", "Dinas", "SN-8", Claim(Place("a", 1, 1), 0, 0), since=NOON))
    assert "Tercatat tanpa berita acara" in visit.see(f"/inventaris/bulanan/{case}").text
    with writing(room.office.store) as connection:
        inventory.describe(connection, "x", Facts(bast="BA-7/2019"))
    assert "Tidak ada selisih" in visit.see(f"/inventaris/bulanan/{case}").text
