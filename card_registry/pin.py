"""A holder's PIN: which may be chosen, how it is hashed, and what an entered one is worth.

It decides the cost of a guess, how many PINs a site may issue, and RIGHT, WRONG or DURESS. How often a wrong
one may be tried is left to ``door_controller.pin.tries``; who may set one to ``authority.pins``.

What a hash is worth: six digits are a million codes, and at about 25 ms for each an ordinary computer tries
them all within a day. The hash only buys time to clear the PINs that a stolen door knew; at the door itself
ten wrong tries are the defence. A PIN opens nothing without its card.

2026-11-21: r is 15 because N must be a power of two, and 8192 × 8 needs 3 KiB more than the 8 MiB allowed;
4096 × 15 needs 7.5. OpenSSL itself is told the limit and refuses to exceed it.
2026-11-21: right PIN and duress PIN are hashed under two salts and both are computed for every entry, also
for a holder without a PIN, so that neither time nor memory tells which of them was given.
2026-11-21: the two must differ in two places, because one slipped finger must not raise a silent alarm.
2026-11-21: the thirty codes nobody may choose are not counted among the possible ones.

Pure.
"""

import hashlib
import hmac
import itertools

from card_registry.errors import OperatorMistaken
from card_registry.shown import PinRow
from card_registry.words import HolderId, PinResult

COST = 4096
BLOCK = 15
LANES = 1
MEMORY = 8 * 1024 * 1024
"""The most memory that one hash may take, in bytes; hashes are computed one after the other."""

SALT_BYTES = 16
HASH_BYTES = 32
DIGITS = (4, 12)
"""How many digits a site's PINs may have."""

CODES_EACH = 1_000
"""How many possible codes there must be for each one issued; a duress PIN is a code too."""

TRIES = 10
"""After so many wrong PINs without a right one between them, none is looked at until an operator acts."""

CODES_A_HOLDER = 2
PLACES_APART = 2

_RIGHT = b"akses/pin-right/v1\0"
_DURESS = b"akses/pin-duress/v1\0"
_TEN = 10
_TRIVIAL = 3 * _TEN
"""One digit throughout, upwards by one, downwards by one; each from ten beginnings."""

NOBODY = PinRow(HolderId("0" * 32), "00" * SALT_BYTES, "00" * HASH_BYTES, "00" * HASH_BYTES)
"""Stands for the row of a holder without a PIN, so that it takes as long to find out."""


def hash_pin(pin: str, salt: bytes) -> bytes:
    """Give scrypt of a PIN (32 bytes) within ``MEMORY``; the salt says which of the two PINs it is."""
    return hashlib.scrypt(pin.encode(), salt=salt, n=COST, r=BLOCK, p=LANES, maxmem=MEMORY, dklen=HASH_BYTES)


def pin_row(holder: HolderId, pin: str, duress: str, salt: bytes) -> PinRow:
    """Give the row by which doors know a holder's two PINs; ``salt`` is 16 random bytes, new for each row."""
    right, under_threat = (hash_pin(code, use + salt) for code, use in ((pin, _RIGHT), (duress, _DURESS)))
    return PinRow(holder, salt.hex(), right.hex(), under_threat.hex())


def check(row: PinRow | None, pin: str) -> PinResult:
    """Say what an entered PIN is: RIGHT, DURESS, or WRONG (also where the holder has no PIN).

    Both hashes are computed and compared in constant time, whatever the answer will be.
    """
    asked = NOBODY if row is None else row
    salt = bytes.fromhex(asked.salt)
    right = hmac.compare_digest(hash_pin(pin, _RIGHT + salt), bytes.fromhex(asked.right))
    duress = hmac.compare_digest(hash_pin(pin, _DURESS + salt), bytes.fromhex(asked.duress))
    if row is None or not right | duress:
        return PinResult.WRONG
    return PinResult.RIGHT if right else PinResult.DURESS


def holders_most(digits: int) -> int:
    """Say to how many holders of a site PINs of so many digits may be issued.

    Raises:
        OperatorMistaken: PINs of a site may not have so many digits.
    """
    _require_digits(digits)
    possible: int = _TEN**digits - _TRIVIAL
    return possible // (CODES_EACH * CODES_A_HOLDER)


def require_room(holders: int, digits: int) -> None:
    """Refuse to issue one more PIN where ``holders`` already have one.

    Raises:
        OperatorMistaken: There would be fewer than ``CODES_EACH`` possible codes for each one issued.
    """
    most = holders_most(digits)
    if holders >= most:
        raise OperatorMistaken(
            f"{holders} holders have a PIN and {digits} digits are enough for {most}; clear PINs that are no "
            "longer needed, or let the officers sign a policy with longer ones"
        )


def require_good(pin: str, duress: str, digits: int) -> None:
    """Refuse two PINs that a holder may not have; the sentence never holds a digit of them.

    Raises:
        OperatorMistaken: One is not ``digits`` digits or is trivial, or the two are too much alike.
    """
    _require_digits(digits)
    for code, what in ((pin, "the PIN"), (duress, "the duress PIN")):
        if len(code) != digits or not (code.isascii() and code.isdigit()):
            raise OperatorMistaken(f"{what} must have exactly {digits} digits; choose it again")
        if is_trivial(code):
            raise OperatorMistaken(
                f"{what} repeats one digit or only counts up or down; choose one that is harder to guess"
            )
    if sum(one != other for one, other in zip(pin, duress, strict=True)) < PLACES_APART:
        raise OperatorMistaken(
            f"the duress PIN must differ from the PIN in at least {PLACES_APART} places, so that a slip "
            "raises no alarm; choose another"
        )


def is_trivial(code: str) -> bool:
    """Say whether a code repeats one digit, or counts up or down by one (0 follows 9)."""
    steps = {(int(after) - int(before)) % _TEN for before, after in itertools.pairwise(code)}
    return len(steps) <= 1 and steps <= {0, 1, _TEN - 1}


def _require_digits(digits: int) -> None:
    least, most = DIGITS
    if not least <= digits <= most:
        raise OperatorMistaken(f"PINs have {least} to {most} digits, and the site's policy says {digits}")
