"""What happens to rows that nobody answered: suspended at the deadline, taken away after a further term.

Pure.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from card_registry.words import HolderId
from review.campaign.item import Item, Outcome, Said
from review.workdays import Calendar

GRACE = 5
"""Working days from suspension to removal (sop.md P1)."""

OPERATORS = 2
"""How many operators must be able to enter, unless the office says otherwise (sop.md P1, min_operator)."""


class Phase(StrEnum):
    """How long nobody has answered."""

    WAITING = "menunggu"
    SUSPENDING = "membekukan"
    REMOVING = "mencabut"

    @classmethod
    def of(cls, last: date, today: date, calendar: Calendar) -> "Phase":
        """Give the phase on a day, ``last`` being the last on which units may answer in time."""
        if today <= last:
            return cls.WAITING
        return cls.SUSPENDING if today <= calendar.after(last, GRACE) else cls.REMOVING


@dataclass(frozen=True, slots=True)
class Silenced:
    """A row without an answer, and what becomes of it now."""

    item: Item
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Spared:
    """A row without an answer that is left as it is, because too few operators could enter otherwise."""

    item: Item


def silence(items: Sequence[Item], phase: Phase, operators: int = OPERATORS) -> tuple[Silenced | Spared, ...]:
    """Give what becomes of the unanswered, undecided rows in a phase; nothing for those already there."""
    wanted = {Phase.WAITING: None, Phase.SUSPENDING: Outcome.SUSPEND, Phase.REMOVING: Outcome.REMOVE}[phase]
    if wanted is None:
        return ()
    entering = _operators(items)
    found: list[Silenced | Spared] = []
    for item in items:
        if not _is_silent(item) or item.outcome() is wanted:
            continue
        held = entering.get(item.holder, 0) if item.operator and item.outcome() is None else 0
        if held == 1 and len(entering) <= operators:
            found.append(Spared(item))
            continue
        if held:
            entering[item.holder] = held - 1
            entering = {holder: count for holder, count in entering.items() if count}
        found.append(Silenced(item, wanted))
    return tuple(found)


def _is_silent(item: Item) -> bool:
    """Say whether nobody answered and nobody decided; what silence did itself may still grow stricter."""
    return item.answer() is None and item.outcome() in {None, Outcome.SUSPEND} and not _decided(item)


def _decided(item: Item) -> bool:
    return any(row.said is Said.DECISION for row in item.rows) or item.is_ratified()


def _operators(items: Sequence[Item]) -> dict[HolderId, int]:
    """Count the rights by which each operator can enter as things stand."""
    found: dict[HolderId, int] = {}
    for item in items:
        if item.operator and item.outcome() in {None, Outcome.KEEP, Outcome.CHANGE}:
            found[item.holder] = found.get(item.holder, 0) + 1
    return found
