"""The pages of visits and of door events: lists, one visit, what explains an opening, the log."""

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pytest
from starlette.testclient import TestClient

from card_registry.journal.event import DoorChanged
from card_registry.words import CaseId, DoorId, Reason
from review.access import Refused
from review.accounts import Accounts, Entry
from review.accounts import enter as accounts
from review.follow import Follower
from review.people import Role
from review.store import emergencies, grants, visits
from review.store.emergencies import Emergency
from review.store.transaction import reading, writing
from review.visits import Guest, Plan, Visit, VisitState, Window
from review.visits.listing import STATE_WORDS, TAB_WORDS, Tab, belongs, came, late
from review.web.app import create_app
from review.web.console import Console
from review.web.span import LONGEST, TOO_LONG, TURNED, UNREAD, days
from review.web.visitbook import span_text
from review.workflow import visit_log
from tests.review.browser import Visitor
from tests.review.removals import follow, walk
from tests.review.test_inventory_pages import enter
from tests.review.test_workflow import file_of, finished, opened
from tests.review.visitors import (
    ENDS,
    entering,
    inside,
    leaving,
    parent_number,
    registered,
    staffed,
    visit_of,
)
from tests.review.world import LIGHT, NOON, World

DAY = 86_400_000
TODAY = Window(NOON - 15 * 3_600_000, NOON + 9 * 3_600_000)


@pytest.fixture
def office(world: World) -> World:
    """Give an office with a technician."""
    return staffed(world)


@pytest.fixture
def visit(office: World) -> Iterator[Visitor]:
    """Give the operator's browser."""
    app = create_app(Console(office.office, Follower(office.office)))
    with TestClient(app, follow_redirects=False) as client:
        enter(client, office, "operator")
        yield Visitor(client)


def become(visit: Visitor, office: World, login: str) -> None:
    """Let somebody else sit at the browser."""
    assert isinstance(visit.client, TestClient)
    enter(visit.client, office, login)


def made(state: VisitState, begins: int = NOON, ends: int = ENDS, **times: int) -> Visit:
    """Give a visit by its state, window and times."""
    plan = Plan("x", (Guest("Tamu", ""),), window=Window(begins, ends))
    entered, left, closed = (times.get(name) for name in ("entered", "left", "closed"))
    one = Visit("v", CaseId("1" * 32), "2", plan, state, CaseId("2" * 32))
    return replace(one, entered=entered, left=left, closed=closed)


@pytest.mark.parametrize(
    ("one", "tabs"),
    [
        (made(VisitState.READY), {Tab.TODAY, Tab.PLANNED}),
        (made(VisitState.PLANNED, NOON + DAY, ENDS + DAY), {Tab.PLANNED}),
        (made(VisitState.APPROVED, NOON - DAY, ENDS - DAY), {Tab.UNCLOSED}),
        (made(VisitState.INSIDE, entered=NOON), {Tab.TODAY, Tab.INSIDE}),
        (made(VisitState.INSIDE, NOON - DAY, ENDS - DAY), {Tab.TODAY, Tab.INSIDE, Tab.OVERSTAYED}),
        (made(VisitState.LEFT, entered=NOON, left=NOON + 1), {Tab.TODAY, Tab.UNCLOSED}),
        (made(VisitState.LEFT, left=ENDS + 1), {Tab.TODAY, Tab.UNCLOSED, Tab.OVERSTAYED}),
        (made(VisitState.REFUSED, NOON - DAY, ENDS - DAY), {Tab.UNCLOSED}),
        (made(VisitState.CLOSED, NOON - DAY, ENDS - DAY, closed=NOON), {Tab.TODAY, Tab.CLOSED}),
        (made(VisitState.CLOSED, NOON - DAY, ENDS - DAY, closed=NOON - DAY), set()),
    ],
)
def test_a_visit_stands_where_people_look_for_it(one: Visit, tabs: set[Tab]) -> None:
    """Each list is what its name says, by state, window and times."""
    assert {tab for tab in Tab if belongs(one, tab, NOON, TODAY)} == tabs


