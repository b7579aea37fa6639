"""PINs: what may be chosen, what a guess costs, and that no answer costs more or less than another."""

import hashlib
import itertools
import subprocess
import sys

import pytest
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pytest_mock import MockerFixture

from card_registry import pin
from card_registry.errors import OperatorMistaken
from card_registry.shown import PinRow
from card_registry.words import HolderId, PinResult

HOLDER = HolderId("5a" * 16)
SALT = bytes(range(16))
RIGHT, DURESS = "73951846", "60284913"
ROW = pin.pin_row(HOLDER, RIGHT, DURESS, SALT)
DIGITS = st.integers(*pin.DIGITS)
CODES = st.text("0123456789", min_size=1, max_size=12)


@pytest.mark.parametrize(
    ("row", "typed", "result"),
    [
        (ROW, RIGHT, PinResult.RIGHT),
        (ROW, DURESS, PinResult.DURESS),
        (ROW, RIGHT[:-1], PinResult.WRONG),
        (ROW, RIGHT + "0", PinResult.WRONG),
        (ROW, "", PinResult.WRONG),
        (None, RIGHT, PinResult.WRONG),
        (pin.NOBODY, RIGHT, PinResult.WRONG),
    ],
)
def test_each_pin_is_what_it_is(
    row: PinRow | None, typed: str, result: PinResult, mocker: MockerFixture
) -> None:
    """Right, duress, wrong or nobody's: the answer is told, and each costs the same two hashes."""
    computed = mocker.spy(hashlib, "scrypt")

    assert pin.check(row, typed) is result
    assert computed.call_count == 2
    assert {(call.kwargs["n"], call.kwargs["r"], call.kwargs["p"]) for call in computed.call_args_list} == {
        (pin.COST, pin.BLOCK, pin.LANES)
    }


@settings(max_examples=8)
@given(CODES, CODES, CODES, st.binary(min_size=16, max_size=16))
def test_only_the_two_codes_open(right: str, duress: str, typed: str, salt: bytes) -> None:
    """Whatever is typed, it is RIGHT or DURESS exactly when it is that code."""
    row = pin.pin_row(HOLDER, right, duress, salt)
    expected = {duress: PinResult.DURESS, right: PinResult.RIGHT}

    assert pin.check(row, typed) is expected.get(typed, PinResult.WRONG)
    assert pin.check(row, right) is PinResult.RIGHT


def test_the_hash_is_scrypt() -> None:
    """Another implementation of scrypt (RFC 7914) gives the same hash from the same parameters."""
    other = Scrypt(salt=SALT, length=pin.HASH_BYTES, n=pin.COST, r=pin.BLOCK, p=pin.LANES)

    assert other.derive(RIGHT.encode()) == pin.hash_pin(RIGHT, SALT)


def test_the_same_code_hashes_apart_for_each_use_and_salt() -> None:
    """Rows tell neither that two people chose alike nor that a PIN is somebody's duress PIN."""
    same = pin.pin_row(HOLDER, RIGHT, RIGHT, SALT)
    other = pin.pin_row(HOLDER, RIGHT, RIGHT, SALT[::-1])

    assert len({same.right, same.duress, other.right, other.duress}) == 4


def test_a_hash_takes_at_most_eight_mebibytes() -> None:
    """By the formula, by OpenSSL's own limit, and by what a process grows when it checks a PIN."""
    blocks = 128 * pin.BLOCK * (pin.COST + pin.LANES + 2)
    with pytest.raises(ValueError, match="memory limit"):
        hashlib.scrypt(b"1", salt=SALT, n=2 * pin.COST, r=pin.BLOCK, p=pin.LANES, maxmem=pin.MEMORY)
    grown = """
import resource
from card_registry import pin
most = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
before = most()
pin.check(None, "73951846")
print(most() - before)
"""
    said = subprocess.run([sys.executable, "-c", grown], capture_output=True, text=True, check=True)

    assert blocks <= pin.MEMORY == 8 * 1024 * 1024
    assert int(said.stdout) <= pin.MEMORY + 512 * 1024


@given(DIGITS, st.integers(0, 600))
def test_there_are_a_thousand_possible_codes_for_each_issued(digits: int, holders: int) -> None:
    """One more PIN is issued exactly while both codes of everybody leave a thousand possible ones each."""
    possible = 10**digits - 30
    fits = (holders + 1) * 2 * 1_000 <= possible
    try:
        pin.require_room(holders, digits)
        issued = True
    except OperatorMistaken:
        issued = False

    assert issued is fits


def test_six_digits_are_enough_for_499_holders() -> None:
    """The site's usual PIN length, and the shortest one."""
    assert [pin.holders_most(digits) for digits in (4, 6, 8)] == [4, 499, 49_999]


def test_thirty_codes_of_each_length_are_trivial() -> None:
    """One digit throughout, or counting up or down by one; no other of the ten thousand."""
    codes = ("".join(code) for code in itertools.product("0123456789", repeat=4))
    trivial = [code for code in codes if pin.is_trivial(code)]

    assert len(trivial) == 30
    assert {"0000", "1234", "9876", "8901", "1098"} <= set(trivial)


@pytest.mark.parametrize(
    ("chosen", "duress", "said"),
    [
        ("11111111", DURESS, "the PIN repeats"),
        (RIGHT, "12345678", "the duress PIN repeats"),
        (RIGHT, "98765432", "the duress PIN repeats"),
        (RIGHT[:7], DURESS, "the PIN must have exactly 8 digits"),
        (RIGHT, DURESS + "1", "the duress PIN must have exactly 8 digits"),
        ("7395184x", DURESS, "the PIN must have exactly 8 digits"),
        ("7395184²", DURESS, "the PIN must have exactly 8 digits"),
        (RIGHT, RIGHT, "differ from the PIN in at least 2 places"),
        (RIGHT, RIGHT[:-1] + "7", "differ from the PIN in at least 2 places"),
    ],
)
def test_a_bad_choice_is_refused_without_repeating_it(chosen: str, duress: str, said: str) -> None:
    """The sentence says which of the two is wrong and why, and holds no digit of either."""
    with pytest.raises(OperatorMistaken, match=said) as refused:
        pin.require_good(chosen, duress, 8)

    assert chosen not in str(refused.value)
    assert duress not in str(refused.value)
    pin.require_good(RIGHT, DURESS, 8)


@given(st.integers().filter(lambda digits: not pin.DIGITS[0] <= digits <= pin.DIGITS[1]))
@example(0)
def test_a_policy_with_an_impossible_length_is_named(digits: int) -> None:
    """PINs of three or of thirteen digits are refused before anybody types one."""
    with pytest.raises(OperatorMistaken, match="4 to 12 digits"):
        pin.require_good(RIGHT, DURESS, digits)
    with pytest.raises(OperatorMistaken, match="4 to 12 digits"):
        pin.require_room(0, digits)


def test_a_row_is_not_shown() -> None:
    """The ``repr`` of a row names the holder and no salt or hash."""
    assert not any(part in repr(ROW) for part in (ROW.salt, ROW.right, ROW.duress))


@pytest.mark.parametrize("change", [{"salt": "00"}, {"right": "xx" * 32}, {"duress": ""}, {"holder": "ani"}])
def test_a_row_of_another_shape_is_refused(change: dict[str, str]) -> None:
    """What could not be compared is refused where it is read, not when somebody stands at the door."""
    whole = {"holder": HOLDER, "salt": ROW.salt, "right": ROW.right, "duress": ROW.duress}
    with pytest.raises(ValueError, match="must be"):
        PinRow(**{**whole, **change})  # type: ignore[arg-type] # by name
