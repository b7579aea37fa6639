"""Keeps a table of programs running: starts each once what it needs is ready, and again whenever it dies.

What the programs are is decided in ``programs``. One thread, one loop over the children's outputs and deaths.
A program that dies before it was ever ready ends the start with its own sentence; later a dead program comes
back, at once the first time and ever slower while it keeps failing.
"""

import os
import selectors
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import FrameType, TracebackType
from typing import Self

from card_registry.command.demo.child import Child, Program, tied_to
from card_registry.command.demo.table import Running
from card_registry.errors import OperatorMistaken

FIRST_PAUSE = 0.1
LONGEST_PAUSE = 5.0
STEADY = 10.0
"""A program that lived this long, in seconds, is forgiven its earlier failures."""
PATIENCE = 5.0
"""How long a program may take to end before it is killed, in seconds."""
GUARD_PATIENCE = 10.0


class NotStarted(OperatorMistaken):
    """A program could not start; the text is its own last sentence."""


class Interrupt:
    """Remembers that the operator asked to stop (Ctrl-C, SIGTERM, a closed terminal), and wakes the loop."""

    def __init__(self) -> None:
        """Nothing was asked for yet."""
        self._asked = False
        self._before: dict[signal.Signals, object] = {}

    def _ask(self, _number: int, _frame: FrameType | None) -> None:
        self._asked = True

    def asked(self) -> bool:
        """Say whether the operator asked to stop."""
        return self._asked

    def __enter__(self) -> Self:
        """Listen for the signals; the loop wakes at least every half second to look."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            self._before[number] = signal.signal(number, self._ask)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Put the former handlers back."""
        for number, handler in self._before.items():
            signal.signal(number, handler)  # type: ignore[arg-type]  # what signal.signal gave


@dataclass(slots=True)
class Place:
    """One line of the table: the program, its process while it lives, and its failures so far."""

    program: Program
    child: Child | None = None
    was_ready: bool = False
    failures: int = 0
    restarts: int = -1
    due: float = 0.0
    started: float = 0.0

    @property
    def ready(self) -> bool:
        """Say whether it runs and has said so."""
        return self.child is not None and self.child.ready


