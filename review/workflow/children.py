"""Cases begun by other cases: numbered like any, at their first step, asked for by the parent's applicant."""

from card_registry.words import CaseId
from review.case import begin
from review.procedure import Procedure
from review.store import cases
from review.store.cases import CaseFile
from review.store.numbers import case_number
from review.workflow.scene import Scene


def begin_child(scene: Scene, table: Procedure) -> CaseFile:
    """Begin a case at its first step, under the case and step whose answer causes it.

    Raises:
        ValueError: The store lost the case that was just entered.
    """
    parent, step = scene.advanced.case, scene.advanced.done.step
    case = begin(CaseId(scene.office.token()), table, scene.now, (parent.id, step))
    number = case_number(scene.connection, table, scene.office.today())
    cases.add(scene.connection, case, number, None, parent.applicant or scene.person)
    file = cases.load(scene.connection, case.id)
    if file is None:
        message = f"case {case.id} was just entered and is not there"
        raise ValueError(message)
    return file
