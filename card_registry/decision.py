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

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from card_registry.circumstances import Circumstances
from card_registry.demands import needs_company, unmet
from card_registry.fitness import Denials, Fitting, Question, denials_of, held_here, judge
from card_registry.instant import Instant
from card_registry.registry import Registry
from card_registry.shown import CredentialRow, GrantRow
from card_registry.words import (
    CardId,
    CredentialKind,
    DoorId,
    ExpiredPolicy,
    GrantId,
    GrantKind,
    HolderId,
    Mode,
    Passback,
    PinResult,
    ReaderId,
    Reason,
    Side,
    Staleness,
    Tier,
)

# Before Python 3.12 finding a member on its enum costs as much as a dictionary; every tap asks these.
_FREE, _LOCKDOWN, _OUT = Mode.FREE, Mode.LOCKDOWN, Side.OUT
_FRESH, _EXPIRED = Staleness.FRESH, Staleness.EXPIRED
_WRONG, _LOCKED = PinResult.WRONG, PinResult.LOCKED
_DURESS, _CLONABLE, _DARURAT, _SOFT = PinResult.DURESS, Tier.CLONABLE, GrantKind.DARURAT, Passback.SOFT


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
    DURESS = "duress"
    TWO_PERSON = "two-person"
    PASSBACK = "passback"
    NOT_INSIDE = "not-inside"


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
    """The door may open. Only a door in FREE mode, and the way out, open without naming a grant."""

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
        9. The reader is on the way OUT: GRANTED_EXIT, whatever follows here.
        10. The PIN was wrong: PIN_WRONG; or it is locked: PIN_LOCKED.
        11. The registry is EXPIRED and the site's policy is ``deny``: REGISTRY_EXPIRED.
        12. No grant of the holder names this door: NO_GRANT.

    Each grant of the holder that names this door:
        13. It clears less than the kept serial of the card: CARD_DENIED.
        14. … of the holder: HOLDER_DENIED.
        15. … of the grant itself: GRANT_DENIED.
        16. The registry is EXPIRED, the policy ``emergency-only``, and it is no emergency grant:
            REGISTRY_EXPIRED.
        17. The door is in LOCKDOWN and it is no override, nor an emergency grant where the door lets those
            in: LOCKDOWN.
        18. It is certainly over: ENDED.
        19. It certainly has not begun: NOT_YET.
        20. Its schedule is certainly closed: OUTSIDE_SCHEDULE.
        21. The clock cannot tell, and the door's ``clockless`` policy is ``deny``, or ``always-only`` and it
            has a schedule: CLOCK_UNCERTAIN.
        22. It is an escort grant, and no other holder whose own grant opens this door was granted here within
            the door's ``escort_s``: ESCORT_REQUIRED.

    What the door demands of whoever has a grant that fits:
        23. The holder was let in before and has not left, and the door's passback is HARD, or TIMED and that
            was less than ``passback_s`` ago: ANTI_PASSBACK.
        24. A door of its interlock is not shut and locked: INTERLOCK.
        25. The door demands a PIN now (SCHEDULED: unless its schedule is certainly closed), none was given,
            and it is no emergency grant: PIN_REQUIRED.
        26. The door wants two persons or it is an emergency grant, and no other holder whose own grant opens
            this door was granted or waits here within ``together_s``: SECOND_PERSON.

    The answer:
        27. Of the grants left, the best opens: a certain clock before an uncertain one, approved by signature
            before weak, then tetap, sementara, kunjungan, darurat, alone before escorted, the longest, the
            lowest id.
        28. None left: the grant that came furthest through rules 13 to 26 gives the reason; 19 before 18, and
            25 before 26, because a PIN is asked for only if it speaks.
    """
    if circumstances.mode is _FREE:
        return _free(registry, tap, circumstances)
    rule = None if registry is None else registry.doors.get(tap.door)
    if registry is None or rule is None:
        return Denied(Reason.NO_REGISTRY)
    if not tap.proven:
        return Denied(Reason.PROOF_FAILED)
    row = _listed(registry, tap)
    if row is None:
        return Denied(Reason.UNKNOWN_CREDENTIAL)
    denials = denials_of(registry, row.card, row.holder)
    asked = Question(registry, rule, row.holder, denials, circumstances, now)
    reason = _refused_card(asked, row, tap)
    if reason is not None:
        return Denied(reason, row.card, row.holder)
    if tap.side is _OUT:
        return Granted(row.card, row.holder, None, Reason.GRANTED_EXIT, _exit_flags(asked))
    reason = _refused_now(asked)
    if reason is not None:
        return Denied(reason, row.card, row.holder)
    return _answer(asked, row)


def _free(registry: Registry | None, tap: Tap, circumstances: Circumstances) -> Granted:
    """Record who passes a door that stands open (rule 1)."""
    if not tap.proven:
        return Granted(None, None, None, Reason.GRANTED_FREE, (Flag.UNPROVEN,))
    row = None if registry is None else _listed(registry, tap)
    if registry is None or row is None:
        return Granted(None, None, None, Reason.GRANTED_FREE, (Flag.UNKNOWN,))
    raised: list[Flag] = []
    if _refused_id(registry, row.holder, denials_of(registry, row.card, row.holder)) is not None:
        raised.append(Flag.DENIED)
    if circumstances.pin is _DURESS:
        raised.append(Flag.DURESS)
    return Granted(row.card, row.holder, None, Reason.GRANTED_FREE, tuple(raised))


def _listed(registry: Registry, tap: Tap) -> CredentialRow | None:
    """Find the credential's row (rule 4)."""
    row = None if tap.match is None else registry.credentials.get(tap.match)
    return row if row is not None and row.kind is tap.kind else None


