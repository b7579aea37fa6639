"""The door program as one process: what is started, in which order, and how it ends.

The locks come first: the wires are taken at their locked level before anything is read that could fail. Then
journal and clock, then the stored registry, verified anew; then the inputs are watched, and the readers open
beside all this in their own threads. Nothing here waits for a network, and nothing imports one.

Threads, and what each may wait for:

=========  ==============================================  ======================================
thread     does                                            may wait for
=========  ==============================================  ======================================
main       decides, journals, obeys (``loop``)             disk
ticker     ends releases, reads inputs, plays lights       nothing
gpiozero   exit button and contact (``latch``)             nothing
readers    prove cards (``readers``)                       cards, chips
pin        what a PIN is worth (``pin.checker``)           the hash
adopter    verifies slots (``adopter``)                    disk
courier    receipts, batches, status, hints (``courier``)  disk
=========  ==============================================  ======================================
"""

import contextlib
import gc
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from card_registry.errors import OperatorMistaken, StoreBroken
from card_registry.instant import SECOND
from card_registry.journal.event import Alarmed, Body
from card_registry.signing import public_hex
from card_registry.statements import DoorView
from card_registry.words import ControllerKind, DoorId
from door_controller import enrol, presence, presence_store, supply
from door_controller.aside import past_of
from door_controller.carrying import Carrying
from door_controller.clock import boottime
from door_controller.daemon.alarms import Alarms
from door_controller.daemon.diary import Diary
from door_controller.daemon.lamp import Lamp
from door_controller.daemon.latch import Latch
from door_controller.daemon.loop import Loop
from door_controller.daemon.means import Eye, Means
from door_controller.daemon.obeying import mode_at_start
from door_controller.daemon.surroundings import Surroundings
from door_controller.daemon.ticker import Ticker
from door_controller.door import DoorState, Timing, Unused, Used
from door_controller.enrol import Identity
from door_controller.hardware import CabinetWires, GpioWires, Wires, open_factory
from door_controller.notify import notify
from door_controller.opening import Opened, open_journal
from door_controller.parts import Readers, give_back_memory
from door_controller.pin.tries import Tries
from door_controller.pseudonyms import Pseudonyms
from firmware_config.files import load
from firmware_config.model import Door, Driver, SiteFile

PROGRAM = "akses-door"

SWITCH_SECONDS = 0.001
"""How long a busy thread may keep the interpreter from the one that opens a door."""


def run(folder: Path, ready: Callable[[], None]) -> None:
    """Run the controller whose site file is in ``folder`` until SIGTERM or SIGINT.

    Raises:
        OperatorMistaken, StoreBroken: It cannot start; every lock it could reach is locked.
    """
    site = load(folder / "site.toml")
    if site.kind is not ControllerKind.DOOR or site.gpio is None:
        raise OperatorMistaken(f"{folder / 'site.toml'} is a desk's; start it with: akses desk run")
    sys.setswitchinterval(SWITCH_SECONDS)
    gc.disable()  # until the registry stands: it makes many objects and no garbage
    with ExitStack() as stack:
        factory = open_factory(site.gpio)
        stack.callback(factory.close)
        wires = stack.enter_context(_wired(site, factory))
        cabinet = CabinetWires(site.cabinet, factory)
        stack.callback(cabinet.close)
        identity = enrol.load(Path(site.folders.state))
        opened = _open(site, identity)
        stack.callback(opened.journal.close)
        controller = _Controller(site, identity, opened, wires, cabinet)
        give_back_memory()
        gc.enable()
        controller.run(ready)


@contextmanager
def _wired(site: SiteFile, factory: Any) -> Iterator[dict[DoorId, Wires]]:  # noqa: ANN401 - gpiozero has no types
    """Take every door's wires, locked; lock them again at the end."""
    with ExitStack() as stack:
        wires: dict[DoorId, Wires] = {}
        for door in site.door:
            taken = GpioWires(door, factory)
            stack.callback(taken.close)
            wires[door.id] = taken
        yield wires


def _open(site: SiteFile, identity: Identity) -> Opened:
    path = Path(site.folders.state) / "door.db"
    past = past_of(Path(site.folders.outbox), public_hex(identity.log_key))
    return open_journal(path, site.site, site.controller, identity.bundle.epoch, PROGRAM, past=past)


