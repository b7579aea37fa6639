"""Cases as JSON: listed, and one as its page shows it to this person."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

from fastapi import Query
from sqlalchemy import Connection

from review.access import Permission, Refused, may
from review.case import CaseState, Done
from review.form import Filled
from review.office import Office
from review.procedure import END
from review.store import case_chain, cases, papers, people
from review.store.cards import CardRow
from review.store.cases import CaseFile
from review.store.transaction import reading
from review.web.api_steps import NameBody, StepBody, name_body, step_now
from review.web.casebook import CaseView, open_case
from review.web.casework_file import file_of
from review.web.casework_list import LONGEST, Line, View, listing
from review.web.casework_list import Query as Listed
from review.web.console import Here
from review.web.tokens import Reader
from review.web.visitor import Forbidden, NotFound, Visitor


@dataclass(frozen=True, slots=True)
class CaseBrief:
    """A case in a list; times are milliseconds, ``due`` is when the present step should be done."""

    id: str
    number: str
    procedure: str
    about: str
    state: CaseState
    ending: str | None
    step: str
    attempt: int
    turn: str
    made: int
    entered: int
    due: int | None
    late: str | None
    answers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CasesBody:
    """A page of cases, newest first; those that wait for this person or are late, soonest due first."""

    cases: tuple[CaseBrief, ...]
    total: int
    page: int
    pages: int


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
    """One row of a case's history; a correction ``refers`` to the position of another row."""

    position: int
    step: str
    attempt: int
    person: str
    person_name: str
    behalf: str | None
    role: str
    capacity: str
    kind: str
    answer: str
    note: str
    at: int
    refers: int | None


@dataclass(frozen=True, slots=True)
class RelatedBody:
    """A case that began this one, or that this one began, and at which step."""

    id: str
    number: str
    procedure: str
    step: str
    state: CaseState


@dataclass(frozen=True, slots=True)
class MayBody:
    """What this person may do besides answering: rows they may correct by position, whom they may appoint."""

    withdraw: bool
    look_again: bool
    correct: tuple[int, ...]
    appoint: tuple[NameBody, ...]


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
    procedure: str
    title: str
    about: str
    turn: str
    ending: str | None
    made: int
    entered: int
    due: int | None
    late: str | None
    parent: RelatedBody | None
    children: tuple[RelatedBody, ...]
    may: MayBody


@dataclass(frozen=True, slots=True)
class LinkBody:
    """One link of a history's chain: the hash of this row over the one before.

    A row's note is in it by its ``seal``, made with ``salt``; both are empty where there is no note.
    """

    position: int
    link: str
    salt: str = ""
    seal: str = ""


@dataclass(frozen=True, slots=True)
class ChainBody:
    """A case's history with the chain that was made over it."""

    id: str
    history: tuple[HistoryBody, ...]
    links: tuple[LinkBody, ...]


@dataclass(frozen=True, slots=True)
class FiledBody:
    """One part of a form as last filled in a case."""

    form: str
    values: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class PapersBody:
    """The forms of a case, the newest version of each part."""

    papers: tuple[FiledBody, ...]


def readable(connection: Connection, me: Visitor, id: str, *, lock: bool = False) -> CaseFile:
    """Give a case that this person may read.

    Raises:
        NotFound: There is no such case.
        Forbidden: They may not read it.
    """
    file = cases.load(connection, id, lock=lock)
    if file is None:
        raise NotFound
    allowed = may(me.person, Permission.READ_CASES, file.case.applicant)
    if isinstance(allowed, Refused):
        raise Forbidden(allowed.why)
    return file


def listed(  # noqa: PLR0913, PLR0917 - one parameter for each filter of the page
    console: Here,
    me: Reader,
    whose: View = View.ALL,
    state: CaseState | None = None,
    procedure: Annotated[str, Query(max_length=16)] = "",
    text: Annotated[str, Query(max_length=LONGEST)] = "",
    late: bool = False,  # noqa: FBT001, FBT002 - a filter of a list
    page: Annotated[int, Query(ge=1, le=100_000)] = 1,
) -> CasesBody:
    """List cases, a page at a time."""
    wanted = Listed(whose, procedure, "" if state is None else state.value, late, text.strip(), page)
    with reading(console.office.store) as connection:
        found = listing(connection, console.office, me.person, wanted)
    return CasesBody(tuple(_brief(line) for line in found.lines), found.total, page, found.pages)