def test_a_visit_without_a_window_is_planned_and_never_late() -> None:
    """A planned visit whose time nobody named yet is neither missed nor in the log."""
    one = Visit("v", CaseId("1" * 32), "2", Plan("x"))
    assert belongs(one, Tab.PLANNED, NOON, TODAY)
    assert not belongs(one, Tab.TODAY, NOON, TODAY)
    assert late(one, NOON) is None
    assert not came(one, TODAY)
    assert set(TAB_WORDS) == set(Tab)
    assert set(STATE_WORDS) == set(VisitState)


@pytest.mark.parametrize(
    ("first", "last", "span", "fault"),
    [
        ("", "", (date(2026, 11, 14), date(2026, 11, 20)), ""),
        ("2026-11-01", "", (date(2026, 11, 1), date(2026, 11, 20)), ""),
        ("2026-12-01", "", (date(2026, 12, 1), date(2026, 12, 1)), ""),
        ("", "2026-11-07", (date(2026, 11, 1), date(2026, 11, 7)), ""),
        ("kemarin", "2026-11-07", (date(2026, 11, 1), date(2026, 11, 7)), UNREAD),
        ("0001-01-01", "9999-12-31", (date(2026, 11, 14), date(2026, 11, 20)), UNREAD),
        ("2026-11-09", "2026-11-07", (date(2026, 11, 7), date(2026, 11, 7)), TURNED),
        ("2020-01-01", "2026-11-07", (date(2025, 11, 7), date(2026, 11, 7)), TOO_LONG),
    ],
)
def test_days_are_read_as_typed_or_with_a_sentence(
    first: str, last: str, span: tuple[date, date], fault: str
) -> None:
    """What is left empty is filled; what cannot be is said, and something sensible is shown."""
    read = days(first, last, date(2026, 11, 20), 7)
    assert ((read.first, read.last), read.fault) == (span, fault)
    assert (read.last - read.first).days < LONGEST


def test_the_lists_show_who_is_expected_inside_and_too_long_inside(visit: Visitor, office: World) -> None:
    """A visit moves from list to list as its guests come and stay."""
    case = inside(office)
    number = file_of(office, case).number
    assert number in visit.see("/kunjungan").text
    assert number in visit.see("/kunjungan?tampil=di-dalam").text
    assert number not in visit.see("/kunjungan?tampil=lewat-waktu").text
    assert number not in visit.see("/kunjungan?tampil=selesai").text
    office.clock.now = ENDS + 90 * 60_000
    become(visit, office, "operator2")
    shown = visit.see("/kunjungan?tampil=lewat-waktu").text
    assert number in shown
    assert "lewat 1 jam 30 menit" in shown
    assert "1 jam 30 menit sesudah batas waktunya" in visit.see(f"/kunjungan/{case}").text
    assert visit.see("/kunjungan?tampil=apa&dari=x").status_code == 200


def test_one_visit_shows_people_things_and_taps_with_their_reason(visit: Visitor, office: World) -> None:
    """Guests, goods in and out, what the officer noted, and each opening with its case and step."""
    case = inside(office)
    one = visit_of(office, case)
    office.outside.happen(entering(one), entering(one, Reason.ESCORT_REQUIRED))
    follow(office)
    page = visit.see(f"/kunjungan/{case}").text
    for words in (
        "Tamu Contoh",
        "PT Contoh",
        "Laptop",
        "LPT-1",
        "Petugas Teknis",
        "Identitas telah diperiksa",
    ):
        assert words in page
    assert f"Untuk {file_of(office, one.parent).number} langkah 2: kunjungan" in page
    assert "wajib didampingi" in page
    assert visit.see(f"/kunjungan/{one.id}").status_code == 200
    walk(office, case, ("teknisi", "selesai"), ("operator", "cocok", leaving()))
    after = visit.see(f"/kunjungan/{case}").text
    assert "Dibawa keluar" in after
    assert "Sudah keluar" in after
    assert visit.see("/kunjungan/" + "0" * 32).status_code == 404


