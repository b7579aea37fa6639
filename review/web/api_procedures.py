"""The procedures in force as JSON: which there are, which this person may open, their official tables."""

from dataclasses import dataclass

from review.case import Choice, begin, choices
from review.office import Office
from review.people import Person
from review.procedure import Procedure, Step, fingerprint, natural
from review.store.transaction import reading
from review.web.api_steps import ChoiceBody, StepBody, choice_body, step_now
from review.web.console import Here
from review.web.tokens import Reader
from review.web.visitor import Forbidden, NotFound
from review.workflow.opening import BLANK


@dataclass(frozen=True, slots=True)
class ProcedureBrief:
    """One procedure, and whether this person may open a case of it."""

    id: str
    name: str
    title: str
    source: str
    recurs: str | None
    may_open: bool


@dataclass(frozen=True, slots=True)
class ProceduresBody:
    """The procedures in force."""

    procedures: tuple[ProcedureBrief, ...]


@dataclass(frozen=True, slots=True)
class RowBody:
    """One row of the official table, its words as printed."""

    no: str
    activity: str
    role: str
    title: str
    recorders: tuple[str, ...]
    documents: tuple[str, ...]
    duration: str
    output: tuple[str, ...]
    effects: tuple[str, ...]
    answers: tuple[ChoiceBody, ...]


@dataclass(frozen=True, slots=True)
class ProcedureBody:
    """One procedure with its table; ``fingerprint`` is what a case pins and an approver signs over."""

    id: str
    name: str
    title: str
    agency: str
    number: str
    source: str
    fingerprint: str
    start: str
    may_open: bool
    steps: tuple[RowBody, ...]


def _table(office: Office, id: str) -> Procedure:
    if id not in office.procedures:
        raise NotFound
    return office.procedures[id]


def _opening(office: Office, table: Procedure, person: Person) -> tuple[Choice, ...]:
    """Give the answers with which this person may open a case; none where they may not."""
    return choices(begin(BLANK, table, office.clock()), person)


def procedures(console: Here, me: Reader) -> ProceduresBody:
    """List the procedures in force."""
    office = console.office
    return ProceduresBody(
        tuple(
            ProcedureBrief(
                table.id,
                table.identity.name,
                table.title,
                table.identity.source.value,
                None if table.recurs is None else table.recurs.value,
                bool(_opening(office, table, me.person)),
            )
            for table in sorted(office.procedures.values(), key=lambda one: natural(one.id))
        )
    )


def procedure(console: Here, me: Reader, procedure: str) -> ProcedureBody:
    """Give one procedure with its official table."""
    table = _table(console.office, procedure)
    identity = table.identity
    return ProcedureBody(
        table.id,
        identity.name,
        table.title,
        identity.agency,
        identity.number,
        identity.source.value,
        fingerprint(table),
        table.start,
        bool(_opening(console.office, table, me.person)),
        tuple(_row(table, step) for step in table.steps),
    )


def _row(table: Procedure, step: Step) -> RowBody:
    return RowBody(
        step.no,
        step.activity,
        step.role.value,
        step.role_printed or table.title_of(step.role),
        tuple(role.value for role in step.recorders),
        step.documents,
        step.duration,
        step.output,
        tuple(effect.value for effect in step.effects),
        tuple(
            choice_body(
                Choice(branch.label, branch.button, branch.reason_required, branch.signed, branch.required)
            )
            for branch in step.branches
        ),
    )


def opening(console: Here, me: Reader, procedure: str) -> StepBody:
    """Give what opening a case asks for: the answers, the form as far as it is filled, for whom."""
    office, table = console.office, _table(console.office, procedure)
    offered = _opening(office, table, me.person)
    if not offered:
        raise Forbidden(f"Anda tidak dapat membuka prosedur {table.id} dengan peran ini.")
    case = begin(BLANK, table, office.clock())
    with reading(office.store) as connection:
        return step_now(connection, office, case, me.person)
