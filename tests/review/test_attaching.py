"""Attaching to a case: what is taken, by whom, how it is given back, and how it is taken away again."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from httpx import Response
from starlette.testclient import TestClient

from card_registry.instant import DAY
from card_registry.words import CaseId
from review.access import Refused
from review.accounts import Accounts, Entry
from review.accounts import enter as accounts
from review.attachment import LARGEST, MOST, apart
from review.case import RowKind
from review.follow import Follower
from review.people import Role
from review.store import attachments, audit, case_chain
from review.store.attachments import Attached
from review.store.transaction import reading, writing
from review.web.app import create_app
from review.web.console import Console
from review.workflow.answering import take_back
from review.workflow.attaching import DAILY, Sent, attach, take_away
from tests.review.browser import Visitor, refusal
from tests.review.files import jpeg, pdf, png
from tests.review.test_inventory_pages import enter
from tests.review.test_workflow import file_of, opened
from tests.review.world import LIGHT, NOON, World

LETTER = Sent("Surat tugas.pdf", pdf(), "Surat tugas")


@pytest.fixture
def visit(world: World) -> Iterator[Visitor]:
    """Give the applicant's browser."""
    app = create_app(Console(world.office, Follower(world.office)))
    with TestClient(app, follow_redirects=False) as client:
        enter(client, world, "pemohon")
        yield Visitor(client)


def put(world: World, case: str, login: str = "pemohon", sent: Sent = LETTER) -> Attached:
    """Attach a file that is taken."""
    done = attach(world.office, world.person(login), case, sent)
    assert isinstance(done, Attached), done
    return done


def why(done: object) -> str:
    """Give the sentence of a refusal."""
    assert isinstance(done, Refused), done
    return done.why


def send(visit: Visitor, case: str, name: str, body: bytes, caption: str = "", csrf: str = "") -> Response:
    """Send a file as the page does."""
    data = {"csrf": csrf or visit.token, "keterangan": caption}
    return visit.client.post(f"/permohonan/{case}/lampiran", data=data, files={"berkas": (name, body)})


def test_what_is_attached_stands_in_the_chained_history(world: World) -> None:
    """File, history and audit say the same; no name stands in the history, and the case stays where it is."""
    case = opened(world)
    before = file_of(world, case).case
    one = put(world, case)
    after = file_of(world, case).case
    assert (after.step, after.attempt, after.applicant) == (before.step, before.attempt, before.applicant)
    row = after.history[-1]
    assert (row.kind, row.answer, row.person) == (RowKind.ENCLOSURE, "dilampirkan", one.person)
    assert one.sha256 in row.note
    assert "Surat" not in row.note
    with reading(world.office.store) as connection:
        assert attachments.body(connection, one.id) == LETTER.body
        assert case_chain.tampered(connection) == ()
        assert audit.newest(connection)[0].act == "lampiran.tambah"


def test_whoever_may_read_and_act_attaches_while_the_case_runs(world: World) -> None:
    """A colleague attaches out of turn; an auditor, a stranger and a case that is over are refused."""
    case = opened(world)
    put(world, case, "operator", Sent("rak.png", png()))
    assert "Auditor" in why(attach(world.office, world.person("auditor"), case, LETTER))
    assert why(attach(world.office, world.person("pemohon"), "0" * 32, LETTER)).startswith("Permohonan tidak")
    take_back(world.office, world.person("pemohon"), case, "Tidak jadi")
    assert "sudah selesai" in why(attach(world.office, world.person("pemohon"), case, LETTER))


def test_the_same_file_is_taken_once_and_no_more_than_so_many(world: World) -> None:
    """A file stands once in a case, whatever it is called; the twenty-first is refused."""
    case = opened(world)
    put(world, case)
    assert "sudah dilampirkan" in why(attach(world.office, world.person("pemohon"), case, LETTER))
    with writing(world.office.store) as connection:
        (first,) = attachments.of_case(connection, case)
        for number in range(1, MOST):
            other = replace(first, id=f"{number:032x}", sha256=f"{number:064x}")
            attachments.keep(connection, other, b"")
    assert "paling banyak 20" in why(attach(world.office, world.person("pemohon"), case, Sent("a", png(99))))


