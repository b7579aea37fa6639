"""Whether a person on the officers' list stands behind a digest: by key file, by passkey, or by a session.

One rule for verdicts and for orders. The proof is judged against the keys the officers signed and nothing
else. A session proves something only where their policy says so, and is marked weak for ever.

Pure.
"""

from collections.abc import Collection, Mapping
from enum import StrEnum
from typing import assert_never

from card_registry import passkey
from card_registry.errors import Forged, NotWarranted
from card_registry.signing import verify
from card_registry.statements import Approver, Passkey, Policy, Proof, Scheme
from card_registry.words import Approval


class Strength(StrEnum):
    """What stands behind a digest: a signature, or only somebody's word that it was they."""

    SIGNED = "signed"
    SESSION = "session"


def prove(
    policy: Policy, listed: Collection[Approver], proof: Proof, signed: bytes, counts: Mapping[str, int]
) -> Strength:
    """Say how well one person, listed with these entries, stands behind a digest.

    ``counts`` holds the last counter of each passkey that counts, by its public key.

    Raises:
        NotWarranted: The sentence says what is wrong with the proof.
    """
    match proof.scheme:
        case Scheme.KEY_FILE:
            _check_key_file({one.public for one in listed if one.public}, proof, signed)
            return Strength.SIGNED
        case Scheme.PASSKEY:
            _check_passkey(policy, [key for one in listed for key in one.passkeys], proof, signed, counts)
            return Strength.SIGNED
        case Scheme.SESSION:
            if policy.approval is not Approval.SESSION:
                raise NotWarranted("the site's policy wants approvals signed; a session alone is not enough")
            return Strength.SESSION
        case _:
            assert_never(proof.scheme)


def _check_key_file(keys: Collection[str], proof: Proof, signed: bytes) -> None:
    if proof.public not in keys:
        raise NotWarranted("it is signed with another key than the officers listed for this person")
    try:
        verify(proof.public, bytes.fromhex(proof.signature), signed, "the approval")
    except (Forged, ValueError) as error:
        raise NotWarranted("the signature is not the approver's over exactly this") from error


def _check_passkey(
    policy: Policy, keys: Collection[Passkey], proof: Proof, signed: bytes, counts: Mapping[str, int]
) -> None:
    listed = next((key for key in keys if key.public == proof.public), None)
    if listed is None:
        raise NotWarranted("it is signed with another passkey than the officers listed for this person")
    if not policy.console_origins:
        raise NotWarranted("the officers' policy names no address of the console, so no passkey counts yet")
    try:
        count = passkey.check(listed, proof, signed, policy.console_origins)
    except Forged as error:
        raise NotWarranted(f"the passkey's signature does not count: {error}") from error
    if passkey.is_copied(count, counts.get(proof.public, 0)):
        raise NotWarranted(
            "the passkey's counter did not grow: there may be a copy of it; let the officers list another"
        )
