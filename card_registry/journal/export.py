"""Makes a proof file from the server's stores, in constant memory: which rows, heads and keys go in.

What the rows say is decided by nobody here: they go out as they are stored, so that an edited ledger gives a
proof file that does not verify. The form is ``bundle``'s, what is shown ``selection``'s.

2026-11-21: heads closer than ``APART`` rows are left out unless every one is asked for. At a live door almost
every row has a head; a later head proves the same rows, and an audit that checks one signature a row takes
ten times as long. Tampering is then located to within that many rows.
2026-11-21: a row that an office's retention rule dropped goes out as its leaf, like a withheld one, and
``dropped.json`` names the decisions. Nothing signs that claim: it explains a gap, and proves nothing.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Engine, func, select

from card_registry import canonical
from card_registry.errors import OperatorMistaken
from card_registry.journal.bundle import ProofWriter, new_proof
from card_registry.journal.selection import EVERYTHING, Selection
from card_registry.schedule import zone_of
from card_registry.statements import Policy
from card_registry.stores import ledger, registry
from card_registry.trust.slots import DIRECTORY, POLICY, Role, meta_slot
from card_registry.words import ControllerId, SiteId

TRUST = (meta_slot(Role.TARGETS), meta_slot(Role.DOORS), DIRECTORY, POLICY)
"""Besides every root: what leads from the root to the log keys."""

APART = 64
"""How many rows lie between two heads at least."""

UNFOUNDED = "the registry store is not founded; run: akses registry found"
AUTHORITY_HEAD = "authority-head"
_CHUNK = 5_000

LETTER = """\
BERKAS BUKTI JURNAL AKSES RUANG SERVER
Lokasi: {site}

Berkas ini memuat salinan jurnal pengendali pintu beserta tanda tangan digitalnya. Keasliannya dapat
diperiksa di komputer mana pun, tanpa jaringan dan tanpa peladen kantor, dengan perintah:

    akses journal verify BERKAS --root SIDIK

SIDIK adalah SHA-256 akar kepercayaan pada berita acara pendirian. Ambillah dari dokumen itu, bukan dari
berkas ini. Pemeriksa pun jangan diambil dari pengirim berkas ini.

PROOF FILE. It holds the journals of door controllers with their digital signatures, and is checked on any
machine, offline, with the command above; SIDIK is the SHA-256 of the first root, from the founding record.
"""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What goes into a proof file: whose journals (all, when none is named), which rows, which heads."""

    controllers: tuple[ControllerId, ...] = ()
    rows: Selection = EVERYTHING
    every_head: bool = False


@dataclass(frozen=True, slots=True)
class Exported:
    """What went in: the site, journals, rows, and how many of them are withheld."""

    site: SiteId
    journals: int
    rows: int
    withheld: int


@dataclass(frozen=True, slots=True)
class _Epoch:
    """One journal to write, up to its newest stored head."""

    controller: ControllerId
    epoch: int
    size: int

    @property
    def name(self) -> str:
        return f"{self.controller}.{self.epoch}"


def export_proof(stores: tuple[Engine, Engine], file: Path, made: int, wanted: Wanted) -> Exported:
    """Write a proof file.

    Args:
        stores: The ledger and the registry, opened read-only.
        file: The zip to write; it must not exist.
        made: Server clock, milliseconds.
        wanted: What goes in.

    Raises:
        OperatorMistaken: Nothing is there to export, or the file exists.
    """
    books, truth = stores
    with books.connect() as connection, truth.connect() as registered, new_proof(file) as proof:
        site, epochs = _site(registered), _epochs(connection, wanted.controllers)
        proof.describe(_about(site, made, wanted), LETTER.format(site=site))
        proof.excuse(_dropped(connection, epochs))
        written = [_write_epoch(proof, connection, epoch, wanted) for epoch in epochs]
        # After the controllers' journals, so that the log is never shorter than what they witnessed of it.
        _write_authority(proof, registered)
        proof.trust(_trust(registered))
    return Exported(site, len(epochs), sum(all_ for all_, _ in written), sum(hid for _, hid in written))


def _about(site: SiteId, made: int, wanted: Wanted) -> dict[str, object]:
    return {
        "site": site,
        "made": made,
        "controllers": list(wanted.controllers),
        "begins": wanted.rows.begins,
        "ends": wanted.rows.ends,
        "persons": wanted.rows.with_persons,
    }


def _dropped(connection: Connection, epochs: Sequence[_Epoch]) -> dict[str, dict[str, int]]:
    """Say of each journal which rows lost their bytes by a retention rule, on which decisions."""
    row, found = ledger.dropped.c, dict[str, dict[str, int]]()
    query = select(
        func.min(row.first).label("first"),
        func.max(row.last).label("last"),
        func.sum(row.rows).label("rows"),
        func.min(row.number).label("since"),
        func.max(row.number).label("until"),
    ).where(row.rows > 0)
    for epoch in epochs:
        mine = query.where(
            row.controller == epoch.controller, row.epoch == epoch.epoch, row.last < epoch.size
        )
        one = connection.execute(mine).one()
        if one.rows:
            found[epoch.name] = {name: int(value) for name, value in one._mapping.items()}  # noqa: SLF001 - the public way to a row's columns by name
    return found


