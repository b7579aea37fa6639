"""A case as a value: where it stands, its rows, and what a person may say.

Pure.
"""

from dataclasses import dataclass
from enum import StrEnum

from card_registry.words import CaseId, PersonId
from review.people import Capacity, Role
from review.procedure import END, Effect, Procedure, Step

FAILED = "gagal"
"""The recorded answer of an attempt that came to nothing."""

NOTE_LIMIT = 500
"""The longest note or reason, in characters."""


class CaseState(StrEnum):
    """Where a case stands, as its page and its row say it."""

    RUNNING = "berjalan"
    WAITING = "menunggu"
    QUEUED = "antre"
    CLOSED = "selesai"


class RowKind(StrEnum):
    """What a row of a case's history is."""

    ANSWER = "jawaban"
    FAILURE = "gagal"
    WITHDRAWAL = "penarikan"
    STOP = "penghentian"
    CORRECTION = "koreksi"
    ENCLOSURE = "lampiran"


class Ending(StrEnum):
    """How a closed case ended."""

    COMPLETED = "selesai"
    WITHDRAWN = "ditarik pemohon"
    STOPPED = "dihentikan"


@dataclass(frozen=True, slots=True)
class Done:
    """One row of a case's history.

    ``behalf`` is the person in whose name the program completed it or another recorded it, ``capacity`` the
    one in which the answerable person held ``role``. A correction ``refers`` to the row it corrects, by its
    position; the row itself stays. An enclosure says what was attached at the step, or taken away again.
    """

    step: str
    attempt: int
    person: PersonId
    role: Role
    answer: str
    note: str
    at: int
    behalf: PersonId | None = None
    kind: RowKind = RowKind.ANSWER
    capacity: Capacity = Capacity.OWN
    refers: int | None = None

    def actor(self) -> PersonId:
        """Give the person answerable for this row."""
        return self.behalf or self.person

    def counts(self) -> bool:
        """Say whether the row is an attempt at its step."""
        return self.kind in {RowKind.ANSWER, RowKind.FAILURE}


@dataclass(frozen=True, slots=True)
class Case:
    """One run of a procedure: its pinned table, the step it stands at, its history, what it waits for.

    ``queued`` says that it waits for what others must free; ``parent`` is the case and step that began it,
    and ``asker`` whose request that was, who does an applicant's first step here.
    """

    id: CaseId
    procedure: Procedure
    step: str
    entered: int
    history: tuple[Done, ...] = ()
    waiting: Done | None = None
    queued: bool = False
    parent: tuple[CaseId, str] | None = None
    asker: PersonId | None = None

    @property
    def attempt(self) -> int:
        """Count how often the present step has been tried, this time included."""
        return 1 + self.tries(self.step)

    @property
    def state(self) -> CaseState:
        """Say whether the case runs, waits for the doors or for a place, or is over."""
        if self.step == END:
            return CaseState.CLOSED
        if self.waiting is not None:
            return CaseState.WAITING
        return CaseState.QUEUED if self.queued else CaseState.RUNNING

    @property
    def ending(self) -> Ending | None:
        """Say how the case ended, None while it has not."""
        if self.step != END:
            return None
        kinds = {done.kind for done in self.history}
        if RowKind.WITHDRAWAL in kinds:
            return Ending.WITHDRAWN
        return Ending.STOPPED if RowKind.STOP in kinds else Ending.COMPLETED

    @property
    def applicant(self) -> PersonId | None:
        """Give whose request it is: who asked in the case before, or did the first step; None for nobody."""
        first = (done.actor() for done in self.history if done.step == self.procedure.start and done.counts())
        return self.asker or next(first, None)

    def tries(self, no: str) -> int:
        """Count the attempts at a step."""
        return sum(done.step == no and done.counts() for done in self.history)

    def here(self) -> Step:
        """Give the step the case stands at.

        Raises:
            KeyError: The case is over.
        """
        return self.procedure.step(self.step)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a person says about one attempt at one step: a label of the table, and a note."""

    step: str
    attempt: int
    label: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Choice:
    """One button: its label, its words, and what else the form must ask for.

    ``required`` names the forms that must be filled first; ``recorded`` that it is another's answer, which
    this person may only record.
    """

    label: str
    button: str
    reason_required: bool
    signs: bool
    required: tuple[str, ...] = ()
    recorded: bool = False


@dataclass(frozen=True, slots=True)
class Advanced:
    """An accepted answer: the case after it, the row to record, the effects to carry out."""

    case: Case
    done: Done
    effects: tuple[Effect, ...]


def begin(case: CaseId, procedure: Procedure, now: int, parent: tuple[CaseId, str] | None = None) -> Case:
    """Give a case at the first step of its procedure, before anybody did it."""
    return Case(case, procedure, procedure.start, now, parent=parent)
