"""A review as its page shows it: each row with its evidence and advice, and what its reader may say."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from card_registry.words import HolderId
from review.access import Allowed, Permission, may
from review.campaign import RULES, Outcome, Tally, may_answer, may_decide, tally
from review.case import CaseState
from review.inventory import DeviceStatus
from review.office import Office
from review.people import Person, Role
from review.procedure import END, Effect
from review.propagation import Journey
from review.store import campaigns, cases, grants, holders, inventory, people
from review.store.campaigns import Campaign, Kept
from review.store.cards import CardRow
from review.store.cases import CaseFile
from review.store.grants import OfficeGrant
from review.web.review_query import Asked, Line, Shown, is_near
from review.workflow import propagating
from review.workflow.campaign_minutes import to_collect

ANSWERS = (Outcome.KEEP, Outcome.CHANGE, Outcome.REMOVE)
DECISIONS = tuple(Outcome)
ON_A_PAGE = 40
"""How many rows a page shows."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far one unit's rows have come."""

    unit: str
    rows: int
    answered: int
    open: int


@dataclass(frozen=True, slots=True)
class ReviewView:
    """Everything one review's page shows; ``asked`` is what was asked for, its list and page made real."""

    file: CaseFile
    campaign: Campaign
    asked: Asked
    lines: tuple[Line, ...]
    grants: Mapping[str, OfficeGrant]
    total: int
    sums: Tally
    counts: Mapping[Shown, int]
    shown: Shown
    page: int
    pages: int
    units: tuple[Progress, ...]
    names: Mapping[str, str]
    servers: Mapping[str, tuple[str, ...]]
    subject: str
    collect: tuple[CardRow, ...]
    risky: bool
    late: bool
    reached: Journey
    proves: bool
    rules: tuple[tuple[str, str], ...]


def view_of(
    connection: Connection, office: Office, person: Person, id: str, asked: Asked
) -> ReviewView | None:
    """Give a review for one reader: the office sees every row, a unit those of its own people."""
    file, held = cases.load(connection, id), campaigns.find(connection, id)
    if file is None or held is None:
        return None
    lines = lines_of(connection, person, file, held)
    fitting = [line for line in lines if line.fits(asked)]
    counts = {one: sum(line.stands(one) for line in fitting) for one in Shown}
    shown = Shown(asked.shown) if asked.shown else Shown.MINE if counts[Shown.MINE] else Shown.ALL
    pages = max(1, -(-counts[shown] // ON_A_PAGE))
    page = min(asked.page, pages)
    chosen = [line for line in fitting if line.stands(shown)][ON_A_PAGE * (page - 1) : ON_A_PAGE * page]
    operator, reads = Role.OPERATOR in person.roles, isinstance(may(person, Permission.READ_CASES), Allowed)
    return ReviewView(
        file,
        held,
        asked,
        tuple(chosen),
        _given(connection, chosen),
        len(lines),
        tally([line.kept.item for line in lines]),
        counts,
        shown,
        page,
        pages,
        progress(line.kept for line in lines),
        people.names(connection),
        _servers(connection, {line.kept.item.unit.casefold() for line in chosen}),
        holders.name_of(connection, HolderId(held.scope.holder)) if held.scope.holder else "",
        to_collect(connection, file.case.id, office.clock()) if operator and _collects(file) else (),
        operator and file.case.state is CaseState.WAITING,
        held.last is not None and held.last < office.today(),
        propagating.journey(connection, office, id) if reads else Journey(()),
        reads,
        tuple((name.value, rule.explained(held.thresholds)) for name, rule in RULES.items()),
    )


def lines_of(connection: Connection, person: Person, file: CaseFile, held: Campaign) -> tuple[Line, ...]:
    """Give the rows that a reader may see, each with what they may say of it now."""
    everything = isinstance(may(person, Permission.READ_CASES), Allowed)
    live = held.last is not None and file.case.state is not CaseState.CLOSED
    names = campaigns.names(connection, held.case)
    return tuple(
        Line(
            one,
            names.get(one.item.holder, ""),
            live and isinstance(may_answer(one.item, person), Allowed),
            live and isinstance(may_decide(one.item, person), Allowed),
        )
        for one in campaigns.rows(connection, held.case)
        if everything or is_near(person, one.item.unit)
    )


def progress(rows: Iterable[Kept]) -> tuple[Progress, ...]:
    """Count the rows of each unit, in the order of their names."""
    units: dict[str, str] = {}
    total, answered, waiting = Counter[str](), Counter[str](), Counter[str]()
    for one in rows:
        key = one.item.unit.casefold()
        units.setdefault(key, one.item.unit)
        total[key] += 1
        answered[key] += one.item.answer() is not None
        waiting[key] += one.item.outcome() is None
    return tuple(Progress(units[key], total[key], answered[key], waiting[key]) for key in sorted(units))


def _given(connection: Connection, lines: Sequence[Line]) -> dict[str, OfficeGrant]:
    wanted = [line.kept.item.grant for line in lines]
    return {one.terms.id: one for one in grants.listed(connection, ids=wanted)} if wanted else {}


def _servers(connection: Connection, units: Collection[str]) -> dict[str, tuple[str, ...]]:
    """Name the devices that each of these units keeps in the room now."""
    found: dict[str, tuple[str, ...]] = dict.fromkeys(units, ())
    for one in inventory.devices(connection):
        owner = one.device.owner.casefold()
        if owner in found and one.device.status is not DeviceStatus.RETURNED:
            found[owner] = (*found[owner], one.device.name)
    return found


def _collects(file: CaseFile) -> bool:
    """Say whether the case stands at the step that collects cards."""
    return file.case.step != END and Effect.COLLECT_CARD in file.case.here().effects
