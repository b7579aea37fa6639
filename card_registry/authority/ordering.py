"""Whether an order is covered, and what is signed for it: by a person's signature, or by only taking away.

The console that carries requests here is not believed. What opens or relaxes counts when an approver on the
officers' own list signed exactly this request, once, quoting the nonce of the controller's newest status,
whose signature is checked here as well. LOCKDOWN and LOCK_PIN need no signature (DESIGN §4, the key table).

2026-11-21: an order's number is the server's clock in milliseconds, or one above the last where that is
higher. It grows per key as doors demand, and goes on growing after the registry was restored from a backup;
a counter would begin below the doors' floors and every order would be refused as a replay.
2026-11-21: an order signed for a door takes the earlier ones about its mode off the sheet, so that a door
which was away does not obey a lockdown that was lifted meanwhile.

Pure.
"""

from collections.abc import Collection, Mapping
from dataclasses import replace

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from card_registry import canonical
from card_registry.authority.proving import prove
from card_registry.authority.warrant import Charter
from card_registry.errors import AksesError, Malformed, NotWarranted
from card_registry.instant import HOUR, MINUTE
from card_registry.orders import (
    MOST_ORDERS,
    PIN_ORDERS,
    TAKING,
    Order,
    OrderRequest,
    OrderSheet,
    OrderWarrant,
)
from card_registry.signing import Purpose, Sealed, digest, public_hex, seal, unseal
from card_registry.statements import ControllerEntry, Policy, Proof, Status
from card_registry.words import (
    ControllerKind,
    ControllerStatus,
    OrderKind,
    SiteId,
    require_token,
)

VERSION = 1
LIVES = 2 * MINUTE
"""How long an order that opens or relaxes may be accepted; its nonce ends about then as well."""

TAKING_LIVES = HOUR
"""How long an order that takes away may be accepted: a door that was away should still hear of it."""

MODES = frozenset({OrderKind.LOCKDOWN, OrderKind.FREE, OrderKind.NORMAL})
"""The orders of which only the newest counts for a door."""


def takes(warrant: OrderWarrant) -> bool:
    """Say whether a request only takes away; one that cannot be read takes nothing."""
    try:
        return read_request(warrant).kind in TAKING
    except NotWarranted:
        return False


def read_request(warrant: OrderWarrant) -> OrderRequest:
    """Read what the person asked for.

    Raises:
        NotWarranted: It cannot be read, or is of another version.
    """
    try:
        request = canonical.decode(warrant.request.encode(), OrderRequest, "the request")
    except (Malformed, UnicodeEncodeError) as error:
        raise NotWarranted(f"the request for an order cannot be read: {error}") from error
    if warrant.v != VERSION or request.v != VERSION:
        raise NotWarranted(f"the request for an order is of another version than {VERSION}")
    return request


def digest_of(warrant: OrderWarrant) -> str:
    """Give the digest a person signed (hex): what can be spent once."""
    return digest(Purpose.ORDER_REQUEST, warrant.request.encode()).hex()


def authorise_order(
    charter: Charter,
    warrant: OrderWarrant,
    status: bytes | None,
    used: Collection[str],
    counts: Mapping[str, int] | None = None,
) -> OrderRequest:
    """Give the request that a warrant covers; ``status`` is the controller's newest one, as stored.

    ``counts`` holds the last counter of each passkey that counts, by its public key.

    Raises:
        NotWarranted: The sentence says which rule it breaks.
    """
    request = read_request(warrant)
    entry = _entry(charter, request)
    if request.kind in PIN_ORDERS:
        _check_holder(request)
    if digest_of(warrant) in used:
        raise NotWarranted("this request was used before; give the order again")
    if request.kind not in TAKING:
        _check_proof(charter, request, warrant.proof, counts or {})
        _check_nonce(charter.policy.site, entry, request, status)
    return request


