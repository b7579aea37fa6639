"""What must hold in an office whatever was done in it: chains, attempts, numbers, visits, places."""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence

from sqlalchemy import Connection, select

from review.case import CaseState
from review.inventory import faults
from review.store import books, case_chain, cases, inventory, issued, visits
from review.store.cases import CaseFile
from review.store.issued import Issued
from review.store.transaction import reading
from review.tables import audit
from review.visits import VisitState
from tests.review.world import World

ANSWERED = re.compile(r"langkah (\S+) upaya (\d+): ")
RUNNING = re.compile(r"([A-Z]+-\d{4}-)(\d{4})")


def sound(world: World) -> None:
    """Fail where anything in the office's books contradicts itself."""
    with reading(world.office.store) as connection:
        assert case_chain.tampered(connection) == ()
        files = cases.newest(connection, None, 10_000)
        assert faults(inventory.load(connection, world.clock())) == ()
        _numbered(connection, files)
        for file in files:
            _whole(connection, file)


def _numbered(connection: Connection, files: Sequence[CaseFile]) -> None:
    """See that cases, letters and papers are numbered without gaps, each number once."""
    found = [match.groups() for file in files if (match := RUNNING.fullmatch(file.number))]
    _gapless((series, int(number)) for series, number in found)
    posted = [one for file in files for one in books.letters(connection, file.case.id)]
    _gapless((f"agenda {one.direction} {one.year}", one.number) for one in posted)
    papers = [(file.case.id, one.number) for file in files for one in _papers(connection, file)]
    numbers = [number.partition("/") for _, number in set(papers) if number]
    _gapless((series, int(number)) for number, _, series in numbers)


def _papers(connection: Connection, file: CaseFile) -> tuple[Issued, ...]:
    return issued.of_case(connection, file.case.id)


def _gapless(taken: Iterable[tuple[str, int]]) -> None:
    series: defaultdict[str, list[int]] = defaultdict(list)
    for name, number in taken:
        series[name].append(number)
    for name, numbers in series.items():
        assert sorted(numbers) == list(range(1, len(numbers) + 1)), name


def _whole(connection: Connection, file: CaseFile) -> None:
    """See that a case has one answer for each attempt, each in the audit trail, and no visit left open."""
    rows = file.case.history
    tries = [(row.step, row.attempt) for row in rows if row.counts()]
    assert len(tries) == len(set(tries)), file.number
    mine = (audit.c.act == "langkah.jawab") & (audit.c.subject == f"case/{file.case.id}")
    told = [ANSWERED.match(text) for text in connection.scalars(select(audit.c.detail).where(mine))]
    answers = [(match[1], int(match[2])) for match in told if match]
    assert len(answers) == len(set(answers)) == len(told), file.number
    assert set(answers) <= {(row.step, row.attempt) for row in rows}, file.number
    if file.case.state is CaseState.CLOSED:
        left = {visit.state for visit in visits.below(connection, file.case.id)}
        assert left <= {VisitState.CLOSED}, file.number
