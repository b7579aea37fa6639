"""A review opened by hand, besides the quarterly ones: of a unit, a door or a holder, because of an event.

Decisions:

* 2026-11-21: while a review with the same scope runs, another is not opened. A page sent twice, or a program
  that tries again, so makes no second one, and nobody is asked the same twice.
"""

from sqlalchemy import Connection

from card_registry.words import CaseId
from review.access import Permission, Refused, may
from review.campaign import EVERYTHING, Cause, Scope
from review.case import CaseState
from review.office import Office
from review.people import Person
from review.store import audit, campaigns, cases, grants
from review.store.grants import OfficeGrant
from review.store.transaction import writing
from review.workflow.beginning import begin_alone

REVIEW = "P1"
"""The procedure of a review."""

LONGEST = 200
"""The longest reason, in characters."""


def open_review(office: Office, person: Person, scope: Scope, why: str, holder: str = "") -> CaseId | Refused:
    """Open a review now, of the rights in a scope; one without any right is refused.

    ``holder`` names somebody instead of the scope's id, among those who have a right in it.
    """
    allowed, why = may(person, Permission.OPEN_REVIEW), " ".join(why.split())
    if isinstance(allowed, Refused):
        return allowed
    if not 0 < len(why) <= LONGEST:
        return Refused(f"Sebutkan peristiwa yang menjadi alasan review, paling panjang {LONGEST} karakter.")
    if scope == EVERYTHING and not holder.strip():
        return Refused("Pilih unit kerja, pintu, atau pemegang yang ditinjau.")
    now = office.clock()
    with writing(office.store) as connection:
        table = office.procedure(REVIEW)
        wanted = _wanted(connection, scope, holder, now)
        if isinstance(wanted, Refused):
            return wanted
        case = begin_alone(connection, office, table, ("", f"dibuka: {why}."), wanted, Cause(why, person.id))
        audit.record(connection, person.id, "review.buka", f"case/{case.id}", now, why)
    return case.id


def _wanted(connection: Connection, scope: Scope, name: str, now: int) -> Scope | Refused:
    """Give the scope with its holder's id, if there is a right in it and no review of it runs."""
    living = [one for one in grants.all_active(connection, now) if scope.takes(one.terms, one.holder_unit)]
    called = _called(living, name)
    if isinstance(called, Refused):
        return called
    wanted = Scope(scope.unit, scope.door, called or scope.holder)
    if not living:
        return Refused("Tidak ada hak akses yang berlaku pada pilihan ini.")
    for one in campaigns.newest(connection):
        file = cases.load(connection, one.case) if one.scope == wanted else None
        if file is not None and file.case.state is not CaseState.CLOSED:
            return Refused(f"Review dengan pilihan yang sama sedang berjalan: {file.number}.")
    return wanted


def _called(living: list[OfficeGrant], name: str) -> str | Refused:
    """Give the id of the one holder of this name; empty where none was named."""
    plain = " ".join(name.split()).casefold()
    if not plain:
        return ""
    found = {one.terms.holder for one in living if one.holder_name.casefold() == plain}
    if not found:
        return Refused("Tidak ada pemegang hak dengan nama itu pada pilihan ini. Tulis nama lengkapnya.")
    if len(found) > 1:
        return Refused("Ada beberapa pemegang dengan nama itu. Pilih juga unit kerjanya.")
    return found.pop()