def test_an_applicant_sees_the_visits_of_own_cases_alone(visit: Visitor, office: World) -> None:
    """Another unit's visit is neither listed nor opened; the visit log is the office's."""
    case = registered(office, parent_number(office), **{"personel.0.nama": "<b>Tamu</b>"})
    become(visit, office, "pemohon")
    shown = visit.see("/kunjungan").text
    assert file_of(office, case).number in shown
    assert "&lt;b&gt;Tamu&lt;/b&gt;" in shown
    assert "Buku kunjungan" not in shown
    page = visit.see(f"/kunjungan/{case}")
    assert page.status_code == 200
    assert "/kartu/" not in page.text
    assert "/peristiwa?" not in page.text
    assert visit.send("/kunjungan/buku", {"bentuk": "csv"}).status_code == 403
    assert visit.see("/peristiwa").status_code == 403
    new = Entry("tetangga", "Pemohon Lain", "Dinas Lain", Role.PEMOHON, "sandi-tetangga-panjang")
    accounts(office.office.store, Accounts((new,)), NOON, office.office.entropy, LIGHT)
    become(visit, office, "tetangga")
    assert file_of(office, case).number not in visit.see("/kunjungan").text
    assert visit.see(f"/kunjungan/{case}").status_code == 403


def test_events_are_filtered_and_explained(visit: Visitor, office: World) -> None:
    """Openings by a visit are explained, an unknown right's are not; filters narrow, whatever is typed."""
    case = inside(office)
    one = visit_of(office, case)
    office.outside.happen(entering(one), entering(None, grant="f" * 32), entering(None, Reason.NO_GRANT))
    follow(office)
    everything = visit.see("/peristiwa").text
    assert f'<a href="/kunjungan/{case}">{file_of(office, case).number}</a>' in everything
    assert "Pintu dibuka oleh izin yang tidak dikenal" in everything
    doubtful = visit.see("/peristiwa?hanya=tanpa-penjelasan").text
    assert "tidak dikenal" in doubtful
    assert file_of(office, case).number not in doubtful
    assert "tidak memiliki izin" in visit.see("/peristiwa?hanya=ditolak").text
    assert "tidak memiliki izin" not in visit.see("/peristiwa?hanya=pembukaan").text
    mine = visit.see(f"/peristiwa?kasus={case}").text
    assert "Hanya peristiwa permohonan" in mine
    assert "tidak dikenal" not in mine
    assert "Tidak ada peristiwa" in visit.see("/peristiwa?dari=2026-01-01&sampai=2026-01-31").text
    assert "dapat dijelaskan" in visit.see("/peristiwa?hanya=tanpa-penjelasan&sampai=2026-01-31").text
    odd = visit.see("/peristiwa?pintu=x&pemegang=y&kartu=z&kasus=q&hanya=w&sebelum=v&dari=<b>")
    assert odd.status_code == 200
    assert "<b>" not in odd.text
    assert visit.see("/peristiwa?pintu=%00&nama=%00").status_code == 200
    assert visit.see("/peristiwa?pintu=" + "x" * 99).status_code == 422


def test_a_standing_right_and_an_emergency_explain_an_opening(visit: Visitor, office: World) -> None:
    """A holder's opening names the request that gave the right, a forced door the emergency on record."""
    case = finished(office)
    with writing(office.office.store) as connection:
        (given,) = grants.listed(connection, case=case)
        emergencies.add(connection, Emergency(CaseId(case), DoorId("ruang-server"), NOON, NOON + 60_000))
    tap = replace(entering(None, grant=given.terms.id), holder=given.terms.holder)
    office.outside.happen(tap, DoorChanged(DoorId("ruang-server"), "forced", "kontak"))
    follow(office)
    page = visit.see("/peristiwa?hanya=pembukaan").text
    number = file_of(office, case).number
    assert re.search(rf'Izin dari <a href="/permohonan/{case}">{number}', page)
    assert re.search(rf'Keadaan darurat <a href="/permohonan/{case}">{number}', page)
    part = given.holder_name[2:8].upper()
    assert number in visit.see(f"/peristiwa?nama=+{part}").text
    assert number not in visit.see("/peristiwa?nama=%25").text
    assert f'value="{part}' in visit.see(f"/peristiwa?nama={part}").text
    assert f"pemegang {given.holder_name}" in visit.see(f"/peristiwa?pemegang={given.terms.holder}").text


