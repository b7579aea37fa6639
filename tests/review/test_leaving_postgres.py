"""Leaving on PostgreSQL: doors measured, removals proposed once by two consoles, cards counted as well."""

from concurrent.futures import ThreadPoolExecutor

from review.leaving import Departure, Leaving
from review.store import card_stock, confirmations, departures, reminders
from review.store.card_stock import Line
from review.store.transaction import reading, writing
from review.workflow import propagating, proposing
from review.workflow.stocktaking import Wanted, enter
from tests.review.removals import standing_right, urgent
from tests.review.test_postgres import world
from tests.review.test_workflow import finished
from tests.review.world import NOON, World

__all__ = ["world"]


def test_leaving_is_kept_there_too(world: World) -> None:
    """One departure, two consoles that look at once, one case; each door's moment; the stock."""
    finished(world)
    given, _ = standing_right(world)
    who, day = world.person("admin").id, world.office.today()
    one = Departure("e" * 32, given.terms.holder, Leaving.RETIRED, day, "SK 1/2026", who, world.clock())
    with writing(world.office.store) as connection:
        departures.add(connection, one)
    with ThreadPoolExecutor(2) as both:
        begun = list(both.map(lambda _: proposing.look(world.office), range(2)))
    assert sum(begun) == 1
    with reading(world.office.store) as connection:
        [told] = departures.proposed(connection)
        assert [line.one for line in departures.listed(connection)] == [one]
    assert told.reason == "pensiun"
    assert isinstance(enter(world.office, world.person("operator"), Wanted("diterima", "9", "BAST")), Line)
    case = urgent(world, given)
    with reading(world.office.store) as connection:
        assert propagating.journey(connection, world.office, case).arrived == 1
        assert [took.kind for took in confirmations.between(connection, 0, NOON + 1)] == ["grant", "withdraw"]
        assert card_stock.stock(connection).blank == 8
    with writing(world.office.store) as connection:
        assert [reminders.begin_turn(connection, "2026-11-21", "contoh") for _ in range(2)] == [1, 0]