def order_of(request: OrderRequest, number: int, now: int) -> Order:
    """Give the order that a covered request becomes."""
    taking = request.kind in TAKING
    return Order(
        VERSION,
        request.site,
        request.controller,
        request.door,
        request.kind,
        number,
        None if taking else request.nonce,
        now + (TAKING_LIVES if taking else LIVES),
        request.by,
        request.holder,
    )


def key_for(
    policy: Policy, kind: OrderKind, order: Ed25519PrivateKey, online: Ed25519PrivateKey
) -> Ed25519PrivateKey:
    """Give the weakest key that the officers let sign this kind.

    Raises:
        NotWarranted: Neither key is on the officers' list.
    """
    if kind in TAKING and public_hex(online) in policy.lockdown_keys:
        return online
    if public_hex(order) in policy.order_keys:
        return order
    raise NotWarranted("the officers' policy names no key at this signer for orders; let them sign it anew")


def next_number(last: int, now: int) -> int:
    """Give the number of the next order."""
    return max(last + 1, now)


def sheet_with(sheet: OrderSheet, order: Order, key: Ed25519PrivateKey, now: int) -> OrderSheet:
    """Give a controller's sheet with one more order: those that are over or overtaken are taken off."""
    kept = [sealed for sealed in sheet.orders if _waits(read_order(sealed), order, now)]
    added = canonical.decode(seal(Purpose.ORDER, order, key), Sealed, "the order")
    return replace(sheet, orders=tuple([*kept, added][-MOST_ORDERS:]))


def read_order(sealed: Sealed) -> Order:
    """Read an order's fields; who signed it is the door's to judge.

    Raises:
        Malformed: It is not an order.
    """
    return canonical.decode(sealed.body.encode(), Order, "the order")


def _waits(known: Order, newer: Order, now: int) -> bool:
    overtaken = known.door == newer.door and {known.kind, newer.kind} <= MODES
    return known.not_after > now and not overtaken


def _entry(charter: Charter, request: OrderRequest) -> ControllerEntry:
    site = charter.policy.site
    if request.site != site:
        raise NotWarranted(f"the request is for site {request.site[:40]}, this is {site}")
    for entry in charter.directory.controllers:
        mine = entry.id == request.controller and entry.kind is ControllerKind.DOOR
        if mine and entry.status is ControllerStatus.ACTIVE:
            if request.door not in {rule.id for rule in entry.doors}:
                raise NotWarranted(f"controller {entry.id} has no door {request.door[:40]}")
            return entry
    raise NotWarranted(f"the site trusts no door controller {request.controller[:40]}")


def _check_holder(request: OrderRequest) -> None:
    try:
        require_token(request.holder or "", "the holder of a PIN order")
    except ValueError as error:
        raise NotWarranted(f"the request names no holder: {error}") from error


def _check_proof(
    charter: Charter, request: OrderRequest, proof: Proof | None, counts: Mapping[str, int]
) -> None:
    listed = [one for one in charter.people.approvers if one.person == request.by]
    if not listed:
        raise NotWarranted("who asked is not on the list that the officers signed; an approver must ask")
    if proof is None:
        raise NotWarranted(f"{request.kind} opens or relaxes and carries no signature")
    signed = digest(Purpose.ORDER_REQUEST, canonical.encode(request))
    prove(charter.policy, listed, proof, signed, counts)


def _check_nonce(site: SiteId, entry: ControllerEntry, request: OrderRequest, status: bytes | None) -> None:
    if status is None:
        raise NotWarranted(f"{entry.id} has sent no status; what opens waits until it is heard again")
    try:
        said = unseal(Purpose.STATUS, status, Status, [entry.log_key])
    except AksesError as error:
        raise NotWarranted(
            f"the stored status of {entry.id} is not its own; the ledger was changed"
        ) from error
    if (said.site, said.controller) != (site, entry.id):
        raise NotWarranted(f"the stored status of {entry.id} is of another controller")
    if request.nonce is None or request.nonce != said.nonce:
        raise NotWarranted(
            f"the request does not quote the newest status of {entry.id}; give the order again"
        )
