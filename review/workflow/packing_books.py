"""Everything that the evidence pack of one review is made from, read once under one view of the store."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, select

from card_registry.words import HolderId
from review.office import Office
from review.people import SYSTEM
from review.store import campaigns, cards, grants, holders, people, removals, sums
from review.store.campaigns import Campaign, Kept
from review.store.cases import CaseFile
from review.store.grants import OfficeGrant
from review.store.removals import Removal
from review.tables import case_file
from review.workflow.cards import GONE


@dataclass(frozen=True, slots=True)
class Books:
    """What the office has about a review: its rows, every right by id, removals, and words for all ids."""

    office: Office
    file: CaseFile
    held: Campaign
    now: int
    zone: str
    rows: tuple[Kept, ...]
    grants: Mapping[str, OfficeGrant]
    gone: tuple[Removal, ...]
    restored: frozenset[str]
    cards: Mapping[HolderId, tuple[str, ...]]
    last: Mapping[str, int]
    names: Mapping[str, str]
    nips: Mapping[str, str]
    numbers: Mapping[str, str]
    signs: Mapping[str, str]

    @classmethod
    def read(cls, connection: Connection, office: Office, file: CaseFile, held: Campaign) -> "Books":
        """Read them."""
        gone = removals.of_case(connection, held.case)
        numbers = connection.execute(select(case_file.c.id, case_file.c.number))
        return cls(
            office,
            file,
            held,
            office.clock(),
            office.zone(),
            campaigns.rows(connection, held.case),
            {one.terms.id: one for one in grants.listed(connection)},
            gone,
            frozenset(one.target for one in gone if one.restored is not None),
            _cards(connection),
            sums.last_entries(connection),
            {**people.names(connection), SYSTEM: "Sistem"},
            holders.nips(connection),
            {row.id: row.number for row in numbers},
            {door.id: door.label for door in office.doors},
        )

    def day(self, at: int) -> str:
        """Give the day of a moment at the site."""
        return datetime.fromtimestamp(at / 1000, ZoneInfo(self.zone)).date().isoformat()

    def doors(self, ids: Iterable[str]) -> tuple[str, ...]:
        """Name doors as their signs do."""
        return tuple(self.signs.get(one, one) for one in ids)


def _cards(connection: Connection) -> dict[HolderId, tuple[str, ...]]:
    """Give the numbers of the cards that each holder has now."""
    found = defaultdict[HolderId, list[str]](list)
    for card in cards.everybodys(connection):
        if card.status not in GONE:
            found[card.holder].append(card.number)
    return {holder: tuple(numbers) for holder, numbers in found.items()}
