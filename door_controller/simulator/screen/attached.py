"""What the panel acts on: a running door program, beside the simulator that is its hardware.

Lines and lights come from the simulator, rows from the journal's file, the door's own word from its signed
status. Keys move the simulator's hardware. What is inside the running program (its power, clock, disk,
orders) is not this process's to touch, and the panel says so.
"""

import sqlite3
from collections import deque
from contextlib import closing, suppress
from pathlib import Path

from card_registry import canonical
from card_registry.errors import AksesError, OperatorMistaken
from card_registry.journal.event import decode_body, decode_event
from card_registry.statements import DoorView, Status
from card_registry.words import Side
from door_controller.report import read_status
from door_controller.simulator.client import SimulatorClient
from door_controller.simulator.control_wire import Level
from door_controller.simulator.screen.scene import Scene
from door_controller.simulator.script.words import Plug
from door_controller.simulator.virtual.transcript import say
from door_controller.simulator.words import Fault, LineView
from firmware_config.files import load
from firmware_config.model import Level as Electric
from firmware_config.model import SiteFile

ROWS_KEPT = 500
HOLD_MS = 600
PRESS_MS = 400
LOOK_MS = 400
_NEWEST = "SELECT place, body FROM row WHERE place > ? ORDER BY place DESC LIMIT 200"
_BREAKS = {"x": Fault.UNPLUG, "h": Fault.DEAD}
_INSIDE = frozenset("pkjsdnley")


class AttachedStage:
    """One door of a running controller."""

    def __init__(self, folder: Path) -> None:
        """Connect to the simulator that the site file names.

        Raises:
            OperatorMistaken: The site file is of real hardware, or its simulator does not run.
        """
        self._folder, self._site = folder, load(folder / "site.toml")
        self._client = SimulatorClient(_control(self._site))
        self._door = self._site.door[0]
        self._store = Path(self._site.folders.state) / "door.db"
        self._rows: deque[str] = deque(maxlen=ROWS_KEPT)
        self._place = -1
        self._said, self._card = "a running door; its hardware is simulated", 0
        self._now = self._look_at = self._plugged = 0
        self._later: list[tuple[int, str, int | None]] = []
        self._broken = Plug.PLUG
        self._status: Status | None = None
        self._lines: dict[int, LineView] = {}
        self._cards = self._client.cards()

    def advance(self, ms: int) -> None:
        """Look again at what changes, a few times a second."""
        self._now = ms
        for due, what, line in [one for one in self._later if one[0] <= ms]:
            self._later.remove((due, what, line))
            if line is None:
                self._client.remove(what)
            else:
                self._client.set(line, None)
        if ms >= self._look_at:
            self._look_at = ms + LOOK_MS
            self._look()

    def scene(self) -> Scene:
        """Give what is to be shown."""
        view, pins, status = self._view(), self._door.pins, self._status
        return Scene(
            door=self._door.name,
            clock="" if status is None else f"epoch {status.epoch}, {status.size} events",
            running=status is not None,
            state="?" if view is None else view.state,
            lock="?" if view is None else "released" if view.released else "locked",
            mode="?" if view is None else view.mode,
            relay=self._is(pins.relay, pins.relay_released),
            open=pins.contact is not None and not self._is(pins.contact, pins.contact_closed),
            pressed=self._is(pins.rex, pins.rex_pressed),
            green=self._is(pins.green, pins.green_on),
            red=self._is(pins.red, pins.red_on),
            buzzer=self._is(pins.buzzer, pins.buzzer_on),
            registry="none" if status is None else status.staleness,
            alarms=() if status is None else status.alarms,
            wrong=() if self._broken is Plug.PLUG else (f"reader {self._broken}",),
            cards=tuple(card.label for card in self._cards[:9]),
            card=self._card,
            rows=tuple(self._rows),
            said=self._said,
        )

    def press(self, key: str) -> None:
        """Do what a key means."""
        try:
            self._press(key)
        except AksesError as error:
            self._said = str(error)

    def close(self) -> None:
        """End the connection; the door goes on."""
        self._client.close()

    def _press(self, key: str) -> None:
        pins = self._door.pins
        if key.isdecimal():
            self._card = max(0, min(int(key), len(self._cards)) - 1)
        elif key in ("t", "o"):
            self._tap(Side.IN if key == "t" else Side.OUT)
        elif key == "r":
            self._move(pins.rex, "exit button")
            if pins.rex is not None:
                self._later.append((self._now + PRESS_MS, "exit button", pins.rex))
        elif key in _BREAKS:
            self._break(key)
        elif key in _INSIDE:
            self._said = (
                f"{key} would reach into a program that this panel did not start; use its own commands"
            )
        else:
            cabinet = self._site.cabinet
            lines = {
                "c": pins.contact,
                "b": pins.feedback,
                "m": pins.tamper,
                "f": cabinet.fire,
                "v": cabinet.mains,
            }
            if key in lines:
                self._move(lines[key], key)

    def _tap(self, side: Side) -> None:
        """Hold the chosen card before a reader for a while."""
        readers = [reader for reader in self._site.reader if reader.door == self._door.id]
        reader = next((one.id for one in readers if one.side is side and not one.is_keypad), None)
        if reader is None or not self._cards:
            self._said = f"no card, or no reader on the side {side}"
            return
        self._client.present(self._cards[self._card].id, reader)
        self._later.append((self._now + HOLD_MS, reader, None))
        self._said = f"{self._cards[self._card].label} at {reader}"

    def _move(self, line: int | None, what: str) -> None:
        """Move a line to its other level."""
        if line is None:
            self._said = f"{what}: not fitted at this door"
            return
        level: Level = 0 if self._client.lines()[line].level else 1
        self._client.set(line, level)
        self._said = f"{what}: line {line} at {level}"
        self._look_at = 0

    def _break(self, key: str) -> None:
        reader = next(one.id for one in self._site.reader if one.door == self._door.id)
        mends = self._broken is not Plug.PLUG
        self._client.fault(reader, Fault.REPLUG if mends else _BREAKS[key])
        if mends:
            self._client.fault(reader, Fault.NONE)
        self._broken = Plug.PLUG if mends else Plug.UNPLUG if key == "x" else Plug.HANG
        self._said = f"reader {reader}: {self._broken}"

    def _look(self) -> None:
        self._lines, self._cards = self._client.lines(), self._client.cards()
        with suppress(AksesError, OSError):
            self._status = canonical.decode(read_status(self._folder), Status, "the status")
        with suppress(sqlite3.Error, AksesError):
            self._read_rows()

    def _read_rows(self) -> None:
        with closing(
            sqlite3.connect(f"{self._store.absolute().as_uri()}?mode=ro", uri=True, timeout=1)
        ) as store:
            found = store.execute(_NEWEST, (self._place,)).fetchall()
        for place, body in reversed(found):
            self._rows.append(say(decode_body(decode_event(body)), {}))
            self._place = place

    def _view(self) -> DoorView | None:
        doors = () if self._status is None else self._status.doors
        return next((door for door in doors if door.id == self._door.id), None)

    def _is(self, line: int | None, level: Electric) -> bool:
        view = None if line is None else self._lines.get(line)
        return view is not None and bool(view.level) == (level is Electric.HIGH)


def _control(site: SiteFile) -> Path:
    socket = None if site.gpio is None else site.gpio.socket
    if socket is None:
        raise OperatorMistaken(
            "this door's hardware is not simulated; the panel moves simulated hardware only"
        )
    return Path(socket).with_name("control.sock")
