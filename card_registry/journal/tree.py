"""The Merkle tree of RFC 6962 §2.1: leaves, roots, inclusion and consistency proofs.

A controller keeps only a ``Frontier``: the roots of the perfect subtrees that cover its rows, 32 bytes for
each bit set in their number. A server or an auditor who wants proofs builds a ``Tree``.

Checks raise and never answer with a truth value, so a forgotten comparison cannot accept a forged row.

Pure.
"""

import hashlib
import struct
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from card_registry.errors import Forked, Malformed

_SIZE = 8
HASH = 32
"""Length of a hash, in bytes."""

EMPTY = hashlib.sha256(b"").digest()
"""Root of the tree over no rows (RFC 6962 §2.1)."""


def leaf(row: bytes) -> bytes:
    """Hash one row as a leaf: SHA-256(0x00 || row)."""
    return hashlib.sha256(b"\0" + row).digest()


def node(left: bytes, right: bytes) -> bytes:
    """Hash two subtrees as their parent: SHA-256(0x01 || left || right)."""
    return hashlib.sha256(b"\1" + left + right).digest()


@dataclass(frozen=True, slots=True)
class Frontier:
    """The perfect subtrees covering ``size`` rows, largest first; one hash for each bit set in ``size``."""

    size: int = 0
    hashes: tuple[bytes, ...] = ()

    def __post_init__(self) -> None:
        """Refuse a frontier whose hashes cannot be those of its size."""
        if self.size < 0 or len(self.hashes) != self.size.bit_count():
            message = f"a frontier over {self.size} rows cannot have {len(self.hashes)} hashes"
            raise ValueError(message)

    def append(self, hashed: bytes) -> "Frontier":
        """Give the frontier after one more leaf (already hashed by ``leaf``)."""
        return self.extend((hashed,))

    def extend(self, leaves: Iterable[bytes]) -> "Frontier":
        """Give the frontier after more leaves (already hashed by ``leaf``), in order."""
        size, hashes = self.size, list(self.hashes)
        for hashed in leaves:
            merged, carry = hashed, size
            while carry & 1:
                merged = node(hashes.pop(), merged)
                carry >>= 1
            hashes.append(merged)
            size += 1
        return Frontier(size, tuple(hashes))

    def root(self) -> bytes:
        """Give the tree's root over all rows so far."""
        if not self.hashes:
            return EMPTY
        root = self.hashes[-1]
        for left in reversed(self.hashes[:-1]):
            root = node(left, root)
        return root

    def dump(self) -> bytes:
        """Give the frontier as bytes: the size in 8 bytes, big-endian, then the hashes."""
        return struct.pack(">Q", self.size) + b"".join(self.hashes)

    @staticmethod
    def load(data: bytes) -> "Frontier":
        """Read what ``dump`` wrote.

        Raises:
            Malformed: The bytes are not a frontier.
        """
        if len(data) < _SIZE or (len(data) - _SIZE) % HASH:
            message = f"{len(data)} bytes are not a stored frontier"
            raise Malformed(message)
        (size,) = struct.unpack(">Q", data[:_SIZE])
        hashes = tuple(data[at : at + HASH] for at in range(_SIZE, len(data), HASH))
        try:
            return Frontier(size, hashes)
        except ValueError as error:
            raise Malformed(str(error)) from error


def _split(size: int) -> int:
    """Give the largest power of two below ``size`` (RFC 6962 §2.1, k)."""
    return 1 << ((size - 1).bit_length() - 1)


