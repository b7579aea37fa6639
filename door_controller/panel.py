"""What light and buzzer show at a door: patterns as tables, and the player that reads them.

A panel has a green light, a red light and a buzzer; both lights together are amber. An *answer* to a card
plays once, over the *standing* indication, which plays for ever; the latest answer wins. Which indication
stands is the caller's choice; which phase is shown follows from the clock, so a late or missed tick shifts
nothing.

Answers come in groups that people can tell apart without reading. Within a group they look alike on purpose:
whoever found a card must not learn from the door whether it was lost, revoked or never known.

==================  ===================  ================  ==================================================
group               lights               buzzer            reasons
==================  ===================  ================  ==================================================
granted             green 3 s            1 long            granted, granted-free, granted-exit
enter your PIN      amber, fast, 15 s    1 short           pin-required
wait for another    amber, slow, 30 s    2 short           second-person, escort-required
not you             red 2 s              2 short           denied for card, holder, grant or proof
not now             red, slow, 3 times   3 short           outside the schedule or the grant's window
not the PIN         red, fast, 2 s       2 short           pin-wrong, pin-locked
not this door       red 2 s              1 long, 1 short   lockdown, interlock, anti-passback
not able            amber then red       1 very long       the controller cannot decide or write
==================  ===================  ================  ==================================================

A PIN given under duress is answered by ``Reason.GRANTED`` like the right one; there is nothing else to show.

Times are milliseconds of the boot clock.

Pure.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from types import MappingProxyType

from card_registry.words import Reason

PHASE_MS = (50, 60_000)
"""No phase is shorter than an eye or an ear can tell."""


@dataclass(frozen=True, slots=True)
class Shown:
    """What is on at one moment."""

    green: bool = False
    red: bool = False
    buzzer: bool = False


@dataclass(frozen=True, slots=True)
class Phase:
    """What is on for ``ms`` milliseconds."""

    ms: int
    green: bool = False
    red: bool = False
    buzzer: bool = False

    def __post_init__(self) -> None:
        """Refuse a phase nobody could notice, or would wait for.

        Raises:
            ValueError: Too short or too long.
        """
        least, most = PHASE_MS
        if not least <= self.ms <= most:
            message = f"a phase must last {least} to {most} milliseconds, not {self.ms}"
            raise ValueError(message)

    @property
    def shown(self) -> Shown:
        """What is on."""
        return Shown(self.green, self.red, self.buzzer)


@dataclass(frozen=True, slots=True)
class Pattern:
    """Phases one after the other, ``repeats`` times over; 0 is for ever."""

    phases: tuple[Phase, ...]
    repeats: int = 1

    @property
    def round_ms(self) -> int:
        """How long all phases take once."""
        return sum(phase.ms for phase in self.phases)

    def lasts(self, elapsed: int) -> bool:
        """Say whether the pattern still plays after so many milliseconds."""
        return self.repeats == 0 or elapsed < self.round_ms * self.repeats

    def at(self, elapsed: int) -> tuple[Phase, int]:
        """Give the phase that plays after so many milliseconds, and how long it still will."""
        left = elapsed % self.round_ms
        for phase in self.phases:
            if left < phase.ms:
                return phase, phase.ms - left
            left -= phase.ms
        raise AssertionError("a moment lies in one of the phases of its round")


class Indication(StrEnum):
    """What a panel shows while nobody is answered."""

    NORMAL = "normal"
    LINK_DOWN = "link-down"
    STALE = "stale"
    EXPIRED = "expired"
    LOCKDOWN = "lockdown"
    FREE = "free"
    WARNED = "warned"
    ALARM = "alarm"
    FAULT = "fault"


_GRANTED = Pattern((Phase(300, green=True, buzzer=True), Phase(2_700, green=True)))
_PIN = Pattern(
    (
        Phase(100, green=True, red=True, buzzer=True),
        *(Phase(100, green=lit, red=lit) for lit in (False, True) * 74),
        Phase(100),
    )
)
_COMPANY = Pattern(
    (
        Phase(100, green=True, red=True, buzzer=True),
        Phase(100, green=True, red=True),
        Phase(100, green=True, red=True, buzzer=True),
        Phase(200, green=True, red=True),
        *(Phase(500, green=lit, red=lit) for lit in (False, True) * 29),
        Phase(500),
    )
)
_NOT_YOU = Pattern(
    (
        Phase(100, red=True, buzzer=True),
        Phase(100, red=True),
        Phase(100, red=True, buzzer=True),
        Phase(1_700, red=True),
    )
)
_NOT_NOW = Pattern((Phase(100, red=True, buzzer=True), Phase(400, red=True), Phase(500)), repeats=3)
_NOT_THE_PIN = Pattern(
    (
        *(Phase(100, red=True, buzzer=True), Phase(100)) * 2,
        *(Phase(100, red=True), Phase(100)) * 8,
    )
)
_NOT_THIS_DOOR = Pattern(
    (
        Phase(500, red=True, buzzer=True),
        Phase(100, red=True),
        Phase(100, red=True, buzzer=True),
        Phase(1_300, red=True),
    )
)
_NOT_ABLE = Pattern((Phase(1_000, green=True, red=True, buzzer=True), Phase(1_000, red=True)))

ANSWERS: Mapping[Reason, Pattern] = MappingProxyType(
    {
        Reason.GRANTED: _GRANTED,
        Reason.GRANTED_FREE: _GRANTED,
        Reason.GRANTED_EXIT: _GRANTED,
        Reason.PIN_REQUIRED: _PIN,
        Reason.SECOND_PERSON: _COMPANY,
        Reason.ESCORT_REQUIRED: _COMPANY,
        Reason.PROOF_FAILED: _NOT_YOU,
        Reason.UNKNOWN_CREDENTIAL: _NOT_YOU,
        Reason.TIER_TOO_WEAK: _NOT_YOU,
        Reason.CARD_DENIED: _NOT_YOU,
        Reason.HOLDER_DENIED: _NOT_YOU,
        Reason.GRANT_DENIED: _NOT_YOU,
        Reason.NO_GRANT: _NOT_YOU,
        Reason.NOT_YET: _NOT_NOW,
        Reason.ENDED: _NOT_NOW,
        Reason.OUTSIDE_SCHEDULE: _NOT_NOW,
        Reason.PIN_WRONG: _NOT_THE_PIN,
        Reason.PIN_LOCKED: _NOT_THE_PIN,
        Reason.LOCKDOWN: _NOT_THIS_DOOR,
        Reason.INTERLOCK: _NOT_THIS_DOOR,
        Reason.ANTI_PASSBACK: _NOT_THIS_DOOR,
        Reason.NO_REGISTRY: _NOT_ABLE,
        Reason.REGISTRY_EXPIRED: _NOT_ABLE,
        Reason.CLOCK_UNCERTAIN: _NOT_ABLE,
        Reason.JOURNAL_REFUSED: _NOT_ABLE,
        Reason.FAULT: _NOT_ABLE,
    }
)
"""What each reason looks and sounds like, once."""

STANDING: Mapping[Indication, Pattern] = MappingProxyType(
    {
        Indication.NORMAL: Pattern((Phase(100, green=True), Phase(4_900)), repeats=0),
        Indication.LINK_DOWN: Pattern((Phase(100, green=True, red=True), Phase(4_900)), repeats=0),
        Indication.STALE: Pattern((Phase(60_000, green=True, red=True),), repeats=0),
        Indication.EXPIRED: Pattern((Phase(60_000, red=True),), repeats=0),
        Indication.LOCKDOWN: Pattern((Phase(1_000, red=True), Phase(1_000)), repeats=0),
        Indication.FREE: Pattern((Phase(60_000, green=True),), repeats=0),
        Indication.WARNED: Pattern((Phase(250, red=True, buzzer=True), Phase(750, red=True)), repeats=0),
        Indication.ALARM: Pattern(
            (Phase(250, red=True, buzzer=True), Phase(250), Phase(250, red=True), Phase(250)), repeats=0
        ),
        Indication.FAULT: Pattern((Phase(500, red=True), Phase(500, green=True)), repeats=0),
    }
)
"""What each indication looks and sounds like, for ever. A short blink says that the controller lives."""


@dataclass(frozen=True, slots=True)
class Panel:
    """What a panel plays: the indication that stands since a moment, and the last answer since its moment."""

    indication: Indication = Indication.NORMAL
    since: int = 0
    answer: Reason | None = None
    answered: int = 0


def signal(panel: Panel, reason: Reason, now: int) -> Panel:
    """Answer a card, over whatever plays."""
    return replace(panel, answer=reason, answered=now)


def stand(panel: Panel, indication: Indication, now: int) -> Panel:
    """Let an indication stand; the one that stands already plays on undisturbed."""
    return panel if indication is panel.indication else replace(panel, indication=indication, since=now)


def shown(panel: Panel, now: int) -> Shown:
    """Give what is on at ``now``."""
    pattern, since = _playing(panel, now)
    return pattern.at(now - since)[0].shown


def due(panel: Panel, now: int) -> int | None:
    """Give the moment after ``now`` at which something else may be on; None while one steady light stands."""
    pattern, since = _playing(panel, now)
    if len(pattern.phases) == 1:
        return None
    return now + pattern.at(now - since)[1]


def _playing(panel: Panel, now: int) -> tuple[Pattern, int]:
    """Give the pattern that plays and the moment at which it began."""
    if panel.answer is not None:
        answer = ANSWERS[panel.answer]
        if answer.lasts(now - panel.answered):
            return answer, panel.answered
    return STANDING[panel.indication], panel.since
