"""Pictures: what they are made of, what their tables say, and that nothing in them can harm a page."""

import json
import re
import sys
from collections import Counter
from datetime import UTC, date, datetime, time
from typing import Any
from xml.etree.ElementTree import fromstring

import pytest
from hypothesis import given
from hypothesis import strategies as st

from card_registry.instant import DAY, HOUR, MINUTE, SECOND
from card_registry.labels import REASONS
from card_registry.statements import WarrantKind
from card_registry.words import Reason
from review.detect import Way
from review.documents import pictured
from review.documents.copies import Copy
from review.documents.layout import Grid, Letterhead, Paragraph, Sheet, Style
from review.documents.pdf import told
from review.documents.printing import drawn
from review.drawing import Paper
from review.indonesian import MONTHS
from review.pictures import (
    Bars,
    Chart,
    Heat,
    Picture,
    Series,
    Spell,
    Spells,
    listing,
    reach,
    steps,
    traffic,
)
from review.pictures import period as periods
from review.pictures.drawing import EMPTY, MISSING, draw
from review.pictures.period import Period, offered, period, span
from review.pictures.reach import Reached
from review.pictures.steps import Compliance, Standing, Written, rank, took
from review.pictures.traffic import STAYS, Gate, Hour, Traffic, stay_place
from review.pictures.words import share_text, worked_text
from review.pictures.worktime import Worktime
from review.shelf import shipped
from review.staying import FORGOTTEN, Crossing, pair
from review.workdays import Calendar, DayKind, Duration, FreeDay

HOSTILE = "<script>alert(1)</script>\"'&]]> style=x onload=y"
OFFICE_DAY = 8 * HOUR + 30 * MINUTE
HEAT = Heat(("Senin", HOSTILE), ("00", "01", "02"), ((1, 2, 3), (0, 0, 40)), "Pukul")
TWO = (Series("Masuk", (1200, 3)), Series(HOSTILE, (7, 0)))
SPELL = Spell(f"1. {HOSTILE}", "Kabid", 3, 5 * MINUTE, 3 * DAY, OFFICE_DAY, 2)
CHARTS: tuple[Chart, ...] = (
    HEAT,
    Heat(("Senin",), tuple(f"{hour:02}" for hour in range(24)), (tuple(range(24)),)),
    Bars("Bulan", ("Jan", HOSTILE), TWO),
    Bars("Hari", tuple(str(day) for day in range(1, 32)), (Series("Masuk", tuple(range(31))),)),
    Bars("Pintu", (HOSTILE, "Gudang"), TWO, lying=True),
    Bars("Unit", ("A", "sangat panjang " * 9), (Series("Masuk", (1, 0)),), lying=True),
    Bars("Bulan", ("Jan", "Feb"), TWO, stacked=True),
    Bars("Prosedur", ("P1", "P2"), TWO, lying=True, stacked=True),
    Spells("Langkah", (SPELL, Spell("2. Belum pernah", "", 0, 0, 0, 0, 0)), OFFICE_DAY),
    Spells("Pintu", (Spell("Ruang Server", "", 1, 90, 400, MINUTE, 1),), DAY),
)
FORBIDDEN = re.compile(
    r"<(?!/?(?:svg|title|desc|g|path|rect|use|text|tspan|defs|clipPath|pattern|circle|line)\b)"
)


@pytest.mark.parametrize("chart", CHARTS, ids=lambda chart: type(chart).__name__)
def test_a_picture_is_fit_to_stand_inside_a_page(chart: Chart) -> None:
    """No script, style, event or outer address; every text is text; every reference is to its own ids."""
    svg = draw(Picture(HOSTILE, HOSTILE, chart), "gambar-7")
    assert svg
    root = fromstring(svg)  # noqa: S314 - drawn by us
    assert not FORBIDDEN.search(svg)
    for one in root.iter():
        names = {name.rpartition("}")[2] for name in one.attrib}
        assert not names & {"style", "class"}
        assert not [name for name in names if name.startswith("on")]
        assert all("url(" not in text or "url(#gambar-7-" in text for text in one.attrib.values())
        assert one.get("href", "#gambar-7-").startswith("#gambar-7-")
    ids = Counter(one.get("id") for one in root.iter() if one.get("id"))
    assert set(ids.values()) == {1}
    assert all((name or "").startswith("gambar-7-") for name in ids)
    assert root.get("role") == "img"
    assert {one.text for one in root if one.tag.endswith(("title", "desc"))} == {HOSTILE}


