"""What a door demands of a person beyond a grant that fits: passage, interlock, PIN, company.

These are rules 23 to 26 of ``decision.decide``, which numbers and orders them. Every demand is of the signed
``DoorRule``; what was true at the door is in the recorded ``Circumstances``.

Pure.
"""

from typing import assert_never

from card_registry.circumstances import Before
from card_registry.fitness import Question, has_own_right
from card_registry.instant import SECOND, Certainty
from card_registry.rule import DoorRule
from card_registry.schedule import admits
from card_registry.shown import GrantRow
from card_registry.words import GrantKind, Passback, PinDemand, PinResult, Reason

_OFF, _NOT_ASKED = Passback.OFF, PinResult.NOT_ASKED
_NO, _DARURAT = Certainty.NO, GrantKind.DARURAT


def unmet(asked: Question, grant: GrantRow) -> Reason | None:
    """Give the first demand of the door that a fitting grant's holder has not met (rules 23 to 26)."""
    rule, state = asked.rule, asked.circumstances
    if rule.passback is not _OFF and _passed_back(rule, state.entered):
        return Reason.ANTI_PASSBACK
    if state.interlocked is not None:
        return Reason.INTERLOCK
    if state.pin is _NOT_ASKED and _asks_pin(asked, grant):
        return Reason.PIN_REQUIRED
    if needs_company(rule, grant) and not _accompanied(asked):
        return Reason.SECOND_PERSON
    return None


def needs_company(rule: DoorRule, grant: GrantRow) -> bool:
    """Say whether two persons must come together: the door wants two, or the card is for emergencies."""
    return rule.persons > 1 or grant.kind is _DARURAT


def _passed_back(rule: DoorRule, entered: int | None) -> bool:
    """Say whether the holder is refused for having entered before without leaving (rule 23)."""
    if entered is None:
        return False
    match rule.passback:
        case Passback.OFF | Passback.SOFT:
            return False
        case Passback.HARD:
            return True
        case Passback.TIMED:
            return entered < rule.passback_s * SECOND
        case _:
            assert_never(rule.passback)


def _asks_pin(asked: Question, grant: GrantRow) -> bool:
    """Say whether the door wants a PIN now (rule 25); a schedule the registry lacks never closes."""
    if grant.kind is _DARURAT:
        return False
    match asked.rule.pin:
        case PinDemand.NEVER:
            return False
        case PinDemand.ALWAYS:
            return True
        case PinDemand.SCHEDULED:
            schedule = asked.registry.schedules.get(asked.rule.pin_schedule or "")
            return admits(schedule, asked.now) is not _NO
        case _:
            assert_never(asked.rule.pin)


def _accompanied(asked: Question) -> bool:
    """Say whether another person with a right of their own tapped here within ``together_s`` (rule 26)."""
    state, longest = asked.circumstances, asked.rule.together_s * SECOND

    def is_company(other: Before) -> bool:
        return 0 <= other.ago <= longest and has_own_right(asked, other)

    return (state.before is not None and is_company(state.before)) or any(map(is_company, state.others))
