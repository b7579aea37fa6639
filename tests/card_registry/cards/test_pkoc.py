"""A PKOC card proves its key by signing our challenge, and by nothing less."""

import hashlib
from collections.abc import Callable

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, SECP256R1, generate_private_key
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given
from hypothesis import strategies as st

from card_registry.cards.pkoc import (
    SELECT,
    Failed,
    Flaw,
    NoApplet,
    Outcome,
    Proven,
    credential_digest,
    judge,
    pkoc_exchange,
)

# PSIA PKOC NFC card specification 1.1, "Example".
TRANSACTION = bytes.fromhex("6FCF5012B224043B09350A4FC5E56A8F")
IDENTIFIER = bytes.fromhex("7A25432A462D4A404E635266556A586EDFEE8022966311EDA1EB0242AC120002")
SELECTED = bytes.fromhex("5C020100 9000")
AUTHENTICATE = bytes.fromhex("80800001 38 5C020100 4C10") + TRANSACTION + b"\x4d\x20" + IDENTIFIER + b"\x00"
PUBLIC = bytes.fromhex(
    "040EC5D87DC39D14A2C5480686DA860C82B16BE0B6903B525F84848B79FD463E32"
    "BBDA1F0252C33503C5287035E6EAC55D138D0650DCFB5281D59A9CF4124D2831"
)
SIGNATURE = bytes.fromhex(
    "B98613070C78010B04ED306D143F94EE6DC4ECA2585B621405731FB3A53CD877"
    "A21685DE18435DA7CBCC38F1D926300A454EFEE3594CEC5EFFE28C7FEAC03D7D"
)
OK = b"\x90\x00"
ANSWER = b"\x5a\x41" + PUBLIC + b"\x9e\x40" + SIGNATURE + OK


def converse(*answers: bytes) -> tuple[list[bytes], Outcome]:
    """Play a card that gives these answers; return what was said to it and what it proved."""
    exchange = pkoc_exchange(TRANSACTION, IDENTIFIER)
    said = [next(exchange)]
    for answer in answers:
        try:
            said.append(exchange.send(answer))
        except StopIteration as end:
            return said, end.value
    raise AssertionError("the exchange wanted more answers")


def own_answer(transaction: bytes = TRANSACTION) -> tuple[bytes, bytes]:
    """Give a fresh key's public point and its signature over ``transaction``."""
    key = generate_private_key(SECP256R1())
    r, s = decode_dss_signature(key.sign(transaction, ECDSA(SHA256())))
    public = key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return public, r.to_bytes(32) + s.to_bytes(32)


def test_the_published_example() -> None:
    """The specification's own exchange: its commands are ours, and its answer proves its key."""
    said, outcome = converse(SELECTED, ANSWER)

    assert said == [SELECT, AUTHENTICATE]
    assert bytes.fromhex("00A4040008A00000089800000100") == SELECT
    assert outcome == Proven(PUBLIC)


def test_the_digest_is_over_the_whole_key() -> None:
    """A registry knows the card by all 65 bytes."""
    assert credential_digest(PUBLIC) == hashlib.sha256(PUBLIC).digest()


@pytest.mark.parametrize("status", ["6A82", "6D00", "6E00", "91AF", "6100"])
def test_no_applet(status: str) -> None:
    """A card that refuses SELECT, in whatever words, does not speak PKOC."""
    assert converse(bytes.fromhex(status))[1] == NoApplet()


@pytest.mark.parametrize(
    ("listed", "chosen"),
    [("0100", "0100"), ("0101", "0101"), ("01010100", "0101"), ("01000101", "0101"), ("02000100", "0100")],
)
def test_the_version_both_know(listed: str, chosen: str) -> None:
    """Of the versions listed, the newest that we speak is echoed."""
    offer = bytes.fromhex(listed)
    said, _ = converse(bytes([0x5C, len(offer)]) + offer + OK, OK)

    assert said[1][5:9] == b"\x5c\x02" + bytes.fromhex(chosen)


@pytest.mark.parametrize(
    ("selected", "flaw"),
    [
        (OK, Flaw.MALFORMED),
        (b"\x5c\x00" + OK, Flaw.MALFORMED),
        (b"\x5c\x03\x01\x00\x01" + OK, Flaw.MALFORMED),
        (b"\x5c\x02\x01" + OK, Flaw.MALFORMED),
        (b"\x5c\x02\x02\x00" + OK, Flaw.VERSION),
        (bytes(257) + OK, Flaw.MALFORMED),
    ],
)
def test_a_greeting_that_cannot_be_used(selected: bytes, flaw: Flaw) -> None:
    """Without a version both know there is nothing to authenticate."""
    assert converse(selected)[1] == Failed(flaw)


def test_an_empty_greeting_is_no_applet() -> None:
    """A card that answers nothing does not speak PKOC."""
    assert converse(b"")[1] == NoApplet()