def _refused_card(asked: Question, row: CredentialRow, tap: Tap) -> Reason | None:
    """Apply rules 5 to 8."""
    if tap.tier < row.tier or row.tier < asked.rule.min_tier:
        return Reason.TIER_TOO_WEAK
    return _refused_id(asked.registry, asked.holder, asked.denials)


def _refused_id(registry: Registry, holder: HolderId, denials: Denials) -> Reason | None:
    """Apply rules 7 and 8."""
    if not any(denials):
        return None
    cleared = max((grant.clears for grant in registry.grants.get(holder, ())), default=0)
    if cleared < denials.card:
        return Reason.CARD_DENIED
    return Reason.HOLDER_DENIED if cleared < denials.holder else None


def _refused_now(asked: Question) -> Reason | None:
    """Apply rules 10 and 11."""
    pin = asked.circumstances.pin
    if pin is _WRONG:
        return Reason.PIN_WRONG
    if pin is _LOCKED:
        return Reason.PIN_LOCKED
    expired = asked.circumstances.staleness is _EXPIRED
    if expired and asked.registry.policy.expired is ExpiredPolicy.DENY:
        return Reason.REGISTRY_EXPIRED
    return None


def _answer(asked: Question, row: CredentialRow) -> Granted | Denied:
    """Apply rules 12, 27 and 28."""
    fitting: list[Fitting] = []
    reasons: list[Reason] = []
    for grant in held_here(asked):
        judged = judge(asked, grant)
        if isinstance(judged, Fitting):
            judged = unmet(asked, grant) or judged
        if isinstance(judged, Fitting):
            fitting.append(judged)
        else:
            reasons.append(judged)
    if fitting:
        best = fitting[0] if len(fitting) == 1 else min(fitting, key=_preference)
        return Granted(row.card, row.holder, best.grant.id, Reason.GRANTED, _flags(asked, row, best))
    if reasons:
        return Denied(min(reasons, key=_NEAREST.index), row.card, row.holder)
    return Denied(Reason.NO_GRANT, row.card, row.holder)


def _preference(fitting: Fitting) -> tuple[bool, bool, int, bool, int, str]:
    """Rank a fitting grant; the lowest opens (rule 27)."""
    grant = fitting.grant
    kind = _KINDS.index(grant.kind)
    return (not fitting.certain, grant.weak, kind, grant.escort, -grant.ends, grant.id)


def _exit_flags(asked: Question) -> tuple[str, ...]:
    """Name what an auditor should see of a way out, in the order of ``Flag``."""
    state = asked.circumstances
    raised: list[Flag] = []
    if state.staleness is not _FRESH:
        raised.append(Flag(state.staleness))
    if state.pin is _DURESS:
        raised.append(Flag.DURESS)
    if asked.holder not in state.inside:
        raised.append(Flag.NOT_INSIDE)
    return tuple(raised)


def _flags(asked: Question, row: CredentialRow, best: Fitting) -> tuple[str, ...]:
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
    if state.mode is _LOCKDOWN and grant.override:
        raised.append(Flag.OVERRIDE)
    if grant.escort:
        raised.append(Flag.ESCORTED)
    raised.extend(_demanded_flags(asked, grant))
    return tuple(raised)


def _demanded_flags(asked: Question, grant: GrantRow) -> Iterator[Flag]:
    """Name how the door's own demands were met."""
    state, rule = asked.circumstances, asked.rule
    if state.pin is _DURESS:
        yield Flag.DURESS
    if needs_company(rule, grant):
        yield Flag.TWO_PERSON
    if rule.passback is _SOFT and state.entered is not None:
        yield Flag.PASSBACK


_KINDS: Sequence[GrantKind] = (
    GrantKind.TETAP,
    GrantKind.SEMENTARA,
    GrantKind.KUNJUNGAN,
    GrantKind.DARURAT,
)

_NEAREST: Sequence[Reason] = (
    Reason.PIN_REQUIRED,
    Reason.SECOND_PERSON,
    Reason.INTERLOCK,
    Reason.ANTI_PASSBACK,
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
