"""Enrolment: the enroller enters a controller's keys into the signed directory and gives it its bundle.

The same request gives the same bundle, so an interrupted enrolment is simply run again. New keys come with
an invitation, which is used up in the transaction that trusts them, and where the controller was known with
a later epoch; one that only demands something else at its doors, with the keys it has, needs none. A
controller that was cut off comes back with new keys only, and is given new pseudonyms.

That the request came from the device in front of a person, and from nobody else, is what that person says
with the six words (``devices.command``); here it has been said.

2026-11-21: a request may change the doors' rules without a later epoch, because the journal goes on under the
same keys: a site that begins to ask for PINs would otherwise have to make its controller anew.
"""

import hashlib
from dataclasses import replace
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import Connection, Engine

from card_registry import canonical, invitation
from card_registry.authority import integrity, store
from card_registry.authority.devices import certificates, kept
from card_registry.authority.devices.certificates import Draw
from card_registry.authority.keys import SignerKeys
from card_registry.authority.officers.ground import read_ground, require_keys
from card_registry.authority.rows import close_shard, plan_of
from card_registry.authority.turn import Turn
from card_registry.authority.warrant import Charter
from card_registry.certificate import Authority
from card_registry.enrolment import Bundle, EnrolRequest
from card_registry.errors import OperatorMistaken
from card_registry.journal.event import Versions
from card_registry.registry import SPREAD
from card_registry.statements import ControllerEntry, Directory, FormerKey
from card_registry.trust.publish import Edition, SigningKeys, version_of
from card_registry.trust.slots import DIRECTORY, Role, grants_role, meta_slot, plan_slot, shard_slot
from card_registry.trust.verify import read_charter
from card_registry.words import ControllerId, ControllerStatus

VERSION = 1
KEY = 32
"""How many random bytes key a controller's pseudonyms."""


def enrol(
    registry: Engine,
    keys: tuple[SignerKeys, Ed25519PrivateKey],
    request: EnrolRequest,
    scratch: Path,
    now: int,
    draw: Draw,
    authority: Authority | None = None,
) -> Bundle:
    """Trust a controller, or give its bundle again.

    Args:
        registry: The store, founded.
        keys: The signer's keys, and the enroller's.
        request: As opened from the controller's own sealed request.
        scratch: A folder in RAM.
        now: Server clock, milliseconds.
        draw: Gives that many random bytes.
        authority: Certifies the controller's TLS key; without it the bundle has no certificate.

    Raises:
        OperatorMistaken: Another site's request, a door known elsewhere, a schedule that the officers did not
            sign, or new keys without a later epoch or without an invitation that is good.
        Forged: The request is not signed with its invitation.
        StoreBroken: The store was changed by another hand; nothing is shown from it.
    """
    signer, enroller = keys
    entry = _entry(request)
    with registry.begin() as connection:
        number = store.lock(connection)
        charter = Charter(*read_charter(store.SlotRows(connection), signer.root, scratch))
        require_keys(store.SlotRows(connection), signer, enroller)
        known = {one.id: one for one in charter.directory.controllers}.get(entry.id)
        entry = _succeed(entry, known)
        given = store.get_value(connection, kept.bundle_name(entry.id))
        if given is not None and known == entry and request.site == charter.policy.site:
            return Bundle.read(given)
        _check(charter, request, known)
        _admit(connection, request, known, now)
        integrity.check(connection, charter, signer.root, scratch)
        pseudonym = _pseudonym(connection, known, entry.id, draw)
        store.set_controller(connection, entry, pseudonym)
        charter = replace(charter, directory=_with(charter.directory, entry))
        edition = Edition(
            store.SlotRows(connection), SigningKeys(signer.grants, signer.online, enroller), number + 1, now
        )
        _open(edition, charter, entry)
        store.publish(connection, edition.close(), edition.number, now)
        # Rows the controller had under its former doors are written anew; nothing shows before the commit.
        turn = Turn(connection, signer, charter, (edition.number, now))
        turn.show_everyone()
        turn.publish()
        bundle = _bundle(connection, signer, entry, pseudonym, number + 2)
        if authority is not None and entry.tls_key:
            bundle = _certified(connection, authority, bundle, (known, entry), now, draw)
        store.set_values(connection, {kept.bundle_name(entry.id): canonical.encode(bundle)})
    return bundle


def _entry(request: EnrolRequest) -> ControllerEntry:
    return ControllerEntry(
        request.controller,
        request.kind,
        ControllerStatus.ACTIVE,
        request.epoch,
        request.log_key,
        request.seal_key,
        request.doors,
        request.tls_key,
    )


def _succeed(entry: ControllerEntry, known: ControllerEntry | None) -> ControllerEntry:
    """Keep the log keys of earlier enrolments: what they signed stays to be proven."""
    if known is None:
        return entry
    ended = () if known.epoch == entry.epoch else (FormerKey(known.epoch, known.log_key),)
    return replace(entry, former=(*known.former, *ended))


