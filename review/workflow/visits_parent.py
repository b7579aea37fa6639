"""Visits that a case causes: planned from what its forms say, and begun as cases of their own (P7).

A procedure of the office's own staff opens a visit of staff, which has no guest and no case (sop.md §6).
"""

from dataclasses import replace

from card_registry.words import CaseId
from review.access import Refused
from review.case import CaseState
from review.form import Filled
from review.procedure import Procedure
from review.store import cases, papers, visits
from review.visits import Guest, Plan, Visit, VisitState, expected
from review.workflow.children import begin_child
from review.workflow.scene import Scene
from review.workflow.visits_ending import is_visit

STAFF = frozenset({"S5.A", "P6"})
"""The procedures whose work is done by staff with rights of their own; a vendor is registered by hand."""


def plan(scene: Scene) -> Refused | None:
    """Enter the visit that a case will need, with what its forms say already."""
    waiting = _planned(scene)
    if waiting is None:
        _enter(scene)
    else:
        visits.save(scene.connection, replace(waiting, plan=_plan(scene)))
    return None


def open_below(scene: Scene) -> Refused | None:
    """Begin the case of the planned visit, to be registered (F13) by this case's applicant.

    An answer that ends the case (a server that cannot be taken yet) opens none: nobody is to come.
    """
    if scene.advanced.case.state is CaseState.CLOSED:
        return None
    visit = _planned(scene) or _enter(scene)
    if not visit.plan.guests:
        return None
    table = _table(scene)
    if table is None:
        return Refused(
            "Prosedur kunjungan (P7) tidak berlaku pada kantor ini, sehingga tamu tidak dapat didaftarkan."
        )
    child = begin_child(scene, table)
    visits.save(scene.connection, replace(visit, case=child.case.id))
    text = f"Kunjungan {child.number} dibuka. Daftarkan personel, perangkat, dan jadwalnya (F13)."
    asker = scene.advanced.case.applicant or scene.person
    papers.notify(scene.connection, asker, child.case.id, text, scene.now)
    return None


def _table(scene: Scene) -> Procedure | None:
    return next((table for table in scene.office.procedures.values() if is_visit(table)), None)


def _planned(scene: Scene) -> Visit | None:
    """Give the visit of this case that is planned and has no case of its own."""
    found = visits.below(scene.connection, scene.advanced.case.id)
    return next((one for one in found if one.case is None and one.state is VisitState.PLANNED), None)


def _enter(scene: Scene) -> Visit:
    case = scene.advanced.case.id
    new = Visit(scene.office.token(), case, scene.advanced.done.step, _plan(scene))
    visits.add(scene.connection, new, scene.now)
    return new


def _plan(scene: Scene) -> Plan:
    """Give what the forms of the case and those above it say; where they name nobody, the applicant comes."""
    case = scene.advanced.case
    purpose = case.procedure.step(scene.advanced.done.step).activity
    found = expected(purpose, _forms(scene), scene.office.zone())
    file = cases.load(scene.connection, case.id)
    if found.guests or file is None or case.procedure.id in STAFF:
        return found
    return replace(found, guests=(Guest(file.applicant_name, file.applicant_unit),))


def _forms(scene: Scene) -> dict[str, Filled]:
    found: dict[str, Filled] = {}
    for id in chain(scene, scene.advanced.case.id):
        for code in ("F09", "F07"):
            filled = papers.sheets(scene.connection, id, code)
            if filled is not None:
                found.setdefault(code, filled)
    return found


def chain(scene: Scene, case: CaseId) -> tuple[CaseId, ...]:
    """Give a case and those above it, the nearest first."""
    found = [case]
    while (file := cases.load(scene.connection, found[-1])) is not None and file.case.parent is not None:
        found.append(file.case.parent[0])
    return tuple(found)
