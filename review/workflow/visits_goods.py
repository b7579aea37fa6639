"""What leaves the room: the exit check of a visit, and what a withdrawal form of a case lets go.

A visit's exit is accepted only where everything carried out was brought in or is let go by a form (F10, F05
of a return), and where what stays behind is handed over (F05) or noted. A case's own withdrawal form (F10)
enters what it names: it leaves with staff, or with a later visit.

Decisions:
    2026-11-21: where a case stands at the signing of a return (P4 step 12), the servers that its check found
    may leave before the minutes are written: guests go first, because that step closes their visit.
"""

from dataclasses import replace

from card_registry.words import CaseId
from review.access import Refused
from review.case import Case
from review.form import Filled
from review.people import Role
from review.procedure import END, Effect
from review.store import cases, inbox, papers, people, visits
from review.store.inventory import load
from review.store.outbox import Letter
from review.visits import Item, Visit, VisitState, check, goods_of, turned
from review.visits.reading import items, local, stamp
from review.workflow.inventory import named_devices
from review.workflow.scene import Scene
from review.workflow.visits_ending import is_visit
from review.workflow.visits_parent import chain

AGREES = "cocok"
"""The answer of the exit check that lets the guests go."""


def carry_out(scene: Scene) -> Refused | None:
    """Check what a visit carries out, or enter what a case's withdrawal form lets go."""
    case = scene.advanced.case
    if not is_visit(case.procedure):
        return _withdraw(scene)
    visit = visits.of_case(scene.connection, case.id)
    filled = papers.sheets(scene.connection, case.id, "F13")
    if visit is None or filled is None:
        return Refused("Kunjungan pada permohonan ini tidak ditemukan.")
    if scene.advanced.done.answer != AGREES:
        _tell_of_difference(scene)
        return None
    refused = _mistimed(scene, visit, filled) or _unaccounted(scene, visit, filled)
    if refused is None:
        _leave(scene, visit, filled)
    return refused


def _mistimed(scene: Scene, visit: Visit, filled: Filled) -> Refused | None:
    """Say what is wrong with the times: they lie in the past, and what differs from the door has a reason."""
    zone = scene.office.zone()
    left = stamp(filled.one("keluar"), zone)
    if left is None or left > scene.now + 60_000:
        return Refused("Jam keluar (F13 bagian C) harus diisi, dan tidak boleh setelah sekarang.")
    by_door = None if visit.entered is None else local(visit.entered, zone)
    if by_door is not None and filled.one("masuk") != by_door and not filled.one("koreksi"):
        return Refused(f"Pintu mencatat jam masuk {by_door[11:]}. Isi alasan koreksi jam bila berbeda.")
    return None


def _unaccounted(scene: Scene, visit: Visit, filled: Filled) -> Refused | None:
    """Say what is carried out without a paper, or left behind without a word."""
    cases_above = chain(scene, scene.advanced.case.id)
    released, staying = goods_of(_all(scene, cases_above, "F05"), _all(scene, cases_above, "F10"))
    released += _returning(scene, (*cases_above, *_named_parent(scene)))
    found = check(visit.plan.items, items(filled.rows("perangkat_keluar")), released, staying)
    if found.strange:
        return Refused(
            f"{_names(found.strange)} tidak tercatat dibawa masuk dan tidak tercantum pada F10 atau "
            "F05. Perangkat itu tidak boleh dibawa keluar."
        )
    if found.left_behind and not filled.one("temuan"):
        return Refused(
            f"{_names(found.left_behind)} dibawa masuk tetapi tidak dibawa keluar. Jelaskan pada "
            "kolom temuan."
        )
    return None


def _all(scene: Scene, above: tuple[CaseId, ...], code: str) -> tuple[Filled, ...]:
    found = (
        papers.sheets(scene.connection, case, code) for case in dict.fromkeys((*above, *_named_parent(scene)))
    )
    return tuple(filled for filled in found if filled is not None)


def _returning(scene: Scene, above: tuple[CaseId, ...]) -> tuple[Item, ...]:
    """Give the servers of the cases above that stand at the signing of their return."""
    stock = load(scene.connection, scene.now)
    found: dict[str, Item] = {}
    for id_ in dict.fromkeys(above):
        file = cases.load(scene.connection, id_)
        if file is not None and _hands_back(file.case):
            devices = named_devices(scene.connection, file.case, stock)
            found |= {device.id: Item(device.name, device.serial) for device in devices}
    return tuple(found.values())


def _hands_back(case: Case) -> bool:
    signs = case.step != END and Effect.HANDOVER_SIGN in case.here().effects
    return signs and any(Effect.INVENTORY_REMOVE in step.effects for step in case.procedure.steps)


def _named_parent(scene: Scene) -> tuple[CaseId, ...]:
    """Give the case that a visit opened by hand names, and those above it."""
    visit = visits.of_case(scene.connection, scene.advanced.case.id)
    return () if visit is None else chain(scene, visit.parent)


def _names(things: tuple[Item, ...]) -> str:
    return ", ".join(f"{item.name} ({item.serial})" if item.serial else item.name for item in things)


def _leave(scene: Scene, visit: Visit, filled: Filled) -> None:
    """Note that the guests are out, when they came and went, and what they carried."""
    zone = scene.office.zone()
    entered = stamp(filled.one("masuk"), zone) if filled.one("koreksi") else visit.entered
    gone = replace(
        turned(visit, VisitState.LEFT),
        entered=entered or stamp(filled.one("masuk"), zone),
        left=stamp(filled.one("keluar"), zone),
    )
    visits.save(scene.connection, gone)
    things = items(filled.rows("perangkat_keluar"))
    visits.carry_out(scene.connection, scene.advanced.case.id, "F13.C", things, (scene.person, scene.now))


def _withdraw(scene: Scene) -> Refused | None:
    """Enter what the case's withdrawal form lets go, once."""
    case = scene.advanced.case
    filled = papers.sheets(scene.connection, case.id, "F10")
    if filled is None:
        return None
    before = visits.carried_out(scene.connection, case.id)
    things = [item for item in items(filled.rows("perangkat")) if item not in before]
    visits.carry_out(scene.connection, case.id, "F10", things, (scene.person, scene.now))
    return None


def _tell_of_difference(scene: Scene) -> None:
    """Tell those who approve visits that an exit check does not add up."""
    case = scene.advanced.case
    file = cases.load(scene.connection, case.id)
    number = "" if file is None else file.number
    text = f"Pemeriksaan barang keluar pada kunjungan {number} tidak cocok: {scene.advanced.done.note}"
    for person in people.everyone(scene.connection, scene.now):
        if Role.KABID in person.roles:
            inbox.tell(scene.connection, Letter(case.id, text, scene.now), person.id)