def test_the_same_numbers_give_the_same_bytes() -> None:
    """Neither the clock nor chance nor what was drawn before shows in a picture."""
    one = Picture("Satu", "", CHARTS[4])
    first = draw(one, "g")
    draw.cache_clear()
    draw(Picture("Dua", "", CHARTS[2]), "g")
    assert draw(one, "g") == first
    assert first is not None
    assert not re.search(r"20\d\d-\d\d-\d\d|[Mm]atplotlib", first)


def test_shades_grow_darker_alone() -> None:
    """A grey print says the same: more is darker at every step."""
    svg = draw(Picture("Satu", "", CHARTS[1]), "g") or ""
    fills = re.findall(r'<path[^>]* fill="#([0-9a-f]{6})"', svg)[:24]
    grey = [299 * int(one[:2], 16) + 587 * int(one[2:4], 16) + 114 * int(one[4:], 16) for one in fills]
    assert len(grey) == 24
    assert grey == sorted(grey, reverse=True)
    assert len(set(grey)) == 24


def test_without_the_extra_nothing_is_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    """A server without matplotlib says so in the picture's place, and its empty picture needs none."""
    monkeypatch.setitem(sys.modules, "review.pictures.plot", None)
    bare, empty = (
        Picture("Tanpa tambahan", "", CHARTS[2]),
        Picture("Kosong", "", Bars("Bulan", ("Jan",), (Series("Masuk", (0,)),))),
    )
    assert draw(bare, "g") is None
    assert draw(empty, "g") == ""
    assert (drawn(bare, "g"), drawn(empty, "g")) == (MISSING, EMPTY)
    shown = Copy(Sheet("D2026", Style.LIST, Letterhead("A", "B"), "Laporan", "", "", "", (bare, empty)))
    blocks = json.loads(told(shown, Paper.A4))["sheet"]["blocks"]
    assert [(one["svg"], one["unsaid"]) for one in blocks] == [("", MISSING), ("", EMPTY)]


@pytest.mark.parametrize("chart", CHARTS, ids=lambda chart: type(chart).__name__)
def test_a_table_has_a_row_for_every_label(chart: Chart) -> None:
    """The table beside a picture has as many cells as captions, and what is empty is only its sentence."""
    told = listing(chart)
    assert {len(row) for row in told.rows} == {len(told.columns)}
    (picture, grid) = pictured.blocks([Picture("Satu", "Kalimat.", chart)])
    assert isinstance(grid, Grid)
    assert len(grid.columns) == len(told.columns)
    assert picture.chart == chart if isinstance(picture, Picture) else False


def test_a_table_sums_what_is_drawn() -> None:
    """Rows and columns end in their sums; an empty picture is a sentence in a document."""
    assert listing(HEAT).rows[-1] == ("Jumlah", "6", "40", "46")
    assert listing(CHARTS[2]).rows[-1] == ("Jumlah", "1.203", "7")
    assert listing(CHARTS[8]).rows == (
        (f"1. {HOSTILE}", "Kabid", "3", "1 hari", "5 menit", "8 hari 4 jam", "66 %"),
        ("2. Belum pernah", "", "0", "–", "–", "–", "–"),
    )
    assert listing(CHARTS[9]).rows == (("Ruang Server", "1", "1 menit", "0,0 detik", "0,4 detik", "100 %"),)
    empty = Picture("Kosong", "Nihil.", Heat(("Senin",), ("00",), ((0,),)))
    assert empty.empty()
    assert list(pictured.blocks([empty])) == [Paragraph("Kosong: Nihil.")]
    assert Picture("", "", Spells("Pintu", (), DAY)).empty()


