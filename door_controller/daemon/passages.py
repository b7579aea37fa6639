"""Who is inside, kept while the door works: each grant's movement, and what the leaf then showed.

A movement goes to disk with the event of its grant and again when it is settled. A disk that refuses the
second write leaves somebody too many inside after a restart, which is the safe side (``presence``).

2026-11-21: who taps at a door in mode FREE is counted as inside, because a rescuer should look for them, and
is forgiven the entry at once, because nobody taps on the way out of a door that stands open.
"""

import logging
from collections import deque
from collections.abc import Collection
from dataclasses import dataclass

from card_registry.decision import Flag
from card_registry.errors import StoreBroken
from card_registry.journal.event import Alarmed, Moment, Tapped, Unused
from card_registry.orders import Order
from card_registry.rule import DoorRule
from card_registry.words import HolderId, Reason, Side
from door_controller import presence
from door_controller.door import Unused as NotUsed
from door_controller.door import Used
from door_controller.journal import Beside, Journal, Place
from door_controller.presence import Inside, Muster
from door_controller.presence_store import write_of

_LOG = logging.getLogger(__name__)

MOST_OPEN = 64
"""The most grants whose use is awaited; of an older one nobody will tell any more."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What a grant changes: the muster after it, and what to write beside its event."""

    after: Muster
    beside: Beside | None


class Passages:
    """One controller's muster, in the deciding thread."""

    def __init__(self, journal: Journal, muster: Muster, areas: Collection[str]) -> None:
        """Go on from ``muster``; only the people in ``areas`` are counted (``presence.counted``)."""
        self._journal, self._muster, self._areas = journal, muster, areas
        self._open: deque[tuple[Place, Tapped]] = deque(maxlen=MOST_OPEN)

    def of(self, rule: DoorRule, holder: HolderId, wall: int) -> tuple[tuple[HolderId, ...], int | None]:
        """Give the holder if they are inside, and how long ago they entered, as circumstances record it."""
        inside = presence.inside_of(self._muster, presence.area_of(rule), holder)
        return () if inside is None else (holder,), presence.entered_ago(inside, wall)

    def prepare(self, tapped: Tapped, rule: DoorRule | None, at: Moment) -> Entry:
        """Give what a granted tap will change, once its event is committed."""
        after = self._moved(tapped, rule, at)
        return Entry(after, write_of(self._muster, after))

    def granted(self, entry: Entry, place: Place, tapped: Tapped) -> None:
        """Know that the event of a grant is committed."""
        self._muster = presence.placed(entry.after, place.epoch, place.seq)
        self._open.append((place, tapped))

    def settled(self, end: Used | NotUsed) -> tuple[Unused | Alarmed, ...]:
        """Take whether the door was opened for a grant; give what to write down of it."""
        found = next((one for one in self._open if one[0] == Place(end.epoch, end.seq)), None)
        if found is None:
            return ()
        self._open.remove(found)
        before = self._muster
        self._muster = presence.settle(before, end.epoch, end.seq, used=isinstance(end, Used))
        self._keep(write_of(before, self._muster))
        tapped = found[1]
        if isinstance(end, NotUsed):
            unused = Unused(tapped.door, tapped.side, end.epoch, end.seq, tapped.card, tapped.holder)
            return (unused, *self._strays(before))
        return self._strays(before)

    def forgive(self, order: Order, area: str) -> Beside | None:
        """Let a holder (or everybody) enter an area again; give what to write beside the order's event."""
        before = self._muster
        self._muster = presence.forgive(before, area, order.holder)
        return write_of(before, self._muster)

    def _moved(self, tapped: Tapped, rule: DoorRule | None, at: Moment) -> Muster:
        if rule is None:
            return self._muster
        area = presence.area_of(rule)
        if area not in self._areas:
            return self._muster
        match tapped.side:
            case Side.IN:
                after = presence.entered(self._muster, tapped, area, at.wall, _escort_of(tapped))
                free = tapped.reason is Reason.GRANTED_FREE
                return presence.forgive(after, area, tapped.holder) if free and tapped.holder else after
            case Side.OUT:
                return presence.left(self._muster, tapped, area)

    def _strays(self, before: Muster) -> tuple[Alarmed, ...]:
        """Give an alarm for each visitor who has just been left without their escort."""
        known = {(one.area, one.holder) for one in presence.strays(before)}
        return tuple(
            _astray(one) for one in presence.strays(self._muster) if (one.area, one.holder) not in known
        )

    def _keep(self, write: Beside | None) -> None:
        if write is None:
            return
        try:
            self._journal.keep(write)
        except StoreBroken as error:
            _LOG.error("who is inside could not be stored (%s)", type(error).__name__)


def _escort_of(tapped: Tapped) -> HolderId | None:
    """Name who brings a visitor along."""
    before = tapped.circumstances.before
    return before.holder if Flag.ESCORTED in tapped.flags and before is not None else None


def _astray(one: Inside) -> Alarmed:
    return Alarmed("visitor-astray", one.area, raised=True, detail=f"card {one.card}")
