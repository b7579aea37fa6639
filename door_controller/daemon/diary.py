"""What must be written down and can wait for the disk: nothing here ever stops a door from working.

The lock has already moved when a fact comes here, so a disk that refuses is an alarm and not an answer. Facts
wait in order, at most ``MOST`` of them; exits are counted together while they wait, so that the event of an
exit is never lost, only late. Facts beyond the limit are counted, and the count is written when the disk
takes events again.

While only the reserve is left (``room``), routine facts are held back: a denial is counted into one of the
same door, credential and reason, of which at most ``MOST_DENIALS`` are kept, and all are written behind the
rest once there is room. So ``count`` of a denial may span the whole shortage; its time is the last one's.
"""

import logging
import signal
import threading
from collections import deque
from dataclasses import replace

from card_registry.errors import StoreBroken
from card_registry.journal.event import Alarmed, Body, Exited, Moment, Tapped
from door_controller.journal import Journal
from door_controller.repeats import Key, key_of
from door_controller.room import DiskState, Urgency, urgency_of

MOST = 256
"""The most facts that wait for the disk."""

MOST_DENIALS = 64
"""The most different denials that are counted while only the reserve is left."""

_LOG = logging.getLogger(__name__)


class Diary:
    """Facts on their way into the journal, from many threads."""

    def __init__(self, journal: Journal) -> None:
        """Write into ``journal``, when told to."""
        self._journal = journal
        self._lock = threading.Lock()
        self._waiting: deque[tuple[Body, Moment]] = deque()
        self._denied: dict[Key, tuple[Tapped, Moment]] = {}
        self._later: deque[tuple[Body, Moment]] = deque()
        self._dropped = 0
        self._refused = self._said = False

    def note(self, body: Body, at: Moment) -> None:
        """Queue a fact; takes no disk."""
        with self._lock:
            if isinstance(body, Exited) and self._count(body):
                return
            if self._scarce and urgency_of(body) is Urgency.ROUTINE:
                self._hold(body, at)
            elif len(self._waiting) >= MOST:
                self._dropped += 1
            else:
                self._waiting.append((body, at))

    def alarms(self) -> tuple[Alarmed, ...]:
        """Give what the disk has to say since the last time; the caller notes it. Asked once a turn.

        Where the journal only stands in for one whose disk refused the start, and that disk is mended, the
        program ends as if told to: its unit starts it anew, with its registry.
        """
        if self._journal.mended():
            _LOG.warning("the disk takes events again; the program ends, to be started anew")
            signal.raise_signal(signal.SIGTERM)
        disk, corrupt = self._journal.disk, self._journal.corrupt
        said = () if disk is None else disk.turn()
        if corrupt and not self._said:
            self._said = True
            said = (*said, Alarmed("journal-damaged", "journal", raised=True, detail=corrupt[:200]))
        return said

    @property
    def refused(self) -> bool:
        """Say whether the disk refused the last write."""
        return self._refused

    def write(self) -> bool:
        """Write what waits, in order, as far as the disk takes it; say whether anything was written."""
        wrote = False
        while (first := self._first()) is not None:
            body, at = first
            try:
                self._journal.append(body, at)
            except StoreBroken as error:
                if not self._refused:
                    _LOG.error("the journal takes no event: %s", error)
                self._refused = True
                return wrote
            with self._lock:
                self._waiting.popleft()
            wrote, self._refused = True, False
            self._tell_dropped(at)
        return wrote

    @property
    def _scarce(self) -> bool:
        """Say whether only the reserve is left, or not even that."""
        disk = self._journal.disk
        return disk is not None and disk.state in (DiskState.RESERVE, DiskState.FULL)

    def _first(self) -> tuple[Body, Moment] | None:
        """Give the first fact to be written, which from here on is not counted into any more."""
        with self._lock:
            scarce = self._scarce
            while scarce and self._waiting and urgency_of(self._waiting[0][0]) is Urgency.ROUTINE:
                self._hold(*self._waiting.popleft())
            if not scarce and (self._denied or self._later):
                self._bring_back()
            return self._waiting[0] if self._waiting else None

    def _hold(self, body: Body, at: Moment) -> None:
        """Keep a routine fact for later, counted where it can be."""
        if isinstance(body, Tapped):
            key = key_of(body)
            if key in self._denied:
                body = replace(body, count=self._denied[key][0].count + body.count)
            elif len(self._denied) >= MOST_DENIALS:
                self._dropped += body.count
                return
            self._denied[key] = (body, at)
        elif len(self._later) >= MOST:
            self._dropped += 1
        else:
            self._later.append((body, at))

    def _bring_back(self) -> None:
        """Queue what was held back behind what waits: there is room again."""
        self._waiting.extend(self._later)
        self._waiting.extend(self._denied.values())
        self._later.clear()
        self._denied.clear()

    def _count(self, exited: Exited) -> bool:
        """Count an exit into one of the same door that waits behind the fact being written."""
        for number in range(len(self._waiting) - 1, 0, -1):
            body, at = self._waiting[number]
            if isinstance(body, Exited) and body.door == exited.door:
                self._waiting[number] = (replace(body, count=body.count + exited.count), at)
                return True
        return False

    def _tell_dropped(self, at: Moment) -> None:
        with self._lock:
            if self._dropped:
                said = f"{self._dropped} facts were not written while the disk refused"
                self._waiting.append((Alarmed("journal-gap", "journal", raised=True, detail=said), at))
                self._dropped = 0
