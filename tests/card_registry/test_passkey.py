"""A passkey's assertion: what a real browser made is accepted, and no part of it may be otherwise."""

import hashlib
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from fido2.server import Fido2Server
from fido2.utils import websafe_decode
from fido2.webauthn import (
    AttestedCredentialData,
    AuthenticatorData,
    PublicKeyCredentialRpEntity,
    UserVerificationRequirement,
)
from hypothesis import given
from hypothesis import strategies as st

from card_registry import passkey
from card_registry.errors import Forged, Malformed
from card_registry.passkey import PRESENT, VERIFIED, challenge_of, check, count_of, is_copied, require_key
from card_registry.statements import Passkey, Proof, Scheme
from tests.card_registry.chromium import chromium
from tests.card_registry.passkey_recording import record
from tests.card_registry.soft_passkey import ORIGIN, soft_passkey

VECTORS: dict[str, Any] = json.loads(
    (Path(__file__).parents[1] / "vectors" / "passkey.json").read_text(encoding="utf-8")
)
SIGNED = bytes.fromhex(VECTORS["signed"])
SOFT = soft_passkey()


def key_of(vectors: dict[str, Any], case: dict[str, str]) -> Passkey:
    """Give the passkey of a case, as the officers would list it."""
    made = vectors["keys"][case["key"]]
    return Passkey(made["id"], made["public"])


def proof_of(vectors: dict[str, Any], case: dict[str, str]) -> Proof:
    """Give the assertion of a case."""
    parts = (case["signature"], case["client_data"], case["authenticator_data"])
    return Proof(Scheme.PASSKEY, key_of(vectors, case).public, *parts)


def judge(vectors: dict[str, Any], case: dict[str, str]) -> None:
    """Check one recorded case against what is expected of it."""
    key, proof = key_of(vectors, case), proof_of(vectors, case)
    if case["sentence"]:
        with pytest.raises(Forged, match=case["sentence"]):
            check(key, proof, SIGNED, (vectors["origin"],))
    else:
        assert check(key, proof, SIGNED, (vectors["origin"],)) == count_of(proof) == 2


@pytest.mark.parametrize("case", VECTORS["cases"], ids=lambda case: case["name"])
def test_a_recorded_assertion_is_judged_as_expected(case: dict[str, str]) -> None:
    """Chromium's own answers: three algorithms count; another challenge, page, site or finger does not."""
    judge(VECTORS, case)


def test_todays_browser_answers_as_the_recorded_one_did() -> None:
    """The Chromium of this machine, asked the same things now, is judged the same."""
    with chromium() as running:
        fresh = json.loads(json.dumps(record(running)))

    assert [case["name"] for case in fresh["cases"]] == [case["name"] for case in VECTORS["cases"]]
    for case in fresh["cases"]:
        judge(fresh, case)


@pytest.mark.parametrize("case", VECTORS["cases"], ids=lambda case: case["name"])
def test_another_implementation_agrees(case: dict[str, str]) -> None:
    """Yubico's library, asked about each recorded assertion, says yes and no where we do."""
    rp = PublicKeyCredentialRpEntity(id=passkey.rp_of(ORIGIN), name="")
    server = Fido2Server(rp, verify_origin=lambda origin: origin == ORIGIN)
    made = AuthenticatorData(bytes.fromhex(VECTORS["keys"][case["key"]]["authenticator_data"]))
    assert isinstance(made.credential_data, AttestedCredentialData)
    id = VECTORS["keys"][case["key"]]["id"]
    answer = {
        "clientDataJSON": challenge_of(case["client_data"].encode()),
        "authenticatorData": challenge_of(bytes.fromhex(case["authenticator_data"])),
        "signature": challenge_of(bytes.fromhex(case["signature"])),
    }
    response = {"id": id, "rawId": id, "type": "public-key", "response": answer}
    state = {"challenge": challenge_of(SIGNED), "user_verification": UserVerificationRequirement.REQUIRED}
    assert websafe_decode(state["challenge"]) == SIGNED
    if case["sentence"] and case["name"] != "in a frame":  # the library does not look at crossOrigin
        with pytest.raises(ValueError, match=r"Wrong|Invalid|required"):
            server.authenticate_complete(state, [made.credential_data], response)
    else:
        server.authenticate_complete(state, [made.credential_data], response)


@pytest.mark.parametrize("name", ["ed25519", "p256", "rsa"])
def test_no_byte_of_an_assertion_may_change(name: str) -> None:
    """Every byte of both parts and of the signature, flipped in one bit, is refused."""
    case = next(case for case in VECTORS["cases"] if case["name"] == name)
    key, good = key_of(VECTORS, case), proof_of(VECTORS, case)
    assert good.client_data is not None
    assert good.authenticator_data is not None
    for field, data in (
        ("client_data", good.client_data.encode()),
        ("authenticator_data", bytes.fromhex(good.authenticator_data)),
        ("signature", bytes.fromhex(good.signature)),
    ):
        for at in range(len(data)):
            flipped = data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]
            value = flipped.decode() if field == "client_data" else flipped.hex()
            changed = replace(good, **{field: value})  # type: ignore[arg-type] # by name
            with pytest.raises(Forged):
                check(key, changed, SIGNED, (ORIGIN,))


