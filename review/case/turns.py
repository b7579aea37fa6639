"""Whose turn it is, and which answers there are: the only source of buttons anywhere.

Pure.
"""

from typing import assert_never

from review.access import Allowed, Permission, Refused, may
from review.case.values import Case, CaseState, Choice, RowKind
from review.people import Person, Role
from review.procedure import Effect, Step

STOP = "batal"
"""The answer that ends a case whose loop has run its rounds."""

BINDING = frozenset(
    {
        Effect.GRANT_ACCESS,
        Effect.EMERGENCY_ACCESS,
        Effect.WITHDRAW_ACCESS,
        Effect.SUSPEND_ACCESS,
        Effect.MAKE_CARD,
        Effect.REPLACE_CARD,
        Effect.VISIT_ADMIT,
        Effect.HANDOVER_SIGN,
        Effect.INVENTORY_ADD,
        Effect.INVENTORY_REMOVE,
        Effect.ITEMS_OUT,
        Effect.REVIEW_BEGIN,
        Effect.REVIEW_APPLY,
    }
)
"""What cannot be taken back by withdrawing a request; a case that did it is ended by its own steps."""


def standing(case: Case, person: Person) -> Allowed | Refused:
    """Decide whether it is this person's turn, and if not, say whose it is."""
    match case.state:
        case CaseState.CLOSED:
            return Refused("Permohonan ini sudah selesai; tidak ada langkah yang dapat dikerjakan lagi.")
        case CaseState.WAITING:
            return Refused(f"Langkah {case.step} sudah dikerjakan dan sedang menunggu konfirmasi pintu.")
        case CaseState.RUNNING | CaseState.QUEUED:
            turn = _turn(case, case.here(), person)
            return turn if isinstance(turn, Refused) else _apart(case, case.here(), person)
        case _:
            assert_never(case.state)


def recording(case: Case, person: Person) -> bool:
    """Say whether this person may record the present step in the name of whose turn it is."""
    open_ = case.state in {CaseState.RUNNING, CaseState.QUEUED}
    return open_ and not person.roles.isdisjoint(case.here().recorders)


def choices(case: Case, person: Person) -> tuple[Choice, ...]:
    """Give exactly the buttons this person may press now."""
    own = isinstance(standing(case, person), Allowed)
    if not own and not recording(case, person):
        return ()
    step = case.here()
    offered = [
        Choice(
            branch.label,
            branch.button,
            branch.reason_required,
            branch.signed,
            branch.required,
            recorded=not own,
        )
        for branch in step.branches
        if own or not branch.signed
    ]
    if own and stoppable(case):
        offered.append(Choice(STOP, "Hentikan permohonan", reason_required=True, signs=False))
    return tuple(offered)


def stoppable(case: Case) -> bool:
    """Say whether the present step has been tried as often as its table allows."""
    step = case.here()
    return 0 < step.rounds <= case.tries(step.no)


def withdrawable(case: Case, person: Person) -> Allowed | Refused:
    """Decide whether a person may withdraw the request: the applicant, while nothing is binding."""
    if case.applicant != person.id:
        return Refused("Permohonan hanya dapat ditarik oleh pemohonnya sendiri.")
    if case.state in {CaseState.CLOSED, CaseState.WAITING}:
        return Refused("Permohonan ini sudah selesai atau sedang diterapkan, sehingga tidak dapat ditarik.")
    for done in case.history:
        if done.kind is RowKind.ANSWER and not BINDING.isdisjoint(case.procedure.step(done.step).effects):
            return Refused(
                f"Langkah {done.step} sudah dilaksanakan dan mengikat. Ajukan pencabutan atau pengembalian "
                "melalui prosedurnya sendiri."
            )
    return Allowed()


def _turn(case: Case, step: Step, person: Person) -> Allowed | Refused:
    title = case.procedure.title_of(step.role)
    if step.role is Role.PEMOHON or (step.no == case.procedure.start and Role.PEMOHON in step.recorders):
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
        if done.step in step.apart and done.actor() == person.id and done.counts():
            title = case.procedure.title_of(step.role)
            return Refused(
                f"Pemisahan tugas: Anda sudah mengerjakan langkah {done.step} pada permohonan ini, sehingga "
                f"langkah {step.no} harus dikerjakan oleh orang lain. Pemohon, pemberi persetujuan dan "
                f"pembuat kartu harus tiga orang yang berbeda. Yang dapat mengerjakannya: {title} yang lain."
            )
    return Allowed()
