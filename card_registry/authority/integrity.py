"""Whether the registry store still holds what the signer put there, by the signer's own signed log.

The store is a database, and a database can be edited by hand. Every right in it stands on a record of the
authority log, whose head the signer signed; what doors were shown stands under the grants key. ``check``
recomputes both from the bytes. It decides nothing else: what a damaged store may still do is ``signer``'s to
say (take away, and add nothing).
"""

from collections.abc import Mapping
from pathlib import Path

from sqlalchemy import Connection, select

from card_registry import canonical, passkey
from card_registry.authority import ordering, store
from card_registry.authority.pins.change import PinChange, commitment_of
from card_registry.authority.record import Applied, Source
from card_registry.authority.recovery import Recovered
from card_registry.authority.warrant import Charter, read_verdict
from card_registry.errors import AksesError, StoreBroken
from card_registry.journal.event import CredentialBound, decode_body, decode_event
from card_registry.journal.note import authority_origin, open_checkpoint
from card_registry.journal.tree import Frontier, leaf
from card_registry.orders import OrderWarrant
from card_registry.statements import GrantWarrant, Proof, Scheme, WarrantKind, WithdrawWarrant
from card_registry.stores import registry as tables
from card_registry.trust.verify import reverify
from card_registry.words import SiteId

CURE = "restore the registry store from a backup; until then rights are only taken away"


class _Ledger:
    """What the log says the tables must hold."""

    def __init__(self) -> None:
        self.grants: dict[object, object] = {}
        self.credentials: dict[object, object] = {}
        self.denials: dict[object, object] = {}
        self.pins: dict[object, object] = {}
        self.counts: dict[object, object] = {}

    def take(self, row: Applied) -> None:
        """Add what one record brought."""
        if row.source in {Source.CEREMONY, Source.DEVICE}:
            return  # what officers and enroller signed is under their own signatures, in the slots
        if row.source is Source.BINDING:
            self._bound(row)
        elif row.source is Source.PIN:
            change = canonical.decode(row.body.encode(), PinChange, f"record {row.seq}")
            self.pins.pop(change.holder, None)
            if change.commitment is not None:
                self.pins[change.holder] = change.commitment
        elif row.source is Source.RESTORE:
            for denial in canonical.decode(row.body.encode(), Recovered, f"record {row.seq}").denials:
                self.denials[denial.subject, denial.id] = denial.serial
        elif row.kind == WarrantKind.GRANT:
            self._granted(row)
        elif row.kind == WarrantKind.ORDER:
            order = canonical.decode(row.body.encode(), OrderWarrant, f"record {row.seq}")
            if not ordering.takes(order):
                self._counted(order.proof)
        else:
            warrant = canonical.decode(row.body.encode(), WithdrawWarrant, f"record {row.seq}")
            self.denials[warrant.subject, warrant.id] = row.serial or 0

    def _granted(self, row: Applied) -> None:
        warrant = canonical.decode(row.body.encode(), GrantWarrant, f"record {row.seq}")
        verdict = read_verdict(warrant)
        terms = canonical.encode(verdict.grant)
        people = (verdict.case, verdict.applicant, verdict.approver)
        strength = (verdict.grant.clears, warrant.proof.scheme is Scheme.SESSION)
        held = (verdict.grant.holder, terms, row.body.encode(), *people, *strength)
        self.grants[verdict.grant.id] = held
        self._counted(warrant.proof)

    def _counted(self, proof: Proof | None) -> None:
        if proof is not None and proof.scheme is Scheme.PASSKEY:
            self.counts[store.count_name(proof.public)] = passkey.count_of(proof)

    def _bound(self, row: Applied) -> None:
        event = decode_event(row.body.encode())
        body = decode_body(event)
        if isinstance(body, CredentialBound):
            held = (body.card, body.holder, body.kind, int(body.tier), body.case, body.maker)
            self.credentials[body.digest] = held


