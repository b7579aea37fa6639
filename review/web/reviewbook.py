"""A review as its page shows it: each row with its evidence and advice, and what its reader may say."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import Connection

from review.access import Allowed, Permission, may
from review.campaign import RULES, Outcome, Tally, may_answer, may_decide, tally
from review.case import CaseState
from review.office import Office
from review.people import Person, Role
from review.procedure import END, Effect
from review.store import campaigns, cases, grants, people
from review.store.campaigns import Campaign, Kept
from review.store.cards import CardRow
from review.store.cases import CaseFile
from review.store.grants import OfficeGrant
from review.workflow.campaign_minutes import to_collect

ANSWERS = (Outcome.KEEP, Outcome.CHANGE, Outcome.REMOVE)
DECISIONS = tuple(Outcome)
ON_A_PAGE = 40
"""How many rows a page shows."""


class Shown(StrEnum):
    """Which rows a page shows."""

    ALL = "semua"
    MINE = "bagian-saya"
    OPEN = "belum-diputus"
    AGAINST = "perlu-perhatian"


SHOWN_WORDS: Mapping[Shown, str] = {
    Shown.MINE: "Menunggu saya",
    Shown.OPEN: "Belum diputus",
    Shown.AGAINST: "Periksa atau cabut",
    Shown.ALL: "Semua",
}


@dataclass(frozen=True, slots=True)
class Line:
    """One row, and whether this reader may answer or decide it now."""

    kept: Kept
    answers: bool
    decides: bool

    @property
    def waits(self) -> bool:
        """Say whether the row waits for this reader."""
        item = self.kept.item
        return (self.answers and item.answer() is None) or (self.decides and item.outcome() is None)


@dataclass(frozen=True, slots=True)
class ReviewView:
    """Everything one review's page shows."""

    file: CaseFile
    campaign: Campaign
    lines: tuple[Line, ...]
    grants: Mapping[str, OfficeGrant]
    total: int
    sums: Tally
    counts: Mapping[Shown, int]
    shown: Shown
    page: int
    pages: int
    names: Mapping[str, str]
    collect: tuple[CardRow, ...]
    risky: bool
    rules: tuple[tuple[str, str], ...]


def view_of(
    connection: Connection, office: Office, person: Person, id: str, asked: tuple[str, int]
) -> ReviewView | None:
    """Give a review for one reader: the office sees every row, a unit those of its own people.

    ``asked`` is which rows are to be shown, and the page of them.
    """
    shown, number = asked
    file, held = cases.load(connection, id), campaigns.find(connection, id)
    if file is None or held is None:
        return None
    kept = campaigns.rows(connection, id)
    lines = tuple(_lines(person, file, kept, asked=held.last is not None))
    views = {one: tuple(line for line in lines if _fits(line, one)) for one in Shown}
    chosen = Shown(shown) if shown in set(Shown) else Shown.MINE if views[Shown.MINE] else Shown.ALL
    pages = max(1, -(-len(views[chosen]) // ON_A_PAGE))
    number = min(max(1, number), pages)
    seen = views[chosen][ON_A_PAGE * (number - 1) : ON_A_PAGE * number]
    given = [grants.find(connection, line.kept.item.grant) for line in seen]
    operator = Role.OPERATOR in person.roles
    return ReviewView(
        file,
        held,
        seen,
        {one.terms.id: one for one in given if one is not None},
        len(lines),
        tally([line.kept.item for line in lines]),
        {one: len(found) for one, found in views.items()},
        chosen,
        number,
        pages,
        people.names(connection),
        to_collect(connection, file.case.id, office.clock()) if operator and _collects(file) else (),
        operator and file.case.state is CaseState.WAITING,
        tuple((name.value, rule.explained(held.thresholds)) for name, rule in RULES.items()),
    )


def _lines(person: Person, file: CaseFile, kept: Sequence[Kept], *, asked: bool) -> list[Line]:
    """Give the rows that a reader may see, each with what they may say of it."""
    everything = isinstance(may(person, Permission.READ_CASES), Allowed)
    live = asked and file.case.state is not CaseState.CLOSED
    found = []
    for one in kept:
        near = person.unit.casefold() == one.item.unit.casefold()
        if everything or near:
            answers = live and isinstance(may_answer(one.item, person), Allowed)
            decides = live and isinstance(may_decide(one.item, person), Allowed)
            found.append(Line(one, answers, decides))
    return found


def _fits(line: Line, shown: Shown) -> bool:
    match shown:
        case Shown.ALL:
            return True
        case Shown.MINE:
            return line.waits
        case Shown.OPEN:
            return line.kept.item.outcome() is None
        case Shown.AGAINST:
            return line.kept.item.advice.recommendation.value != "pertahankan"


def _collects(file: CaseFile) -> bool:
    """Say whether the case stands at the step that collects cards."""
    return file.case.step != END and Effect.COLLECT_CARD in file.case.here().effects
