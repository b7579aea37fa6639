"""What the console sees of the other stores, read-only: the signer's registry and the hub's ledger.

The console trusts both stores as their writers left them: a wrong row misleads its screen and opens nothing,
because doors and signer verify everything themselves (DESIGN §4).
"""

from dataclasses import dataclass

from sqlalchemy import Engine, func, select

from card_registry import canonical
from card_registry.authority.record import Applied
from card_registry.authority.recovery import RestoreNotice
from card_registry.authority.store import RESTORE
from card_registry.errors import SenderLied
from card_registry.signing import Purpose, Sealed, unseal
from card_registry.statements import Directory, People, Policy, Status
from card_registry.stores.expiring import Notice, noted
from card_registry.stores.ledger import refusal, status
from card_registry.stores.registry import authority, outcome, site, slot
from card_registry.trust.publish import version_of
from card_registry.trust.slots import Role, meta_slot
from card_registry.words import ControllerId, ControllerStatus

WARRANT = "warrant"
BINDING = "binding"
"""The two sources of a change, as ``registry.outcome`` names them."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the authority did with a warrant or a binding."""

    applied: bool
    sentence: str
    grants: int
    deny: int
    authority: int | None = None


@dataclass(frozen=True, slots=True)
class Seen:
    """A controller's newest verified status, and when it arrived."""

    status: Status
    received: int


def outcome_of(registry: Engine, source: str, reference: str) -> Outcome | None:
    """Give the authority's answer, None while there is none."""
    query = select(outcome).where(outcome.c.source == source, outcome.c.reference == reference)
    with registry.connect() as connection:
        row = connection.execute(query).first()
    if row is None:
        return None
    return Outcome(row.applied, row.sentence, row.grants or 0, row.deny or 0, row.authority)


def serial_of(registry: Engine, seq: int) -> int | None:
    """Give the number that a record of the authority log gave its order or denial."""
    query = select(authority.c.body).where(authority.c.seq == seq)
    with registry.connect() as connection:
        body = connection.scalar(query)
    return None if body is None else canonical.decode(bytes(body), Applied, "a record").serial


def _slot(registry: Engine, name: str) -> bytes | None:
    with registry.connect() as connection:
        body = connection.scalar(select(slot.c.body).where(slot.c.name == name))
    return None if body is None else bytes(body)


def policy(registry: Engine) -> Policy | None:
    """Give the site's policy as the officers signed it, None before the registry is founded."""
    body = _slot(registry, "site/policy")
    return None if body is None else canonical.decode(body, Policy, "site/policy")


def people(registry: Engine) -> People | None:
    """Give the approvers as the officers signed them, None before the registry is founded."""
    body = _slot(registry, "site/people")
    return None if body is None else canonical.decode(body, People, "site/people")


def directory(registry: Engine) -> Directory | None:
    """Give the controllers and desks the site trusts, None before the registry is founded."""
    body = _slot(registry, "doors/directory")
    return None if body is None else canonical.decode(body, Directory, "doors/directory")


def expiring(registry: Engine) -> tuple[Notice, ...]:
    """Give the signatures that end soon, as the signer last noted them."""
    with registry.connect() as connection:
        return noted(connection)


def cut_off(registry: Engine) -> frozenset[ControllerId]:
    """Name the controllers and desks that the site trusts no more."""
    listed = directory(registry)
    revoked = ControllerStatus.REVOKED
    return frozenset(one.id for one in listed.controllers if one.status is revoked) if listed else frozenset()


def statuses(ledger: Engine) -> dict[ControllerId, Seen]:
    """Give every controller's newest status."""
    with ledger.connect() as connection:
        rows = connection.execute(select(status.c.controller, status.c.body, status.c.received)).all()
    found = {}
    for row in rows:
        sealed = canonical.decode(bytes(row.body), Sealed, "a stored status")
        said = canonical.decode(sealed.body.encode(), Status, "a stored status")
        found[ControllerId(row.controller)] = Seen(said, row.received)
    return found


def proven(ledger: Engine, known: Directory) -> dict[ControllerId, Seen]:
    """Give the newest statuses that their controllers' own keys signed: proof of revocation rests on them."""
    keys = {entry.id: entry.log_key for entry in known.controllers}
    with ledger.connect() as connection:
        rows = connection.execute(select(status.c.controller, status.c.body, status.c.received)).all()
    found = {}
    for row in rows:
        who = ControllerId(row.controller)
        try:
            said = unseal(Purpose.STATUS, bytes(row.body), Status, [keys.get(who, "")])
        except SenderLied:
            continue
        if said.controller == who:
            found[who] = Seen(said, row.received)
    return found


def publication(registry: Engine) -> int | None:
    """Give the number of the newest publication, None before there is one."""
    body = _slot(registry, meta_slot(Role.TIMESTAMP))
    return None if body is None else version_of(body)


OLDER = "older copy"
"""What the hub's sentence says of a controller whose storage went back (``mqtt_bridge.rollback``)."""


def fallen_back(ledger: Engine, since: int) -> dict[ControllerId, int]:
    """Give the controllers of which the hub told since then that their storage is an older copy, and when."""
    row = refusal.c
    told = row.why.contains(OLDER) & (row.received >= since)
    query = select(row.controller, func.max(row.received)).where(told).group_by(row.controller)
    with ledger.connect() as connection:
        return {ControllerId(who): at for who, at in connection.execute(query)}


def awaited(registry: Engine) -> tuple[ControllerId, ...]:
    """Give the controllers that a restored registry waits for; none when nothing was restored."""
    with registry.connect() as connection:
        body = connection.scalar(select(site.c.value).where(site.c.name == RESTORE))
    return canonical.decode(bytes(body), RestoreNotice, "the notice of a restore").awaited if body else ()
