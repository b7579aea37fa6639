"""A visit's own steps (P7): registered, approved by signature, its guest card ready, its guests let in.

Decisions:

* 2026-11-21: a visit is registered with the guest card it will use, because its approver signs that card's
  holder. A free guest card is used again; where there is none, step 3 has one made.
* 2026-11-21: guests are let in only when their card and their right are at every door: a card that does not
  open would be found out at the door, with the guests in front of it.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace

from card_registry.words import CardStatus, HolderId
from review.access import Refused
from review.case import CaseState
from review.form import Filled
from review.procedure import Effect
from review.publication import PublicationState
from review.store import cards, cases, desks, grants, holders, numbers, papers, visits
from review.store.cards import CardRow
from review.store.cases import CaseFile
from review.store.desks import JobState
from review.visits import Plan, Visit, VisitState, plan_of, turned
from review.workflow import visits_goods, visits_parent
from review.workflow.access_cards import make_card
from review.workflow.rights import ask_grant
from review.workflow.scene import Scene
from review.workflow.telling import tell_applicant
from review.workflow.visits_ending import close, is_visit

ADMITTED = "sesuai"
"""The answer of the check at the door that lets the guests in."""

NO_VISIT = Refused("Kunjungan pada permohonan ini tidak ditemukan.")
NO_PLAN = Refused("Rencana kunjungan (F13 bagian A) harus diisi.")
OVER = Refused("Jendela waktu kunjungan sudah lewat.")
APART = Refused(
    "Pemisahan tugas: Anda mendaftarkan atau menyetujui kunjungan ini, sehingga kartu tamunya harus dibuat "
    "oleh Operator Ruang Server yang lain."
)


def register(scene: Scene) -> Refused | None:
    """Keep the plan of a visit and the guest card it will use; in another case, plan one."""
    case = scene.advanced.case
    if not is_visit(case.procedure):
        return visits_parent.plan(scene)
    filled = papers.sheets(scene.connection, case.id, "F13")
    plan = None if filled is None else plan_of(filled, scene.office.zone())
    if filled is None or plan is None or plan.window is None:
        return NO_PLAN
    if plan.window.ends <= scene.now:
        return OVER
    parent = _parent(scene, filled)
    if isinstance(parent, Refused):
        return parent
    _keep(scene, parent, plan)
    return None


def _parent(scene: Scene, filled: Filled) -> CaseFile | Refused:
    """Give the case that a visit is part of: the one that began it, or the one the form names."""
    number, above = filled.one("induk"), scene.advanced.case.parent
    file = (
        cases.numbered(scene.connection, number) if above is None else cases.load(scene.connection, above[0])
    )
    if file is None or file.number != number or is_visit(file.case.procedure):
        return Refused(
            f"Nomor kasus induk {number} tidak dikenal. Kunjungan selalu bagian dari suatu permohonan."
        )
    if file.case.state is CaseState.CLOSED:
        return Refused(f"Kasus induk {number} sudah selesai, sehingga tidak dapat menerima kunjungan.")
    return file


def _keep(scene: Scene, parent: CaseFile, plan: Plan) -> None:
    case, connection = scene.advanced.case, scene.connection
    known = visits.of_case(connection, case.id)
    if known is not None:
        visits.save(connection, replace(known, plan=plan, holder=_guest_card(scene)))
        return
    new = Visit(scene.office.token(), parent.case.id, parent.case.step, plan, case=case.id)
    visits.add(connection, replace(new, holder=_guest_card(scene)), scene.now)


def _guest_card(scene: Scene) -> HolderId:
    """Give the holder of a guest card that no visit has, a new one where every card is taken."""
    for holder in visits.guest_holders(scene.connection):
        if not visits.using(scene.connection, holder):
            return holder
    name = f"Kartu Tamu {numbers.take(scene.connection, 'guest-card'):02d}"
    return holders.find_or_add(scene.connection, HolderId(scene.office.token()), name, "Tamu", scene.now)


def approve(scene: Scene) -> Refused | None:
    """Put the signed right of the guest card before the signer, or refuse the visit."""
    visit = visits.of_case(scene.connection, scene.advanced.case.id)
    if visit is None:
        return NO_VISIT
    if not scene.signed:
        _refuse(scene, visit)
        return None
    for signed in scene.signed:
        ask_grant(scene, signed)
        visit = replace(turned(visit, VisitState.APPROVED), grant=signed.verdict.grant.id)
    visits.save(scene.connection, visit)
    return None


def _refuse(scene: Scene, visit: Visit) -> None:
    visits.save(scene.connection, turned(visit, VisitState.REFUSED))
    done = scene.advanced.done
    tell_applicant(scene, f"Kunjungan Anda tidak dapat dilaksanakan ({done.answer}): {done.note}")


def prepare(scene: Scene) -> Refused | None:
    """Have the guest card ready: the one in the drawer, or a new one; in another case, begin a visit."""
    case = scene.advanced.case
    if not is_visit(case.procedure):
        return visits_parent.open_below(scene)
    visit = visits.of_case(scene.connection, case.id)
    if visit is None or visit.holder is None or visit.grant is None:
        return NO_VISIT
    if not _usable(scene, visit.holder):
        verdict = papers.verdict_of(scene.connection, visit.grant)
        if verdict is not None and scene.person in {verdict.applicant, verdict.approver}:
            return APART
        make_card(scene, case.id, visit.holder)
    visits.save(scene.connection, turned(visit, VisitState.READY))
    return None


def _usable(scene: Scene, holder: HolderId) -> tuple[CardRow, ...]:
    """Give the guest cards of a holder that open doors, or that are being made."""
    found: list[CardRow] = []
    for card in cards.of_holder(scene.connection, holder):
        job = desks.of_card(scene.connection, card.id)
        making = card.status is CardStatus.BLANK and job is not None and job.state is not JobState.FAILED
        if card.status in {CardStatus.ACTIVE, CardStatus.SUSPENDED} or making:
            found.append(card)
    return tuple(found)


def admit(scene: Scene) -> Refused | None:
    """Let the guests in beside their escort, or refuse the visit at the door."""
    visit = visits.of_case(scene.connection, scene.advanced.case.id)
    filled = papers.sheets(scene.connection, scene.advanced.case.id, "F13")
    if visit is None or visit.plan.window is None or filled is None:
        return NO_VISIT
    if scene.advanced.done.answer != ADMITTED:
        _refuse(scene, visit)
        return None
    if visit.plan.window.ends <= scene.now:
        return OVER
    refused = _unchecked(filled) or _unready(scene, visit, filled.one("kartu_tamu"))
    if refused is not None:
        return refused
    visits.save(scene.connection, turned(visit, VisitState.INSIDE))
    _tell_escort(scene, visit)
    return None


def _unchecked(filled: Filled) -> Refused | None:
    missing = [
        words
        for name, words in (("identitas", "identitas diperiksa"), ("tata_tertib", "tata tertib disampaikan"))
        if filled.one(name) != "ya"
    ]
    return Refused(f"Centang pada F13 bagian B: {', '.join(missing)}.") if missing else None


def _unready(scene: Scene, visit: Visit, chosen: str) -> Refused | None:
    """Say why the guest card would not open: another card, or not at every door yet."""
    card = cards.find(scene.connection, chosen)
    if card is None or card.holder != visit.holder:
        mine = () if visit.holder is None else _usable(scene, visit.holder)
        return Refused(f"Kartu tamu kunjungan ini adalah {', '.join(one.number for one in mine)}.")
    grant = None if visit.grant is None else grants.find(scene.connection, visit.grant)
    published = grant is not None and grant.state is PublicationState.EVERYWHERE
    if card.status is not CardStatus.ACTIVE or not published:
        return Refused(f"Kartu tamu {card.number} belum berlaku pada semua pintu. Tunggu, lalu coba lagi.")
    return None


def _tell_escort(scene: Scene, visit: Visit) -> None:
    if visit.plan.escort is not None:
        names = ", ".join(guest.name for guest in visit.plan.guests)
        text = f"Tamu siap masuk dan menunggu pendampingan Anda: {names}."
        papers.notify(scene.connection, visit.plan.escort, scene.advanced.case.id, text, scene.now)


WORK: Mapping[Effect, Callable[[Scene], Refused | None]] = {
    Effect.VISIT_REGISTER: register,
    Effect.VISIT_APPROVE: approve,
    Effect.VISIT_OPEN: prepare,
    Effect.VISIT_ADMIT: admit,
    Effect.VISIT_CLOSE: close,
    Effect.ITEMS_OUT: visits_goods.carry_out,
}
"""What each of these effects does, in a visit's own case and in the case that causes it."""
