"""Names of credentials: keyed, apart by purpose, the same each time."""

import hashlib
import hmac

import pytest
from hypothesis import given
from hypothesis import strategies as st

from card_registry.pseudonym import match_of, month_of, unknown_of

KEY = bytes(range(32))
DIGEST = hashlib.sha256(b"a public key").digest()


def test_a_match_is_the_contract_s_hmac() -> None:
    """Signer and door compute the same name from the formula of the format, character by character."""
    wanted = hmac.new(KEY, b"akses/match/v1\0" + DIGEST, hashlib.sha256).hexdigest()
    assert match_of(KEY, DIGEST) == wanted


@given(st.binary(min_size=32, max_size=32), st.binary(min_size=32, max_size=32))
def test_names_differ_by_key_and_by_purpose(key: bytes, other: bytes) -> None:
    """Two controllers, or a match and an unknown card's name, share no name for one credential."""
    assert match_of(key, DIGEST) != unknown_of(key, DIGEST)
    assert (match_of(key, DIGEST) == match_of(other, DIGEST)) == (key == other)
    assert len(unknown_of(key, b"")) == 64


@pytest.mark.parametrize("size", [0, 31, 33])
def test_a_key_or_digest_of_another_length_is_refused(size: int) -> None:
    """A short key would be no secret, and a short digest no credential."""
    with pytest.raises(ValueError, match="pseudonym key must have 32 bytes"):
        match_of(bytes(size), DIGEST)
    with pytest.raises(ValueError, match="pseudonym key must have 32 bytes"):
        unknown_of(bytes(size), b"")
    with pytest.raises(ValueError, match="digest must have 32 bytes"):
        match_of(KEY, bytes(size))


@pytest.mark.parametrize(
    ("at", "month"),
    [
        (0, "1970-01"),
        (1_795_150_800_000, "2026-11"),
        (1_796_083_199_999, "2026-11"),
        (1_796_083_200_000, "2026-12"),
    ],
)
def test_the_month_of_a_key_is_the_calendar_s(at: int, month: str) -> None:
    """A new key is due at midnight UTC on the first."""
    assert month_of(at) == month