class Supervisor:
    """Runs a table of programs until told to stop."""

    def __init__(
        self,
        programs: Sequence[Program],
        environment: Mapping[str, str],
        say: Callable[[str], None],
        changed: Callable[[tuple[Running, ...]], None],
    ) -> None:
        """Start nothing yet; ``say`` gets sentences for people, ``changed`` the table at every change."""
        self._places = {program.name: Place(program) for program in programs}
        self._environment = dict(environment)
        self._say = say
        self._changed = changed
        self._selector = selectors.DefaultSelector()

    @property
    def ready(self) -> bool:
        """Say whether every program runs and is ready."""
        return all(place.ready for place in self._places.values())

    def start(self, within: float, interrupt: Interrupt) -> None:
        """Start every program and return when all are ready, or when an interrupt asks to stop.

        Raises:
            NotStarted: One of them ended first, or ``within`` seconds were not enough.
        """
        deadline = time.monotonic() + within
        while not self.ready and not interrupt.asked():
            self.tick(0.2)
            self._give_up_on_failed()
            if time.monotonic() > deadline:
                late = ", ".join(name for name, place in self._places.items() if not place.ready)
                message = f"not ready after {within:.0f} s: {late}; see the log folder"
                raise NotStarted(message)

    def _give_up_on_failed(self) -> None:
        for place in self._places.values():
            if place.failures and not place.was_ready:
                sentence = last_words(place.program)
                message = f"{place.program.name} could not start: {sentence} (log: {place.program.log})"
                raise NotStarted(message)

    def tick(self, wait: float) -> None:
        """Start what is due, then hear the children for at most ``wait`` seconds."""
        for place in self._places.values():
            self._start_if_due(place)
            self._end_if_stuck(place)
        for key, _ in self._selector.select(wait):
            place, hears = key.data
            if place.child is None:
                continue
            if hears:
                self._hear(place, place.child)
            else:
                self._bury(place, place.child)

    def _start_if_due(self, place: Place) -> None:
        needed = (self._places[name] for name in place.program.needs)
        if place.child is not None or time.monotonic() < place.due:
            return
        if not place.was_ready and not all(other.ready for other in needed):
            return
        if not self._guard(place.program):
            self._pause(place)
            return
        place.child = Child(place.program, self._environment)
        place.restarts += 1
        place.started = time.monotonic()
        self._selector.register(place.child.output, selectors.EVENT_READ, (place, True))
        self._selector.register(place.child.watch, selectors.EVENT_READ, (place, False))
        self._report()

    def _end_if_stuck(self, place: Place) -> None:
        patience = place.program.ready_within
        if place.child and not place.child.ready and time.monotonic() - place.started > patience:
            place.child.signal(signal.SIGKILL)

    def _hear(self, place: Place, child: Child) -> None:
        if child.hear() == b"":
            self._selector.unregister(child.output)
        if child.ready and not place.was_ready:
            place.was_ready = True
        if child.ready:
            self._report()

    def _bury(self, place: Place, child: Child) -> None:
        self._let_go(place, child)
        if time.monotonic() - place.started > STEADY:
            place.failures = 0
        self._pause(place)
        if place.was_ready:
            how = ended(child.process.returncode)
            self._say(f"{place.program.name} {how}; it is started again")

    def _let_go(self, place: Place, child: Child) -> None:
        child.signal(signal.SIGKILL)
        while child.hear():
            continue
        for descriptor in (child.output, child.watch):
            if descriptor in self._selector.get_map():
                self._selector.unregister(descriptor)
        child.close()
        place.child = None
        self._guard(place.program)
        self._report()

    def _pause(self, place: Place) -> None:
        place.due = time.monotonic() + min(FIRST_PAUSE * 2**place.failures, LONGEST_PAUSE)
        place.failures += 1

    def _guard(self, program: Program) -> bool:
        """Run a program's guard, such as the safe-lock; give whether it did its work."""
        return not program.guard or run_guard(program, self._environment)

    def _report(self) -> None:
        self._changed(
            tuple(
                Running(name, place.child.process.pid, place.child.began, place.restarts, place.child.ready)
                for name, place in self._places.items()
                if place.child is not None
            )
        )

    def stop(self) -> None:
        """End every program, wave by wave, and run its guard; nothing is left running."""
        for wave in sorted({place.program.wave for place in self._places.values()}):
            members = [place for place in self._places.values() if place.program.wave == wave]
            for place in members:
                if place.child is not None:
                    place.child.signal(signal.SIGTERM)
            deadline = time.monotonic() + PATIENCE
            for place in members:
                self._end(place, deadline)
        self._selector.close()

    def _end(self, place: Place, deadline: float) -> None:
        if place.child is None:
            return
        place.child.wait(max(0.0, deadline - time.monotonic()))
        self._let_go(place, place.child)


def run_guard(program: Program, environment: Mapping[str, str]) -> bool:
    """Run a program's guard to its end; it may take ten seconds."""
    with program.log.open("ab") as log:
        try:
            done = subprocess.run(
                program.guard,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=dict(environment),
                start_new_session=True,
                timeout=GUARD_PATIENCE,
                check=False,
                preexec_fn=tied_to(os.getpid()),
            )
        except subprocess.TimeoutExpired:
            return False
    return done.returncode == 0


def ended(code: int) -> str:
    """Say in words how a process ended."""
    return f"was ended by {signal.Signals(-code).name}" if code < 0 else f"ended with exit code {code}"


def last_words(program: Program) -> str:
    """Give the last line of a program's log: the sentence it ended with."""
    lines = program.log.read_bytes()[-4096:].decode(errors="replace").strip().splitlines()
    return lines[-1].removeprefix("Error: ") if lines else "it said nothing"
