"""A bolt between two lines: one follows the other after a delay, as a lock's feedback follows its relay.

It decides when the follower moves. Which lines these are, and which level means locked, is the site file's
word. A jammed bolt is one that was told to follow nothing: its line stays where it is.
"""

import threading

from door_controller.simulator.lines import LineBank
from door_controller.simulator.words import Change


class Bolts:
    """Every following line of one bank; safe for many threads."""

    def __init__(self, lines: LineBank) -> None:
        self._lines, self._lock = lines, threading.Lock()
        self._leaders: dict[int, tuple[int, float, bool]] = {}
        lines.watch(self, self._saw)

    def follow(self, line: int, leader: int | None, ms: int, *, inverted: bool) -> None:
        """Let ``line`` follow ``leader``, from where it is now; None lets it stand."""
        with self._lock:
            self._leaders.pop(line, None)
            if leader is not None:
                self._leaders[line] = (leader, ms / 1000, inverted)
        if leader is not None:
            self._arrive(line, leader)

    def close(self) -> None:
        """Follow nothing any more."""
        self._lines.watch(self, None)
        with self._lock:
            self._leaders.clear()

    def _saw(self, line: int, _: Change) -> None:
        """Start the way of each bolt that follows this line; called in the bank's lock, returns at once."""
        with self._lock:
            moved = [(follower, one[1]) for follower, one in self._leaders.items() if one[0] == line]
        for follower, seconds in moved:
            timer = threading.Timer(seconds, self._arrive, (follower, line))
            timer.daemon = True
            timer.start()

    def _arrive(self, line: int, leader: int) -> None:
        """Move a follower to where its leader is now, if it still follows it."""
        with self._lock:
            found = self._leaders.get(line)
        if found is not None and found[0] == leader:
            self._lines.move(line, self._lines.view(leader).level ^ found[2])
