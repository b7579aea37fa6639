"""The registry store as the signer reads and writes it, inside one transaction.

The first statement of a writing transaction locks the row of the publication number, so that the signer and a
ceremony take turns on SQLite and on PostgreSQL alike. What the rows mean is decided elsewhere.
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Row, Table, delete, func, insert, select, update
from sqlalchemy.exc import SQLAlchemyError

from card_registry import canonical, passkey
from card_registry.authority.warrant import BoundCredential, HeldGrant
from card_registry.errors import OperatorMistaken
from card_registry.journal.tree import Frontier
from card_registry.shown import PinRow
from card_registry.statements import ControllerEntry, Denial, GrantTerms, Proof, Scheme
from card_registry.stores import registry as tables
from card_registry.words import (
    CardId,
    CaseId,
    ControllerId,
    CredentialKind,
    GrantId,
    HolderId,
    PersonId,
    SiteId,
    Subject,
    Tier,
)

NOT_FOUNDED = "the registry is not founded yet; run: akses registry found"

RESTORED = (
    "this registry was restored from an older copy; nothing is published until every controller was heard or "
    "waived: akses registry propagation"
)

LOCK = "lock"
"""The row a writer takes its turn by; it is never removed, so that nobody waits for a row that is gone."""

SITE = "id"
NUMBER = "publication"
SERIAL = "slot-serial"
FOLDED = "folded"
ORDER_NUMBER = "order"
"""The number of the last order."""

COUNT = "count/"
"""Begins the names of the passkeys' last counters."""

DENIAL_FLOOR = "denial-floor"
"""The newest denial serial known to have been given in a time that the store has lost."""

LOST = "lost-until"
"""The moment (milliseconds) of the last restore: orders asked for earlier were obeyed or lapsed then."""

RESTORE = "restore"
"""Names a restore that nobody may publish over until the signer has settled it."""

PUBLISHED = "published"
FRONTIER = "authority-frontier"
HEAD = "authority-head"


class SlotRows(Mapping[str, bytes]):
    """The published slots as a mapping, read when asked for."""

    def __init__(self, connection: Connection) -> None:
        """Read through ``connection``, in its transaction."""
        self._connection = connection

    def __getitem__(self, name: str) -> bytes:
        """Give one slot's bytes."""
        body = self._connection.scalar(select(tables.slot.c.body).where(tables.slot.c.name == name))
        if body is None:
            raise KeyError(name)
        return bytes(body)

    def __iter__(self) -> Iterator[str]:
        """Name every slot."""
        return iter(self._connection.scalars(select(tables.slot.c.name)).all())

    def __len__(self) -> int:
        """Count the slots."""
        return self._connection.scalar(select(func.count()).select_from(tables.slot)) or 0


def lock(connection: Connection, *, restoring: bool = False) -> int:
    """Take the writer's turn and give the number of the last publication.

    Raises:
        OperatorMistaken: The registry is not founded, or it was restored, and until it knows what the doors
            hold only the signer may write, who says ``restoring``.
    """
    site = tables.site.c
    taken = connection.execute(update(tables.site).where(site.name == LOCK).values(value=site.value))
    if taken.rowcount != 1:
        raise OperatorMistaken(NOT_FOUNDED)
    if not restoring and get_value(connection, RESTORE):
        raise OperatorMistaken(RESTORED)
    return number_of(connection)


def is_founded(connection: Connection) -> bool:
    """Say whether the store holds a site."""
    try:
        return get_value(connection, NUMBER) is not None
    except SQLAlchemyError:
        return False


def require_founded(connection: Connection) -> None:
    """Refuse a store without a site.

    Raises:
        OperatorMistaken: The registry is not founded.
    """
    if not is_founded(connection):
        raise OperatorMistaken(NOT_FOUNDED)


def get_values(connection: Connection, *names: str) -> dict[str, bytes]:
    """Give those of the site's values that were ever kept."""
    row = tables.site.c
    found = connection.execute(select(row.name, row.value).where(row.name.in_(names)))
    return {one.name: bytes(one.value) for one in found}


def get_value(connection: Connection, name: str) -> bytes | None:
    """Give one of the site's values."""
    return get_values(connection, name).get(name)


def set_values(connection: Connection, values: Mapping[str, bytes]) -> None:
    """Keep several of the site's values."""
    connection.execute(delete(tables.site).where(tables.site.c.name.in_(values)))
    connection.execute(
        insert(tables.site), [{"name": name, "value": value} for name, value in values.items()]
    )


def count_of(value: bytes | None) -> int:
    """Read a counter, 0 before it was first kept."""
    return int(value or b"0")


def number_of(connection: Connection) -> int:
    """Give the number of the last publication."""
    return count_of(get_value(connection, NUMBER))


def published_at(connection: Connection) -> int:
    """Give when the last publication was made, in milliseconds."""
    return count_of(get_value(connection, PUBLISHED))


