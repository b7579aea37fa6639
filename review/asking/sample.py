"""A fair sample that anybody can draw again: the same seed over the same events gives the same ones.

Decisions:
    2026-11-21: the seed is hashed, so that nobody can steer the choice by trying near numbers; the sample is
    drawn by rank in order of time, so that a busy day weighs as much as it has events.

Pure.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Week:
    """A week from Monday on."""

    first: date

    @property
    def last(self) -> date:
        """Give its Sunday."""
        return self.first + WEEK - timedelta(days=1)


def weeks_of(first: date, last: date) -> tuple[Week, ...]:
    """Give the whole weeks, Monday to Sunday, within the days from ``first`` to ``last``."""
    monday = first + timedelta(days=-first.weekday() % 7)
    count = max(0, (last - monday + timedelta(days=1)) // WEEK)
    return tuple(Week(monday + number * WEEK) for number in range(count))


def drawn(seed: str, size: int) -> Iterator[int]:
    """Give the numbers below ``size`` in the order in which a seed draws them, each once."""
    taken: dict[int, int] = {}
    for turn in range(size):
        place = turn + _number(seed, turn) % (size - turn)
        here = taken.get(place, place)
        taken[place] = taken.get(turn, turn)
        yield here


def _number(seed: str, turn: int) -> int:
    return int.from_bytes(hashlib.sha256(f"{seed}\0{turn}".encode()).digest())
