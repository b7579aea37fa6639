"""Who has applied what is published, and when: by each controller's own signed status and journal."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import Connection, Engine, select

from card_registry import canonical
from card_registry.authority import pending, store
from card_registry.authority.record import Applied
from card_registry.authority.restoring import notice_of
from card_registry.errors import Malformed, SenderLied
from card_registry.journal.event import Adopted, Versions, decode_body, decode_event
from card_registry.signing import Purpose, unseal
from card_registry.statements import ControllerEntry, Directory, Status, WithdrawWarrant
from card_registry.stores import ledger
from card_registry.stores import registry as tables
from card_registry.trust.publish import version_of
from card_registry.trust.slots import DIRECTORY, Role, grants_role, meta_slot
from card_registry.words import ControllerId, ControllerKind, ControllerStatus

ROWS = 20_000
"""How many of a journal's newest rows are looked through for when something was applied."""

ADOPTED = b'"kind":"adopted"'


class Reach(StrEnum):
    """How far a controller has come."""

    CURRENT = "current"
    BEHIND = "behind"
    UNHEARD = "unheard"


@dataclass(frozen=True, slots=True)
class Adoption:
    """One row ``adopted``: which versions decided from when (wall time, milliseconds), and its place."""

    versions: Versions
    at: int
    epoch: int
    seq: int


@dataclass(frozen=True, slots=True)
class Applying:
    """One controller: what it shows, under its signature, against what is published for it.

    ``received`` is when the hub stored that status (milliseconds; None: it never said anything believed).
    ``offered`` is above 0 while it refuses what is published because it holds something newer.
    """

    controller: ControllerId
    kind: ControllerKind
    reach: Reach
    wants: Versions
    shows: Versions | None
    received: int | None
    denied: int
    offered: int
    since: Adoption | None


@dataclass(frozen=True, slots=True)
class Removal:
    """A withdrawal: its warrant's number, what it takes away, the deny version that carries it, who lacks it.

    ``applied`` says for each door controller when its journal first shows it, as far as that was found.
    """

    reference: str
    subject: str
    id: str
    deny: int
    serial: int
    at: int
    lacking: tuple[ControllerId, ...]
    applied: Mapping[ControllerId, Adoption]

    @property
    def is_done(self) -> bool:
        """Say whether every door controller has it."""
        return not self.lacking


@dataclass(frozen=True, slots=True)
class Propagation:
    """Everything about who has what; ``restore`` is why nothing is published now (empty: it is)."""

    publication: int
    controllers: tuple[Applying, ...]
    removals: tuple[Removal, ...]
    restore: str = ""
    awaited: tuple[ControllerId, ...] = ()
    restore_id: str = ""


def propagation(registry: Engine, books: Engine | None) -> Propagation:
    """Give who has applied what; ``books`` is the hub's ledger, None while there is none.

    Raises:
        OperatorMistaken: The registry is not founded.
        SQLAlchemyError: A store cannot be read now.
    """
    with registry.connect() as connection:
        store.require_founded(connection)
        slots = store.SlotRows(connection)
        directory = canonical.decode(slots[DIRECTORY], Directory, "the directory")
        active = [one for one in directory.controllers if one.status is ControllerStatus.ACTIVE]
        seen = {} if books is None else _seen(books, active)
        rows = {one.id: () if books is None else tuple(adoptions(books, one)) for one in active}
        applying = tuple(_applying(slots, one, seen.get(one.id), rows[one.id]) for one in active)
        notice = notice_of(connection)
        removals = tuple(_removals(connection, applying, seen, rows))
        publication = store.number_of(connection)
    if notice is None:
        return Propagation(publication, applying, removals)
    return Propagation(publication, applying, removals, notice.restore.why, notice.awaited, notice.restore.id)


def adoptions(books: Engine, entry: ControllerEntry) -> Iterator[Adoption]:
    """Give the rows ``adopted`` of a controller's newest journal, newest first."""
    event, head = ledger.event.c, ledger.head.c
    with books.connect() as connection:
        newest = select(head.epoch, head.next).where(head.controller == entry.id).order_by(head.epoch.desc())
        found = connection.execute(newest).first()
        if found is None:
            return
        mine = (
            (event.controller == entry.id) & (event.epoch == found.epoch) & (event.seq >= found.next - ROWS)
        )
        for body in connection.scalars(select(event.body).where(mine).order_by(event.seq.desc())):
            if ADOPTED in bytes(body) and (one := _adoption(bytes(body))) is not None:
                yield one


