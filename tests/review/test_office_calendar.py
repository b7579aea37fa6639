"""Days off: from the yearly files, the profile and the administrator; they move every deadline at once."""

from datetime import date, timedelta

import pytest
from starlette.testclient import TestClient

from review.access import Refused
from review.deadline import deadline
from review.form import Faulty
from review.office_profile import Bundle, use
from review.shelf import profile_files
from review.store import audit
from review.store.transaction import reading
from review.web.app import create_app
from review.web.console import Console
from review.workdays import DayKind, FreeDay
from review.workflow import office_calendar
from review.workflow.office_calendar import Wanted
from review.workflow.reminding import calendar_of
from tests.review.test_document_pages import visitor
from tests.review.test_workflow import file_of, opened
from tests.review.world import NOON, World

MONDAY = date(2026, 11, 23)


def close(world: World, day: str, kind: str = "libur-daerah", name: str = "Hari jadi") -> FreeDay:
    """Close the office on a day, which must work."""
    done = office_calendar.close(world.office, world.person("admin"), Wanted(day, kind, name))
    assert isinstance(done, FreeDay), done
    return done


def faults(world: World, day: str, kind: str = "libur-daerah", name: str = "Hari jadi") -> set[str]:
    """Close the office on a day, which must not work; give the faulty fields."""
    done = office_calendar.close(world.office, world.person("admin"), Wanted(day, kind, name))
    assert isinstance(done, Faulty), done
    return set(done.faults)


def test_a_day_off_moves_the_deadline_of_a_running_case(world: World) -> None:
    """The step was due on Monday; with Monday off it is due on Tuesday, and after that on Monday again."""
    case = file_of(world, opened(world)).case

    def due() -> date:
        calendar = calendar_of(world.office)
        found = deadline(case, calendar, NOON)
        assert found is not None
        return calendar.day_of(found.due)

    assert due() == MONDAY
    close(world, "2026-11-23")
    assert due() == MONDAY + timedelta(days=1)
    assert office_calendar.restore(world.office, world.person("admin"), "2026-11-23") == MONDAY
    assert due() == MONDAY


def test_a_day_of_the_files_can_be_worked_and_given_back(world: World) -> None:
    """Holidays that a decree moves are edited, and the edit taken back."""
    admin, leave = world.person("admin"), date(2026, 12, 24)
    assert not calendar_of(world.office).works(leave)
    assert isinstance(office_calendar.work(world.office, admin, "2026-12-24"), FreeDay)
    assert calendar_of(world.office).works(leave)
    close(world, "2026-12-24", "cuti-bersama", "Cuti Bersama")
    assert not calendar_of(world.office).works(leave)
    assert office_calendar.restore(world.office, admin, "2026-12-24") == leave
    assert isinstance(office_calendar.restore(world.office, admin, "2026-12-24"), Refused)
    assert isinstance(office_calendar.work(world.office, admin, "2026-11-24"), Refused)


def test_a_profiles_day_can_be_worked_too(world: World) -> None:
    """The office's own local day is a day like those of the files."""
    text = profile_files()["contoh"] + '\n[[libur]]\ntanggal = 2026-11-23\nnama = "Hari jadi"\n'
    use(world.office.store, Bundle(text, {}), "contoh", NOON)
    assert calendar_of(world.office).free[MONDAY].kind is DayKind.LOCAL
    office_calendar.work(world.office, world.person("admin"), "2026-11-23")
    assert calendar_of(world.office).works(MONDAY)


def test_a_year_without_a_file_is_known_once_its_holidays_are_entered(world: World) -> None:
    """A local day alone says nothing about the nation's."""
    day = date(2029, 1, 1)
    assert not calendar_of(world.office).known(day)
    close(world, "2029-02-05")
    assert not calendar_of(world.office).known(day)
    close(world, "2029-01-01", "libur", "Tahun Baru")
    assert calendar_of(world.office).known(day)


def test_days_that_cannot_be_edited_are_refused_by_field(world: World) -> None:
    """No day, another century, no kind, no name, a Sunday, a day that is free already."""
    for day in ("", "kapan", "2026-02-30", "1999-01-04", "2126-01-01", "20261123", "2026-11-23x"):
        assert faults(world, day) == {"tanggal"}
    assert faults(world, "2026-11-24", "pesta") == {"jenis"}
    assert faults(world, "2026-11-24", name=" ") == {"nama"}
    assert faults(world, "2026-11-24", name="x" * 121) == {"nama"}
    assert faults(world, "2026-11-22") == {"tanggal"}
    assert faults(world, "2026-12-25") == {"tanggal"}


DECREE = """
2029-01-01 libur Tahun Baru Masehi
2029-02-05   cuti-bersama  Cuti Bersama

2029-02-06 libur-daerah Hari jadi
"""


