"""What waits for the signer: warrants in the office store, bound cards in the desks' journals.

Both stores are read-only here and neither is believed: a warrant is judged by its signature, and a desk's row
counts only under a head that this desk's key signed. Which of them are covered is decided in ``warrant``.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import assert_never

import msgspec
from sqlalchemy import Connection, Engine, select

from card_registry import canonical
from card_registry.authority import store
from card_registry.authority.ordering import takes
from card_registry.authority.record import Source
from card_registry.authority.warrant import Binding
from card_registry.errors import Forked, Malformed, NotWarranted
from card_registry.journal.event import CredentialBound, EventKind, decode_body, decode_event
from card_registry.journal.note import Checkpoint, open_checkpoint, origin
from card_registry.journal.tree import Frontier, leaf
from card_registry.orders import OrderWarrant
from card_registry.statements import ControllerEntry, GrantWarrant, WarrantKind, WithdrawWarrant
from card_registry.stores import ledger, office
from card_registry.words import ControllerId, SiteId

WINDOW = 256
"""How far behind the cursor a warrant that committed late is still found."""

AT_ONCE = 64
"""The most warrants applied in one publication."""

OFFICE = "office"

Warrant = GrantWarrant | WithdrawWarrant | OrderWarrant
"""What the console asks for."""


@dataclass(frozen=True, slots=True)
class Request:
    """One warrant as the console wrote it; ``lost``: it is an order of a time that a restore has lost."""

    serial: int
    kind: str
    body: bytes
    lost: bool = False

    @property
    def reference(self) -> str:
        """Name it in outcomes and in the log."""
        return str(self.serial)

    def read(self) -> Warrant:
        """Read the warrant.

        Raises:
            NotWarranted: It cannot be read, or must not be given a second time.
        """
        if self.lost:
            raise NotWarranted("this order is from before the registry was restored; give it again")
        try:
            return self._read(WarrantKind(self.kind))
        except (ValueError, Malformed) as error:
            message = f"the warrant cannot be read: {error}"
            raise NotWarranted(message) from error

    def _read(self, kind: WarrantKind) -> Warrant:
        match kind:
            case WarrantKind.GRANT:
                return canonical.decode(self.body, GrantWarrant, "the warrant")
            case WarrantKind.WITHDRAW:
                return canonical.decode(self.body, WithdrawWarrant, "the warrant")
            case WarrantKind.ORDER:
                return canonical.decode(self.body, OrderWarrant, "the warrant")
            case _:
                assert_never(kind)

    @property
    def adds(self) -> bool:
        """Say whether it may add a right; what only takes away, and a lockdown, wait for no inspection."""
        try:
            warrant = self.read()
        except NotWarranted:
            return False
        return isinstance(warrant, GrantWarrant) or (isinstance(warrant, OrderWarrant) and not takes(warrant))


@dataclass(frozen=True, slots=True)
class DeskRow:
    """One row of a desk's journal under a signed head; ``after`` is the tree including it."""

    desk: str
    epoch: int
    seq: int
    body: bytes
    after: Frontier
    received: int

    @property
    def reference(self) -> str:
        """Name it in outcomes and in the log."""
        return f"{self.desk}/{self.epoch}/{self.seq}"

    @property
    def source(self) -> str:
        """Name the journal it is from, as the cursor does."""
        return follow_name(self.desk, self.epoch)

    def binding(self) -> Binding | None:
        """Give the bound card it tells of; None when it tells of something else.

        Raises:
            NotWarranted: It says that a card was bound, and cannot be read.
        """
        try:
            event = decode_event(self.body)
            if event.kind is not EventKind.CREDENTIAL_BOUND:
                return None
            body = decode_body(event)
        except (Malformed, msgspec.DecodeError) as error:
            message = f"the desk's row cannot be read: {error}"
            raise NotWarranted(message) from error
        return Binding(body, self.reference) if isinstance(body, CredentialBound) else None


