"""The real door program on a disk whose power can be cut: NBD, FUSE, a loop device and ext4 beneath it.

Only the program's ``state`` folder lies on that disk. What it reported (the outbox) and what its relay did
(the simulator) lie outside, and survive: they are what must still be true after each cut.
"""

import contextlib
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from card_registry import canonical
from card_registry.durable import write_whole
from card_registry.hint import send_hint
from card_registry.journal.batch import decode_batch, parse_name
from card_registry.journal.event import Ordered, Tapped, decode_body, decode_event
from card_registry.journal.tree import Frontier, leaf
from card_registry.orders import Order, OrderSheet
from card_registry.signing import Purpose, Sealed, seal
from card_registry.statements import Status
from card_registry.trust.slots import ORDERS
from card_registry.words import Mode, OrderKind, PersonId
from door_controller.daemon.obeying import MODES
from door_controller.journal import SEQ_BITS
from tests.door_controller.process import CONTACT, READY_SECONDS, RELAY, House, Program, wait_for
from tests.door_controller.site import CONTROLLER, DOOR, SITE, now_ms

IMAGE_BYTES = 192 << 20
TOOLS = ("nbdfuse", "losetup", "mkfs.ext4", "mount", "umount")

FULL = "from card_registry.command import main; import sys; sys.exit(main(sys.argv[1:]))"
NORMAL = f"""
from door_controller import store
prepare = store._prepare
def careless(opened, path):
    prepare(opened, path)
    opened.execute("PRAGMA synchronous=NORMAL")
store._prepare = careless
{FULL}
"""
"""The control: the same program, not waiting for its commits. A rig that it passes proves nothing."""


def run(*words: str) -> str:
    """Run a tool; give what it prints."""
    return subprocess.run(words, check=True, capture_output=True, text=True).stdout.strip()


def try_to_run(*words: str) -> None:
    """Run a tool that may find nothing left to do."""
    subprocess.run(words, capture_output=True, check=False)


def require_tools() -> None:
    """Skip by name where no disk can be made."""
    os.environ["PATH"] += ":/usr/sbin:/sbin"
    missing = [tool for tool in TOOLS if shutil.which(tool) is None]
    if missing or os.geteuid() != 0 or not Path("/dev/fuse").exists():
        pytest.skip(f"power cuts need root, /dev/fuse, loop devices and {', '.join(missing or TOOLS)}")


@dataclass
class LossyMount:
    """A file system on a lossy disk, mounted at ``place`` while the power is on."""

    place: Path
    folder: Path
    seed: int
    made: bool = False

    def __post_init__(self) -> None:
        """Make the image; nothing is mounted yet."""
        self.image, self.fuse = self.folder / "disk", self.folder / "fuse"
        self.fuse.mkdir(parents=True)
        with self.image.open("wb") as image:
            image.truncate(IMAGE_BYTES)
        self._ends: contextlib.ExitStack | None = None

    def power_on(self) -> None:
        """Mount it, as a boot does; the first time, make the file system."""
        self.seed += 1
        with contextlib.ExitStack() as ends:
            self._serve(ends)
            loop = run("losetup", "-f", "--show", str(self.fuse / "nbd"))
            ends.callback(try_to_run, "losetup", "-d", loop)
            if not self.made:
                run("mkfs.ext4", "-q", "-m", "0", loop)
                self.made = True
            run("mount", "-o", "noatime", loop, str(self.place))
            ends.callback(try_to_run, "umount", "-l", str(self.place))
            self._ends = ends.pop_all()

    def _serve(self, ends: contextlib.ExitStack) -> None:
        socket = str(self.folder / "socket")
        words = [sys.executable, "-m", "tests.rigs.lossy_disk", str(self.image), socket, str(self.seed)]
        self.server = subprocess.Popen(words, stdout=subprocess.PIPE, text=True)
        ends.callback(self._end, self.server)
        assert self.server.stdout is not None
        assert self.server.stdout.readline() == "ready\n"
        tool = shutil.which("nbdfuse") or "nbdfuse"
        fuse = subprocess.Popen([tool, self.fuse, "--unix", socket], stderr=subprocess.DEVNULL)
        ends.callback(self._end, fuse)
        ends.callback(try_to_run, "umount", "-l", str(self.fuse))
        wait_for((self.fuse / "nbd").exists, 10)

    def cut(self) -> None:
        """Lose the power: the disk is gone this instant, with what it had not flushed."""
        self.server.send_signal(signal.SIGUSR1)
        self.server.wait(10)

    def power_off(self) -> None:
        """Take away what is left of it."""
        if self._ends is not None:
            self._ends.close()
            self._ends = None

    @staticmethod
    def _end(process: subprocess.Popen[str] | subprocess.Popen[bytes]) -> None:
        if process.poll() is None:
            process.kill()
        process.wait(10)
        if process.stdout is not None:
            process.stdout.close()


