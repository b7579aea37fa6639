"""Sums over happenings: each counts once, at its door, hour, month and right, whatever the order."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, time

from hypothesis import given
from hypothesis import strategies as st

from card_registry.journal.event import EventKind
from review.summing import Happening, Sums, Traffic, add_up, in_hours
from review.workdays import Calendar, DayKind, FreeDay

HOLIDAY = date(2026, 12, 25)
CALENDAR = Calendar("Asia/Jakarta", free={HOLIDAY: FreeDay(HOLIDAY, DayKind.NATIONAL, "Natal")})
KINDS = (EventKind.TAPPED, EventKind.EXITED, EventKind.DOOR_CHANGED, EventKind.STARTED)
TAP = Happening("tapped", 7, date(2026, 11, 20), "08:00:00", "utama", True, "granted", "h1", "g1", 1)  # noqa: FBT003

happenings = st.builds(
    Happening,
    kind=st.sampled_from([kind.value for kind in KINDS]),
    at=st.integers(0, 10**13),
    day=st.dates(date(2026, 11, 25), date(2027, 1, 5)),
    local=st.times().map(lambda at: at.replace(microsecond=0).isoformat()),
    door=st.sampled_from(("utama", "belakang", None)),
    granted=st.booleans(),
    reason=st.sampled_from(("granted", "expired", "unknown-credential")),
    holder=st.sampled_from(("h1", "h2", None)),
    grant=st.sampled_from(("g1", "g2", None)),
    times=st.integers(1, 5),
)


def totals(sums: Sums) -> dict[str, int]:
    """Add everything of one kind."""
    return {
        "use entries": sum(one.entries for one in sums.use.values()),
        "use outside": sum(one.outside for one in sums.use.values()),
        "use denials": sum(one.denials for one in sums.use.values()),
        "entries": sum(one.entries for one in sums.traffic.values()),
        "denials": sum(one.denials for one in sums.traffic.values()),
        "exits": sum(one.exits for one in sums.traffic.values()),
        "reasons": sum(sums.denials.values()),
    }


def counted(rows: Sequence[Happening]) -> dict[str, int]:
    """Count the same rows one by one."""
    taps = [row for row in rows if row.kind == EventKind.TAPPED.value and row.door is not None]
    entered, denied = [row for row in taps if row.granted], [row for row in taps if not row.granted]
    exits = [row for row in rows if row.kind == EventKind.EXITED.value and row.door is not None]

    def times(of: Sequence[Happening]) -> int:
        return sum(row.times for row in of)

    return {
        "use entries": times(entered),
        "use outside": times([row for row in entered if not in_hours(row, CALENDAR)]),
        "use denials": times([row for row in denied if row.holder is not None]),
        "entries": times(entered),
        "denials": times(denied),
        "exits": times(exits),
        "reasons": times(denied),
    }


@given(st.lists(happenings, max_size=60))
def test_every_happening_counts_once(rows: list[Happening]) -> None:
    """The sums hold what counting row by row finds, and the last entry of each right."""
    sums = add_up(rows, CALENDAR)
    assert totals(sums) == counted(rows)
    for (month, grant, holder, door), use in sums.use.items():
        own = [
            row.at
            for row in rows
            if (row.day.isoformat()[:7], row.grant or "", row.holder or "", row.door)
            == (month, grant, holder, door)
            and row.granted
            and row.kind == EventKind.TAPPED.value
        ]
        assert use.last == max(own, default=None)


@given(st.lists(happenings, max_size=40))
def test_the_order_of_arrival_does_not_matter(rows: list[Happening]) -> None:
    """Journals arrive interleaved; sums do not depend on it."""
    assert add_up(rows, CALENDAR) == add_up(rows[::-1], CALENDAR)


def test_office_hours_are_the_calendar_s() -> None:
    """A holiday, a Saturday, a minute before opening and the moment of closing are outside."""
    noon = TAP.local.replace("08", "12")
    at = {
        (TAP.day, "07:29:59"): False,
        (TAP.day, "07:30:00"): True,
        (TAP.day, "15:59:59"): True,
        (TAP.day, "16:00:00"): False,
        (date(2026, 11, 21), noon): False,
        (HOLIDAY, noon): False,
    }
    assert {(day, local): in_hours(replace(TAP, day=day, local=local), CALENDAR) for day, local in at} == at
    assert CALENDAR.opens == time(7, 30)


def test_a_stranger_s_tap_counts_at_its_door() -> None:
    """A denial without a holder is nobody's use, and its hour's traffic all the same."""
    sums = add_up(
        [replace(TAP, granted=False, reason="unknown-credential", holder=None, grant=None)], CALENDAR
    )
    assert not sums.use
    assert sums.traffic == {(TAP.day, 8, "utama"): Traffic(denials=1)}
    assert sums.denials == {(TAP.day, "utama", "unknown-credential"): 1}
