"""The numbers of a review, tuned by the administrator: checked, kept, and written into the audit trail.

They count for the reviews that are opened afterwards; a running one keeps its own.
"""

from collections.abc import Mapping

from review.access import Permission, Refused, may
from review.campaign.standards import Standards, read, values
from review.office import Office
from review.people import Person
from review.store import audit, standards
from review.store.transaction import writing


def tune(office: Office, person: Person, given: Mapping[str, int]) -> Standards | Refused:
    """Keep other numbers; those not named stay as they are."""
    allowed = may(person, Permission.TUNE_REVIEW)
    if isinstance(allowed, Refused):
        return allowed
    with writing(office.store) as connection:
        before = values(standards.in_force(connection))
        wanted = read({**before, **given})
        if isinstance(wanted, Refused):
            return wanted
        now = values(wanted)
        told = [f"{name} {before[name]}->{now[name]}" for name in now if now[name] != before[name]]
        if told:
            standards.put(connection, wanted)
            detail = ", ".join(told)
            audit.record(connection, person.id, "review.ambang", "review/ambang", office.clock(), detail)
    return wanted
