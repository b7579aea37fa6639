"""Signatures bound to their purpose."""

import itertools
from dataclasses import dataclass

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from card_registry import canonical
from card_registry.errors import Forged, Malformed, SenderLied
from card_registry.signing import Purpose, Sealed, digest, domain, public_hex, seal, unseal, verify

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
OTHER = Ed25519PrivateKey.from_private_bytes(bytes(range(1, 33)))
PUBLIC = public_hex(KEY)


@dataclass(frozen=True, slots=True)
class Note:
    """A body."""

    text: str


def test_a_public_key_is_rfc_8032_s() -> None:
    """Test 1 of RFC 8032 §7.1: this secret gives this public key."""
    secret = bytes.fromhex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60")
    public = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"
    assert public_hex(Ed25519PrivateKey.from_private_bytes(secret)) == public
    signature = bytes.fromhex(
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155"
        "5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"
    )
    verify(public, signature, b"", "the vector")


@pytest.mark.parametrize(("made", "read"), list(itertools.product(Purpose, Purpose)))
def test_a_signature_for_one_purpose_is_none_for_another(made: Purpose, read: Purpose) -> None:
    """A receipt can never be taken for an order."""
    data = seal(made, Note("halo"), KEY)
    if made is read:
        assert unseal(read, data, Note, [PUBLIC]) == Note("halo")
    else:
        with pytest.raises(Forged, match="does not carry a valid signature"):
            unseal(read, data, Note, [PUBLIC])


def test_purposes_are_prefixes_of_no_other() -> None:
    """Prefixes end in a zero byte and differ, so no body can move from one purpose to another."""
    prefixes = [domain(purpose) for purpose in Purpose]
    assert all(prefix.startswith(b"akses/") and prefix.endswith(b"/v1\0") for prefix in prefixes)
    assert not any(one.startswith(two) for one, two in itertools.permutations(prefixes, 2))
    assert len({digest(purpose, b"body") for purpose in Purpose}) == len(Purpose)


def test_only_the_named_keys_may_sign() -> None:
    """A genuine signature of somebody else is refused by name, before anything is read."""
    data = seal(Purpose.ORDER, Note("buka"), OTHER)
    with pytest.raises(Forged, match="which may not sign it"):
        unseal(Purpose.ORDER, data, Note, [PUBLIC])
    with pytest.raises(Forged, match="which may not sign it"):
        unseal(Purpose.ORDER, data, Note, [])


def test_a_body_of_another_kind_is_malformed() -> None:
    """The signature holds, the body is not what the reader asked for."""
    with pytest.raises(Malformed, match="the signed order's body"):
        unseal(Purpose.ORDER, seal(Purpose.ORDER, ["not", "a", "note"], KEY), Note, [PUBLIC])


@given(st.integers(min_value=0), st.integers(1, 255))
def test_every_flipped_byte_is_refused(place: int, mask: int) -> None:
    """Envelope, body, key or signature: no change is accepted, and no exception is but ours."""
    data = bytearray(seal(Purpose.STATUS, Note("halo"), KEY))
    data[place % len(data)] ^= mask
    with pytest.raises(SenderLied):
        unseal(Purpose.STATUS, bytes(data), Note, [PUBLIC])


@pytest.mark.parametrize(
    "signature", ["", "0" * 127, "0" * 129, "z" * 128, "AB" * 64, " " * 128, "ab" * 63 + "a\n"]
)
def test_a_signature_has_one_spelling(signature: str) -> None:
    """Lower-case hex of its length, and nothing that decodes to the same bytes."""
    with pytest.raises(ValueError, match="128 lower-case hex digits"):
        Sealed("{}", PUBLIC, signature)
    raw = canonical.encode({"body": "{}", "key": PUBLIC, "signature": signature})
    with pytest.raises(Malformed, match="128 lower-case hex digits"):
        unseal(Purpose.STATUS, raw, Note, [PUBLIC])


def test_a_key_that_is_none_is_forged() -> None:
    """Bad hex, another length and a signature of another length are one answer."""
    for public, signature in (("zz", bytes(64)), ("00", bytes(64)), (PUBLIC, bytes(64)), (PUBLIC, b"")):
        with pytest.raises(Forged):
            verify(public, signature, b"", "a thing")
    with pytest.raises(ValueError, match="public key must be"):
        Sealed("{}", "00", "0" * 128)
