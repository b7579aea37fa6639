"""How a case moves: an answer, its completion or its failure, a withdrawal, a correction.

Pure.
"""

from collections.abc import Collection
from dataclasses import replace

from card_registry.words import PersonId
from review.access import Allowed, Refused
from review.case.turns import STOP, recording, standing, stoppable, withdrawable
from review.case.values import FAILED, NOTE_LIMIT, Advanced, Answer, Case, CaseState, Done, RowKind
from review.people import SYSTEM, Person, Role
from review.procedure import END, Branch, Step


def advance(
    case: Case,
    verdict: Answer,
    person: Person,
    now: int,
    behalf: Person | None = None,
    filled: Collection[str] = (),
) -> Advanced | Refused:
    """Take one answer of one person, or say why it cannot be taken.

    Args:
        case: The case as it stands.
        verdict: The answer, to one attempt at one step.
        person: Who gives or records it.
        now: Server clock, milliseconds.
        behalf: In whose name it is recorded; that person's turn and duties count then.
        filled: The forms that the case has.
    """
    if case.state in {CaseState.RUNNING, CaseState.QUEUED} and (verdict.step, verdict.attempt) != (
        case.step,
        case.attempt,
    ):
        return Refused(
            f"Langkah {verdict.step} (upaya ke-{verdict.attempt}) sudah tidak berlaku: permohonan ini berada "
            f"di langkah {case.step}. Muat ulang halaman permohonan."
        )
    turn = _may_answer(case, person, behalf)
    if isinstance(turn, Refused):
        return turn
    note = verdict.note.strip()
    if verdict.label == STOP and stoppable(case):
        return _stop(case, person, note, now)
    branch = _branch(case.here(), verdict.label, note, recorded=behalf is not None, filled=filled)
    return branch if isinstance(branch, Refused) else _answered(case, branch, person, behalf, (note, now))


def _may_answer(case: Case, person: Person, behalf: Person | None) -> Allowed | Refused:
    if behalf is None or isinstance(standing(case, behalf), Refused):
        return standing(case, behalf or person)
    if recording(case, person):
        return Allowed()
    return Refused(f"Langkah {case.step} tidak dapat Anda catat atas nama {behalf.name}.")


def _branch(
    step: Step, label: str, note: str, *, recorded: bool, filled: Collection[str]
) -> Branch | Refused:
    branch = step.branch(label)
    if branch is None:
        return Refused(f"Langkah {step.no} tidak mengenal pilihan “{label[:40]}”.")
    if branch.reason_required and not note:
        return Refused(f"Pilihan “{branch.button}” memerlukan alasan pada kolom catatan.")
    if len(note) > NOTE_LIMIT:
        return Refused(f"Catatan paling panjang {NOTE_LIMIT} karakter.")
    if branch.signed and recorded:
        return Refused(f"Langkah {step.no} ditandatangani sendiri; tidak dapat dicatat oleh orang lain.")
    missing = [form for form in branch.required if form not in filled]
    if missing:
        return Refused(f"Isi terlebih dahulu {', '.join(missing)} untuk pilihan “{branch.button}”.")
    return branch


def _answered(
    case: Case, branch: Branch, person: Person, behalf: Person | None, said: tuple[str, int]
) -> Advanced:
    step, (note, now) = case.here(), said
    done = Done(
        step.no,
        case.attempt,
        person.id,
        step.role,
        branch.label,
        note,
        now,
        None if behalf is None else behalf.id,
        capacity=(behalf or person).capacity_in(step.role),
    )
    after = replace(case, waiting=done, queued=False) if step.waits else _moved(case, done, branch.to, now)
    return Advanced(replace(after, queued=step.queues and after.step != END), done, step.effects)


def _stop(case: Case, person: Person, why: str, now: int) -> Advanced | Refused:
    if not why or len(why) > NOTE_LIMIT:
        return Refused(f"Menghentikan permohonan memerlukan alasan, paling panjang {NOTE_LIMIT} karakter.")
    done = _row(case, RowKind.STOP, person.id, case.here().role, (STOP, why, now))
    return Advanced(_moved(case, done, END, now), done, ())


