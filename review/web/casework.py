"""What a page of a case asks of its reader: the step's forms, the answers, in whose name one is recorded.

A page keeps whatever was typed, rows included, however its sender went wrong.
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from sqlalchemy import Connection

from review.access import Allowed, Permission, Refused, may
from review.case import Case, Choice, choices, recording, standing
from review.form import Field, FieldKind
from review.office import Office
from review.people import Person
from review.store import cards, cases, grants, people
from review.store.people import Standing
from review.store.transaction import reading
from review.web.casework_sheet import Block, Filling, Sheet, sheet
from review.web.casework_typed import Given, Typed, numbers
from review.web.visitor import Posted
from review.workflow import filling
from review.workflow.filling import Paper

NOTE, BEHALF = "catatan", "atas_nama"
"""The controls of the words beside an answer, and of the person whose answer is recorded."""

BROAD = 6
"""From so many columns on, rows take the page's whole width."""

SELF = "pengaju"
"""The person's block that is about whoever fills the form."""

PERSONAL = frozenset({"pemegang", "izin", "kartu"})
"""The office's lists that name people who hold rights."""

PERSON = re.compile(r"[0-9a-f]{32}")
UNKNOWN_PERSON = Refused("Orang yang dipilih tidak dikenal. Pilih salah satu nama pada daftar.")

NOTHING: Given = MappingProxyType({})
NO_FAULTS: Mapping[str, str] = MappingProxyType({})


def shown(
    paper: Paper, what: Typed | None = None, faults: Mapping[str, str] = NO_FAULTS, hints: Given = NOTHING
) -> Sheet:
    """Give a step's form as its page shows it: as the program prefills it, or as it was typed.

    ``hints`` are what the page knows besides: its reader's own name, what a link says.
    """
    heads = {one.name for one in paper.form.fields if one.kind is not FieldKind.ROWS}
    besides = {name: texts for name, texts in hints.items() if name.partition(".")[0] in heads}
    given: Given = {**besides, **paper.ready} if what is None else {**paper.ready, **what.given}
    rows = {
        one.name: what.rows.get(one.name, 0) if what else len(numbers(one.name, given)) + 1
        for one in paper.form.fields
        if one.kind is FieldKind.ROWS
    }
    filling = Filling(given, paper.ready, rows, faults, paper.demanded)
    return sheet(paper.form, filling)


def colleagues(connection: Connection, case: Case, person: Person, now: int) -> tuple[Person, ...]:
    """Give in whose names this person may record the present step, besides the own."""
    if not recording(case, person):
        return ()
    everyone = people.everyone(connection, now)
    able = [one for one in everyone if one.id != person.id and isinstance(standing(case, one), Allowed)]
    return tuple(sorted(able, key=lambda one: (one.name, one.id)))


def behalf_of(office: Office, posted: Posted) -> Person | Refused | None:
    """Read in whose name an answer is given; None for the own."""
    id_ = posted.one(BEHALF)
    if not id_:
        return None
    if not PERSON.fullmatch(id_):
        return UNKNOWN_PERSON
    with reading(office.store) as connection:
        found = people.find(connection, id_, office.clock())
    return UNKNOWN_PERSON if found is None else found


@dataclass(frozen=True, slots=True)
class Asking:
    """What a page asks of somebody whose turn it is, with what they had typed.

    ``own`` says that the answer may be the person's own; ``names`` are those it may be recorded for.
    """

    choices: tuple[Choice, ...]
    own: bool
    names: tuple[Person, ...]
    sheet: Sheet | None = None
    demanded: bool = True
    forms: tuple[str, ...] = ()
    note: str = ""
    behalf: str = ""

    @property
    def guarded(self) -> bool:
        """Say whether the enter key must press no answer: there are several, or rows to ask for."""
        grows = any(block.more for block in self._blocks())
        return grows or len(self.choices) > 1

    @property
    def broad(self) -> bool:
        """Say whether the form needs the whole width of a desk's screen."""
        return any(len(block.heads) >= BROAD for block in self._blocks())

    def _blocks(self) -> tuple[Block, ...]:
        return () if self.sheet is None else tuple(one for part in self.sheet.sections for one in part.blocks)


@dataclass(frozen=True, slots=True)
class Sent:
    """What came back from a page: all of it, the form's part read, the sentences about its fields."""

    posted: Posted
    typed: Typed
    faults: Mapping[str, str] = field(default_factory=dict)


def asking(
    connection: Connection,
    office: Office,
    case: Case,
    person: Person,
    sent: Sent | None = None,
    hints: Given = NOTHING,
) -> Asking:
    """Give what the present step asks of a person; nothing where it is not theirs to answer or record."""
    offered = choices(case, person)
    if not offered:
        return Asking((), own=False, names=())
    own = isinstance(standing(case, person), Allowed)
    names = colleagues(connection, case, person, office.clock())
    paper = filling.paper(connection, office, case)
    note, behalf = ("", "") if sent is None else (sent.posted.one(NOTE), sent.posted.one(BEHALF))
    if paper is None:
        return Asking(offered, own, names, note=note, behalf=behalf)
    seen = discreet(connection, paper, person)
    known = {**(_self(connection, person) if own and case.applicant is None else {}), **hints}
    page = shown(seen, hints=known) if sent is None else shown(seen, sent.typed, sent.faults)
    titles = tuple(f"{one.form.code} {one.form.title}" for one in paper.leaflets)
    return Asking(offered, own, names, page, paper.demanded, titles, note, behalf)


def _self(connection: Connection, person: Person) -> Given:
    """Give what a form may ask of whoever fills it about themselves."""
    known = people.standings(connection).get(person.id, Standing())
    own = {"nama": person.name, "unit": person.unit, "nip": known.nip, "pangkat": known.rank}
    return {f"{SELF}.{name}": [text] for name, text in own.items() if text}


def discreet(connection: Connection, paper: Paper, person: Person) -> Paper:
    """Give a form that offers who may not read the access list only holders of the own unit or requests."""
    personal = any(one.offered in PERSONAL for part in paper.form.parts for one in part.fields)
    if not personal or isinstance(may(person, Permission.READ_CARDS), Allowed):
        return paper
    asked = {file.case.id for file in cases.newest(connection, person.id)}
    unit = person.unit.casefold()
    near = [
        one for one in grants.listed(connection) if one.holder_unit.casefold() == unit or one.case in asked
    ]
    holders = {one.terms.holder for one in near}
    known = {str(one.id) for one in cards.listed(connection) if one.holder in holders}
    known.update(holders, (str(one.terms.id) for one in near))
    parts = tuple(
        replace(part, fields=tuple(_narrowed(one, known) for one in part.fields)) for part in paper.form.parts
    )
    return replace(paper, form=replace(paper.form, parts=parts))


def _narrowed(one: Field, known: Collection[str]) -> Field:
    if one.offered not in PERSONAL:
        return one
    return replace(one, options=tuple(option for option in one.options if option.value in known))
