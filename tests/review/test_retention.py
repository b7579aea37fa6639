"""The pure rules of retention: months, bounds, holds, decisions and their chain."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from card_registry.instant import DAY
from card_registry.journal.dropping import Span
from card_registry.words import ControllerId, PersonId
from review.case import SALT, seal
from review.retention import (
    LEAST,
    MOST,
    SHIPPED,
    Counted,
    Decision,
    Hold,
    HoldKind,
    Kind,
    Reach,
    Rules,
    before,
    code_of,
    link,
    month_of,
    reach,
    until,
)
from review.retention.decision import FIRST
from review.retention.words import HOLDS, WORDS

ZONE = "Asia/Jakarta"
WHO = PersonId("a" * 32)


def at(text: str) -> int:
    """Give a moment of UTC in milliseconds."""
    return round(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp() * 1000)


@pytest.mark.parametrize(
    ("now", "months", "limit"),
    [
        ("2026-11-20T08:00", 60, "2021-11-19T17:00"),
        ("2026-03-31T03:00", 1, "2026-02-27T17:00"),
        ("2024-03-31T03:00", 1, "2024-02-28T17:00"),
        ("2026-01-15T20:00", 1, "2025-12-15T17:00"),
    ],
)
def test_what_is_old_begins_at_a_midnight_of_the_site(now: str, months: int, limit: str) -> None:
    """So many months back on the same day, or on the last that the month has."""
    assert before(at(now), months, ZONE) == at(limit)


@given(st.integers(at("2000-01-01"), at("2090-01-01")), st.integers(1, MOST // 2))
def test_nothing_goes_before_the_day_that_its_person_was_told(moment: int, months: int) -> None:
    """Whatever is told to be kept until a day is not older than the rule before it."""
    limit = until(moment, months, ZONE)
    assert before(limit - DAY, months, ZONE) <= moment
    assert before(limit + 4 * DAY, months, ZONE) > moment


def test_rules_have_bounds_and_defaults() -> None:
    """What is not chosen is as shipped; months out of bounds are an error."""
    assert Rules({}).of(Kind.ENTRIES) == SHIPPED[Kind.ENTRIES] == 60
    assert Rules({Kind.CASES: 12}).of(Kind.CASES) == 12
    for kind in Kind:
        for months in (LEAST[kind] - 1, MOST + 1):
            with pytest.raises(ValueError, match=kind.value):
                Rules({kind: months})
    assert set(WORDS) == set(Kind)
    assert set(HOLDS) == set(HoldKind)
    assert month_of(at("2026-11-30T23:59")) == 202611


def test_holds_in_force_are_summed_up() -> None:
    """A lifted hold reaches nothing; each kind reaches its own."""
    made = [Hold(str(n), kind, f"t{n}", "Surat", WHO, 1) for n, kind in enumerate(HoldKind)]
    assert reach([replace(one, ended=2) for one in made]) == Reach()
    found = reach(made)
    assert found == Reach(
        everything=True, holders=frozenset({"t0"}), cases=frozenset({"t1"}), doors=frozenset({"t2"})
    )


def test_a_code_names_what_goes_and_a_link_all_of_it() -> None:
    """Number, time and person do not change a dry run's code; any change of a record changes its link."""
    one = Decision(Kind.CASES, 60, 1, (Counted("permohonan", 2),), cases=("c",))
    done = replace(one, number=3, at=9, person=WHO)
    assert code_of(done) == code_of(one)
    assert one.total == 2
    others = [
        replace(one, months=61),
        replace(one, counted=()),
        replace(one, held=1),
        replace(one, spans=(Span(ControllerId("pintu"), 1, 0, 4),)),
    ]
    assert len({code_of(other) for other in (one, *others)}) == 5
    links = {link(FIRST, other) for other in (one, done, *others)} | {link("11" * 32, one)}
    assert len(links) == 7


def test_a_seal_hides_its_note_and_fits_no_other() -> None:
    """The same note has another seal under another salt; nothing is sealed as nothing."""
    assert seal("", "00" * SALT) == ""
    told = {seal(note, salt * SALT) for note in ("setuju", "tolak") for salt in ("00", "11")}
    assert len(told) == 4
    assert {len(one) for one in told} == {64}
