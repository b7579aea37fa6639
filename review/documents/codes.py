"""The short code that stands on a document beside its QR and is typed to verify it.

Ten signs of an alphabet of 31 without 0, 1, I, O and U. The last one checks the others: 31 is a prime, so one
wrong sign and two exchanged neighbours are always found.

Pure.
"""

ALPHABET = "23456789ABCDEFGHJKLMNPQRSTVWXYZ"
LENGTH = 10


def code_of(chance: bytes) -> str:
    """Make a code of at least eight random bytes."""
    number = int.from_bytes(chance, "big")
    signs = []
    for _ in range(LENGTH - 1):
        number, sign = divmod(number, len(ALPHABET))
        signs.append(ALPHABET[sign])
    text = "".join(signs)
    return text + _check(text)


def _check(text: str) -> str:
    total = sum((place + 2) * ALPHABET.index(sign) for place, sign in enumerate(text))
    return ALPHABET[total % len(ALPHABET)]


def typed(text: str) -> str | None:
    """Read a code as people type it: any case, with blanks or hyphens; None when it cannot be one."""
    code = "".join(sign for sign in text.upper() if sign not in " -.")
    if len(code) != LENGTH or not set(code) <= set(ALPHABET):
        return None
    return code if _check(code[:-1]) == code[-1] else None


def grouped(code: str) -> str:
    """Write a code for people: ``ABCDE-FGHJK``."""
    return f"{code[: LENGTH // 2]}-{code[LENGTH // 2 :]}"
