"""A review opened by hand, besides the quarterly ones: of a unit, a door or a holder, because of an event."""

from card_registry.words import CaseId
from review.access import Permission, Refused, may
from review.campaign import EVERYTHING, Cause, Scope
from review.office import Office
from review.people import Person
from review.store import audit, grants
from review.store.transaction import writing
from review.workflow.beginning import begin_alone

REVIEW = "P1"
"""The procedure of a review."""

LONGEST = 200
"""The longest reason, in characters."""


def open_review(office: Office, person: Person, scope: Scope, why: str) -> CaseId | Refused:
    """Open a review now, of the rights in a scope; one without any right is refused."""
    allowed, why = may(person, Permission.OPEN_REVIEW), " ".join(why.split())
    if isinstance(allowed, Refused):
        return allowed
    if not 0 < len(why) <= LONGEST:
        return Refused(f"Sebutkan peristiwa yang menjadi alasan review, paling panjang {LONGEST} karakter.")
    if scope == EVERYTHING:
        return Refused("Pilih unit kerja, pintu, atau pemegang yang ditinjau.")
    now = office.clock()
    with writing(office.store) as connection:
        if not any(scope.takes(one.terms, one.holder_unit) for one in grants.all_active(connection, now)):
            return Refused("Tidak ada hak akses yang berlaku pada pilihan ini.")
        table = office.procedure(REVIEW)
        case = begin_alone(connection, office, table, ("", f"dibuka: {why}."), scope, Cause(why, person.id))
        audit.record(connection, person.id, "review.buka", f"case/{case.id}", now, why)
    return case.id
