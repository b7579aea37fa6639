"""Cases begun by other cases: numbered like any, at their first step, asked for by the parent's applicant.

What the parent's forms say is read from the parent (``places.form_of``), so nothing is typed again; what was
kept for the parent in the server room stays kept while the child runs (``store.inventory``).

Decisions:
    2026-11-21: a table may begin a procedure only where it came to something: a case that found no place, or
    whose letter says no, begins none, and its reservation ends with it.
    2026-11-21: a procedure that the office does not have in force refuses the answer that would begin it. It
    is not left out in silence: a server would stand in the room with nobody to configure it.
"""

from collections.abc import Callable, Mapping

from card_registry.words import CaseId
from review.access import Refused
from review.case import begin, standing
from review.people import Role
from review.procedure import Effect, Procedure, Step
from review.recurrence import next_month
from review.store import audit, cases, inbox, papers, people, recurring
from review.store.cases import CaseFile
from review.store.numbers import case_number
from review.store.outbox import Letter
from review.workflow.places import found_none, hand_on
from review.workflow.scene import Scene
from review.workflow.telling import tell_applicant

NOT_ACCEPTED, LETTER = "tidak-diterima", "F16"


def begin_child(scene: Scene, table: Procedure) -> CaseFile:
    """Begin a case at its first step, under the case and step whose answer causes it.

    Raises:
        ValueError: The store lost the case that was just entered.
    """
    parent, step = scene.advanced.case, scene.advanced.done.step
    case = begin(CaseId(scene.office.token()), table, scene.now, (parent.id, step))
    number = case_number(scene.connection, table, scene.office.today())
    cases.add(scene.connection, case, number, None, parent.applicant or scene.person)
    audit.record(scene.connection, scene.person, "permohonan.mulai", f"case/{case.id}", scene.now, table.id)
    file = cases.load(scene.connection, case.id)
    if file is None:
        message = f"case {case.id} was just entered and is not there"
        raise ValueError(message)
    return file


def start(scene: Scene) -> Refused | None:
    """Begin what the answered step starts, and tell whoever asked and whoever goes on."""
    if came_to_nothing(scene):
        return None
    for id_ in _step(scene).starts:
        table = scene.office.procedures.get(id_)
        if table is None:
            return not_in_force(id_)
        child = begin_child(scene, table)
        if any(Effect.INVENTORY_ADD in step.effects for step in table.steps):
            hand_on(scene)
        tell_applicant(scene, f"Permohonan Anda dilanjutkan dengan {child.number}: {table.title}.")
        tell_turn(scene, child)
    return None


def came_to_nothing(scene: Scene) -> bool:
    """Say whether the case found no place when it last looked, or its letter says that it is not accepted."""
    letter = papers.sheets(scene.connection, scene.advanced.case.id, LETTER)
    declined = letter is not None and letter.one("hasil") == NOT_ACCEPTED
    return declined or found_none(scene.advanced.case)


def every_month(scene: Scene) -> Refused | None:
    """Put on the schedule what the answered step wants every month, from the next month on."""
    for id_ in _step(scene).monthly:
        table = scene.office.procedures.get(id_)
        if table is None:
            return not_in_force(id_)
        first = next_month(scene.office.today())
        recurring.put_on(scene.connection, id_, first, scene.advanced.case.id, scene.now)
        tell_applicant(scene, f"Server Anda diperiksa setiap bulan menurut {table.title}.")
    return None


def not_in_force(procedure: str) -> Refused:
    """Refuse an answer that would begin a procedure which the office does not have."""
    return Refused(
        f"Langkah ini memulai prosedur {procedure}, yang tidak berlaku pada kantor ini. Minta administrator "
        "memberlakukannya, lalu ulangi langkah ini."
    )


def tell_turn(scene: Scene, child: CaseFile) -> None:
    """Tell the people whose turn the first step of a new case is; its applicant is told otherwise."""
    step = child.case.here()
    if step.role is Role.PEMOHON:
        return
    text = f"Langkah {step.no} permohonan {child.number} menunggu Anda: {step.activity}"
    for person in people.everyone(scene.connection, scene.now):
        if step.role in person.roles and not isinstance(standing(child.case, person), Refused):
            inbox.tell(scene.connection, Letter(child.case.id, text, scene.now), person.id)


def _step(scene: Scene) -> Step:
    return scene.advanced.case.procedure.step(scene.advanced.done.step)


WORK: Mapping[Effect, Callable[[Scene], Refused | None]] = {
    Effect.START: start,
    Effect.EVERY_MONTH: every_month,
}
"""What each of these effects does."""
