"""Opening a case: form F01, filled by an applicant, becomes a numbered case at its second step."""

from collections.abc import Mapping, Sequence

from card_registry.words import CaseId, HolderId
from review.access import Refused
from review.case import Advanced, Answer, advance, begin
from review.form import Faulty, Form, Option, check, offered
from review.office import Office
from review.people import Person
from review.procedure import DONE
from review.request import SCHEDULES, AccessRequest, read
from review.shelf import ACCESS, forms
from review.store import audit, cases, holders, numbers, papers
from review.store.papers import Filing
from review.store.transaction import writing
from review.workflow.effects import Scene, carry_out, runnable


def access_form(office: Office) -> Form:
    """Give form F01 with this site's doors and schedules."""
    doors = [Option(door.id, door.label) for door in office.doors]
    return offered(forms()["F01"], {"pintu": doors, "jadwal": SCHEDULES})


def open_access_case(
    office: Office, person: Person, given: Mapping[str, Sequence[str]]
) -> CaseId | Faulty | Refused:
    """Open an S1.A case from a filled F01: its first step is the filling itself."""
    today = office.today()
    filled = check(access_form(office), given, today)
    request = filled if isinstance(filled, Faulty) else read(filled, today)
    if isinstance(request, Faulty):
        return request
    now, table = office.clock(), office.procedure(ACCESS)
    if not runnable(table):
        return Refused(f"Prosedur {table.id} belum dapat dijalankan oleh program ini.")
    blank = begin(CaseId(office.token()), table, now)
    opened = advance(blank, Answer(blank.step, blank.attempt, DONE), person, now)
    if isinstance(opened, Refused):
        return opened
    _enter(office, opened, request, person, now)
    return blank.id


def _enter(office: Office, opened: Advanced, request: AccessRequest, person: Person, now: int) -> None:
    """Write the new case, its holder, its form and its first row, in one transaction."""
    case, year = opened.case, office.today().year
    with writing(office.store) as connection:
        fresh = HolderId(office.token())
        holder = holders.find_or_add(connection, fresh, request.holder, request.unit, now)
        running = numbers.take(connection, f"{case.procedure.prefix}-{year}")
        number = f"{case.procedure.prefix}-{year}-{running:04d}"
        cases.add(connection, case, number, holder, person.id)
        papers.file(connection, Filing(office.token(), case.id, "F01", person.id, now), request)
        carry_out(Scene(connection, office, opened, person.id, holder, now))
        audit.record(connection, person.id, "permohonan.buka", f"case/{case.id}", now)
