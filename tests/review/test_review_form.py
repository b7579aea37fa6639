"""Form F03 on paper: what was seen, said and done of each row; a unit's own rows alone."""

import pytest
from starlette.testclient import TestClient

from review.follow import Follower
from review.store.transaction import reading, writing
from review.web.app import create_app
from review.web.console import Console
from review.workflow import documents
from tests.review.removals import follow, walk
from tests.review.test_campaigning import asked, row_of
from tests.review.test_document_pages import visitor
from tests.review.test_workflow import file_of
from tests.review.world import World


def printed(world: World, case: str) -> str:
    """Give the form as it would be issued now."""
    with reading(world.office.store) as connection:
        made = documents.draft(connection, world.office, file_of(world, case), "F03")
    return repr(made)


def test_the_form_tells_the_whole_row(granted: World) -> None:
    """Evidence and advice before anybody spoke; who said what; what the doors did in the end."""
    case = asked(granted)
    text = printed(granted, case)
    for said in ("Triwulan", "Pemegang Contoh", "Dinas Contoh", "KRT-00001", "1 orang, 1 hak akses"):
        assert said in text, said
    assert "disahkan" not in text.casefold()
    app = create_app(Console(granted.office, Follower(granted.office)))
    row = row_of(granted, case)
    for login, as_, word in (("pemohon", "jawaban", "dicabut"), ("kabid", "putusan", "dicabut")):
        person = visitor(TestClient(app, follow_redirects=False), granted, login)
        person.see(f"/review/{case}")
        fields = {"sebagai": as_, "hasil": word, "alasan": "Sudah pindah tugas."}
        assert person.send(f"/review/{case}/butir/{row.id}", fields).status_code == 303, login
    text = printed(granted, case)
    assert "Dicabut – Sudah pindah tugas." in text
    assert "Pejabat Kabid" in text
    walk(granted, case, ("operator", "selesai"), ("operator", "selesai"), ("kabid", "lengkap"))
    walk(granted, case, ("operator", "selesai"))
    assert "menunggu Ruang Server" in printed(granted, case)
    follow(granted)
    assert "semua pintu, 0,0 detik sejak diputus" in printed(granted, case)


@pytest.mark.parametrize(("login", "status"), [("auditor", 200), ("pemohon", 200), ("kabid", 200)])
def test_whoever_sees_the_rows_prints_them(granted: World, login: str, status: int) -> None:
    """The office all or one unit's; a unit its own, whatever it asks for."""
    case = asked(granted)
    app = create_app(Console(granted.office, Follower(granted.office)))
    person = visitor(TestClient(app, follow_redirects=False), granted, login)
    shown = person.see(f"/review/{case}/f03")
    assert (shown.status_code, "Pemegang Contoh" in shown.text) == (status, True)
    assert person.see(f"/review/{'f' * 32}/f03").status_code == 404
    other = person.see(f"/review/{case}/f03?unit=Dinas+Lain")
    assert other.status_code == (200 if login == "pemohon" else 404)


def test_a_unit_without_rows_prints_nothing(granted: World) -> None:
    """Nor does it learn that there are any."""
    case = asked(granted)
    with writing(granted.office.store) as connection:
        connection.exec_driver_sql("UPDATE person SET unit = 'Dinas Lain' WHERE login = 'pemohon'")
    app = create_app(Console(granted.office, Follower(granted.office)))
    person = visitor(TestClient(app, follow_redirects=False), granted, "pemohon")
    assert person.see(f"/review/{case}/f03").status_code == 404
