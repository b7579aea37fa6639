"""The order of a tap: proof, decision, journal, lock; in the one thread that the watchdog watches.

For each card presented: name it, ask ``decide``, write the event durably, and only then let the latch have
``Accepted`` with the event's place. Anything odd on the way, of whatever kind, is a denial: an exception is
FAULT, a disk that refuses JOURNAL_REFUSED. Denials are written after the light, repeats of one counted.
"""

import logging
import queue
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import assert_never

from card_registry.circumstances import Before, Circumstances
from card_registry.decision import Denied, Granted, Tap, decide
from card_registry.errors import StoreBroken
from card_registry.instant import SECOND, Instant
from card_registry.journal.event import Alarmed, Body, Moment, Tapped
from card_registry.registry import Registry
from card_registry.words import (
    CardId,
    CredentialKind,
    DoorId,
    HolderId,
    ReaderId,
    Reason,
    Side,
    Tier,
)
from door_controller import door as machine
from door_controller import repeats
from door_controller.clock import Clock
from door_controller.daemon.diary import Diary
from door_controller.daemon.latch import Latch
from door_controller.journal import Journal
from door_controller.pseudonyms import Pseudonyms
from door_controller.readers import Presented, Proven, ReaderEvent, ReaderFault, ReaderRestored, Unproven
from door_controller.standing import Standing

_LOG = logging.getLogger(__name__)

POLL_MS = 1_000
"""The loop turns at least once in this time, for the watchdog and for facts that wait for the disk."""


@dataclass(frozen=True, slots=True)
class Eye:
    """Where a reader looks."""

    door: DoorId
    side: Side


@dataclass(frozen=True, slots=True)
class Admitted:
    """The last card granted at a door, and when (boot milliseconds)."""

    card: CardId
    holder: HolderId
    at: int