def _admit(connection: Connection, request: EnrolRequest, known: ControllerEntry | None, now: int) -> None:
    """Use up the invitation that brings new keys; known keys need none.

    Raises:
        OperatorMistaken, Forged: As ``card_registry.invitation.admit``.
    """
    if known is not None and request.epoch == known.epoch and not request.invitation:
        return
    found = kept.invitation_of(connection, request.invitation)
    invitation.admit(found, request, now)
    kept.use_invitation(connection, request.invitation, now, invitation.digest_of(request))


def _pseudonym(
    connection: Connection, known: ControllerEntry | None, controller: ControllerId, draw: Draw
) -> bytes:
    """Give the controller's pseudonym key; who took a controller that was cut off knows the old one."""
    lost = known is not None and known.status is ControllerStatus.REVOKED
    return (None if lost else store.pseudonym_keys(connection).get(controller)) or draw(KEY)


def _certified(
    connection: Connection,
    authority: Authority,
    bundle: Bundle,
    entries: tuple[ControllerEntry | None, ControllerEntry],
    now: int,
    draw: Draw,
) -> Bundle:
    """Lay the certificate of the TLS key into the bundle; what an earlier key held is taken back."""
    known, entry = entries
    if known is not None and known.tls_key != entry.tls_key:
        certificates.take_back(connection, authority, entry.id, now)
    pem = certificates.current(connection, authority, entry)
    pem = pem or certificates.issue(connection, authority, entry, now, draw)
    return replace(bundle, authority=authority.pem, certificate=pem.decode())


def _check(charter: Charter, request: EnrolRequest, known: ControllerEntry | None) -> None:
    site = charter.policy.site
    if request.site != site:
        message = f"the request is for site {request.site}; this registry is of {site}"
        raise OperatorMistaken(message)
    if known is not None and known.status is ControllerStatus.REVOKED and _shares(request, known):
        message = (
            f"{known.id} was cut off and its keys are not taken again; begin with a new folder there, and "
            f"with a new invitation: akses registry invite {known.id}"
        )
        raise OperatorMistaken(message)
    if known is not None and not _continues(request, known):
        message = (
            f"{request.controller} is enrolled with epoch {known.epoch} and other keys; "
            "make its new request with a later epoch"
        )
        raise OperatorMistaken(message)
    elsewhere = {
        rule.id: one.id
        for one in charter.directory.controllers
        if one.id != request.controller
        for rule in one.doors
    }
    for rule in request.doors:
        if rule.id in elsewhere:
            message = f"the door {rule.id} belongs to {elsewhere[rule.id]}; give this one another id"
            raise OperatorMistaken(message)
        if rule.pin_schedule is not None and rule.pin_schedule not in charter.policy.schedules:
            known_ones = ", ".join(sorted(charter.policy.schedules)) or "none"
            message = (
                f"the door {rule.id} asks for PINs by schedule {rule.pin_schedule[:40]!r}, which the "
                f"officers did not sign; they signed: {known_ones}"
            )
            raise OperatorMistaken(message)


def _continues(request: EnrolRequest, known: ControllerEntry) -> bool:
    """Say whether the request is of a later epoch, or of the same one with the same keys."""
    if request.epoch != known.epoch:
        return request.epoch > known.epoch
    same = (request.kind, request.log_key, request.seal_key) == (known.kind, known.log_key, known.seal_key)
    return same and known.status is ControllerStatus.ACTIVE


def _shares(request: EnrolRequest, known: ControllerEntry) -> bool:
    """Say whether a request brings a key that was known before."""
    old = {known.log_key, known.seal_key, known.tls_key} - {""}
    return not old.isdisjoint({request.log_key, request.seal_key, request.tls_key})


def _with(directory: Directory, entry: ControllerEntry) -> Directory:
    others = [one for one in directory.controllers if one.id != entry.id]
    controllers = tuple(sorted((*others, entry), key=lambda one: one.id))
    return Directory(directory.v, directory.site, controllers)


def _open(edition: Edition, charter: Charter, entry: ControllerEntry) -> None:
    """Publish the controller's keys, its own role, its plan; nobody is in its shards."""
    edition.put(Role.DOORS, DIRECTORY, canonical.encode(charter.directory))
    edition.delegate(entry.id)
    role = grants_role(entry.id)
    edition.put(role, plan_slot(entry.id), canonical.encode(plan_of(entry, charter.policy)))
    for number in range(SPREAD):
        if edition.read(shard_slot(entry.id, number)) is not None:
            shard = close_shard(entry.id, number, {})
            edition.put(role, shard_slot(entry.id, number), canonical.encode(shard))


def _bundle(
    connection: Connection, signer: SignerKeys, entry: ControllerEntry, pseudonym: bytes, number: int
) -> Bundle:
    slots = store.SlotRows(connection)
    floors = Versions(
        read_ground(slots).root.version,
        number,
        version_of(slots[meta_slot(grants_role(entry.id))]),
        version_of(slots[meta_slot(Role.DENY)]),
    )
    digest = hashlib.sha256(signer.root).hexdigest()
    site = store.site_of(connection)
    return Bundle(VERSION, site, entry.id, signer.root.hex(), digest, pseudonym.hex(), floors, entry.epoch)
