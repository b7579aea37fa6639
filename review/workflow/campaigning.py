"""Reviews as they run (P1): rows made from the doors' own numbers, asked about, decided, carried out.

The case moves by its table like any other; here is what its steps cause, and what is said about single rows
between them.

Decisions:

* 2026-11-21: a campaign's rows are made when its case begins, by the clock or by hand, so that what the
  operator checks in step 1 is already the list that will be decided.
* 2026-11-21: denials at the door are counted for the holder, not for the right, because a tap that was
  refused often rests on no right at all.
* 2026-11-21: a right that an earlier review left suspended stands on the next one as well, to be taken away
  or left so; given back it is asked for anew (S1.A). Nothing stays suspended without being looked at.
* 2026-11-21: a right that silence suspended and that is then kept is given back by a new grant, signed with
  the answer "lengkap"; so is a right that is narrowed, whose old grant is withdrawn in step 6.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection

from card_registry.words import CaseId, HolderId, PersonId
from review import outside
from review.campaign import (
    BY_CLOCK,
    EVERYTHING,
    Cause,
    Evidence,
    Item,
    Scope,
    Span,
    advise,
    months_before,
    quarter_before,
)
from review.campaign.evidence import HeldCard
from review.inventory import DeviceStatus
from review.office import Office
from review.people import Person, Role
from review.store import campaigns, cards, grants, holders, inventory, people, standards, sums
from review.store.campaigns import Campaign, Kept
from review.store.grants import OfficeGrant
from review.store.removals import RemovalKind
from review.workflow.office_lists import OUTSIDERS
from review.workflow.reminding import calendar_of


def take_stock(
    connection: Connection, office: Office, case: CaseId, scope: Scope = EVERYTHING, cause: Cause = BY_CLOCK
) -> Campaign:
    """Make a campaign's rows: every living right in its scope, with what the doors say of it until now."""
    calendar = calendar_of(office, connection)
    while sums.bring_up(connection, calendar):
        pass
    today = office.today()
    looked_at = quarter_before(today) if scope == EVERYTHING else months_before(today)
    numbers, now = standards.in_force(connection), office.clock()
    published = outside.publication(office.registry)
    new = Campaign(case, looked_at, now, published, numbers.thresholds, None, scope, cause, numbers.limits)
    living = [one for one in reviewed(connection, now) if scope.takes(one.terms, one.holder_unit)]
    known = _Known.read(connection, office, looked_at)
    living.sort(key=lambda one: (one.holder_unit.casefold(), one.holder_name.casefold(), one.terms.id))
    rows = [known.row(office, position, one, new) for position, one in enumerate(living, 1)]
    campaigns.add(connection, new, rows)
    return new


def reviewed(connection: Connection, now: int) -> list[OfficeGrant]:
    """Give the rights that stand for review: those in force, and those that a review before suspended."""
    held = campaigns.suspended(connection)
    return [
        one
        for one in grants.listed(connection)
        if one.lives(now)
        and (one.removed is None or (one.removed is RemovalKind.SUSPENDED and one.terms.id in held))
    ]


@dataclass(frozen=True, slots=True)
class _Known:
    """What all rows of a campaign are made from, read once."""

    used: Mapping[str, sums.Used]
    denied: Mapping[str, int]
    last: Mapping[str, int]
    cards: Mapping[HolderId, tuple[HeldCard, ...]]
    servers: Mapping[str, int]
    accounts: Mapping[str, tuple[Person, ...]]
    own_units: frozenset[str]

    @classmethod
    def read(cls, connection: Connection, office: Office, span: Span) -> "_Known":
        """Read it."""
        since, until = span.months()
        everybody = people.everyone(connection, office.clock())
        accounts = defaultdict[str, list[Person]](list)
        for person in everybody:
            accounts[holders.key_of(person.name, person.unit)].append(person)
        return cls(
            sums.used(connection, since, until),
            sums.denied(connection, since, until),
            sums.last_entries(connection),
            _cards(connection),
            _servers(connection),
            {key: tuple(found) for key, found in accounts.items()},
            frozenset(one.unit.casefold() for one in everybody if one.roles - OUTSIDERS),
        )

    def row(self, office: Office, position: int, grant: OfficeGrant, new: Campaign) -> Kept:
        """Make one row."""
        evidence = self.evidence(grant, new)
        own = self.accounts.get(holders.key_of(grant.holder_name, grant.holder_unit), ())
        roles = frozenset[Role]().union(*(one.roles for one in own))
        item = Item(
            grant.terms.id,
            grant.terms.holder,
            grant.holder_unit,
            frozenset(PersonId(one.id) for one in own),
            Role.KADIS if Role.KABID in roles else Role.KABID,
            Role.OPERATOR in roles,
            advise(evidence, new.thresholds),
        )
        return Kept(office.token(), position, item, evidence)

    def evidence(self, grant: OfficeGrant, new: Campaign) -> Evidence:
        """Give the numbers of one right."""
        terms = grant.terms
        used = self.used.get(terms.id, sums.Used(0, 0, 0))
        unit = grant.holder_unit.casefold()
        return Evidence(
            new.taken,
            terms.begins,
            terms.ends,
            used.entries,
            self.denied.get(terms.holder, 0),
            used.outside,
            self.last.get(terms.id),
            self.cards.get(terms.holder, ()),
            escort=terms.escort,
            servers=None if unit in self.own_units else self.servers.get(unit, 0),
        )


def _cards(connection: Connection) -> dict[HolderId, tuple[HeldCard, ...]]:
    found = defaultdict[HolderId, list[HeldCard]](list)
    for card in cards.everybodys(connection):
        found[card.holder].append(HeldCard(card.number, card.status, card.tier))
    return {holder: tuple(held) for holder, held in found.items()}


def _servers(connection: Connection) -> dict[str, int]:
    found = defaultdict[str, int](int)
    for kept in inventory.devices(connection):
        if kept.device.status is not DeviceStatus.RETURNED:
            found[kept.device.owner.casefold()] += 1
    return dict(found)
