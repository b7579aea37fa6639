"""Rights suspended, taken away and given back by a case: what form F04 names, through warrants.

A denial needs no signature and no later answer takes it back: what is given back is a new grant, signed when
the request for removal was rejected. A right or card that another act removed already is no fault; the case
then rests on that act's warrant and waits for the same doors.

Decisions:
    2026-11-21: a card that its holder's own unit or the office reports as lost is denied in the report's
    transaction, whoever is on duty: what only takes away needs no signature, and a finder needs no quarter of
    an hour. The operator's step then waits for the doors and confirms. Anybody else's report waits for the
    operator, so that nobody shuts a stranger out.
    2026-11-21: nobody decides on the removal of their own right, as in a review; where Kabid leaves, whoever
    stands in does.
"""

from dataclasses import replace

from card_registry.statements import WithdrawWarrant
from card_registry.words import CardId, CardStatus, Subject
from review.access import Refused
from review.case import RowKind
from review.form import Filled
from review.people import Person, Role
from review.publication import PublicationState
from review.removal import RemovalRequest, disagrees, request_of
from review.store import cards, cases, grants, holders, papers, people, removals
from review.store.removals import Removal, RemovalKind, Standing
from review.workflow.cards import GONE, take_card
from review.workflow.rights import ask_grant
from review.workflow.scene import Scene, Signed

Target = tuple[Subject, str]

CODES = {RemovalKind.SUSPENDED: "akses-dibekukan", RemovalKind.REMOVED: "akses-dicabut"}
"""The office's codes in the warrants."""

LOST = "kartu-hilang"
"""What the form says of a card that somebody lost."""

OFFICERS = frozenset({Role.OPERATOR, Role.ADMIN, Role.KABID, Role.KADIS})
"""Whose report of any lost card is believed at once."""

OWN = Refused(
    "Permohonan ini tentang hak akses Anda sendiri; keputusannya diberikan oleh pejabat lain. Tunjuk Plh. "
    "pada halaman Delegasi."
)
NO_FORM = Refused("Permohonan ini tidak memuat formulir F04, sehingga tidak jelas hak siapa yang dimaksud.")


def checked(scene: Scene) -> Refused | None:
    """Say what is wrong with a removal that is being asked for: form against answer, card against holder."""
    filled = papers.sheets(scene.connection, scene.advanced.case.id, "F04")
    if filled is None:
        return None
    contradiction = disagrees(filled, scene.advanced.done.answer)
    refused = Refused(contradiction) if contradiction else _foreign(scene, filled)
    if refused is None:
        _deny_lost(scene, request_of(filled))
    return refused


def _deny_lost(scene: Scene, asked: RemovalRequest) -> None:
    """Deny a lost card at once, where whoever reports it may speak for its holder."""
    card = None if asked.card is None else cards.find(scene.connection, asked.card)
    if card is None or asked.reason != LOST or card.status in GONE:
        return
    reporters = (scene.person, scene.advanced.done.actor())
    known = (people.find(scene.connection, one, scene.now) for one in reporters)
    if any(one is not None and _speaks_for(one, card.holder_unit) for one in known):
        take_away(scene, ((Subject.CARD, card.id),), RemovalKind.SUSPENDED, CardStatus.LOST)
        scene.office.wake_signer()


def _speaks_for(person: Person, unit: str) -> bool:
    return bool(person.roles & OFFICERS) or person.unit.casefold() == unit.casefold()


def _foreign(scene: Scene, filled: Filled) -> Refused | None:
    """Say which card or right on the form is somebody else's."""
    asked = request_of(filled)
    own = {one.terms.id for one in grants.living(scene.connection, asked.holder, scene.now)}
    if not asked.grants <= own:
        return Refused("Izin yang dipilih pada formulir bukan milik pemegang yang dipilih.")
    card = None if asked.card is None else cards.find(scene.connection, asked.card)
    if card is None or card.holder == asked.holder:
        return None
    return Refused(f"Kartu {card.number} bukan milik pemegang yang dipilih pada formulir.")


def decides_own(scene: Scene) -> Refused | None:
    """Refuse a decision about the removal of one's own right or card."""
    holder = scene.holder
    if holder is None or papers.sheets(scene.connection, scene.advanced.case.id, "F04") is None:
        return None
    person = people.find(scene.connection, scene.advanced.done.actor(), scene.now)
    own = person is not None and holders.key_of(person.name, person.unit)
    return OWN if own in holders.keys(scene.connection, {holder}) else None


def asked_for(scene: Scene) -> RemovalRequest | None:
    """Give what the case's F04 asks for, None when it has none."""
    filled = papers.sheets(scene.connection, scene.advanced.case.id, "F04")
    return None if filled is None else request_of(filled)


def suspend(scene: Scene) -> Refused | None:
    """Deny at once what F04 names, until the case decides."""
    asked = asked_for(scene)
    if asked is None:
        return NO_FORM
    _take_named(scene, asked, RemovalKind.SUSPENDED)
    return None


def withdraw(scene: Scene) -> Refused | None:
    """Deny for good what F04 names, from its effective day on; what was suspended stays so for good."""
    asked = asked_for(scene)
    if asked is None:
        return NO_FORM
    if scene.office.today() < asked.effective:
        day = f"{asked.effective:%d-%m-%Y}"
        return Refused(f"Penghapusan ini berlaku mulai {day}. Kerjakan langkah ini pada hari itu.")
    removals.make_final(scene.connection, scene.advanced.case.id)
    _take_named(scene, asked, RemovalKind.REMOVED)
    return None


