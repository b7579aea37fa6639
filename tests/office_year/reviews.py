"""What the people of the year say of the rows of a review: every right that is still used is kept."""

from collections.abc import Iterable

from card_registry.words import CaseId
from review.campaign import Item, Outcome
from review.office import Office
from review.people import Person
from review.store import campaigns
from review.store.transaction import reading
from review.workflow.campaign_rows import decide_row


def decide_rows(office: Office, case: CaseId, everybody: Iterable[Person]) -> None:
    """Have every open row decided by the first of those present who may."""
    with reading(office.store) as connection:
        rows = campaigns.rows(connection, case)
    people = tuple(everybody)
    for row in rows:
        if row.item.outcome() is None:
            tried = (
                decide_row(office, person, (case, row.id), (Outcome.KEEP, "masih diperlukan"))
                for person in people
                if row.item.judge in person.roles
            )
            next((done for done in tried if isinstance(done, Item)), None)