def _epochs(connection: Connection, only: Sequence[ControllerId]) -> list[_Epoch]:
    point = ledger.checkpoint.c
    query = select(point.controller, point.epoch, func.max(point.size)).group_by(
        point.controller, point.epoch
    )
    if only:
        query = query.where(point.controller.in_(only))
    found = connection.execute(query.order_by(point.controller, point.epoch)).all()
    missing = set(only) - {row[0] for row in found}
    if missing or not found:
        names = ", ".join(sorted(missing)) or "any controller"
        raise OperatorMistaken(f"the ledger holds no rows of {names}; nothing to export")
    return [_Epoch(ControllerId(controller), epoch, size) for controller, epoch, size in found]


def _site(connection: Connection) -> SiteId:
    value = _value(connection, "id")
    if value is None:
        raise OperatorMistaken(UNFOUNDED)
    return SiteId(value.decode())


def _value(connection: Connection, name: str) -> bytes | None:
    return connection.scalar(select(registry.site.c.value).where(registry.site.c.name == name))


def _trust(connection: Connection) -> Iterator[tuple[str, bytes]]:
    slot = registry.slot.c
    wanted = slot.name.in_(TRUST) | slot.name.like("root/%")
    for row in connection.execute(select(slot.name, slot.body).where(wanted).order_by(slot.name)):
        yield row.name, row.body


def _write_epoch(
    proof: ProofWriter, connection: Connection, epoch: _Epoch, wanted: Wanted
) -> tuple[int, int]:
    """Write one journal; give the number of its rows, and of those withheld."""
    first, last = _span(connection, epoch, wanted.rows)
    heads = list(_thin(_sizes(connection, epoch, first, last), wanted.every_head))
    end, withheld = heads[-1], 0
    proof.heads(epoch.name, _notes(connection, epoch, heads))
    with proof.rows(epoch.name) as rows:
        for seq, body, leaf in _rows(connection, epoch, 0, end):
            within = first <= seq <= last
            # The first row of all names where the epoch before ended, so it is there for any period.
            shown = (within and wanted.rows.shows(body)) or (seq == 0 and wanted.rows.may_show(body))
            if body and shown:
                rows.show(body)
                continue
            if within:
                rows.settle()
            rows.hide(leaf)
            withheld += 1
    return end, withheld


def _span(connection: Connection, epoch: _Epoch, selection: Selection) -> tuple[int, int]:
    """Give the first and the last row of the period; beyond the end when there is none."""
    if not selection.has_period:
        return 0, epoch.size - 1
    within = [-1, -1]
    for seq, body, _ in _rows(connection, epoch, 0, epoch.size):
        if selection.is_within(body):
            within = [within[0] if within[0] >= 0 else seq, seq]
    return (within[0], within[1]) if within[0] >= 0 else (epoch.size, epoch.size)


def _sizes(connection: Connection, epoch: _Epoch, first: int, last: int) -> Iterator[int]:
    """Yield the sizes of the heads from row ``first`` on, up to the one that covers row ``last``."""
    point = ledger.checkpoint.c
    mine = (point.controller == epoch.controller) & (point.epoch == epoch.epoch)
    query = select(point.size).where(mine & (point.size >= max(first, 1)) & (point.size <= epoch.size))
    for size in connection.scalars(query.order_by(point.size)):
        yield size
        if size > last:
            return


def _thin(sizes: Iterator[int], every: bool) -> Iterator[int]:  # noqa: FBT001 - asked for by the person
    """Leave out heads that lie close together, never the last."""
    kept = size = 0
    for size in sizes:
        if every or size >= kept + APART:
            kept = size
            yield size
    if size > kept:
        yield size


def _notes(connection: Connection, epoch: _Epoch, sizes: Sequence[int]) -> Iterator[bytes]:
    point = ledger.checkpoint.c
    mine = (point.controller == epoch.controller) & (point.epoch == epoch.epoch)
    for start in range(0, len(sizes), 500):
        some = sizes[start : start + 500]
        query = select(point.note).where(mine & point.size.in_(some)).order_by(point.size)
        yield from (bytes(note) for note in connection.scalars(query))


def _write_authority(proof: ProofWriter, connection: Connection) -> None:
    """Write the signer's own log as leaves alone: what doors witnessed of it can be checked with these."""
    note = _value(connection, AUTHORITY_HEAD)
    if note is None:
        return
    size = int(note.split(b"\n")[1])
    proof.heads("authority", [note])
    with proof.rows("authority") as rows:
        for start in range(0, size, _CHUNK):
            row = registry.authority.c
            here = (row.seq >= start) & (row.seq < min(start + _CHUNK, size))
            for leaf in connection.scalars(select(row.leaf).where(here).order_by(row.seq)).all():
                rows.settle()
                rows.hide(leaf)


def _rows(connection: Connection, epoch: _Epoch, start: int, end: int) -> Iterator[tuple[int, bytes, bytes]]:
    """Read rows [start, end) in chunks, so that no long read holds back the writer's log."""
    row = ledger.event.c
    mine = (row.controller == epoch.controller) & (row.epoch == epoch.epoch)
    for first in range(start, end, _CHUNK):
        here = mine & (row.seq >= first) & (row.seq < min(first + _CHUNK, end))
        query = select(row.seq, row.body, row.leaf).where(here).order_by(row.seq)
        yield from connection.execute(query).all()


def zone_of_site(registered: Engine) -> ZoneInfo:
    """Give the time zone that the officers' policy names; the days of a period are counted in it."""
    with registered.connect() as connection:
        body = connection.scalar(select(registry.slot.c.body).where(registry.slot.c.name == POLICY))
    if body is None:
        raise OperatorMistaken(UNFOUNDED)
    return zone_of(canonical.decode(bytes(body), Policy, "the site's policy").zone)
