"""Answering a step of a case: the one act by which a case moves."""

from card_registry.hint import send_hint
from review.access import Refused
from review.case import Advanced, Answer, advance
from review.office import Office
from review.people import Person
from review.procedure import Effect
from review.store import audit, cases
from review.store.cases import CaseFile
from review.store.transaction import reading, writing
from review.workflow.approval import Hand, sign
from review.workflow.effects import Scene, Signed, carry_out

NOTHING = Hand()
UNKNOWN = Refused("Permohonan tidak ditemukan.")


def answer(
    office: Office, person: Person, id: str, verdict: Answer, hand: Hand = NOTHING
) -> Advanced | Refused:
    """Take a person's answer to the present step; sign first where the step grants access."""
    with reading(office.store) as connection:
        file = cases.load(connection, id)
    if file is None:
        return UNKNOWN
    tried = advance(file.case, verdict, person, office.clock())
    if isinstance(tried, Refused):
        return _refuse(office, person, file, tried)
    if Effect.GRANT_ACCESS not in tried.effects:
        return _commit(office, person, id, verdict, None)
    signed = sign(office, file, person, hand)
    return signed if isinstance(signed, Refused) else _commit(office, person, id, verdict, signed)


def _refuse(office: Office, person: Person, file: CaseFile, refused: Refused) -> Refused:
    """Leave a trace of an attempt at a step that is not this person's to do."""
    with writing(office.store) as connection:
        act, subject = "langkah.ditolak", f"case/{file.case.id}"
        audit.record(connection, person.id, act, subject, office.clock(), f"langkah {file.case.step}")
    return refused


def _commit(
    office: Office, person: Person, id: str, verdict: Answer, signed: Signed | None
) -> Advanced | Refused:
    """Decide again on the case as it is now, and write everything the answer changes."""
    now = office.clock()
    with writing(office.store) as connection:
        file = cases.load(connection, id, lock=True)
        if file is None:
            return UNKNOWN
        advanced = advance(file.case, verdict, person, now)
        if isinstance(advanced, Refused):
            return advanced
        cases.save(connection, file.case, advanced.case)
        carry_out(Scene(connection, office, advanced, person.id, file.holder, now, signed))
        detail = f"langkah {verdict.step} upaya {verdict.attempt}: {verdict.label}"
        audit.record(connection, person.id, "langkah.jawab", f"case/{id}", now, detail)
    send_hint(office.run / "signer.sock")
    return advanced
