"""What the authority and the doors did with what the office asked for.

A change is *signed* when the authority's outcome says so, and *everywhere* when every controller it concerns
shows at least that version, or that denial, in a status that its own key signed. What that means for the
steps that waited is ``settling``'s. When each controller first showed it is kept (``store.confirmations``),
by the hub's clock: how long a verdict took to each door is read from there (``propagating``).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from card_registry.statements import Directory
from card_registry.words import CardStatus, ControllerId, DoorId, Subject
from review import outside
from review.office import Office
from review.outside import BINDING, WARRANT, Outcome
from review.people import SYSTEM
from review.publication import PublicationState, concerned, lagging, speaks_of_now
from review.store import audit, cards, cases, confirmations, desks, grants, removals
from review.store.cards import Withdrawal
from review.store.confirmations import Confirmed, Known
from review.store.desks import Job
from review.store.grants import OfficeGrant
from review.store.removals import Removal
from review.store.transaction import reading, writing
from review.workflow.cards import abandon
from review.workflow.settling import REFUSED_BY_AUTHORITY, complete, reopen, send_back


@dataclass(frozen=True, slots=True)
class Doors:
    """Which controllers there are, and which versions each showed last; ``denied``: its highest denial.

    ``received`` is when the hub had that status, by the server's clock.
    """

    directory: Directory
    grants: Mapping[ControllerId, int]
    deny: Mapping[ControllerId, int]
    denied: Mapping[ControllerId, int]
    received: Mapping[ControllerId, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Watch:
    """One look at everything on its way: the doors as they are now, and what they had confirmed before."""

    office: Office
    doors: Doors
    known: Known

    def fresh(self, serial: int, stage: "Stage") -> tuple[Confirmed, ...]:
        """Give the controllers that show a warrant's verdict for the first time."""
        before = self.known.get(serial, {})
        return tuple(
            Confirmed(serial, one, self.doors.received[one])
            for one in sorted(stage.there)
            if one not in before and one in self.doors.received
        )


@dataclass(frozen=True, slots=True)
class Stage:
    """How far a change is, and which controllers show it."""

    state: PublicationState
    there: frozenset[ControllerId] = frozenset()


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
        {who: found[who].received for who in seen},
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
        serials = [one.warrant for one in asked]
        serials += [one.warrant for one in gone]
        serials += [one.warrant for one in removed]
        watch = Watch(office, doors, confirmations.of_warrants(connection, serials))
    moved = sum(_grant(watch, grant) for grant in asked)
    moved += sum(_binding(office, doors, job) for job in bound)
    moved += sum(_withdrawal(watch, one) for one in gone)
    moved += sum(_removal(watch, one) for one in removed)
    with reading(office.store) as connection:
        waiting = cases.waiting(connection)
    return moved + sum(complete(office, case) for case in waiting)


def _stage(
    doors: Doors, outcome: Outcome, needs: int, at: tuple[DoorId, ...] | None, serial: int = 0
) -> Stage:
    if not outcome.applied:
        return Stage(PublicationState.REFUSED)
    wanted = concerned(doors.directory, at)
    late = missing(doors, needs, at)
    left = lagging(serial, late, doors.denied) if serial else late
    confirmed = bool(wanted) and not left
    state = PublicationState.EVERYWHERE if confirmed else PublicationState.SIGNED
    return Stage(state, wanted - set(left))


def _grant(watch: Watch, grant: OfficeGrant) -> bool:
    office = watch.office
    outcome = outside.outcome_of(office.registry, WARRANT, str(grant.warrant))
    if outcome is None:
        return False
    stage = _stage(watch.doors, outcome, outcome.grants, grant.terms.doors)
    state, fresh = stage.state, watch.fresh(grant.warrant, stage)
    if state is grant.state and not fresh:
        return False
    with writing(office.store) as connection:
        confirmations.add(connection, fresh)
        if state is grant.state:
            return True
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
        state = _stage(doors, outcome, outcome.grants, at).state
        if state is job.publication:
            return False
        desks.move(connection, job.id, state, outcome.grants)
        if state is PublicationState.REFUSED:
            abandon(connection, job, f"{REFUSED_BY_AUTHORITY}{outcome.sentence}", office.clock())
        if state is PublicationState.EVERYWHERE and job.asker() not in cases.waiting(connection):
            cards.mark(connection, job.card, CardStatus.ACTIVE)
        audit.record(connection, SYSTEM, f"kartu.{state}", f"card/{job.card}", office.clock())
    return True


def _denial(watch: Watch, serial: int) -> tuple[Outcome, Stage] | None:
    """Give what the authority and the doors did with a denial; None while the authority has not spoken."""
    outcome = outside.outcome_of(watch.office.registry, WARRANT, str(serial))
    if outcome is None:
        return None
    log = outcome.authority
    denied = None if log is None else outside.serial_of(watch.office.registry, log)
    return outcome, _stage(watch.doors, outcome, outcome.deny, None, denied or 0)


def _removal(watch: Watch, gone: Removal) -> bool:
    seen = _denial(watch, gone.warrant)
    if seen is None:
        return False
    (outcome, stage), now = seen, watch.office.clock()
    state, fresh = stage.state, watch.fresh(gone.warrant, stage)
    if state is gone.state and not fresh:
        return False
    everywhere = now if state is PublicationState.EVERYWHERE else None
    with writing(watch.office.store) as connection:
        confirmations.add(connection, fresh)
        if state is gone.state:
            return True
        removals.move(connection, gone.id, state, outcome.deny, outcome.sentence, everywhere)
        if state is PublicationState.REFUSED:
            reopen(connection, gone, outcome.sentence, now)
        audit.record(connection, SYSTEM, f"pencabutan.{state}", f"{gone.subject}/{gone.target}", now)
    return True


def _withdrawal(watch: Watch, gone: Withdrawal) -> bool:
    seen = _denial(watch, gone.warrant)
    if seen is None:
        return False
    (outcome, stage), now = seen, watch.office.clock()
    state, fresh = stage.state, watch.fresh(gone.warrant, stage)
    if state is gone.state and not fresh:
        return False
    everywhere = now if state is PublicationState.EVERYWHERE else None
    with writing(watch.office.store) as connection:
        confirmations.add(connection, fresh)
        if state is gone.state:
            return True
        sentence = outcome.sentence
        moved = replace(gone, state=state, needs=outcome.deny, sentence=sentence, everywhere=everywhere)
        cards.move(connection, moved)
        audit.record(connection, SYSTEM, f"pencabutan.{state}", f"card/{gone.card}", now)
    return True
