"""The offline audit: every way of tampering is named, and honest journals pass."""

from collections.abc import Callable

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from card_registry.journal.audit import Journal, Sound, Unsound, audit
from card_registry.signing import public_hex
from card_registry.words import ControllerId
from tests.card_registry.journal.maker import CONTROLLER, KEY, SITE, make_note, make_row, make_rows

ROWS = make_rows(12)
NOTES = [make_note(ROWS[:size]) for size in (12, 3, 7, 7)]
JOURNAL = Journal(SITE, CONTROLLER, 1, public_hex(KEY))


@given(st.integers(1, 12), st.sets(st.integers(1, 11), max_size=5))
def test_an_honest_journal_is_sound(size: int, cuts: set[int]) -> None:
    """Rows under any set of heads that reaches their end pass."""
    notes = [make_note(ROWS[:cut]) for cut in (*cuts, size) if cut <= size]
    finding = audit(JOURNAL, ROWS[:size], notes)
    assert isinstance(finding, Sound)
    assert finding.rows == size
    assert finding.heads == len(notes)


TAMPERINGS: dict[str, tuple[Callable[[list[bytes]], list[bytes]], str, int]] = {
    "edited": (
        lambda rows: [*rows[:5], rows[5].replace(b"ruang", b"riang"), *rows[6:]],
        "changed, removed or",
        3,
    ),
    "swapped": (lambda rows: [*rows[:4], rows[5], rows[4], *rows[6:]], "says it is row 5", 3),
    "removed": (lambda rows: rows[:5] + rows[6:], "says it is row 6", 3),
    "removed and renumbered": (
        lambda rows: [*rows[:5], *(make_row(seq) for seq in range(5, 11))],
        "rows are missing",
        7,
    ),
    "cut off": (lambda rows: rows[:11], "rows are missing", 7),
    "added": (lambda rows: [*rows, make_row(12)], "goes on after its last", 12),
    "not an event": (lambda rows: [*rows[:8], b"{}", *rows[9:]], "row 8 of pengendali-1", 7),
    "another's": (lambda rows: [*rows[:8], make_row(8, ControllerId("lain")), *rows[9:]], "row 8 of lain", 7),
}


@pytest.mark.parametrize("name", TAMPERINGS)
def test_every_tampering_is_named(name: str) -> None:
    """The finding says what was wrong, and how many rows before it are still proven."""
    tamper, sentence, proven = TAMPERINGS[name]
    finding = audit(JOURNAL, tamper(ROWS), NOTES)
    assert isinstance(finding, Unsound)
    assert sentence in finding.sentence
    assert finding.proven == proven


def test_two_heads_that_contradict_each_other_are_a_fork() -> None:
    """A controller that signed two histories is found out by its own signatures."""
    other = make_note([*ROWS[:6], make_row(99)])
    finding = audit(JOURNAL, ROWS, [*NOTES, other])
    assert isinstance(finding, Unsound)
    assert "two signed heads over 7 rows" in finding.sentence


def test_heads_by_another_key_prove_nothing() -> None:
    """A server that re-signs history with its own key is caught."""
    forger = Ed25519PrivateKey.from_private_bytes(bytes(32))
    finding = audit(JOURNAL, ROWS, [make_note(ROWS, forger)])
    assert isinstance(finding, Unsound)
    assert "another key" in finding.sentence


def test_rows_without_a_head_prove_nothing() -> None:
    """No signature, no proof."""
    finding = audit(JOURNAL, ROWS, [])
    assert isinstance(finding, Unsound)
    assert "no signed head" in finding.sentence
