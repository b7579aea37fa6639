"""The keys a proof file is checked with: the checker's few lines of TUF agree with python-tuf."""

import json
import tempfile
from hashlib import sha256
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st
from tuf.api.metadata import Metadata, Root, Targets

from card_registry import canonical
from card_registry.errors import SenderLied
from card_registry.journal import audit
from card_registry.statements import Directory
from card_registry.trust.publish import Edition, SigningKeys, sign, tuf_key
from card_registry.trust.slots import DIRECTORY, Role, file_name, meta_slot
from card_registry.trust.verify import read_directory_offline
from tests.card_registry.journal.proofs import HERE, ROOT, SITE, SLOTS, THERE, entry_of, is_trust
from tests.card_registry.trust.made import founding, key

OFFICERS = founding().officers
FOREIGN = key("somebody else")
Slots = dict[str, bytes]


def ours(slots: Slots) -> bytes | None:
    """Give the directory the checker follows to; None where it refuses."""
    trust = {name.replace("/", "."): data for name, data in slots.items() if is_trust(name)}
    try:
        directory, _ = audit.follow(trust, ROOT)
    except (audit.Wrong, KeyError, ValueError, TypeError, StopIteration, AttributeError):
        return None
    return canonical.encode(directory)


def theirs(slots: Slots) -> bytes | None:
    """Give the directory python-tuf follows to; None where it refuses."""
    with tempfile.TemporaryDirectory() as scratch:
        try:
            files = {file_name(name): data for name, data in slots.items()}
            return canonical.encode(read_directory_offline(files, ROOT, Path(scratch)))
        except SenderLied:
            return None


def rotated(slots: Slots, by: list[int], own: list[int], version: int = 2) -> Slots:
    """Give a second root with a new third officer, signed by old officers and by its own."""
    root = Metadata[Root].from_bytes(slots["root/1"]).signed
    new = [*OFFICERS[:2], key("new officer")]
    for role in (Role.ROOT, Role.TARGETS):
        root.revoke_key(tuf_key(OFFICERS[2]).keyid, role)
        root.add_key(tuf_key(new[2]), role)
    root.version = version
    signers = {tuf_key(one).keyid: one for one in [OFFICERS[n] for n in by] + [new[n] for n in own]}
    return {**slots, "root/2": sign(root, *signers.values())}


def republished(directory: Directory, doors_key: Ed25519PrivateKey | None = None) -> Slots:
    """Give the site with another directory, signed by the enroller or by somebody."""
    present = founding()
    keys = SigningKeys(present.grants, present.online, doors_key or present.enroller)
    edition = Edition(SLOTS, keys, 3, 1_795_150_800_000)
    edition.put(Role.DOORS, DIRECTORY, canonical.encode(directory))
    return {**SLOTS, **edition.close()}


def targets_by(*signers: int) -> Slots:
    """Give the officers' targets signed anew by some of them, under a fresh snapshot."""
    present = founding()
    targets = Metadata[Targets].from_bytes(SLOTS[meta_slot(Role.TARGETS)]).signed
    targets.version = 2
    edition = Edition(SLOTS, SigningKeys(present.grants, present.online), 3, 1_795_150_800_000)
    edition.put_signed(Role.TARGETS, sign(targets, *(OFFICERS[number] for number in signers)))
    return {**SLOTS, **edition.close()}


MORE = Directory(1, SITE, (entry_of(HERE), entry_of(THERE)))

ACCEPTED: dict[str, Slots] = {
    "as founded": SLOTS,
    "one more controller": republished(MORE),
    "officers changed by two": rotated(SLOTS, [0, 1], [0, 1]),
    "officers changed, one of them new": rotated(SLOTS, [0, 2, 1], [0, 2]),
    "targets by two other officers": targets_by(1, 2),
}
REFUSED: dict[str, Slots] = {
    "officers changed by one": rotated(SLOTS, [0], [0, 2]),
    "officers changed without their own two": rotated(SLOTS, [0, 2], [0]),
    "a root that skips a number": rotated(SLOTS, [0, 1], [0, 1], 3),
    "targets by one officer": targets_by(1),
    "a directory by somebody else": republished(MORE, FOREIGN),
    "a directory by the online key": republished(MORE, founding().online),
    "another first root": {**SLOTS, "root/1": rotated(SLOTS, [0, 1], [0, 1])["root/2"]},
}


@pytest.mark.parametrize("name", ACCEPTED)
def test_what_python_tuf_accepts_the_checker_accepts(name: str) -> None:
    """Both follow to the same directory."""
    assert ours(ACCEPTED[name]) == theirs(ACCEPTED[name]) is not None


@pytest.mark.parametrize("name", REFUSED)
def test_what_python_tuf_refuses_the_checker_refuses(name: str) -> None:
    """Neither follows anywhere."""
    assert theirs(REFUSED[name]) is None
    assert ours(REFUSED[name]) is None


@settings(max_examples=80)
@given(st.sampled_from(sorted(name for name in SLOTS if is_trust(name))), st.data())
def test_no_changed_byte_leads_elsewhere(name: str, data: st.DataObject) -> None:
    """Whatever is changed in the metadata, the checker follows to the genuine directory or to none."""
    body = SLOTS[name]
    at, flip = data.draw(st.integers(0, len(body) - 1)), data.draw(st.integers(1, 255))
    changed = {**SLOTS, name: bytes([*body[:at], body[at] ^ flip, *body[at + 1 :]])}
    assert ours(changed) in {None, ours(SLOTS)}


def test_one_kind_of_document_is_never_taken_for_another() -> None:
    """Officers sign roots and targets with the same keys, so each says what it is."""
    root = json.loads(SLOTS["root/1"])["signed"]
    assert audit.signed(SLOTS["root/1"], root, root["roles"]["root"], "root") == root
    with pytest.raises(audit.Wrong, match="a targets document"):
        audit.signed(SLOTS["root/1"], root, root["roles"]["root"], "targets")


def test_one_key_counts_once_whatever_it_is_called() -> None:
    """A threshold is of keys: one officer's key under two ids is one officer."""
    root = json.loads(SLOTS["root/1"])
    first = root["signed"]["roles"]["root"]["keyids"][0]
    root["signed"]["keys"]["aa"] = root["signed"]["keys"][first]
    root["signed"]["roles"]["root"]["keyids"].append("aa")
    text = json.dumps(root["signed"], sort_keys=True, separators=(",", ":")).encode()
    signer = next(one for one in OFFICERS if tuf_key(one).keyid == first)
    root["signatures"] = [{"keyid": name, "sig": signer.sign(text).hex()} for name in (first, "aa")]
    data = json.dumps(root).encode()
    with pytest.raises(audit.Wrong, match="1 good signatures of 2"):
        audit.follow({"root.1": data}, sha256(data).hexdigest())
