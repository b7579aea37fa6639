"""One row of a review: whose right it is, what was advised, and everything said about it, in order.

Who may say what stands here; in which step of the procedure it is said, and what a decision does to the
registry, is the workflow's.

Pure.
"""

from dataclasses import dataclass, replace
from enum import StrEnum

from card_registry.statements import GrantTerms
from card_registry.words import DoorId, GrantId, HolderId, PersonId
from review.access import Allowed, Refused
from review.campaign.advice import Advice, Recommendation
from review.people import SYSTEM, TITLES, Capacity, Person, Role

REASON_LIMIT = 300
"""The longest reason, in characters (form F03)."""


class Outcome(StrEnum):
    """What becomes of a right."""

    KEEP = "dipertahankan"
    CHANGE = "diubah"
    REMOVE = "dicabut"
    SUSPEND = "dibekukan"


class Said(StrEnum):
    """What kind of row it is."""

    ANSWER = "jawaban"
    DECISION = "keputusan"
    SILENCE = "tanpa-jawaban"
    ENDED = "berakhir"
    RATIFICATION = "pengesahan"


@dataclass(frozen=True, slots=True)
class Change:
    """What a changed right opens from then on: some of its doors, its times, and when it ends (ms)."""

    doors: tuple[DoorId, ...]
    schedule: str | None
    ends: int


@dataclass(frozen=True, slots=True)
class Row:
    """One thing said about a right: by whom, in which role, when, and why; a decided change with it.

    ``capacity`` says whether the role was held for somebody else (Plh., Plt., a.n.).
    """

    said: Said
    outcome: Outcome
    person: PersonId
    role: Role
    reason: str
    at: int
    change: Change | None = None
    capacity: Capacity = Capacity.OWN


@dataclass(frozen=True, slots=True)
class Item:
    """One right under review.

    ``own`` are the accounts of the holder, who decides nothing here; ``judge`` is the role that decides;
    ``operator`` says that the holder keeps the room running, which limits what silence may take away.
    """

    grant: GrantId
    holder: HolderId
    unit: str
    own: frozenset[PersonId]
    judge: Role
    operator: bool
    advice: Advice
    rows: tuple[Row, ...] = ()

    def newest(self, *kinds: Said) -> Row | None:
        """Give the newest row of these kinds."""
        return next((row for row in reversed(self.rows) if row.said in kinds), None)

    def answer(self) -> Row | None:
        """Give what the unit says now."""
        return self.newest(Said.ANSWER)

    def outcome(self) -> Outcome | None:
        """Give what becomes of the right as things stand; None while nothing was decided."""
        row = self.newest(Said.DECISION, Said.SILENCE, Said.ENDED)
        return None if row is None else row.outcome

    def has_ended(self) -> bool:
        """Say whether the right was over before anybody here decided it."""
        return self.newest(Said.ENDED) is not None

    def is_ratified(self) -> bool:
        """Say whether nothing can be changed any more."""
        return self.newest(Said.RATIFICATION) is not None


LOCKED = Refused("Butir ini telah disahkan dan tidak dapat diubah lagi.")
ENDED = Refused("Hak ini sudah berakhir di luar review ini; tidak ada lagi yang dijawab atau diputus.")
OWN = Refused(
    "Ini hak akses Anda sendiri; jawaban dan keputusannya diberikan oleh pejabat lain, bila perlu oleh Plh."
)


def _closed(item: Item, person: Person) -> Refused | None:
    """Say why this person says nothing about a row, whatever their role; None where they might."""
    if item.is_ratified():
        return LOCKED
    if item.has_ended():
        return ENDED
    return OWN if person.id in item.own else None


def may_answer(item: Item, person: Person) -> Allowed | Refused:
    """Decide whether a person speaks for the holder's unit; an operator records what came on paper."""
    closed = _closed(item, person)
    if closed is not None:
        return closed
    if Role.OPERATOR in person.roles or person.unit.casefold() == item.unit.casefold():
        return Allowed()
    return Refused(f"Butir ini dijawab oleh {item.unit}, atau dicatat oleh {TITLES[Role.OPERATOR]}.")


def may_decide(item: Item, person: Person) -> Allowed | Refused:
    """Decide whether a person decides on a right: its judge, never its holder, never whoever answered."""
    closed = _closed(item, person)
    if closed is not None:
        return closed
    if item.judge not in person.roles:
        return Refused(f"Butir ini diputus oleh {TITLES[item.judge]}.")
    answered = item.answer()
    if answered is not None and answered.person == person.id:
        return Refused("Pemisahan tugas: Anda telah menjawab butir ini, sehingga pejabat lain yang memutus.")
    return Allowed()


