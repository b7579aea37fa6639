"""Which messages may become files in a controller's slot folder: the rules against a hostile broker.

Only the slots this controller needs, none over 256 KiB, 32 MiB and ``FILES`` files in all; the same bytes
again are not written again. Whether a slot is genuine is the door's question, never ours.

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
    """Write these bytes under this file name."""

    name: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Unchanged:
    """The folder has these bytes already."""


@dataclass(frozen=True, slots=True)
class Rejected:
    """The message becomes no file; ``why`` is a sentence."""

    why: str


@dataclass(frozen=True, slots=True)
class Folder:
    """A slot folder as last written: what is held under each file name."""

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
    if before is None and len(folder.held) >= FILES:
        return Rejected(f"slot {name} would be file {FILES + 1}; at most {FILES} are stored")
    if folder.total - (before.size if before else 0) + len(data) > TOTAL:
        return Rejected(f"slot {name} would make the folder larger than {TOTAL} bytes; it was not stored")
    return Write(name, data)


def written(folder: Folder, name: str, data: bytes) -> Folder:
    """Give the folder after a write."""
    return Folder({**folder.held, name: hold(data)})