class Loop:
    """One controller's deciding thread."""

    def __init__(
        self,
        journal: Journal,
        diary: Diary,
        clock: Clock,
        names: Pseudonyms,
        latches: Mapping[DoorId, Latch],
        eyes: Mapping[ReaderId, Eye],
        standing: Callable[[], Standing],
    ) -> None:
        """Decide for ``latches`` what is presented at ``eyes``, by what ``standing`` gives at that moment."""
        self._journal, self._diary, self._clock, self._names = journal, diary, clock, names
        self._latches, self._eyes, self._standing = latches, eyes, standing
        self._queue: queue.SimpleQueue[ReaderEvent | None] = queue.SimpleQueue()
        self._repeats: repeats.Repeats = {}
        self._admitted: dict[DoorId, Admitted] = {}
        self._alarms: dict[tuple[str, str], None] = {}
        self._stopped = False

    def report(self, event: ReaderEvent) -> None:
        """Take what a reader saw; returns at once."""
        self._queue.put(event)

    def note(self, body: Body) -> None:
        """Queue a fact to be written; takes no disk and returns at once."""
        if isinstance(body, Alarmed):
            self._remember(body)
        self._diary.note(body, self._clock.moment())
        self._queue.put(None)

    def stop(self) -> None:
        """End ``run`` after the turn it is in."""
        self._stopped = True
        self._queue.put(None)

    @property
    def alarms(self) -> tuple[str, ...]:
        """Give the alarms that stand, as the status says them."""
        return tuple(f"{alarm} {about}" for alarm, about in list(self._alarms))

    def run(self, turned: Callable[[], None]) -> None:
        """Take what comes until ``stop``; ``turned`` is called after each turn."""
        while not self._stopped:
            try:
                event = self._queue.get(timeout=self._patience())
            except queue.Empty:
                event = None
            self._turn(event)
            turned()
        self._write_repeats(self._clock.mono() + SECOND)
        self._diary.write()

    def settle(self) -> None:
        """Take all that waits, as ``run`` does, and return: for a simulator, which keeps the time itself."""
        while True:
            try:
                event = self._queue.get_nowait()
            except queue.Empty:
                break
            self._turn(event)
        self._turn(None)

    def due(self) -> int | None:
        """Give the next moment (boot milliseconds) at which time alone gives a turn something to do."""
        return repeats.due(self._repeats)

    def _turn(self, event: ReaderEvent | None) -> None:
        if event is not None:
            self.take(event)
        self._write_repeats(self._clock.mono())
        self._diary.write()

    def take(self, event: ReaderEvent) -> None:
        """Do what one reader event demands; never raises."""
        match event:
            case Presented():
                self._answer(event)
            case ReaderFault(reader, why):
                self.note(Alarmed("reader-failed", reader, raised=True, detail=str(why)))
            case ReaderRestored(reader):
                if ("reader-failed", reader) in self._alarms:
                    self.note(Alarmed("reader-failed", reader, raised=False))
            case _:
                assert_never(event)

    def _answer(self, event: Presented) -> None:
        eye = self._eyes.get(event.reader)
        latch = None if eye is None else self._latches.get(eye.door)
        if eye is None or latch is None:
            _LOG.error("reader %s serves no door; its card was ignored", event.reader)
            return
        try:
            tapped, at = self._decide(event, eye, latch)
        except Exception as error:  # noqa: BLE001 - whatever it is, the answer is no
            _LOG.error("reader %s: deciding failed (%s); denied", event.reader, type(error).__name__)
            tapped, at = self._faulted(event, eye), self._clock.moment()
        if tapped.granted:
            self._admit(latch, tapped, at)
        else:
            latch.take(machine.TurnedAway(tapped.reason))
            self._note_denial(tapped, at)

    def _admit(self, latch: Latch, tapped: Tapped, at: Moment) -> None:
        """Write the grant down; only what is written opens."""
        try:
            place = self._journal.append(tapped, at)
        except Exception as error:  # noqa: BLE001 - whatever kept the event from the disk keeps the door locked
            if not isinstance(error, StoreBroken):
                _LOG.error("door %s: an unforeseen %s at the journal", tapped.door, type(error).__name__)
            latch.take(machine.TurnedAway(Reason.JOURNAL_REFUSED))
            self._note_denial(replace(tapped, granted=False, reason=Reason.JOURNAL_REFUSED, grant=None), at)
            return
        # If power fails here, the journal says "granted" and the door stayed locked: the safe side.
        latch.take(machine.Accepted(place.epoch, place.seq))
        if tapped.card is not None and tapped.holder is not None:
            self._admitted[tapped.door] = Admitted(tapped.card, tapped.holder, at.mono)

    def _decide(self, event: Presented, eye: Eye, latch: Latch) -> tuple[Tapped, Moment]:
        standing = self._standing()
        instant, at = self._clock.now()
        tap = self._tap(event, eye, standing.registry)
        circumstances = Circumstances(latch.mode, standing.staleness, before=self._before(eye.door, at.mono))
        answer = self._ask(standing.registry, tap, circumstances, instant)
        match answer:
            case Granted(card, holder, grant, reason, flags):
                granted = True
            case Denied(reason, card, holder):
                granted, grant, flags = False, None, ()
            case _:
                assert_never(answer)
        return Tapped(
            eye.door, event.reader, eye.side, tap.kind, tap.tier, tap.credential, granted, reason,
            circumstances, standing.versions, card, holder, grant, flags,
        ), at  # fmt: skip

    def _ask(
        self, registry: Registry | None, tap: Tap, circumstances: Circumstances, now: Instant
    ) -> Granted | Denied:
        return decide(registry, tap, circumstances, now)

    def _tap(self, event: Presented, eye: Eye, registry: Registry | None) -> Tap:
        match event.proof:
            case Proven(kind, tier, digest):
                match_ = self._names.match(digest)
                known = registry is not None and match_ in registry.credentials
                credential = match_ if known else self._names.unknown(digest)
                return Tap(
                    eye.door,
                    event.reader,
                    eye.side,
                    kind,
                    tier,
                    proven=True,
                    match=match_,
                    credential=credential,
                )
            case Unproven(kind, pseudonym):
                return Tap(
                    eye.door,
                    event.reader,
                    eye.side,
                    kind,
                    Tier.CLONABLE,
                    proven=False,
                    match=None,
                    credential=pseudonym,
                )
            case _:
                assert_never(event.proof)

    def _before(self, door: DoorId, now: int) -> Before | None:
        last = self._admitted.get(door)
        return None if last is None else Before(last.card, last.holder, max(0, now - last.at))

    def _faulted(self, event: Presented, eye: Eye) -> Tapped:
        """Give the event of a tap whose deciding failed; it names nobody."""
        return Tapped(
            eye.door, event.reader, eye.side, CredentialKind.UID, Tier.CLONABLE, "", granted=False,
            reason=Reason.FAULT, circumstances=Circumstances(), versions=self._standing().versions,
        )  # fmt: skip

    def _note_denial(self, tapped: Tapped, at: Moment) -> None:
        self._repeats, now_written = repeats.take(self._repeats, tapped, at.mono)
        if now_written is not None:
            self._diary.note(now_written, at)

    def _write_repeats(self, now: int) -> None:
        if self._repeats:
            self._repeats, counted = repeats.over(self._repeats, now)
            for tapped in counted:
                self._diary.note(tapped, self._clock.moment())

    def _patience(self) -> float:
        due = repeats.due(self._repeats)
        wait = POLL_MS if due is None else min(POLL_MS, max(0, due - self._clock.mono()))
        return wait / SECOND

    def _remember(self, body: Alarmed) -> None:
        if body.raised:
            self._alarms[body.alarm, body.about] = None
        else:
            self._alarms.pop((body.alarm, body.about), None)
