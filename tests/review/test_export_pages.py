"""Taking data away on a page, by a program and at a console: who may, what comes, what is on record."""

import asyncio
import hashlib
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient
from starlette.types import Message

from review.export.receiving import PART
from review.export.record import BROKEN, DONE
from review.export.taking import Taken, take
from review.export.wanted import EventsWanted, Form
from review.follow import Follower
from review.store import audit, exports
from review.store.exports import Export, ExportState
from review.store.transaction import reading
from review.web.app import create_app
from review.web.console import Console
from review.web.giving import CODE, Giving
from tests.review.browser import Visitor, refusal
from tests.review.listening import served
from tests.review.test_asking_pages import entered
from tests.review.test_inventory_pages import enter
from tests.review.typing_in import Run, typist
from tests.review.world import World

SUBJECTS = ("peristiwa", "akses", "permohonan", "jejak", "bukti")


@pytest.fixture(name="client")
def _client(granted: World) -> Iterator[TestClient]:
    """Give a browser at the console of an office with one right."""
    app = create_app(Console(granted.office, Follower(granted.office)))
    with TestClient(app, follow_redirects=False) as client:
        yield client


def become(client: TestClient, world: World, login: str) -> Visitor:
    """Let somebody sit at the browser."""
    enter(client, world, login)
    return Visitor(client)


def newest(world: World) -> tuple[Export, ...]:
    """Give the records, newest first."""
    with reading(world.office.store) as connection:
        return exports.newest(connection, None, 20)


def test_a_file_is_taken_on_the_page_and_found_by_code_and_hash(granted: World, client: TestClient) -> None:
    """The record tells who, what and which bytes; a file's hash leads to it, and so does its code."""
    entered(granted, 2)
    auditor = become(client, granted, "auditor")
    for subject in SUBJECTS:
        assert auditor.see(f"/ekspor?isi={subject}").status_code == 200
    answer = auditor.send("/ekspor/peristiwa", {"bentuk": "csv", "nama": "pemegang"})
    assert answer.headers["content-disposition"].startswith('attachment; filename="peristiwa-')
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert "Pemegang Contoh" in answer.text
    (one,) = newest(granted)
    assert one.code == answer.headers[CODE]
    assert one.sha256 == hashlib.sha256(answer.content).hexdigest()
    page = auditor.see(f"/ekspor/{one.code.lower()}").text
    for words in (one.sha256, "Petugas Auditor", "Nama memuat", "pemegang", "Selesai"):
        assert words in page
    for sought in (one.sha256.upper(), f"{one.code[:5]}-{one.code[5:]}"):
        assert f"/ekspor/{one.code}" in auditor.see(f"/ekspor?cari={sought}").text
    for sought in ("0" * 64, "tidak-ada"):
        assert "Tidak ada berkas dengan kode" in auditor.see(f"/ekspor?cari={sought}").text
    assert auditor.see("/ekspor/2222222222").status_code == 404


def test_what_cannot_be_read_is_told_on_the_form_as_it_was_typed(granted: World, client: TestClient) -> None:
    """Nothing is taken where a day is none, or where a form is not known."""
    auditor = become(client, granted, "auditor")
    auditor.see("/ekspor")
    typed = {"dari": "2026-02-30", "bentuk": "xlsx", "nama": "Budi"}
    answer = auditor.send("/ekspor/peristiwa", typed)
    assert answer.status_code == 422
    assert "kalender" in refusal(answer)
    assert 'value="Budi"' in answer.text
    assert refusal(auditor.send("/ekspor/peristiwa", {"bentuk": "docx"})) == "Pilih bentuk berkas."
    assert "Belum ada catatan jurnal" in refusal(auditor.send("/ekspor/bukti"))
    assert auditor.send("/ekspor/lain").status_code == 404
    assert auditor.client.post("/ekspor/peristiwa", data={"bentuk": "csv"}).status_code == 403
    assert [one.state for one in newest(granted)] == [ExportState.BROKEN]


def test_everybody_sees_what_is_theirs_to_take(granted: World, client: TestClient) -> None:
    """Operators and applicants take nothing; Kabid no proof, and sees the own files; auditors see all."""
    for login in ("operator", "pemohon"):
        person = become(client, granted, login)
        assert 'href="/ekspor"' not in person.see("/").text
        assert person.see("/ekspor").status_code == 403
        assert person.send("/ekspor/peristiwa", {"bentuk": "csv"}).status_code == 403
    admin = become(client, granted, "admin")
    admin.see("/ekspor")
    assert admin.send("/ekspor/akses", {"bentuk": "csv-titik-koma"}).text.startswith("\ufeffNama;NIP;")
    (one,) = newest(granted)
    kabid = become(client, granted, "kabid")
    page = kabid.see("/ekspor").text
    assert "Belum ada berkas yang diambil." in page
    assert "Berkas bukti jurnal" not in page
    assert kabid.send("/ekspor/bukti").status_code == 403
    assert kabid.see(f"/ekspor/{one.code}").status_code == 404
    assert "Tidak ada berkas" in kabid.see(f"/ekspor?cari={one.code}").text
    auditor = become(client, granted, "auditor")
    assert f"/ekspor/{one.code}" in auditor.see("/ekspor").text
    assert auditor.see("/ekspor?halaman=2").status_code == 200
    with reading(granted.office.store) as connection:
        assert audit.newest(connection, 1)[0].act == DONE