def test_a_whole_decree_is_entered_at_once_or_not_at_all(world: World) -> None:
    """Every wrong line is named; one wrong line keeps all of them out."""
    admin = world.person("admin")
    wrong = f"{DECREE}2029-02-06 libur Lagi\nkapan\n2029-03-01 pesta Ria\n"
    done = office_calendar.close_many(world.office, admin, wrong)
    assert isinstance(done, Faulty)
    assert [line.partition(":")[0] for line in done.faults["daftar"].splitlines()] == [
        "Baris 4",
        "Baris 5",
        "Baris 6",
    ]
    assert calendar_of(world.office).works(date(2029, 1, 1))
    assert office_calendar.close_many(world.office, admin, DECREE) == 3
    assert not calendar_of(world.office).works(date(2029, 2, 6))
    assert calendar_of(world.office).known(date(2029, 1, 1))
    for text in ("", "\n \n", "2029-05-01 libur x\n" * 61):
        assert isinstance(office_calendar.close_many(world.office, admin, text), Faulty)
    refused = office_calendar.close_many(world.office, world.person("kabid"), DECREE)
    assert isinstance(refused, Refused)


def test_nobody_closes_the_office_for_good(world: World) -> None:
    """A calendar without working days would leave every deadline nowhere."""
    day, closed = date(2028, 3, 1), 0
    while True:
        if day.weekday() < 5:
            done = office_calendar.close(
                world.office, world.person("admin"), Wanted(day.isoformat(), "libur", "Tutup")
            )
            if isinstance(done, Faulty):
                break
            closed += 1
        day += timedelta(days=1)
        assert closed < 40
    assert "berturut-turut" in done.faults["tanggal"]
    assert calendar_of(world.office).works(day)


def test_only_an_administrator_edits_and_every_edit_is_on_record(world: World) -> None:
    """Others are refused; the trail has the day and the kind, not the words."""
    kabid = world.person("kabid")
    assert isinstance(office_calendar.close(world.office, kabid, Wanted("2026-11-23", "libur", "x")), Refused)
    assert isinstance(office_calendar.work(world.office, kabid, "2026-12-24"), Refused)
    assert isinstance(office_calendar.restore(world.office, kabid, "2026-12-24"), Refused)
    close(world, "2026-11-23", name="Rahasia")
    with reading(world.office.store) as connection:
        (row,) = [one for one in audit.newest(connection) if one.act.startswith("libur")]
    assert (row.act, row.subject, row.detail) == ("libur.tutup", "libur/2026-11-23", "libur-daerah")


@pytest.fixture
def client(console: Console) -> TestClient:
    """Give one browser."""
    return TestClient(create_app(console), follow_redirects=False)


def test_the_page_lists_a_year_and_takes_an_edit(client: TestClient, world: World) -> None:
    """Added, shown under its year, worked after all, given back; a wrong one keeps what was typed."""
    desk = visitor(client, world, "admin")
    desk.see("/libur")
    done = desk.send("/libur", {"tanggal": "2027-08-31", "nama": "Hari <jadi>", "jenis": "libur-daerah"})
    assert (done.status_code, done.headers["location"]) == (303, "/libur?tahun=2027")
    assert "Hari &lt;jadi&gt;" in desk.see("/libur?tahun=2027").text
    assert "belum dimuat" in desk.see("/libur?tahun=2029").text
    assert desk.see("/libur?tahun=kapan").status_code == 200
    wrong = desk.send("/libur", {"tanggal": "2027-08-31", "nama": 'Tulisan "saya"', "jenis": "libur-daerah"})
    assert wrong.status_code == 422
    assert "sudah libur: Hari &lt;jadi&gt;" in wrong.text
    assert "Tulisan &#34;saya&#34;" in wrong.text
    assert desk.send("/libur/banyak", {"daftar": DECREE, "tahun": "2029"}).status_code == 303
    assert "belum dimuat" not in desk.see("/libur?tahun=2029").text
    wrong = desk.send("/libur/banyak", {"daftar": "kapan <b>", "tahun": "2029"})
    assert wrong.status_code == 422
    assert "kapan &lt;b&gt;</textarea>" in wrong.text
    worked = {"hari": "2026-12-24", "ubah": "masuk", "tahun": "2026"}
    assert desk.send("/libur/ubah", worked).status_code == 303
    assert "Kembalikan" in desk.see("/libur?tahun=2026").text
    assert desk.send("/libur/ubah", {**worked, "ubah": "kembali"}).status_code == 303
    again = desk.send("/libur/ubah", {**worked, "ubah": "kembali"})
    assert again.status_code == 422
    assert "tidak pernah diubah" in again.text


def test_others_read_the_days_off_and_change_none(client: TestClient, world: World) -> None:
    """An auditor sees the list without its form; an applicant sees no page; both are refused an edit."""
    for login, status in (("auditor", 200), ("pemohon", 403)):
        desk = visitor(client, world, login)
        page = client.get("/libur")
        assert page.status_code == status
        assert 'action="/libur"' not in page.text
        desk.see("/")
        sent = desk.send("/libur", {"tanggal": "2026-11-23", "nama": "x", "jenis": "libur"})
        assert sent.status_code == 403
        assert desk.send("/libur/ubah", {"hari": "2026-12-24", "ubah": "masuk"}).status_code == 403
        assert desk.send("/libur/banyak", {"daftar": DECREE}).status_code == 403
    assert not calendar_of(world.office).works(date(2026, 12, 24))
