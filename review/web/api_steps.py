"""What a step asks of a person, as JSON: the answers, the forms with their options, for whom."""

from dataclasses import dataclass

from sqlalchemy import Connection

from review.access import Refused
from review.case import NOTE_LIMIT, Case, Choice, choices, standing
from review.office import Office
from review.people import Person
from review.web.api_forms import PaperBody, paper_bodies
from review.web.casework import colleagues, discreet
from review.workflow import filling


@dataclass(frozen=True, slots=True)
class ChoiceBody:
    """One answer: its label on the wire, its words, and what it needs besides.

    ``signs`` asks for the own passphrase; ``required`` names forms that the case must have first;
    ``recorded`` that it is another's answer, which this person may only record.
    """

    label: str
    button: str
    reason_required: bool
    signs: bool
    required: tuple[str, ...] = ()
    recorded: bool = False


@dataclass(frozen=True, slots=True)
class NameBody:
    """A person as others see them."""

    id: str
    name: str
    title: str


@dataclass(frozen=True, slots=True)
class StepBody:
    """What a step asks for; without choices it is not this person's, and ``why_not`` says whose it is.

    ``own`` says that the answer may be the person's own, ``names`` for whom they may record it.
    """

    step: str
    attempt: int
    choices: tuple[ChoiceBody, ...]
    why_not: str
    own: bool
    names: tuple[NameBody, ...]
    papers: tuple[PaperBody, ...]
    note_limit: int = NOTE_LIMIT


def choice_body(choice: Choice) -> ChoiceBody:
    """Give an answer as JSON has it."""
    return ChoiceBody(
        choice.label,
        choice.button,
        choice.reason_required,
        choice.signs,
        choice.required,
        choice.recorded,
    )


def name_body(person: Person) -> NameBody:
    """Give a person as others see them."""
    return NameBody(person.id, person.name, person.title())


def step_now(connection: Connection, office: Office, case: Case, person: Person) -> StepBody:
    """Give what a case's present step asks of a person."""
    offered, turn = choices(case, person), standing(case, person)
    why = turn.why if isinstance(turn, Refused) else ""
    if not offered:
        return StepBody(case.step, case.attempt, (), why, own=False, names=(), papers=())
    paper = filling.paper(connection, office, case)
    return StepBody(
        case.step,
        case.attempt,
        tuple(choice_body(one) for one in offered),
        why,
        not isinstance(turn, Refused),
        tuple(name_body(one) for one in colleagues(connection, case, person, office.clock())),
        () if paper is None else paper_bodies(discreet(connection, paper, person)),
    )
