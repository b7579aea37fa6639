"""What the registry and the doors show about a review, and what proves it, for its evidence pack."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, select

from card_registry.journal.tree import Tree
from card_registry.statements import Directory
from card_registry.stores import ledger, registry
from card_registry.trust.slots import DIRECTORY, POLICY, Role, meta_slot
from card_registry.words import ControllerId, ControllerKind, ControllerStatus
from review import outside
from review.office import Office
from review.outside import Seen
from review.pack.proof import VERSION, Proof, Record
from review.pack.value import Shown

TRUST = (meta_slot(Role.TARGETS), meta_slot(Role.DOORS), DIRECTORY, POLICY)
"""Besides every root: what leads from the root to the keys of doors and authority."""

HEAD = "authority-head"


@dataclass(frozen=True, slots=True)
class Doors:
    """The door controllers that the site trusts, and the newest status that each of them signed."""

    directory: Directory | None
    signs: Mapping[str, tuple[str, ...]]
    seen: Mapping[ControllerId, Seen]

    @classmethod
    def read(cls, office: Office) -> "Doors":
        """Read them."""
        listed = outside.directory(office.registry)
        signs: dict[str, tuple[str, ...]] = {}
        for door in office.doors:
            signs[door.controller] = (*signs.get(door.controller, ()), door.label)
        return cls(listed, signs, {} if listed is None else outside.proven(office.ledger, listed))

    def labels(self, controller: str) -> tuple[str, ...]:
        """Name a controller's doors as their signs do."""
        return self.signs.get(controller, ())

    def shown(self) -> tuple[Shown, ...]:
        """Give what each controller shows of the registry."""
        entries = () if self.directory is None else self.directory.controllers
        known = [
            one.id
            for one in entries
            if one.kind is ControllerKind.DOOR and one.status is ControllerStatus.ACTIVE
        ]
        return tuple(self._shown(one) for one in sorted(known))

    def _shown(self, who: ControllerId) -> Shown:
        seen = self.seen.get(who)
        if seen is None:
            return Shown(who, self.labels(who), 0, 0, 0, None)
        versions = seen.status.versions
        kept = seen.status.kept.denied
        return Shown(who, self.labels(who), versions.grants, versions.deny, kept, seen.received)


def proof(office: Office, shown: Iterable[Shown], records: Iterable[int]) -> Proof:
    """Give what the authority and the doors signed: keys from the root on, records with paths, statuses."""
    with office.registry.connect() as connection:
        slot = registry.slot.c
        wanted = slot.name.in_(TRUST) | slot.name.like("root/%")
        rows = connection.execute(select(slot.name, slot.body).where(wanted).order_by(slot.name))
        trust = tuple((row.name, bytes(row.body).decode()) for row in rows)
        head, found = _records(connection, sorted(set(records)))
    named = [one.controller for one in shown]
    with office.ledger.connect() as connection:
        row = ledger.status.c
        query = select(row.body).where(row.controller.in_(named)).order_by(row.controller)
        statuses = tuple(bytes(body).decode() for body in connection.scalars(query))
    return Proof(VERSION, office.site, trust, head, found, statuses)


def _records(connection: Connection, wanted: list[int]) -> tuple[str, tuple[Record, ...]]:
    """Give the signed head of the authority's log, and these of its records with their paths to it."""
    note = connection.scalar(select(registry.site.c.value).where(registry.site.c.name == HEAD))
    if note is None:
        return "", ()
    row, size = registry.authority.c, int(bytes(note).split(b"\n")[1])
    within = [seq for seq in wanted if seq < size]
    if not within:
        return bytes(note).decode(), ()
    leaves = connection.scalars(select(row.leaf).where(row.seq < size).order_by(row.seq))
    tree = Tree(bytes(one) for one in leaves)
    found = []
    for seq in within:
        body = connection.scalar(select(row.body).where(row.seq == seq))
        path = tuple(one.hex() for one in tree.inclusion(seq, size))
        found.append(Record(seq, bytes(body or b"").decode(), path))
    return bytes(note).decode(), tuple(found)
