"""What a program does to reviews in its person's name: the acts of the pages, through the same functions.

Several words are taken whole or not at all; the faults then name each by its place in the list.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from fastapi import Response

from card_registry.words import DoorId
from review.access import Permission, Refused
from review.campaign import Change, Outcome, Scope
from review.campaign.standards import NUMBERS, values
from review.form import Faulty
from review.people import TITLES, Role
from review.web.api_campaigns import CampaignBody, StandardsBody, body_of, seen
from review.web.api_errors import FAULTY, Problem, at
from review.web.console import Console, Here
from review.web.review_query import Asked
from review.web.tokens import Writer
from review.web.visitor import Visitor
from review.workflow.campaign_minutes import leave_open, take_back_card
from review.workflow.campaign_opening import LONGEST, open_review
from review.workflow.campaign_rows import Spoken, Word, answer_rows, decide_rows
from review.workflow.campaign_tuning import tune

STRICT = {"extra": "forbid"}
MOST = 1_000
"""The most words of one request."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenReviewBody:
    """A review to open: of a unit, a door, a holder by id or by full name, and the event that asks for it."""

    __pydantic_config__ = STRICT
    event: str
    unit: str = ""
    door: str = ""
    holder: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerWord:
    """A unit's answer to a row, by the row's id."""

    __pydantic_config__ = STRICT
    item: str
    outcome: Outcome
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeBody:
    """What a changed right opens then: some of its doors, a schedule (none: always), its end in ms."""

    __pydantic_config__ = STRICT
    doors: tuple[str, ...]
    ends: int
    schedule: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionWord:
    """A decision on a row; ``change`` goes with *diubah* alone."""

    __pydantic_config__ = STRICT
    item: str
    outcome: Outcome
    reason: str = ""
    change: ChangeBody | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswersBody:
    """Answers, each row at most once."""

    __pydantic_config__ = STRICT
    words: tuple[AnswerWord, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionsBody:
    """Decisions, each row at most once."""

    __pydantic_config__ = STRICT
    words: tuple[DecisionWord, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CardBackBody:
    """A card that came back (*baik*, *rusak*) or never will (*hilang*), by its id."""

    __pydantic_config__ = STRICT
    card: str
    condition: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RiskBody:
    """Why a review goes on although doors have not confirmed."""

    __pydantic_config__ = STRICT
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TuneBody:
    """Numbers to keep, by name; those not named stay."""

    __pydantic_config__ = STRICT
    standards: Mapping[str, int] = field(default_factory=dict)


def open_one(console: Here, me: Writer, body: OpenReviewBody, response: Response) -> CampaignBody:
    """Open a review because of an event."""
    me.require(Permission.OPEN_REVIEW)
    scope = Scope(body.unit.strip(), body.door, body.holder)
    done = open_review(console.office, me.person, scope, body.event, body.name)
    if isinstance(done, Refused):
        fits = 0 < len(" ".join(body.event.split())) <= LONGEST
        raise Problem(409, done.why) if fits else at("event", done)
    response.headers["Location"] = f"/api/v1/campaigns/{done}"
    return body_of(console, me, done)


def answer(console: Here, me: Writer, case: str, body: AnswersBody) -> CampaignBody:
    """Answer rows of one's unit."""
    words = [Word(one.item, one.outcome, one.reason) for one in body.words]
    _ready(console, me, case, words)
    return _told(console, me, case, words, answer_rows(console.office, me.person, case, words))


def decide(console: Here, me: Writer, case: str, body: DecisionsBody) -> CampaignBody:
    """Decide rows."""
    words = [Word(one.item, one.outcome, one.reason, _change(one.change)) for one in body.words]
    _ready(console, me, case, words)
    return _told(console, me, case, words, decide_rows(console.office, me.person, case, words))


def _change(wanted: ChangeBody | None) -> Change | None:
    if wanted is None:
        return None
    return Change(tuple(DoorId(door) for door in wanted.doors), wanted.schedule, wanted.ends)


def _ready(console: Console, me: Visitor, case: str, words: list[Word]) -> None:
    """Refuse too many words, and a review that this person does not see."""
    if len(words) > MOST:
        raise at("words", Refused(f"Paling banyak {MOST} butir sekali kirim."))
    seen(console, me, case, Asked())


def _told(console: Console, me: Visitor, case: str, words: list[Word], done: Spoken) -> CampaignBody:
    if isinstance(done, Faulty):
        places = {word.item: f"words.{place}" for place, word in enumerate(words)}
        raise Problem(422, FAULTY, {places[id]: said for id, said in done.faults.items()})
    if isinstance(done, Refused):
        raise Problem(409, done.why)
    return body_of(console, me, case)


def card_back(console: Here, me: Writer, case: str, body: CardBackBody) -> CampaignBody:
    """Note that a card came back, or never will."""
    _operates(console, me, case)
    done = take_back_card(console.office, me.person, (case, body.card), body.condition)
    return _done(console, me, case, done)


def go_on(console: Here, me: Writer, case: str, body: RiskBody) -> CampaignBody:
    """Let a review go on although doors have not confirmed."""
    _operates(console, me, case)
    return _done(console, me, case, leave_open(console.office, me.person, case, body.why))


def _operates(console: Console, me: Visitor, case: str) -> None:
    """Refuse who is no operator, and a review that this person does not see."""
    seen(console, me, case, Asked())
    if Role.OPERATOR not in me.person.roles:
        raise Problem(403, f"Hal ini dicatat oleh {TITLES[Role.OPERATOR]}.")


def _done(console: Console, me: Visitor, case: str, done: object) -> CampaignBody:
    if isinstance(done, Refused):
        raise Problem(409, done.why)
    return body_of(console, me, case)


def keep_numbers(console: Here, me: Writer, body: TuneBody) -> StandardsBody:
    """Keep other numbers for the reviews to come."""
    me.require(Permission.TUNE_REVIEW)
    unknown = next((name for name in body.standards if name not in NUMBERS), None)
    if unknown is not None:
        raise at(f"standards.{unknown[:40]}", Refused("Tidak dikenal."))
    done = tune(console.office, me.person, body.standards)
    if isinstance(done, Refused):
        raise at("standards", done)
    return StandardsBody(values(done))
