"""How a visit ends, by its own steps or with the case that caused it: right and card are given back.

A visit's right is withdrawn where its window is not over; a guest card that is still being made is given up,
one that is ready goes back to the drawer for the next visit.

Decisions:

* 2026-11-21: a case is not over while a guest of it is inside. Guests who are out but whose card is not
  returned keep their own case open (its last two steps), with the right withdrawn already.
* 2026-11-21: a step that signs the minutes of a handover (P4 step 12) is answered while the guests are
  inside: the exit check lets nothing out without that paper. The case's end still waits until they are out.
"""

from dataclasses import replace

from card_registry.words import CardStatus, Subject
from review.access import Refused
from review.case import Advanced, CaseState, end
from review.procedure import Effect, Procedure
from review.publication import PublicationState
from review.store import cards, cases, desks, grants, papers, visits
from review.store.removals import RemovalKind
from review.visits import Visit, VisitState, turned
from review.workflow.access import take_away, why
from review.workflow.cards import GONE, take_card
from review.workflow.scene import Scene


def is_visit(procedure: Procedure) -> bool:
    """Say whether a procedure is that of a visit: one whose approver signs the guest card's right."""
    return any(Effect.VISIT_APPROVE in step.effects for step in procedure.steps)


def close(scene: Scene) -> Refused | None:
    """Close the visit whose own case this is, or those that this case caused."""
    case = scene.advanced.case
    if not is_visit(case.procedure):
        return close_below(scene)
    visit = visits.of_case(scene.connection, case.id)
    if visit is None:
        return Refused("Kunjungan pada permohonan ini tidak ditemukan.")
    if visit.state is VisitState.CLOSED:
        return None
    _close_own(scene, visit)
    _report(scene, visit)
    return None


def close_below(scene: Scene) -> Refused | None:
    """Close what a case caused: visits not begun are given up; with a guest inside nothing is closed."""
    found = visits.below(scene.connection, scene.advanced.case.id)
    inside = [visit for visit in found if visit.state is VisitState.INSIDE]
    if inside and not _signs_their_paper(scene):
        numbers = ", ".join(number_of(scene, visit) for visit in inside)
        return Refused(
            f"Tamu masih tercatat di dalam ruang server ({numbers}). Catat jam keluarnya terlebih dahulu."
        )
    for visit in found:
        if visit.case is None and visit.state is not VisitState.CLOSED:
            visits.save(scene.connection, replace(turned(visit, VisitState.CLOSED), closed=scene.now))
        elif visit.state is VisitState.LEFT:
            give_back(_of_visit(scene, visit), visit)
        elif visit.state not in {VisitState.CLOSED, VisitState.INSIDE}:
            _stop(scene, visit)
    return None


def _signs_their_paper(scene: Scene) -> bool:
    """Say whether the answered step signs what guests leave by, and the case goes on after it."""
    case = scene.advanced.case
    effects = case.procedure.step(scene.advanced.done.step).effects
    return Effect.HANDOVER_SIGN in effects and case.state is not CaseState.CLOSED


def ended(scene: Scene) -> Refused | None:
    """Close the visits of a case that is over, however it ended; nothing where it has none."""
    case = scene.advanced.case
    if case.state is not CaseState.CLOSED:
        return None
    if is_visit(case.procedure):
        visit = visits.of_case(scene.connection, case.id)
        if visit is not None and visit.state is not VisitState.CLOSED:
            _close_own(scene, visit)
        return None
    return close_below(scene)


def number_of(scene: Scene, visit: Visit) -> str:
    """Give the number of a visit's case, empty for one of staff."""
    file = None if visit.case is None else cases.load(scene.connection, visit.case)
    return "" if file is None else file.number


def _close_own(scene: Scene, visit: Visit) -> None:
    give_back(scene, visit)
    visits.save(scene.connection, replace(turned(visit, VisitState.CLOSED), closed=scene.now))


def _stop(scene: Scene, visit: Visit) -> None:
    """End a visit's own case in the program's name, because its parent closes."""
    inner = _of_visit(scene, visit)
    before = inner.advanced.case
    if before.state is not CaseState.CLOSED:
        number = why(scene).removeprefix("Permohonan ")
        gone = end(before, f"Kunjungan ditutup bersama kasus induk {number}.", scene.now)
        cases.save(scene.connection, before, gone.case)
        inner = replace(inner, advanced=gone)
    _close_own(inner, visit)


def _of_visit(scene: Scene, visit: Visit) -> Scene:
    """Give the scene of a visit's own case, with its newest row."""
    file = None if visit.case is None else cases.load(scene.connection, visit.case, lock=True)
    if file is None:
        message = f"visit {visit.id} has no case"
        raise ValueError(message)
    row = file.case.history[-1] if file.case.history else scene.advanced.done
    return replace(scene, advanced=Advanced(file.case, row, ()), holder=None, signed=())


def give_back(scene: Scene, visit: Visit) -> None:
    """Withdraw a visit's right where its window is not over, and give up a card that is still being made."""
    grant = None if visit.grant is None else grants.find(scene.connection, visit.grant)
    if grant is not None and grant.state is not PublicationState.REFUSED and grant.terms.ends > scene.now:
        take_away(scene, ((Subject.GRANT, grant.terms.id),), RemovalKind.REMOVED)
        scene.office.wake_signer()
    place = (scene.connection, scene.office, scene.person)
    for job in desks.of_case(scene.connection, scene.advanced.case.id):
        card = cards.find(scene.connection, job.card)
        if card is not None and card.status is CardStatus.BLANK and card.status not in GONE:
            take_card(place, card, why(scene))


def _report(scene: Scene, visit: Visit) -> None:
    """Tell the applicant of the case that caused the visit that it is over."""
    parent = cases.load(scene.connection, visit.parent)
    person = None if parent is None else parent.case.applicant
    if parent is None or person is None:
        return
    text = f"Kunjungan {number_of(scene, visit)} pada permohonan {parent.number} telah ditutup."
    papers.notify(scene.connection, person, parent.case.id, text, scene.now)
