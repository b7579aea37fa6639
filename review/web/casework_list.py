"""Lists of cases: which of them somebody asked to see, page by page, each with its deadline."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import Connection

from review.access import Permission, Refused, may
from review.case import CaseState, Choice, choices
from review.deadline import Deadline, Lateness, deadline
from review.office import Office
from review.people import Person
from review.procedure import END
from review.store import cases
from review.store.cases import CaseFile, Wanted
from review.web.casebook import turn_title
from review.web.visitor import plain
from review.workdays import Calendar
from review.workflow.reminding import calendar_of

ROWS = 25
"""How many cases stand on one page."""

MOST = 5_000
"""How many running cases are looked through for whose turn it is and what is late."""

LONGEST = 80
"""The longest text to look for, in characters."""

AT_WORK = frozenset({CaseState.RUNNING, CaseState.QUEUED})
LATE = frozenset({Lateness.LATE, Lateness.OVERDUE})


class View(StrEnum):
    """Which cases a list is about."""

    ALL = "semua"
    TURN = "menunggu-saya"
    MINE = "saya"


@dataclass(frozen=True, slots=True)
class Query:
    """What was asked for, as the page's address says it."""

    view: View = View.ALL
    procedure: str = ""
    state: str = ""
    late: bool = False
    text: str = ""
    page: int = 1

    def terms(self, **changed: str | int) -> dict[str, str]:
        """Give the address's parameters for this list, or for one that differs in what is named."""
        asked = {
            "daftar": self.view.value,
            "prosedur": self.procedure,
            "keadaan": self.state,
            "terlambat": "ya" if self.late else "",
            "cari": self.text,
            "halaman": str(self.page) if self.page > 1 else "",
        }
        both = {**asked, **{name: str(value) for name, value in changed.items()}}
        return {name: value for name, value in both.items() if value}


@dataclass(frozen=True, slots=True)
class Line:
    """One case of a list: whose turn it is, when that is due, and the reader's own buttons."""

    file: CaseFile
    turn: str
    due: Deadline | None
    offered: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class Listing:
    """A page of a list, how many cases it has in all, and how many pages."""

    lines: tuple[Line, ...]
    total: int
    pages: int


def query_of(given: Mapping[str, str]) -> Query:
    """Read what an address asks for; what is not known restricts nothing."""
    view, state, page = given.get("daftar", ""), given.get("keadaan", ""), given.get("halaman", "")
    return Query(
        View(view) if view in set(View) else View.ALL,
        plain(given.get("prosedur", ""))[:12],
        state if state in set(CaseState) else "",
        given.get("terlambat") == "ya",
        plain(given.get("cari", ""))[:LONGEST],
        max(1, int(page)) if page.isascii() and page.isdigit() and len(page) < 6 else 1,  # noqa: PLR2004 - digits
    )


def listing(connection: Connection, office: Office, person: Person, query: Query) -> Listing:
    """Give the page of a list that a person asked for; whoever may read no other's cases sees the own."""
    calendar, now = calendar_of(office), office.clock()
    wanted = _wanted(person, query)
    if query.view is not View.TURN and not query.late:
        files, total = cases.search(connection, wanted, ROWS, (query.page - 1) * ROWS)
        return Listing(tuple(_line(one, person, calendar, now) for one in files), total, _pages(total))
    files, _ = cases.search(connection, wanted, MOST)
    lines = [_line(one, person, calendar, now) for one in files]
    lines = [one for one in lines if _asked(one, query)]
    lines.sort(key=lambda one: (one.due.due if one.due else 0, one.file.number))
    first = (query.page - 1) * ROWS
    return Listing(tuple(lines[first : first + ROWS]), len(lines), _pages(len(lines)))


def _wanted(person: Person, query: Query) -> Wanted:
    own = query.view is View.MINE or isinstance(may(person, Permission.READ_CASES), Refused)
    states = frozenset({CaseState(query.state)}) if query.state else frozenset[CaseState]()
    if query.view is View.TURN or query.late:
        states = (states or AT_WORK) & AT_WORK or AT_WORK
    return Wanted(person.id if own else None, query.procedure, states, query.text)


def _asked(line: Line, query: Query) -> bool:
    turn = query.view is not View.TURN or bool(line.offered)
    return turn and (not query.late or (line.due is not None and line.due.lateness in LATE))


def _line(file: CaseFile, person: Person, calendar: Calendar, now: int) -> Line:
    case = file.case
    offered = () if case.step == END else choices(case, person)
    return Line(file, turn_title(case), deadline(case, calendar, now), offered)


def _pages(total: int) -> int:
    return max(1, -(-total // ROWS))
