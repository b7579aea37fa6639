"""A gpiozero pin factory whose lines live in the simulator's process.

It decides how gpiozero's picture of a pin (function, state, pull, edges, bounce) maps to requests. Levels,
holders and history are left to the simulator. ``SimulatedFactory`` serves any gpiozero device: it is named
in a site file like the factories of real hardware, and like them never chosen by itself.
"""

import contextlib
import logging
import select
import socket
import threading
import time
from pathlib import Path
from typing import Any

import msgspec
from gpiozero import exc
from gpiozero.pins.pi import PiFactory, PiPin

from card_registry.errors import AksesError
from door_controller.simulator.pin_wire import (
    Ask,
    Claim,
    Edge,
    Input,
    Level,
    Listen,
    Output,
    Read,
    Refusal,
    Release,
    Told,
)
from door_controller.simulator.stream import LINE_MOST, connect, read_lines
from door_controller.simulator.words import Pull

ANSWER_SECONDS = 2.0
_PI_4B = 0xC03111
_EDGES = {"both": (0, 1), "rising": (1,), "falling": (0,), "none": ()}
_ENCODER = msgspec.json.Encoder()
_TOLD = msgspec.json.Decoder(Told)
_REFUSED = msgspec.json.Decoder(Refusal)
_TOLD_EDGES = msgspec.json.Decoder(Edge)
_log = logging.getLogger(__name__)


class SimulatorGone(AksesError):
    """The simulator ended while a program held its lines."""


class SimulatedFactory(PiFactory):
    """Pins of a simulated Raspberry Pi 4B, reached at ``socket_path`` (the simulator's ``pins.sock``)."""

    def __init__(self, socket_path: Path | str) -> None:
        """Connect to the simulator.

        Raises:
            OperatorMistaken: No simulator answers there.
        """
        super().__init__()
        self.pin_class = SimulatedPin
        self._path = Path(socket_path)
        self._asking = threading.Lock()
        self._socket = connect(self._path, ANSWER_SECONDS)
        self._answers = read_lines(self._socket)
        self._edges: _EdgeListener | None = None

    def close(self) -> None:
        """Give up every line and end the connections."""
        with contextlib.suppress(SimulatorGone):
            super().close()
        if self._edges is not None:
            self._edges.close()
            self._edges = None
        self._socket.close()

    def _get_revision(self) -> int:
        return _PI_4B

    def ticks(self) -> float:
        """Give the monotonic time in seconds."""
        return time.monotonic()

    def ticks_diff(self, later: float, earlier: float) -> float:
        """Give the seconds between two ticks."""
        return later - earlier

    def ask(self, ask: Ask) -> int:
        """Have the simulator carry out one request; give the line's level.

        Raises:
            GPIOPinInUse: Another process holds the line.
            SimulatorGone: The simulator does not answer.
        """
        with self._asking:
            try:
                self._socket.sendall(_ENCODER.encode(ask) + b"\n")
                line = next(self._answers, None)
            except OSError:
                line = None
        if line is None:
            raise SimulatorGone(
                f"the simulator at {self._path} no longer answers; start it, then this program"
            )
        if line.startswith(b'{"error"'):
            raise exc.GPIOPinInUse(_REFUSED.decode(line).error)
        return _TOLD.decode(line).level

    def listen(self, line: int, pin: "SimulatedPin | None") -> None:
        """Tell ``pin`` the edges of its line from here on, or nobody."""
        if self._edges is None:
            self._edges = _EdgeListener(self._path)
        self._edges.pins = {**self._edges.pins, line: pin}


