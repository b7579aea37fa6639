"""Checkpoints: what signs, what is refused."""

import base64

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from card_registry.errors import Forged, Malformed, SenderLied
from card_registry.journal.note import (
    NOTE_LIMIT,
    Checkpoint,
    authority_origin,
    open_checkpoint,
    origin,
    sign_checkpoint,
)
from card_registry.signing import public_hex
from card_registry.words import ControllerId, SiteId

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
OTHER = Ed25519PrivateKey.from_private_bytes(bytes(32))
ORIGIN = origin(SiteId("contoh"), ControllerId("pengendali-1"), 1)
HEAD = Checkpoint(ORIGIN, 42, bytes(range(32)))
NOTE = sign_checkpoint(HEAD, KEY)


def test_a_signed_head_is_read_back() -> None:
    """The head comes back as it was signed."""
    assert open_checkpoint(NOTE, ORIGIN, public_hex(KEY)) == HEAD


def test_the_note_has_the_form_of_its_standard() -> None:
    """Three lines, a blank line, one signature line: c2sp.org/tlog-checkpoint."""
    lines = NOTE.decode().split("\n")
    assert lines[:4] == ["akses/contoh/pengendali-1/1", "42", base64.b64encode(bytes(range(32))).decode(), ""]
    assert lines[4].startswith("— akses/contoh/pengendali-1/1 ")
    assert lines[5:] == [""]


@given(st.integers(0, len(NOTE) - 1), st.integers(1, 255))
def test_no_changed_byte_is_accepted(at: int, flip: int) -> None:
    """Flipping any byte of a note makes it worthless."""
    changed = bytes([*NOTE[:at], NOTE[at] ^ flip, *NOTE[at + 1 :]])
    with pytest.raises(SenderLied):
        open_checkpoint(changed, ORIGIN, public_hex(KEY))


def test_another_key_or_journal_is_refused() -> None:
    """A head counts only for its own origin and the key the site trusts."""
    with pytest.raises(Forged, match="another key"):
        open_checkpoint(NOTE, ORIGIN, public_hex(OTHER))
    with pytest.raises(Forged, match="not of akses/contoh/authority"):
        open_checkpoint(NOTE, authority_origin(SiteId("contoh")), public_hex(KEY))


@pytest.mark.parametrize(
    "text",
    [
        f"{ORIGIN}\n042\n{base64.b64encode(bytes(32)).decode()}\n",
        f"{ORIGIN}\n-1\n{base64.b64encode(bytes(32)).decode()}\n",
        f"{ORIGIN}\n42\n{base64.b64encode(bytes(31)).decode()}\n",
        f"{ORIGIN}\n42\n{base64.b64encode(bytes(32)).decode()}\nextension\n",
        f"{ORIGIN}\n42\n",
        f"{ORIGIN}\nmany\n{base64.b64encode(bytes(32)).decode()}\n",
    ],
)
def test_a_text_of_another_form_is_refused_even_when_signed(text: str) -> None:
    """One head has one written form, whoever signs another."""
    stamp = NOTE.decode().split(" ")[-1]
    with pytest.raises(Malformed):
        open_checkpoint(f"{text}\n— {ORIGIN} {stamp}".encode(), ORIGIN, public_hex(KEY))


@pytest.mark.parametrize("note", [b"", b"\xff\xfe", b"x" * (NOTE_LIMIT + 1), b"a\n\n- b Yw==\n", b"a\n\nb\n"])
def test_bytes_that_are_no_note_are_refused(note: bytes) -> None:
    """Nothing else is read as a note."""
    with pytest.raises(Malformed):
        open_checkpoint(note, ORIGIN, public_hex(KEY))
