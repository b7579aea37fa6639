"""Controllers of the office year: a door program under virtual time with its outbox, and the desk's journal.

The program, the wiring and the hours are the virtual controller's own (``simulator.virtual``); what is new
here is that its slots come from a real authority and its batches go to a real hub.
"""

import hashlib
import random
from collections.abc import Mapping
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from card_registry.durable import write_whole
from card_registry.enrolment import Bundle
from card_registry.journal.batch import parse_name
from card_registry.journal.event import Body, Started, Tapped, Versions, decode_body, decode_event
from card_registry.trust.slots import file_name
from card_registry.words import ControllerId, CredentialKind, DoorId, ReaderId, Side, SiteId, Staleness, Tier
from door_controller import enrol
from door_controller.desk.binding import bind
from door_controller.desk.console import Bound, Job
from door_controller.journal import Journal
from door_controller.outbox import Accepted, Outbox, View
from door_controller.readers import Presented, Proven
from door_controller.simulator.script.words import Room
from door_controller.simulator.virtual.hours import Hours
from door_controller.simulator.virtual.program import Program, World
from door_controller.simulator.virtual.wiring import Wiring
from firmware_config.model import SiteFile

NEVER = 1 << 60
WALK_MS, SHUT_MS = 700, 2_000
"""How long a person needs to pull the leaf after the light, and to be through it."""

BOOT = "b" * 32
LINES = ((17, 27, 22), (18, 5, 12), (24, 6, 13))
"""The lines of each door: relay, contact, exit button."""


def plastic(card: str) -> bytes:
    """Give what the card of an id proves: every card has a key of its own."""
    return hashlib.sha256(f"plastic {card}".encode()).digest()


def site_file(site: SiteId, controller: ControllerId, doors: Mapping[DoorId, str]) -> str:
    """Write a controller's site file: each door with a reader on either side, contact and exit button."""
    text = f'site = "{site}"\ncontroller = "{controller}"\nkind = "door"\n'
    text += '[gpio]\nfactory = "simulated"\nsocket = "pins.sock"\n'
    for (door, label), (relay, contact, rex) in zip(doors.items(), LINES, strict=False):
        text += (
            f'[[door]]\nid = "{door}"\nname = "{label}"\nfail_mode = "secure"\nclockless = "allow-flagged"\n'
            f'[door.pins]\nrelay = {relay}\nrelay_released = "high"\ncontact = {contact}\nrex = {rex}\n'
        )
    for door in doors:
        for side in Side:
            text += f'[[reader]]\nid = "{door}-{side.value}"\ndoor = "{door}"\ndriver = "pn532"\n'
            text += f'side = "{side.value}"\nport = "reader-{door}-{side.value}"\n'
    return text


class _End:
    """One journal's way to the hub and back."""

    def __init__(self, folder: Path, journal: Journal, key: Ed25519PrivateKey, start: int = 1) -> None:
        self.controller, self.journal = journal.controller, journal
        self._outbox_folder = folder / "outbox"
        self._outbox = Outbox(self._outbox_folder, journal, key, start)

    def send(self) -> list[bytes]:
        """Give the batches that wait for a receipt, oldest first."""
        self._outbox.refill()
        named = ((parse_name(file.name), file) for file in self._outbox_folder.iterdir())
        return [file.read_bytes() for place, file in sorted(one for one in named if one[0] is not None)]

    def _status(self, view: View) -> bytes:
        self._outbox.write_status(view, "00" * 16)
        return (self._outbox_folder / "status").read_bytes()

    def _accept(self, receipt: bytes, key: str) -> Accepted | None:
        told = self._outbox.accept(receipt, {key})
        assert told is None or isinstance(told, Accepted), told
        return told


class Desk(_End):
    """The desk where cards are made."""

    def __init__(
        self, folder: Path, site: SiteId, controller: ControllerId, key: Ed25519PrivateKey, hours: Hours
    ) -> None:
        """Open an empty journal."""
        folder.mkdir(parents=True)
        self._hours, self._clock = hours, hours.clock(hours.true, BOOT)
        journal = Journal(folder / "desk.db", site, controller)
        journal.append(Started("akses-desk", "start"), self._clock.moment())
        super().__init__(folder, journal, key)

    def make(self, job: Job) -> Bound:
        """Bind a blank card for a job."""
        proof = Proven(CredentialKind.PKOC, Tier.PUBLIC_KEY, plastic(job.card))
        shown = Presented(ReaderId("meja"), proof, self._hours.mono * 1_000_000)
        done = bind(self.journal, job, shown, self._clock.moment())
        assert isinstance(done, Bound), done
        return done

    def status(self) -> bytes:
        """Say how the desk is."""
        return self._status(View(self._hours.true, Staleness.FRESH, Versions()))

    def receive(self, receipt: bytes, key: str) -> None:
        """Take the hub's receipt."""
        told = self._accept(receipt, key)
        if told is not None and told.boot:
            self._clock.learn_answer(told.receipt.at, told.asked)

    def close(self) -> None:
        """Close the journal."""
        self.journal.close()


