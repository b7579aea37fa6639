"""A site whose proof files tests make, tamper with and have checked: real keys and metadata, rows by hand."""

import zipfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from card_registry import canonical
from card_registry.journal.bundle import ProofWriter, new_proof
from card_registry.journal.event import (
    Body,
    DoorChanged,
    Exited,
    Moment,
    Position,
    Started,
    encode_event,
)
from card_registry.journal.meaning import Grade, grade
from card_registry.journal.note import Checkpoint, authority_origin, origin, sign_checkpoint
from card_registry.journal.reading import Report, read_proof
from card_registry.journal.tree import Frontier, leaf
from card_registry.signing import public_hex
from card_registry.statements import ControllerEntry, Directory, FormerKey, People
from card_registry.trust.ceremony import found
from card_registry.trust.publish import Edition, SigningKeys
from card_registry.trust.slots import DIRECTORY, FIRST_ROOT, Role
from card_registry.words import ControllerId, ControllerKind, ControllerStatus, DoorId, SiteId, TimeQuality
from tests.card_registry.trust.made import founding, key, policy

SITE = SiteId("contoh")
HERE = ControllerId("pengendali-1")
THERE = ControllerId("pengendali-2")
NOON = 1_795_150_800_000
AUTHORITY_KEY = key("authority")
TRUST = ("meta/targets", "meta/doors", DIRECTORY, "site/policy")


def moment(seq: int, wall: int | None = None, **changes: object) -> Moment:
    """Give the time of a row, a second after the one before."""
    at = NOON + seq * 1000 if wall is None else wall
    values = {"wall": at, "lo": at, "hi": at, "quality": TimeQuality.SYNC, "boot": "a" * 32}
    return Moment(**{**values, "mono": 5_000 + seq * 1000, **changes})  # type: ignore[arg-type]


def row_of(
    seq: int,
    body: Body | None = None,
    at: Moment | None = None,
    *,
    controller: ControllerId = HERE,
    epoch: int = 1,
) -> bytes:
    """Give one row as a controller writes it."""
    door = DoorId("ruang-server")
    said = body or (Exited(door, seq) if seq % 2 else DoorChanged(door, "open", f"{seq}"))
    salt = sha256(f"{controller} {epoch} {seq}".encode()).hexdigest()[:24]
    return encode_event(SITE, controller, (epoch, seq), said, at or moment(seq), salt)


def rows_of(count: int, epoch: int = 1, controller: ControllerId = HERE, **began: object) -> list[bytes]:
    """Give a journal's rows; ``began`` is what its first says of the epoch before."""
    started = Started("akses", "start", **began)  # type: ignore[arg-type] # positions by name
    first = row_of(0, started, controller=controller, epoch=epoch)
    return [first, *(row_of(seq, controller=controller, epoch=epoch) for seq in range(1, count))][:count]


def log_key(controller: ControllerId = HERE, epoch: int = 1) -> Ed25519PrivateKey:
    """Give the key a controller signs with; a new one with epoch 3."""
    return key(f"log of {controller}" if epoch < 3 else f"new log of {controller}")


def head_of(
    rows: Sequence[bytes],
    controller: ControllerId = HERE,
    epoch: int = 1,
    by: Ed25519PrivateKey | None = None,
) -> bytes:
    """Sign a head over rows."""
    frontier = Frontier().extend(leaf(row) for row in rows)
    head = Checkpoint(origin(SITE, controller, epoch), frontier.size, frontier.root())
    return sign_checkpoint(head, by or log_key(controller, epoch))


def position_of(rows: Sequence[bytes], epoch: int = 1) -> Position:
    """Give the place after rows, as an event names it."""
    return Position(epoch, len(rows), Frontier().extend(leaf(row) for row in rows).root().hex())


def entry_of(controller: ControllerId, status: ControllerStatus = ControllerStatus.ACTIVE) -> ControllerEntry:
    """Give a controller's entry: enrolled at epoch 1, and again with other keys at epoch 3."""
    former = (FormerKey(1, public_hex(log_key(controller))),)
    new = public_hex(log_key(controller, 3))
    return ControllerEntry(controller, ControllerKind.DOOR, status, 3, new, "ab" * 32, (), "", former)


