"""Who holds which right in the invented office: people, cards, doors, and five years of grants.

Everything is made from numbers and is the same each time. A holder's right is renewed year by year, back to
when they first had it; some rights were taken away before their end.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from random import Random
from zoneinfo import ZoneInfo

from card_registry.instant import DAY
from card_registry.journal.event import Versions
from card_registry.pseudonym import match_of
from card_registry.registry import Registry
from card_registry.rule import DoorRule
from card_registry.schedule import Schedule, Window
from card_registry.shown import CredentialRow, GrantRow
from card_registry.statements import GrantTerms, Policy
from card_registry.words import (
    Approval,
    CardId,
    Clockless,
    ControllerId,
    CredentialKind,
    DoorId,
    ExpiredPolicy,
    GrantId,
    GrantKind,
    HolderId,
    SiteId,
    Tier,
)

SITE, ZONE = SiteId("contoh"), "Asia/Jakarta"
CONTROLLERS, DOORS_EACH = 10, 4
LIVING = 5_000
"""Rights in force at the end (issue 6, Numbers)."""

PER_HOLDER = 5 / 3
DAYS = 1_826
END = int(datetime(2026, 10, 1, 8, tzinfo=ZoneInfo(ZONE)).timestamp() * 1000)
"""The first working day of a quarter: the review of the quarter before opens."""

BEGIN = int(datetime(2021, 10, 1, tzinfo=ZoneInfo(ZONE)).timestamp() * 1000)
YEAR = 365 * DAY
OFFICE = "jam-kerja"
SCHEDULES = {OFFICE: Schedule(ZONE, (Window((0, 1, 2, 3, 4), 7 * 60, 17 * 60),))}


@dataclass(frozen=True, slots=True)
class Held:
    """One grant of the past or of now; ``taken`` is when it was taken away before its end."""

    number: int
    holder: int
    terms: GrantTerms
    taken: int | None = None

    def lives(self, at: int) -> bool:
        """Say whether it could be used at a moment."""
        return self.terms.begins <= at < (self.taken or self.terms.ends)


def token(what: str, number: int) -> str:
    """Give the same 32 hex digits for the same number."""
    return hashlib.sha256(f"{what} {number}".encode()).hexdigest()[:32]


def controllers() -> tuple[ControllerId, ...]:
    """Name the controllers."""
    return tuple(ControllerId(f"pengendali-{one}") for one in range(1, CONTROLLERS + 1))


def doors_of(controller: ControllerId) -> tuple[DoorId, ...]:
    """Name the doors that a controller drives."""
    place = controllers().index(controller) * DOORS_EACH
    return tuple(DoorId(f"pintu-{one:02}") for one in range(place + 1, place + DOORS_EACH + 1))


def rule_of(door: DoorId) -> DoorRule:
    """Give what a door demands."""
    return DoorRule(door, Tier.PUBLIC_KEY, Clockless.ALWAYS_ONLY)


def policy(*receipt_keys: str) -> Policy:
    """Give the site's policy."""
    return Policy(
        v=1,
        site=SITE,
        approval=Approval.SIGNATURE,
        grace=7 * DAY,
        expired=ExpiredPolicy.KEEP,
        ntp_trusted=True,
        zone=ZONE,
        receipt_keys=receipt_keys,
        order_keys=(),
        authority_keys=(),
        schedules=SCHEDULES,
    )


@dataclass(frozen=True)
class Town:
    """The office's people and rights; ``living`` is how many are in force at the end."""

    living: int = LIVING

    @property
    def holders(self) -> int:
        """Count the people who hold a right or held one."""
        return max(1, round(self.living / PER_HOLDER))

    @cached_property
    def grants(self) -> tuple[Held, ...]:
        """Give every right there ever was, those in force first."""
        chance, found = Random(5), list[Held]()  # noqa: S311 - the same people in every run
        for number in range(self.living):
            found.append(_held(number, number % self.holders, chance, END - chance.randrange(1, 360) * DAY))
        for one in tuple(found):
            begins = one.terms.begins - YEAR
            while begins > BEGIN - YEAR and chance.random() < 0.6:  # noqa: PLR2004 - three of five are renewals
                found.append(_held(len(found), one.holder, chance, begins, one.terms))
                begins -= YEAR
        return tuple(found)

    def registry(self, controller: ControllerId) -> Registry:
        """Give what decides at a controller, of all years: windows end by themselves."""
        mine, rows = set(doors_of(controller)), dict[HolderId, tuple[GrantRow, ...]]()
        for one in self.grants:
            if mine & set(one.terms.doors):
                rows[one.terms.holder] = (*rows.get(one.terms.holder, ()), _row(one))
        names = self.names(controller)
        credentials = {name: _credential(name, holder) for holder, name in names.items()}
        rules = {door: rule_of(door) for door in mine}
        return Registry(credentials, rows, SCHEDULES, rules, {}, Versions(1, 1, 1, 1), policy())

    def names(self, controller: ControllerId) -> Mapping[int, str]:
        """Give each holder's card its name at a controller."""
        key = hashlib.sha256(f"pseudonym {controller}".encode()).digest()
        return {
            holder: match_of(key, hashlib.sha256(f"card {holder}".encode()).digest())
            for holder in range(self.holders)
        }


def holder_id(number: int) -> HolderId:
    """Give a holder's id."""
    return HolderId(token("holder", number))


def card_id(holder: int) -> CardId:
    """Give the id of a holder's card."""
    return CardId(token("card", holder))


def _credential(name: str, holder: int) -> CredentialRow:
    return CredentialRow(name, card_id(holder), holder_id(holder), CredentialKind.PKOC, Tier.PUBLIC_KEY)


def _held(number: int, holder: int, chance: Random, begins: int, after: GrantTerms | None = None) -> Held:
    """Give a grant; one that another renewed is like it."""
    every = [door for one in controllers() for door in doors_of(one)]
    terms = GrantTerms(
        GrantId(token("grant", number)),
        holder_id(holder),
        tuple(sorted(chance.sample(every, chance.choice((1, 1, 2, 3))))) if after is None else after.doors,
        (OFFICE if chance.random() < 0.5 else None) if after is None else after.schedule,  # noqa: PLR2004 - half
        begins,
        begins + YEAR,
        GrantKind.TETAP if holder % 7 else GrantKind.SEMENTARA,
    )
    gone = after is not None and chance.random() < 0.05  # noqa: PLR2004 - one of twenty was taken away
    return Held(number, holder, terms, terms.ends - 30 * DAY if gone else None)


def _row(one: Held) -> GrantRow:
    terms = one.terms
    return GrantRow(
        terms.id,
        terms.holder,
        terms.doors,
        terms.schedule,
        terms.begins,
        one.taken or terms.ends,
        terms.kind,
        escort=False,
        override=False,
        clears=0,
        weak=False,
    )