def site_of(connection: Connection) -> SiteId:
    """Give the site's id."""
    return SiteId((get_value(connection, SITE) or b"").decode())


def put_row(
    connection: Connection, table: Table, key: Mapping[str, object], values: Mapping[str, object]
) -> None:
    """Replace one row, or add it."""
    same = [table.c[name] == value for name, value in key.items()]
    if connection.execute(update(table).where(*same).values(**values)).rowcount == 0:
        connection.execute(insert(table).values(**key, **values))


def publish(connection: Connection, changed: Mapping[str, bytes], number: int, now: int) -> None:
    """Replace slots in the given order, each under the next serial, as publication ``number``."""
    serial = count_of(get_value(connection, SERIAL))
    rows = [
        {"name": name, "serial": serial + place, "body": body}
        for place, (name, body) in enumerate(changed.items(), 1)
    ]
    connection.execute(delete(tables.slot).where(tables.slot.c.name.in_(changed)))
    connection.execute(insert(tables.slot), rows)
    counters = {SERIAL: serial + len(rows), NUMBER: number, PUBLISHED: now}
    set_values(connection, {name: str(count).encode() for name, count in counters.items()})


def add_grant(connection: Connection, held: HeldGrant, digest: str) -> None:
    """Add a grant and spend its verdict's digest; a digest or id known already breaks the transaction."""
    spend(connection, digest)
    connection.execute(
        insert(tables.grant).values(
            id=held.terms.id,
            holder=held.terms.holder,
            body=canonical.encode(held.terms),
            warrant=held.warrant,
            clears=held.terms.clears,
            weak=held.weak,
            case=held.case,
            applicant=held.applicant,
            approver=held.approver,
        )
    )


def add_credential(connection: Connection, bound: BoundCredential) -> None:
    """Add a credential."""
    names = ("digest", "card", "holder", "kind", "tier", "case", "maker", "source")
    connection.execute(insert(tables.credential).values({name: getattr(bound, name) for name in names}))


def pin_of(connection: Connection, holder: HolderId) -> PinRow | None:
    """Give a holder's PIN, as hashes; None where there is none."""
    body = connection.scalar(select(tables.pin.c.row).where(tables.pin.c.holder == holder))
    what = "a PIN in the registry store"
    return None if body is None else canonical.decode(bytes(body), PinRow, what)


def set_pin(connection: Connection, row: PinRow, now: int) -> None:
    """Keep a holder's PIN, in place of an earlier one."""
    values = {"row": canonical.encode(row), "at": now}
    put_row(connection, tables.pin, {"holder": row.holder}, values)


def clear_pin(connection: Connection, holder: HolderId) -> None:
    """Forget a holder's PIN."""
    connection.execute(delete(tables.pin).where(tables.pin.c.holder == holder))


def pin_times(connection: Connection) -> dict[HolderId, int]:
    """Give when each holder's PIN was set (milliseconds), in the order of the holders' ids."""
    row = tables.pin.c
    found = connection.execute(select(row.holder, row.at).order_by(row.holder))
    return {HolderId(one.holder): one.at for one in found}


def set_denial(connection: Connection, denial: Denial) -> None:
    """Deny an id from this serial on."""
    put_row(
        connection,
        tables.denial,
        {"subject": denial.subject, "id": denial.id},
        {"serial": denial.serial},
    )


def newest_serial(connection: Connection) -> int:
    """Give the serial of the newest denial, 0 before the first; what a restore lost counts as given."""
    newest = connection.scalar(select(func.max(tables.denial.c.serial))) or 0
    return max(newest, count_of(get_value(connection, DENIAL_FLOOR)))


def serials(connection: Connection) -> dict[tuple[Subject, str], int]:
    """Give every denial's serial, by what it denies."""
    known = tables.denial.c.subject.in_(list(Subject))
    found = connection.execute(select(tables.denial).where(known))
    return {(Subject(one.subject), one.id): one.serial for one in found}


def denials_after(connection: Connection, serial: int) -> tuple[Denial, ...]:
    """Give the denials above a serial, in their order; a row that another hand garbled stops no other."""
    row = tables.denial.c
    known = row.subject.in_(list(Subject))
    found = connection.execute(select(tables.denial).where(known, row.serial > serial).order_by(row.serial))
    return tuple(Denial(Subject(one.subject), one.id, one.serial) for one in found)


def denials_up_to(connection: Connection, serial: int) -> dict[tuple[Subject, str], int]:
    """Give the denials up to a serial, by what they deny."""
    if not serial:
        return {}
    row = tables.denial.c
    known = row.subject.in_(list(Subject))
    found = connection.execute(select(tables.denial).where(known, row.serial <= serial))
    return {(Subject(one.subject), one.id): one.serial for one in found}