@given(st.binary(max_size=64), st.binary(max_size=48), st.text(max_size=64))
def test_noise_is_refused(signature: bytes, stated: bytes, client: str) -> None:
    """Whatever else is in the place of an assertion is refused by a sentence, never by a crash."""
    proof = Proof(Scheme.PASSKEY, SOFT.public.public, signature.hex(), client, stated.hex())

    with pytest.raises(Forged):
        check(SOFT.public, proof, SIGNED, (ORIGIN,))


GOOD = SOFT.sign(SIGNED)
WRONG = {
    "another key": (replace(GOOD, public=soft_passkey(2).public.public), "another passkey"),
    "a key file's": (replace(GOOD, scheme=Scheme.KEY_FILE), "another passkey"),
    "no browser": (replace(GOOD, client_data=None), "lacks the browser's"),
    "no authenticator": (replace(GOOD, authenticator_data=None), "lacks the browser's"),
    "not hex": (replace(GOOD, signature="zz"), "not written as it must be"),
    "surrogate": (replace(GOOD, client_data="\ud800"), "not written as it must be"),
    "too long": (SOFT.sign(SIGNED, extra="x" * 2048), "longer than 2048"),
    "not json": (replace(GOOD, client_data="{"), "cannot be read"),
    "a registration": (SOFT.sign(SIGNED, type="webauthn.create"), "something else than signing"),
    "padded": (SOFT.sign(SIGNED, challenge=challenge_of(SIGNED) + "="), "something else than exactly"),
    "crossing": (SOFT.sign(SIGNED, crossOrigin=True), "another page"),
    "extensions": (SOFT.sign(SIGNED, tail=b"\xa0"), "not of 37 bytes"),
    "another rp": (SOFT.sign(SIGNED, rp="contoh.go.id"), "for another site"),
    "absent": (SOFT.sign(SIGNED, flags=VERIFIED), "did not see its owner"),
    "unverified": (SOFT.sign(SIGNED, flags=PRESENT), "did not see its owner"),
    "reserved": (SOFT.sign(SIGNED, flags=PRESENT | VERIFIED | 0x02), "flags are none"),
    "backed up": (SOFT.sign(SIGNED, flags=PRESENT | VERIFIED | 0x10), "flags are none"),
}


@pytest.mark.parametrize("name", WRONG)
def test_each_rule_has_its_sentence(name: str) -> None:
    """Assertions whose signature is right and whose content is not are refused for what is wrong."""
    proof, sentence = WRONG[name]

    with pytest.raises(Forged, match=sentence):
        check(SOFT.public, proof, SIGNED, (ORIGIN,))


def test_a_counter_must_grow_unless_there_is_none() -> None:
    """A counter that stands still or falls speaks of a copy; authenticators without one always say 0."""
    assert check(SOFT.public, SOFT.sign(SIGNED, 9), SIGNED, ("https://lain.example", ORIGIN)) == 9
    assert not is_copied(0, 0)
    assert not is_copied(8, 7)
    assert is_copied(7, 7)
    assert is_copied(0, 7)


def spki(key: ec.EllipticCurvePublicKey | ed25519.Ed25519PublicKey | rsa.RSAPublicKey) -> str:
    """Give a public key as browsers do."""
    return key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo).hex()


@pytest.mark.parametrize(
    "public",
    [
        "zz",
        "00",
        spki(ec.derive_private_key(5, ec.SECP384R1()).public_key()),
        spki(rsa.generate_private_key(65537, 1024).public_key()),  # noqa: S505 - that is the point
        GOOD.public[:-2],
    ],
    ids=["not hex", "no key", "p384", "short rsa", "cut off"],
)
def test_other_keys_are_refused(public: str) -> None:
    """Only the three kinds that were agreed count as passkeys, whatever the list says."""
    with pytest.raises(Malformed, match="passkey's public key"):
        require_key(public)
    proof = replace(GOOD, public=public)
    with pytest.raises(Forged, match="passkey's public key"):
        check(Passkey("x", public), proof, SIGNED, (ORIGIN,))


def test_keys_of_the_agreed_kinds_are_read() -> None:
    """Ed25519, P-256 and RSA of 2048 bits are what browsers and Windows make."""
    for made in VECTORS["keys"].values():
        require_key(made["public"])
    assert hashlib.sha256(bytes.fromhex(GOOD.public)).digest()
