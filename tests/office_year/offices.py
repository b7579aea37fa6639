"""The two offices of the year: one works by the profile of Trenggalek, the other by all tables."""

import contextlib
import random
from collections.abc import Iterator
from datetime import date, time, timedelta
from pathlib import Path

from card_registry.words import ControllerId, DoorId, SiteId
from review.people import Capacity, Role
from tests.office_year.town import Deputy, Plan, Town, stock
from tests.office_year.year import OfficeYear

FIRST, LAST = date(2026, 1, 1), date(2026, 12, 10)
"""What the officers sign at New Year lasts a year, so the last three weeks only bring to an end."""

HERE = ControllerId("pengendali-1")
ROOM, POWER = DoorId("ruang-server"), DoorId("ruang-daya")

TRENGGALEK = Plan(
    SiteId("trenggalek"),
    {HERE: {ROOM: "Ruang Server", POWER: "Ruang Daya"}},
    stock(4),
    deputies=(
        Deputy("kasi", Role.KABID, Capacity.DAILY, date(2026, 1, 12), date(2026, 1, 23)),
        Deputy("kasi", Role.KABID, Capacity.ACTING, date(2026, 6, 1), date(2026, 7, 31)),
        Deputy("sekretaris", Role.KADIS, Capacity.DAILY, date(2026, 4, 6), date(2026, 4, 17)),
    ),
    profile="trenggalek",
    local_holidays=(date(2026, 1, 21), date(2026, 8, 31)),
)
CONTOH = Plan(
    SiteId("contoh"),
    {HERE: {ROOM: "Ruang Server"}, ControllerId("pengendali-2"): {POWER: "Ruang Daya"}},
    stock(6),
    "S3.A",
    "P4",
    (Deputy("sekretaris", Role.KADIS, Capacity.FOR, date(2026, 3, 2), date(2026, 3, 13)),),
)


@contextlib.contextmanager
def live(
    folder: Path, last: date, seed: int, plans: tuple[Plan, ...] = (TRENGGALEK, CONTOH)
) -> Iterator[tuple[OfficeYear, ...]]:
    """Give offices that lived side by side from New Year to a day, and then ended what was under way."""
    with contextlib.ExitStack() as stack:
        years = []
        for plan in plans:
            town = Town(folder / plan.site, plan, Town.at(FIRST, time(5)), seed)
            stack.callback(town.close)
            years.append(OfficeYear(town, random.Random(f"{seed} {plan.site}")))
        for one, other in zip(years, years[1:] + years[:1], strict=True):
            one.neighbour = other if other is not one else None
        for number in range((last - FIRST).days + 1):
            for year in years:
                year.day(FIRST + timedelta(days=number))
        for year in years:
            year.finish()
        yield tuple(years)
