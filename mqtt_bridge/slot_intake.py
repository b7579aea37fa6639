"""Which messages may become files in a controller's slot folder: the rules against a hostile broker.

Only the slots this controller needs, none over 256 KiB, 32 MiB and ``FILES`` files in all; the same bytes
again are not written again. Whether a slot is genuine is the door's question, never ours.

Decisions:
    2026-11-21: in a full folder what was written longest ago makes room. Refusing the newest instead would
    let a broker that once sent 512 invented roots keep every genuine slot out after it was replaced. Nothing
    is lost by it: the door keeps what it verified in its own store, and all that is retained comes again.

Pure.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field

from card_registry.canonical import LIMIT

TOTAL = 32 * 1024 * 1024
"""The most bytes in one slot folder (DESIGN §4)."""

FILES = 512
"""The most files in one slot folder."""


@dataclass(frozen=True, slots=True)
class Held:
    """What the folder has under one name."""

    size: int
    digest: bytes


@dataclass(frozen=True, slots=True)
class Write:
    """Write these bytes under this file name, after the files ``instead_of`` were removed."""

    name: str
    data: bytes
    instead_of: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Unchanged:
    """The folder has these bytes already."""


@dataclass(frozen=True, slots=True)
class Rejected:
    """The message becomes no file; ``why`` is a sentence."""

    why: str


@dataclass(frozen=True, slots=True)
class Folder:
    """A slot folder as last written: what is held under each file name, the longest ago first."""

    held: Mapping[str, Held] = field(default_factory=dict)

    @property
    def total(self) -> int:
        """Give the bytes held."""
        return sum(one.size for one in self.held.values())


def hold(data: bytes) -> Held:
    """Describe a file by its length and SHA-256."""
    return Held(len(data), hashlib.sha256(data).digest())


def take(folder: Folder, name: str, data: bytes) -> Write | Unchanged | Rejected:
    """Judge one message for the file ``name``, which the caller knows to be one of this controller's."""
    if not 0 < len(data) <= LIMIT:
        return Rejected(
            f"slot {name} of {len(data)} bytes is empty or larger than {LIMIT}; it was not stored"
        )
    before = folder.held.get(name)
    if before == hold(data):
        return Unchanged()
    return Write(name, data, _in_the_way(folder, name, len(data)))


def _in_the_way(folder: Folder, name: str, size: int) -> tuple[str, ...]:
    """Name the files, longest ago first, without which one more of ``size`` bytes keeps the limits."""
    others = {other: one.size for other, one in folder.held.items() if other != name}
    files, total = len(others) + 1, sum(others.values()) + size
    gone: list[str] = []
    for other, freed in others.items():
        if files <= FILES and total <= TOTAL:
            break
        gone.append(other)
        files, total = files - 1, total - freed
    return tuple(gone)


def written(folder: Folder, verdict: Write) -> Folder:
    """Give the folder after a write."""
    left = {name: one for name, one in folder.held.items() if name not in {verdict.name, *verdict.instead_of}}
    return Folder({**left, verdict.name: hold(verdict.data)})


def without(folder: Folder, name: str) -> Folder:
    """Give the folder after a file was removed from it."""
    return Folder({other: one for other, one in folder.held.items() if other != name})
