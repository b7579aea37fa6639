"""What the status says of the registry that is kept here; a server that lost time is shown what is newer."""

from tuf.api.metadata import Metadata

from card_registry.statements import Kept
from card_registry.trust import recall
from card_registry.trust.adoption import Trusted
from card_registry.trust.slots import DENY_LIST


def kept_of(trusted: Trusted, older: bytes | None = None) -> Kept:
    """Say what is kept; ``older`` is a genuine timestamp that the server offers and this door refuses now."""
    denied = max(trusted.serials.values(), default=0)
    listed = trusted.targets.get(DENY_LIST) if older else None
    if older is None or listed is None:
        return Kept(denied)
    proof = recall.pack({**trusted.metadata, DENY_LIST: listed})
    return Kept(denied, Metadata.from_bytes(older).signed.version, proof)