def _adoption(row: bytes) -> Adoption | None:
    try:
        event = decode_event(row)
        body = decode_body(event)
    except Malformed:
        return None
    if not isinstance(body, Adopted):
        return None
    return Adoption(body.versions, event.at.wall, event.epoch, event.seq)


def _seen(books: Engine, active: list[ControllerEntry]) -> dict[ControllerId, tuple[int, Status]]:
    """Give the newest statuses that verify by their controllers' own keys."""
    stored, found = pending.heard_since(books, -1), {}
    for entry in active:
        if entry.id in stored:
            received, body = stored[entry.id]
            try:
                found[entry.id] = (received, unseal(Purpose.STATUS, body, Status, [entry.log_key]))
            except SenderLied:
                continue
    return found


def _applying(
    slots: Mapping[str, bytes],
    entry: ControllerEntry,
    seen: tuple[int, Status] | None,
    rows: tuple[Adoption, ...],
) -> Applying:
    roles = (Role.TIMESTAMP, grants_role(entry.id), Role.DENY)
    timestamp, grants, deny = (version_of(slots[meta_slot(role)]) for role in roles)
    root = max(int(name.partition("/")[2]) for name in slots if name.startswith("root/"))
    wants = Versions(root, timestamp, grants, deny)
    if seen is None:
        return Applying(entry.id, entry.kind, Reach.UNHEARD, wants, None, None, 0, 0, None)
    received, status = seen
    shows, kept = status.versions, status.kept
    reached = shows.root >= root and shows.grants >= grants and shows.deny >= deny
    since = first_with(rows, grants=shows.grants, deny=shows.deny)
    reach = Reach.CURRENT if reached else Reach.BEHIND
    return Applying(entry.id, entry.kind, reach, wants, shows, received, kept.denied, kept.offered, since)


def first_with(rows: tuple[Adoption, ...], *, grants: int = 0, deny: int = 0) -> Adoption | None:
    """Give the first of these rows, newest first, from which on at least these versions decided."""
    first = None
    for one in rows:
        if one.versions.grants < grants or one.versions.deny < deny:
            break
        first = one
    return first


def _removals(
    connection: Connection,
    applying: tuple[Applying, ...],
    seen: Mapping[ControllerId, tuple[int, Status]],
    rows: Mapping[ControllerId, tuple[Adoption, ...]],
) -> Iterator[Removal]:
    """Give every withdrawal, oldest first."""
    doors = [one.controller for one in applying if one.kind is ControllerKind.DOOR]
    newest = store.number_of(connection)
    outcome, log = tables.outcome.c, tables.authority.c
    query = (
        select(outcome.reference, outcome.deny, outcome.at, log.body)
        .join(tables.authority, log.seq == outcome.authority)
        .where(outcome.deny.is_not(None))
        .order_by(outcome.authority)
    )
    for one in connection.execute(query):
        record = canonical.decode(bytes(one.body), Applied, "a record of the authority log")
        if record.kind != "withdraw":
            continue
        gone = canonical.decode(record.body.encode(), WithdrawWarrant, "a withdrawal")
        serial = record.serial or 0
        said = {name: seen[name][1] for name in doors if name in seen}
        lacking = tuple(name for name in doors if not has_denial(said.get(name), newest, one.deny, serial))
        found = {name: row for name in doors if (row := first_with(rows[name], deny=one.deny)) is not None}
        yield Removal(one.reference, gone.subject, gone.id, one.deny, serial, one.at, lacking, found)


def has_denial(status: Status | None, newest: int, deny: int, serial: int) -> bool:
    """Say whether a status shows a denial: by the deny role's version, or by the highest serial kept.

    A deny list holds every denial that is not folded yet, so who has a serial has those before it. Who is
    beyond the ``newest`` publication speaks of a time that the server has lost, and proves nothing here.
    """
    if status is None or status.versions.timestamp > newest or status.kept.offered:
        return False
    return status.versions.deny >= deny or status.kept.denied >= serial > 0
