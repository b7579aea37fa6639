"""Which controllers decide by an older registry than was published: by their own word, in their status.

A broker may lose a retained slot, or keep an older one; then only the controller knows. Its status is read
here without its signature, because the worst that a forged one can do is to have slots published again.

Pure.
"""

import msgspec

from card_registry import canonical
from card_registry.errors import Malformed
from card_registry.signing import Sealed
from card_registry.statements import Status
from card_registry.words import ControllerId

GRACE = 3.0
"""Seconds a controller is given to adopt what was published."""

AGAIN = 5.0
"""Seconds between two publications for the same controller."""


class _Signed(msgspec.Struct):
    version: int


class _Metadata(msgspec.Struct):
    signed: _Signed


class Lagging:
    """What was published when, and who was helped when; clocks are seconds that only go forward."""

    def __init__(self) -> None:
        """Nothing is published yet."""
        self._version, self._since = 0, 0.0
        self._helped: dict[ControllerId, float] = {}

    def published(self, timestamp: bytes, clock: float) -> None:
        """Note the timestamp that stands from now on; one that cannot be read is left to who verifies it."""
        try:
            version = msgspec.json.decode(timestamp, type=_Metadata).signed.version
        except msgspec.DecodeError:
            return
        if version != self._version:
            self._version, self._since = version, clock

    def behind(self, controller: ControllerId, status: bytes, clock: float) -> bool:
        """Tell whether a controller needs its slots once more."""
        if clock < self._since + GRACE or clock < self._helped.get(controller, -AGAIN) + AGAIN:
            return False
        try:
            sealed = canonical.decode(status, Sealed, "a status")
            said = canonical.decode(sealed.body.encode(), Status, "a status's body")
        except Malformed:
            return False
        if said.versions.timestamp >= self._version:
            return False
        self._helped[controller] = clock
        return True
