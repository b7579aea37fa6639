"""Who tapped at a door just before: granted, or waiting for another person.

The door's memory for escorted visits and for two persons together: what it gives becomes ``before`` and
``others`` of the recorded circumstances, and whether that is company enough is decided in
``card_registry.decision``. Only taps on the way in count; who leaves is nobody's company any more.

Decisions:
    2026-11-21: taps are remembered as long as the longest ``together_s`` or ``escort_s`` a door may have, not
    for a fixed minute: the rule that a site signed would else be cut short without a word.
    2026-11-21: ``before_of`` prefers somebody who entered by a right of their own over a later visitor, or
    the second of two visitors would find only the first, who may not escort.
    2026-11-21: a waiting tap keeps the PIN result it was answered with, or the first of two persons would
    have to type again after the second came.

Pure.
"""

from dataclasses import dataclass
from typing import assert_never

from card_registry.circumstances import Before
from card_registry.decision import Denied, Flag, Granted, Tap
from card_registry.instant import SECOND
from card_registry.rule import DoorRule
from card_registry.words import CardId, HolderId, PinResult, Reason, Side

REMEMBERED = 300 * SECOND
"""How long a tap is remembered, in milliseconds: the longest a signed rule may ask for."""
MOST = 8
"""The most taps remembered at one door; the oldest is forgotten first."""

_WAITS = frozenset({Reason.SECOND_PERSON, Reason.ESCORT_REQUIRED})


@dataclass(frozen=True, slots=True)
class Known:
    """One remembered tap at ``at`` (boot milliseconds); ``waits`` is None once it was granted."""

    tap: Tap
    card: CardId
    holder: HolderId
    pin: PinResult
    at: int
    waits: Reason | None = None
    escorted: bool = False


@dataclass(frozen=True, slots=True)
class Company:
    """What one door remembers, oldest first: of each holder one granted tap and one that waits, at most."""

    known: tuple[Known, ...] = ()


def took(
    company: Company, tap: Tap, answer: Granted | Denied, now: int, pin: PinResult = PinResult.NOT_ASKED
) -> Company:
    """Remember how a tap was answered at ``now`` (boot milliseconds), with this PIN result.

    A retried tap that is denied again is not to be taken: it goes on waiting from when it was shown.
    """
    kept = tuple(one for one in company.known if now - one.at <= REMEMBERED)
    match answer:
        case Granted(card, holder, _, Reason.GRANTED, flags) if card is not None and holder is not None:
            entered = Known(tap, card, holder, pin, now, None, Flag.ESCORTED in flags)
            return _with(tuple(one for one in kept if one.holder != holder), entered)
        case Granted(_, holder, _, _, _):
            gone = holder if tap.side is Side.OUT else None
            return Company(tuple(one for one in kept if one.holder != gone))
        case Denied(reason, card, holder):
            others = tuple(one for one in kept if one.holder != holder or one.waits is None)
            if reason not in _WAITS or card is None or holder is None:
                return Company(others)
            return _with(others, Known(tap, card, holder, pin, now, reason))
        case _:
            assert_never(answer)


def before_of(company: Company, holder: HolderId | None, now: int) -> Before | None:
    """Give the last tap of another holder that was granted: of one with an own right, if there is one."""
    granted = [one for one in _others(company, holder, now) if one.waits is None]
    last = max(granted, key=lambda one: (not one.escorted, one.at), default=None)
    return None if last is None else _before(last, now)


def others_of(company: Company, holder: HolderId | None, now: int) -> tuple[Before, ...]:
    """Give the other holders' taps that wait for company, oldest first."""
    return tuple(_before(one, now) for one in _others(company, holder, now) if one.waits is not None)


def retry(company: Company, granted: HolderId, now: int, rule: DoorRule) -> tuple[Known, ...]:
    """Give the others' waiting taps that this holder's grant may complete, oldest first.

    Each is to be decided again, with the PIN result it was answered with, and becomes an event of its own.
    """
    allowed = {Reason.SECOND_PERSON: rule.together_s, Reason.ESCORT_REQUIRED: rule.escort_s}
    return tuple(
        one
        for one in _others(company, granted, now)
        if one.waits is not None and now - one.at <= allowed[one.waits] * SECOND
    )


def _others(company: Company, holder: HolderId | None, now: int) -> list[Known]:
    """Give what is remembered of everybody else."""
    return [one for one in company.known if one.holder != holder and now - one.at <= REMEMBERED]


def _before(one: Known, now: int) -> Before:
    """Say a remembered tap as the circumstances record it."""
    return Before(one.card, one.holder, max(0, now - one.at), one.waits is None)


def _with(kept: tuple[Known, ...], new: Known) -> Company:
    """Add the newest tap and forget the oldest."""
    return Company((*kept, new)[-MOST:])
