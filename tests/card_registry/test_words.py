"""Names and ids are one shape, and whatever else is refused."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from card_registry.words import Reason, require_digest, require_slug, require_token

HOSTILE = ["", " ", "a b", "a/b", "..", "+", "#", "a\n", "A", "ä", "-", "-a", "a-", "a" * 33, "a\0", "$SYS"]


@pytest.mark.parametrize("text", HOSTILE)
def test_a_name_that_is_no_slug_is_refused(text: str) -> None:
    """What is unsafe as a topic level or a file name never becomes an id."""
    with pytest.raises(ValueError, match="a name must be 1 to 32"):
        require_slug(text, "a name")


@given(st.from_regex(r"[a-z0-9]([a-z0-9-]{0,30}[a-z0-9])?", fullmatch=True))
def test_a_slug_is_accepted(text: str) -> None:
    """1 to 32 of a-z, 0-9 and inner hyphens."""
    require_slug(text, "a name")


@given(st.text(max_size=70))
def test_tokens_and_digests_are_lower_case_hex_of_their_length(text: str) -> None:
    """32 and 64 digits, ASCII only, no newline at the end."""
    for check, size in ((require_token, 32), (require_digest, 64)):
        good = (text + "0" * size)[:size]
        if re.fullmatch(rf"[0-9a-f]{{{size}}}", text):
            check(text, "an id")
        else:
            with pytest.raises(ValueError, match=f"an id must be {size} lower-case hex digits"):
                check(text, "an id")
        if set(good) <= set("0123456789abcdef"):
            check(good, "an id")


@pytest.mark.parametrize("text", ["0" * 32 + "\n", "A" * 32, "\u0660" * 32])
def test_a_token_has_one_spelling(text: str) -> None:
    """No trailing newline, no capitals, no other script's digits."""
    with pytest.raises(ValueError, match="32 lower-case"):
        require_token(text, "an id")


def test_reasons_are_never_renamed() -> None:
    """Journals keep these words for years; a reason may only be added here."""
    assert {
        "granted",
        "granted-free",
        "no-registry",
        "registry-expired",
        "proof-failed",
        "unknown-credential",
        "tier-too-weak",
        "card-denied",
        "holder-denied",
        "grant-denied",
        "no-grant",
        "not-yet",
        "ended",
        "outside-schedule",
        "clock-uncertain",
        "lockdown",
        "escort-required",
        "pin-wrong",
        "journal-refused",
        "fault",
    } <= set(Reason)