def _brief(line: Line) -> CaseBrief:
    file, due = line.file, line.due
    case = file.case
    return CaseBrief(
        case.id,
        file.number,
        case.procedure.id,
        file.about,
        case.state,
        None if case.ending is None else case.ending.value,
        case.step,
        0 if case.step == END else case.attempt,
        line.turn,
        file.made,
        case.entered,
        None if due is None else due.due,
        None if due is None else due.lateness.value,
        tuple(choice.label for choice in line.offered),
    )


def case(console: Here, me: Reader, case: str) -> CaseBody:
    """Give one case."""
    return body_of(console.office, me, open_case(console.office, me.person, case))


def body_of(office: Office, me: Visitor, view: CaseView) -> CaseBody:
    """Give a case as JSON has it."""
    with reading(office.store) as connection:
        desk = file_of(connection, office, me.person, view)
    brief, above = _brief(Line(view.file, view.whose_turn, desk.due, view.choices)), view.case.parent
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
        tuple(_card(card) for card in view.cards),
        tuple(
            GrantBody(grant.terms.id, grant.state.value, grant.needs, grant.sentence, grant.weak)
            for grant in view.grants
        ),
        rows_of(view.case.history, view.names),
        brief.procedure,
        view.case.procedure.title,
        brief.about,
        brief.turn,
        brief.ending,
        brief.made,
        brief.entered,
        brief.due,
        brief.late,
        None if desk.parent is None or above is None else _related(desk.parent, above[1]),
        tuple(_related(one, one.case.parent[1] if one.case.parent else "") for one in desk.children),
        MayBody(
            desk.withdraws,
            desk.resumes,
            tuple(sorted(desk.corrects)),
            tuple(name_body(one) for one in desk.appoints),
        ),
    )


def _card(card: CardRow) -> CardBody:
    return CardBody(card.id, card.number, card.status.value, None if card.tier is None else int(card.tier))


def rows_of(history: tuple[Done, ...], names: Mapping[str, str]) -> tuple[HistoryBody, ...]:
    """Give the rows of a history as JSON has them."""
    return tuple(
        HistoryBody(
            position,
            done.step,
            done.attempt,
            done.person,
            names.get(done.person, ""),
            done.behalf,
            done.role.value,
            done.capacity.value,
            done.kind.value,
            done.answer,
            done.note,
            done.at,
            done.refers,
        )
        for position, done in enumerate(history)
    )


def _related(file: CaseFile, step: str) -> RelatedBody:
    return RelatedBody(file.case.id, file.number, file.case.procedure.id, step, file.case.state)


def step(console: Here, me: Reader, case: str) -> StepBody:
    """Give what the present step asks of this person."""
    with reading(console.office.store) as connection:
        file = readable(connection, me, case)
        if file.case.step == END:
            raise NotFound
        return step_now(connection, console.office, file.case, me.person)


def history(console: Here, me: Reader, case: str) -> ChainBody:
    """Give a case's history with its chain, so that a copy kept elsewhere can be compared row by row."""
    with reading(console.office.store) as connection:
        file, names = readable(connection, me, case), people.names(connection)
        chain = case_chain.links(connection, file.case.id)
    linked = tuple(LinkBody(position, one.link, one.salt, one.seal) for position, one in enumerate(chain))
    return ChainBody(file.case.id, rows_of(file.case.history, names), linked)


def filed(console: Here, me: Reader, case: str) -> PapersBody:
    """Give the forms of a case as last filled."""
    with reading(console.office.store) as connection:
        file = readable(connection, me, case)
        found = [
            FiledBody(key, filled.values)
            for key in sorted(papers.filed(connection, file.case.id))
            if (filled := papers.newest(connection, file.case.id, key, Filled)) is not None
        ]
    return PapersBody(tuple(found))
