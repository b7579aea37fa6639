"""What a case's page shows besides its step: its papers, its family, its deadline, what its reader may do."""

from dataclasses import dataclass, replace

from sqlalchemy import Connection

from card_registry.words import CaseId
from review.access import Allowed, Permission, may
from review.case import Case, CaseState, begin, choices, withdrawable
from review.deadline import Deadline, deadline
from review.documents.layout import Block
from review.documents.showing import blocks
from review.form import Filled, Form, offered
from review.office import Office
from review.paperwork import named
from review.people import Person
from review.procedure import END, Effect
from review.shelf import forms
from review.store import books, cases, papers, people, visits
from review.store.cases import CaseFile
from review.store.papers import Filed
from review.visits import Visit
from review.visits.listing import STATE_WORDS
from review.web.casebook import CaseView
from review.workflow.office_lists import on_offer
from review.workflow.opening import BLANK
from review.workflow.reminding import calendar_of

VISIT = "P7"
"""The procedure by which visitors are registered."""


@dataclass(frozen=True, slots=True)
class PaperPart:
    """A part of a form as it was filled: by whom, when, which version, and what it says."""

    title: str
    filed: Filed
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class CasePaper:
    """A form of a case, as filled so far; ``open`` where the reader's step is about it."""

    code: str
    title: str
    parts: tuple[PaperPart, ...]
    open: bool = False


@dataclass(frozen=True, slots=True)
class CaseDesk:
    """A case's papers and family, and what its reader may do besides answering."""

    papers: tuple[CasePaper, ...]
    parent: CaseFile | None
    children: tuple[CaseFile, ...]
    due: Deadline | None
    withdraws: bool
    resumes: bool
    corrects: frozenset[int]
    appoints: tuple[Person, ...]
    visits: tuple[tuple[Visit, str], ...]
    month: bool
    invites: bool


def file_of(connection: Connection, office: Office, person: Person, view: CaseView) -> CaseDesk:
    """Give what surrounds a case for one reader."""
    case = view.case
    return CaseDesk(
        _laid_open(papers_of(connection, office, case.id), view),
        _parent(connection, person, case),
        tuple(one for one in cases.children(connection, case.id) if _readable(one, person)),
        deadline(case, calendar_of(office), office.clock()),
        isinstance(withdrawable(case, person), Allowed),
        case.state is CaseState.QUEUED and bool(view.choices),
        _correctable(case, person),
        _appointable(connection, person, case, office.clock()),
        tuple((one, STATE_WORDS[one.state]) for one in _visits(connection, case)),
        _has_month(case, person),
        _invites(office, case, person),
    )


def papers_of(connection: Connection, office: Office, case: CaseId) -> tuple[CasePaper, ...]:
    """Give every form of a case part by part, in the order of the forms."""
    shelf, lists = forms(), on_offer(connection, office)
    found: dict[str, dict[str, Filed]] = {}
    for filed in papers.listed(connection, case):
        code, _, part = filed.form.partition(".")
        if code in shelf and part in {one.id for one in shelf[code].parts}:
            found.setdefault(code, {})[part] = filed
    return tuple(
        CasePaper(
            code, shelf[code].title, tuple(_parts(connection, case, offered(shelf[code], lists), found[code]))
        )
        for code in sorted(found)
    )


def _parts(connection: Connection, case: CaseId, form: Form, filed: dict[str, Filed]) -> list[PaperPart]:
    return [
        PaperPart(
            part.title if len(form.parts) > 1 else "",
            filed[part.id],
            tuple(
                blocks(
                    form.part(part.id),
                    papers.newest(connection, case, filed[part.id].form, Filled) or Filled({}),
                )
            ),
        )
        for part in form.parts
        if part.id in filed
    ]


def _laid_open(found: tuple[CasePaper, ...], view: CaseView) -> tuple[CasePaper, ...]:
    """Lay the papers of a step open before whoever answers it; the request, where the step names none."""
    if not view.choices:
        return found
    codes = {code for code, _ in named(view.case.here())}
    own = {paper.code for paper in found} & codes or {paper.code for paper in found[:1]}
    return tuple(replace(paper, open=paper.code in own) for paper in found)


def _visits(connection: Connection, case: Case) -> tuple[Visit, ...]:
    own = visits.of_case(connection, case.id)
    return (*(() if own is None else (own,)), *visits.below(connection, case.id))


def _parent(connection: Connection, person: Person, case: Case) -> CaseFile | None:
    found = None if case.parent is None else cases.load(connection, case.parent[0])
    return found if found is not None and _readable(found, person) else None


def _readable(file: CaseFile, person: Person) -> bool:
    return isinstance(may(person, Permission.READ_CASES, file.case.applicant), Allowed)


def _correctable(case: Case, person: Person) -> frozenset[int]:
    """Give the positions of the rows to which a person may add a correction."""
    rows = enumerate(case.history)
    return frozenset(position for position, done in rows if person.id in {done.actor(), done.person})


def _appointable(connection: Connection, person: Person, case: Case, now: int) -> tuple[Person, ...]:
    """Give whom a person may name for what they assigned last."""
    made = books.assignments(connection, case.id)
    newest = max(made, key=lambda one: one.at, default=None)
    if case.step == END or newest is None or newest.assigner != person.id:
        return ()
    everyone = people.everyone(connection, now)
    return tuple(sorted((one for one in everyone if newest.role in one.roles), key=lambda one: one.name))


def _has_month(case: Case, person: Person) -> bool:
    effects = {effect for step in case.procedure.steps for effect in step.effects}
    return Effect.INVENTORY_MONTHLY in effects and isinstance(may(person, Permission.READ_INVENTORY), Allowed)


def _invites(office: Office, case: Case, person: Person) -> bool:
    """Say whether a person may register a visit under a case that receives visitors."""
    effects = {effect for step in case.procedure.steps for effect in step.effects}
    table = office.procedures.get(VISIT)
    if case.step == END or case.procedure.id == VISIT or table is None or Effect.VISIT_OPEN not in effects:
        return False
    return bool(choices(begin(BLANK, table, office.clock()), person))
