"""What surrounds the doors of one controller: fire panel, mains, the cabinet's own lid, the Pi's supply.

Each sense has a level that means something is wrong. It counts once it has stood for a while, and is over
once it has been gone for a while; how long, the table says. What follows is a note and nothing else: fire
releases by wiring and is only observed here, so that no line of this program can open a door for a cut cable.

===============  ==============  ==========================  ====================================
sense            alarm           counts after, ends after    why so long
===============  ==============  ==========================  ====================================
``fire``         fire            0.2 s, 2 s                  a relay's bounce
``mains``        mains-lost      1 s, 5 s                    a dip that the supply bridges
``tamper``       cabinet-open    0.1 s, 2 s                  a lid's bounce
``undervoltage`` undervoltage    at once, 30 s               the kernel has already asked for 2 s
===============  ==============  ==========================  ====================================

Times are milliseconds of a clock that only goes forward. A sense that is wrong when the program starts
alarms; one that is right then says nothing.

Pure.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from card_registry.journal.event import Alarmed


class Sense(StrEnum):
    """What the cabinet can notice."""

    FIRE = "fire"
    MAINS = "mains"
    TAMPER = "tamper"
    UNDERVOLTAGE = "undervoltage"


ALARMS: Mapping[Sense, str] = {
    Sense.FIRE: "fire",
    Sense.MAINS: "mains-lost",
    Sense.TAMPER: "cabinet-open",
    Sense.UNDERVOLTAGE: "undervoltage",
}
"""The alarm of each sense."""

COUNTS_MS: Mapping[Sense, int] = {
    Sense.FIRE: 200,
    Sense.MAINS: 1_000,
    Sense.TAMPER: 100,
    Sense.UNDERVOLTAGE: 0,
}
"""How long something must be wrong before it is an alarm."""

ENDS_MS: Mapping[Sense, int] = {
    Sense.FIRE: 2_000,
    Sense.MAINS: 5_000,
    Sense.TAMPER: 2_000,
    Sense.UNDERVOLTAGE: 30_000,
}
"""How long it must be right again before the alarm is over."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What one sense last showed, since when, and whether its alarm stands."""

    wrong: bool
    since: int
    stands: bool = False

    def due(self, sense: Sense) -> int | None:
        """Give when this reading will count; None where it already does."""
        if self.wrong == self.stands:
            return None
        return self.since + (COUNTS_MS if self.wrong else ENDS_MS)[sense]


@dataclass(frozen=True, slots=True)
class Cabinet:
    """Everything one cabinet remembers; ``about`` is the controller's name."""

    about: str
    readings: Mapping[Sense, Reading] = field(default_factory=dict)


def step(cabinet: Cabinet, seen: Mapping[Sense, bool], now: int) -> tuple[Cabinet, tuple[Alarmed, ...]]:
    """Take what the senses show at ``now`` (True: wrong; one that is missing shows what it showed before)."""
    readings = dict(cabinet.readings)
    for sense, wrong in seen.items():
        known = readings.get(sense)
        if known is None:
            readings[sense] = Reading(wrong, now)
        elif known.wrong != wrong:
            readings[sense] = replace(known, wrong=wrong, since=now)
    notes = []
    for sense, reading in readings.items():
        due = reading.due(sense)
        if due is not None and now >= due:
            readings[sense] = replace(reading, stands=reading.wrong)
            notes.append(Alarmed(ALARMS[sense], cabinet.about, raised=reading.wrong))
    return replace(cabinet, readings=readings), tuple(notes)


def due(cabinet: Cabinet) -> int | None:
    """Give the next moment at which time alone changes something."""
    dues = (reading.due(sense) for sense, reading in cabinet.readings.items())
    return min((moment for moment in dues if moment is not None), default=None)
