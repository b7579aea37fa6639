"""Invitations and certificates as the registry store keeps them, inside its writer's transaction.

Nothing here decides: whether an invitation covers a request is ``card_registry.invitation``'s to say.
"""

from sqlalchemy import Connection, delete, insert, select, update

from card_registry.authority import store
from card_registry.certificate import Holding
from card_registry.invitation import Issued
from card_registry.stores import registry as tables
from card_registry.words import ControllerId, ControllerKind


def bundle_name(controller: ControllerId) -> str:
    """Name the value that keeps a controller's bundle, so that an interrupted enrolment gives it again."""
    return f"bundle/{controller}"


def put(connection: Connection, slots: dict[str, bytes]) -> None:
    """Replace slots that no TUF role names; the publication's number stays."""
    number, at = store.number_of(connection), store.published_at(connection)
    store.publish(connection, slots, number, at)


def open_invitation(connection: Connection, invitation: Issued) -> None:
    """Keep a new invitation; an earlier one of the same controller that was not used is none any more."""
    close_invitations(connection, invitation.controller)
    connection.execute(
        insert(tables.invitation).values(
            public=invitation.public,
            controller=invitation.controller,
            kind=invitation.kind,
            epoch=invitation.epoch,
            ends=invitation.ends,
            used=0,
            request="",
        )
    )


def close_invitations(connection: Connection, controller: ControllerId) -> None:
    """Forget a controller's invitations that were not used."""
    row = tables.invitation.c
    connection.execute(delete(tables.invitation).where(row.controller == controller, row.used == 0))


def invitation_of(connection: Connection, public: str) -> Issued | None:
    """Give an invitation by its public key."""
    row = tables.invitation.c
    found = connection.execute(select(tables.invitation).where(row.public == public)).first()
    if found is None:
        return None
    controller, kind = ControllerId(found.controller), ControllerKind(found.kind)
    return Issued(found.public, controller, kind, found.epoch, found.ends, found.used, found.request)


def use_invitation(connection: Connection, public: str, now: int, request: str) -> None:
    """Use an invitation up."""
    row = tables.invitation.c
    used = update(tables.invitation).where(row.public == public).values(used=now, request=request)
    connection.execute(used)


def add_certificate(connection: Connection, holding: Holding) -> None:
    """Remember a certificate, so that it can be taken back."""
    connection.execute(
        insert(tables.certificate).values(
            serial=holding.serial, controller=holding.identity, ends=holding.ends, revoked=0
        )
    )


def revoke_certificates(connection: Connection, controller: ControllerId, now: int) -> int:
    """Take back what a controller holds; give how many certificates that were."""
    row = tables.certificate.c
    mine = update(tables.certificate).where(row.controller == controller, row.revoked == 0)
    return connection.execute(mine.values(revoked=now)).rowcount


def revoked(connection: Connection, now: int) -> dict[str, int]:
    """Give the revoked certificates whose time is not over: serial to when."""
    row = tables.certificate.c
    found = connection.execute(select(row.serial, row.revoked).where(row.revoked > 0, row.ends > now))
    return {one.serial: one.revoked for one in found}