class Tree:
    """All leaves with their perfect subtrees cached, so that a proof costs a logarithm.

    Memory: about 2 × 32 bytes a row.
    """

    def __init__(self, leaves: Iterable[bytes] = ()) -> None:
        """Build the tree over ``leaves`` (already hashed)."""
        self._levels: list[list[bytes]] = [[]]
        for hashed in leaves:
            self.append(hashed)

    def __len__(self) -> int:
        """Give the number of rows."""
        return len(self._levels[0])

    def append(self, hashed: bytes) -> None:
        """Add one leaf (already hashed)."""
        self._levels[0].append(hashed)
        level = 0
        while len(self._levels[level]) % 2 == 0:
            if level + 1 == len(self._levels):
                self._levels.append([])
            self._levels[level + 1].append(node(self._levels[level][-2], self._levels[level][-1]))
            level += 1

    def root(self, size: int | None = None) -> bytes:
        """Give the root over the first ``size`` rows, all of them by default."""
        return self._root(0, len(self) if size is None else size)

    def _root(self, start: int, end: int) -> bytes:
        size = end - start
        if size == 0:
            return EMPTY
        if size & (size - 1) == 0 and start % size == 0:
            return self._levels[size.bit_length() - 1][start // size]
        middle = start + _split(size)
        return node(self._root(start, middle), self._root(middle, end))

    def inclusion(self, index: int, size: int) -> tuple[bytes, ...]:
        """Prove that row ``index`` is under the root over ``size`` rows (RFC 6962 §2.1.1)."""
        return tuple(self._path(index, 0, size))

    def _path(self, index: int, start: int, end: int) -> list[bytes]:
        if end - start == 1:
            return []
        middle = start + _split(end - start)
        if index < middle:
            return [*self._path(index, start, middle), self._root(middle, end)]
        return [*self._path(index, middle, end), self._root(start, middle)]

    def consistency(self, old: int, new: int) -> tuple[bytes, ...]:
        """Prove that the tree over ``new`` rows extends the one over ``old`` (RFC 6962 §2.1.2)."""
        return () if old in (0, new) else tuple(self._subproof(old, (0, new), whole=True))

    def _subproof(self, old: int, span: tuple[int, int], *, whole: bool) -> list[bytes]:
        start, end = span
        if old == end - start:
            return [] if whole else [self._root(start, end)]
        split = _split(end - start)
        middle = start + split
        if old <= split:
            return [*self._subproof(old, (start, middle), whole=whole), self._root(middle, end)]
        return [*self._subproof(old - split, (middle, end), whole=False), self._root(start, middle)]


def verify_inclusion(hashed: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> None:
    """Check that a leaf is row ``index`` of the tree of ``size`` rows with this root (RFC 9162 §2.1.3.2).

    Raises:
        Forked: It is not, or the proof does not show it.
    """
    if not 0 <= index < size:
        message = f"row {index} cannot be in a tree of {size} rows"
        raise Forked(message)
    place, last, computed = index, size - 1, hashed
    for step in proof:
        if last == 0:
            break
        if place & 1 or place == last:
            computed = node(step, computed)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            computed = node(computed, step)
        place, last = place >> 1, last >> 1
    else:
        if last == 0 and computed == root:
            return
    message = f"row {index} is not in the tree of {size} rows with root {root.hex()[:16]}…"
    raise Forked(message)


def verify_consistency(
    old: Frontier | tuple[int, bytes], new: tuple[int, bytes], proof: Sequence[bytes]
) -> None:
    """Check that one (size, root) extends another (RFC 9162 §2.1.4.2).

    Raises:
        Forked: The newer tree does not contain the older one's rows unchanged.
    """
    old_size, old_root = (old.size, old.root()) if isinstance(old, Frontier) else old
    new_size, new_root = new
    shown = _replay_consistency(old_size, old_root, new_size, proof)
    if shown != (old_root, new_root) and not (old_size == 0 and not proof):
        message = f"the tree of {new_size} rows does not extend the tree of {old_size} rows"
        raise Forked(message)


def _replay_consistency(
    old_size: int, old_root: bytes, new_size: int, proof: Sequence[bytes]
) -> tuple[bytes, bytes] | None:
    """Recompute both roots from a proof; None when the proof has the wrong shape."""
    if old_size == new_size and not proof:
        return old_root, old_root
    if not 0 < old_size < new_size or not proof:
        return None
    steps = [old_root, *proof] if old_size & (old_size - 1) == 0 else list(proof)
    place, last = old_size - 1, new_size - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    old_seen = new_seen = steps[0]
    for step in steps[1:]:
        if last == 0:
            return None
        if place & 1 or place == last:
            old_seen, new_seen = node(step, old_seen), node(step, new_seen)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            new_seen = node(new_seen, step)
        place, last = place >> 1, last >> 1
    return (old_seen, new_seen) if last == 0 else None
