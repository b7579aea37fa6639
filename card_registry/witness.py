"""The authority log as doors see it: its signed head, and enough of its end to see that it only grew.

The signer appends every applied change to its own log. Doors keep the newest head they saw and write it into
their own journals, which are out of the signer's reach; a log that is later told shorter, or otherwise,
contradicts rows that it cannot change. What is shown is the head with the last records' hashes on top of the
subtrees before them: whoever kept a head within them recomputes both roots and needs no proof made for it.
One that is further behind sees only that the log grew; the auditor compares every row
(``authority.witnesses``).

A fork is judged whatever key signed, as long as the officers still name the key of the head that was kept.
When they withdraw that key, they say that the log begins anew, and so does what is kept of it.

Pure.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from card_registry import canonical
from card_registry.errors import Forged, Forked, Malformed
from card_registry.journal.note import Checkpoint, authority_origin, open_checkpoint
from card_registry.journal.tree import HASH, Frontier
from card_registry.words import SiteId

VERSION = 1
RECENT = 16
"""How many records are shown at least, where there are as many: a door that looks in between misses none."""

MOST = 2 * RECENT
"""How many are shown at most."""

LIMIT = 8 * 1024
"""The largest sighting accepted, in bytes: some 3 KiB are needed."""


@dataclass(frozen=True, slots=True)
class Sighting:
    """What is published: the signed head's text, the tree before ``leaves`` (hex), the last leaves (hex)."""

    v: int
    note: str
    base: str
    leaves: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Kept:
    """The newest head that was seen: number of records, root (hex), and the key that signed it (hex).

    ``doubted``: another head has contradicted it since, so mere growth is believed no more.
    """

    size: int
    root: str
    key: str
    doubted: bool = False


def show(note: bytes, base: Frontier, leaves: Iterable[bytes]) -> bytes:
    """Give the bytes of a sighting."""
    return canonical.encode(
        Sighting(VERSION, note.decode(), base.dump().hex(), tuple(one.hex() for one in leaves))
    )


def witness(data: bytes, site: SiteId, keys: Collection[str], kept: Kept | None) -> Kept:
    """Judge what is shown of the site's authority log; give what is to be kept of it from here on.

    Args:
        data: The sighting.
        site: Whose log it must be.
        keys: The authority keys that the officers' policy names.
        kept: What was seen last, None before the first time.

    Raises:
        Malformed: It is no sighting, or does not hash to its head.
        Forged: The head is not signed by one of ``keys``, or is another log's.
        Forked: It is genuine and contradicts what was kept.
    """
    shown = canonical.decode(data, Sighting, "the authority log's head", LIMIT)
    head, key = _open(shown.note, site, keys)
    base, leaves = _read(shown)
    if base.size + len(leaves) != head.size or base.extend(leaves).root() != head.root:
        raise Malformed(f"the end of the authority log does not hash to its head over {head.size} records")
    seen = Kept(head.size, head.root.hex(), key)
    if kept is not None and kept.key in keys:
        _check_growth(kept, seen, base, leaves)
    return seen


def _open(note: str, site: SiteId, keys: Collection[str]) -> tuple[Checkpoint, str]:
    for key in keys:
        try:
            return open_checkpoint(note.encode(), authority_origin(site), key), key
        except (Forged, UnicodeEncodeError):
            continue
    raise Forged("the authority log's head is not signed by a key that the officers' policy names")


def _read(shown: Sighting) -> tuple[Frontier, list[bytes]]:
    try:
        base = Frontier.load(bytes.fromhex(shown.base))
        leaves = [bytes.fromhex(one) for one in shown.leaves]
    except ValueError as error:
        raise Malformed("what is shown of the authority log is not written as it must be") from error
    if shown.v != VERSION or len(leaves) > MOST or any(len(one) != HASH for one in leaves):
        raise Malformed("what is shown of the authority log is not of this program's form")
    return base, leaves


def _check_growth(kept: Kept, seen: Kept, base: Frontier, leaves: list[bytes]) -> None:
    """Refuse a log that does not contain what was kept; what lies before ``base`` is the auditor's."""
    if seen.size < kept.size:
        raise Forked(
            f"the authority log was seen with {kept.size} records and is now shown with {seen.size}: "
            "records were taken away; keep this controller and the server as they are and call the auditor"
        )
    if base.size > kept.size:
        if kept.doubted:
            raise Forked(
                f"the authority log is not shown to go on from the {kept.size} records seen here, which it "
                "contradicted before; let the officers withdraw its key when they have found out why"
            )
        return
    if base.extend(leaves[: kept.size - base.size]).root().hex() != kept.root:
        raise Forked(
            f"the authority log's first {kept.size} records are not those that were seen here: records were "
            "changed; keep this controller and the server as they are and call the auditor"
        )
