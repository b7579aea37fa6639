"""Whether a tap opens a door: the one function that door, audit and console all ask.

It decides from a verified registry, one tap, the circumstances and an interval of time, and from nothing
else. It leaves proving the credential to the reader, keeping registry and clock to the door, and the relay to
``door_controller.door``.

Decisions:
    2026-11-20: FREE answers every tap with GRANTED_FREE, proven or not, because the door already stands open:
    a red light there would be a lie and would teach people to ignore it. Who tapped is still recorded, with a
    flag when the tap would not have been believed or is denied. No grant is named, so nothing counts as a use
    of a right.
    2026-11-20: an unproven tap names no card, because what an unproven card claims must not accuse its
    holder.
    2026-11-20: a denial that no grant of the holder clears is reported even where no grant is left, because
    the guard who reads "card denied" acts and one who reads "no grant" does not.
    2026-11-20: of several grants that do not fit, the one that came furthest through the rules speaks,
    because its reason names the one thing that is still missing.
    2026-11-20: ``always-only`` lets a grant without schedule pass while its window is not certainly over or
    still to come, and refuses every scheduled one: standing rights survive a dead clock, office hours do not
    become nights.

Pure.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple, assert_never

from card_registry.circumstances import Circumstances
from card_registry.instant import SECOND, Certainty, Instant, within
from card_registry.registry import Registry
from card_registry.schedule import admits
from card_registry.statements import CredentialRow, DoorRule, GrantRow
from card_registry.words import (
    CardId,
    Clockless,
    CredentialKind,
    DoorId,
    ExpiredPolicy,
    GrantId,
    GrantKind,
    HolderId,
    Mode,
    PinResult,
    ReaderId,
    Reason,
    Side,
    Staleness,
    Subject,
    Tier,
)

ESCORT_WITHIN = 30 * SECOND
"""How long after the escort's granted tap a visitor may follow, in milliseconds."""

# Before Python 3.12 finding a member on its enum costs as much as a dictionary; every tap asks these.
_YES, _NO = Certainty.YES, Certainty.NO
_FREE, _LOCKDOWN = Mode.FREE, Mode.LOCKDOWN
_FRESH, _EXPIRED = Staleness.FRESH, Staleness.EXPIRED
_CARD, _HOLDER, _GRANT = Subject.CARD, Subject.HOLDER, Subject.GRANT
_PIN_WRONG, _CLONABLE, _DARURAT = PinResult.WRONG, Tier.CLONABLE, GrantKind.DARURAT


class Flag(StrEnum):
    """What an auditor should see beside a granted tap. A flag is never renamed or reused."""

    STALE = "stale"
    EXPIRED = "expired"
    CLOCK_UNCERTAIN = "clock-uncertain"
    WEAK = "weak"
    CLONABLE = "clonable"
    EMERGENCY = "emergency"
    OVERRIDE = "override"
    ESCORTED = "escorted"
    UNPROVEN = "unproven"
    UNKNOWN = "unknown"
    DENIED = "denied"


@dataclass(frozen=True, slots=True)
class Tap:
    """One presentation at one reader, as the reader saw it.

    ``proven``: the credential answered our challenge. ``match`` is its name for this controller
    (``pseudonym.match_of``), None when there is none; ``credential`` is what the journal calls it.
    """

    door: DoorId
    reader: ReaderId
    side: Side
    kind: CredentialKind
    tier: Tier
    proven: bool
    match: str | None
    credential: str


@dataclass(frozen=True, slots=True)
class Granted:
    """The door may open. Only a door in FREE mode opens without naming a grant."""

    card: CardId | None
    holder: HolderId | None
    grant: GrantId | None
    reason: Reason = Reason.GRANTED
    flags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Denied:
    """The door stays as it is, for this reason; card and holder where the registry knew them."""

    reason: Reason
    card: CardId | None = None
    holder: HolderId | None = None


class _Denials(NamedTuple):
    """The kept serials of a card and its holder, 0 for none."""

    card: int
    holder: int


class _Question(NamedTuple):
    """What every grant is judged against."""

    registry: Registry
    rule: DoorRule
    holder: HolderId
    denials: _Denials
    circumstances: Circumstances
    now: Instant


class _Fitting(NamedTuple):
    """A grant that opens, and whether the clock was certain of it."""

    grant: GrantRow
    certain: bool


