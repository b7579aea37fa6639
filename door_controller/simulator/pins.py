"""A gpiozero pin factory whose lines live in the simulator's process.

It decides how gpiozero's picture of a pin (function, state, pull, edges, bounce) maps to requests. Levels,
holders and history are left to the simulator, the connection to ``pin_client``. ``SimulatedFactory`` serves
any gpiozero device: it is named in a site file like the factories of real hardware, and like them never
chosen by itself.
"""

import contextlib
import time
from pathlib import Path
from typing import Any

from gpiozero import exc
from gpiozero.pins.pi import PiFactory, PiPin

from card_registry.errors import AksesError
from door_controller.simulator.pin_client import EdgeListener, LineTaken, Listener, PinConnection
from door_controller.simulator.pin_wire import Claim, Input, Level, Output, Read, Release
from door_controller.simulator.words import Function, Pull

_PI_4B = 0xC03111
_EDGES = {"both": (0, 1), "rising": (1,), "falling": (0,), "none": ()}


class SimulatedFactory(PiFactory):
    """Pins of a simulated Raspberry Pi 4B, reached at ``socket_path`` (the simulator's ``pins.sock``)."""

    def __init__(self, socket_path: Path | str) -> None:
        """Connect to the simulator.

        Raises:
            OperatorMistaken: No simulator answers there.
        """
        super().__init__()
        self.pin_class = SimulatedPin
        self.lines = PinConnection(Path(socket_path))
        self._edges: EdgeListener | None = None

    @property
    def edges(self) -> EdgeListener:
        """What tells edges; connected when first asked for."""
        if self._edges is None:
            self._edges = EdgeListener(self.lines.path, lambda line: self.lines.ask(Read(line)))
        return self._edges

    def forget(self, line: int) -> None:
        """Tell nobody the edges of a line any more; connects to nothing, because a program may be ending."""
        if self._edges is not None:
            self._edges.set(line, None)

    def close(self) -> None:
        """Give up every line and end the connections."""
        with contextlib.suppress(AksesError):
            super().close()
        if self._edges is not None:
            self._edges.close()
            self._edges = None
        self.lines.close()

    def _get_revision(self) -> int:
        return _PI_4B

    def ticks(self) -> float:
        """Give the monotonic time in seconds."""
        return time.monotonic()

    def ticks_diff(self, later: float, earlier: float) -> float:
        """Give the seconds between two ticks."""
        return later - earlier


class SimulatedPin(PiPin):
    """One line, as gpiozero's devices use it; claimed from its first use until it is closed."""

    def __init__(self, factory: SimulatedFactory, info: Any) -> None:  # noqa: ANN401 - gpiozero has no types
        """Claim the line and make it an input, as gpiozero's factory for real lines does.

        Raises:
            GPIOPinInUse: Another process holds the line.
        """
        super().__init__(factory, info)
        self._line: int = self._number
        self._bounce: float | None = None
        self._edges = "both"
        self._claimed = False
        self._function, self._pull = Function.INPUT, Pull.FLOATING
        self._apply(Input(self._line, self._pull))

    def close(self) -> None:
        """Give the line up, as an input without a pull."""
        self.when_changed = None
        if self._claimed:
            self._claimed = False
            self._function, self._pull = Function.INPUT, Pull.FLOATING
            self._factory.lines.ask(Release(self._line))

    def output_with_state(self, state: float) -> None:
        """Become an output that drives ``state`` from the first moment."""
        self._apply(Output(self._line, _level(state)))
        self._function = Function.OUTPUT

    def input_with_pull(self, pull: str) -> None:
        """Become an input with that pull."""
        wanted = self._checked_pull(pull)
        self._apply(Input(self._line, wanted))
        self._function, self._pull = Function.INPUT, wanted

    def _get_function(self) -> str:
        return self._function.value

    def _set_function(self, value: str) -> None:
        try:
            wanted = Function(value)
        except ValueError:
            raise exc.PinInvalidFunction(f"a line is an input or an output, not {value!r}") from None
        self._apply(Output(self._line) if wanted is Function.OUTPUT else Input(self._line, self._pull))
        self._function = wanted

    def _get_state(self) -> int:
        level: int = self._factory.lines.ask(Read(self._line))
        return level

    def _set_state(self, value: float) -> None:
        if self._function is Function.INPUT:
            raise exc.PinSetInput(f"cannot set the state of input {self!r}")
        self._apply(Output(self._line, _level(value)))

    def _get_pull(self) -> str:
        return self._pull.value

    def _set_pull(self, value: str) -> None:
        if self._function is Function.OUTPUT:
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
        if self._when_changed is not None:
            self._enable_event_detect()

    def _get_edges(self) -> str:
        return self._edges

    def _set_edges(self, value: str) -> None:
        if value not in _EDGES:
            raise exc.PinInvalidEdges(f"edges are both, rising, falling or none, not {value!r}")
        self._edges = value

    def _enable_event_detect(self) -> None:
        self._factory.edges.set(self._line, Listener(self._tell, self._bounce))

    def _disable_event_detect(self) -> None:
        self._factory.forget(self._line)

    def _tell(self, level: int) -> None:
        if level in _EDGES[self._edges] and self._when_changed is not None:
            self._call_when_changed(self._factory.ticks(), level)

    def _apply(self, ask: Input | Output) -> None:
        try:
            if not self._claimed:
                self._factory.lines.ask(Claim(self._line))
                self._claimed = True
            self._factory.lines.ask(ask)
        except LineTaken as error:
            raise exc.GPIOPinInUse(str(error)) from error


def _level(state: float) -> Level:
    if state not in (0, 1):
        raise exc.PinInvalidState(f"a line is 0 or 1, not {state}")
    return 1 if state else 0
