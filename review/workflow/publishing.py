"""What the authority and the doors did with what the office asked for.

A change is *signed* when the authority's outcome says so, and *everywhere* when every controller it concerns
shows at least that version, or that denial, in a status that its own key signed. What that means for the
steps that waited is ``settling``'s.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from card_registry.statements import Directory
from card_registry.words import CardStatus, ControllerId, DoorId, Subject
from review import outside
from review.office import Office
from review.outside import BINDING, WARRANT, Outcome
from review.people import SYSTEM
from review.publication import PublicationState, concerned, lagging, speaks_of_now
from review.store import audit, cards, cases, desks, grants, removals
from review.store.cards import Withdrawal
from review.store.desks import Job
from review.store.grants import OfficeGrant
from review.store.removals import Removal
from review.store.transaction import reading, writing
from review.workflow.cards import abandon
from review.workflow.settling import REFUSED_BY_AUTHORITY, complete, reopen, send_back


@dataclass(frozen=True, slots=True)
class Doors:
    """Which controllers there are, and which versions each showed last; ``denied``: its highest denial."""

    directory: Directory
    grants: Mapping[ControllerId, int]
    deny: Mapping[ControllerId, int]
    denied: Mapping[ControllerId, int]


def look(office: Office) -> Doors | None:
    """Read the doors as registry and ledger show them, None before the registry is founded."""
    directory = outside.directory(office.registry)
    if directory is None:
        return None
    newest, found = outside.publication(office.registry), outside.proven(office.ledger, directory)
    seen = {who: one.status for who, one in found.items() if speaks_of_now(one.status, newest)}
    return Doors(
        directory,
        {who: one.versions.grants for who, one in seen.items()},
        {who: one.versions.deny for who, one in seen.items()},
        {who: one.kept.denied for who, one in seen.items()},
    )


def missing(doors: Doors, needs: int, at: tuple[DoorId, ...] | None) -> tuple[ControllerId, ...]:
    """Name the controllers that must still confirm a grant (at these doors) or a denial (None: all)."""
    seen = doors.deny if at is None else doors.grants
    return lagging(needs, concerned(doors.directory, at), seen)


def track(office: Office) -> int:
    """Follow everything that is on its way; give the number of things that moved."""
    doors = look(office)
    if doors is None:
        return 0
    with reading(office.store) as connection:
        asked = grants.unfinished(connection)
        bound = desks.unpublished(connection)
        gone = cards.unfinished(connection)
        removed = removals.unfinished(connection)
    moved = sum(_grant(office, doors, grant) for grant in asked)
    moved += sum(_binding(office, doors, job) for job in bound)
    moved += sum(_withdrawal(office, doors, one) for one in gone)
    moved += sum(_removal(office, doors, one) for one in removed)
    with reading(office.store) as connection:
        waiting = cases.waiting(connection)
    return moved + sum(complete(office, case) for case in waiting)


def _stage(
    doors: Doors, outcome: Outcome, needs: int, at: tuple[DoorId, ...] | None, serial: int = 0
) -> PublicationState:
    if not outcome.applied:
        return PublicationState.REFUSED
    there = concerned(doors.directory, at)
    late = missing(doors, needs, at)
    confirmed = bool(there) and not (lagging(serial, late, doors.denied) if serial else late)
    return PublicationState.EVERYWHERE if confirmed else PublicationState.SIGNED


def _grant(office: Office, doors: Doors, grant: OfficeGrant) -> bool:
    outcome = outside.outcome_of(office.registry, WARRANT, str(grant.warrant))
    if outcome is None:
        return False
    state = _stage(doors, outcome, outcome.grants, grant.terms.doors)
    if state is grant.state:
        return False
    with writing(office.store) as connection:
        grants.move(connection, grant.terms.id, state, outcome.grants, outcome.sentence)
        if state is PublicationState.REFUSED:
            send_back(connection, grant, outcome.sentence, office.clock())
        if state is PublicationState.EVERYWHERE and removals.standing(connection, *_named(grant)) is None:
            cards.resume(connection, grant.terms.holder)
        audit.record(connection, SYSTEM, f"izin.{state}", f"grant/{grant.terms.id}", office.clock())
    return True


def _named(grant: OfficeGrant) -> tuple[Subject, str]:
    return Subject.GRANT, grant.terms.id


def _binding(office: Office, doors: Doors, job: Job) -> bool:
    outcome = outside.outcome_of(office.registry, BINDING, job.source or "")
    if outcome is None:
        return False
    with writing(office.store) as connection:
        at = tuple({door for grant in grants.listed(connection, case=job.case) for door in grant.terms.doors})
        state = _stage(doors, outcome, outcome.grants, at)
        if state is job.publication:
            return False
        desks.move(connection, job.id, state, outcome.grants)
        if state is PublicationState.REFUSED:
            abandon(connection, job, f"{REFUSED_BY_AUTHORITY}{outcome.sentence}", office.clock())
        if state is PublicationState.EVERYWHERE and job.asker() not in cases.waiting(connection):
            cards.mark(connection, job.card, CardStatus.ACTIVE)
        audit.record(connection, SYSTEM, f"kartu.{state}", f"card/{job.card}", office.clock())
    return True


def _removal(office: Office, doors: Doors, gone: Removal) -> bool:
    outcome = outside.outcome_of(office.registry, WARRANT, str(gone.warrant))
    if outcome is None:
        return False
    serial = None if outcome.authority is None else outside.serial_of(office.registry, outcome.authority)
    state, now = _stage(doors, outcome, outcome.deny, None, serial or 0), office.clock()
    if state is gone.state:
        return False
    everywhere = now if state is PublicationState.EVERYWHERE else None
    with writing(office.store) as connection:
        removals.move(connection, gone.id, state, outcome.deny, outcome.sentence, everywhere)
        if state is PublicationState.REFUSED:
            reopen(connection, gone, outcome.sentence, now)
        audit.record(connection, SYSTEM, f"pencabutan.{state}", f"{gone.subject}/{gone.target}", now)
    return True


def _withdrawal(office: Office, doors: Doors, gone: Withdrawal) -> bool:
    outcome = outside.outcome_of(office.registry, WARRANT, str(gone.warrant))
    if outcome is None:
        return False
    serial = None if outcome.authority is None else outside.serial_of(office.registry, outcome.authority)
    state, now = _stage(doors, outcome, outcome.deny, None, serial or 0), office.clock()
    if state is gone.state:
        return False
    everywhere = now if state is PublicationState.EVERYWHERE else None
    with writing(office.store) as connection:
        sentence = outcome.sentence
        moved = replace(gone, state=state, needs=outcome.deny, sentence=sentence, everywhere=everywhere)
        cards.move(connection, moved)
        audit.record(connection, SYSTEM, f"pencabutan.{state}", f"card/{gone.card}", now)
    return True
