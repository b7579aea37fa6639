"""What a review leaves behind: receipts of collected cards, risks left open, the minutes (F18).

Decisions:

* 2026-11-21: the program writes the minutes from the rows and from what the doors confirmed; what is printed
  can so never differ from what was done. The operator's own words stand in its note.
* 2026-11-21: a door that cannot be reached must not hold a review up for ever. The operator lets the case go
  on and says why; the minutes then name the right, the doors and the reason until the doors have followed.
"""

from dataclasses import dataclass

from sqlalchemy import Connection

from card_registry.words import CardStatus, CaseId, PersonId
from review.access import Refused
from review.campaign import Outcome
from review.case import CaseState, settle
from review.form import Filled
from review.office import Office
from review.people import TITLES, Person, Role
from review.publication import PublicationState
from review.store import audit, campaigns, cards, cases, grants, papers, removals
from review.store.cards import CardRow
from review.store.papers import Filing
from review.store.removals import Removal
from review.store.transaction import writing
from review.workflow import propagating
from review.workflow.campaign_summary import summary
from review.workflow.cards import GONE, take_card
from review.workflow.scene import Scene

RISK, RECEIPT, MINUTES = "RISIKO", "F15.A", "F18.A"
"""Under which keys these papers are filed."""

CONDITIONS = {"baik": CardStatus.REVOKED, "rusak": CardStatus.REVOKED, "hilang": CardStatus.LOST}
"""What becomes of a card by the condition in which it came back, or did not."""

NOT_WAITING = Refused("Review ini tidak sedang menunggu konfirmasi pintu.")
WHY = Refused("Melanjutkan dengan risiko terbuka memerlukan alasan.")


@dataclass(frozen=True, slots=True)
class OpenRisk:
    """Why a review went on although doors had not confirmed: by whom, when, how many removals."""

    person: PersonId
    why: str
    at: int
    unconfirmed: int


def to_collect(connection: Connection, case: CaseId, now: int) -> tuple[CardRow, ...]:
    """Give the cards still out whose holders lost their last right by this review."""
    taken = {one.item.holder for one in campaigns.rows(connection, case) if one.item.outcome() in _TAKEN}
    able = {one.terms.holder for one in grants.all_active(connection, now)} if taken else set()
    found: list[CardRow] = []
    for holder in sorted(taken - able):
        found += [card for card in cards.of_holder(connection, holder) if card.status not in GONE]
    return tuple(found)


_TAKEN = frozenset({Outcome.REMOVE})


def collected(scene: Scene) -> Refused | None:
    """Let the collecting step end only when every card is in hand, or known to be lost."""
    left = to_collect(scene.connection, scene.advanced.case.id, scene.now)
    if not left:
        return None
    numbers = ", ".join(card.number for card in left[:5]) + (", …" if len(left) > 5 else "")  # noqa: PLR2004 - a sentence
    return Refused(f"Masih ada {len(left)} kartu yang belum dicatat kembali atau hilang: {numbers}.")


def take_back_card(
    office: Office, person: Person, place: tuple[str, str], condition: str
) -> CardRow | Refused:
    """Note that a card came back, or never will; ``place`` is the case and the card's id."""
    now, (id, card_id) = office.clock(), place
    if Role.OPERATOR not in person.roles:
        return Refused(f"Penerimaan kartu dicatat oleh {TITLES[Role.OPERATOR]}.")
    if condition not in CONDITIONS:
        return Refused("Pilih keadaan kartu: baik, rusak, atau hilang.")
    with writing(office.store) as connection:
        file = cases.load(connection, id, lock=True)
        if file is None or file.case.state is CaseState.CLOSED:
            return Refused("Review ini tidak ditemukan atau sudah selesai.")
        card = next((one for one in to_collect(connection, file.case.id, now) if one.id == card_id), None)
        if card is None:
            return Refused("Kartu ini tidak termasuk kartu yang harus ditarik.")
        take_card(
            (connection, office, person.id), card, f"Review {file.number}", status=CONDITIONS[condition]
        )
        filing = Filing(office.token(), file.case.id, RECEIPT, person.id, now)
        papers.file(connection, filing, _receipt(office, card, condition))
        audit.record(connection, person.id, "kartu.diterima", f"card/{card.id}", now, condition)
    office.wake_signer()
    return card


def _receipt(office: Office, card: CardRow, condition: str) -> Filled:
    return Filled(
        {
            "nama": (card.holder_name,),
            "unit": (card.holder_unit,),
            "kartu": (str(card.id),),
            "tindakan": ("dikembalikan",),
            "tanggal": (office.today().isoformat(),),
            "kondisi": (condition,),
        }
    )


def leave_open(office: Office, person: Person, id: str, why: str) -> OpenRisk | Refused:
    """Let a review go on although doors have not confirmed, because of the reason that its minutes name."""
    now, why = office.clock(), why.strip()
    if Role.OPERATOR not in person.roles:
        return Refused(f"Risiko terbuka dicatat oleh {TITLES[Role.OPERATOR]}.")
    if not why:
        return WHY
    with writing(office.store) as connection:
        file = cases.load(connection, id, lock=True)
        if file is None or file.case.state is not CaseState.WAITING or not campaigns.find(connection, id):
            return NOT_WAITING
        late = _unconfirmed(connection, file.case.id)
        risk = OpenRisk(person.id, why[:300], now, len(late))
        papers.file(connection, Filing(office.token(), file.case.id, RISK, person.id, now), risk)
        cases.save(connection, file.case, settle(file.case, now))
        audit.record(
            connection, person.id, "review.risiko", f"case/{id}", now, f"{len(late)} belum diterapkan"
        )
    return risk


def _unconfirmed(connection: Connection, case: CaseId) -> tuple[Removal, ...]:
    return tuple(
        one
        for one in removals.of_case(connection, case)
        if one.state in {PublicationState.ASKED, PublicationState.SIGNED}
    )


def write_minutes(scene: Scene) -> None:
    """File the minutes: the sums, what the doors confirmed and how fast, the risks that are open."""
    connection, case = scene.connection, scene.advanced.case.id
    held = campaigns.find(connection, case)
    if held is None:
        return
    back = [one.one("kondisi") for _, one in papers.versions(connection, case, RECEIPT, Filled)]
    filled = Filled(
        {
            **summary(connection, scene.office, held, back),
            "penerapan": (propagating.journey(connection, scene.office, case).sentence()[:2000],),
            **{name: (text,) for name, text in _risk(connection, case).items()},
            "catatan": (scene.advanced.done.note,),
        }
    )
    papers.file(connection, Filing(scene.office.token(), case, MINUTES, scene.person, scene.now), filled)


def _risk(connection: Connection, case: CaseId) -> dict[str, str]:
    """Say which removals are still on their way, and why the review went on."""
    late, known = _unconfirmed(connection, case), papers.newest(connection, case, RISK, OpenRisk)
    if not late:
        return {}
    why = "" if known is None else f" Alasan dilanjutkan: {known.why}"
    return {"risiko": f"{len(late)} pencabutan atau pembekuan belum dikonfirmasi semua pintu.{why}"}
