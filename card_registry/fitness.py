"""Whether one grant fits one tap: denials, staleness, mode, window, schedule, escort.

These are rules 13 to 22 of ``decision.decide``, which numbers and orders them; what the door itself demands
beyond a grant that fits is in ``demands``.

Pure.
"""

from typing import NamedTuple, assert_never

from card_registry.circumstances import Before, Circumstances
from card_registry.instant import SECOND, Certainty, Instant, within
from card_registry.registry import Registry
from card_registry.rule import DoorRule
from card_registry.schedule import admits
from card_registry.shown import GrantRow
from card_registry.words import (
    CardId,
    Clockless,
    ExpiredPolicy,
    GrantKind,
    HolderId,
    Mode,
    Reason,
    Staleness,
    Subject,
)

# Before Python 3.12 finding a member on its enum costs as much as a dictionary; every tap asks these.
_YES, _NO = Certainty.YES, Certainty.NO
_LOCKDOWN, _EXPIRED, _DARURAT = Mode.LOCKDOWN, Staleness.EXPIRED, GrantKind.DARURAT
_CARD, _HOLDER, _GRANT = Subject.CARD, Subject.HOLDER, Subject.GRANT


class Denials(NamedTuple):
    """The kept serials of a card and its holder, 0 for none."""

    card: int
    holder: int


class Question(NamedTuple):
    """What every grant is judged against."""

    registry: Registry
    rule: DoorRule
    holder: HolderId
    denials: Denials
    circumstances: Circumstances
    now: Instant


class Fitting(NamedTuple):
    """A grant that fits, and whether the clock was certain of it."""

    grant: GrantRow
    certain: bool


def denials_of(registry: Registry, card: CardId, holder: HolderId) -> Denials:
    """Look up what is kept against a card and its holder."""
    serials = registry.serials
    return Denials(serials.get((_CARD, card), 0), serials.get((_HOLDER, holder), 0))


def held_here(asked: Question) -> list[GrantRow]:
    """Give the holder's grants that name this door."""
    door = asked.rule.id
    return [grant for grant in asked.registry.grants.get(asked.holder, ()) if door in grant.doors]


def judge(asked: Question, grant: GrantRow) -> Fitting | Reason:
    """Apply rules 13 to 22 to one grant."""
    fit = _judge_alone(asked, grant)
    if grant.escort and isinstance(fit, Fitting) and not _escorted(asked):
        return Reason.ESCORT_REQUIRED
    return fit


def has_own_right(asked: Question, other: Before) -> bool:
    """Say whether another person who tapped could enter here now by a grant that needs no escort.

    Nobody is company to themselves, by whichever card.
    """
    if other.holder == asked.holder:
        return False
    registry, rule, _, _, circumstances, now = asked
    denials = denials_of(registry, other.card, other.holder)
    theirs = Question(registry, rule, other.holder, denials, circumstances, now)
    return any(
        not grant.escort and isinstance(_judge_alone(theirs, grant), Fitting) for grant in held_here(theirs)
    )


def _judge_alone(asked: Question, grant: GrantRow) -> Fitting | Reason:
    """Apply rules 13 to 21, which ask nobody else."""
    reason = _denied(asked, grant) or _suspended(asked, grant)
    if reason is not None:
        return reason
    answer = _in_time(asked, grant)
    return answer if isinstance(answer, Reason) else Fitting(grant, answer is _YES)


def _denied(asked: Question, grant: GrantRow) -> Reason | None:
    """Apply rules 13 to 15."""
    if grant.clears < asked.denials.card:
        return Reason.CARD_DENIED
    if grant.clears < asked.denials.holder:
        return Reason.HOLDER_DENIED
    if grant.clears < asked.registry.serials.get((_GRANT, grant.id), 0):
        return Reason.GRANT_DENIED
    return None


def _suspended(asked: Question, grant: GrantRow) -> Reason | None:
    """Apply rules 16 and 17."""
    emergency = grant.kind is _DARURAT
    if (
        asked.circumstances.staleness is _EXPIRED
        and asked.registry.policy.expired is ExpiredPolicy.EMERGENCY_ONLY
        and not emergency
    ):
        return Reason.REGISTRY_EXPIRED
    if asked.circumstances.mode is _LOCKDOWN and not grant.override:
        return None if emergency and asked.rule.emergency_in_lockdown else Reason.LOCKDOWN
    return None


def _in_time(asked: Question, grant: GrantRow) -> Certainty | Reason:
    """Apply rules 18 to 21: yes, an uncertain answer that the door lets pass, or the reason against."""
    window = within(asked.now, grant.begins, grant.ends)
    if window is _NO:
        return Reason.ENDED if asked.now.lo >= grant.ends else Reason.NOT_YET
    schedule = None if grant.schedule is None else asked.registry.schedules[grant.schedule]
    scheduled = admits(schedule, asked.now)
    if scheduled is _NO:
        return Reason.OUTSIDE_SCHEDULE
    if window is _YES and scheduled is _YES:
        return _YES
    return _clockless(asked.rule.clockless, grant)


def _clockless(policy: Clockless, grant: GrantRow) -> Certainty | Reason:
    """Say whether the door's policy lets this grant pass a clock that cannot tell (rule 21)."""
    match policy:
        case Clockless.DENY:
            return Reason.CLOCK_UNCERTAIN
        case Clockless.ALWAYS_ONLY:
            return Certainty.UNCERTAIN if grant.schedule is None else Reason.CLOCK_UNCERTAIN
        case Clockless.ALLOW_FLAGGED:
            return Certainty.UNCERTAIN
        case _:
            assert_never(policy)


def _escorted(asked: Question) -> bool:
    """Say whether another holder was let in just before by a grant of their own (rule 22)."""
    before = asked.circumstances.before
    if before is None or not before.granted or not 0 <= before.ago <= asked.rule.escort_s * SECOND:
        return False
    return has_own_right(asked, before)
