"""How long a verdict took until each door had it: measured per door, summed up, and said in one sentence.

A door *has* a verdict when its controller's signed status shows it. The moment is the server's, when the hub
received the first such status that the console saw: never earlier than the truth. Where the console did not
run in between it may be later, so a figure is an upper bound.

Pure.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median_low

from review.indonesian import brisk_text
from review.publication import PublicationState


@dataclass(frozen=True, slots=True)
class Arrival:
    """One controller with the labels of its doors, and when it had the verdict; None while it has not."""

    controller: str
    doors: tuple[str, ...]
    at: int | None

    @property
    def label(self) -> str:
        """Name the doors, or the controller where nobody named them."""
        return ", ".join(self.doors) or self.controller


@dataclass(frozen=True, slots=True)
class Way:
    """One verdict on its way to the doors: about what, said how, given when, how far it has come.

    ``told`` is when somebody reported what the verdict answers (a lost card); None where nobody did.
    """

    what: str
    verb: str
    verdict: int
    state: PublicationState
    arrivals: tuple[Arrival, ...]
    told: int | None = None

    def took(self, arrival: Arrival) -> int | None:
        """Give how long a door took since the verdict, in milliseconds; None while it has not confirmed.

        A door that had denied it for another reason before took no time at all.
        """
        return None if arrival.at is None else max(0, arrival.at - self.verdict)

    @property
    def missing(self) -> tuple[str, ...]:
        """Name the doors that have not confirmed."""
        return tuple(one.label for one in self.arrivals if one.at is None)

    @property
    def slowest(self) -> int | None:
        """Give how long the last door took since the verdict; None while one is missing."""
        spans = [self.took(one) for one in self.arrivals]
        known = [one for one in spans if one is not None]
        return max(known) if known and len(known) == len(spans) else None

    @property
    def since_told(self) -> int | None:
        """Give how long the last door took since the report; None without one, or while a door is missing."""
        if self.told is None or self.slowest is None:
            return None
        return max(0, max(one.at or 0 for one in self.arrivals) - self.told)


@dataclass(frozen=True, slots=True)
class DoorTally:
    """One controller's doors: how many verdicts they have of how many, the median and the longest time."""

    label: str
    confirmed: int
    of: int
    median: int | None
    slowest: int | None


@dataclass(frozen=True, slots=True)
class Journey:
    """Everything that a case sent to the doors, and what became of it there."""

    ways: tuple[Way, ...]

    @property
    def arrived(self) -> int:
        """Count what every door has."""
        return sum(one.slowest is not None for one in self.ways)

    @property
    def slowest(self) -> int | None:
        """Give the longest time of all that every door has; None where nothing has arrived."""
        return max((one.slowest for one in self.ways if one.slowest is not None), default=None)

    @property
    def doors(self) -> tuple[DoorTally, ...]:
        """Sum up door by door, by their labels."""
        labels = {one.controller: one.label for way in self.ways for one in way.arrivals}
        return tuple(
            self._tally(controller, label)
            for controller, label in sorted(labels.items(), key=lambda one: one[1])
        )

    def _tally(self, controller: str, label: str) -> DoorTally:
        mine = [way.took(one) for way in self.ways for one in way.arrivals if one.controller == controller]
        known = sorted(one for one in mine if one is not None)
        middle, longest = (median_low(known), known[-1]) if known else (None, None)
        return DoorTally(label, len(known), len(mine), middle, longest)

    def sentence(self) -> str:
        """Say how many verdicts every door confirmed, how long the slowest took, and how each door did."""
        if not self.ways:
            return "Tidak ada hak yang dicabut atau dibekukan."
        told = f"{self.arrived} dari {len(self.ways)} pencabutan dan pembekuan telah dikonfirmasi semua pintu"
        if self.slowest is not None:
            told += f"; yang paling lama {brisk_text(self.slowest)} sejak diputus"
        return ". ".join((told, *map(_of_door, self.doors))) + "."


def _of_door(one: DoorTally) -> str:
    told = f"Pintu {one.label}: {one.confirmed} dari {one.of}"
    return told if one.slowest is None else f"{told}, paling lama {brisk_text(one.slowest)}"


def arrivals(
    concerned: Iterable[str], confirmed: Mapping[str, int], doors: Mapping[str, Sequence[str]]
) -> tuple[Arrival, ...]:
    """Give the controllers that a verdict concerns or that had it already, with their doors' labels.

    ``concerned`` is empty once a verdict is everywhere: a door that came later is not behind.
    """
    known = sorted({*concerned, *confirmed})
    return tuple(Arrival(one, tuple(doors.get(one, ())), confirmed.get(one)) for one in known)
