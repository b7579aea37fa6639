"""What a program does to cases in its person's name: the acts of the pages, through the same functions.

A refusal of the workflow is a sentence; which status it has is read here from what was asked: a step that is
over is 409, one that is not this person's 403, what can be corrected in the body 422.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated

from fastapi import Header, Response

from card_registry.words import CaseId, PersonId
from review.access import Refused
from review.case import NOTE_LIMIT, Answer, Case, CaseState, Choice, begin, choices
from review.form import Faulty
from review.office import Office
from review.people import Person
from review.procedure import END
from review.store import cases, people
from review.store.transaction import reading
from review.web.api_cases import CaseBody, body_of
from review.web.api_errors import Problem, at, faulty
from review.web.api_forms import Fields, given
from review.web.casebook import open_case
from review.web.console import Here
from review.web.tokens import Writer
from review.web.visitor import Visitor
from review.workflow import answering, bookkeeping, opening
from review.workflow.answering import Act
from review.workflow.approval import Hand
from review.workflow.opening import BLANK, Beginning

UNKNOWN_PERSON = Refused("Orang ini tidak dikenal.")
NOT_YOURS = "Hanya petugas yang mencari tempat untuk permohonan ini yang dapat melanjutkannya dari antrean."
STRICT = {"extra": "forbid"}
"""How bodies are read: what they do not name is refused."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenBody:
    """A case to open: its procedure, the first step's answer and form, in whose name it is recorded."""

    __pydantic_config__ = STRICT
    procedure: str
    choice: str = ""
    note: str = ""
    fields: Fields = field(default_factory=dict)
    behalf: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerBody:
    """An answer to one attempt at one step; ``passphrase`` signs where it adds a right."""

    __pydantic_config__ = STRICT
    step: str
    attempt: int
    choice: str
    note: str = ""
    fields: Fields = field(default_factory=dict)
    passphrase: str = field(default="", repr=False)
    behalf: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawBody:
    """Why the applicant takes a request back."""

    __pydantic_config__ = STRICT
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectBody:
    """What was wrong in a row of the history, by its position; the row itself stays."""

    __pydantic_config__ = STRICT
    position: int
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AppointBody:
    """Who is to do what the last assignment was about."""

    __pydantic_config__ = STRICT
    person: str


def _behalf(office: Office, id: str | None) -> Person | None:
    """Read in whose name an answer is given; None for the own."""
    if id is None:
        return None
    with reading(office.store) as connection:
        found = people.find(connection, id, office.clock())
    if found is None:
        raise at("behalf", UNKNOWN_PERSON)
    return found


def _given(fields: Fields) -> Mapping[str, tuple[str, ...]]:
    return {name: tuple(texts) for name, texts in given(fields).items()}


Key = Annotated[str, Header(max_length=100, description="Kunci yang sama membuka paling banyak satu.")]
"""A program's own word for one opening (``Idempotency-Key``): sent again, it gives the case opened before."""


def settled_id(person: PersonId, key: str) -> CaseId:
    """Give the id of the case that a person's program opens under a key of its own."""
    return CaseId(hashlib.sha256(f"akses/opening/v1\0{person}\0{key}".encode()).hexdigest()[:32])


def _opened_before(office: Office, id: CaseId | None, procedure: str) -> bool:
    """Say whether a case was opened under this id.

    Raises:
        Problem: One of another procedure was.
    """
    if id is None:
        return False
    with reading(office.store) as connection:
        file = cases.load(connection, id)
    if file is not None and file.case.procedure.id != procedure:
        raise Problem(409, f"Kunci ini sudah dipakai untuk permohonan {file.number}.")
    return file is not None


def open_one(
    console: Here, me: Writer, body: OpenBody, response: Response, idempotency_key: Key = ""
) -> CaseBody:
    """Open a case of a procedure by answering its first step."""
    office = console.office
    id_ = settled_id(me.person.id, idempotency_key) if idempotency_key else None
    if id_ is not None and _opened_before(office, id_, body.procedure):
        response.headers["Location"] = f"/api/v1/cases/{id_}"
        return _now(office, me, id_)
    table = office.procedures.get(body.procedure)
    if table is None:
        raise at("procedure", Refused(f"Prosedur {body.procedure[:16]} tidak dikenal."))
    behalf, blank = _behalf(office, body.behalf), begin(BLANK, table, office.clock())
    offered = choices(blank, me.person)
    only = offered[0].label if len(offered) == 1 else ""
    label = body.choice or only
    beginning = Beginning(table.id, _given(body.fields), label, body.note, behalf, id=id_)
    opened = opening.open_case(office, me.person, beginning)
    if isinstance(opened, Faulty):
        raise faulty(opened)
    if isinstance(opened, Refused):
        raise _refusal(offered, Answer(blank.step, 1, label, body.note), opened, body.fields)
    response.headers["Location"] = f"/api/v1/cases/{opened}"
    return _now(office, me, opened)


