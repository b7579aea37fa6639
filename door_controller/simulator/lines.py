"""The lines of a simulated Raspberry Pi: who holds each, what drives it, what level it has, how it got there.

It decides levels and refuses a second holder. Sockets are left to ``pin_server`` and ``control``, the picture
programs have of a line to ``pins``.

A line has a pull, may be driven from inside (an output) and moved from outside (a contact, a button). Its
level is the output's, else the outside's, else the pull's; floating, it goes where the Pi pulls it at boot,
as if the board had the same resistor. Whoever held a line and died leaves it as it was.
"""

import threading
import time
from collections import defaultdict, deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from card_registry.errors import OperatorMistaken
from door_controller.simulator.words import Change, Function, LineView, Pull

LINES = range(28)
"""The lines on a Pi's header: GPIO 0 to 27."""

HISTORY_MOST = 4096
_PULLED_UP_AT_BOOT = range(9)


@dataclass(slots=True)
class _Line:
    board: int
    pull: Pull
    level: int
    output: int | None = None
    outside: int | None = None
    holder: object | None = None
    holder_name: str = ""
    count: int = 0


Watcher = Callable[[int, Change], None]


class LineBank:
    """All lines; safe for many threads. A watcher is called inside the lock and must return at once."""

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._lines = {line: _at_boot(line) for line in LINES}
        self._history: Mapping[int, deque[Change]] = defaultdict(lambda: deque(maxlen=HISTORY_MOST))
        self._watchers: dict[object, Watcher] = {}

    def claim(self, line: int, holder: object, name: str) -> None:
        """Make ``holder`` the only one who may configure and drive ``line``.

        Raises:
            OperatorMistaken: Another holder has it.
        """
        with self._lock:
            found = self._line(line)
            if found.holder not in (None, holder):
                raise OperatorMistaken(f"line {line} is held by {found.holder_name}; end that program first")
            found.holder, found.holder_name = holder, name

    def make_output(self, line: int, holder: object, level: int | None) -> int:
        """Drive a held line, from ``level`` or from where it is, without a pulse between; give its level."""
        with self._lock:
            found = self._held(line, holder)
            found.output = found.level if level is None else level
            return self._settle(line)

    def make_input(self, line: int, holder: object, pull: Pull) -> int:
        """Let a held line float to its pull and to what moves it from outside; give its level."""
        with self._lock:
            found = self._held(line, holder)
            found.output, found.pull = None, pull
            return self._settle(line)

    def release(self, line: int, holder: object) -> None:
        """Give a held line up as an input, as a program does that ends in order."""
        with self._lock:
            self.make_input(line, holder, Pull.FLOATING)
            self._line(line).holder = None

    def abandon(self, holder: object) -> None:
        """Forget a holder that died: its lines may be claimed again, and stay as they are until then."""
        with self._lock:
            for found in self._lines.values():
                if found.holder is holder:
                    found.holder = None

    def move(self, line: int, level: int | None) -> int:
        """Move a line from outside (a contact, a button), or let go of it; give its level."""
        with self._lock:
            self._line(line).outside = level
            return self._settle(line)

    def outside(self, line: int) -> int | None:
        """Say where the outside holds a line; None where nothing does."""
        with self._lock:
            return self._line(line).outside

    def view(self, line: int) -> LineView:
        """Say how a line is."""
        with self._lock:
            found = self._line(line)
            function = Function.INPUT if found.output is None else Function.OUTPUT
            holder = None if found.holder is None else found.holder_name
            return LineView(line, found.level, function, found.pull, holder, found.count)

    def history(self, line: int, since: int) -> tuple[Change, ...]:
        """List the changes of a line after the ``since``-th, as far back as they are kept."""
        with self._lock:
            self._line(line)
            return tuple(change for change in self._history[line] if change.count > since)

    def watch(self, who: object, watcher: Watcher | None) -> None:
        """Call ``watcher`` at every change of any line; None ends it."""
        with self._lock:
            if watcher is None:
                self._watchers.pop(who, None)
            else:
                self._watchers[who] = watcher

    def _line(self, line: int) -> _Line:
        if line not in self._lines:
            raise OperatorMistaken(f"there is no line {line}; a Pi has {LINES.start} to {LINES.stop - 1}")
        return self._lines[line]

    def _held(self, line: int, holder: object) -> _Line:
        found = self._line(line)
        if found.holder is not holder:
            raise OperatorMistaken(f"line {line} was not claimed")
        return found

    def _settle(self, line: int) -> int:
        found = self._lines[line]
        level = _level(found)
        if level != found.level:
            found.level = level
            found.count += 1
            change = Change(found.count, level, time.monotonic_ns() / 1e6)
            self._history[line].append(change)
            for watcher in tuple(self._watchers.values()):
                watcher(line, change)
        return level


def _level(line: _Line) -> int:
    if line.output is not None:
        return line.output
    if line.outside is not None:
        return line.outside
    return {Pull.UP: 1, Pull.DOWN: 0, Pull.FLOATING: line.board}[line.pull]


def _at_boot(line: int) -> _Line:
    if line in _PULLED_UP_AT_BOOT:
        return _Line(1, Pull.UP, 1)
    return _Line(0, Pull.DOWN, 0)
