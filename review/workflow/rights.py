"""Which exact grants a signed answer adds, and how a signed one comes before the signer.

What a signature stands for is said by an effect: the answered step's own, or, where it has none that adds a
right, the later step's that carries it out (P2: Kabid signs at step 4 what step 8 gives back).

Decisions:

* 2026-11-21: a restored right is a new grant with the suspended terms, and its verdict names the applicant of
  the right itself, not of the case that suspended it, because the right goes back to whom it was given, and
  whoever merely recorded the removal may have made the holder's card.
* 2026-11-21: where nothing is to be given back, the answer needs no signature.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace

from sqlalchemy import Connection

from card_registry import canonical
from card_registry.statements import GrantTerms, GrantWarrant, Scheme
from card_registry.words import GrantId, PersonId, Subject
from review.access import Refused
from review.campaign import Item, Outcome, Said
from review.office import Office
from review.people import Role
from review.procedure import Effect
from review.publication import PublicationState
from review.request import terms
from review.store import campaigns, grants, papers, removals, visits
from review.store.cases import CaseFile
from review.store.removals import Removal, RemovalKind
from review.visits import terms as visit_terms
from review.workflow.scene import Scene, Signed


@dataclass(frozen=True, slots=True)
class Draft:
    """One grant to be signed, and who applied for it."""

    applicant: PersonId
    terms: GrantTerms


Drafts = tuple[Draft, ...] | Refused
Ids = Callable[[], GrantId]
Maker = Callable[[Connection, Office, CaseFile, Ids], Drafts]


def drafts(connection: Connection, office: Office, file: CaseFile, ids: Ids) -> Drafts:
    """Give the grants that a signed answer to the case's present step adds; none where nothing is added."""
    rest = (effect for step in file.case.procedure.steps for effect in step.effects)
    adding = (effect for effect in (*file.case.here().effects, *rest) if effect in MAKERS)
    effect = next(adding, None)
    if effect is None:
        return Refused(f"Prosedur {file.case.procedure.id} tidak menyebut hak yang ditandatangani.")
    return MAKERS[effect](connection, office, file, ids)


def _requested(connection: Connection, office: Office, file: CaseFile, ids: Ids) -> Drafts:
    """Give the right that form F01 asks for."""
    request = papers.access_request(connection, file.case.id)
    if request is None or file.case.applicant is None or file.holder is None:
        return Refused("Permohonan ini tidak memuat formulir F01 sehingga tidak dapat ditandatangani.")
    asked = terms(request, ids(), file.holder, office.zone())
    if asked.ends <= office.clock():
        return Refused("Masa berlaku yang diminta sudah lewat; permohonan baru harus diajukan.")
    return (Draft(file.case.applicant, asked),)


def _suspended(connection: Connection, office: Office, file: CaseFile, ids: Ids) -> Drafts:
    """Give the rights that the case suspended, to be given back; what is over stays over."""
    found: list[Draft] = []
    for one in suspensions(connection, file):
        given, signed = grants.find(connection, one.target), papers.verdict_of(connection, one.target)
        if given is not None and signed is not None and given.terms.ends > office.clock():
            found.append(Draft(signed.applicant, replace(given.terms, id=ids(), clears=0)))
    return tuple(found)


def _visiting(connection: Connection, office: Office, file: CaseFile, ids: Ids) -> Drafts:
    """Give the escorted right of a visit, for its guest card, as its plan (F13) says."""
    visit = visits.of_case(connection, file.case.id)
    asked = None if visit is None else visit_terms(visit, ids())
    if asked is None or file.case.applicant is None:
        return Refused(
            "Kunjungan ini tidak memuat rencana (F13 bagian A) sehingga tidak dapat ditandatangani."
        )
    if asked.ends <= office.clock():
        return Refused("Jendela waktu kunjungan sudah lewat; kunjungan baru harus didaftarkan.")
    return (Draft(file.case.applicant, asked),)


def _reviewed(connection: Connection, office: Office, file: CaseFile, ids: Ids) -> Drafts:
    """Give the rights that a review narrows, and those it keeps although silence had suspended them."""
    taken = {
        one.target
        for one in removals.of_case(connection, file.case.id)
        if one.lifted is None and one.state is not PublicationState.REFUSED
    }
    now = office.clock()
    have = [one.terms for one in grants.listed(connection, case=file.case.id) if one.lives(now)]
    found: list[Draft] = []
    for row in campaigns.rows(connection, file.case.id):
        wanted = _left(connection, row.item, taken, now)
        if wanted is None:
            continue
        anew = replace(wanted, terms=replace(wanted.terms, id=ids(), clears=0))
        if all(replace(one, id=anew.terms.id) != anew.terms for one in have):
            found.append(anew)
    return tuple(found)


def _left(connection: Connection, item: Item, taken: Collection[str], now: int) -> Draft | None:
    """Give what a decision leaves of a right as a grant of its own; None where none is needed or may be.

    A row that the head decides is a Kabid's own, and this answer is Kabid's to sign.
    """
    word = item.newest(Said.DECISION)
    change = None if word is None else word.change
    kept_again = item.outcome() is Outcome.KEEP and item.grant in taken
    if item.judge is not Role.KABID or (change is None and not kept_again):
        return None
    given, signed = grants.find(connection, item.grant), papers.verdict_of(connection, item.grant)
    if given is None or signed is None or given.terms.ends <= now:
        return None
    if change is None:
        return Draft(signed.applicant, given.terms)
    narrowed = replace(given.terms, doors=change.doors, schedule=change.schedule, ends=change.ends)
    return Draft(signed.applicant, narrowed)


def suspensions(connection: Connection, file: CaseFile) -> tuple[Removal, ...]:
    """Give the grants that only this case holds suspended."""
    return tuple(
        one
        for one in removals.of_case(connection, file.case.id)
        if one.subject is Subject.GRANT
        and one.kind is RemovalKind.SUSPENDED
        and one.lifted is None
        and one.state is not PublicationState.REFUSED
        and not removals.held(connection, one.subject, one.target, file.case.id)
    )


def ask_grant(scene: Scene, signed: Signed) -> None:
    """Put the warrant of a kept verdict before the signer."""
    warrant = GrantWarrant(1, canonical.encode(signed.verdict).decode(), signed.proof)
    serial = papers.issue(scene.connection, warrant, scene.now)
    verdict, weak = signed.verdict, signed.proof.scheme is Scheme.SESSION
    grant = grants.fresh(verdict.grant, verdict.case, serial, verdict.approver, weak=weak)
    grants.add(scene.connection, grant, scene.now)


MAKERS: Mapping[Effect, Maker] = {
    Effect.GRANT_ACCESS: _requested,
    Effect.RESTORE_IF_REFUSED: _suspended,
    Effect.VISIT_APPROVE: _visiting,
    Effect.REVIEW_DECIDE: _reviewed,
}
"""What is signed for each effect that adds a right."""