def decide(
    registry: Registry | None, tap: Tap, circumstances: Circumstances, now: Instant
) -> Granted | Denied:
    """Answer one tap. The first rule that speaks decides.

    The tap and the card:
        1. The door is FREE: GRANTED_FREE for every tap, naming the card where it is proven and known.
        2. There is no registry, or it does not know this door: NO_REGISTRY.
        3. The credential did not prove itself: PROOF_FAILED, naming nobody.
        4. The credential is not listed, or is listed as another kind: UNKNOWN_CREDENTIAL.
        5. It proved less than it was enrolled with: TIER_TOO_WEAK.
        6. It was enrolled with less than the door demands: TIER_TOO_WEAK.
        7. The card is denied and no grant of its holder clears that: CARD_DENIED.
        8. The holder is denied and no grant of theirs clears that: HOLDER_DENIED.
        9. The PIN was wrong: PIN_WRONG.
        10. The registry is EXPIRED and the site's policy is ``deny``: REGISTRY_EXPIRED.
        11. No grant of the holder names this door: NO_GRANT.

    Each grant of the holder that names this door:
        12. It clears less than the kept serial of the card: CARD_DENIED.
        13. … of the holder: HOLDER_DENIED.
        14. … of the grant itself: GRANT_DENIED.
        15. The registry is EXPIRED, the policy ``emergency-only``, and it is no emergency grant:
            REGISTRY_EXPIRED.
        16. The door is in LOCKDOWN and it is no override: LOCKDOWN.
        17. It is certainly over: ENDED.
        18. It certainly has not begun: NOT_YET.
        19. Its schedule is certainly closed: OUTSIDE_SCHEDULE.
        20. The clock cannot tell, and the door's ``clockless`` policy is ``deny``, or ``always-only`` and it
            has a schedule: CLOCK_UNCERTAIN.
        21. It is an escort grant, and no other holder whose own grant opens this door was granted here within
            ``ESCORT_WITHIN``: ESCORT_REQUIRED.

    The answer:
        22. Of the grants left, the best opens: a certain clock before an uncertain one, approved by signature
            before weak, then tetap, sementara, kunjungan, darurat, alone before escorted, the longest, the
            lowest id.
        23. None left: the grant that came furthest through rules 12 to 21 gives the reason; 18 before 17.
    """
    if circumstances.mode is _FREE:
        return _free(registry, tap)
    rule = None if registry is None else registry.doors.get(tap.door)
    if registry is None or rule is None:
        return Denied(Reason.NO_REGISTRY)
    if not tap.proven:
        return Denied(Reason.PROOF_FAILED)
    row = _listed(registry, tap)
    if row is None:
        return Denied(Reason.UNKNOWN_CREDENTIAL)
    denials = _denials_of(registry, row.card, row.holder)
    asked = _Question(registry, rule, row.holder, denials, circumstances, now)
    reason = _refused_card(asked, row, tap)
    if reason is not None:
        return Denied(reason, row.card, row.holder)
    return _answer(asked, row)


def _free(registry: Registry | None, tap: Tap) -> Granted:
    """Record who passes a door that stands open (rule 1)."""
    if not tap.proven:
        return Granted(None, None, None, Reason.GRANTED_FREE, (Flag.UNPROVEN,))
    row = None if registry is None else _listed(registry, tap)
    if registry is None or row is None:
        return Granted(None, None, None, Reason.GRANTED_FREE, (Flag.UNKNOWN,))
    reason = _refused_id(registry, row.holder, _denials_of(registry, row.card, row.holder))
    flags = () if reason is None else (Flag.DENIED,)
    return Granted(row.card, row.holder, None, Reason.GRANTED_FREE, flags)


def _listed(registry: Registry, tap: Tap) -> CredentialRow | None:
    """Find the credential's row (rule 4)."""
    row = None if tap.match is None else registry.credentials.get(tap.match)
    return row if row is not None and row.kind is tap.kind else None


def _denials_of(registry: Registry, card: CardId, holder: HolderId) -> _Denials:
    """Look up what is kept against a card and its holder."""
    serials = registry.serials
    return _Denials(serials.get((_CARD, card), 0), serials.get((_HOLDER, holder), 0))


def _refused_card(asked: _Question, row: CredentialRow, tap: Tap) -> Reason | None:
    """Apply rules 5 to 10."""
    if tap.tier < row.tier or row.tier < asked.rule.min_tier:
        return Reason.TIER_TOO_WEAK
    reason = _refused_id(asked.registry, asked.holder, asked.denials)
    if reason is not None:
        return reason
    if asked.circumstances.pin is _PIN_WRONG:
        return Reason.PIN_WRONG
    expired = asked.circumstances.staleness is _EXPIRED
    if expired and asked.registry.policy.expired is ExpiredPolicy.DENY:
        return Reason.REGISTRY_EXPIRED
    return None


def _refused_id(registry: Registry, holder: HolderId, denials: _Denials) -> Reason | None:
    """Apply rules 7 and 8."""
    if not any(denials):
        return None
    cleared = max((grant.clears for grant in registry.grants.get(holder, ())), default=0)
    if cleared < denials.card:
        return Reason.CARD_DENIED
    return Reason.HOLDER_DENIED if cleared < denials.holder else None


def _answer(asked: _Question, row: CredentialRow) -> Granted | Denied:
    """Apply rules 11, 22 and 23."""
    fitting: list[_Fitting] = []
    reasons: list[Reason] = []
    for grant in _held_here(asked):
        judged = _judge(asked, grant)
        if isinstance(judged, _Fitting):
            fitting.append(judged)
        else:
            reasons.append(judged)
    if fitting:
        best = fitting[0] if len(fitting) == 1 else min(fitting, key=_preference)
        return Granted(row.card, row.holder, best.grant.id, Reason.GRANTED, _flags(asked, row, best))
    if reasons:
        return Denied(min(reasons, key=_NEAREST.index), row.card, row.holder)
    return Denied(Reason.NO_GRANT, row.card, row.holder)


