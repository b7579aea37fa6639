"""What must hold in an office whatever was done in it: chains, attempts, numbers, visits, places."""

from collections import defaultdict

from sqlalchemy import select

from review.case import CaseState
from review.inventory import faults
from review.store import cases, inventory, visits
from review.store.transaction import reading
from review.tables import case_file
from review.visits import VisitState
from tests.review.world import World


def sound(world: World) -> None:
    """Fail where anything in the office's books contradicts itself."""
    with reading(world.office.store) as connection:
        assert cases.tampered(connection) == ()
        files = cases.newest(connection, None, 10_000)
        stock = inventory.load(connection, world.clock())
        below = {file.number: visits.below(connection, file.case.id) for file in files}
        numbers = list(connection.scalars(select(case_file.c.number)))
    assert faults(stock) == ()
    series: defaultdict[str, list[int]] = defaultdict(list)
    for number in numbers:
        prefix, _, last = number.rpartition("-")
        if len(last) == 4:
            series[prefix].append(int(last))
    for prefix, taken in series.items():
        assert sorted(taken) == list(range(1, len(taken) + 1)), prefix
    for file in files:
        tries = [(row.step, row.attempt) for row in file.case.history if row.counts()]
        assert len(tries) == len(set(tries)), file.number
        if file.case.state is CaseState.CLOSED:
            assert {visit.state for visit in below[file.number]} <= {VisitState.CLOSED}, file.number