def test_unknown_tags_are_skipped() -> None:
    """Later versions may say more; what we know is still found."""
    extra = bytes.fromhex("9F0A03010203") + b"\x53\x81\x02\xaa\xbb"

    assert converse(extra + SELECTED, extra + ANSWER)[1] == Proven(PUBLIC)


def test_a_replayed_answer_proves_nothing() -> None:
    """The same answer under another challenge is a recording."""
    assert judge(ANSWER, bytes(16)) == Failed(Flaw.SIGNATURE)


def test_another_key_proves_nothing() -> None:
    """A stranger's key under the right signature is not proved by it."""
    public, _ = own_answer()

    assert judge(b"\x5a\x41" + public + b"\x9e\x40" + SIGNATURE + OK, TRANSACTION) == Failed(Flaw.SIGNATURE)


def test_any_honest_key_is_proved() -> None:
    """Not only the example's."""
    public, signature = own_answer()

    assert judge(b"\x9e\x40" + signature + b"\x5a\x41" + public + OK, TRANSACTION) == Proven(public)


@pytest.mark.parametrize(
    ("public", "signature", "flaw"),
    [
        (PUBLIC[:-1], SIGNATURE, Flaw.KEY),
        (b"\x02" + PUBLIC[1:33], SIGNATURE, Flaw.KEY),
        (b"\x05" + PUBLIC[1:], SIGNATURE, Flaw.KEY),
        (b"\x04" + bytes(64), SIGNATURE, Flaw.KEY),
        (PUBLIC[:-1] + b"\x00", SIGNATURE, Flaw.KEY),
        (b"", SIGNATURE, Flaw.KEY),
        (PUBLIC, SIGNATURE[:-1], Flaw.MALFORMED),
        (PUBLIC, b"", Flaw.MALFORMED),
        (PUBLIC, bytes(64), Flaw.SIGNATURE),
        (PUBLIC, b"\xff" * 64, Flaw.SIGNATURE),
        (PUBLIC, SIGNATURE[32:] + SIGNATURE[:32], Flaw.SIGNATURE),
    ],
)
def test_a_poor_answer_is_refused_with_its_flaw(public: bytes, signature: bytes, flaw: Flaw) -> None:
    """A key of the wrong form or off the curve, and a signature out of range, are each called by name."""
    answer = bytes([0x5A, len(public)]) + public + bytes([0x9E, len(signature)]) + signature + OK

    assert judge(answer, TRANSACTION) == Failed(flaw)


@pytest.mark.parametrize(
    ("answer", "flaw"),
    [
        (b"\x69\x85", Flaw.STATUS),
        (ANSWER[:-2], Flaw.STATUS),
        (ANSWER[:-2] + b"\x63\x00", Flaw.STATUS),
        (b"", Flaw.MALFORMED),
        (b"\x90", Flaw.MALFORMED),
        (ANSWER[:-2] + ANSWER, Flaw.MALFORMED),
        (b"\x5a\x7f" + ANSWER[2:], Flaw.MALFORMED),
    ],
)
def test_an_answer_that_is_none(answer: bytes, flaw: Flaw) -> None:
    """A refusal, a cut and a doubled tag are each called by name."""
    assert judge(answer, TRANSACTION) == Failed(flaw)


@given(st.binary(max_size=300), st.binary(max_size=300))
def test_no_card_breaks_the_exchange(selected: bytes, answer: bytes) -> None:
    """Whatever two answers a card gives, the exchange ends in a value, and never in a proof."""
    exchange = pkoc_exchange(TRANSACTION, IDENTIFIER)
    next(exchange)
    outcome = send_until_end(exchange.send, [selected, answer])

    assert isinstance(outcome, NoApplet | Failed)


@given(st.integers(0, len(ANSWER) - 1), st.integers(1, 255))
def test_every_bit_of_the_answer_counts(place: int, change: int) -> None:
    """One byte changed anywhere, and the key is not proved."""
    spoiled = bytearray(ANSWER)
    spoiled[place] ^= change

    assert isinstance(judge(bytes(spoiled), TRANSACTION), Failed)


@pytest.mark.parametrize(("transaction", "identifier"), [(bytes(15), IDENTIFIER), (TRANSACTION, bytes(31))])
def test_wrong_arguments_are_refused(transaction: bytes, identifier: bytes) -> None:
    """A short challenge would weaken every proof made with it."""
    with pytest.raises(ValueError, match="bytes"):
        next(pkoc_exchange(transaction, identifier))


def send_until_end(send: Callable[[bytes], bytes], answers: list[bytes]) -> Outcome:
    """Feed answers until the exchange ends."""
    for answer in answers:
        try:
            send(answer)
        except StopIteration as end:
            outcome: Outcome = end.value
            return outcome
    raise AssertionError("the exchange wanted more answers")
