"""An SOP table as a value: the identity block, the columns, the steps with their branches and sources.

Texts are the documents' own words, kept as printed; whatever the documents do not say carries its source.

Pure.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field

from card_registry import canonical
from review.people import TITLES, Role
from review.procedure.words import Effect, Quality, Recurrence, Source, StepKind, Wait


@dataclass(frozen=True, slots=True)
class Branch:
    """One answer to a step: its label, the step it leads to, its button, and what it needs.

    ``required`` names the forms that must be filled before this answer may be given; ``signed`` that the
    answer adds or gives back a right, so that its approver signs it and nobody records it for them.
    """

    label: str
    to: str
    button: str
    reason_required: bool = False
    source: Source | None = None
    required: tuple[str, ...] = ()
    signed: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    """One row of the table.

    ``apart`` names steps whose actor may not act here; ``recorders`` the roles that may record the step in
    the actor's name; ``rounds`` how often the answers may lead back here before the case may be ended
    instead (0: without limit); ``queues`` that the case may wait here for what others must free. ``fills``
    names forms that the actor fills although the printed row names none; ``sources`` the fields (in the words
    of the sheet) whose source is not the table's own.
    """

    no: str
    activity: str
    role: Role
    kind: StepKind
    branches: tuple[Branch, ...]
    gloss: str = ""
    role_printed: str = ""
    documents: tuple[str, ...] = ()
    duration: str = "1 hari"
    output: tuple[str, ...] = ()
    effects: tuple[Effect, ...] = ()
    starts: tuple[str, ...] = ()
    monthly: tuple[str, ...] = ()
    apart: tuple[str, ...] = ()
    recorders: tuple[Role, ...] = ()
    rounds: int = 0
    queues: bool = False
    waits: Wait | None = None
    fills: tuple[str, ...] = ()
    sources: Mapping[str, Source] = field(default_factory=dict)

    def branch(self, label: str) -> Branch | None:
        """Give the branch of an answer, None when the table has no such answer."""
        return next((branch for branch in self.branches if branch.label == label), None)


@dataclass(frozen=True, slots=True)
class Approved:
    """Who put the SOP in force; the name is the office's to fill in, ``proxy`` such as ``a.n. BUPATI``."""

    office: str
    name: str = ""
    rank: str = ""
    number: str = ""
    proxy: str = ""


@dataclass(frozen=True, slots=True)
class Column:
    """One column of the printed table: a role and its official title."""

    role: Role
    title: str


@dataclass(frozen=True, slots=True)
class Identity:
    """The identity block of an SOP AP (PermenPANRB 35/2012): thirteen elements, dates as printed."""

    id: str
    agency: str
    unit: str
    number: str
    made: str
    effective: str
    approved: Approved
    name: str
    columns: tuple[Column, ...]
    revised: str = "-"
    legal_basis: tuple[str, ...] = ()
    related: tuple[str, ...] = ()
    warning: str = ""
    qualifications: tuple[str, ...] = ()
    equipment: tuple[str, ...] = ()
    records: tuple[str, ...] = ()
    source: Source = Source.DOCUMENT
    sources: Mapping[str, Source] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Procedure:
    """One runnable table of an SOP; ``case_number`` is the template of its cases' numbers."""

    id: str
    title: str
    start: str
    prefix: str
    quality_order: tuple[Quality, ...]
    identity: Identity
    steps: tuple[Step, ...]
    recurs: Recurrence | None = None
    case_number: str = "{prefiks}-{tahun}-{urut:04}"

    def step(self, no: str) -> Step:
        """Give the row numbered ``no``.

        Raises:
            KeyError: The table has no such row.
        """
        for step in self.steps:
            if step.no == no:
                return step
        raise KeyError(no)

    def title_of(self, role: Role) -> str:
        """Give the official title of a role in this SOP.

        A page may number its columns and name them among the qualifications (Karanganyar's does).
        """
        titles = {column.role: column.title for column in self.identity.columns}
        title, named = titles.get(role, TITLES[role]), self.identity.qualifications
        if title.isdecimal() and 0 < int(title) <= len(named):
            return named[int(title) - 1]
        return title

    def source_of(self, step: Step, word: str) -> Source:
        """Say where a field of a step comes from; effects are always ours: the documents have none."""
        default = Source.PROPOSED if word == "efek" else self.identity.source
        return step.sources.get(word, default)


def fingerprint(procedure: Procedure) -> str:
    """Give the SHA-256 (hex) of the canonical table: what a case pins and an approver signs over."""
    return hashlib.sha256(canonical.encode(procedure)).hexdigest()
