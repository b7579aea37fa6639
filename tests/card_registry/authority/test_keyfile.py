"""An approver's key file: it opens for its passphrase and for nothing else."""

from dataclasses import replace

import pytest

from card_registry import canonical
from card_registry.authority import keyfile
from card_registry.authority.keyfile import ENTROPY, KeyFile
from card_registry.errors import Malformed, OperatorMistaken
from card_registry.signing import Purpose, digest, verify
from card_registry.statements import Scheme
from tests.card_registry.authority.house import FRASA, KABID_KEY, KEY_FILE, verdict

FILE = canonical.decode(KEY_FILE, KeyFile, "the key file")


def test_the_signature_is_over_exactly_this_verdict() -> None:
    """What was signed verifies under the file's public key."""
    proof = keyfile.sign_verdict(KEY_FILE, FRASA, verdict())
    signed = digest(Purpose.VERDICT, canonical.encode(verdict()))

    assert proof.scheme is Scheme.KEY_FILE
    verify(KABID_KEY, bytes.fromhex(proof.signature), signed, "the verdict")


def test_another_passphrase_does_not_open_it() -> None:
    """A wrong passphrase is the operator's mistake, and says so."""
    with pytest.raises(OperatorMistaken, match="does not open this key file"):
        keyfile.sign_verdict(KEY_FILE, FRASA + " ", verdict())


@pytest.mark.parametrize(
    "changed",
    [
        replace(FILE, public="ab" * 32),
        replace(FILE, passes=2),
        replace(FILE, salt="ab" * 16),
        replace(FILE, sealed="00" + FILE.sealed[2:]),
    ],
)
def test_an_edited_file_does_not_open(changed: KeyFile) -> None:
    """The public key and every parameter are authenticated."""
    with pytest.raises(OperatorMistaken):
        keyfile.sign_verdict(canonical.encode(changed), FRASA, verdict())


def test_a_damaged_file_says_so() -> None:
    """What is not hex is damage, not a wrong passphrase."""
    with pytest.raises(Malformed, match="damaged"):
        keyfile.sign_verdict(canonical.encode(replace(FILE, nonce="zz")), FRASA, verdict())


@pytest.mark.parametrize(
    "change", [{"v": 2}, {"memory": 2**30}, {"memory": 1}, {"passes": 10**6}, {"passes": 0}, {"lanes": 99}]
)
def test_a_file_cannot_exhaust_the_machine(change: dict[str, int]) -> None:
    """Parameters beyond the bounds are refused before any work is done."""
    document = canonical.encode(FILE)
    for name, value in change.items():
        document = document.replace(f'"{name}":{getattr(FILE, name)}'.encode(), f'"{name}":{value}'.encode())

    with pytest.raises(Malformed, match="bounded parameters"):
        keyfile.sign_verdict(document, FRASA, verdict())


@pytest.mark.parametrize(("passphrase", "length"), [("pendek", ENTROPY), (FRASA, ENTROPY - 1)])
def test_a_weak_file_is_not_made(passphrase: str, length: int) -> None:
    """A short passphrase or too little chance makes no key."""
    with pytest.raises(OperatorMistaken, match="at least 8 characters"):
        keyfile.make(passphrase, bytes(length))
