"""The simulator as a process: makes its readers and sockets, says that it is ready, runs until told to end.

It decides what lives how long. Cards are on disk; lines and readers begin afresh at each start.
"""

import contextlib
import os
import signal
import sys
import threading
from collections.abc import Generator, Sequence
from pathlib import Path

from card_registry.errors import OperatorMistaken
from card_registry.words import require_slug
from door_controller.simulator.bolt import Bolts
from door_controller.simulator.cards import CardBox
from door_controller.simulator.control import Bench, ControlConversation
from door_controller.simulator.keypad import VirtualKeypad
from door_controller.simulator.lines import LineBank
from door_controller.simulator.pin_server import PinConversation
from door_controller.simulator.stream import LineServer
from door_controller.simulator.wire import VirtualReader

READERS_MOST = 16
_ENDS = (signal.SIGTERM, signal.SIGINT)


def serve(
    data: Path, readers: Sequence[str], run: Path, *, paced: bool = True, keypads: Sequence[str] = ()
) -> None:
    """Run the simulator until SIGTERM or SIGINT; prints ``siap`` when its sockets listen.

    Args:
        data: The folder that keeps the cards (``cards.json``).
        readers: The readers' names; each appears as ``run/reader-NAME``.
        run: The folder of ``control.sock``, ``pins.sock`` and the readers' links.
        paced: Whether serial line, chip and air take the time they would really take.
        keypads: The keypads' names; each appears as ``run/keypad-NAME``.

    Raises:
        OperatorMistaken: A name cannot be used.
        StoreBroken: The cards cannot be read.
    """
    signal.pthread_sigmask(signal.SIG_BLOCK, _ENDS)  # every thread inherits this; only sigwait takes them
    try:
        with simulated(data, readers, run, paced=paced, keypads=keypads):
            _say_ready()
            signal.sigwait(_ENDS)
    finally:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _ENDS)


@contextlib.contextmanager
def simulated(
    data: Path, readers: Sequence[str], run: Path, *, paced: bool, keypads: Sequence[str] = ()
) -> Generator[Bench]:
    """Run the simulator inside this process for the length of a ``with`` block."""
    _check((*readers, *keypads))
    for folder in (data, run):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with contextlib.ExitStack() as stack:
        lines, stop = LineBank(), threading.Event()
        cards = CardBox(data / "cards.json")
        virtual: dict[str, VirtualReader] = {}
        for name in readers:
            virtual[name] = VirtualReader(run / f"reader-{name}", paced=paced)
            stack.callback(virtual[name].close)
        pads: dict[str, VirtualKeypad] = {}
        for name in keypads:
            pads[name] = VirtualKeypad(run / f"keypad-{name}")
            stack.callback(pads[name].close)
        bolts = Bolts(lines)
        stack.callback(bolts.close)
        bench = Bench(cards, virtual, lines, stop, bolts, pads)
        pins = LineServer(run / "pins.sock", lambda peer: PinConversation(lines, peer))
        stack.callback(pins.close)
        control = LineServer(run / "control.sock", lambda _: ControlConversation(bench))
        stack.callback(control.close)
        stack.callback(stop.set)
        yield bench


def _check(readers: Sequence[str]) -> None:
    if not 0 < len(readers) <= READERS_MOST or len(set(readers)) != len(readers):
        raise OperatorMistaken(f"name 1 to {READERS_MOST} different readers, not {len(readers)}")
    for name in readers:
        try:
            require_slug(name, "a reader's name")
        except ValueError as error:
            raise OperatorMistaken(str(error)) from error


def _say_ready() -> None:
    with contextlib.suppress(OSError, ValueError):  # whoever started us may have closed our output
        sys.stdout.write("siap" + os.linesep)
        sys.stdout.flush()