def serials_of(connection: Connection, subject: Subject, ids: Sequence[str]) -> dict[str, int]:
    """Give the newest denial of each of these ids that is denied."""
    row = tables.denial.c
    found = connection.execute(select(row.id, row.serial).where(row.subject == subject, row.id.in_(ids)))
    return {one.id: one.serial for one in found}


def is_used(connection: Connection, digest: str) -> bool:
    """Say whether a verdict's digest was spent."""
    used = tables.verdict_used.c.digest
    return connection.scalar(select(used).where(used == digest)) is not None


def spend(connection: Connection, digest: str) -> None:
    """Spend a signed digest; one known already breaks the transaction."""
    connection.execute(insert(tables.verdict_used).values(digest=digest))


def counts_of(connection: Connection, proof: Proof | None) -> dict[str, int]:
    """Give the last counter of the passkey that made a proof, by its public key."""
    if proof is None or proof.scheme is not Scheme.PASSKEY:
        return {}
    return {proof.public: count_of(get_value(connection, count_name(proof.public)))}


def keep_count(connection: Connection, proof: Proof | None) -> None:
    """Keep the counter of a passkey's proof that was found good."""
    if proof is not None and proof.scheme is Scheme.PASSKEY:
        count = str(passkey.count_of(proof)).encode()
        set_values(connection, {count_name(proof.public): count})


def count_name(public: str) -> str:
    """Name the site's value that holds a passkey's last counter."""
    return COUNT + hashlib.sha256(public.encode()).hexdigest()[:32]


def grants_where(connection: Connection, **same: str) -> tuple[HeldGrant, ...]:
    """Give the grants whose named column has this value, in the order of their ids."""
    column, value = next(iter(same.items()))
    found = select(tables.grant).where(tables.grant.c[column] == value).order_by(tables.grant.c.id)
    return tuple(_held(row) for row in connection.execute(found))


def credentials_where(connection: Connection, **same: str) -> tuple[BoundCredential, ...]:
    """Give the credentials whose named column has this value, in the order of their digests."""
    column, value = next(iter(same.items()))
    row = tables.credential.c
    found = select(tables.credential).where(row[column] == value).order_by(row.digest)
    return tuple(_bound(one) for one in connection.execute(found))


def holders(connection: Connection) -> tuple[HolderId, ...]:
    """Name everybody who has a grant."""
    holder = tables.grant.c.holder
    return tuple(HolderId(one) for one in connection.scalars(select(holder).distinct().order_by(holder)))


def pseudonym_keys(connection: Connection) -> dict[ControllerId, bytes]:
    """Give each controller's pseudonym key."""
    row = tables.controller.c
    return {
        ControllerId(one.id): bytes(one.pseudonym_key)
        for one in connection.execute(select(row.id, row.pseudonym_key))
    }


def set_controller(connection: Connection, entry: ControllerEntry, key: bytes) -> None:
    """Keep a controller's entry and pseudonym key."""
    values = {"entry": canonical.encode(entry), "pseudonym_key": key}
    put_row(connection, tables.controller, {"id": entry.id}, values)


def add_record(connection: Connection, seq: int, body: bytes, hashed: bytes) -> None:
    """Add a row of the authority log."""
    connection.execute(insert(tables.authority).values(seq=seq, body=body, leaf=hashed))


def get_follow(connection: Connection, source: str) -> tuple[int, Frontier]:
    """Give how far a source was read, and the tree over what was read of it."""
    row = connection.execute(select(tables.follow).where(tables.follow.c.source == source)).first()
    if row is None:
        return 0, Frontier()
    return row.next, Frontier.load(bytes(row.frontier)) if row.frontier else Frontier()


def set_follow(connection: Connection, source: str, reached: int, frontier: Frontier | None) -> None:
    """Keep how far a source was read."""
    values = {"next": reached, "frontier": frontier.dump() if frontier else b""}
    put_row(connection, tables.follow, {"source": source}, values)


def judged(connection: Connection, source: str, references: Sequence[str]) -> set[str]:
    """Name those of ``references`` that have an outcome."""
    if not references:
        return set()
    row = tables.outcome.c
    found = select(row.reference).where(row.source == source, row.reference.in_(references))
    return set(connection.scalars(found))


def _held(row: Row[Any]) -> HeldGrant:
    terms = canonical.decode(bytes(row.body), GrantTerms, f"grant {GrantId(row.id)} in the registry store")
    return HeldGrant(
        terms,
        row.weak,
        CaseId(row.case),
        PersonId(row.applicant),
        PersonId(row.approver),
        bytes(row.warrant),
    )


def _bound(row: Row[Any]) -> BoundCredential:
    return BoundCredential(
        row.digest,
        CardId(row.card),
        HolderId(row.holder),
        CredentialKind(row.kind),
        Tier(row.tier),
        CaseId(row.case),
        PersonId(row.maker),
        row.source,
    )