class _Controller:
    """All parts of one door controller, wired together."""

    def __init__(
        self,
        site: SiteFile,
        identity: Identity,
        opened: Opened,
        wires: dict[DoorId, Wires],
        cabinet: CabinetWires,
    ) -> None:
        self._site, self._wires, self._opened, self._cabinet = site, wires, opened, cabinet
        self._alarms, self._diary = Alarms(), Diary(opened.journal)
        self._names = Pseudonyms(identity.pseudonym_key, opened.journal, lambda: opened.clock.moment().wall)
        self._lamps = {id: Lamp(id, lights, self._note, boottime, self._wake) for id, lights in wires.items()}
        self._latches = {door.id: self._latch(door) for door in site.door}
        means = Means(
            opened.journal,
            self._diary,
            opened.clock,
            self._names,
            self._latches,
            {reader.id: Eye(reader.door, reader.side) for reader in site.reader if reader.door is not None},
            lambda: self._carrying.standing,
            Tries(opened.journal),
            self._alarms,
            lambda: self._carrying.linked,
        )
        self._loop = Loop(means, presence_store.load(opened.journal), _counted(site))
        for alarm in (*opened.alarms, *_locked_pins(means.tries)):
            self._loop.note(alarm)
        self._carrying = Carrying(site, identity, opened, self._loop.note, self._shown, self._loop.order)
        self._around = Surroundings(site.controller, cabinet, self._note, boottime, supply.find())
        self._ticker = Ticker(self._latches.values(), boottime, (*self._lamps.values(), self._around))

    def run(self, ready: Callable[[], None]) -> None:
        """Start everything, decide until stopped, end everything; the locks are locked at the end."""
        for id, latch in self._latches.items():
            self._wires[id].watch(self._ticker.watched(latch))
            latch.look()
        self._cabinet.watch(self._around.look)
        self._ticker.start()
        readers = Readers(self._site, self._loop.report, self._names.unknown)
        readers.start()
        self._carrying.start()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: self._loop.stop())
        notify("READY=1")
        ready()
        try:
            self._loop.run(self._turned)
        finally:
            notify("STOPPING=1")
            self._end(readers)

    def _latch(self, door: Door) -> Latch:
        mode = mode_at_start(self._opened.journal, door.id, self._write_early)
        state = DoorState(door.id, timing_of(door), mode)
        return Latch(state, self._wires[door.id], self._note, boottime, self._lamps[door.id], self._settled)

    def _wake(self) -> None:
        self._ticker.wake()

    def _note(self, body: Body) -> None:
        self._loop.note(body)

    def _write_early(self, body: Body) -> None:
        """Queue what is known before there is a loop."""
        self._diary.note(body, self._opened.clock.moment())

    def _settled(self, end: Used | Unused) -> None:
        self._loop.settled(end)

    def _shown(self) -> tuple[tuple[DoorView, ...], tuple[str, ...]]:
        return tuple(latch.view() for latch in self._latches.values()), self._alarms.lines()

    def _turned(self) -> None:
        """Feed the watchdog while the locks' own thread lives, and send what the turn wrote."""
        if not self._ticker.alive:
            raise StoreBroken("the thread that ends releases has died; the program ends, locked")
        notify("WATCHDOG=1")
        self._carrying.wake()

    def _end(self, readers: Readers) -> None:
        for wires in self._wires.values():
            with contextlib.suppress(Exception):  # the others are locked all the same; safe-lock follows
                wires.lock()
        readers.close()
        self._ticker.close()
        self._carrying.close()


def timing_of(door: Door) -> Timing:
    """Give the machine's times of a door from its site file."""
    return Timing(
        release_ms=door.release_ms,
        held_ms=door.held_open_s * SECOND,
        debounce_ms=door.debounce_ms,
        warn_ms=door.warn_s * SECOND,
        rex_stuck_ms=door.rex_stuck_s * SECOND,
        follow_ms=door.follow_ms,
        relock_on_close=door.relock_on_close,
        contact=door.pins.contact is not None,
        feedback=door.pins.feedback is not None,
        tamper=door.pins.tamper is not None,
        stuck_after=door.stuck_after,
    )


def _locked_pins(tries: Tries) -> Iterator[Alarmed]:
    """Give the alarms that a restart must not forget."""
    return (Alarmed("pin-locked", holder, raised=True) for holder in tries.all_locked())


def _counted(site: SiteFile) -> frozenset[str]:
    """Give the areas whose people can be counted."""
    rules = {door.id: enrol.rule_of(door) for door in site.door}
    eyes = [reader for reader in site.reader if reader.driver is not Driver.KEYPAD]
    return presence.counted((rules[eye.door], eye.side) for eye in eyes if eye.door in rules)
