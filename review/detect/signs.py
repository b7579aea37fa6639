"""The detectors: each looks at the passages of a span in order and says what is unlike the rest.

Pure.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import time

from card_registry.instant import HOUR, MINUTE, SECOND
from review.detect.values import Detector, Habits, Passage, Standing, Way
from review.indonesian import span_text
from review.workdays import Calendar

PERCENT = 100


@dataclass(frozen=True, slots=True)
class Tuning:
    """The numbers an office may tune.

    A door is unusual for a holder who entered at least ``known`` times before, under ``rare_percent`` of them
    there. A stay is long after ``longest_minutes``; an entry older than ``forgotten_hours`` is taken as left
    without a tap. A door held open counts for an entry at most ``held_seconds`` before.
    """

    known: int = 10
    rare_percent: int = 5
    longest_minutes: int = 240
    forgotten_hours: int = 16
    held_seconds: int = 120

    def __post_init__(self) -> None:
        """Refuse numbers under which a detector would always or never speak."""
        least = min(self.known, self.longest_minutes, self.forgotten_hours, self.held_seconds)
        if least < 1 or not 0 < self.rare_percent < PERCENT:
            message = "detectors are tuned by numbers from 1 on, and a share of 1 to 99 percent"
            raise ValueError(message)


@dataclass(frozen=True, slots=True)
class Sign:
    """One thing to ask about: what kind, at which occurrence, when, where, who, and the sentence."""

    detector: Detector
    id: int
    at: int
    door: str
    holder: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Scenery:
    """What all detectors are given: passages in order, doors held open, habits, office hours, tuning."""

    passages: Sequence[Passage]
    held: Sequence[Standing]
    habits: Habits
    calendar: Calendar
    tuning: Tuning
    sided: frozenset[str]


def detect(
    passages: Iterable[Passage],
    held: Iterable[Standing],
    habits: Habits,
    calendar: Calendar,
    tuning: Tuning | None = None,
) -> tuple[Sign, ...]:
    """Give every sign in a span, in the order of time; one passage may give several."""
    ordered = sorted(passages, key=lambda one: (one.at, one.id))
    sided = frozenset(one.door for one in ordered if one.way is Way.OUT)
    doors = sorted(held, key=lambda one: (one.at, one.id))
    scenery = Scenery(ordered, doors, habits, calendar, tuning or Tuning(), sided)
    found = [sign for finds in DETECTORS.values() for sign in finds(scenery)]
    return tuple(sorted(found, key=lambda one: (one.at, one.id, one.detector)))


def _outside_hours(seen: Scenery) -> Iterator[Sign]:
    calendar = seen.calendar
    for one in seen.passages:
        clock = time.fromisoformat(one.local)
        if one.way is Way.IN and not (calendar.works(one.day) and calendar.opens <= clock < calendar.closes):
            free = calendar.free.get(one.day)
            why = free.name if free else "hari libur" if not calendar.works(one.day) else "di luar jam kerja"
            yield _sign(Detector.OUTSIDE_HOURS, one, f"Masuk pukul {one.local[:5].replace(':', '.')}, {why}.")


def _unusual_place(seen: Scenery) -> Iterator[Sign]:
    for one in seen.passages:
        known = seen.habits.get(one.holder, {})
        total, here = sum(known.values()), known.get(one.door, 0)
        if (
            one.way is Way.IN
            and total >= seen.tuning.known
            and PERCENT * here < seen.tuning.rare_percent * total
        ):
            sentence = f"Masuk lewat pintu yang jarang dipakainya: {here} dari {total} kali sebelumnya."
            yield _sign(Detector.UNUSUAL_PLACE, one, sentence)


def _stays(seen: Scenery) -> Iterator[tuple[Passage | None, Passage]]:
    """Pair each tap at a two-sided door with the entry that was open before it, None where there was none."""
    inside: dict[tuple[str, str], Passage] = {}
    forgotten = seen.tuning.forgotten_hours * HOUR
    for one in seen.passages:
        if one.door not in seen.sided:
            continue
        key = (one.holder, one.door)
        before = inside.pop(key, None)
        yield (before if before is not None and one.at - before.at <= forgotten else None), one
        if one.way is Way.IN:
            inside[key] = one


def _unusual_length(seen: Scenery) -> Iterator[Sign]:
    longest = seen.tuning.longest_minutes * MINUTE
    for entered, one in _stays(seen):
        if entered is not None and one.way is Way.OUT and one.at - entered.at > longest:
            sentence = (
                f"Berada di dalam selama {span_text(one.at - entered.at)} (batas {span_text(longest)})."
            )
            yield _sign(Detector.UNUSUAL_LENGTH, one, sentence)


def _out_of_sequence(seen: Scenery) -> Iterator[Sign]:
    for entered, one in _stays(seen):
        if entered is not None and one.way is Way.IN:
            sentence = (
                f"Masuk lagi tanpa keluar; masuk sebelumnya {span_text(one.at - entered.at)} yang lalu."
            )
            yield _sign(Detector.OUT_OF_SEQUENCE, one, sentence)


def _tailgating(seen: Scenery) -> Iterator[Sign]:
    for entered, one in _stays(seen):
        if entered is None and one.way is Way.OUT:
            yield _sign(Detector.TAILGATING, one, "Keluar tanpa masuk: mungkin masuk bersama orang lain.")
    yield from _held(seen)


def _held(seen: Scenery) -> Iterator[Sign]:
    """Name the entry after which a door stood open for too long."""
    entries = defaultdict[str, list[Passage]](list)
    for one in seen.passages:
        if one.way is Way.IN:
            entries[one.door].append(one)
    for door in seen.held:
        known = entries[door.door]
        place = bisect_right(known, door.at, key=lambda one: one.at)
        last = known[place - 1] if place else None
        if last is not None and door.at - last.at <= seen.tuning.held_seconds * SECOND:
            sentence = "Pintu terlalu lama terbuka setelah masuk: mungkin ada yang ikut masuk."
            yield Sign(Detector.TAILGATING, door.id, door.at, door.door, last.holder, sentence)


def _sign(detector: Detector, one: Passage, sentence: str) -> Sign:
    return Sign(detector, one.id, one.at, one.door, one.holder, sentence)


DETECTORS: Mapping[Detector, Callable[[Scenery], Iterator[Sign]]] = {
    Detector.OUTSIDE_HOURS: _outside_hours,
    Detector.UNUSUAL_PLACE: _unusual_place,
    Detector.UNUSUAL_LENGTH: _unusual_length,
    Detector.OUT_OF_SEQUENCE: _out_of_sequence,
    Detector.TAILGATING: _tailgating,
}
"""What finds each kind of sign."""