def _now(office: Office, me: Visitor, id: str) -> CaseBody:
    return body_of(office, me, open_case(office, me.person, id))


def answer_one(console: Here, me: Writer, case: str, body: AnswerBody) -> CaseBody:
    """Answer the case's present step."""
    office = console.office
    open_case(office, me.person, case)
    verdict = Answer(body.step, body.attempt, body.choice, body.note)
    said = Act(verdict, Hand(body.passphrase), _given(body.fields), _behalf(office, body.behalf))
    done = answering.act(office, me.person, case, said)
    if isinstance(done, Faulty):
        raise faulty(done)
    if isinstance(done, Refused):
        view = open_case(office, me.person, case)  # as it is now: somebody may have been quicker
        if _is_over(view.case, verdict):
            raise Problem(409, done.why)
        raise _refusal(view.choices, verdict, done, body.fields)
    return _now(office, me, case)


def _is_over(case: Case, verdict: Answer) -> bool:
    """Say whether an answer is to another step or attempt than the one that is open."""
    if case.state in {CaseState.CLOSED, CaseState.WAITING}:
        return True
    return (verdict.step, verdict.attempt) != (case.step, case.attempt)


def _refusal(offered: tuple[Choice, ...], verdict: Answer, refused: Refused, fields: Fields) -> Problem:
    """Say no with the status that tells a program what to do next."""
    chosen = next((one for one in offered if one.label == verdict.label), None)
    if not offered:
        return Problem(403, refused.why)
    if chosen is None:
        return at("choice", refused)
    if len(verdict.note.strip()) > NOTE_LIMIT or (chosen.reason_required and not verdict.note.strip()):
        return at("note", refused)
    if chosen.required and not fields:
        return at("fields", refused)
    return Problem(403 if chosen.signs else 409, refused.why)


def withdraw(console: Here, me: Writer, case: str, body: WithdrawBody) -> CaseBody:
    """Take a request back; its applicant may, while nothing is binding."""
    view = open_case(console.office, me.person, case)
    done = answering.take_back(console.office, me.person, case, body.why)
    if isinstance(done, Refused):
        if view.case.applicant != me.person.id:
            raise Problem(403, done.why)
        raise _worded("why", body.why, done)
    return _now(console.office, me, case)


def _worded(place: str, text: str, refused: Refused) -> Problem:
    """Say that a text is missing or too long, or else that the case does not allow it now."""
    if 0 < len(text.strip()) <= NOTE_LIMIT:
        return Problem(409, refused.why)
    return at(place, refused)


def correct(console: Here, me: Writer, case: str, body: CorrectBody) -> CaseBody:
    """Add a correction to a row of the history."""
    view = open_case(console.office, me.person, case)
    done = answering.correct_row(console.office, me.person, case, body.position, body.note)
    if isinstance(done, Refused):
        if not 0 <= body.position < len(view.case.history):
            raise at("position", done)
        row = view.case.history[body.position]
        if me.person.id not in {row.actor(), row.person}:
            raise Problem(403, done.why)
        raise _worded("note", body.note, done)
    return _now(console.office, me, case)


def look_again(console: Here, me: Writer, case: str) -> CaseBody:
    """Take a case out of the queue, because a place may be free."""
    view = open_case(console.office, me.person, case)
    if not view.choices:
        raise Problem(403, NOT_YOURS)
    done = answering.look_again(console.office, me.person, case)
    if isinstance(done, Refused):
        raise Problem(409, done.why)
    return _now(console.office, me, case)


def appoint(console: Here, me: Writer, case: str, body: AppointBody) -> CaseBody:
    """Name who is to do what the last assignment was about, by whoever made it."""
    office = console.office
    view = open_case(office, me.person, case)
    done = bookkeeping.appoint(office, me.person, case, body.person)
    if isinstance(done, Refused):
        if me.person.id not in {one.assigner for one in view.assigned}:
            raise Problem(403, done.why)
        raise Problem(409, done.why) if view.case.step == END else at("person", done)
    return _now(office, me, case)