@pytest.mark.parametrize(
    ("length", "words"),
    [
        (0, "0 detik"),
        (900, "0,9 detik"),
        (30 * SECOND, "30 detik"),
        (5 * MINUTE, "5 menit"),
        (2 * HOUR, "2 jam"),
        (2 * HOUR + MINUTE, "2 jam 1 menit"),
        (OFFICE_DAY, "1 hari"),
        (OFFICE_DAY + 2 * HOUR, "1 hari 2 jam"),
    ],
)
def test_working_time_is_written_in_working_days(length: int, words: str) -> None:
    """A day is a day's office hours."""
    assert worked_text(length, OFFICE_DAY) == words
    assert share_text(1, 0) == "–"


@pytest.mark.parametrize(
    ("name", "title", "begins", "ends"),
    [
        ("2026", "Tahun 2026", date(2026, 1, 1), date(2027, 1, 1)),
        ("2026-T4", "Triwulan IV 2026", date(2026, 10, 1), date(2027, 1, 1)),
        ("2026-02", "Februari 2026", date(2026, 2, 1), date(2026, 3, 1)),
    ],
)
def test_a_period_is_a_month_a_quarter_or_a_year(name: str, title: str, begins: date, ends: date) -> None:
    """Its name is read, and its days give the name back."""
    one = period(name)
    assert one is not None
    assert (one.title, one.begins, one.ends, one.name) == (title, begins, ends, name)
    assert span(begins, ends) == one
    assert span(begins, date(2040, 1, 5)) is None


@pytest.mark.parametrize(
    "name", ["", "x", "1999", "2100", "2026-T5", "2026-13", "2026-1", "٢٠٢٦", "2026-T1-"]
)
def test_no_other_name_is_a_period(name: str) -> None:
    """What is typed otherwise is none."""
    assert period(name) is None


def test_a_page_offers_the_periods_up_to_today() -> None:
    """Two years, their quarters and the last months, none twice."""
    names = [one.name for one in offered(date(2026, 1, 15))]
    assert names[:4] == ["2026", "2025", "2026-T1", "2025-T4"]
    assert names[-1] == "2025-01"
    assert len(set(names)) == len(names) == 23


def _traffic(**more: Any) -> Traffic:  # noqa: ANN401 - whatever of a month is told
    nothing: dict[str, Any] = {"hours": (), "gates": (), "units": {}, "stays": {}, "denials": {}}
    asked = period("2026-11")
    return Traffic(**{"period": asked, **nothing, **more})


def test_a_month_without_events_says_so() -> None:
    """Six pictures, each empty, each with its sentence."""
    shown = traffic.pictures(_traffic())
    assert len(shown) == 6
    assert all(one.empty() for one in shown)
    assert all(one.sentence for one in shown)


def test_a_month_is_shown_by_hour_day_door_unit_length_and_reason() -> None:
    """Each number goes where it belongs, and the sentences name the largest."""
    friday = date(2026, 11, 20)
    told = _traffic(
        hours=(Hour(friday, 8, 5, 1), Hour(date(2026, 11, 13), 8, 2, 0), Hour(friday, 9, 3, 0)),
        gates=(Gate("Gudang", 0, 0, 0), Gate("Ruang Server", 10, 4, 1)),
        units={"": 4, "Dinas": 6},
        stays={0: 3, 6: 1},
        denials={Reason.CARD_DENIED.value: 2, "baru": 1, "": 1},
    )
    week, course, gates, units, stays, denials = traffic.pictures(told)
    assert "Jumat pukul 08.00: 7 kali" in week.sentence
    assert isinstance(course.chart, Bars)
    assert (course.chart.labels[0], len(course.chart.labels), course.chart.series[0].counts[19]) == (
        "1",
        30,
        8,
    )
    assert "10 kali masuk dan 1 kali ditolak (9 %" in course.sentence
    assert isinstance(gates.chart, Bars)
    assert gates.chart.labels == ("Ruang Server", "Gudang")
    assert "tombol keluar" in gates.sentence
    assert listing(units.chart).rows[:2] == (("Dinas", "6"), ("Unit tidak diketahui", "4"))
    assert "75 % di antaranya kurang dari satu jam" in stays.sentence
    assert listing(denials.chart).rows[0] == ("Kartu telah dicabut", "2")
    assert [row[0] for row in listing(denials.chart).rows[1:3]] == ["Baru", "Tanpa alasan"]