class SimulatedPin(PiPin):
    """One line, as gpiozero's devices use it."""

    def __init__(self, factory: SimulatedFactory, info: Any) -> None:  # noqa: ANN401 - gpiozero has no types
        super().__init__(factory, info)
        self.line: int = self._number
        self._bounce: float | None = None
        self._edges = "both"
        self._pull = Pull.FLOATING
        self._function = "input"
        self._held = False
        self._apply(Input(self.line, Pull.FLOATING))

    def close(self) -> None:
        """Give the line up, as an input without a pull."""
        self.when_changed = None
        if self._held:
            self._held = False
            self._function, self._pull = "input", Pull.FLOATING
            self._factory.ask(Release(self.line))

    def output_with_state(self, state: float) -> None:
        """Become an output that drives ``state`` from the first moment."""
        self._apply(Output(self.line, _level(state)))
        self._function = "output"

    def input_with_pull(self, pull: str) -> None:
        """Become an input with that pull."""
        wanted = self._checked_pull(pull)
        self._apply(Input(self.line, wanted))
        self._function, self._pull = "input", wanted

    def _get_function(self) -> str:
        return self._function

    def _set_function(self, value: str) -> None:
        if value not in ("input", "output"):
            raise exc.PinInvalidFunction(f"a line is an input or an output, not {value!r}")
        self._apply(Output(self.line) if value == "output" else Input(self.line, self._pull))
        self._function = value

    def _get_state(self) -> int:
        level: int = self._factory.ask(Read(self.line))
        return level

    def _set_state(self, value: float) -> None:
        if self._function != "output":
            raise exc.PinSetInput(f"cannot set the state of input {self!r}")
        self._apply(Output(self.line, _level(value)))

    def _get_pull(self) -> str:
        return self._pull.value

    def _set_pull(self, value: str) -> None:
        if self._function != "input":
            raise exc.PinFixedPull(f"cannot set the pull of output {self!r}")
        self.input_with_pull(value)

    def _checked_pull(self, value: str) -> Pull:
        if self.info.pull and value != self.info.pull:
            raise exc.PinFixedPull(f"{self!r} has a resistor of its own")
        try:
            return Pull(value)
        except ValueError:
            raise exc.PinInvalidPull(f"a pull is up, down or floating, not {value!r}") from None

    def _get_bounce(self) -> float | None:
        return self._bounce

    def _set_bounce(self, value: float | None) -> None:
        if value is not None and value < 0:
            raise exc.PinInvalidBounce(f"a bounce time is 0 or more seconds, not {value}")
        self._bounce = value

    def _get_edges(self) -> str:
        return self._edges

    def _set_edges(self, value: str) -> None:
        if value not in _EDGES:
            raise exc.PinInvalidEdges(f"edges are both, rising, falling or none, not {value!r}")
        self._edges = value

    def _enable_event_detect(self) -> None:
        self._factory.listen(self.line, self)

    def _disable_event_detect(self) -> None:
        self._factory.listen(self.line, None)

    def tell(self, level: int) -> None:
        """Pass one edge on to gpiozero, if it is of a kind it asked for."""
        if level in _EDGES[self._edges] and self._when_changed is not None:
            self._call_when_changed(self._factory.ticks(), level)

    def _apply(self, ask: Ask) -> None:
        if not self._held:
            self._factory.ask(Claim(self.line))
            self._held = True
        self._factory.ask(ask)


def _level(state: float) -> Level:
    if state not in (0, 1):
        raise exc.PinInvalidState(f"a line is 0 or 1, not {state}")
    return 1 if state else 0


class _EdgeListener:
    """The second connection: a thread that tells pins their edges, once each is as old as its bounce time."""

    def __init__(self, path: Path) -> None:
        self.pins: dict[int, SimulatedPin | None] = {}
        self._pending: dict[int, tuple[int, float]] = {}
        self._told: dict[int, int] = {}
        self._received = b""
        self._socket = connect(path, ANSWER_SECONDS)
        self._socket.sendall(_ENCODER.encode(Listen()) + b"\n")
        next(read_lines(self._socket), None)
        self._thread = threading.Thread(target=self._run, name="pin-edges", daemon=True)
        self._thread.start()

    def close(self) -> None:
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        if threading.current_thread() is not self._thread:
            self._thread.join()
        self._socket.close()

    def _run(self) -> None:
        while self._receive(self._patience()):
            self._tell_settled(time.monotonic())

    def _patience(self) -> float | None:
        if not self._pending:
            return None
        return max(0.0, min(due for _, due in self._pending.values()) - time.monotonic())

    def _receive(self, seconds: float | None) -> bool:
        """Take in edges for a while; false when the simulator is gone."""
        if not select.select([self._socket], [], [], seconds)[0]:
            return True
        try:
            data = self._socket.recv(LINE_MOST)
        except OSError:
            return False
        *lines, self._received = (self._received + data).split(b"\n")
        for line in lines:
            self._saw(_TOLD_EDGES.decode(line))
        return bool(data)

    def _saw(self, edge: Edge) -> None:
        pin = self.pins.get(edge.line)
        if pin is None:
            return
        if pin.bounce is None:
            self._tell(pin, edge.level)
        else:
            self._pending[edge.line] = (edge.level, time.monotonic() + pin.bounce)

    def _tell_settled(self, now: float) -> None:
        for line, (level, due) in tuple(self._pending.items()):
            if due <= now:
                del self._pending[line]
                pin = self.pins.get(line)
                if pin is not None and self._told.get(line) != level:
                    self._told[line] = level
                    self._tell(pin, level)

    @staticmethod
    def _tell(pin: SimulatedPin, level: int) -> None:
        try:
            pin.tell(level)
        except Exception as error:  # noqa: BLE001 - one failing callback must not silence the other lines
            _log.error("a callback of line %d failed: %s", pin.line, type(error).__name__)
