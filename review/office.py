"""Everything an act needs, in one value: the three stores, the site, its tables, clock and chance."""

import contextlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import Engine

from card_registry.errors import OperatorMistaken
from card_registry.hint import send_hint
from card_registry.words import Approval, ControllerId, DoorId, SiteId
from review import outside
from review.procedure import Procedure

DEFAULT_ZONE = "Asia/Jakarta"
"""The zone of times on screen until the registry's policy names the site's own."""


@dataclass(frozen=True, slots=True)
class DoorSign:
    """A door as people know it: its id, the words on its sign, the controller that drives it."""

    id: DoorId
    label: str
    controller: ControllerId


@dataclass(frozen=True, slots=True)
class Office:
    """The console's world; clock gives milliseconds, entropy gives that many random bytes.

    ``announce`` holds the addresses that hear every announcement besides the people it concerns.
    """

    store: Engine
    registry: Engine
    ledger: Engine
    site: SiteId
    run: Path
    doors: tuple[DoorSign, ...]
    procedures: Mapping[str, Procedure]
    clock: Callable[[], int]
    entropy: Callable[[int], bytes]
    announce: tuple[str, ...] = ()

    def token(self) -> str:
        """Give a fresh random id of 32 hex digits."""
        return self.entropy(16).hex()

    def zone(self) -> str:
        """Give the site's time zone, from the officers' policy."""
        policy = outside.policy(self.registry)
        return DEFAULT_ZONE if policy is None else policy.zone

    def approval(self) -> Approval:
        """Say how the site wants verdicts proved; a signature unless the officers allow less."""
        policy = outside.policy(self.registry)
        return Approval.SIGNATURE if policy is None else policy.approval

    def today(self) -> date:
        """Give the day at the site."""
        return datetime.fromtimestamp(self.clock() / 1000, ZoneInfo(self.zone())).date()

    def procedure(self, id: str) -> Procedure:
        """Give the table in force under an id.

        Raises:
            OperatorMistaken: No table of that id was loaded.
        """
        with contextlib.suppress(KeyError):
            return self.procedures[id]
        message = f"procedure {id} is not among the loaded tables"
        raise OperatorMistaken(message)

    def reopen(self) -> None:
        """Let go of idle connections: the next act opens the stores anew, as a disk may have come back."""
        for engine in (self.store, self.registry, self.ledger):
            engine.dispose()

    def wake_signer(self) -> None:
        """Tell the signer that a warrant is waiting; it would find it within a second anyway."""
        send_hint(self.run / "signer.sock")