def trusted(*entries: ControllerEntry) -> dict[str, bytes]:
    """Found a site that trusts these controllers; give its slots."""
    present = founding()
    people, allowed = People(1, SITE, ()), policy(authority_keys=(public_hex(AUTHORITY_KEY),))
    slots = found(present, people, allowed, NOON)
    edition = Edition(slots, SigningKeys(present.grants, present.online, present.enroller), 2, NOON)
    edition.put(Role.DOORS, DIRECTORY, canonical.encode(Directory(1, SITE, entries)))
    return {**slots, **edition.close()}


SLOTS = trusted(entry_of(HERE))
ROOT = sha256(SLOTS[FIRST_ROOT]).hexdigest()


@dataclass
class Proof:
    """A proof file as its parts, to be changed and written."""

    parts: dict[str, bytes] = field(default_factory=dict)

    def write(self, file: Path) -> Path:
        """Write the zip."""
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as proof:
            for name, data in self.parts.items():
                proof.writestr(name, data)
        return file

    def check(self, folder: Path, kept: Sequence[bytes] = (), root: str = ROOT) -> Report:
        """Have it checked."""
        return read_proof(self.write(folder / "bukti.zip"), root, kept)

    def lines(self, change: Callable[[list[bytes]], Iterable[bytes]], name: str = f"{HERE}.1") -> "Proof":
        """Give a copy whose rows are changed."""
        part = f"rows/{name}.jsonl"
        changed = change(self.parts[part].splitlines(keepends=True))
        return Proof({**self.parts, part: b"".join(changed)})

    def with_heads(self, *heads: bytes, name: str = f"{HERE}.1") -> "Proof":
        """Give a copy with these heads."""
        return Proof({**self.parts, f"heads/{name}.txt": b"".join(heads)})


def make_proof(
    folder: Path,
    journals: Mapping[str, tuple[Sequence[bytes], Sequence[bytes]]],
    slots: Mapping[str, bytes] | None = None,
    authority: Sequence[bytes] = (),
) -> Proof:
    """Write a proof file of journals (rows and heads, by name) as the exporter does, and take it apart."""
    file = folder / "asal.zip"
    with new_proof(file) as writer:
        writer.describe({"site": SITE}, "bacalah")
        for name, (rows, heads) in journals.items():
            writer.heads(name, heads)
            with writer.rows(name) as out:
                for row in rows:
                    out.show(row)
        if authority:
            write_authority(writer, authority)
        writer.trust([(name, data) for name, data in (slots or SLOTS).items() if is_trust(name)])
    with zipfile.ZipFile(file) as proof:
        parts = {name: proof.read(name) for name in proof.namelist()}
    file.unlink()
    return Proof(parts)


def is_trust(name: str) -> bool:
    """Say whether a slot leads to the keys."""
    return name in TRUST or name.startswith("root/")


def write_authority(writer: ProofWriter, rows: Sequence[bytes]) -> None:
    """Write the signer's own log: leaves alone, and one head."""
    frontier = Frontier().extend(leaf(row) for row in rows)
    head = Checkpoint(authority_origin(SITE), frontier.size, frontier.root())
    writer.heads("authority", [sign_checkpoint(head, AUTHORITY_KEY)])
    with writer.rows("authority") as out:
        for row in rows:
            out.settle()
            out.hide(leaf(row))


def simple(folder: Path, count: int = 20, every: int = 4) -> Proof:
    """Give the proof of one journal with a head every few rows and one at the end."""
    rows = rows_of(count)
    sizes = sorted({*range(every, count, every), count})
    return make_proof(folder, {f"{HERE}.1": (rows, [head_of(rows[:size]) for size in sizes])})


def faults(report: Report) -> list[tuple[str, int, int]]:
    """Give the faults found, in short."""
    everything = [one for journal in report.journals for one in journal.findings] + list(report.remarks)
    return [(one.what, one.first, one.last) for one in everything if grade(one) is Grade.FAULT]


def remarks(report: Report) -> list[str]:
    """Give the kinds of remarks made."""
    everything = [one for journal in report.journals for one in journal.findings] + list(report.remarks)
    return [one.what for one in everything if grade(one) is Grade.REMARK]
