"""Reports on their pages, on paper and as PDF: the same numbers, for the right eyes, no style inside."""

import random
import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import func, insert, select
from starlette.testclient import TestClient

from card_registry.statements import WarrantKind
from review.documents import pictured
from review.documents.layout import Grid
from review.follow import Follower
from review.pictures import Picture, listing
from review.pictures.album import Album
from review.pictures.period import period
from review.store import issued
from review.store.transaction import reading, writing
from review.tables import occurrence, warrant
from review.tables_access import confirmation
from review.tables_sums import hourly_traffic, monthly_stays
from review.web.app import create_app
from review.web.console import Console
from review.workflow import reporting
from review.workflow.summing import sum_up
from tests.review.browser import Visitor
from tests.review.conftest import STORES, opened_world
from tests.review.reported import ZONE, people_of, taps, year_of_cases
from tests.review.test_inventory_pages import enter
from tests.review.world import NOON, World

FIRST = datetime(2026, 9, 1, tzinfo=ZONE)
PAGES = tuple(f"/laporan/{album}" for album in Album)


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory, peopled_stores: Path) -> Iterator[World]:
    """Give an office in which three months passed, read alone by these tests."""
    folder = tmp_path_factory.mktemp("told")
    for name in STORES:
        (folder / name).write_bytes((peopled_stores / name).read_bytes())
    with opened_world(folder, random.Random(11).randbytes) as world:
        with writing(world.office.store) as connection:
            people_of(connection, NOON)
            taps(connection, FIRST, 70, random.Random(2))
            year_of_cases(connection, round(FIRST.timestamp() * 1000), 70, random.Random(3))
            made = {"kind": WarrantKind.WITHDRAW.value, "body": b"", "made": NOON}
            serial = connection.execute(
                insert(warrant).values(**made).returning(warrant.c.serial)
            ).scalar_one()
            row = {"warrant": serial, "controller": "pengendali-1", "at": NOON + 900}
            connection.execute(insert(confirmation).values(**row))
        sum_up(world.office)
        yield world


@pytest.fixture
def auditor(told: World) -> Iterator[Visitor]:
    """Give the auditor's browser."""
    app = create_app(Console(told.office, Follower(told.office)))
    with TestClient(app, follow_redirects=False) as client:
        with writing(told.office.store) as connection:
            connection.exec_driver_sql("DELETE FROM session")
        enter(client, told, "auditor")
        yield Visitor(client)


def become(visitor: Visitor, world: World, login: str) -> None:
    """Let somebody else sit at the browser."""
    assert isinstance(visitor.client, TestClient)
    enter(visitor.client, world, login)


def test_every_report_shows_its_pictures_with_their_tables(told: World, auditor: Visitor) -> None:
    """A page has a picture and a table for everything that is not empty, and no style of its own."""
    for album in Album:
        with reading(told.office.store) as connection:
            asked = period("2026")
            assert asked is not None
            shown = reporting.show(connection, told.office, album, asked)
        drawn = [one for one in shown.pictures if not one.empty()]
        page = auditor.see(f"/laporan/{album}?masa=2026").text
        assert len(drawn) == len(shown.pictures)
        assert page.count("<svg") == page.count("<table>") == len(drawn)
        assert "<style" not in page
        assert " style=" not in page
        assert shown.title in page
        for picture in shown.pictures:
            assert picture.sentence in page
            for cell in pictured.table(picture).rows[-1]:
                assert cell in page


def test_numbers_are_those_of_the_events(told: World) -> None:
    """Entries are the granted taps on the way in; times inside are those of the door with two readers."""
    row = occurrence.c
    with reading(told.office.store) as connection:
        entered = select(func.count()).where(row.granted, row.side == "in", row.epoch == 9)
        left = select(func.count()).where(row.granted, row.side == "out", row.epoch == 9)
        sums = connection.execute(
            select(func.sum(hourly_traffic.c.entries), func.sum(hourly_traffic.c.exits))
        )
        entries, exits = sums.one()
        assert exits == connection.scalar(left)
        assert entries - connection.scalar(entered) in {0, 1}  # the office's own first tap
        stays = connection.scalar(select(func.sum(monthly_stays.c.times)))
    assert 0 < stays <= exits


def test_a_report_is_printed_and_set_as_pdf(auditor: Visitor) -> None:
    """A4 and F4 carry the letterhead, the pictures and every table; the PDF is one."""
    for path in PAGES:
        a4, f4 = (auditor.see(f"{path}/cetak?masa=2026-T4&kertas={size}").text for size in ("a4", "f4"))
        assert '<body class="a4 daftar">' in a4
        assert '<body class="f4 daftar">' in f4
        assert a4.count("<svg") == f4.count("<svg") > 0
        assert "Triwulan IV 2026" in a4
    answer = auditor.see("/laporan/pintu/pdf?masa=2026-10")
    assert answer.headers["content-type"] == "application/pdf"
    assert 'filename="laporan-pintu-2026-10.pdf"' in answer.headers["content-disposition"]
    assert answer.content.startswith(b"%PDF-")


