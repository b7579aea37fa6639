"""Certificates of controllers and desks: issued at enrolment, renewed before they end, never asked for.

The key that a certificate speaks of is the one in the signed directory. Where the TLS authority is not at
hand, controllers keep what they have.
"""

import logging
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import SQLAlchemyError

from card_registry import certificate
from card_registry.authority import store
from card_registry.authority.devices import kept
from card_registry.certificate import Authority
from card_registry.enrolment import Renewal
from card_registry.errors import AksesError, Forged, Malformed, OperatorMistaken
from card_registry.instant import MINUTE
from card_registry.signing import Purpose, unseal
from card_registry.statements import ControllerEntry, Directory
from card_registry.trust.verify import read_charter
from card_registry.words import ControllerId, ControllerStatus

log = logging.getLogger("akses.registry")

Draw = Callable[[int], bytes]
"""Gives that many random bytes."""


def issue(
    connection: Connection, authority: Authority, entry: ControllerEntry, now: int, draw: Draw
) -> bytes:
    """Certify a controller's TLS key, remember it, and lay it among the slots.

    Raises:
        Malformed: The key is not one of P-256.
    """
    serial = certificate.serial_of(draw(certificate.SERIAL))
    pem = certificate.certify(authority, entry.id, entry.tls_key, serial, now)
    kept.add_certificate(connection, certificate.read(pem))
    kept.put(connection, {certificate.certificate_slot(entry.id): pem})
    return pem


def current(connection: Connection, authority: Authority, entry: ControllerEntry) -> bytes | None:
    """Give the certificate among the slots when it is this authority's for the controller's key."""
    pem = store.SlotRows(connection).get(certificate.certificate_slot(entry.id))
    try:
        certificate.accept(pem or b"", authority.pem.encode(), entry.id, entry.tls_key)
    except (Malformed, Forged):
        return None
    return pem


def take_back(connection: Connection, authority: Authority, controller: ControllerId, now: int) -> int:
    """Revoke all certificates of a controller, and sign the list anew; give how many there were."""
    count = kept.revoke_certificates(connection, controller, now)
    body = certificate.revoke(authority, kept.revoked(connection, now), now)
    kept.put(connection, {certificate.certificate_slot(controller): b"", certificate.CRL_SLOT: body})
    return count


EVERY = 5 * MINUTE
"""How often the signer looks which certificates are half over, in milliseconds."""


class Renewer:
    """Looks now and then which certificates are half over, and issues new ones."""

    def __init__(
        self, registry: Engine, root: bytes, authority: Authority, scratch: Path, draw: Draw
    ) -> None:
        """Believe the directory that follows from ``root``."""
        self._registry, self._root, self._authority = registry, root, authority
        self._scratch, self._draw = scratch, draw
        self._next = 0

    def tend(self, now: int) -> bool:
        """Renew what is due, if it is time to look; say whether anything changed. Never raises for a store.

        What cannot be read or written now is tried again at the next look.
        """
        if now < self._next:
            return False
        self._next = now + EVERY
        try:
            renewed = self.round(now)
        except (AksesError, SQLAlchemyError) as error:
            log.warning("certificates are not renewed now: %s", type(error).__name__)
            return False
        for name in renewed:
            log.info("the certificate of %s is renewed", name)
        return bool(renewed)

    def round(self, now: int) -> tuple[ControllerId, ...]:
        """Renew what is due; name the controllers.

        Raises:
            SenderLied: The registry does not verify; nobody is certified from it.
        """
        with self._registry.begin() as connection:
            store.lock(connection)
            directory = _directory(connection, self._root, self._scratch)
            due = [one for one in directory.controllers if self._is_due(connection, one, now)]
            for entry in due:
                issue(connection, self._authority, entry, now, self._draw)
        return tuple(entry.id for entry in due)

    def _is_due(self, connection: Connection, entry: ControllerEntry, now: int) -> bool:
        if entry.status is not ControllerStatus.ACTIVE or not entry.tls_key:
            return False
        pem = current(connection, self._authority, entry)
        return pem is None or certificate.read(pem).half_over(now)


def renew(
    registry: Engine, trust: tuple[bytes, Authority], sealed: bytes, scratch: Path, now: int, draw: Draw
) -> tuple[ControllerId, bytes]:
    """Answer a request that was carried by hand: give the controller and its certificate.

    ``trust`` is the first root and the TLS authority; ``sealed`` the request, signed with the log key.

    Raises:
        OperatorMistaken: The controller is not enrolled here, was cut off, or asks for another TLS key.
        Forged, Malformed: The request is not the controller's.
    """
    root, authority = trust
    with registry.begin() as connection:
        store.lock(connection)
        directory = _directory(connection, root, scratch)
        entry = _asker(directory, sealed)
        pem = current(connection, authority, entry)
        if pem is None or certificate.read(pem).half_over(now):
            pem = issue(connection, authority, entry, now, draw)
    return entry.id, pem


def _asker(directory: Directory, sealed: bytes) -> ControllerEntry:
    by_key = {one.log_key: one for one in directory.controllers}
    asked = unseal(Purpose.RENEWAL, sealed, Renewal, tuple(by_key))
    entry = {one.id: one for one in directory.controllers}.get(asked.controller)
    if entry is None or asked.site != directory.site:
        message = f"{asked.controller} of {asked.site} is not enrolled here; invite it: akses registry invite"
        raise OperatorMistaken(message)
    unseal(Purpose.RENEWAL, sealed, Renewal, (entry.log_key,))
    if entry.status is not ControllerStatus.ACTIVE:
        message = f"{entry.id} was cut off and gets no certificate; its successor is invited, with new keys"
        raise OperatorMistaken(message)
    if (asked.epoch, asked.tls_key) != (entry.epoch, entry.tls_key):
        message = (
            f"{entry.id} asks for another TLS key or epoch than it is enrolled with; run init there, and "
            "enrol its request.json"
        )
        raise OperatorMistaken(message)
    return entry


def _directory(connection: Connection, root: bytes, scratch: Path) -> Directory:
    return read_charter(store.SlotRows(connection), root, scratch)[2]
