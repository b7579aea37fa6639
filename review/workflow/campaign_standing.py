"""How rights under review stand outside it: which ended meanwhile, and which operators can still enter."""

from collections import Counter
from collections.abc import Iterable, Mapping

from sqlalchemy import Connection

from card_registry.words import CaseId, HolderId, Subject
from review.campaign import ended
from review.campaign.scope import REVIEWED
from review.people import Role
from review.store import campaigns, cases, grants, holders, people, removals
from review.store.campaigns import Kept
from review.store.grants import OfficeGrant
from review.store.removals import RemovalKind


def entering(connection: Connection, living: Iterable[OfficeGrant], now: int) -> Mapping[HolderId, int]:
    """Count, for each operator of the office, the living rights by which they can enter."""
    everybody = people.everyone(connection, now)
    keeping = {holders.key_of(one.name, one.unit) for one in everybody if Role.OPERATOR in one.roles}
    return Counter(
        one.terms.holder
        for one in living
        if one.terms.kind in REVIEWED and holders.key_of(one.holder_name, one.holder_unit) in keeping
    )


def note_ended(connection: Connection, case: CaseId, rows: Iterable[Kept], now: int) -> int:
    """Note on each undecided row whose right ended elsewhere how it did; give how many there were."""
    mine = {one.target for one in removals.of_case(connection, case)}
    waiting = [one for one in rows if one.item.outcome() is None and not one.item.has_ended()]
    known = {one.terms.id: one for one in grants.listed(connection)} if waiting else {}
    count = 0
    for kept in waiting:
        why = "" if kept.item.grant in mine else _why(connection, known.get(kept.item.grant), now)
        if why:
            campaigns.say(connection, kept, ended(kept.item, why, now))
            count += 1
    return count


def _why(connection: Connection, given: OfficeGrant | None, now: int) -> str:
    """Say how a right ended; empty while it has not. What another case only suspended may come back."""
    if given is None or given.removed is RemovalKind.SUSPENDED:
        return ""
    if given.removed is RemovalKind.REMOVED:
        gone = removals.of_target(connection, Subject.GRANT, given.terms.id)
        file = cases.load(connection, gone[0].case) if gone else None
        return "dicabut" if file is None else f"dicabut melalui {file.number}"
    return "masa berlakunya habis" if given.terms.ends <= now else ""