def test_a_year_is_shown_by_month_and_many_names_become_few() -> None:
    """Twelve labels for twelve months; beyond a dozen units the smallest are one."""
    year = period("2026")
    units = {f"Unit {number:02}": 100 - number for number in range(20)}
    _, course, _, shown, *_ = traffic.pictures(_traffic(period=year, units=units))
    assert isinstance(course.chart, Bars)
    assert course.chart.labels == tuple(month[:3] for month in MONTHS)
    assert isinstance(shown.chart, Bars)
    assert (len(shown.chart.labels), shown.chart.labels[-1]) == (12, "Lainnya")
    assert sum(shown.chart.series[0].counts) == sum(units.values())


def test_every_reason_is_shown_without_the_word_that_all_begin_with() -> None:
    """The pictures of denials say why, not that."""
    refused = {reason.value: 1 for reason in REASONS if "Ditolak" in REASONS[reason]}
    told = _traffic(denials=dict(list(refused.items())[:12]))
    labels = [row[0] for row in listing(traffic.pictures(told)[-1].chart).rows]
    assert not [label for label in labels if "Ditolak" in label]


def test_times_inside_are_sorted_by_length() -> None:
    """Each bound belongs to the longer ones."""
    assert [stay_place(minutes * MINUTE) for minutes in (0, 15, 30, 60, 120, 240, 480)] == list(
        range(len(STAYS))
    )


def _crossing(at: int, way: Way, holder: str = "a") -> Crossing:
    return Crossing(at, "2026-11", "pintu", holder, way)


def test_an_exit_ends_the_entry_before_it() -> None:
    """Only an exit with a recent entry of the same holder has a length; an entry stands until then."""
    taps = [
        _crossing(5, Way.OUT),
        _crossing(10, Way.IN),
        _crossing(20, Way.IN),
        _crossing(25, Way.IN, "b"),
        _crossing(50, Way.OUT),
        _crossing(60, Way.OUT),
    ]
    found = pair(taps, {("c", "pintu"): 1})
    assert found.times == {("2026-11", "pintu", 30): 1}
    assert found.inside == {("a", "pintu"): None, ("b", "pintu"): 25, ("c", "pintu"): 1}
    late = pair([_crossing(FORGOTTEN + 2, Way.OUT, "c")], {("c", "pintu"): 1})
    assert not late.times
    assert late.inside["c", "pintu"] is None


HOLIDAY = date(2026, 3, 20)
CALENDAR = Calendar("Asia/Jakarta", free={HOLIDAY: FreeDay(HOLIDAY, DayKind.NATIONAL, "Libur")})
CLOCK = Worktime.of(CALENDAR, date(2026, 1, 1), date(2026, 12, 31))
moments = st.integers(
    round(datetime(2026, 1, 2, tzinfo=UTC).timestamp() * 1000),
    round(datetime(2026, 12, 20, tzinfo=UTC).timestamp() * 1000),
)
durations = st.one_of(
    st.builds(Duration, st.integers(0, 40), st.just("hari")),
    st.builds(Duration, st.integers(0, 300), st.sampled_from(("menit", "jam"))),
)


@given(moments, moments, durations)
def test_working_time_looked_up_is_the_calendars(one: int, other: int, duration: Duration) -> None:
    """Whatever the moments: the same time worked, the same due moment."""
    begins, ends = sorted((one, other))
    assert CLOCK.worked(begins, ends) == CALENDAR.worked(begins, ends)
    assert CLOCK.worked(ends, begins) == 0
    assert CLOCK.due(begins, duration) == CALENDAR.due(begins, duration)


