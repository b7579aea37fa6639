"""The interpreter of every SOP table: whose turn it is, which answers there are, what an answer causes.

``choices`` is the only source of buttons anywhere; ``advance`` refuses whatever ``choices`` does not offer.
An answered step whose row says ``tunggu`` stays where it is until ``settle`` completes it in its actor's
name, or ``undo`` records why it failed and opens it (or an earlier step) again. What an effect does is
``workflow``'s.

Attempts are counted per step, so that no two answers ever share (case, step, attempt).

Pure.
"""

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import assert_never

from card_registry.words import CaseId, PersonId
from review.access import Allowed, Permission, Refused, may
from review.people import SYSTEM, Person, Role
from review.procedure import END, Effect, Procedure, Step

FAILED = "gagal"
"""The recorded answer of an attempt that came to nothing."""

NOTE_LIMIT = 500
"""The longest note or reason, in characters."""


class CaseState(StrEnum):
    """Where a case stands, as its page and its row say it."""

    RUNNING = "berjalan"
    WAITING = "menunggu"
    CLOSED = "selesai"


@dataclass(frozen=True, slots=True)
class Done:
    """One row of a case's history; ``behalf`` is the person in whose name the program completed it."""

    step: str
    attempt: int
    person: PersonId
    role: Role
    answer: str
    note: str
    at: int
    behalf: PersonId | None = None

    def actor(self) -> PersonId:
        """Give the person answerable for this row."""
        return self.behalf or self.person


@dataclass(frozen=True, slots=True)
class Case:
    """One run of a procedure: its pinned table, the step it stands at, its history, what it waits for."""

    id: CaseId
    procedure: Procedure
    step: str
    entered: int
    history: tuple[Done, ...] = ()
    waiting: Done | None = None

    @property
    def attempt(self) -> int:
        """Count how often the present step has been tried, this time included."""
        return 1 + sum(done.step == self.step for done in self.history)

    @property
    def state(self) -> CaseState:
        """Say whether the case runs, waits for the doors, or is over."""
        if self.step == END:
            return CaseState.CLOSED
        return CaseState.RUNNING if self.waiting is None else CaseState.WAITING

    @property
    def applicant(self) -> PersonId | None:
        """Give the person who did the first step, None before anyone did."""
        first = (done.actor() for done in self.history if done.step == self.procedure.start)
        return next(first, None)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a person says about one attempt at one step: a label of the table, and a note."""

    step: str
    attempt: int
    label: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Choice:
    """One button: its label, its words, and what else the form must ask for."""

    label: str
    button: str
    reason_required: bool
    signs: bool


@dataclass(frozen=True, slots=True)
class Advanced:
    """An accepted answer: the case after it, the row to record, the effects to carry out."""

    case: Case
    done: Done
    effects: tuple[Effect, ...]


def begin(case: CaseId, procedure: Procedure, now: int) -> Case:
    """Give a case at the first step of its procedure, before anybody did it."""
    return Case(case, procedure, procedure.start, now)


def standing(case: Case, person: Person) -> Allowed | Refused:
    """Decide whether it is this person's turn, and if not, say whose it is."""
    match case.state:
        case CaseState.CLOSED:
            return Refused("Permohonan ini sudah selesai; tidak ada langkah yang dapat dikerjakan lagi.")
        case CaseState.WAITING:
            return Refused(f"Langkah {case.step} sudah dikerjakan dan sedang menunggu konfirmasi pintu.")
        case CaseState.RUNNING:
            step = case.procedure.step(case.step)
            turn = _turn(case, step, person)
            return turn if isinstance(turn, Refused) else _apart(case, step, person)
        case _:
            assert_never(case.state)


def _turn(case: Case, step: Step, person: Person) -> Allowed | Refused:
    title = case.procedure.title_of(step.role)
    if step.role is Role.PEMOHON:
        if case.applicant is None:
            return may(person, Permission.APPLY)
        if case.applicant == person.id:
            return Allowed()
        return Refused(f"Langkah {step.no} hanya dapat dikerjakan oleh pemohon permohonan ini sendiri.")
    if step.role in person.roles:
        return Allowed()
    return Refused(f"Langkah {step.no} dikerjakan oleh {title}, bukan oleh {person.title() or 'Anda'}.")


def _apart(case: Case, step: Step, person: Person) -> Allowed | Refused:
    for done in case.history:
        if done.step in step.apart and done.actor() == person.id:
            title = case.procedure.title_of(step.role)
            return Refused(
                f"Pemisahan tugas: Anda sudah mengerjakan langkah {done.step} pada permohonan ini, sehingga "
                f"langkah {step.no} harus dikerjakan oleh orang lain. Pemohon, pemberi persetujuan dan "
                f"pembuat kartu harus tiga orang yang berbeda. Yang dapat mengerjakannya: {title} yang lain."
            )
    return Allowed()


def choices(case: Case, person: Person) -> tuple[Choice, ...]:
    """Give exactly the buttons this person may press now."""
    if isinstance(standing(case, person), Refused):
        return ()
    step = case.procedure.step(case.step)
    signs = Effect.GRANT_ACCESS in step.effects
    return tuple(
        Choice(branch.label, branch.button, branch.reason_required, signs) for branch in step.branches
    )


def advance(case: Case, verdict: Answer, person: Person, now: int) -> Advanced | Refused:
    """Take one answer of one person, or say why it cannot be taken."""
    if case.state is CaseState.RUNNING and (verdict.step, verdict.attempt) != (case.step, case.attempt):
        return Refused(
            f"Langkah {verdict.step} (upaya ke-{verdict.attempt}) sudah tidak berlaku: permohonan ini berada "
            f"di langkah {case.step}. Muat ulang halaman permohonan."
        )
    turn = standing(case, person)
    if isinstance(turn, Refused):
        return turn
    step, note = case.procedure.step(case.step), verdict.note.strip()
    branch = step.branch(verdict.label)
    if branch is None:
        return Refused(f"Langkah {step.no} tidak mengenal pilihan “{verdict.label[:40]}”.")
    if branch.reason_required and not note:
        return Refused(f"Pilihan “{branch.button}” memerlukan alasan pada kolom catatan.")
    if len(note) > NOTE_LIMIT:
        return Refused(f"Catatan paling panjang {NOTE_LIMIT} karakter.")
    done = Done(step.no, case.attempt, person.id, step.role, branch.label, note, now)
    after = replace(case, waiting=done) if step.waits else _moved(case, done, branch.to, now)
    return Advanced(after, done, step.effects)


def _moved(case: Case, done: Done, to: str, now: int) -> Case:
    return replace(case, step=to, entered=now, history=(*case.history, done), waiting=None)


def settle(case: Case, now: int) -> Case:
    """Complete the step that waited for the doors, in the name of the person who answered it.

    Raises:
        ValueError: The case waits for nothing.
    """
    waited = _waited(case)
    branch = case.procedure.step(case.step).branch(waited.answer)
    done = replace(waited, person=SYSTEM, behalf=waited.person, at=now)
    return _moved(case, done, branch.to if branch else case.step, now)


def undo(case: Case, why: str, now: int, back_to: str | None = None) -> Case:
    """Record that the present attempt failed, and open this step, or an earlier one, again."""
    done = Done(case.step, case.attempt, SYSTEM, Role.SISTEM, FAILED, why, now)
    return _moved(case, done, back_to or case.step, now)


def _waited(case: Case) -> Done:
    if case.waiting is None:
        message = "the case waits for nothing"
        raise ValueError(message)
    return case.waiting