@dataclass(frozen=True, slots=True)
class Found:
    """What is on the disk after a cut: rows by place, grants among them, the mode, and what is wrong."""

    rows: dict[int, bytes]
    grants: int
    mode: Mode
    wrong: list[str]


@dataclass
class Witness:
    """What the outside saw, over all cuts: rows that were reported, releases, and cards presented."""

    reported: dict[int, bytes] = field(default_factory=dict)
    sizes: dict[int, int] = field(default_factory=dict)
    releases: int = 0
    presented: int = 0

    def listen(self, outbox: Path) -> None:
        """Take in what the program has sent out."""
        for file in outbox.iterdir():
            if parse_name(file.name) is not None:
                batch = decode_batch(file.read_bytes())
                for number, row in enumerate(batch.rows, batch.start):
                    self.reported[(batch.epoch << SEQ_BITS) + number] = row
        with contextlib.suppress(FileNotFoundError):
            status = read_status(outbox)
            self.sizes[status.epoch] = max(self.sizes.get(status.epoch, 0), status.size)

    def lost(self, found: Found) -> int:
        """Give how many acknowledged events are not on the disk as they were acknowledged."""
        rows = sum(found.rows.get(place) != row for place, row in self.reported.items())
        heads = sum(
            (epoch << SEQ_BITS) + size - 1 not in found.rows for epoch, size in self.sizes.items() if size
        )
        return rows + heads + max(0, self.releases - found.grants)


def read_status(outbox: Path) -> Status:
    """Read the program's own words; its signature is others' business."""
    sealed = canonical.decode((outbox / "status").read_bytes(), Sealed, "a status")
    return canonical.decode(sealed.body.encode(), Status, "a status")


def run_of(outbox: Path) -> int:
    """Give the number of the run that wrote the last status; 0 before the first."""
    try:
        return read_status(outbox).number >> 32
    except FileNotFoundError:
        return 0


def look_at(database: Path) -> Found:
    """Read a journal as a cut left it, without the program's help: each row, and the tree it leads to."""
    with contextlib.closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as store:
        wrong = [said for (said,) in store.execute("PRAGMA integrity_check") if said != "ok"]
        stored = store.execute("SELECT place, body, frontier FROM row ORDER BY place").fetchall()
        kept = store.execute("SELECT value FROM fact WHERE name = ?", (f"mode:{DOOR}",)).fetchall()
    rows, grants, mode, salts, before = {}, 0, Mode.NORMAL, set(), Frontier()
    for place, body, frontier in stored:
        event = decode_event(body)
        if event.seq == 0:
            before = Frontier()
        before = before.append(leaf(body))
        at = (event.epoch << SEQ_BITS) + event.seq
        if (at, before.dump()) != (place, frontier) or event.salt in salts:
            wrong.append(f"row {event.seq} of epoch {event.epoch} is doubled, moved or changed")
        salts.add(event.salt)
        rows[place] = body
        match decode_body(event):
            case Tapped(granted=True, count=count):
                grants += count
            case Ordered(order=order) if order in MODES:
                mode = MODES[order]
            case _:
                pass
    if mode != (kept[0][0] if kept else Mode.NORMAL):
        wrong.append(f"the mode kept is {kept}, and the last order obeyed brought {mode}")
    return Found(rows, grants, mode, wrong)


