"""What happens to rows that nobody answered: suspended at the deadline, taken away after a further term.

Pure.
"""

from collections.abc import Mapping, Sequence
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


@dataclass(frozen=True, slots=True)
class Limits:
    """What an office may tune of silence: working days from suspension to removal, operators that stay."""

    grace: int = GRACE
    operators: int = OPERATORS

    def __post_init__(self) -> None:
        """Refuse limits under which silence would never warn, or would spare nobody."""
        if self.grace < 1 or self.operators < 1:
            message = "silence leaves at least one working day and one operator"
            raise ValueError(message)


LIMITS = Limits()
"""The limits as shipped (sop.md P1)."""


class Phase(StrEnum):
    """How long nobody has answered."""

    WAITING = "menunggu"
    SUSPENDING = "membekukan"
    REMOVING = "mencabut"

    @classmethod
    def of(cls, last: date, today: date, calendar: Calendar, grace: int = GRACE) -> "Phase":
        """Give the phase on a day, ``last`` being the last on which units may answer in time."""
        if today <= last:
            return cls.WAITING
        return cls.SUSPENDING if today <= calendar.after(last, grace) else cls.REMOVING


@dataclass(frozen=True, slots=True)
class Silenced:
    """A row without an answer, and what becomes of it now."""

    item: Item
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Spared:
    """A row without an answer that is left as it is, because too few operators could enter otherwise."""

    item: Item


def silence(
    items: Sequence[Item], phase: Phase, entering: Mapping[HolderId, int], operators: int = OPERATORS
) -> tuple[Silenced | Spared, ...]:
    """Give what becomes of the unanswered, undecided rows in a phase; nothing for those already there.

    ``entering`` counts, for each operator of the office, the rights by which they can enter now, under review
    here or not: whom this review does not look at keeps the room running as well.
    """
    wanted = {Phase.WAITING: None, Phase.SUSPENDING: Outcome.SUSPEND, Phase.REMOVING: Outcome.REMOVE}[phase]
    if wanted is None:
        return ()
    left = {holder: count for holder, count in entering.items() if count}
    found: list[Silenced | Spared] = []
    for item in items:
        if not _is_silent(item) or item.outcome() is wanted:
            continue
        held = left.get(item.holder, 0) if item.operator and item.outcome() is None else 0
        if held == 1 and len(left) <= operators:
            found.append(Spared(item))
            continue
        if held == 1:
            del left[item.holder]
        elif held:
            left[item.holder] = held - 1
        found.append(Silenced(item, wanted))
    return tuple(found)


def _is_silent(item: Item) -> bool:
    """Say whether nobody answered and nobody decided; what silence did itself may still grow stricter."""
    said = {row.said for row in item.rows}
    return not said - {Said.SILENCE} and item.outcome() in {None, Outcome.SUSPEND}
