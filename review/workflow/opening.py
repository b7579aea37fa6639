"""Opening a case: the first step of a procedure, its form filled, becomes a numbered case at the second."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from card_registry.words import CaseId, HolderId
from review import removal
from review.access import Refused
from review.case import Advanced, Answer, advance, begin
from review.form import Faulty, Filled, Form
from review.office import Office
from review.people import Person
from review.procedure import DONE
from review.request import request_of
from review.shelf import ACCESS
from review.store import audit, cases, holders, numbers
from review.store.transaction import reading, writing
from review.workflow import filling
from review.workflow.effects import carry_out
from review.workflow.filling import Paper
from review.workflow.scene import Scene

BLANK = CaseId("0" * 32)
"""The id of a case that is only looked at."""

Given = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Beginning:
    """What a case is opened with.

    ``label`` is the answer to the first step, ``note`` the words beside it; ``behalf`` in whose name it is
    recorded; ``parent`` the case and step that begins it. ``id`` is the new case's where it was settled
    beforehand, so that the same request cannot open two.
    """

    procedure: str
    given: Given
    label: str = DONE
    note: str = ""
    behalf: Person | None = None
    parent: tuple[CaseId, str] | None = None
    id: CaseId | None = None


def first_paper(office: Office, procedure: str) -> Paper | None:
    """Give the form that opens a procedure, with the office's lists; None where its first step has none."""
    table = office.procedure(procedure)
    with reading(office.store) as connection:
        return filling.paper(connection, office, begin(BLANK, table, office.clock()))


def access_form(office: Office) -> Form:
    """Give form F01 with this site's doors and schedules."""
    paper = first_paper(office, ACCESS)
    if paper is None:
        message = f"the first step of {ACCESS} asks for no form"
        raise ValueError(message)
    return paper.form


def open_access_case(office: Office, person: Person, given: Given) -> CaseId | Faulty | Refused:
    """Open an S1.A case from a filled F01: its first step is the filling itself."""
    return open_case(office, person, Beginning(ACCESS, given))


def open_case(office: Office, person: Person, beginning: Beginning) -> CaseId | Faulty | Refused:
    """Open a case of any procedure in force; nothing is kept of one that is refused."""
    now, table = office.clock(), office.procedure(beginning.procedure)
    wanting = [id_ for step in table.steps for id_ in step.starts if id_ not in office.procedures]
    if wanting:
        return Refused(
            f"Prosedur {table.id} memulai {', '.join(wanting)}, yang tidak berlaku pada kantor ini. Minta "
            "administrator memberlakukannya."
        )
    paper = first_paper(office, table.id)
    filled = filling.read(paper, beginning.given, office.today())
    if isinstance(filled, Faulty):
        return filled
    blank = begin(beginning.id or CaseId(office.token()), table, now, beginning.parent)
    verdict = Answer(blank.step, blank.attempt, beginning.label, beginning.note)
    has = filling.brought(paper, filled) if paper and filled else ()
    opened = advance(blank, verdict, person, now, beginning.behalf, has)
    if isinstance(opened, Refused):
        return opened
    refused = _enter(office, opened, person, (paper, filled) if paper and filled else None)
    return blank.id if refused is None else refused


def _enter(
    office: Office, opened: Advanced, person: Person, form: tuple[Paper, Filled] | None
) -> Refused | None:
    """Write the new case, its holder, its form and its first row, in one transaction; or say why not."""
    case, now = opened.case, opened.done.at
    with writing(office.store) as connection:
        holder = _holder(connection, office, form, now)
        cases.add(
            connection,
            case,
            numbers.case_number(connection, case.procedure, office.today()),
            holder,
            opened.done.actor(),
        )
        if form is not None:
            filling.file(connection, office, *form, (case.id, person.id, now))
        refused = carry_out(Scene(connection, office, opened, person.id, holder, now))
        if refused is not None:
            connection.rollback()
            return refused
        audit.record(connection, person.id, "permohonan.buka", f"case/{case.id}", now, case.procedure.id)
    return None


def _holder(
    connection: Connection, office: Office, form: tuple[Paper, Filled] | None, now: int
) -> HolderId | None:
    """Give the holder whose access a form asks for, entered at their first request, or takes away."""
    code = "" if form is None else form[0].form.code
    if form is None or code not in {"F01", "F04"}:
        return None
    if code == "F04":
        return removal.request_of(form[1]).holder
    request = request_of(form[1])
    fresh, nip = HolderId(office.token()), form[1].one("nip")
    return holders.find_or_add(connection, fresh, request.holder, request.unit, now, nip)
