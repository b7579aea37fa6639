"""A case as its page shows it: the table of steps, its papers, what it waits for, the visitor's buttons."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import Connection

from review.access import Permission, Refused, may
from review.case import Case, CaseState, Choice, Done, RowKind, choices, standing
from review.office import Office
from review.people import Person
from review.procedure import END, Step
from review.publication import PublicationState
from review.request import AccessRequest
from review.store import books, cards, cases, desks, grants, outbox, papers, people
from review.store.books import Agenda, Archived, Assignment
from review.store.cards import CardRow
from review.store.cases import CaseFile
from review.store.desks import Job
from review.store.grants import OfficeGrant
from review.store.outbox import Posted
from review.store.transaction import reading
from review.web.visitor import Forbidden, NotFound
from review.workflow import publishing

BESIDE = frozenset({RowKind.CORRECTION, RowKind.ENCLOSURE})
"""Rows of a history that stand beside a step and do not do it."""


WAYS_ON = re.compile(r"[:.]?\s+-\s?(?=Jika)")
"""Where a row's words end and its branches begin: ``server. - Jika tersedia, maka …``."""


class RowState(StrEnum):
    """How a step's row looks."""

    DONE = "selesai"
    NOW = "sekarang"
    WAITING = "menunggu"
    AHEAD = "berikutnya"


@dataclass(frozen=True, slots=True)
class StepRow:
    """One row of the official table, with what came of it in this case."""

    step: Step
    title: str
    state: RowState
    last: Done | None


@dataclass(frozen=True, slots=True)
class CaseView:
    """Everything one case page shows."""

    file: CaseFile
    rows: tuple[StepRow, ...]
    choices: tuple[Choice, ...]
    why_not: str
    whose_turn: str
    request: AccessRequest | None
    grants: tuple[OfficeGrant, ...]
    cards: tuple[CardRow, ...]
    jobs: tuple[Job, ...]
    access_list: tuple[OfficeGrant, ...]
    missing: tuple[str, ...]
    names: Mapping[str, str]
    assigned: tuple[Assignment, ...] = ()
    letters: tuple[Agenda, ...] = ()
    archived: tuple[Archived, ...] = ()
    posted: tuple[Posted, ...] = ()

    @property
    def case(self) -> Case:
        """Give the case itself."""
        return self.file.case

    def told(self) -> str:
        """Say what a waiting case waits for."""
        if self.case.state is not CaseState.WAITING:
            return ""
        if not self.jobs:
            return "Menunggu otoritas dan konfirmasi semua pintu."
        job = self.jobs[0]
        if job.source is None:
            return f"Menunggu meja membuat kartu {job.label}: tempelkan kartu kosong pada pembaca meja."
        if PublicationState.ASKED in {job.publication, *(grant.state for grant in self.grants)}:
            return f"Kartu {job.label} telah dibuat. Menunggu otoritas menandatangani registri."
        return f"Registri telah ditandatangani. Menunggu konfirmasi pengendali: {', '.join(self.missing)}."


def open_case(office: Office, person: Person, id: str) -> CaseView:
    """Give a case for one visitor.

    Raises:
        NotFound: There is no such case.
        Forbidden: The visitor may not read it.
    """
    with reading(office.store) as connection:
        file = cases.load(connection, id)
        if file is None:
            raise NotFound
        allowed = may(person, Permission.READ_CASES, file.case.applicant)
        if isinstance(allowed, Refused):
            raise Forbidden(allowed.why)
        return _view(connection, office, person, file)


def _view(connection: Connection, office: Office, person: Person, file: CaseFile) -> CaseView:
    case = file.case
    offered, turn = choices(case, person), standing(case, person)
    given = grants.listed(connection, case=case.id)
    jobs = desks.of_case(connection, case.id)
    return CaseView(
        file,
        step_rows(case),
        offered,
        turn.why if isinstance(turn, Refused) else "",
        turn_title(case),
        papers.access_request(connection, case.id),
        given,
        cards.listed(connection, case=case.id),
        jobs,
        _access_list(connection, case, file, offered),
        _missing(office, given, jobs),
        people.names(connection),
        books.assignments(connection, case.id),
        books.letters(connection, case.id),
        books.archived(connection, case.id),
        _posted(connection, person, case),
    )


def _posted(connection: Connection, person: Person, case: Case) -> tuple[Posted, ...]:
    """Give what was sent about a case, to those who may read other people's cases."""
    if isinstance(may(person, Permission.READ_CASES), Refused):
        return ()
    return outbox.of_case(connection, case.id)


def brief(activity: str) -> str:
    """Give the words of a row without the ways on that some documents write into them."""
    return WAYS_ON.split(activity)[0].strip()


def turn_title(case: Case) -> str:
    """Give the title of whose turn it is; empty when the case is over."""
    return "" if case.step == END else case.procedure.title_of(case.procedure.step(case.step).role)


def _access_list(
    connection: Connection, case: Case, file: CaseFile, offered: tuple[Choice, ...]
) -> tuple[OfficeGrant, ...]:
    """Give F02 for the holder's unit, where the step's row asks to see it."""
    if not offered or "F02" not in case.procedure.step(case.step).documents:
        return ()
    return grants.listed(connection, unit=file.holder_unit)


def _missing(office: Office, given: tuple[OfficeGrant, ...], jobs: tuple[Job, ...]) -> tuple[str, ...]:
    """Name the controllers that have not confirmed the newest grant or card yet."""
    on_the_way = [grant.needs or 0 for grant in given[:1] if grant.state is PublicationState.SIGNED]
    on_the_way += [job.needs or 0 for job in jobs[:1] if job.publication is PublicationState.SIGNED]
    doors = publishing.look(office) if on_the_way else None
    if doors is None:
        return ()
    at = given[0].terms.doors if given else tuple(sign.id for sign in office.doors)
    return publishing.missing(doors, max(on_the_way), at)


def step_rows(case: Case) -> tuple[StepRow, ...]:
    """Give the official table, each row with its state in this case."""
    last = {done.step: done for done in case.history if done.kind not in BESIDE}
    return tuple(
        StepRow(step, case.procedure.title_of(step.role), _state(case, step, last), last.get(step.no))
        for step in case.procedure.steps
    )


def _state(case: Case, step: Step, last: Mapping[str, Done]) -> RowState:
    if step.no == case.step:
        return RowState.NOW if case.waiting is None else RowState.WAITING
    return RowState.DONE if step.no in last else RowState.AHEAD
