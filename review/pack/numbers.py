"""Whether a pack agrees with itself: its sums, its two lists, its rows, and its minutes.

Pure.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import fields

from card_registry import canonical
from review.campaign import Outcome
from review.documents.layout import Facts
from review.pack.counting import DECIDES, TAKEN, count
from review.pack.finding import Finding, Grade
from review.pack.value import Entry, Fate, Origin, Pack, Stage, Sums
from review.publication import PublicationState

NUMBERS = "numbers"
"""The part of a report that is about them."""

COUNTED = {word.value.capitalize(): word for word in Outcome}
"""What the minutes (F18) count, by the labels there."""


def judge(pack: Pack) -> Iterator[Finding]:
    """Say what does not agree; one sound finding where everything does."""
    faults = [*_sums(pack), *_lists(pack), *_rows(pack), *_minutes(pack)]
    if not faults:
        told = f"{pack.sums.rows} rows, {pack.sums.before} rights before and {pack.sums.after} after add up"
        yield Finding(Grade.SOUND, NUMBERS, told)
    yield from (Finding(Grade.FAULT, NUMBERS, sentence) for sentence in faults)


def _sums(pack: Pack) -> Iterator[str]:
    counted = count((pack.before, pack.after), pack.entries, pack.ways, pack.cards)
    for field in fields(Sums):
        says, is_ = getattr(pack.sums, field.name), getattr(counted, field.name)
        if says != is_:
            yield f"the sum {field.name} says {says}, and what is listed counts {is_}"


def _lists(pack: Pack) -> Iterator[str]:
    """Go from the list before to the list after."""
    stayed = {one.grant for one in pack.before if one.became is Fate.STAYS}
    found = {one.grant for one in pack.after if one.origin is Origin.REVIEWED}
    if stayed != found:
        yield f"{len(stayed ^ found)} rights are said to stay and are not on the list after, or the other way"
    if [one.grant for one in pack.before] != [one.grant for one in pack.entries]:
        yield "the list before is not the list of the rows under review"
    if len({one.grant for one in pack.after}) < len(pack.after):
        yield "a right stands on the list after twice"


def _rows(pack: Pack) -> Iterator[str]:
    """See that the newest decision on each row is its outcome, and that what was taken does not stand."""
    fates = {one.grant: one.became for one in pack.before}
    denied = {one.target for one in pack.ways if one.state is not PublicationState.REFUSED}
    for one in pack.entries:
        if _outcome(one, None) is not one.outcome:
            yield f"row {one.position} says {one.outcome or 'nothing'}; its newest decision says otherwise"
        taken = pack.stage is Stage.OVER and one.outcome in TAKEN
        if fates.get(one.grant) is Fate.STAYS and (taken or one.grant in denied):
            yield f"row {one.position} was taken away, and stands on the list after"


def _outcome(one: Entry, until: int | None) -> Outcome | None:
    """Give what was decided on a row, up to a moment."""
    found = [row.outcome for row in one.spoken if row.said in DECIDES and (until is None or row.at <= until)]
    return found[-1] if found else None


def _minutes(pack: Pack) -> Iterator[str]:
    """Compare the minutes with the rows: as they were when the minutes were issued, or as they are."""
    minutes = pack.minutes
    if minutes is None:
        return
    if hashlib.sha256(canonical.encode(minutes.sheet)).hexdigest() != minutes.sha256:
        yield "the minutes (F18) do not have the hash under which they were issued"
    then = [_outcome(one, minutes.at) for one in pack.entries]
    now = [one.outcome for one in pack.entries]
    facts = [block for block in minutes.sheet.blocks if isinstance(block, Facts)]
    for label, text in (row for block in facts for row in block.rows):
        word = COUNTED.get(label)
        if word is not None and text.replace(".", "") not in {str(then.count(word)), str(now.count(word))}:
            yield f"the minutes (F18) say {label} {text}, and the rows say {now.count(word)}"
