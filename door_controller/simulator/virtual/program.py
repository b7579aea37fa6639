"""The door program under virtual time: the daemon's parts, put together as it does, without its threads.

What the daemon's threads do is done here when its time has come: the ticker's ``tick``, the loop's
``settle``, the adopter's ``look``. It decides nothing. One object is one run of the program; a power cut or a
kill drops it.
"""

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from card_registry.enrolment import Bundle
from card_registry.journal.event import Body
from card_registry.pin import check
from card_registry.rule import DoorRule
from card_registry.shown import PinRow
from card_registry.statements import Kept
from card_registry.words import DoorId
from door_controller import cabinet, presence, presence_store
from door_controller.adopter import Adopter, Place
from door_controller.cabinet import Cabinet, Sense
from door_controller.daemon import timing_of
from door_controller.daemon.alarms import Alarms
from door_controller.daemon.diary import Diary
from door_controller.daemon.lamp import Lamp
from door_controller.daemon.latch import Latch
from door_controller.daemon.loop import Loop
from door_controller.daemon.means import Eye, Means
from door_controller.daemon.obeying import mode_at_start
from door_controller.door import DoorState, Tick, Unused, Used
from door_controller.opening import Means as OpeningMeans
from door_controller.opening import open_journal
from door_controller.pin.checker import PinChecked, PinChecker
from door_controller.pin.tries import Tries
from door_controller.pseudonyms import Pseudonyms
from door_controller.simulator.script.words import Room
from door_controller.simulator.virtual.hours import Hours
from door_controller.simulator.virtual.storage import VirtualDisk
from door_controller.simulator.virtual.wiring import Wiring
from door_controller.simulator.virtual.witness import Witness, Witnessed
from door_controller.standing import Standing
from firmware_config.model import Door, Reader, SiteFile

PROGRAM = "akses-door"


@dataclass(frozen=True, slots=True)
class World:
    """What outlives a run of the program; ``complain`` takes each law that was broken."""

    folder: Path
    site: SiteFile
    rules: Mapping[DoorId, DoorRule]
    bundle: Bundle
    hours: Hours
    wires: Mapping[DoorId, Wiring]
    chance: random.Random
    complain: Callable[[str], None]
    lights: bool = True


class AtOnce(PinChecker):
    """Computes what a PIN is worth in the thread that asks."""

    def __init__(self, report: Callable[[PinChecked], None]) -> None:
        """Give each result to ``report`` before ``ask`` returns."""
        super().__init__(report)
        self._told = report

    def ask(self, token: int, row: PinRow | None, pin: str) -> None:
        """Check a PIN now."""
        self._told(PinChecked(token, check(row, pin)))


