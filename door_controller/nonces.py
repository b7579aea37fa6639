"""The nonces by which an order proves that it is fresh: the current one, the one before, those just used.

They live in memory alone, so that no order outlives the boot it was given for.

Pure.
"""

from collections.abc import Callable, Collection

SPENT = 16
"""How many used nonces are remembered, to say of an order that it came twice."""


class Nonces:
    """One controller's nonces; used by one thread, clock and chance are given."""

    def __init__(self, lasts: int, draw: Callable[[], str], now: int) -> None:
        """Draw the first ``now`` (boot milliseconds); each stands for ``lasts`` unless an order uses it."""
        self._lasts, self._draw = lasts, draw
        self._current, self._before, self._until = draw(), "", now + lasts
        self._spent: tuple[str, ...] = ()

    def current(self, now: int) -> str:
        """Give the nonce that a status written ``now`` carries."""
        if self.is_due(now):
            self._current, self._before, self._until = self._draw(), self._current, now + self._lasts
        return self._current

    def is_due(self, now: int) -> bool:
        """Say whether the status shows a nonce that is used or has stood long enough."""
        return self._current in self._spent or now >= self._until

    @property
    def good(self) -> Collection[str]:
        """Give those that an order may quote."""
        return [one for one in (self._current, self._before) if one and one not in self._spent]

    @property
    def spent(self) -> Collection[str]:
        """Give those that orders used."""
        return self._spent

    def spend(self, nonce: str) -> None:
        """Use one up."""
        self._spent = (*self._spent, nonce)[-SPENT:]