def test_a_person_attaches_so_much_in_a_day(world: World) -> None:
    """Beyond it the sentence says to go on tomorrow; others, and the next day, are not held up."""
    case = opened(world)
    first = put(world, case)
    other = CaseId(opened(world))
    with writing(world.office.store) as connection:
        large = replace(first, id="f" * 32, case=other, sha256="f" * 64, size=DAILY)
        attachments.keep(connection, large, b"")
    assert "200 MB" in why(attach(world.office, world.person("pemohon"), case, Sent("a", png())))
    put(world, case, "operator", Sent("a", png(5)))
    world.clock.now += DAY + 1
    put(world, case, sent=Sent("a", png()))


def attached_at_once(world: World, many: int = 4) -> tuple[list[Attached], list[str]]:
    """Let several people attach the same file at the same moment; give what was taken and what was said."""
    case, person = opened(world), world.person("pemohon")
    with ThreadPoolExecutor(many) as pool:
        done = list(pool.map(lambda _: attach(world.office, person, case, LETTER), range(many)))
    with reading(world.office.store) as connection:
        assert case_chain.tampered(connection) == ()
        assert len(attachments.of_case(connection, case)) == 1
    return [one for one in done if isinstance(one, Attached)], [
        one.why for one in done if isinstance(one, Refused)
    ]


def test_one_of_many_at_once_is_taken(world: World) -> None:
    """The others are told that it is there; the history stays one chain."""
    taken, said = attached_at_once(world)
    assert len(taken) == 1
    assert all("sudah dilampirkan" in one or one == apart.BUSY for one in said)


def test_a_file_is_taken_away_with_its_name_and_its_hash_stays(world: World) -> None:
    """Whoever attached it, or the administrator, takes it away with a reason; the chain holds."""
    case = opened(world)
    one = put(world, case)
    kadis, admin = world.person("kadis"), world.person("admin")
    assert "hanya dapat dihapus" in why(take_away(world.office, kadis, case, one.id, "x"))
    assert "memerlukan alasan" in why(take_away(world.office, admin, case, one.id, " "))
    assert isinstance(take_away(world.office, admin, case, one.id, "Memuat KTP"), Attached)
    assert "sudah dihapus" in why(take_away(world.office, admin, case, one.id, "lagi"))
    with reading(world.office.store) as connection:
        assert attachments.body(connection, one.id) is None
        (left,) = attachments.of_case(connection, case)
        assert case_chain.tampered(connection) == ()
    assert (left.name, left.caption, left.sha256, left.remover) == ("", "", one.sha256, admin.id)
    assert file_of(world, case).case.history[-1].note.endswith("Memuat KTP")
    put(world, case)


def test_nothing_of_a_file_taken_away_stays_in_the_store(world: World) -> None:
    """What was deleted is overwritten, not only forgotten."""
    case, canary = opened(world), b"(3578010101900001 pindaian)"
    one = put(world, case, sent=Sent("ktp.pdf", pdf({4: canary})))
    file = Path(str(world.office.store.url.database))
    assert canary in stored(world, file)
    take_away(world.office, world.person("pemohon"), case, one.id, "Memuat KTP")
    assert canary not in stored(world, file)


def stored(world: World, file: Path) -> bytes:
    """Give the bytes of the office store, its log written back."""
    with world.office.store.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    return file.read_bytes()


