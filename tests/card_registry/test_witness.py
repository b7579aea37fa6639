"""The authority log as a witness judges it: growth is kept, everything else is told apart."""

import hashlib
import json
from dataclasses import dataclass, field, replace

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from card_registry import canonical
from card_registry.errors import Forged, Forked, Malformed
from card_registry.journal.note import Checkpoint, authority_origin, origin, sign_checkpoint
from card_registry.journal.tree import Frontier, Tree, leaf
from card_registry.signing import public_hex
from card_registry.witness import MOST, RECENT, Kept, Sighting, show, witness
from card_registry.words import ControllerId, SiteId

SITE = SiteId("contoh")
SIGNER = Ed25519PrivateKey.from_private_bytes(b"a" * 32)
NEXT = Ed25519PrivateKey.from_private_bytes(b"b" * 32)
KEY, NEXT_KEY = public_hex(SIGNER), public_hex(NEXT)


@dataclass
class Log:
    """An authority log that shows itself."""

    records: list[bytes] = field(default_factory=list)

    def grow(self, number: int, word: str = "record") -> "Log":
        """Append records."""
        start = len(self.records)
        self.records += [leaf(f"{word} {at}".encode()) for at in range(start, start + number)]
        return self

    def root(self, size: int | None = None) -> bytes:
        """Give a root."""
        return Tree(self.records).root(size)

    def shown(self, last: int = RECENT, key: Ed25519PrivateKey = SIGNER, name: str = "") -> bytes:
        """Give what is published."""
        head = Checkpoint(name or authority_origin(SITE), len(self.records), self.root())
        cut = max(0, len(self.records) - last)
        base = Frontier().extend(self.records[:cut])
        return show(sign_checkpoint(head, key), base, self.records[cut:])

    def kept(self, size: int, key: str = KEY) -> Kept:
        """Give what somebody kept who saw this log with ``size`` records."""
        return Kept(size, self.root(size).hex(), key)


def judge(data: bytes, kept: Kept | None, *keys: str) -> Kept:
    """Judge what is shown."""
    return witness(data, SITE, keys or (KEY,), kept)


@given(st.integers(1, 80), st.integers(0, 80), st.integers(0, MOST))
def test_growth_is_kept(before: int, more: int, last: int) -> None:
    """Whatever was seen, a log that goes on from it is believed, however much of its end is shown."""
    log = Log().grow(before)
    kept = judge(log.shown(), None)
    assert kept == log.kept(before)
    log.grow(more)

    assert judge(log.shown(last), kept) == log.kept(before + more)


@given(st.integers(1, 60), st.integers(0, 20), st.data())
def test_another_history_is_a_fork_within_what_is_shown(size: int, more: int, data: st.DataObject) -> None:
    """Any record that was seen and is now another is noticed, as long as the door is not too far behind."""
    log = Log().grow(size)
    kept = judge(log.shown(), None)
    changed = data.draw(st.integers(0, size - 1))
    log.records[changed] = leaf(b"another")
    log.grow(more)
    if more <= RECENT:
        with pytest.raises(Forked, match="not those that were seen here"):
            judge(log.shown(), kept)
    else:
        assert judge(log.shown(), kept).size == size + more


@given(st.integers(2, 60), st.data())
def test_a_shorter_log_is_a_fork(size: int, data: st.DataObject) -> None:
    """A genuine earlier head after a later one: records were taken away."""
    log = Log().grow(size)
    kept = judge(log.shown(), None)
    shorter = Log(log.records[: data.draw(st.integers(0, size - 1))])

    with pytest.raises(Forked, match="records were taken away"):
        judge(shorter.shown(), kept)


def test_what_was_contradicted_is_outgrown_by_no_other_log() -> None:
    """After a fork, growth counts only where it is shown to go on from what was seen."""
    log = Log().grow(9)
    kept = replace(judge(log.shown(), None), doubted=True)
    far = Log().grow(99, "other").shown()

    with pytest.raises(Forked, match="not shown to go on from the 9 records"):
        judge(far, kept)
    assert judge(far, replace(kept, doubted=False)).size == 99
    assert judge(log.grow(1).shown(), kept) == log.kept(10)
    assert judge(Log().grow(3, "anew").shown(key=NEXT), kept, NEXT_KEY).size == 3


def test_a_fork_is_one_whatever_key_signed_it() -> None:
    """Two keys at once do not allow two histories; a withdrawn key begins anew."""
    log = Log().grow(9)
    kept = judge(log.shown(), None)
    other = Log().grow(9, "other")

    assert judge(log.grow(1).shown(key=NEXT), kept, KEY, NEXT_KEY) == log.kept(10, NEXT_KEY)
    with pytest.raises(Forked):
        judge(other.shown(key=NEXT), kept, KEY, NEXT_KEY)
    assert judge(other.shown(key=NEXT), kept, NEXT_KEY) == other.kept(9, NEXT_KEY)


def edited(data: bytes, **changes: object) -> bytes:
    """Change fields of what is shown."""
    shown = canonical.decode(data, Sighting, "a sighting")
    return canonical.encode(replace(shown, **changes))  # type: ignore[arg-type] # by name


GOOD = Log().grow(20).shown()
PARTS = json.loads(GOOD)
WRONG = {
    "noise": (b"\x00" * 40, Malformed, "authority log's head"),
    "too long": (b" " * 9000, Malformed, "authority log's head"),
    "another key": (Log().grow(20).shown(key=NEXT), Forged, "not signed by a key"),
    "a controller's head": (
        Log().grow(20).shown(name=origin(SITE, ControllerId("pengendali-1"), 1)),
        Forged,
        "not signed by a key",
    ),
    "another site's": (Log().grow(20).shown(name=authority_origin(SiteId("lain"))), Forged, "not signed"),
    "surrogate": (edited(GOOD, note="\u2014 x"), Malformed, "note with one signature"),
    "no base": (edited(GOOD, base="zz"), Malformed, "not written as it must be"),
    "short base": (edited(GOOD, base="00"), Malformed, "not a stored frontier"),
    "other leaves": (
        edited(GOOD, leaves=tuple(PARTS["leaves"][:-1])),
        Malformed,
        "does not hash to its head",
    ),
    "changed leaf": (
        edited(GOOD, leaves=(*PARTS["leaves"][:-1], "00" * 32)),
        Malformed,
        "does not hash to its head",
    ),
    "odd leaf": (edited(GOOD, leaves=("00",)), Malformed, "this program's form"),
    "too many": (Log().grow(99).shown(MOST + 1), Malformed, "this program's form"),
    "version": (edited(GOOD, v=2), Malformed, "this program's form"),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_not_genuine_is_refused(name: str) -> None:
    """Nothing but the signer's own head with its own end is kept."""
    data, kind, sentence = WRONG[name]

    with pytest.raises(kind, match=sentence):
        judge(data, None)


def test_it_stays_small() -> None:
    """A log of a million records is shown in less than 3 KiB."""
    base = Frontier((1 << 20) - 1, tuple(hashlib.sha256(bytes([at])).digest() for at in range(20)))
    leaves = [leaf(bytes([at])) for at in range(RECENT)]
    frontier = base.extend(leaves)
    head = Checkpoint(authority_origin(SITE), frontier.size, frontier.root())

    assert len(show(sign_checkpoint(head, SIGNER), base, leaves)) < 3 * 1024