def test_a_browser_alone_takes_nothing_by_the_programs_way(granted: World, client: TestClient) -> None:
    """A cookie is sent along with what a foreign page asks for, so a token is needed; records may be read."""
    become(client, granted, "auditor")
    assert client.post("/api/v1/exports", json={"subject": "akses"}).status_code == 401
    assert client.get("/api/v1/exports").json() == {"exports": []}
    assert client.get("/api/v1/exports/2222222222").status_code == 404


@pytest.fixture(name="run")
def _run(granted: World, tmp_path: Path) -> Iterator[Run]:
    """Serve an office with one right; give the command as a person with a role."""
    entered(granted, 3)
    with served(Console(granted.office, Follower(granted.office))) as address:
        yield typist(granted, address, tmp_path, "export")


def test_files_are_taken_at_a_console_and_left_only_whole(run: Run, tmp_path: Path) -> None:
    """Each subject in its forms; what is there stays, and a refusal leaves nothing behind."""
    out = tmp_path / "keluar"
    out.mkdir()
    said = run("auditor", "events", "--kind", "refusals", "--out", str(out / "a.csv")).output
    data = (out / "a.csv").read_bytes()
    assert f"1 rows, {len(data)} bytes, SHA-256 {hashlib.sha256(data).hexdigest()}" in said
    run("auditor", "access", "--form", "xlsx", "--out", str(out / "b.xlsx"))
    run("kabid", "cases", "--state", "berjalan", "--form", "csv-semicolon", "--out", str(out / "c.csv"))
    assert (out / "c.csv").read_text("utf-8-sig").startswith("Nomor;")
    assert "is there already" in run("auditor", "events", "--out", str(out / "a.csv"), code=1).output
    assert "tidak berwenang" in run("operator", "events", "--out", str(out / "d.csv"), code=1).output
    assert "catatan jurnal" in run("auditor", "proof", "--out", str(out / "e.zip"), code=1).output
    turned = ("--first", "2026-11-21", "--last", "2026-11-20")
    assert "Tanggal awal" in run("auditor", "events", *turned, "--out", str(out / "f.csv"), code=1).output
    assert "cannot be written" in run("auditor", "events", "--out", str(out / "x" / "y"), code=1).output
    run("auditor", "trail", "--person", "auditor", "--out", str(out / "j.csv"))
    (out / f"g.csv{PART}").touch()
    assert "remove it first" in run("auditor", "events", "--out", str(out / "g.csv"), code=1).output
    assert sorted(file.name for file in out.iterdir()) == [
        "a.csv",
        "b.xlsx",
        "c.csv",
        f"g.csv{PART}",
        "j.csv",
    ]
    listed = run("auditor", "list").output
    assert hashlib.sha256(data).hexdigest() in listed
    assert re.search(r"permohonan +csv-titik-koma +1 +selesai", listed)
    assert len(run("kabid", "list").output.splitlines()) == 2


def test_a_program_that_hangs_up_is_on_record(granted: World) -> None:
    """Whoever goes in the middle of a file has it written down as broken off, with what was given."""
    entered(granted, 3)
    found = take(granted.office, granted.person("auditor"), EventsWanted(), Form.CSV, "http://x/")
    assert isinstance(found, Taken)
    given = asyncio.run(hung_up(Giving(found)))
    (one,) = newest(granted)
    assert (one.state, one.size, one.sha256) == (ExportState.BROKEN, len(given), None)
    with reading(granted.office.store) as connection:
        assert audit.newest(connection, 1)[0].act == BROKEN


async def hung_up(giving: Giving) -> bytes:
    """Read the first bytes of an answer, and go; give what was read."""
    read, going = list[bytes](), asyncio.Event()

    async def send(message: Message) -> None:
        if message["type"] == "http.response.body":
            read.append(message["body"])
            going.set()
            await asyncio.Event().wait()

    async def receive() -> Message:
        await going.wait()
        return {"type": "http.disconnect"}

    await giving({"type": "http", "asgi": {"spec_version": "2.3"}}, receive, send)
    return b"".join(read)
