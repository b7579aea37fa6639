"""The steps that waited for the doors: completed when all they asked for is everywhere, or opened again.

A step waits for everything it issued: the cards its case asked for, the grants that its case approved, the
removals of this attempt and of the report that began the case. What another case asked for is that case's
own, although both may rest on one warrant. A step that found nothing left to do is completed at once.
"""

from dataclasses import replace

from sqlalchemy import Connection

from card_registry.words import CardStatus
from review.case import Case, CaseState, settle, undo
from review.office import Office
from review.people import SYSTEM
from review.procedure import END, Effect
from review.publication import PublicationState
from review.store import audit, cards, cases, desks, grants, papers, removals
from review.store.cases import CaseFile
from review.store.desks import Job, JobState
from review.store.grants import OfficeGrant
from review.store.removals import Removal
from review.store.transaction import writing

REFUSED_BY_AUTHORITY = "Ditolak otoritas: "


def complete(office: Office, id: str) -> bool:
    """Complete a step whose changes are at every door, in the name of the person who answered it."""
    now = office.clock()
    with writing(office.store) as connection:
        file = cases.load(connection, id, lock=True)
        if file is None or file.case.state is not CaseState.WAITING:
            return False
        jobs = _made(connection, file.case)
        if _outstanding(connection, file.case, jobs):
            return False
        cases.save(connection, file.case, settle(file.case, now))
        for job in jobs:
            opens = grants.active(connection, job.holder, now)
            cards.mark(connection, job.card, CardStatus.ACTIVE if opens else CardStatus.SUSPENDED)
        audit.record(connection, SYSTEM, "langkah.lengkap", f"case/{id}", now, f"langkah {file.case.step}")
    return True


def _made(connection: Connection, case: Case) -> tuple[Job, ...]:
    """Give the cards on their way that the waiting step asked for."""
    making = {Effect.MAKE_CARD, Effect.REPLACE_CARD} & set(case.here().effects)
    jobs = desks.of_case(connection, case.id) if making else ()
    return tuple(job for job in jobs if job.state is not JobState.FAILED)


def _outstanding(connection: Connection, case: Case, jobs: tuple[Job, ...]) -> bool:
    """Say whether something that the waiting step needs is not everywhere yet."""
    if Effect.MAKE_CARD in case.here().effects and not jobs:
        return True
    states = {job.publication for job in jobs}
    states |= {one.state for one in removals.of_case(connection, case.id) if _is_waited_for(case, one)}
    states |= {
        grant.state
        for grant in grants.listed(connection, case=case.id)
        if grant.state is not PublicationState.REFUSED
    }
    return not states <= {PublicationState.EVERYWHERE}


def _is_waited_for(case: Case, one: Removal) -> bool:
    """Say whether the waiting step is about a removal: its own, or one that the report itself caused.

    What the authority refused of a report is asked for anew by the step, and waited for no more.
    """
    waited = case.waiting
    if waited is None:
        return False
    early = one.step == case.procedure.start and one.state is not PublicationState.REFUSED
    return early or (one.step, one.attempt) == (waited.step, waited.attempt)


def send_back(connection: Connection, grant: OfficeGrant, sentence: str, now: int) -> None:
    """Return a case to the step that signed a refused grant, because the approval took no effect."""
    for job in desks.of_case(connection, grant.case):
        if job.state is not JobState.FAILED:
            desks.finish(connection, replace(job, state=JobState.FAILED), now)
            cards.mark(connection, job.card, CardStatus.DESTROYED)
    removals.hold_again(connection, grant.terms.id)
    file = cases.load(connection, grant.case, lock=True)
    if file is None:
        return
    why = f"{REFUSED_BY_AUTHORITY}{sentence}"[:500]
    if file.case.state is CaseState.CLOSED:
        _tell(connection, file, why, now)
        return
    signing = _signing_step(connection, file, grant)
    if file.case.step != signing:
        cases.save(connection, file.case, undo(file.case, why, now, signing))


def _tell(connection: Connection, file: CaseFile, why: str, now: int) -> None:
    """Tell those who signed that a grant of a case that is over came to nothing."""
    for person in {verdict.approver for verdict, _ in papers.kept_verdicts(connection, file.case.id)}:
        papers.notify(connection, person, file.case.id, f"{why} Ajukan permohonan akses baru.", now)


def _signing_step(connection: Connection, file: CaseFile, grant: OfficeGrant) -> str:
    verdict = papers.verdict_of(connection, grant.terms.id)
    steps = {step.no for step in file.case.procedure.steps}
    if verdict is not None and verdict.step in steps - {END}:
        return verdict.step
    return file.case.procedure.start


def reopen(connection: Connection, gone: Removal, sentence: str, now: int) -> None:
    """Open the step again whose removal the authority refused, if it still waits for it."""
    file = cases.load(connection, gone.case, lock=True)
    if file is not None and _is_waited_for(file.case, gone):
        cases.save(connection, file.case, undo(file.case, f"{REFUSED_BY_AUTHORITY}{sentence}"[:500], now))