class Program:
    """One run of the program, from its start to its end."""

    def __init__(self, world: World, boot_id: str, room: Room) -> None:
        """Start as the daemon does: locks first, then journal and clock, then the stored registry."""
        self._world = world
        for wires in world.wires.values():
            wires.lock()
        state, site = world.folder / "state", world.site
        state.mkdir(exist_ok=True)
        self.disk = VirtualDisk(state, Room.FREE)
        means = OpeningMeans(
            lambda floor: world.hours.clock(floor, boot_id),
            lambda: world.chance.randbytes(12).hex(),
            lambda _: self.disk,
        )
        opened = open_journal(
            state / "door.db", site.site, site.controller, world.bundle.epoch, PROGRAM, means
        )
        self.journal, self.clock = opened.journal, opened.clock
        self.disk.attach(self.journal)
        self.disk.fill(room)
        self._looked: dict[DoorId, tuple[bool, ...]] = {}
        self.alarms, self._diary = Alarms(), Diary(self.journal)
        key = bytes.fromhex(world.bundle.pseudonym_key)
        self.names = Pseudonyms(key, self.journal, lambda: self.clock.moment().wall, world.chance.randbytes)
        self._lamps = {door.id: self._lamp(door) for door in site.door if world.lights}
        self.latches = {door.id: self._latch(door) for door in site.door}
        self.loop = Loop(self._means(), presence_store.load(self.journal), self._counted(), AtOnce)
        for alarm in opened.alarms:
            self.loop.note(alarm)
        self._cabinet = Cabinet(site.controller)
        self._adopter = self._adopting()
        self.tick()

    def tick(self, *, lights: bool = True) -> None:
        """Do what the ticker does at each turn: look at every input, and let time pass."""
        now = self._world.hours.mono
        for id, latch in self.latches.items():
            due, levels = latch.due(), self._world.wires[id].levels
            if due is not None and due <= now:
                latch.take(Tick())
            if levels != self._looked.get(id):  # levels that stand are nothing new to a latch
                self._looked[id] = levels
                latch.look()
        for lamp in self._lamps.values() if lights else ():
            lamp.tick(now)

    def sense(self, seen: Mapping[Sense, bool]) -> None:
        """Take what the cabinet's senses show."""
        self._cabinet, notes = cabinet.step(self._cabinet, seen, self._world.hours.mono)
        for note in notes:
            self.loop.note(note)

    def adopt(self) -> None:
        """Look at the slots as the adopter's thread does."""
        self._adopter.look()

    @property
    def staleness(self) -> str:
        """Give how old the registry is; ``none`` without one."""
        standing = self._adopter.standing
        return "none" if standing.registry is None else standing.staleness

    @property
    def standing(self) -> Standing:
        """Give what decides now."""
        return self._adopter.standing

    @property
    def kept(self) -> Kept:
        """Give what a status says of the adopted registry."""
        return self._adopter.kept

    def due(self, *, lights: bool = True) -> int | None:
        """Give the next moment (boot milliseconds) at which time alone changes something."""
        dues = [
            self.loop.due(),
            cabinet.due(self._cabinet),
            *(latch.due() for latch in self.latches.values()),
            *(lamp.due() for lamp in self._lamps.values() if lights),
        ]
        return min((due for due in dues if due is not None), default=None)

    def end(self) -> None:
        """Forget everything that is not on the disk; nothing is written any more."""
        self.journal.close()

    def _latch(self, door: Door) -> Latch:
        hours = self._world.hours
        mode = mode_at_start(self.journal, door.id, self._write_early)
        state = DoorState(door.id, timing_of(door), mode)
        witness = Witness(self._world.wires[door.id], lambda: hours.mono, self.journal, self._world.complain)
        return Witnessed(state, witness, self._note, self._lamps.get(door.id), self._settled)

    def _lamp(self, door: Door) -> Lamp:
        hours = self._world.hours
        return Lamp(door.id, self._world.wires[door.id], self._note, lambda: hours.mono)

    def _means(self) -> Means:
        return Means(
            self.journal,
            self._diary,
            self.clock,
            self.names,
            self.latches,
            {reader.id: Eye(door, reader.side) for reader, door in _serving(self._world.site)},
            lambda: self._adopter.standing,
            Tries(self.journal),
            self.alarms,
        )

    def _counted(self) -> frozenset[str]:
        rules = self._world.rules
        eyes = _serving(self._world.site)
        return presence.counted((rules[door], reader.side) for reader, door in eyes if not reader.is_keypad)

    def _adopting(self) -> Adopter:
        world = self._world
        scratch, slots = world.folder / "scratch", world.folder / "slots"
        for folder in (scratch, slots):
            folder.mkdir(exist_ok=True)
        place = Place(slots, scratch, world.site.controller)
        adopter = Adopter(place, world.bundle, self.journal, self.clock, self._note)
        adopter.boot()
        return adopter

    def _note(self, body: Body) -> None:
        self.loop.note(body)

    def _write_early(self, body: Body) -> None:
        self._diary.note(body, self.clock.moment())

    def _settled(self, end: Used | Unused) -> None:
        self.loop.settled(end)


def _serving(site: SiteFile) -> list[tuple[Reader, DoorId]]:
    return [(reader, reader.door) for reader in site.reader if reader.door is not None]
