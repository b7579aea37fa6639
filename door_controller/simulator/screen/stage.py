"""What the panel acts on: a virtual door that lives in this process, moved by the real clock.

Nothing has to be installed, enrolled or started for it: the house makes its own site, keys, cards and journal
in a folder that goes when the panel ends. It is the same house as under virtual time, so a key does what a
script's line does.
"""

from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from card_registry.instant import DAY, HOUR, MINUTE, SECOND
from card_registry.words import Mode, OrderKind, ReaderId
from door_controller.cabinet import Sense
from door_controller.simulator.screen.scene import Scene
from door_controller.simulator.script.words import (
    Denying,
    Filling,
    Input,
    Jumping,
    Known,
    Linking,
    Moving,
    Ordering,
    Plug,
    Plugging,
    Power,
    Powering,
    Right,
    Room,
    Script,
    Setting,
    Syncing,
    Tapping,
)
from door_controller.simulator.virtual.hands import Made, Told, act, listen
from door_controller.simulator.virtual.house import House, Pace
from door_controller.simulator.virtual.transcript import Line, What

ROWS_KEPT = 500
PRESS_MS = 400
IN, OUT = ReaderId("masuk"), ReaderId("keluar")
CARDS = (
    Known("staf", Right.STANDING),
    Known("pegawai", Right.OFFICE),
    Known("tamu", Right.VISIT),
    Known("kadis", Right.OVERRIDE),
    Known("mantan", Right.ENDED),
    Known("asing", Right.STRANGER),
)
_ROOMS = {
    Room.FREE: Room.FILLING,
    Room.FILLING: Room.RESERVE,
    Room.RESERVE: Room.FULL,
    Room.FULL: Room.FREE,
}


class Stage(Protocol):
    """A door that the panel shows and moves."""

    def advance(self, ms: int) -> None:
        """Let so much real time pass since the panel began."""

    def scene(self) -> Scene:
        """Give what is to be shown."""

    def press(self, key: str) -> None:
        """Do what a key means; what cannot be done is said in the scene."""

    def close(self) -> None:
        """End whatever was begun."""


