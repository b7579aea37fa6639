"""An office lives for a month, and in a long run two offices for a year: everything adds up at its end."""

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import Connection, delete, update

from review.people import Capacity
from review.store import cases
from review.store.transaction import reading, writing
from review.tables import case_file, occurrence
from review.tables import visit as visit_table
from review.visits import Unexplained
from tests.office_year import adding_up
from tests.office_year.offices import LAST, TRENGGALEK, live
from tests.office_year.street import ROOM, Opening
from tests.office_year.year import OfficeYear

END_OF_JANUARY = date(2026, 1, 31)


@pytest.fixture(scope="module")
def january(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OfficeYear]:
    """Give an office that lived through January."""
    with live(tmp_path_factory.mktemp("january"), END_OF_JANUARY, 1, (TRENGGALEK,)) as (year,):
        yield year


def test_a_month_adds_up(january: OfficeYear) -> None:
    """Every opening is explained as it was in truth, numbers have no gaps, every row is where it belongs."""
    assert adding_up.wrong(january.street) == ()
    assert january.refusals == []
    assert january.town.running() == ()


def test_a_month_meets_what_an_office_meets(january: OfficeYear) -> None:
    """There were visits and refused ones, a deputy's signature, a lost card, a forced door, reminders."""
    with reading(january.town.store) as connection:
        rows = [row for file in cases.newest(connection, None, 1_000) for row in file.case.history]
    assert Capacity.DAILY in {row.capacity for row in rows}
    assert {"access", "deposit", "maintain", "lose_card", "remove", "again"} <= january.happened.keys()
    assert len(january.street.came) > 1


Broken = Callable[[Connection, OfficeYear], object]

HARM: dict[str, tuple[Broken, str]] = {
    "a number is missing": (
        lambda connection, _: connection.execute(
            update(case_file).where(case_file.c.number == "ARS-2026-0002").values(number="ARS-2026-0099")
        ),
        "ARS-2026: the numbers are",
    ),
    "an occurrence is missing": (
        lambda connection, _: connection.execute(delete(occurrence).where(occurrence.c.id == 40)),
        "rows written,",
    ),
    "a visit is not closed": (
        lambda connection, _: connection.execute(update(visit_table).values(left=None)),
        "was entered",
    ),
    "an opening nobody knows of": (
        lambda _, year: year.street.openings.append(Opening(1, ROOM, Unexplained(""))),
        "openings in truth",
    ),
}


@pytest.mark.parametrize("what", HARM)
def test_what_does_not_add_up_is_named(january: OfficeYear, what: str) -> None:
    """A store that somebody changed is found out, by the rule that it breaks."""
    harm, said = HARM[what]
    with writing(january.town.store) as connection:
        harm(connection, january)
    assert any(said in one for one in adding_up.wrong(january.street))


@pytest.mark.long
def test_two_offices_live_a_year(tmp_path: Path) -> None:
    """A year of two offices side by side adds up in each, and no card of one opens a door of the other."""
    with live(tmp_path, LAST, 1) as years:
        for year in years:
            assert adding_up.wrong(year.street) == ()
            assert year.refusals == []
            assert year.town.running() == ()