class PowerRig:
    """A house whose door's state lies on a lossy disk, its traffic, and its cuts."""

    def __init__(self, house: House, folder: Path, seed: int, program: str = FULL) -> None:
        """Bring the enrolment onto the disk; the door is not running."""
        self.house, self.program, self.chance = house, program, random.Random(seed)
        self.state, self.outbox = house.home / "state", house.home / "outbox"
        self.card = house.admitted_card()
        self.witness = Witness()
        self.mode = Mode.NORMAL
        self._rises = self._orders = self._run = 0
        enrolled = {file.name: file.read_bytes() for file in self.state.iterdir()}
        self.mount = LossyMount(self.state, folder, seed * 1000)
        self.mount.power_on()
        for name, data in enrolled.items():
            (self.state / name).write_bytes(data)
        os.sync()

    def live_and_die(self, seconds: float) -> Found:
        """Run the door until it opens, and on for a while; cut the power; give what the next boot finds.

        Each fourth cut comes at any time, whether the door has opened or not; about each third into an order
        that changes the mode.
        """
        self._start()
        if self.mode is Mode.LOCKDOWN or not self.chance.randrange(3):
            self._order(OrderKind.NORMAL if self.mode is Mode.LOCKDOWN else OrderKind.LOCKDOWN)
        elif self.chance.randrange(4):
            wait_for(self._opens)
        ends = time.monotonic() + seconds
        while time.monotonic() < ends:
            self._traffic()
        self.mount.cut()
        self.stop()
        self.mount.power_off()
        self.witness.listen(self.outbox)
        history = self.house.client.history(RELAY, self._rises)
        self.witness.releases += sum(change.level for change in history.changes)
        self._rises = history.count
        self.mount.power_on()
        found = look_at(self.state / "door.db")
        self.mode = found.mode
        return found

    def mode_now(self) -> str:
        """Give the door's mode once it is up again, and locked."""
        self._start()
        wait_for(lambda: self.house.relay() == 0)
        return self._fresh().doors[0].mode

    def close(self) -> None:
        """End everything."""
        self.stop()
        self.mount.power_off()

    def _start(self) -> None:
        if self.house.door is not None:
            return
        words = [sys.executable, "-c", self.program, "door", "run", "--dir", str(self.house.home)]
        self._run = run_of(self.outbox)
        process = subprocess.Popen(words, stdout=subprocess.PIPE, text=True)
        self.house.door = Program(process)
        assert process.stdout is not None
        assert process.stdout.readline() == "siap\n", f"the door is not up within {READY_SECONDS:.0f} s"

    def stop(self) -> None:
        """Kill the door."""
        if self.house.door is not None:
            self.house.door.kill()
            self.house.door = None

    def _order(self, kind: OrderKind) -> None:
        """Have the door change its mode; go on once it says so, or, at half of the times, at once."""
        nonce = None if kind is OrderKind.LOCKDOWN else self._fresh().nonce
        self._orders += 1
        order = Order(
            1, SITE, CONTROLLER, DOOR, kind, self._orders, nonce, now_ms() + 60_000, PersonId("11" * 16)
        )
        sealed = canonical.decode(seal(Purpose.ORDER, order, self.house.site.order_key), Sealed, "an order")
        sheet = OrderSheet(1, SITE, CONTROLLER, (sealed,))
        write_whole(self.house.home / "slots" / ORDERS, canonical.encode(sheet))
        send_hint(self.house.home / "run" / "door.sock")
        if self.chance.randrange(2):
            wait_for(lambda: self._fresh().doors[0].mode == MODES[kind])

    def _fresh(self) -> Status:
        """Wait for the first status of this run."""
        wait_for(lambda: run_of(self.outbox) > self._run)
        return read_status(self.outbox)

    def _opens(self) -> bool:
        """Present the card; say whether the lock is released."""
        self._traffic()
        return self.house.relay() == 1

    def _traffic(self) -> None:
        """Present the card, move the leaf: events of both kinds, at uneven times."""
        client = self.house.client
        self.witness.presented += 1
        client.present(self.card, "masuk", 120)
        for level in (0, 1) * 3:
            client.set(CONTACT, level)
            time.sleep(self.chance.uniform(0.05, 0.08))


@contextlib.contextmanager
def power_rig(house: House, folder: Path, seed: int, program: str = FULL) -> Iterator[PowerRig]:
    """Have a rig for the length of a ``with`` block."""
    rig = PowerRig(house, folder, seed, program)
    try:
        yield rig
    finally:
        rig.close()