def answer(item: Item, person: Person, outcome: Outcome, reason: str, at: int) -> Item | Refused:
    """Take a unit's answer; a newer one replaces it until the row is ratified."""
    allowed = may_answer(item, person)
    if isinstance(allowed, Refused):
        return allowed
    if outcome is Outcome.SUSPEND:
        return Refused("Unit kerja menjawab dipertahankan, diubah, atau dicabut.")
    role = Role.PEMOHON if person.unit.casefold() == item.unit.casefold() else Role.OPERATOR
    return _added(
        item, Row(Said.ANSWER, outcome, person.id, role, reason.strip(), at, None, person.capacity_in(role))
    )


def decide(
    item: Item, person: Person, outcome: Outcome, reason: str, at: int, change: Change | None = None
) -> Item | Refused:
    """Take the judge's decision; a newer one replaces it until the row is ratified."""
    allowed = may_decide(item, person)
    if isinstance(allowed, Refused):
        return allowed
    if (outcome is Outcome.CHANGE) != (change is not None):
        return Refused("Sebutkan pintu, jadwal, dan masa berlaku yang baru hanya untuk hak yang diubah.")
    row = Row(Said.DECISION, outcome, person.id, item.judge, reason.strip(), at, change)
    return _added(item, replace(row, capacity=person.capacity_in(item.judge)))


def narrows(terms: GrantTerms, change: Change) -> str:
    """Say why a change would give more than the right does, or nothing less; empty when it narrows it.

    What gives more is asked for anew (S1.A), because whoever approves it must see the request.
    """
    if not change.doors or not set(change.doors) <= set(terms.doors):
        return "pintu yang dipilih bukan bagian dari hak ini"
    if not terms.begins < change.ends <= terms.ends:
        return "masa berlaku yang baru melampaui masa berlaku hak ini"
    if change.schedule != terms.schedule and terms.schedule is not None:
        return "hak ini sudah terbatas pada jadwalnya"
    same = (set(change.doors), change.schedule, change.ends) == (set(terms.doors), terms.schedule, terms.ends)
    return "tidak ada yang diubah" if same else ""


def _added(item: Item, row: Row) -> Item | Refused:
    why = reason_for(item, row)
    if why and not row.reason:
        return Refused(f"Alasan diperlukan karena {why}.")
    if len(row.reason) > REASON_LIMIT:
        return Refused(f"Alasan paling panjang {REASON_LIMIT} karakter.")
    return replace(item, rows=(*item.rows, row))


def reason_for(item: Item, row: Row) -> str:
    """Say why a row needs a reason: it goes against advice or answer, or changes a right; empty if not."""
    advised = item.advice.recommendation
    keeps = row.outcome is Outcome.KEEP
    if row.outcome is Outcome.CHANGE:
        return "hak ini diubah"
    if keeps and advised is not Recommendation.KEEP:
        return f"rekomendasinya {advised.value}"
    if not keeps and advised is Recommendation.KEEP:
        return "rekomendasinya pertahankan"
    answered = item.answer()
    if row.said is Said.DECISION and answered is not None and answered.outcome is not row.outcome:
        return f"unit kerja menjawab {answered.outcome.value}"
    return ""


def needs_no_reason(item: Item, said: Said, outcome: Outcome) -> bool:
    """Say whether an outcome goes along with advice and answer, so that many rows may share one word."""
    return not reason_for(item, Row(said, outcome, SYSTEM, item.judge, "", 0))


def silenced(item: Item, outcome: Outcome, at: int) -> Item:
    """Note what became of a right about which nobody answered."""
    return replace(item, rows=(*item.rows, Row(Said.SILENCE, outcome, SYSTEM, Role.SISTEM, "", at)))


def ended(item: Item, why: str, at: int) -> Item:
    """Note that a right was over before it was decided here, and how."""
    row = Row(Said.ENDED, Outcome.REMOVE, SYSTEM, Role.SISTEM, why[:REASON_LIMIT], at)
    return replace(item, rows=(*item.rows, row))


def ratify(item: Item, person: Person, at: int) -> Item | Refused:
    """Lock a decided row with the minutes that the head of office signs."""
    outcome = item.outcome()
    if item.is_ratified():
        return LOCKED
    if Role.KADIS not in person.roles:
        return Refused(f"Review disahkan oleh {TITLES[Role.KADIS]}.")
    if outcome is None:
        return Refused("Masih ada butir yang belum diputus.")
    held = person.capacity_in(Role.KADIS)
    row = Row(Said.RATIFICATION, outcome, person.id, Role.KADIS, "", at, None, held)
    return replace(item, rows=(*item.rows, row))
