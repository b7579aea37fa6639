"""The sums of a campaign, as the minutes (F18), its page and its exports all print them.

Pure.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from review.campaign.advice import Recommendation
from review.campaign.item import Item, Outcome


@dataclass(frozen=True, slots=True)
class Tally:
    """How many rows there are, answered, ratified, undecided; by outcome; decided against the advice.

    ``ended`` are those, among the removed, whose right was over before anybody here decided it.
    """

    rows: int
    answered: int
    open: int
    ratified: int
    outcomes: Mapping[Outcome, int]
    advised: Mapping[Recommendation, int]
    against_advice: int
    ended: int = 0


def tally(items: Sequence[Item]) -> Tally:
    """Count a campaign's rows."""
    outcomes = [item.outcome() for item in items]
    return Tally(
        rows=len(items),
        answered=sum(item.answer() is not None for item in items),
        open=outcomes.count(None),
        ratified=sum(item.is_ratified() for item in items),
        outcomes=MappingProxyType({word: outcomes.count(word) for word in Outcome}),
        advised=MappingProxyType(
            {word: sum(item.advice.recommendation is word for item in items) for word in Recommendation}
        ),
        against_advice=sum(map(_against, items)),
        ended=sum(item.has_ended() for item in items),
    )


def _against(item: Item) -> bool:
    """Say whether a right is kept that should go, or goes although nothing spoke against it."""
    advised, outcome = item.advice.recommendation, item.outcome()
    if outcome is None or item.has_ended():
        return False
    kept = outcome in {Outcome.KEEP, Outcome.CHANGE}
    return (advised is Recommendation.REMOVE and kept) or (advised is Recommendation.KEEP and not kept)
