"""The proof file's measured numbers: how fast the ledger is exported, and how fast the export is checked.

One controller's rows are invented, each a tap with its own salt, under a head every 256. The limit of the
export is SQLite read with the bare driver into zlib; that of the check, the same file inflated and hashed as
a tree of its lines, with nothing parsed, compared or verified. The check is timed by its processor time, as
its target is for one core. How rows are found and printed is ``command.bench``'s work.
"""

import hashlib
import io
import sqlite3
import tempfile
import time
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import cast

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import Engine, insert

from card_registry import canonical
from card_registry.circumstances import Circumstances
from card_registry.command.bench_row import Row
from card_registry.errors import AksesError
from card_registry.instant import DAY
from card_registry.journal.bundle import LEVEL
from card_registry.journal.event import Moment, Tapped, Versions, encode_event
from card_registry.journal.export import Wanted, export_proof
from card_registry.journal.note import Checkpoint, origin, sign_checkpoint
from card_registry.journal.reading import read_proof
from card_registry.journal.selection import Selection
from card_registry.journal.tree import Frontier, leaf
from card_registry.signing import public_hex
from card_registry.statements import ControllerEntry, Directory, People, Policy
from card_registry.stores import ledger, registry
from card_registry.stores.engine import open_store
from card_registry.trust.ceremony import Founding, found
from card_registry.trust.publish import Edition, SigningKeys
from card_registry.trust.slots import DIRECTORY, FIRST_ROOT, Role
from card_registry.words import (
    Approval,
    CardId,
    ControllerId,
    ControllerKind,
    ControllerStatus,
    CredentialKind,
    DoorId,
    ExpiredPolicy,
    GrantId,
    HolderId,
    ReaderId,
    Reason,
    Side,
    SiteId,
    Tier,
    TimeQuality,
)

SITE, HERE = SiteId("contoh"), ControllerId("pengendali-1")
COUNT = 200_000
BATCH = 256
ROUNDS = 3
AUDIT, EXPORT = 120_000, 50_000
"""Events a second (DESIGN §10)."""

_NOON = 1_795_150_800_000


