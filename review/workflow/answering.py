"""Acting on a case: answering its step, taking it back, correcting a row, looking for a place again."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from card_registry.hint import send_hint
from review.access import Refused
from review.case import Advanced, Answer, Case, CaseState, advance, correct, resume, withdraw
from review.form import Faulty, Filled
from review.office import Office
from review.people import Person
from review.procedure import END
from review.store import audit, cases
from review.store.cases import CaseFile
from review.store.transaction import reading, writing
from review.workflow import filling, visits_ending
from review.workflow.approval import Hand, sign
from review.workflow.effects import carry_out
from review.workflow.filling import Paper
from review.workflow.scene import Scene, Signed

NOTHING = Hand()
UNKNOWN = Refused("Permohonan tidak ditemukan.")


@dataclass(frozen=True, slots=True)
class Act:
    """An answer with what comes beside it: the signing hand, the step's form, in whose name it is given."""

    verdict: Answer
    hand: Hand = NOTHING
    given: Mapping[str, Sequence[str]] = field(default_factory=dict)
    behalf: Person | None = None


def answer(
    office: Office, person: Person, id: str, verdict: Answer, hand: Hand = NOTHING
) -> Advanced | Refused:
    """Take a person's answer to a step that asks for no form."""
    done = act(office, person, id, Act(verdict, hand))
    return Refused("; ".join(done.faults.values())) if isinstance(done, Faulty) else done


def act(office: Office, person: Person, id: str, said: Act) -> Advanced | Faulty | Refused:
    """Take a person's answer to the present step, with its form; sign first where it adds a right."""
    with reading(office.store) as connection:
        file = cases.load(connection, id)
        if file is None:
            return UNKNOWN
        paper = None if file.case.step == END else filling.paper(connection, office, file.case)
        has = filling.known(connection, file.case.id)
    filled = filling.read(paper, said.given, office.today())
    if isinstance(filled, Faulty):
        return _first_refusal(office, person, file, said) or filled
    form = (paper, filled) if paper and filled else None
    tried = advance(file.case, said.verdict, person, office.clock(), said.behalf, _forms(has, form))
    if isinstance(tried, Refused):
        return _refuse(office, person, file, tried)
    if not _signs(file.case, said.verdict.label):
        return _commit(office, person, id, said, (form, ()))
    signed = sign(office, file, person, said.hand)
    return signed if isinstance(signed, Refused) else _commit(office, person, id, said, (form, signed))


def _signs(case: Case, label: str) -> bool:
    branch = case.here().branch(label)
    return branch is not None and branch.signed


def _forms(has: frozenset[str], form: tuple[Paper, Filled] | None) -> frozenset[str]:
    return has if form is None else has | filling.brought(*form)


def _first_refusal(office: Office, person: Person, file: CaseFile, said: Act) -> Refused | None:
    """Say that it is not this person's step, before a form is discussed with them."""
    everything = [
        branch for step in file.case.procedure.steps for one in step.branches for branch in one.required
    ]
    tried = advance(file.case, said.verdict, person, office.clock(), said.behalf, everything)
    return _refuse(office, person, file, tried) if isinstance(tried, Refused) else None


def _refuse(office: Office, person: Person, file: CaseFile, refused: Refused) -> Refused:
    """Leave a trace of an attempt at a step that is not this person's to do."""
    with writing(office.store) as connection:
        act, subject = "langkah.ditolak", f"case/{file.case.id}"
        audit.record(connection, person.id, act, subject, office.clock(), f"langkah {file.case.step}")
    return refused


def _commit(
    office: Office,
    person: Person,
    id: str,
    said: Act,
    brought: tuple[tuple[Paper, Filled] | None, tuple[Signed, ...]],
) -> Advanced | Refused:
    """Decide again on the case as it is now, and write everything the answer changes."""
    now, (form, signed) = office.clock(), brought
    with writing(office.store) as connection:
        file = cases.load(connection, id, lock=True)
        if file is None:
            return UNKNOWN
        has = _forms(filling.known(connection, file.case.id), form)
        advanced = advance(file.case, said.verdict, person, now, said.behalf, has)
        if isinstance(advanced, Refused):
            return advanced
        cases.save(connection, file.case, advanced.case)
        if form is not None:
            filling.file(connection, office, *form, (file.case.id, person.id, now))
        scene = Scene(connection, office, advanced, person.id, file.holder, now, signed)
        refused = carry_out(scene) or visits_ending.ended(scene)
        if refused is not None:
            connection.rollback()
            return refused
        verdict = said.verdict
        detail = f"langkah {verdict.step} upaya {verdict.attempt}: {verdict.label}"
        audit.record(connection, person.id, "langkah.jawab", f"case/{id}", now, detail)
    send_hint(office.run / "signer.sock")
    return advanced


def take_back(office: Office, person: Person, id: str, why: str) -> Case | Refused:
    """End a case because its applicant withdraws the request."""

    def moved(case: Case, now: int) -> Case | Refused:
        gone = withdraw(case, person, why, now)
        return gone if isinstance(gone, Refused) else gone.case

    return _change(office, person, id, "permohonan.tarik", moved)


def correct_row(office: Office, person: Person, id: str, position: int, note: str) -> Case | Refused:
    """Add a correction to a row of a case's history; the row stays as it is."""
    return _change(
        office, person, id, "langkah.koreksi", lambda case, now: correct(case, position, person, note, now)
    )


def look_again(office: Office, person: Person, id: str) -> Case | Refused:
    """Take a case out of the queue, because what it waits for may be free."""

    def moved(case: Case, now: int) -> Case | Refused:
        if case.state is not CaseState.QUEUED:
            return Refused("Permohonan ini tidak sedang menunggu tempat.")
        return resume(case, now)

    return _change(office, person, id, "permohonan.lanjut", moved)


def _change(
    office: Office, person: Person, id: str, act: str, move: Callable[[Case, int], Case | Refused]
) -> Case | Refused:
    now = office.clock()
    with writing(office.store) as connection:
        file = cases.load(connection, id, lock=True)
        if file is None:
            return UNKNOWN
        after = move(file.case, now)
        if isinstance(after, Refused):
            return after
        cases.save(connection, file.case, after)
        if after.step == END and file.case.step != END:
            gone = Advanced(after, after.history[-1], ())
            refused = visits_ending.ended(Scene(connection, office, gone, person.id, file.holder, now))
            if refused is not None:
                connection.rollback()
                return refused
        audit.record(connection, person.id, act, f"case/{id}", now)
    return after
