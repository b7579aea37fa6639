"""The file that is taken home: a ZIP of the pack's files with a manifest of their hashes.

::

    BACA-INI.txt        what this is, and how to check it
    manifes.json        size and SHA-256 of every other file
    bukti.json          the numbers (``value``), in canonical JSON
    bukti.xlsx          the same in a workbook
    bukti.pdf           the same on paper, PDF/A; bukti-ttd.pdf where it was signed
    berita-acara.pdf    the minutes (F18) as issued; berita-acara-ttd.pdf where they were signed
    registri.json       what authority and doors signed (``proof``)

It is written so that the same files give the same bytes. A folder into which it was unpacked is read too.
"""

import hashlib
import io
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from card_registry import canonical
from card_registry.durable import read_plain
from card_registry.errors import Malformed

JSON, BOOK, PROOF = "bukti.json", "bukti.xlsx", "registri.json"
PAPER, PAPER_SIGNED = "bukti.pdf", "bukti-ttd.pdf"
MINUTES, MINUTES_SIGNED = "berita-acara.pdf", "berita-acara-ttd.pdf"
LETTER, MANIFEST = "BACA-INI.txt", "manifes.json"

NAMES = frozenset({JSON, BOOK, PROOF, PAPER, PAPER_SIGNED, MINUTES, MINUTES_SIGNED, LETTER})
"""The files that a manifest may name; it names itself never."""

LIMIT = 64 * 1024 * 1024
"""The largest file in a pack, unpacked, in bytes."""

VERSION = 1
MADE = (1980, 1, 1, 0, 0, 0)
"""The time that every file in the ZIP bears: when it was made stands inside."""

TEXT = """\
BERKAS BUKTI REVIEW AKSES {number}
Kode periksa: {code}

bukti.pdf, bukti.xlsx dan bukti.json memuat angka yang sama: berita acara, daftar akses sebelum dan sesudah,
setiap keputusan dengan buktinya, dan bukti penerapan pada setiap pintu. registri.json memuat apa yang
ditandatangani oleh otoritas dan pintu. Seluruhnya dapat diperiksa di komputer mana pun, tanpa jaringan dan
tanpa peladen kantor, dengan perintah:

    akses review pack verify BERKAS --root SIDIK

SIDIK adalah SHA-256 akar kepercayaan pada berita acara pendirian. Ambillah dari dokumen itu, bukan dari
berkas ini. Sidik setiap berkas dikenal pula oleh halaman Periksa pada konsol kantor.

EVIDENCE PACK of an access review. It is checked on any machine, offline, with the command above; SIDIK is the
SHA-256 of the first root, from the founding record.
"""


@dataclass(frozen=True, slots=True)
class Line:
    """One file of the manifest."""

    name: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a pack holds: of which review, under which code, which files."""

    v: int
    number: str
    code: str
    files: tuple[Line, ...]


def zipped(files: Mapping[str, bytes], number: str, code: str) -> bytes:
    """Write a pack of these files under a letter and a manifest."""
    whole = {LETTER: TEXT.format(number=number, code=code).encode(), **files}
    lines = tuple(Line(name, len(body), sha256(body)) for name, body in sorted(whole.items()))
    manifest = canonical.encode(Manifest(VERSION, number, code, lines))
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as pack:
        for name, body in ((MANIFEST, manifest), *sorted(whole.items())):
            entry = zipfile.ZipInfo(name, MADE)
            entry.external_attr = 0o644 << 16
            pack.writestr(entry, body, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def sha256(body: bytes) -> str:
    """Give a file's hash (hex)."""
    return hashlib.sha256(body).hexdigest()


def unpacked(place: Path, limit: int = LIMIT) -> Mapping[str, bytes]:
    """Read a pack, from its ZIP or from a folder that it was unpacked into; other names are left out.

    ``limit`` is the largest file that is accepted, in bytes.

    Raises:
        Malformed: It is no pack, or a file in it is too large.
    """
    known = (MANIFEST, *sorted(NAMES))
    if place.is_dir():
        return {name: read_plain(place / name, limit) for name in known if (place / name).exists()}
    try:
        with zipfile.ZipFile(io.BytesIO(read_plain(place, 2 * LIMIT))) as pack:
            held = pack.namelist()
            if len(set(held)) < len(held):
                raise Malformed(f"{place.name} holds two files of one name")
            return {name: _read(pack, name, limit) for name in known if name in held}
    except (zipfile.BadZipFile, EOFError, NotImplementedError, RuntimeError, OSError, zlib.error) as error:
        raise Malformed(f"{place.name} is no whole evidence pack: {error}") from error


def _read(pack: zipfile.ZipFile, name: str, limit: int) -> bytes:
    with pack.open(name) as part:
        body = part.read(limit + 1)
    if len(body) > limit:
        raise Malformed(f"{name} has more than the {limit} bytes that are accepted")
    return body