def _take_named(scene: Scene, asked: RemovalRequest, kind: RemovalKind) -> None:
    if asked.card is not None:
        status = CardStatus.LOST if asked.reason == LOST else CardStatus.REVOKED
        take_away(scene, ((Subject.CARD, asked.card),), kind, status)
        return
    take_away(scene, _rights(scene, asked), kind)
    if not grants.active(scene.connection, asked.holder, scene.now):
        cards.suspend(scene.connection, asked.holder)


def _rights(scene: Scene, asked: RemovalRequest) -> tuple[Target, ...]:
    """Give the grants asked for that are not over and that no case removed for good."""
    found: list[Target] = []
    for grant in grants.living(scene.connection, asked.holder, scene.now):
        if asked.grants and grant.terms.id not in asked.grants:
            continue
        rows = removals.of_target(scene.connection, Subject.GRANT, grant.terms.id)
        suspended = any(row.lifted is None and row.kind is RemovalKind.SUSPENDED for row in rows)
        if not rows or suspended:
            found.append((Subject.GRANT, grant.terms.id))
    return tuple(found)


def take_away(
    scene: Scene,
    targets: tuple[Target, ...],
    kind: RemovalKind,
    status: CardStatus = CardStatus.REVOKED,
) -> None:
    """Take grants and cards away in a case's name; what the case holds already is left as it is."""
    case = scene.advanced.case
    own = {
        (one.subject, one.target)
        for one in removals.of_case(scene.connection, case.id)
        if one.lifted is None and one.state is not PublicationState.REFUSED
    }
    for subject, target in targets:
        if (subject, target) not in own:
            rests_on = removals.standing(scene.connection, subject, target)
            _enter(scene, (subject, target), kind, rests_on or _deny(scene, (subject, target), kind, status))


def _deny(scene: Scene, target: Target, kind: RemovalKind, status: CardStatus) -> Standing:
    """Put a denial before the signer; a card's is also its withdrawal."""
    subject, id = target
    card = cards.find(scene.connection, CardId(id)) if subject is Subject.CARD else None
    if card is not None:
        place = (scene.connection, scene.office, scene.person)
        gone = take_card(place, card, why(scene), CODES[kind], status)
        return Standing(gone.warrant, gone.state, None, None)
    warrant = WithdrawWarrant(1, subject, id, scene.advanced.case.id, scene.person, CODES[kind])
    return Standing(papers.issue(scene.connection, warrant, scene.now), PublicationState.ASKED, None, None)


def why(scene: Scene) -> str:
    """Say under which case a card is taken away."""
    file = cases.load(scene.connection, scene.advanced.case.id)
    return "" if file is None else f"Permohonan {file.number}"


def _enter(scene: Scene, target: Target, kind: RemovalKind, rests_on: Standing) -> None:
    subject, id = target
    case, done = scene.advanced.case, scene.advanced.done
    removals.add(
        scene.connection,
        Removal(
            scene.office.token(),
            subject,
            id,
            case.id,
            done.step,
            done.attempt,
            scene.person,
            kind,
            rests_on.warrant,
            rests_on.state,
            rests_on.needs,
            "",
            scene.now,
            rests_on.everywhere,
        ),
    )


def restore(scene: Scene) -> None:
    """Give back what a rejected request had suspended, by the grants that were signed at its rejection.

    A card that was denied stays denied, and a right that another case holds stays with that case.
    """
    signed = _signed_now(scene)
    for one in removals.of_case(scene.connection, scene.advanced.case.id):
        suspended = one.kind is RemovalKind.SUSPENDED and one.state is not PublicationState.REFUSED
        if not suspended or one.lifted is not None:
            continue
        if one.subject is Subject.CARD:
            _tell_of_card(scene, one)
            continue
        verdict = _matching(scene, one, signed)
        if verdict is not None:
            signed.remove(verdict)
            ask_grant(scene, verdict)
        restored = None if verdict is None else verdict.verdict.grant.id
        removals.lift(scene.connection, one.id, scene.now, restored)


def _signed_now(scene: Scene) -> list[Signed]:
    """Give what the newest answer to the signed step signed; an earlier attempt's is spent."""
    case = scene.advanced.case
    answers = {done.step: done.attempt for done in case.history if done.kind is RowKind.ANSWER}
    kept = [Signed(*pair) for pair in papers.kept_verdicts(scene.connection, case.id)]
    return [one for one in kept if answers.get(one.verdict.step) == one.verdict.attempt]


def _matching(scene: Scene, one: Removal, signed: list[Signed]) -> Signed | None:
    given = grants.find(scene.connection, one.target)
    held = removals.held(scene.connection, one.subject, one.target, one.case)
    if given is None or held:
        return None
    same = [
        candidate
        for candidate in signed
        if replace(candidate.verdict.grant, id=given.terms.id) == replace(given.terms, clears=0)
    ]
    return same[0] if same else None


def _tell_of_card(scene: Scene, one: Removal) -> None:
    card, case = cards.find(scene.connection, CardId(one.target)), scene.advanced.case
    number = "" if card is None else card.number
    text = f"Kartu {number} tetap tidak berlaku. Ajukan penggantian kartu apabila masih diperlukan."
    papers.notify(scene.connection, case.applicant or scene.person, case.id, text, scene.now)
