"""Cards replaced and collected: the old one dies for good, the new one stands on a right that still holds.

A replacement is bound under the case whose grant it carries, because the authority looks for that case's
grant; the case that asked for it waits. Where no right is left the old card still dies and no new one is
made, because the step has only one way out and must not become a trap.
"""

from card_registry.words import CardId, CardStatus, CaseId, HolderId, PersonId, Subject
from review.access import Refused
from review.form import Filled
from review.procedure import END, Effect
from review.store import cards, desks, grants, numbers, papers, visits
from review.store.cards import CardRow, NewCard
from review.store.desks import Job
from review.store.removals import RemovalKind
from review.workflow.access import asked_for, take_away, why
from review.workflow.cards import GONE, take_card
from review.workflow.scene import Scene

APART = Refused(
    "Pemisahan tugas: Anda mengajukan atau menyetujui hak akses pemegang ini, sehingga kartunya harus dibuat "
    "oleh Operator Ruang Server yang lain."
)
NO_RIGHT = Refused(
    "Pemegang tidak mempunyai izin yang berlaku, sehingga tidak ada kartu pengganti yang dapat dibuat."
)


def make_card(scene: Scene, case: CaseId, holder: HolderId) -> str:
    """Enter a blank card under a case's grant, put its job before the desks, and give its number."""
    connection = scene.connection
    number = f"KRT-{numbers.take(connection, 'card'):05d}"
    card = NewCard(CardId(scene.office.token()), number, holder, case, scene.person)
    cards.add(connection, card, scene.now)
    asker = scene.advanced.case.id
    job = Job(scene.office.token(), case, card.id, holder, card.maker, number, asked_by=asker)
    desks.add(connection, job, scene.now)
    return number


def approving(scene: Scene) -> Refused | None:
    """Say why a replacement cannot be approved: nothing that a new card could open is left."""
    step = scene.advanced.case.step
    effects = () if step == END else scene.advanced.case.procedure.step(step).effects
    if Effect.REPLACE_CARD not in effects:
        return None
    return None if grants.active(scene.connection, scene.held(), scene.now) else NO_RIGHT


def replace_card(scene: Scene) -> Refused | None:
    """Take the named card away for good and have a new one made for the same right."""
    asked = asked_for(scene)
    old = None if asked is None or asked.card is None else cards.find(scene.connection, asked.card)
    if old is None:
        return Refused("Permohonan ini tidak menyebut kartu yang diganti.")
    status = old.status if old.status in GONE else CardStatus.REVOKED
    rights = grants.active(scene.connection, old.holder, scene.now)
    open_to = [one for one in rights if scene.person not in _parties(scene, one.terms.id)]
    if rights and not open_to:
        return APART
    take_away(scene, ((Subject.CARD, old.id),), RemovalKind.REMOVED, status)
    if open_to:
        make_card(scene, open_to[0].case, old.holder)
    else:
        _tell_of_none(scene, old)
    return None


def _parties(scene: Scene, grant: str) -> frozenset[PersonId]:
    """Name who applied for a grant and who approved it: neither makes its card."""
    verdict = papers.verdict_of(scene.connection, grant)
    return frozenset() if verdict is None else frozenset({verdict.applicant, verdict.approver})


def _tell_of_none(scene: Scene, old: CardRow) -> None:
    case = scene.advanced.case
    text = f"Kartu {old.number} tidak berlaku lagi. {NO_RIGHT.why}"
    papers.notify(scene.connection, case.applicant or scene.person, case.id, text, scene.now)


def collect(scene: Scene) -> Refused | None:
    """Take the collected cards out of use; a card that was never found dies the same way.

    Collected are the card of the receipt (F15); without one the cards the case asked for; and, where a
    holder's whole right was removed and none came since, every card of the holder. A visit's card is used
    again.
    """
    visit = visits.of_case(scene.connection, scene.advanced.case.id)
    if visit is not None:
        _take_guest_card(scene, visit.holder)
        return None
    receipt = papers.sheets(scene.connection, scene.advanced.case.id, "F15")
    mine = _cards(scene)
    if receipt is None:
        named: tuple[CardRow, ...] = mine if scene.holder is None else ()
        _take(scene, (*named, *_left_over(scene)), None)
        return None
    card = cards.find(scene.connection, receipt.one("kartu")) if receipt.one("kartu") else None
    if card is None and _must_return(scene, mine):
        return Refused("Pilih kartu yang diterima dari pemegang.")
    if card is not None and scene.holder not in {None, card.holder}:
        return Refused(f"Kartu {card.number} bukan milik pemegang pada permohonan ini.")
    _take(scene, (*(() if card is None else (card,)), *_left_over(scene)), receipt)
    return None


def _take_guest_card(scene: Scene, holder: HolderId | None) -> None:
    """Put a visit's card back into the drawer for the next one; a card that did not come back is lost."""
    filled = papers.sheets(scene.connection, scene.advanced.case.id, "F13")
    if filled is None or holder is None or filled.one("kartu_kembali") != "tidak":
        return
    place = (scene.connection, scene.office, scene.person)
    for card in cards.of_holder(scene.connection, holder):
        if card.status not in GONE:
            take_card(place, card, why(scene), status=CardStatus.LOST)


def _must_return(scene: Scene, mine: tuple[CardRow, ...]) -> bool:
    """Say whether there is a card to collect: whoever keeps a right keeps the card."""
    keeps = scene.holder is not None and grants.active(scene.connection, scene.holder, scene.now)
    return not keeps and any(one.status not in GONE for one in mine)


def _cards(scene: Scene) -> tuple[CardRow, ...]:
    """Give the holder's cards, or those that a case about nobody's standing right asked for."""
    if scene.holder is not None:
        return cards.of_holder(scene.connection, scene.holder)
    jobs = desks.of_case(scene.connection, scene.advanced.case.id)
    found = [cards.find(scene.connection, job.card) for job in jobs]
    return tuple(card for card in found if card is not None)


def _left_over(scene: Scene) -> tuple[CardRow, ...]:
    """Give the cards of a holder whose whole right was removed."""
    asked = asked_for(scene)
    if asked is None or asked.card is not None or grants.active(scene.connection, asked.holder, scene.now):
        return ()
    return cards.of_holder(scene.connection, asked.holder)


def _take(scene: Scene, collected: tuple[CardRow, ...], receipt: Filled | None) -> None:
    lost = receipt.one("kartu") if receipt is not None and receipt.one("kondisi") == "hilang" else ""
    place = (scene.connection, scene.office, scene.person)
    for card in dict.fromkeys(collected):
        if card.status not in GONE:
            status = CardStatus.LOST if card.id == lost else CardStatus.REVOKED
            take_card(place, card, why(scene), status=status)
