"""The card's side of PKOC, against the reader's side and against the specification's example."""

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from hypothesis import given
from hypothesis import strategies as st

from card_registry.cards.pkoc import SELECT, Outcome, Proven, pkoc_exchange
from door_controller.simulator.pkoc_card import PkocCard

KEY = generate_private_key(SECP256R1())
EXAMPLE = bytes.fromhex(
    "80800001 38 5C020100 4C10 6FCF5012B224043B09350A4FC5E56A8F"
    "4D20 7A25432A462D4A404E635266556A586EDFEE8022966311EDA1EB0242AC120002 00"
)


def selected() -> PkocCard:
    """A card whose application is selected."""
    card = PkocCard(KEY)
    assert card.answer(SELECT).data == bytes.fromhex("5C0401010100 9000")
    return card


@given(st.binary(min_size=16, max_size=16), st.binary(min_size=32, max_size=32))
def test_card_and_reader_agree(transaction: bytes, identifier: bytes) -> None:
    """Whatever the challenge, the reader's machine finds the card's key proved."""
    card = PkocCard(KEY)
    exchange = pkoc_exchange(transaction, identifier)
    command = next(exchange)
    outcome: Outcome | None = None
    while outcome is None:
        try:
            command = exchange.send(card.answer(command).data)
        except StopIteration as end:
            outcome = end.value

    assert outcome == Proven(card.public_key)


def test_the_specification_s_command() -> None:
    """The example's AUTHENTICATE is answered in the example's form."""
    answer = selected().answer(EXAMPLE).data

    assert len(answer) == 135
    assert (answer[:2], answer[67:69], answer[-2:]) == (b"\x5a\x41", b"\x9e\x40", b"\x90\x00")


@pytest.mark.parametrize(
    ("apdu", "status"),
    [
        (EXAMPLE.replace(b"\x5c\x02\x01\x00", b"\x5c\x02\x02\x00"), "6985"),
        (bytes.fromhex("80800001 02 4C10 00"), "6A80"),
        (bytes.fromhex("80800001 02 4C00 00"), "6A80"),
        (bytes.fromhex("80800001 12 4C10") + bytes(16) + b"\x00", "6A80"),
        (bytes.fromhex("00B00000 00"), "6D00"),
        (bytes.fromhex("00A40400 07 D2760000850101 00"), "6A82"),
        (bytes.fromhex("00A40400 09 D27600"), "6700"),
        (b"\x00\xa4", "6700"),
    ],
)
def test_refusals(apdu: bytes, status: str) -> None:
    """What the card does not do, it refuses with the status of ISO 7816-4."""
    assert selected().answer(apdu).data.hex().upper() == status


def test_nothing_is_signed_before_select() -> None:
    """Not at the start, and not after losing the field."""
    card = selected()
    card.reset()

    assert card.answer(EXAMPLE).data == b"\x6d\x00"


@given(st.binary(max_size=80))
def test_any_apdu_is_answered(apdu: bytes) -> None:
    """Every command has an answer that ends in a status word."""
    assert len(selected().answer(apdu).data) >= 2
