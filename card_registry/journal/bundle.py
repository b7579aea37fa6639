"""Writes a proof file: the zip whose format is README's page "The proof file".

::

    proof.json                            {"v":1, …}: what was asked for; nothing in it is believed
    dropped.json                          what a retention rule dropped, where it did; not believed either
    BACA-INI.txt                          for whoever receives it: what it is, and how to check it
    trust/<slot>                          the TUF metadata that leads from the root to the log keys
    rows/<controller>.<epoch>.jsonl       rows as they were hashed, or the roots of those withheld
    heads/<controller>.<epoch>.txt        signed heads, one after another
    rows/authority.jsonl, heads/…         the signer's own log, wholly withheld: witnesses are checked with it

A run of withheld rows at the beginning is a few lines, however long it is: the roots of its largest whole
subtrees. ``audit`` is the reader.
"""

import io
import os
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, cast

from card_registry import canonical
from card_registry.errors import OperatorMistaken
from card_registry.journal.tree import Frontier, node

VERSION = 1
LEVEL = 3
"""How hard zlib tries: beyond this it is slower than the rows come, for a tenth of the size."""

_BUFFER = 256 * 1024


class Rows:
    """One journal's rows being written; consecutive withheld ones become as few lines as they can."""

    def __init__(self, out: IO[bytes]) -> None:
        """Begin at row 0."""
        self._out = out
        self._hidden: list[tuple[int, int, bytes]] = []
        self.size = 0

    def begin_at(self, frontier: Frontier) -> None:
        """Withhold every row before a place by the tree over them, as one who pruned them still can."""
        levels = [level for level in range(frontier.size.bit_length()) if frontier.size >> level & 1]
        self._hidden = [
            (level, 0, hashed) for level, hashed in zip(reversed(levels), frontier.hashes, strict=True)
        ]
        self.size = frontier.size
        self.settle()

    def show(self, row: bytes) -> None:
        """Write a row as it was hashed."""
        self.settle()
        self._out.write(row + b"\n")
        self.size += 1

    def hide(self, leaf: bytes) -> None:
        """Withhold a row, merging whole subtrees (RFC 6962)."""
        level, place, hashed = 0, self.size, leaf
        while self._hidden and self._hidden[-1][0] == level and place >> level & 1:
            _, place, left = self._hidden.pop()
            level, hashed = level + 1, node(left, hashed)
        self._hidden.append((level, place, hashed))
        self.size += 1

    def settle(self) -> None:
        """Write what is withheld so far; no line reaches over this place, so a head can stand here."""
        self._out.writelines(f"{level} {hashed.hex()}\n".encode() for level, _, hashed in self._hidden)
        self._hidden.clear()


class ProofWriter:
    """A proof file being written."""

    def __init__(self, proof: zipfile.ZipFile) -> None:
        """Write into an open zip."""
        self._proof = proof

    def describe(self, about: dict[str, object], letter: str) -> None:
        """Write what was asked for, and the letter to whoever receives the file."""
        self._proof.writestr("proof.json", canonical.encode({"v": VERSION, **about}))
        self._proof.writestr("BACA-INI.txt", letter)

    def excuse(self, dropped: dict[str, dict[str, int]]) -> None:
        """Write which rows a retention rule dropped, by journal; nothing where there are none."""
        if dropped:
            self._proof.writestr("dropped.json", canonical.encode(dropped))

    def trust(self, slots: Iterable[tuple[str, bytes]]) -> None:
        """Write the metadata that leads to the keys, by slot name."""
        for name, body in slots:
            self._proof.writestr(f"trust/{name.replace('/', '.')}", body)

    def heads(self, name: str, notes: Iterable[bytes]) -> None:
        """Write a journal's heads, smallest first."""
        with self._entry(f"heads/{name}.txt") as out:
            out.writelines(notes)

    @contextmanager
    def rows(self, name: str) -> Iterator[Rows]:
        """Write a journal's rows in order."""
        with self._entry(f"rows/{name}.jsonl") as out:
            rows = Rows(out)
            yield rows
            rows.settle()

    @contextmanager
    def _entry(self, name: str) -> Iterator[IO[bytes]]:
        with (
            self._proof.open(name, "w", force_zip64=True) as entry,
            io.BufferedWriter(cast("io.RawIOBase", entry), _BUFFER) as buffered,
        ):
            yield buffered


@contextmanager
def new_proof(file: Path) -> Iterator[ProofWriter]:
    """Write a new proof file; nothing is left of it when the writing fails.

    Raises:
        OperatorMistaken: The file exists, or cannot be made.
    """
    try:
        out = os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_CLOEXEC, 0o600)
    except FileExistsError as error:
        raise OperatorMistaken(f"{file} exists already; name another file") from error
    except OSError as error:
        raise OperatorMistaken(f"{file} cannot be written: {error.strerror}") from error
    try:
        with (
            os.fdopen(out, "wb") as raw,
            zipfile.ZipFile(raw, "w", zipfile.ZIP_DEFLATED, compresslevel=LEVEL) as proof,
        ):
            yield ProofWriter(proof)
    except BaseException:
        file.unlink(missing_ok=True)
        raise