def rows(count: int = COUNT, rounds: int = ROUNDS) -> Iterator[Row]:
    """Measure export and check of one journal, in events a second; the best of some rounds each."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        root, books, truth = filled_stores(folder, count)
        try:
            for title, wanted in (
                ("journal export", Wanted()),
                ("journal export, persons withheld", Wanted(rows=Selection(with_persons=False))),
            ):
                files = [folder / f"{title}-{number}.zip" for number in range(rounds)]
                ours = count / min(_export((books, truth), file, wanted) for file in files)
                bare = count / min(_bare_export(folder) for _ in range(rounds))
                yield _row(title, ours, EXPORT, bare)
            file = folder / "journal export-0.zip"
            ours = count / min(_check(file, root, count) for _ in range(rounds))
            bare = count / min(_bare_check(file) for _ in range(rounds))
            yield _row("journal audit, every row and head of a proof file, one core", ours, AUDIT, bare)
        finally:
            books.dispose()
            truth.dispose()


def _row(name: str, ours: float, target: int, bare: float) -> Row:
    return Row(name, "journal", ours, "events/s", f"≥ {target} events/s", bare, ours / bare, ours >= target)


def _key(name: str) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(hashlib.sha256(name.encode()).digest())


def _event(seq: int) -> bytes:
    person = f"{seq % 500:032x}"
    tapped = Tapped(
        door=DoorId("ruang-server"),
        reader=ReaderId("masuk"),
        side=Side.IN,
        kind=CredentialKind.PKOC,
        tier=Tier.PUBLIC_KEY,
        credential=hashlib.sha256(person.encode()).hexdigest(),
        granted=True,
        reason=Reason.GRANTED,
        circumstances=Circumstances(),
        versions=Versions(1, seq // 300, 1, 1),
        card=CardId(person) if seq % 4 else None,
        holder=HolderId(person) if seq % 4 else None,
        grant=GrantId(person) if seq % 4 else None,
    )
    at = _NOON + seq * 1000
    moment = Moment(at, at - 40, at + 40, TimeQuality.SYNC, "b0" * 16, seq * 1000)
    return encode_event(SITE, HERE, (1, seq), tapped, moment, hashlib.sha256(b"%d" % seq).hexdigest()[:24])


def filled_stores(folder: Path, count: int) -> tuple[str, Engine, Engine]:
    """Fill a ledger with one journal and found a registry that trusts it; give the root (hex) and both."""
    books = open_store(f"sqlite:///{folder}/ledger.db", "ledger")
    truth = open_store(f"sqlite:///{folder}/registry.db", "registry")
    ledger.metadata.create_all(books)
    registry.metadata.create_all(truth)
    place, frontier = {"controller": HERE, "epoch": 1}, Frontier()
    with books.begin() as connection:
        for start in range(0, count, BATCH):
            bodies = [_event(seq) for seq in range(start, min(start + BATCH, count))]
            leaves = [leaf(body) for body in bodies]
            frontier = frontier.extend(leaves)
            connection.execute(
                insert(ledger.event),
                [
                    {**place, "seq": seq, "body": body, "leaf": hashed}
                    for seq, (body, hashed) in enumerate(zip(bodies, leaves, strict=True), start)
                ],
            )
            head = Checkpoint(origin(SITE, HERE, 1), frontier.size, frontier.root())
            point = {
                **place,
                "size": frontier.size,
                "note": sign_checkpoint(head, _key("log")),
                "received": 0,
            }
            connection.execute(insert(ledger.checkpoint), [point])
    slots = _slots()
    with truth.begin() as connection:
        named = [{"name": name, "serial": 1, "body": body} for name, body in slots.items()]
        connection.execute(insert(registry.slot), named)
        connection.execute(insert(registry.site), [{"name": "id", "value": SITE.encode()}])
    return hashlib.sha256(slots[FIRST_ROOT]).hexdigest(), books, truth


def _slots() -> dict[str, bytes]:
    officers = [_key(f"officer {number}") for number in range(3)]
    present = Founding(officers, _key("enroller"), _key("grants"), _key("online"))
    policy = Policy(
        1, SITE, Approval.SIGNATURE, DAY, ExpiredPolicy.KEEP, ntp_trusted=False, zone="Asia/Jakarta",
        receipt_keys=(), order_keys=(), authority_keys=(),
    )  # fmt: skip
    slots = found(present, People(1, SITE, ()), policy, _NOON)
    edition = Edition(slots, SigningKeys(present.grants, present.online, present.enroller), 2, _NOON)
    log_key = public_hex(_key("log"))
    entry = ControllerEntry(HERE, ControllerKind.DOOR, ControllerStatus.ACTIVE, 1, log_key, "ab" * 32, ())
    edition.put(Role.DOORS, DIRECTORY, canonical.encode(Directory(1, SITE, (entry,))))
    return {**slots, **edition.close()}


def _export(stores: tuple[Engine, Engine], file: Path, wanted: Wanted) -> float:
    begun = time.perf_counter()
    export_proof(stores, file, _NOON, wanted)
    return time.perf_counter() - begun


def _bare_export(folder: Path) -> float:
    """Give the seconds that SQLite and zlib take for the same rows."""
    begun, packed = time.perf_counter(), zlib.compressobj(LEVEL)
    with closing(sqlite3.connect(folder / "ledger.db")) as connection:
        read = connection.execute("SELECT body FROM event ORDER BY controller, epoch, seq")
        while some := read.fetchmany(5_000):
            packed.compress(b"\n".join(body for (body,) in some))
    packed.flush()
    return time.perf_counter() - begun


def _check(file: Path, root: str, count: int) -> float:
    begun = time.process_time()
    report = read_proof(file, root)
    took = time.process_time() - begun
    if not report.is_sound or report.journals[0].proven != count:
        raise AksesError("the invented journal is not sound; the checker or this measurement is wrong")
    return took


def _bare_check(file: Path) -> float:
    """Give the seconds that inflating the rows and hashing them as a tree takes."""
    begun = time.process_time()
    with zipfile.ZipFile(file) as proof, proof.open(f"rows/{HERE}.1.jsonl") as rows_:
        frontier = Frontier()
        lines = io.BufferedReader(cast("io.RawIOBase", rows_), 256 * 1024)
        frontier = frontier.extend(leaf(line) for line in lines)
    return time.process_time() - begun