def test_what_was_not_looked_up_is_asked_of_the_calendar() -> None:
    """Before the first day and beyond the last one the answers are the same."""
    short = Worktime.of(CALENDAR, date(2026, 6, 1), date(2026, 6, 2))
    before = round(datetime(2026, 5, 1, tzinfo=UTC).timestamp() * 1000)
    inside = round(datetime(2026, 6, 2, 3, tzinfo=UTC).timestamp() * 1000)
    for at in (before, inside):
        for duration in (Duration(3, "hari"), Duration(30, "jam")):
            assert short.due(at, duration) == CALENDAR.due(at, duration)
    assert short.worked(before, before + 1) == 0
    assert Worktime.of(CALENDAR, HOLIDAY, HOLIDAY).due(inside, Duration(1, "jam")) == CALENDAR.due(
        inside, Duration(1, "jam")
    )
    assert CLOCK.length(Duration(2, "hari")) == 2 * OFFICE_DAY
    assert CLOCK.length(Duration(15, "menit")) == 15 * MINUTE


def at(day: int, hour: int = 9) -> int:
    """Give an hour of a day of June 2026 at the site; the first is a Monday."""
    zone = UTC
    return round(datetime.combine(date(2026, 6, day), time(hour - 7), zone).timestamp() * 1000)


def rows_of(case: str, name: str, *rows: tuple[str, str, int], made: int = at(1)) -> list[Written]:
    """Give the rows of a case: step, kind, moment."""
    return [Written(case, name, made, *row) for row in rows]


def test_a_step_is_timed_from_the_row_before_it() -> None:
    """In time, a day late, overdue; corrections move nothing; withdrawals are no work; a queue rests."""
    tables = {"a": shipped()["S1.A"], "q": shipped()["S2.A"]}
    rows = [
        *rows_of(
            "1",
            "a",
            ("1", "jawaban", at(1)),
            ("1", "koreksi", at(3)),
            ("2", "jawaban", at(2)),
            ("3", "gagal", at(4, 9)),
        ),
        *rows_of("2", "a", ("1", "jawaban", at(9)), ("2", "penarikan", at(10))),
        *rows_of("3", "q", ("6", "jawaban", at(1)), ("4", "jawaban", at(12))),
    ]
    found = list(took(rows, tables, CLOCK))
    assert [(one.case, one.step, one.standing) for one in found] == [
        ("1", "1", Standing.WITHIN),
        ("1", "2", Standing.WITHIN),
        ("1", "3", Standing.OVERDUE),
        ("2", "1", Standing.OVERDUE),
        ("3", "6", Standing.WITHIN),
        ("3", "4", Standing.QUEUED),
    ]
    assert found[1].span == OFFICE_DAY
    minutes = list(took(rows_of("4", "b", ("1", "jawaban", at(2))), {"b": shipped()["S3.A"]}, CLOCK))
    assert minutes[0].standing is Standing.LATE