def _held_here(asked: _Question) -> list[GrantRow]:
    """Give the holder's grants that name this door (rule 11)."""
    door = asked.rule.id
    return [grant for grant in asked.registry.grants.get(asked.holder, ()) if door in grant.doors]


def _judge(asked: _Question, grant: GrantRow) -> _Fitting | Reason:
    """Apply rules 12 to 21 to one grant."""
    reason = _denied(asked, grant) or _suspended(asked, grant)
    if reason is not None:
        return reason
    answer = _in_time(asked, grant)
    if isinstance(answer, Reason):
        return answer
    if grant.escort and not _escorted(asked):
        return Reason.ESCORT_REQUIRED
    return _Fitting(grant, answer is _YES)


def _denied(asked: _Question, grant: GrantRow) -> Reason | None:
    """Apply rules 12 to 14."""
    if grant.clears < asked.denials.card:
        return Reason.CARD_DENIED
    if grant.clears < asked.denials.holder:
        return Reason.HOLDER_DENIED
    if grant.clears < asked.registry.serials.get((_GRANT, grant.id), 0):
        return Reason.GRANT_DENIED
    return None


def _suspended(asked: _Question, grant: GrantRow) -> Reason | None:
    """Apply rules 15 and 16."""
    if (
        asked.circumstances.staleness is _EXPIRED
        and asked.registry.policy.expired is ExpiredPolicy.EMERGENCY_ONLY
        and grant.kind is not _DARURAT
    ):
        return Reason.REGISTRY_EXPIRED
    if asked.circumstances.mode is _LOCKDOWN and not grant.override:
        return Reason.LOCKDOWN
    return None


def _in_time(asked: _Question, grant: GrantRow) -> Certainty | Reason:
    """Apply rules 17 to 20: yes, an uncertain answer that the door lets pass, or the reason against."""
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
    """Say whether the door's policy lets this grant pass a clock that cannot tell (rule 20)."""
    match policy:
        case Clockless.DENY:
            return Reason.CLOCK_UNCERTAIN
        case Clockless.ALWAYS_ONLY:
            return Certainty.UNCERTAIN if grant.schedule is None else Reason.CLOCK_UNCERTAIN
        case Clockless.ALLOW_FLAGGED:
            return Certainty.UNCERTAIN
        case _:
            assert_never(policy)


def _escorted(asked: _Question) -> bool:
    """Say whether another holder was let in just before by a grant of their own (rule 21)."""
    before = asked.circumstances.before
    if before is None or before.holder == asked.holder or not 0 <= before.ago <= ESCORT_WITHIN:
        return False
    denials = _denials_of(asked.registry, before.card, before.holder)
    escort = asked._replace(holder=before.holder, denials=denials)
    # An escort grant of theirs fails there by this very rule: nobody was let in before themselves.
    return any(isinstance(_judge(escort, grant), _Fitting) for grant in _held_here(escort))


def _preference(fitting: _Fitting) -> tuple[bool, bool, int, bool, int, str]:
    """Rank a fitting grant; the lowest opens (rule 22)."""
    grant = fitting.grant
    kind = _KINDS.index(grant.kind)
    return (not fitting.certain, grant.weak, kind, grant.escort, -grant.ends, grant.id)


def _flags(asked: _Question, row: CredentialRow, best: _Fitting) -> tuple[str, ...]:
    """Name what an auditor should see, in the order of ``Flag``."""
    state, grant = asked.circumstances, best.grant
    raised: list[Flag] = []
    if state.staleness is not _FRESH:
        raised.append(Flag(state.staleness))
    if not best.certain:
        raised.append(Flag.CLOCK_UNCERTAIN)
    if grant.weak:
        raised.append(Flag.WEAK)
    if row.tier is _CLONABLE:
        raised.append(Flag.CLONABLE)
    if grant.kind is _DARURAT:
        raised.append(Flag.EMERGENCY)
    if state.mode is _LOCKDOWN:
        raised.append(Flag.OVERRIDE)
    if grant.escort:
        raised.append(Flag.ESCORTED)
    return tuple(raised)


_KINDS: Sequence[GrantKind] = (
    GrantKind.TETAP,
    GrantKind.SEMENTARA,
    GrantKind.KUNJUNGAN,
    GrantKind.DARURAT,
)

_NEAREST: Sequence[Reason] = (
    Reason.ESCORT_REQUIRED,
    Reason.CLOCK_UNCERTAIN,
    Reason.OUTSIDE_SCHEDULE,
    Reason.NOT_YET,
    Reason.ENDED,
    Reason.LOCKDOWN,
    Reason.REGISTRY_EXPIRED,
    Reason.GRANT_DENIED,
    Reason.HOLDER_DENIED,
    Reason.CARD_DENIED,
)