def check(connection: Connection, charter: Charter, root: bytes, scratch: Path) -> None:
    """Recompute log, tables and published slots.

    Raises:
        StoreBroken: The sentence names the grant, credential, denial, PIN, record or slot that was changed.
    """
    try:
        expected = _read_log(connection, charter)
        _compare("grant", expected.grants, _grants(connection))
        _compare("credential", expected.credentials, _credentials(connection))
        _compare("denial", expected.denials, _denials(connection))
        _compare("PIN", expected.pins, _pins(connection))
        _compare("counter", expected.counts, _counts(connection))
        slots = dict(store.SlotRows(connection))
        for entry in charter.directory.controllers:
            reverify(slots, root, entry.id, scratch)
    except AksesError as error:
        raise StoreBroken(f"{error}; {CURE}") from error


def _read_log(connection: Connection, charter: Charter) -> _Ledger:
    expected, frontier = _Ledger(), Frontier()
    row = tables.authority.c
    leaves: list[bytes] = []
    for seq, body in connection.execute(select(row.seq, row.body).order_by(row.seq)):
        record = canonical.decode(bytes(body), Applied, f"record {seq} of the authority log")
        if record.seq != len(leaves) or record.seq != seq:
            raise StoreBroken(f"record {len(leaves)} of the authority log is missing")
        leaves.append(leaf(bytes(body)))
        expected.take(record)
    frontier = frontier.extend(leaves)
    note = store.get_value(connection, store.HEAD)
    if note is None:
        if leaves:
            raise StoreBroken("the authority log has records and no signed head")
        return expected
    _check_head(charter, note, frontier)
    return expected


def _check_head(charter: Charter, note: bytes, frontier: Frontier) -> None:
    site: SiteId = charter.policy.site
    problem: AksesError | None = None
    for key in charter.policy.authority_keys:
        try:
            head = open_checkpoint(note, authority_origin(site), key)
        except AksesError as error:
            problem = error
            continue
        if (head.size, head.root) != (frontier.size, frontier.root()):
            raise StoreBroken(
                f"the authority log's {frontier.size} records do not hash to its signed head over "
                f"{head.size}: a record was changed or removed"
            )
        return
    raise StoreBroken("the authority log's head is not signed by the site's authority key") from problem


def _compare(what: str, expected: Mapping[object, object], found: Mapping[object, object]) -> None:
    for key in found.keys() - expected.keys():
        raise StoreBroken(
            f"{what} {_name(key)} in the registry store stands on no record of the authority log"
        )
    for key, value in expected.items():
        if key not in found:
            raise StoreBroken(f"{what} {_name(key)} was removed from the registry store by hand")
        if found[key] != value:
            raise StoreBroken(f"{what} {_name(key)} in the registry store was changed after it was approved")


def _name(key: object) -> str:
    """Name a row by the beginning of its id; ids are random and tell nobody anything."""
    return " ".join(str(part)[:8] for part in (key if isinstance(key, tuple) else (key,))) + "…"


def _grants(connection: Connection) -> dict[object, object]:
    row = tables.grant.c
    people = (row.case, row.applicant, row.approver)
    columns = (row.id, row.holder, row.body, row.warrant, *people, row.clears, row.weak)
    return {
        id_: (holder, bytes(body), bytes(warrant), *rest)
        for id_, holder, body, warrant, *rest in connection.execute(select(*columns))
    }


def _credentials(connection: Connection) -> dict[object, object]:
    row = tables.credential.c
    columns = (row.digest, row.card, row.holder, row.kind, row.tier, row.case, row.maker)
    return {digest: tuple(rest) for digest, *rest in connection.execute(select(*columns))}


def _denials(connection: Connection) -> dict[object, object]:
    found = connection.execute(select(tables.denial))
    return {(one.subject, one.id): one.serial for one in found}


def _counts(connection: Connection) -> dict[object, object]:
    row = tables.site.c
    found = connection.execute(select(row.name, row.value).where(row.name.like(f"{store.COUNT}%")))
    return {name: store.count_of(bytes(value)) for name, value in found}


def _pins(connection: Connection) -> dict[object, object]:
    found = connection.execute(select(tables.pin.c.holder, tables.pin.c.row))
    return {holder: commitment_of(bytes(body)) for holder, body in found}