def test_compliance_is_shown_together_by_role_by_quarter_and_step_by_step() -> None:
    """Every step of the table has its row, worked or not; the queue is told of."""
    tables = {"a": shipped()["S1.A"], "q": shipped()["S2.A"], "p": shipped()["P10"], "2": shipped()["P2"]}
    rows = [
        *rows_of("1", "a", ("1", "jawaban", at(1)), ("2", "jawaban", at(9))),
        *rows_of("3", "q", ("6", "jawaban", at(1)), ("4", "jawaban", at(12))),
        *rows_of("4", "p", ("1", "jawaban", at(1))),
        *rows_of("5", "2", ("1", "jawaban", at(1))),
    ]
    taken = tuple(took(rows, tables, CLOCK))
    june = period("2026-06")
    assert june is not None
    quarters = steps.quarters_up_to(june)
    assert [one.name for one in quarters] == ["2025-T3", "2025-T4", "2026-T1", "2026-T2"]
    told = Compliance(
        june, taken, [(one, taken) for one in quarters], {one.id: one for one in tables.values()}
    )
    shown = steps.pictures(told, CLOCK)
    assert [one.title.partition(" ")[0] for one in shown[4:]] == ["P2", "P10", "S1.A", "S2.A"]
    assert listing(shown[0].chart).rows[-1] == ("Jumlah", "4", "0", "1")
    assert {row[0] for row in listing(shown[1].chart).rows} >= {"Kepala Dinas", "Pemohon"}
    assert [row[0] for row in listing(shown[2].chart).rows] == [
        "Dinas Komunikasi dan Informatika Kabupaten Trenggalek",
        "Usulan, belum ditetapkan",
        "Jumlah",
    ]
    assert [row[0] for row in listing(shown[3].chart).rows][:-1] == [
        "III 2025",
        "IV 2025",
        "I 2026",
        "II 2026",
    ]
    assert "1 langkah setelah antrean tidak dihitung" in shown[-1].sentence
    assert len(listing(shown[6].chart).rows) == len(tables["a"].steps)
    assert listing(shown[6].chart).rows[1][:4] == (
        "2. Mendisposisi permintaan akses ruang server kepada Kabid Aptika",
        "Kadis Kominfo",
        "1",
        "1 hari",
    )
    empty = steps.pictures(Compliance(june, (), [(one, ()) for one in quarters], {}), CLOCK)
    assert [one.sentence for one in empty] == ["Tidak ada langkah yang selesai pada masa ini."] * 4


@given(st.lists(st.integers(0, 100), max_size=30), st.integers(1, 9))
def test_a_tenth_is_the_smallest_number_that_so_many_do_not_exceed(spans: list[int], tenths: int) -> None:
    """By counting: enough are at most it, and no smaller one has enough."""
    known = sorted(spans)
    found = rank(known, tenths)
    if not known:
        assert found == 0
        return
    enough = tenths * len(known) / 10
    assert sum(one <= found for one in known) >= enough
    assert not [one for one in known if one < found and sum(other <= one for other in known) >= enough]


def test_the_registrys_reach_is_shown_by_length_and_door() -> None:
    """Grants and withdrawals apart, orders left out; a minute is the measure of a withdrawal."""
    withdraw, grant = WarrantKind.WITHDRAW.value, WarrantKind.GRANT.value
    spans, doors = reach.pictures(
        [
            Reached(withdraw, "Ruang Server", 300),
            Reached(withdraw, "Gudang", 2 * HOUR),
            Reached(grant, "Gudang", 7 * SECOND),
            Reached(WarrantKind.ORDER.value, "Gudang", 1),
        ]
    )
    assert "50 % dari 2 pencabutan" in spans.sentence
    assert listing(spans.chart).rows[0] == ("di bawah 1 detik", "0", "1")
    assert listing(spans.chart).rows[-2:] == (("1 jam ke atas", "0", "1"), ("Jumlah", "1", "2"))
    assert [row[0] for row in listing(doors.chart).rows] == ["Gudang", "Ruang Server"]
    nothing = reach.pictures([])
    assert all(one.empty() for one in nothing)
    assert [one.sentence.partition(" ")[0] for one in nothing] == ["Tidak", "Tidak"]


def test_a_period_knows_its_moments_and_months() -> None:
    """Local midnights at the site, and the months that the sums are kept by."""
    one = period("2026-T4")
    assert isinstance(one, Period)
    begins, ends = one.moments("Asia/Jakarta")
    assert (begins, ends - begins) == (
        round(datetime(2026, 9, 30, 17, tzinfo=UTC).timestamp() * 1000),
        92 * DAY,
    )
    assert one.months() == ("2026-10", "2027-01")
    assert (one.last, one.before) == (date(2026, 12, 31), date(2026, 9, 30))
    assert not one.is_month()
    assert periods.month_of(date(2026, 12, 5)).is_month()
