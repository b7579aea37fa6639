"""JSON for scripts, under the same session and permissions as the pages."""

from dataclasses import dataclass

from sqlalchemy import text

from review.access import Permission
from review.store import occurrences
from review.store.transaction import reading
from review.web.casebook import open_case
from review.web.console import Here
from review.web.doors import DoorNow, EventNow, doors_now, event_now
from review.web.tokens import Reader


@dataclass(frozen=True, slots=True)
class DoorsBody:
    """Every door of the site."""

    doors: tuple[DoorNow, ...]


@dataclass(frozen=True, slots=True)
class EventsBody:
    """Occurrences in order of arrival; ask again ``after`` the last id."""

    events: tuple[EventNow, ...]


@dataclass(frozen=True, slots=True)
class CardBody:
    """A card of a case."""

    id: str
    number: str
    status: str
    tier: int | None


@dataclass(frozen=True, slots=True)
class GrantBody:
    """A grant of a case and how far it is published."""

    id: str
    state: str
    needs: int | None
    sentence: str
    weak: bool


@dataclass(frozen=True, slots=True)
class HistoryBody:
    """One row of a case's history."""

    step: str
    attempt: int
    person: str
    behalf: str | None
    answer: str
    note: str
    at: int


@dataclass(frozen=True, slots=True)
class CaseBody:
    """A case as its page shows it to this person."""

    id: str
    number: str
    state: str
    step: str
    attempt: int
    applicant: str | None
    holder: str | None
    choices: tuple[str, ...]
    why_not: str
    waiting_for: str
    cards: tuple[CardBody, ...]
    grants: tuple[GrantBody, ...]
    history: tuple[HistoryBody, ...]


@dataclass(frozen=True, slots=True)
class HealthBody:
    """Whether the console can read its own store."""

    status: str


def doors(console: Here, me: Reader) -> DoorsBody:
    """Give the doors as they are now."""
    me.require(Permission.READ_DOORS)
    return DoorsBody(doors_now(console.office))


def events(console: Here, me: Reader, after: int = 0) -> EventsBody:
    """Give occurrences in order of arrival: the newest 200, or the next 200 after number ``after``."""
    me.require(Permission.READ_DOORS)
    with reading(console.office.store) as connection:
        if after > 0:
            listed = occurrences.following(connection, min(after, 2**62))
        else:
            listed = occurrences.newest(connection, limit=200)[::-1]
    return EventsBody(tuple(event_now(console.office, one) for one in listed))


def case(console: Here, me: Reader, case: str) -> CaseBody:
    """Give one case."""
    view = open_case(console.office, me.person, case)
    return CaseBody(
        view.case.id,
        view.file.number,
        view.case.state.value,
        view.case.step,
        view.case.attempt,
        view.case.applicant,
        view.file.holder,
        tuple(choice.label for choice in view.choices),
        view.why_not,
        view.told(),
        tuple(
            CardBody(card.id, card.number, card.status.value, None if card.tier is None else int(card.tier))
            for card in view.cards
        ),
        tuple(
            GrantBody(grant.terms.id, grant.state.value, grant.needs, grant.sentence, grant.weak)
            for grant in view.grants
        ),
        tuple(
            HistoryBody(done.step, done.attempt, done.person, done.behalf, done.answer, done.note, done.at)
            for done in view.case.history
        ),
    )


def health(console: Here) -> HealthBody:
    """Say that the console answers and reads its store."""
    with reading(console.office.store) as connection:
        connection.execute(text("SELECT 1"))
    return HealthBody("baik")