def test_a_visit_of_staff_has_no_guest_and_no_card(visit: Visitor, office: World) -> None:
    """What staff do themselves is shown by its own id, with the case it is part of."""
    parent = opened(office)
    with writing(office.office.store) as connection:
        visits.add(connection, Visit("a" * 32, CaseId(parent), "2", Plan("Memeriksa rak")), NOON)
    page = visit.see("/kunjungan/" + "a" * 32).text
    assert "tanpa tamu dan tanpa kartu tamu" in page
    assert "Memeriksa rak" in page
    assert "Kunjungan petugas" in visit.see("/kunjungan?tampil=rencana").text


def test_many_events_are_shown_page_by_page_without_a_gap(visit: Visitor, office: World) -> None:
    """Following the pages shows every event once, the latest first."""
    one = visit_of(office, registered(office))
    office.outside.happen(*(entering(one, Reason.NO_GRANT) for _ in range(230)))
    follow(office)
    seen: list[str] = []
    path = "/peristiwa"
    while path:
        page = visit.see(path).text
        seen += re.findall(r'class="when">([\d.]+)', page)
        further = re.search(r'href="(/peristiwa\?[^"]*sebelum[^"]*)"', page)
        path = further[1].replace("&amp;", "&") if further else ""
    assert len(seen) == 230
    assert len(set(seen)) == 230
    assert seen == sorted(seen, reverse=True)


def test_the_log_leaves_as_a_table_and_as_a_document(visit: Visitor, office: World) -> None:
    """Guests, times and goods stand in it; no cell is a formula, no telephone number is in it."""
    case = inside(office)
    formula = {"personel.0.nama": "=1+1", "personel.0.hp": "081234567890"}
    registered(office, parent_number(office), **formula)
    walk(office, case, ("teknisi", "selesai"), ("operator", "cocok", leaving()))
    visit.see("/kunjungan")
    table = visit.send("/kunjungan/buku", {"bentuk": "csv"})
    assert "buku-kunjungan-2026-10-22-2026-11-20.csv" in table.headers["content-disposition"]
    head, *rows = csv.reader(io.StringIO(table.text))
    assert head == [column.caption for column in visit_log.COLUMNS]
    assert [row[0] for row in rows] == ["1", "2"]
    (row,) = (row for row in rows if row[1] == file_of(office, case).number)
    assert row[3] == "Tamu Contoh, PT Contoh"
    assert row[6:8] == ["20-11-2026 15.00", "20-11-2026 15.00"]
    assert row[8:10] == ["Laptop (LPT-1)", "Laptop (lpt 1)"]
    assert "'=1+1" in table.text
    assert "0812" not in table.text
    printed = visit.send("/kunjungan/buku", {"bentuk": "cetak", "dari": "2026-11-01", "sampai": "2026-11-30"})
    page = visit.see(printed.headers["location"]).text
    assert "BUKU KUNJUNGAN RUANG SERVER" in page
    assert "1 November 2026 s.d. 30 November 2026" in page
    assert visit.see(printed.headers["location"] + "/pdf").content.startswith(b"%PDF")


def test_a_log_of_too_many_visits_is_refused(office: World) -> None:
    """A document has a limit; the sentence says to ask for fewer days."""
    registered(office)
    with reading(office.office.store) as connection:
        refused = visit_log.issue(connection, office.office, TODAY, office.person("operator").id, most=0)
    assert isinstance(refused, Refused)
    assert "Persempit rentang" in refused.why


def test_windows_are_written_for_people() -> None:
    """One day has its hours, several have two moments."""
    assert span_text(Window(NOON, ENDS), "Asia/Jakarta") == "20-11-2026, 15.00–16.00"
    assert span_text(Window(NOON, ENDS + DAY), "Asia/Jakarta") == "20-11-2026 15.00 – 21-11-2026 16.00"