def test_a_report_is_issued_once_more_for_its_period(told: World, auditor: Visitor) -> None:
    """Its document has a code and its pictures, replaces only its own period's, and no auditor makes one."""
    assert "Terbitkan" not in auditor.see("/laporan/pintu?masa=2026-10").text
    assert auditor.send("/laporan/pintu/terbit", {"masa": "2026-10"}).status_code == 403
    become(auditor, told, "operator")
    assert "Terbitkan" in auditor.see("/laporan/pintu?masa=2026-10").text
    codes = []
    for masa in ("2026-10", "2026-11", "2026-10"):
        answer = auditor.send("/laporan/pintu/terbit", {"masa": masa})
        assert answer.status_code == 303
        codes.append(answer.headers["location"])
    printed = auditor.see(codes[0]).text
    assert printed.count('role="img"') == 6
    assert "Kode periksa" in printed
    assert "KONSEP" not in printed
    with reading(told.office.store) as connection:
        made = [issued.find(connection, code.rpartition("/")[2]) for code in codes]
    assert [(one.version, one.newest) for one in made if one] == [(1, False), (1, True), (2, True)]


def test_a_time_that_is_none_is_said_and_another_shown(auditor: Visitor) -> None:
    """What cannot be read falls back to the present; a time not offered is offered then."""
    assert "Masa tidak dikenal" in auditor.see("/laporan/pintu?masa=besok").text
    assert "November 2026" in auditor.see("/laporan/pintu").text
    assert "Triwulan IV 2026" in auditor.see("/laporan/sop").text
    old = auditor.see("/laporan/pintu?masa=2019").text
    assert '<option value="2019" selected>' in old
    assert "Tidak ada yang masuk pada masa ini." in old
    assert "<svg" not in old
    for path in ("/laporan/lain", "/laporan/lain/cetak", "/laporan/lain/pdf"):
        assert auditor.see(path).status_code == 404
    assert auditor.see("/laporan").headers["location"] == "/laporan/pintu"


def test_a_report_is_given_as_numbers(told: World, auditor: Visitor) -> None:
    """A program reads the same tables as a person, of this month where it names none."""
    with reading(told.office.store) as connection:
        shown = reporting.show(connection, told.office, Album.DOORS, period("2026-10") or pytest.fail("none"))
    body = auditor.see("/api/v1/reports/pintu?period=2026-10").json()
    assert [one["title"] for one in body["pictures"]] == [one.title for one in shown.pictures]
    assert body["pictures"][0]["rows"][-1] == list(listing(shown.pictures[0].chart).rows[-1])
    assert auditor.see("/api/v1/reports/sop").json()["period"] == "2026-11"
    wrong = auditor.see("/api/v1/reports/pintu?period=besok")
    assert (wrong.status_code, "2026-T4" in wrong.text) == (422, True)
    assert auditor.see("/api/v1/reports/lain").status_code == 422
    become(auditor, told, "pemohon")
    assert auditor.see("/api/v1/reports/pintu").status_code == 403


def test_reports_are_for_the_office(told: World, auditor: Visitor) -> None:
    """Applicants see none; every role of the office sees all, and nobody is named."""
    become(auditor, told, "pemohon")
    for path in (*PAGES, "/laporan", "/laporan/pintu/cetak", "/laporan/sop/pdf"):
        assert auditor.see(path).status_code == 403, path
    assert 'href="/laporan"' not in auditor.see("/").text
    become(auditor, told, "kadis")
    for path in PAGES:
        page = auditor.see(f"{path}?masa=2026").text
        assert not re.search(r"Pemegang \d|Pejabat Kabid", page)
    assert 'href="/laporan"' in auditor.see("/").text


def test_a_months_log_report_shows_the_month(told: World) -> None:
    """The report of P10 has the month's pictures before their tables; an emergency's hours have none."""
    begins, ends = (period("2026-10") or pytest.fail("no month")).moments("Asia/Jakarta")
    with reading(told.office.store) as connection:
        shown = reporting.of_month(connection, told.office, begins, ends)
        assert len(shown) == 6
        assert reporting.of_month(connection, told.office, begins, begins + 3_600_000) == ()
        assert reporting.of_month(connection, told.office, None, None) == ()
    blocks = tuple(pictured.blocks(shown))
    assert [type(one) for one in blocks[:2]] == [Picture, Grid]


def test_a_year_is_drawn(told: World) -> None:
    """Every picture of a year that has something in it, as SVG; a year of no calendar is refused."""
    with reading(told.office.store) as connection:
        svgs = reporting.draw_year(connection, told.office, 2026)
        assert len(svgs) == 16
        assert all(one.startswith("<svg") for one in svgs)
        assert reporting.draw_year(connection, told.office, 2019) == ()
        with pytest.raises(ValueError, match="no pictures of the year 12"):
            reporting.draw_year(connection, told.office, 12)
