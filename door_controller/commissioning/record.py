"""The commissioning record: what is signed, and how it is said.

Pure.
"""

import hashlib
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from card_registry.signing import Purpose, seal, unseal
from card_registry.words import ControllerId, SiteId, Whole
from door_controller.commissioning.verdict import Result, Verdict

VERSION = 1

MARKS = {
    Verdict.PASSED: "baik",
    Verdict.NOTED: "catatan",
    Verdict.FAILED: "GAGAL",
    Verdict.SKIPPED: "dilewati",
}


@dataclass(frozen=True, slots=True)
class Record:
    """One walk: where, when (wall milliseconds), by which site file (SHA-256, hex), with what results.

    ``rehearsed`` where a file answered and no person: it shows that the walk works and commissions nothing.
    """

    v: Whole
    site: SiteId
    controller: ControllerId
    at: Whole
    site_file: str
    results: tuple[Result, ...]
    passed: bool
    rehearsed: bool = False


def sign(record: Record, key: Ed25519PrivateKey) -> tuple[bytes, str]:
    """Give the sealed record, and the digest of those bytes (hex) that the journal names."""
    data = seal(Purpose.COMMISSIONING, record, key)
    return data, digest(data)


def digest(data: bytes) -> str:
    """Give the digest by which the journal names a sealed record."""
    return hashlib.sha256(data).hexdigest()


def read(data: bytes, keys: Collection[str]) -> Record:
    """Read a sealed record signed by one of ``keys``.

    Raises:
        Malformed: It is not a record.
        Forged: It is not signed by one of them.
    """
    return unseal(Purpose.COMMISSIONING, data, Record, keys)


def lines(record: Record) -> Iterator[str]:
    """Say a record in lines, for the installer."""
    yield f"Pengendali {record.controller}, lokasi {record.site}"
    for result in record.results:
        yield f"  {MARKS[result.verdict]:9} {result.step}: {result.detail}"
    yield "Hasil: LULUS" if record.passed else "Hasil: TIDAK LULUS"
    if record.rehearsed:
        yield "Latihan: jawaban berasal dari berkas; pengendali ini belum diserahterimakan."
