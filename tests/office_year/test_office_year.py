"""An office lives for a month, and in a long run two offices for a year: everything adds up at its end."""

import random
from datetime import date, time
from pathlib import Path

from card_registry.words import ControllerId, DoorId, SiteId
from review.people import Capacity, Role
from tests.office_year import adding_up
from tests.office_year.town import Deputy, Plan, Town, stock
from tests.office_year.year import OfficeYear

FIRST = date(2026, 1, 1)
TRENGGALEK = Plan(
    SiteId("trenggalek"),
    {
        ControllerId("pengendali-1"): {
            DoorId("ruang-server"): "Ruang Server",
            DoorId("ruang-daya"): "Ruang Daya",
        }
    },
    stock(4),
    deputies=(Deputy("kasi", Role.KABID, Capacity.DAILY, date(2026, 1, 19), date(2026, 1, 27)),),
)


def lived(folder: Path, plan: Plan, last: date, seed: int) -> OfficeYear:
    """Give an office that lived from New Year to a day, and then brought to an end what was under way."""
    town = Town(folder / plan.site, plan, Town.at(FIRST, time(5)), seed)
    year = OfficeYear(town, random.Random(seed))
    year.live(FIRST, last)
    year.finish()
    return year


def test_a_month_adds_up(tmp_path: Path) -> None:
    """Every opening is explained as it was in truth, numbers have no gaps, every row is where it belongs."""
    year = lived(tmp_path, TRENGGALEK, date(2026, 1, 31), 1)
    try:
        assert adding_up.wrong(year.street) == ()
        assert year.refusals == []
        assert year.town.running() == ()
    finally:
        year.town.close()
