"""The numbers of a review, counted from what its pack holds: where it is made, and again where it is checked.

Pure.
"""

from collections.abc import Sequence

from review.campaign import Outcome, Recommendation, Said
from review.pack.value import CardBack, Entry, Fate, Holding, Origin, Sums, Way

KEPT = frozenset({Outcome.KEEP, Outcome.CHANGE})
DECIDES = frozenset({Said.DECISION, Said.SILENCE, Said.ENDED})
TAKEN = frozenset({Outcome.REMOVE, Outcome.SUSPEND})


def count(
    lists: tuple[Sequence[Holding], Sequence[Holding]],
    entries: Sequence[Entry],
    ways: Sequence[Way],
    cards: Sequence[CardBack],
) -> Sums:
    """Count a review; ``lists`` are the access lists before and after."""
    before, after = lists
    outcomes = [one.outcome for one in entries]
    advised = [one.recommendation for one in entries]
    spans = [span for span in (one.took() for one in ways) if span is not None]
    stayed = sum(one.became is Fate.STAYS for one in before)
    return Sums(
        rows=len(entries),
        answered=sum(one.answered is not None for one in entries),
        undecided=outcomes.count(None),
        ratified=sum(one.ratified for one in entries),
        kept=outcomes.count(Outcome.KEEP),
        changed=outcomes.count(Outcome.CHANGE),
        removed=outcomes.count(Outcome.REMOVE),
        suspended=outcomes.count(Outcome.SUSPEND),
        silent=sum(decided(one) is Said.SILENCE for one in entries),
        ended=sum(decided(one) is Said.ENDED for one in entries),
        advised_keep=advised.count(Recommendation.KEEP),
        advised_check=advised.count(Recommendation.CHECK),
        advised_remove=advised.count(Recommendation.REMOVE),
        against_advice=sum(map(is_against_advice, entries)),
        entries=sum(one.entries for one in entries),
        denials=sum(one.denials for one in entries),
        before=len(before),
        stayed=stayed,
        gone=len(before) - stayed,
        given=sum(one.origin is not Origin.REVIEWED for one in after),
        after=len(after),
        removals=len(ways),
        confirmed=len(spans),
        slowest=max(spans, default=None),
        cards=len(cards),
        cards_back=sum(one.at is not None for one in cards),
    )


def decided(entry: Entry) -> Said | None:
    """Say what decided a row last: somebody, silence, or an end outside the review; None while open."""
    return next((one.said for one in reversed(entry.spoken) if one.said in DECIDES), None)


def is_against_advice(entry: Entry) -> bool:
    """Say whether a right is kept that should go, or goes although nothing spoke against it."""
    if decided(entry) is Said.ENDED:
        return False
    kept_all_the_same = entry.recommendation is Recommendation.REMOVE and entry.outcome in KEPT
    taken_all_the_same = entry.recommendation is Recommendation.KEEP and entry.outcome in TAKEN
    return kept_all_the_same or taken_all_the_same