class VirtualStage:
    """A virtual door, whole and alone."""

    def __init__(self, folder: Path, seed: int, begins: int) -> None:
        """Make the door in an empty ``folder``; ``begins`` is the wall clock to begin at (milliseconds)."""
        self._rows: deque[str] = deque(maxlen=ROWS_KEPT)
        self._said = "press t to hold the chosen card before the reader"
        self._card = 0
        self._laws: list[str] = []
        self._begins = begins
        script = Script(begins, CARDS, (Setting("release_ms", "5000"),), ())
        self._house = House(script, seed, folder, self._hear, Pace(quiet_ms=1000 * DAY))
        listen(self._house)
        self._room, self._broken = Room.FREE, Plug.PLUG

    def advance(self, ms: int) -> None:
        """Let time pass until ``ms`` after the beginning."""
        self._house.run_until(max(ms, self._house.hours.now))

    def scene(self) -> Scene:
        """Give what is to be shown."""
        house = self._house
        wires = next(iter(house.wires.values()))
        program = house.program
        door = None if program is None else next(iter(program.latches.values())).door
        return Scene(
            door="Ruang Server",
            clock=self._clock(),
            powered=wires.powered,
            running=program is not None,
            state="?" if door is None else door.state,
            lock="?" if door is None else door.lock,
            mode="?" if door is None else door.mode,
            relay=wires.released,
            bolted=wires.bolted,
            open=wires.open,
            pressed=wires.down,
            green=wires.shows.green,
            red=wires.shows.red,
            buzzer=wires.shows.buzzer,
            registry="none" if program is None else program.staleness,
            alarms=() if program is None else program.alarms.lines(),
            wrong=tuple(self._wrong()),
            cards=tuple(known.name for known in CARDS),
            card=self._card,
            rows=tuple(self._rows),
            said=self._said,
        )

    def press(self, key: str) -> None:
        """Do what a key means."""
        if key.isdecimal() and 0 < int(key) <= len(CARDS):
            self._card = int(key) - 1
            known = CARDS[self._card]
            self._said = f"card {known.name}: {known.right}"
        elif key == "r":
            self._do(Moving(Input.REX, active=True))
            self._house.later(PRESS_MS, lambda: self._do(Moving(Input.REX, active=False)))
        elif key in _ACTIONS:
            self._do(_ACTIONS[key](self))

    def close(self) -> None:
        """Stop."""
        self._house.end()

    # What each key means now.

    def tapping(self, reader: ReaderId, *, proves: bool = True) -> Told:
        """Give the chosen card at a reader."""
        return Tapping(CARDS[self._card].name, reader, proves)

    def toggled(self, input: Input) -> Made:
        """Give an input's other level."""
        wires, senses = next(iter(self._house.wires.values())), self._house.senses
        levels = {
            Input.CONTACT: wires.open,
            Input.BOLT: wires.jammed,
            Input.TAMPER: wires.uncovered,
            **{input: senses[sense] for input, sense in _SENSED.items()},
        }
        return Moving(input, active=not levels[input])

    def powered(self) -> Made:
        """Give power, or take it."""
        on = next(iter(self._house.wires.values())).powered
        return Powering(Power.CUT if on else Power.ON)

    def plugged(self, what: Plug) -> Told:
        """Break the reader inside, or mend it."""
        self._broken = Plug.PLUG if self._broken is not Plug.PLUG else what
        return Plugging(IN, self._broken)

    def filled(self) -> Made:
        """Give the disk's next state."""
        self._room = _ROOMS[self._room]
        return Filling(self._room)

    def linked(self) -> Made:
        """Cut the office off, or bring it back."""
        return Linking(not self._house.linked)

    def synced(self) -> Made:
        """Take the kernel's time source away, or bring it back."""
        return Syncing(not self._house.hours.synced)

    def ordered(self, kind: OrderKind, mode: Mode) -> Told:
        """Order a mode, or back to normal."""
        program = self._house.program
        has = program is not None and next(iter(program.latches.values())).mode is mode
        return Ordering(OrderKind.NORMAL if has else kind)

    def denied(self) -> Made:
        """Take the chosen card away."""
        return Denying(CARDS[self._card].name)

    def _do(self, action: Told | Made) -> None:
        self._said = _say(action)
        act(self._house, action)

    def _hear(self, line: Line) -> None:
        if line.what is What.ROW:
            self._rows.append(f"{_time(self._begins + line.at)} {line.text.partition(' ')[2]}")
        elif line.what is What.LAW:
            self._laws.append(line.text)
        elif line.what is What.POWER:
            self._rows.append(f"{_time(self._begins + line.at)} – {line.text}")

    def _wrong(self) -> list[str]:
        house = self._house
        wires = next(iter(house.wires.values()))
        found = {
            "bolt jammed": wires.jammed,
            f"reader {self._broken}": self._broken is not Plug.PLUG,
            f"disk {self._room}": self._room is not Room.FREE,
            "office out of reach": not house.linked,
            "clock not in step": not house.hours.synced,
            f"wall clock wrong by {house.hours.wrong_by // MINUTE} min": house.hours.wrong_by != 0,
        }
        return [
            *(text for text, holds in found.items() if holds),
            *(f"LAW BROKEN {law}" for law in self._laws),
        ]

    def _clock(self) -> str:
        hours = self._house.hours
        return f"{_time(hours.true + hours.wrong_by)} WIB"


_SENSED = {Input.FIRE: Sense.FIRE, Input.MAINS: Sense.MAINS}
_ACTIONS: dict[str, Callable[[VirtualStage], Told | Made]] = {
    "t": lambda stage: stage.tapping(IN),
    "o": lambda stage: stage.tapping(OUT),
    "u": lambda stage: stage.tapping(IN, proves=False),
    "c": lambda stage: stage.toggled(Input.CONTACT),
    "b": lambda stage: stage.toggled(Input.BOLT),
    "m": lambda stage: stage.toggled(Input.TAMPER),
    "f": lambda stage: stage.toggled(Input.FIRE),
    "v": lambda stage: stage.toggled(Input.MAINS),
    "x": lambda stage: stage.plugged(Plug.UNPLUG),
    "h": lambda stage: stage.plugged(Plug.HANG),
    "p": lambda stage: stage.powered(),
    "k": lambda _: Powering(Power.KILL),
    "j": lambda _: Jumping(HOUR),
    "s": lambda stage: stage.synced(),
    "d": lambda stage: stage.filled(),
    "n": lambda stage: stage.linked(),
    "l": lambda stage: stage.ordered(OrderKind.LOCKDOWN, Mode.LOCKDOWN),
    "e": lambda stage: stage.ordered(OrderKind.FREE, Mode.FREE),
    "y": lambda stage: stage.denied(),
}


def _say(action: Told | Made) -> str:
    match action:
        case Tapping(card, reader, proves):
            return f"{card} at {reader}{'' if proves else ', proving nothing'}"
        case Moving(input, active):
            return f"{input}: {'on' if active else 'off'}"
        case Powering(what) | Plugging(what=what):
            return f"{type(action).__name__.lower()}: {what}"
        case Ordering(kind):
            return f"order {kind}"
        case Filling(room):
            return f"disk {room}"
        case _:
            return type(action).__name__.lower()


def _time(wall: int) -> str:
    seconds = (wall // SECOND + 7 * 3600) % 86_400
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"
