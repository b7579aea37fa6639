"""The time a door can prove, kept as an interval: what raises its floor, what bounds it from above.

The *floor* is a moment that is certainly past. It rises by what this machine counted itself (CLOCK_BOOTTIME,
less the worst drift of a crystal) and by signatures; one signature raises it by at most 48 hours beyond the
count, so a stolen key cannot end every grant at once. A floor of 0 is *unknown* (a controller never started
before) and takes its first signature whole. Only the officers lower it, or raise it further, with a new root.

The *ceiling* comes from an ``Anchor``: a signed time that cannot be older than a moment we counted, because
the thing signed did not exist before. The hub's receipt is one: it signs the root over a row whose random
salt we drew. Without an anchor the kernel's own NTP-set clock bounds the time, and only where the officers'
policy trusts it, and only within 90 days of the floor. It never raises the floor.

======== =============================================== =================================
quality  rests on                                        interval
======== =============================================== =================================
sync     an anchor, and the wall clock agrees            anchor, grown by drift
anchored an anchor, and the wall clock does not          anchor, grown by drift
ntp      the kernel's NTP, trusted by policy             wall ± 2 s
floor    nothing but the floor                           [floor, unbounded)
======== =============================================== =================================

All times are milliseconds. After ``sync-and-log`` §6 of the project's reference.

Pure.
"""

from dataclasses import dataclass, replace

from card_registry.instant import DAY, HOUR, SECOND, Instant
from card_registry.words import TimeQuality

LEAP = 48 * HOUR
"""The most one signature raises the floor beyond this machine's own count."""

ERROR = 2 * SECOND
"""How wrong an honest signer's or an NTP clock may be."""

NTP_REACH = 90 * DAY
"""How far beyond the floor an unsigned clock is believed, where it is believed at all."""

_DRIFT = 5_000
"""The worst drift of a Pi's crystal: 1 part in this many (200 ppm)."""


@dataclass(frozen=True, slots=True)
class Anchor:
    """At ``mono`` the true time lay in [time, time + slack], by a signature over something fresh."""

    time: int
    slack: int
    mono: int


@dataclass(frozen=True, slots=True)
class Timekeeping:
    """What is known: at ``mono`` of this boot the true time was at least ``floor``."""

    floor: int
    mono: int
    anchor: Anchor | None = None


@dataclass(frozen=True, slots=True)
class Clocks:
    """What the machine's clocks show now: wall, boot time, and whether the kernel holds the wall in step."""

    wall: int
    mono: int
    synchronised: bool


def counted(keep: Timekeeping, mono: int) -> int:
    """Give the floor at ``mono``: the last one and what was counted since, 0 while unknown."""
    elapsed = max(0, mono - keep.mono)
    return keep.floor + elapsed - _drift(elapsed) if keep.floor else 0


def signed(keep: Timekeeping, time: int, mono: int) -> Timekeeping:
    """Learn that a verified signature was made at ``time``, at some unknown moment before ``mono``."""
    own = counted(keep, mono)
    most = own + LEAP if own else time
    return replace(keep, floor=max(own, min(time, most)), mono=mono)


def reset(time: int, mono: int) -> Timekeeping:
    """Give what is known once the officers have said what time it is: their time, and no anchor."""
    return Timekeeping(time, mono)


def answered(keep: Timekeeping, time: int, asked: int, mono: int) -> Timekeeping:
    """Learn that a verified signature was made at ``time``, after ``asked`` and before ``mono``.

    An answer that contradicts the floor, or reaches beyond what one signature may teach, bounds nothing.
    """
    before = counted(keep, mono)
    raised = signed(keep, time - ERROR, mono)
    slack = max(0, mono - asked) + 2 * ERROR
    plausible = time - ERROR + slack >= before and (not before or time <= before + LEAP)
    return replace(raised, anchor=Anchor(time - ERROR, slack, mono)) if plausible else raised


def instant(keep: Timekeeping, clocks: Clocks, *, ntp_trusted: bool) -> Instant:
    """Give the interval the true time lies in now, and what it rests on."""
    floor = counted(keep, clocks.mono)
    if keep.anchor is not None:
        lo, hi = _grown(keep.anchor, clocks.mono)
        if hi >= floor:
            agrees = lo - ERROR <= clocks.wall <= hi + ERROR
            return Instant(max(lo, floor), hi, TimeQuality.SYNC if agrees else TimeQuality.ANCHORED)
    reachable = not floor or floor - ERROR <= clocks.wall <= floor + NTP_REACH
    if clocks.synchronised and ntp_trusted and reachable:
        return Instant(max(clocks.wall - ERROR, floor), clocks.wall + ERROR, TimeQuality.NTP)
    return Instant(floor, None, TimeQuality.FLOOR)


def estimate(now: Instant, wall: int) -> int:
    """Give the best single guess of the time: the wall clock, brought into the interval."""
    below = max(now.lo, wall)
    return below if now.hi is None else min(below, now.hi)


def _grown(anchor: Anchor, mono: int) -> tuple[int, int]:
    elapsed = max(0, mono - anchor.mono)
    drift = _drift(elapsed)
    return anchor.time + elapsed - drift, anchor.time + anchor.slack + elapsed + drift


def _drift(elapsed: int) -> int:
    return -(-elapsed // _DRIFT)
