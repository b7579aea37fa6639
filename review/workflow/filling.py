"""The forms of a step: offered with the office's own lists, checked, and filed with the step's answer.

Which forms a step needs is decided in ``paperwork``; what one may say beyond its fields' limits (a right of
twelve months at most) by the rules named here.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import Connection

from card_registry.words import CardStatus, CaseId, PersonId
from review import emergency, removal, request, visits
from review.case import Case
from review.form import Faulty, Filled, Form, Option, check, offered
from review.inventory.sheets import Expected, check_faults, handover_faults
from review.office import Office
from review.paperwork import Sheet, codes, elsewhere, lettered, may_fill, to_fill, written
from review.people import Role
from review.projection import local_time
from review.request import SCHEDULES
from review.shelf import forms
from review.store import cards, grants, inventory, papers, people
from review.store.grants import OfficeGrant
from review.store.papers import Filing
from review.workflow import prefilled

RULES: Mapping[str, Callable[[Filled, date], Mapping[str, str]]] = {
    "F01": request.faults,
    "F04": removal.faults,
    "F06": check_faults,
    "F13": visits.faults,
    "F19": emergency.faults,
}
"""What a faultless form must satisfy besides, by its code."""

OUTSIDERS = frozenset({Role.PEMOHON, Role.SISTEM, Role.AUDITOR})
"""The roles that make nobody one of the office's own people."""

Given = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Paper:
    """A form that a step's actor fills: its parts in one, with the office's lists; demanded or offered.

    ``ready`` is what the program fills by itself, which an answer may overwrite field by field; ``handover``
    what a handover paper must agree with.
    """

    form: Form
    sheets: tuple[Sheet, ...]
    demanded: bool
    ready: Given = field(default_factory=dict)
    handover: Expected | None = None


def paper(connection: Connection, office: Office, case: Case) -> Paper | None:
    """Give the form to fill at a case's step, None where there is none. A step asks for one form at most."""
    shelf, step = forms(), case.here()
    known = papers.filed(connection, case.id) | elsewhere(case.procedure, step)
    anew = lettered(step) | written(step, known) if case.attempt > 1 else frozenset[str]()
    demanded = to_fill(step, known, shelf)
    besides = may_fill(step, known, shelf) or to_fill(step, known - anew, shelf)
    sheets = demanded or besides
    if not sheets:
        return None
    wanted = {sheet.part for sheet in sheets}
    form = shelf[sheets[0].code]
    parts = tuple(part for part in form.parts if part.id in wanted)
    shown = offered(Form(form.code, form.title, parts, form.signers, form.source), lists(connection, office))
    ready = prefilled.ready(connection, office, case, {form.code})
    if any(sheet.key in written(step, known) for sheet in sheets):
        ready = {**_before(connection, case, sheets), **ready}
    agrees = prefilled.expected(connection, office, case, {form.code})
    return Paper(shown, sheets, bool(demanded), ready, agrees)


def _before(connection: Connection, case: Case, sheets: Sequence[Sheet]) -> Given:
    """Give what a form that was sent back said before."""
    parts = [papers.newest(connection, case.id, sheet.key, Filled) for sheet in sheets]
    return {name: texts for part in parts if part is not None for name, texts in part.values.items()}


def lists(connection: Connection, office: Office) -> Mapping[str, Sequence[Option]]:
    """Give the office's lists that options come from, as they are now."""
    held = {
        grant.terms.holder: f"{grant.holder_name} – {grant.holder_unit}"
        for grant in grants.listed(connection)
    }
    living = grants.all_active(connection, office.clock())
    active = [card for card in cards.listed(connection) if card.status is not CardStatus.DESTROYED]
    return {
        "pintu": [Option(door.id, door.label) for door in office.doors],
        "jadwal": SCHEDULES,
        "pemegang": [Option(holder, label) for holder, label in held.items()],
        "izin": [Option(grant.terms.id, _of_grant(office, grant)) for grant in living],
        "kartu": [Option(card.id, card.number) for card in active],
        **inventory.lists(connection),
        "pegawai": [
            Option(person.id, f"{person.name} – {person.title()}")
            for person in people.everyone(connection, office.clock())
            if person.roles - OUTSIDERS
        ],
    }


def _of_grant(office: Office, grant: OfficeGrant) -> str:
    """Say whose right it is, where, and until when."""
    labels = {door.id: door.label for door in office.doors}
    doors = ", ".join(labels.get(door, door) for door in grant.terms.doors)
    last = local_time(grant.terms.ends - 1, office.zone())[0]
    return f"{grant.holder_name} – {doors} – s.d. {last:%d-%m-%Y}"


def read(paper: Paper | None, given: Given, today: date) -> Filled | Faulty | None:
    """Check what was filled; None where nothing is to be filled, or an optional form was left out."""
    if paper is None:
        return (
            Faulty({"": "Langkah ini tidak memerlukan formulir."}) if any(map(any, given.values())) else None
        )
    if not paper.demanded and not any(text.strip() for texts in given.values() for text in texts):
        return None
    filled = check(paper.form, {**paper.ready, **given}, today)
    if isinstance(filled, Faulty):
        return filled
    rule = RULES.get(paper.form.code)
    faults = dict(rule(filled, today)) if rule else {}
    if paper.handover is not None:
        faults |= handover_faults(filled, paper.handover)
    return Faulty(faults) if faults else filled


def file(
    connection: Connection, office: Office, paper: Paper, filled: Filled, place: tuple[CaseId, PersonId, int]
) -> None:
    """File a filled form, each part under its own key, as the next version."""
    case, person, now = place
    for sheet in paper.sheets:
        names = {field.name for field in paper.form.part(sheet.part).fields}
        values = {key: texts for key, texts in filled.values.items() if key.partition(".")[0] in names}
        papers.file(connection, Filing(office.token(), case, sheet.key, person, now), Filled(values))


def known(connection: Connection, case: CaseId) -> frozenset[str]:
    """Give the codes of the forms a case has: what its branches ask for."""
    return codes(papers.filed(connection, case))
