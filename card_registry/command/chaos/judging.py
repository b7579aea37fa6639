"""What is wrong with what the stores hold after chaos: each fault one sentence, none where all is well.

Rows: the same bytes at the controller and in the ledger, each place once, no place left out. Decisions: a tap
of a known card opened exactly where the versions its own row names carry its grant and not its withdrawal.

Pure.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from card_registry.journal.event import Body, CredentialBound, Tapped, decode_body, decode_event
from card_registry.words import Reason

MOST = 5
"""The most sentences of one kind; the rest are counted."""

NO_JUDGEMENT = (Reason.PROOF_FAILED, Reason.FAULT, Reason.JOURNAL_REFUSED)
"""Refusals that say nothing of the card's rights: it was taken away too soon, or the door could not."""


Row = tuple[str, int, int]
"""Where a row stands: controller, epoch, sequence number."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """One moment of all stores."""

    doors: dict[Row, bytes]
    """Every row as its controller's own journal has it."""

    ledger: dict[Row, bytes]
    shown: tuple[Row, ...]
    """Every row of which the console has an occurrence, in order of arrival."""

    published: dict[str, int]
    """For each applied binding (controller/epoch/seq): the grants version that lists the credential."""

    refusals: tuple[str, ...]
    """What the hub refused, in its own sentences."""

    behind: tuple[str, ...]
    """Slots in the door's folder that are not what the signer published last."""


@dataclass(frozen=True, slots=True)
class Span:
    """From which grants version a card opens, and from which deny version it does not."""

    card: str
    grants: int
    denied: int | None


@dataclass(frozen=True, slots=True)
class Decided:
    """How many taps of known cards were held against the registry, and how many presses were written down."""

    taps: int
    granted: int


def faults_of_rows(found: Evidence) -> Iterator[str]:
    """Compare journals, ledger and console, row by row."""
    both = found.doors.keys() & found.ledger
    yield from _each(found.doors.keys() - found.ledger, "is not in the ledger")
    yield from _each(found.ledger.keys() - found.doors, "is not in its journal")
    different = {row for row in both if found.doors[row] != found.ledger[row]}
    yield from _each(different, "has other bytes in the ledger than in its journal")
    yield from _each(_gaps(found.ledger), "does not follow the row before it")
    seen = Counter(found.shown)
    yield from _each({row for row, times in seen.items() if times > 1}, "is shown twice at the console")
    yield from _each(found.ledger.keys() - seen, "is not shown at the console")
    yield from _some([f"the hub refused: {sentence}" for sentence in found.refusals])
    yield from _some([f"slot {name} at the door is not the one published last" for name in found.behind])


def faults_of_decisions(found: Evidence, spans: Sequence[Span]) -> Iterator[str]:
    """Hold every tap against the versions in which its card had a right."""
    known = {span.card: span for span in spans}
    bound = _bound(found)
    answers = ((row, _wrong(body, known, bound)) for row, body in _bodies(found) if isinstance(body, Tapped))
    yield from _some([f"{_named(row)}: {why}" for row, why in answers if why])


def decided(found: Evidence, spans: Sequence[Span]) -> Decided:
    """Count the taps that were judged."""
    known = {span.card for span in spans}
    taps = [body for _, body in _bodies(found) if isinstance(body, Tapped)]
    return Decided(sum(tap.card in known for tap in taps), sum(tap.granted for tap in taps))


def _wrong(tapped: Tapped, known: dict[str, Span], bound: dict[str, int]) -> str:
    """Say why a tap was answered wrongly; empty when it was not."""
    if tapped.card is None:
        return "a card that nobody knows opened the door" if tapped.granted else ""
    span = known.get(tapped.card)
    if span is None or tapped.reason in NO_JUDGEMENT:
        return ""
    opens = tapped.versions.grants >= max(span.grants, bound.get(span.card, 0))
    withdrawn = span.denied is not None and tapped.versions.deny >= span.denied
    versions = f"grants {tapped.versions.grants}, deny {tapped.versions.deny}"
    if tapped.granted and (withdrawn or not opens):
        return f"card {span.card[:8]}… opened the door at {versions}, without a right"
    if not tapped.granted and opens and not withdrawn:
        return f"card {span.card[:8]}… was refused at {versions} ({tapped.reason}), against its right"
    return ""


def _bound(found: Evidence) -> dict[str, int]:
    """Give for each card the first grants version that lists a credential of it."""
    first: dict[str, int] = {}
    for (name, epoch, seq), body in _bodies(found):
        version = found.published.get(f"{name}/{epoch}/{seq}")
        if isinstance(body, CredentialBound) and version is not None:
            first.setdefault(body.card, version)
    return first


def _bodies(found: Evidence) -> Iterator[tuple[Row, Body]]:
    for row in sorted(found.ledger):
        yield row, decode_body(decode_event(found.ledger[row]))


def _gaps(rows: Collection[Row]) -> set[Row]:
    """Give the rows before which one is missing."""
    return {(name, epoch, seq) for name, epoch, seq in rows if seq > 0 and (name, epoch, seq - 1) not in rows}


def _each(rows: Collection[Row], what: str) -> Iterator[str]:
    yield from _some([f"{_named(row)} {what}" for row in sorted(rows)])


def _some(sentences: Sequence[str]) -> Iterator[str]:
    yield from sentences[:MOST]
    if len(sentences) > MOST:
        yield f"and {len(sentences) - MOST} more like it"


def _named(row: Row) -> str:
    return f"row {row[0]} {row[1]}/{row[2]}"