def withdraw(case: Case, person: Person, why: str, now: int) -> Advanced | Refused:
    """End a case because its applicant takes the request back, or say why that cannot be."""
    allowed, why = withdrawable(case, person), why.strip()
    if isinstance(allowed, Refused):
        return allowed
    if not why or len(why) > NOTE_LIMIT:
        return Refused(f"Menarik permohonan memerlukan alasan, paling panjang {NOTE_LIMIT} karakter.")
    done = _row(case, RowKind.WITHDRAWAL, person.id, Role.PEMOHON, ("ditarik", why, now))
    return Advanced(_moved(case, done, END, now), done, ())


def end(case: Case, why: str, now: int) -> Advanced:
    """End a case in the program's name, because the case that began it is over."""
    done = _row(case, RowKind.STOP, SYSTEM, Role.SISTEM, (STOP, why[:NOTE_LIMIT], now))
    return Advanced(_moved(case, done, END, now), done, ())


def correct(case: Case, position: int, person: Person, note: str, now: int) -> Case | Refused:
    """Add a correction to an earlier row, by whoever is answerable for it; the row itself stays as it is."""
    note = note.strip()
    if not 0 <= position < len(case.history):
        return Refused("Baris riwayat yang akan dikoreksi tidak ada.")
    row = case.history[position]
    if person.id not in {row.actor(), row.person}:
        return Refused("Koreksi hanya dapat ditambahkan oleh orang yang mengerjakan langkah itu.")
    if not note or len(note) > NOTE_LIMIT:
        return Refused(f"Koreksi memerlukan penjelasan, paling panjang {NOTE_LIMIT} karakter.")
    made = sum(done.kind is RowKind.CORRECTION and done.step == row.step for done in case.history)
    done = Done(row.step, made + 1, person.id, row.role, RowKind.CORRECTION, note, now)
    done = replace(done, kind=RowKind.CORRECTION, capacity=person.capacity_in(row.role), refers=position)
    return replace(case, history=(*case.history, done))


def enclose(case: Case, person: Person, step: str, said: tuple[str, str], now: int) -> Case:
    """Record that a person attached something at a step or took it away again: answer and note."""
    made = sum(done.kind is RowKind.ENCLOSURE and done.step == step for done in case.history)
    held = next((role for role in Role if role in person.roles), Role.PEMOHON)
    role = Role.PEMOHON if case.applicant == person.id else held
    done = Done(step, made + 1, person.id, role, *said, now, kind=RowKind.ENCLOSURE)
    return replace(case, history=(*case.history, replace(done, capacity=person.capacity_in(role))))


def settle(case: Case, now: int) -> Case:
    """Complete the step that waited for the doors, in the name of the person who answered it.

    Raises:
        ValueError: The case waits for nothing.
    """
    waited = _waited(case)
    branch = case.here().branch(waited.answer)
    done = replace(waited, person=SYSTEM, behalf=waited.actor(), at=now)
    return _moved(case, done, branch.to if branch else case.step, now)


def undo(case: Case, why: str, now: int, back_to: str | None = None) -> Case:
    """Record that the present attempt failed, and open this step, or an earlier one, again."""
    done = Done(case.step, case.attempt, SYSTEM, Role.SISTEM, FAILED, why, now, kind=RowKind.FAILURE)
    return _moved(case, done, back_to or case.step, now)


def resume(case: Case, now: int) -> Case:
    """Take a case out of the queue: what it waited for may be free, and its step's time begins to run."""
    return replace(case, queued=False, entered=now)


def _moved(case: Case, done: Done, to: str, now: int) -> Case:
    history = (*case.history, done)
    return replace(case, step=to, entered=now, history=history, waiting=None, queued=False)


def _row(case: Case, kind: RowKind, person: PersonId, role: Role, said: tuple[str, str, int]) -> Done:
    answer, note, now = said
    return Done(case.step, case.attempt, person, role, answer, note, now, kind=kind)


def _waited(case: Case) -> Done:
    if case.waiting is None:
        message = "the case waits for nothing"
        raise ValueError(message)
    return case.waiting