class DoorController(_End):
    """One controller with its doors, and the hands that move them."""

    def __init__(
        self,
        folder: Path,
        site: SiteFile,
        bundle: Bundle,
        key: Ed25519PrivateKey,
        hours: Hours,
        chance: random.Random,
    ) -> None:
        """Power the doors on and start the program."""
        (folder / "slots").mkdir(parents=True)
        self.hours, self.complaints = hours, list[str]()
        self.wires = {
            door.id: Wiring(door.fail_mode, lambda: hours.now, lambda _what, _how: None) for door in site.door
        }
        for wires in self.wires.values():
            wires.power(on=True)
        rules = {door.id: enrol.rule_of(door) for door in site.door}
        told = self.complaints.append
        self._world = World(folder, site, rules, bundle, hours, self.wires, chance, told, lights=False)
        self._slots, self._known = folder / "slots", dict[str, bytes]()
        self._folder, self._key, self.starts = folder, key, 0
        self._start()

    def _start(self) -> None:
        """Start the program, on the journal that is there."""
        self.starts += 1
        self.program = Program(self._world, BOOT, Room.FREE)
        super().__init__(self._folder, self.program.journal, self._key, self.starts)
        self.program.adopt()
        self.turn()

    def kill(self) -> None:
        """Kill the program between two turns, and start it again."""
        self.program.end()
        for wires in self.wires.values():
            wires.lock()
        self._start()

    def learn(self, slots: Mapping[str, bytes]) -> int:
        """Bring what is published, and let the program take what is genuine and newer; give its new rows."""
        before = self.journal.head.size
        changed = {name: data for name, data in slots.items() if self._known.get(name) != data}
        for name, data in changed.items():
            write_whole(self._slots / file_name(name), data, lasting=False)
        self._known |= changed
        if changed:
            self.program.adopt()
            self.turn()
        return self.journal.head.size - before

    def turn(self) -> None:
        """Do everything that is due now."""
        for wires in self.wires.values():
            wires.follow()
        self.program.tick(lights=False)
        self.program.loop.settle()

    def due(self) -> int:
        """Give the next moment at which anything is due."""
        dues = [due for wires in self.wires.values() if (due := wires.due()) is not None]
        mine = self.program.due(lights=False)
        return min([*dues, *([] if mine is None else [mine + self.hours.booted])], default=NEVER)

    def present(self, door: DoorId, side: Side, digest: bytes) -> Tapped:
        """Show a card to a reader; give what the program wrote about it."""
        before = self.journal.head.size
        proof = Proven(CredentialKind.PKOC, Tier.PUBLIC_KEY, digest)
        reader = ReaderId(f"{door}-{side.value}")
        self.program.loop.report(Presented(reader, proof, self.hours.mono * 1_000_000))
        self.turn()
        taps = [body for body in self.written(before) if isinstance(body, Tapped)]
        assert taps, "a tap that nothing was written about"
        return taps[-1]

    def push(self, door: DoorId, *, opened: bool) -> None:
        """Open or shut the leaf, by force if it is locked."""
        self.wires[door].open = opened
        self.turn()

    def press(self, door: DoorId, *, down: bool) -> None:
        """Press the exit button, or let it go."""
        self.wires[door].down = down
        self.turn()

    def written(self, since: int = 0) -> list[Body]:
        """Give what the journal has from a row on."""
        head = self.journal.head
        return [decode_body(decode_event(row)) for row in self.journal.rows(head.epoch, since, head.size)]

    def status(self) -> bytes:
        """Say how the doors are."""
        standing, program = self.program.standing, self.program
        view = View(
            self.hours.true,
            standing.staleness,
            standing.versions,
            tuple(latch.view() for latch in program.latches.values()),
            program.alarms.lines(),
            program.kept,
        )
        return self._status(view)

    def receive(self, receipt: bytes, key: str) -> None:
        """Take the hub's receipt: it anchors the clock."""
        told = self._accept(receipt, key)
        if told is not None and told.boot == self.program.clock.boot:
            self.program.clock.learn_answer(told.receipt.at, told.asked)

    def close(self) -> None:
        """End the program without a word."""
        self.program.end()