def test_the_page_takes_a_file_and_gives_it_back_shut_in(visit: Visitor, world: World) -> None:
    """A file comes back byte for byte, as a download that no browser runs, under a name that is safe."""
    case = opened(world)
    visit.see(f"/permohonan/{case}/lampiran")
    assert send(visit, case, "../<b>fotô\u202e.exe", jpeg(), "Foto <rak>").status_code == 303
    page = visit.see(f"/permohonan/{case}/lampiran").text
    assert "Foto &lt;rak&gt;" in page
    assert "kartu identitas" in page
    with reading(world.office.store) as connection:
        (one,) = attachments.of_case(connection, case)
    assert one.name == "b_fotô_.exe.jpg"
    back = visit.client.get(f"/permohonan/{case}/lampiran/{one.id}")
    assert back.content == jpeg()
    assert back.headers["content-type"] == "image/jpeg"
    assert back.headers["content-disposition"].startswith(
        'attachment; filename="b_fot__.exe.jpg"; filename*='
    )
    assert back.headers["content-security-policy"] == "default-src 'none'; sandbox"
    assert back.headers["x-content-type-options"] == "nosniff"
    path = f"/permohonan/{case}/lampiran/{one.id}/hapus"
    assert "memerlukan alasan" in refusal(visit.send(path, {"alasan": ""}))
    assert visit.send(path, {"alasan": "Salah berkas"}).status_code == 303
    assert visit.client.get(f"/permohonan/{case}/lampiran/{one.id}").status_code == 404
    assert "telah dihapus" in visit.see(f"/permohonan/{case}/lampiran").text


def test_a_file_that_is_not_taken_is_answered_with_a_sentence(visit: Visitor, world: World) -> None:
    """What was typed beside it is kept; a file too large for anything is stopped before it is read."""
    case = opened(world)
    visit.see(f"/permohonan/{case}/lampiran")
    refused = send(visit, case, "a.zip", b"PK\3\4", "Catatan saya")
    assert refused.status_code == 422
    assert "Jenis berkas tidak diterima" in refusal(refused)
    assert 'value="Catatan saya"' in refused.text
    assert "paling besar 5 MB" in refusal(send(visit, case, "a.png", png() + bytes(LARGEST)))
    assert "paling panjang 120" in refusal(send(visit, case, "a.png", png(), "x" * 121))
    stopped = send(visit, case, "a.png", bytes(13 * 1024 * 1024))
    assert (stopped.status_code, "lebih kecil" in stopped.text) == (413, True)
    assert send(visit, case, "a.png", png(), csrf="0" * 64).status_code == 403
    none = visit.client.post(f"/permohonan/{case}/lampiran", data={"csrf": visit.token})
    assert none.status_code in {400, 422}


def test_a_stranger_neither_sends_nor_reads(visit: Visitor, world: World) -> None:
    """Nobody signed in, and an applicant of another unit, get nothing of a case's files."""
    case = opened(world)
    one = put(world, case)
    assert isinstance(visit.client, TestClient)
    enter(visit.client, world, "kadis")
    assert visit.see(f"/permohonan/{case}/lampiran/{one.id}").status_code == 200
    assert visit.see(f"/permohonan/{'0' * 32}/lampiran").status_code == 404
    new = Entry("tetangga", "Pemohon Lain", "Dinas Lain", Role.PEMOHON, "sandi-tetangga-panjang")
    accounts(world.office.store, Accounts((new,)), NOON, world.office.entropy, LIGHT)
    enter(visit.client, world, "tetangga")
    visit.see("/")
    for path in ("lampiran", f"lampiran/{one.id}"):
        assert visit.see(f"/permohonan/{case}/{path}").status_code == 403
    assert send(visit, case, "a.png", png()).status_code == 403
    assert visit.send(f"/permohonan/{case}/lampiran/{one.id}/hapus", {"alasan": "x"}).status_code == 403
    assert isinstance(attach(world.office, world.person("tetangga"), case, LETTER), Refused)
    assert isinstance(take_away(world.office, world.person("tetangga"), case, one.id, "x"), Refused)
    enter(visit.client, world, "kabid")
    assert visit.see(f"/permohonan/{case}/lampiran/{'0' * 32}").status_code == 404
    visit.client.cookies.clear()
    assert visit.client.get(f"/permohonan/{case}/lampiran/{one.id}").headers["location"] == "/masuk"
    assert send(visit, case, "a.png", png(), csrf="x").headers["location"] == "/masuk"
