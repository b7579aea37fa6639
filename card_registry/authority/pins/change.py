"""What the authority log keeps of a PIN that was set or cleared: whose, by whom, and which row, not the row.

Pure.
"""

import hashlib
from dataclasses import dataclass

from card_registry.words import HolderId, PersonId, require_digest, require_token

VERSION = 1


@dataclass(frozen=True, slots=True)
class PinChange:
    """One holder's PIN was set (``commitment`` names its row) or cleared (None), by an operator."""

    v: int
    holder: HolderId
    commitment: str | None
    by: PersonId

    def __post_init__(self) -> None:
        """Refuse ids of another shape."""
        require_token(self.holder, "a holder id")
        if self.commitment is not None:
            require_digest(self.commitment, "the commitment to a PIN")

    @property
    def kind(self) -> str:
        """Say which it is, as the log's records do."""
        return "clear" if self.commitment is None else "set"


def commitment_of(row: bytes) -> str:
    """Give the commitment to a PIN's row (its canonical bytes, which hold 16 random ones)."""
    return hashlib.sha256(b"akses/pin-row/v1\0" + row).hexdigest()
