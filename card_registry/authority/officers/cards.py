"""The public halves that people hand to each other: one person's key card, and the signer's.

A card proves nothing by itself; officers compare its fingerprint by voice or on paper before they sign.

Pure.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass

from card_registry import canonical
from card_registry.words import Whole, require_digest, require_slug

VERSION = 1
GROUP = 8
"""How many hex digits of a fingerprint stand together."""

SHOWN = 32
"""How many hex digits of a key people compare: 128 bits, too many to find a second key for."""


@dataclass(frozen=True, slots=True)
class KeyCard:
    """One person's public key (hex), and the label of the office it is for: a function, never a name."""

    v: Whole
    label: str
    public: str

    def __post_init__(self) -> None:
        """Refuse a label or key of another shape."""
        require_slug(self.label, "a label")
        require_digest(self.public, "a public key")


@dataclass(frozen=True, slots=True)
class SignerCard:
    """The public halves (hex) of the signer's four keys; of a key being replaced, the new one's."""

    v: Whole
    grants: str
    online: str
    order: str
    authority: str

    def __post_init__(self) -> None:
        """Refuse keys of another shape, or one key for two things."""
        keys = list(self.wanted().values())
        for public in keys:
            require_digest(public, "a public key")
        if len(set(keys)) != len(keys):
            message = "the signer's four keys must be four different keys"
            raise ValueError(message)

    def wanted(self) -> Mapping[str, str]:
        """Give the keys by name, as ``authority.keys`` asks for them."""
        return {name: value for name, value in asdict(self).items() if name != "v"}


def read_key_card(data: bytes) -> KeyCard:
    """Read a person's card.

    Raises:
        Malformed: It is not one.
    """
    return canonical.decode(data, KeyCard, "the key card")


def read_signer_card(data: bytes) -> SignerCard:
    """Read the signer's card.

    Raises:
        Malformed: It is not one.
    """
    return canonical.decode(data, SignerCard, "the signer's card")


def fingerprint(public: str) -> str:
    """Give the beginning of a key (hex) as people read it to each other."""
    return " ".join(public[place : place + GROUP] for place in range(0, SHOWN, GROUP))
