"""What each controller is shown of the registry: its own doors' grants, and pseudonyms of their cards.

A credential is listed only where its holder has a grant, a PIN only where that grant leads to a door that
asks for PINs. Denials that were folded (see the package) are
shown by leaving out what they stop.

Pure.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from card_registry.authority.warrant import BoundCredential, HeldGrant
from card_registry.pseudonym import match_of
from card_registry.registry import SPREAD
from card_registry.shown import CredentialRow, GrantRow, PinRow, Plan, Shard
from card_registry.statements import ControllerEntry, Directory, Policy
from card_registry.words import (
    CardId,
    ControllerId,
    ControllerKind,
    ControllerStatus,
    DoorId,
    GrantKind,
    HolderId,
    PinDemand,
    Subject,
)

Serials = Mapping[tuple[Subject, str], int]


@dataclass(frozen=True, slots=True)
class HolderRows:
    """What one controller is shown of one holder; a holder has at most one PIN."""

    credentials: list[CredentialRow] = field(default_factory=list)
    grants: list[GrantRow] = field(default_factory=list)
    pins: list[PinRow] = field(default_factory=list)


ShardDraft = dict[HolderId, HolderRows]


def concerned(directory: Directory, doors: Iterable[DoorId]) -> tuple[ControllerEntry, ...]:
    """Give the trusted controllers that serve one of ``doors``."""
    wanted = frozenset(doors)
    return tuple(
        entry
        for entry in directory.controllers
        if entry.kind is ControllerKind.DOOR
        and entry.status is ControllerStatus.ACTIVE
        and wanted & {rule.id for rule in entry.doors}
    )


def grant_rows(
    entry: ControllerEntry, held: Iterable[HeldGrant], folded: Serials, now: int
) -> list[GrantRow]:
    """Give one holder's grants as a controller is shown them: not those ended, nor those folded away."""
    mine = {rule.id for rule in entry.doors}
    return [
        _grant_row(grant, tuple(door for door in grant.terms.doors if door in mine))
        for grant in held
        if mine & set(grant.terms.doors) and grant.terms.ends > now and _stands(grant, folded)
    ]


def credential_rows(
    key: bytes,
    bound: Iterable[BoundCredential],
    shown: Iterable[GrantRow],
    denied: Mapping[CardId, int],
    folded: Serials,
) -> list[CredentialRow]:
    """Give one holder's credentials as a controller is shown them: those that some shown grant can open.

    ``denied`` holds the newest denial of each denied card. A grant that lifts a later denial (of the holder,
    or of another card) would clear an earlier one of this card as well, so a denied card is left out unless
    a grant lifts exactly its own denial: a lost card never comes back with its holder.
    """
    lifted = {grant.clears for grant in shown}
    return [
        CredentialRow(match_of(key, bytes.fromhex(one.digest)), one.card, one.holder, one.kind, one.tier)
        for one in bound
        if lifted and _listed(denied.get(one.card, 0), lifted, folded.get((Subject.CARD, one.card), 0))
    ]


def pin_rows(entry: ControllerEntry, pin: PinRow | None, shown: Iterable[GrantRow]) -> list[PinRow]:
    """Give a holder's PIN where a shown grant leads to a door that asks for one; emergency cards never do."""
    asking = {rule.id for rule in entry.doors if rule.pin is not PinDemand.NEVER}
    asked = any(grant.kind is not GrantKind.DARURAT and asking & set(grant.doors) for grant in shown)
    return [pin] if pin is not None and asked else []


def open_shard(shard: Shard) -> ShardDraft:
    """Give a shard's rows by holder, to be changed."""
    draft: ShardDraft = {}
    for row in shard.credentials:
        draft.setdefault(row.holder, HolderRows()).credentials.append(row)
    for grant in shard.grants:
        draft.setdefault(grant.holder, HolderRows()).grants.append(grant)
    for pin in shard.pins:
        draft.setdefault(pin.holder, HolderRows()).pins.append(pin)
    return draft


def close_shard(controller: ControllerId, number: int, draft: ShardDraft) -> Shard:
    """Give the shard of a draft, its rows in a fixed order."""
    credentials = sorted(
        (row for rows in draft.values() for row in rows.credentials), key=lambda row: row.match
    )
    grants = sorted((row for rows in draft.values() for row in rows.grants), key=lambda row: row.id)
    pins = sorted((row for rows in draft.values() for row in rows.pins), key=lambda row: row.holder)
    return Shard(1, controller, number, tuple(credentials), tuple(grants), tuple(pins))


def plan_of(entry: ControllerEntry, policy: Policy) -> Plan:
    """Give a controller's plan: the officers' schedules, the enroller's door rules, as many shards as fit."""
    return Plan(1, entry.id, policy.schedules, entry.doors, SPREAD)


def _listed(serial: int, lifted: Collection[int], folded: int) -> bool:
    """Say whether a card with this newest denial is shown; doors still hold a denial that is not folded."""
    return serial in {0, *lifted} or (serial > max(lifted) and serial > folded)


def _stands(grant: HeldGrant, folded: Serials) -> bool:
    keys = ((Subject.GRANT, grant.terms.id), (Subject.HOLDER, grant.terms.holder))
    return all(grant.terms.clears >= folded.get(key, 0) for key in keys)


def _grant_row(grant: HeldGrant, doors: tuple[DoorId, ...]) -> GrantRow:
    terms = grant.terms
    return GrantRow(
        terms.id,
        terms.holder,
        doors,
        terms.schedule,
        terms.begins,
        terms.ends,
        terms.kind,
        terms.escort,
        terms.override,
        terms.clears,
        grant.weak,
    )
