"""The hardware in an installer's hands: inputs read live, outputs moved on request, readers looked through.

Nothing is judged here. Holding the pins is also what keeps the door program from running meanwhile.
"""

import os
import queue
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from card_registry.errors import OperatorMistaken
from card_registry.words import DoorId, ReaderId
from door_controller.cabinet import Sense
from door_controller.clock import synchronised
from door_controller.commissioning.verdict import Clocked, Showed, Watched, Wrote
from door_controller.disk import free_bytes
from door_controller.hardware import CabinetWires, GpioWires, LightFailed, open_factory
from door_controller.parts import Readers
from door_controller.readers import Presented, Proven, ReaderEvent, ReaderFault
from firmware_config.model import SiteFile

LOOK_SECONDS = 0.02
PULSE_SECONDS = 1.0
LIGHT_SECONDS = 1.0
WRITES = 16
BLOCK = 4096


class Hands:
    """Every pin of one controller, taken for the length of a ``with`` block; the locks stay locked."""

    def __init__(self, site: SiteFile) -> None:
        """Take note of what is wired; nothing is touched yet."""
        self._site = site
        self._factory: Any = None
        self._wires: dict[str, GpioWires] = {}
        self._cabinet: CabinetWires | None = None

    def __enter__(self) -> Self:
        """Take the pins.

        Raises:
            OperatorMistaken: One cannot be had; what to do stands in the text.
        """
        if self._site.gpio is None:
            raise OperatorMistaken("this site file is a desk's; only a door's controller is walked")
        with ExitStack() as undo:
            undo.callback(self.close)
            self._factory = open_factory(self._site.gpio)
            self._take()
            undo.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Lock, and let go of everything."""
        self.close()

    def close(self) -> None:
        """Lock, and let go of everything."""
        self._let_go()
        if self._factory is not None:
            self._factory.close()

    def _take(self) -> None:
        try:
            for door in self._site.door:
                self._wires[door.id] = GpioWires(door, self._factory)
            self._cabinet = CabinetWires(self._site.cabinet, self._factory)
        except OperatorMistaken as error:
            raise OperatorMistaken(
                f"{error}; if the door program is running, stop it first: systemctl stop akses-door"
            ) from error

    def _let_go(self) -> None:
        for wires in self._wires.values():
            wires.close()
        self._wires.clear()
        if self._cabinet is not None:
            self._cabinet.close()
            self._cabinet = None

    def set_up_again(self, times: int = 3) -> None:
        """Let go of every line and take it again, as a restart of the door program does."""
        for _ in range(times):
            self._let_go()
            self._take()

    def sense(self, about: str, name: str) -> bool | None:
        """Say whether an input is in its alarm state; None where it is not fitted."""
        if about == "cabinet":
            return None if self._cabinet is None else self._cabinet.read().get(Sense(name))
        wires = self._wires[DoorId(about)]
        match name:
            case "contact":
                return wires.opened()
            case "rex":
                return wires.pressed()
            case _:
                return wires.tampered()

    def wait(self, about: str, name: str, *, wanted: bool, seconds: float) -> bool:
        """Wait until an input is in its alarm state, or out of it; say whether it came in time."""
        ends = time.monotonic() + seconds
        while self.sense(about, name) is not wanted:
            if time.monotonic() > ends:
                return False
            time.sleep(LOOK_SECONDS)
        return True

    def watch(self, about: str, name: str, tell: Callable[[int], None], seconds: float) -> Watched:
        """Follow an input from rest to alarm and back; ``tell`` is called with which sentence is due."""
        rested = self.wait(about, name, wanted=False, seconds=seconds)
        if not rested:
            return Watched(rested=False, came=False, went=False)
        tell(0)
        came = self.wait(about, name, wanted=True, seconds=seconds)
        if came:
            tell(1)
        return Watched(
            rested=True, came=came, went=came and self.wait(about, name, wanted=False, seconds=seconds)
        )

    def pulse(self, door: str, follow: float) -> tuple[bool | None, bool | None]:
        """Release a lock and lock it again; give whether it said so itself, each time (None: it is mute)."""
        wires = self._wires[door]
        wires.release()
        try:
            let_go = self._followed(wires, max(follow, PULSE_SECONDS), locked=False)
            time.sleep(PULSE_SECONDS if let_go is None else 0)
        finally:
            wires.lock()
        return let_go, self._followed(wires, follow, locked=True)

    @staticmethod
    def _followed(wires: GpioWires, seconds: float, *, locked: bool) -> bool | None:
        ends = time.monotonic() + seconds
        while (said := wires.feedback()) is not locked:
            if said is None:
                return None
            if time.monotonic() > ends:
                return False
            time.sleep(LOOK_SECONDS)
        return True

    def locked(self, door: str) -> bool | None:
        """Say whether the lock itself says that it is locked; None where it is mute."""
        return self._wires[door].feedback()

    def lights(self, door: str) -> None:
        """Show green, red and buzzer, one after the other.

        Raises:
            LightFailed: One cannot be driven.
        """
        wires = self._wires[door]
        try:
            for number in range(3):
                wires.light(green=number == 0, red=number == 1, buzzer=number == 2)  # noqa: PLR2004 - the third
                time.sleep(LIGHT_SECONDS)
        finally:
            wires.light(green=False, red=False, buzzer=False)

    def readers(self) -> "Eyes":
        """Begin to open every reader."""
        return Eyes(self._site)


class Eyes:
    """All readers of a controller, listened to one at a time."""

    def __init__(self, site: SiteFile) -> None:
        """Open them beside everything else."""
        self._events: queue.SimpleQueue[ReaderEvent] = queue.SimpleQueue()
        self._readers = Readers(site, self._events.put, lambda _: "card")
        self._readers.start()
        self._broken: set[ReaderId] = set()

    def look(self, reader: str, seconds: float) -> Showed:
        """Wait for a card or a key at one reader."""
        ends = time.monotonic() + seconds
        while (left := ends - time.monotonic()) > 0:
            try:
                event = self._events.get(timeout=left)
            except queue.Empty:
                break
            self._broken.discard(event.reader)
            if isinstance(event, ReaderFault):
                self._broken.add(event.reader)
            elif event.reader == reader and (shown := _shown(event)) is not None:
                return shown
        return Showed(works=reader not in self._broken)

    def close(self) -> None:
        """Let go of every reader."""
        self._readers.close()


def _shown(event: ReaderEvent) -> Showed | None:
    match event:
        case Presented(_, proof):
            return Showed(works=True, kind=proof.kind, proven=isinstance(proof, Proven))
        case _:
            return Showed(works=True, key=True) if hasattr(event, "key") else None


def probe_clock() -> Clocked:
    """Ask the kernel whether something keeps its wall clock in step."""
    return Clocked(synchronised())


def probe_disk(folder: Path) -> Wrote:
    """Write durably beside the journal, several times, and give the slowest.

    Raises:
        OSError: The disk refuses.
    """
    path = folder / ".probe"
    slowest = 0.0
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    try:
        for _ in range(WRITES):
            began = time.monotonic()
            os.write(descriptor, bytes(BLOCK))
            os.fsync(descriptor)
            slowest = max(slowest, time.monotonic() - began)
    finally:
        os.close(descriptor)
        path.unlink()
    return Wrote(round(slowest * 1000), free_bytes(folder))


__all__ = ["Eyes", "Hands", "LightFailed", "probe_clock", "probe_disk"]