def follow_name(desk: str, epoch: int) -> str:
    """Name the cursor over a desk's journal."""
    return f"{Source.BINDING}/{desk}/{epoch}"


def warrants(registry: Connection, source: Engine) -> tuple[Request, ...]:
    """Give the warrants without an outcome, in their order, at most ``AT_ONCE``."""
    reached, _ = store.get_follow(registry, OFFICE)
    row = office.warrant.c
    with source.connect() as connection:
        behind = select(row.serial).where(row.serial >= reached - WINDOW, row.serial < reached)
        missed = {str(serial) for serial in connection.scalars(behind)}
        missed -= store.judged(registry, Source.WARRANT, sorted(missed))
        wanted = (row.serial >= reached) | row.serial.in_([int(serial) for serial in missed])
        found = connection.execute(
            select(row.serial, row.kind, row.body, row.made).where(wanted).order_by(row.serial).limit(AT_ONCE)
        )
        until = store.count_of(store.get_value(registry, store.LOST))
        return tuple(
            Request(
                one.serial, one.kind, bytes(one.body), one.kind == WarrantKind.ORDER and one.made <= until
            )
            for one in found
        )


def statuses(source: Engine) -> dict[ControllerId, bytes]:
    """Give every controller's newest signed status, as the hub stored it."""
    row = ledger.status.c
    with source.connect() as connection:
        found = connection.execute(select(row.controller, row.body))
        return {ControllerId(one.controller): bytes(one.body) for one in found}


def heard_since(source: Engine, since: int) -> dict[ControllerId, tuple[int, bytes]]:
    """Give the statuses that the hub stored after a moment of its own clock, and when."""
    row = ledger.status.c
    with source.connect() as connection:
        query = select(row.controller, row.received, row.body).where(row.received > since)
        found = connection.execute(query)
        return {ControllerId(one.controller): (one.received, bytes(one.body)) for one in found}


def desk_rows(
    registry: Connection, source: Engine, site: SiteId, desk: ControllerEntry
) -> tuple[DeskRow, ...]:
    """Give a desk's rows from its cursor to its next signed head.

    Raises:
        Forked: The stored rows do not hash to the head that the desk signed.
        Forged, Malformed: The head is not this desk's.
    """
    reached, frontier = store.get_follow(registry, follow_name(desk.id, desk.epoch))
    with source.connect() as connection:
        point = ledger.checkpoint.c
        ours = (point.controller == desk.id) & (point.epoch == desk.epoch) & (point.size > reached)
        query = select(point.note, point.received).where(ours).order_by(point.size).limit(1)
        newest = connection.execute(query).first()
        if newest is None:
            return ()
        name = origin(site, desk.id, desk.epoch)
        signed = open_checkpoint(bytes(newest.note), name, desk.log_key)
        bodies = _bodies(connection, desk, reached, signed.size)
    rows = tuple(_extend(desk, reached, frontier, bodies, newest.received))
    _check_head(name, signed, rows[-1].after if rows else frontier)
    return rows


def _bodies(connection: Connection, desk: ControllerEntry, start: int, end: int) -> list[bytes]:
    row = ledger.event.c
    ours = (row.controller == desk.id) & (row.epoch == desk.epoch) & (row.seq >= start) & (row.seq < end)
    return [bytes(body) for body in connection.scalars(select(row.body).where(ours).order_by(row.seq))]


def _extend(
    desk: ControllerEntry, start: int, frontier: Frontier, bodies: list[bytes], received: int
) -> Iterator[DeskRow]:
    for seq, body in enumerate(bodies, start):
        frontier = frontier.append(leaf(body))
        yield DeskRow(desk.id, desk.epoch, seq, body, frontier, received)


def _check_head(name: str, signed: Checkpoint, reached: Frontier) -> None:
    if signed.size != reached.size or signed.root != reached.root():
        message = f"the stored rows of {name} do not hash to the head it signed over {signed.size} rows"
        raise Forked(message)
