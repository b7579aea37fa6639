"""A whole virtual controller: the world around the program, its power, and time.

``run_until`` is the only thing that lets time pass: it goes from one moment at which something is due to the
next, and does there what is due, hardware before program. Times that hardware needs are assumed: a Pi is up
``BOOT_MS`` after its power, the safe-lock runs ``SAFE_LOCK_MS`` after a kill, the program is back after
``RESTART_MS``. What hands do is in ``hands``.
"""

import heapq
import itertools
import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from card_registry.errors import AksesError, OperatorMistaken, StoreBroken
from card_registry.instant import DAY, HOUR, MINUTE, SECOND
from card_registry.journal.event import Body, Tapped, decode_body, decode_event
from card_registry.pin import pin_row
from card_registry.shown import PinRow
from card_registry.words import DoorId, PinDemand, ReaderId, Reason
from door_controller import enrol
from door_controller.cabinet import Sense
from door_controller.simulator.script.words import Plug, Room, Script
from door_controller.simulator.virtual.hours import Hours
from door_controller.simulator.virtual.office import DURESS, PIN, Office, Plastic
from door_controller.simulator.virtual.place import site_of
from door_controller.simulator.virtual.program import Program, World
from door_controller.simulator.virtual.transcript import Line, What, say
from door_controller.simulator.virtual.wiring import Wiring
from firmware_config.model import FailMode, SiteFile

BOOT_MS = 15 * SECOND
SAFE_LOCK_MS = 300
RESTART_MS = 1 * SECOND
AGAIN_MS = 5 * SECOND
POLL_MS = 1 * SECOND
"""How often the program turns although nothing is due, as the daemon does."""

AGE_MS = 6 * HOUR
"""How often the adopter looks although nothing new was brought: for what has grown old."""

_STUCK = 10_000


@dataclass(frozen=True, slots=True)
class Pace:
    """How closely a house is lived in.

    When nothing was done for ``quiet_ms`` lights stand still and the program turns each ``poll_ms`` only;
    without ``lights`` none are ever played. ``holidays`` are the office's.
    """

    lights: bool = True
    poll_ms: int = MINUTE
    quiet_ms: int = MINUTE
    holidays: tuple[date, ...] = ()


PLAY = Pace()


class House:
    """One virtual controller from its first power on; ``tell`` takes every line of the transcript."""

    def __init__(
        self, script: Script, seed: int, folder: Path, tell: Callable[[Line], None], pace: Pace = PLAY
    ) -> None:
        """Lay out the world in an empty ``folder`` and power it on.

        Raises:
            OperatorMistaken: The script's door settings are refused.
        """
        self._tell, self._pace = tell, pace
        self.hours = Hours(script.begins)
        self._chance = random.Random(seed)  # noqa: S311 - chance of a play, not a secret
        site = site_of(script.settings)
        rules = {door.id: enrol.rule_of(door) for door in site.door}
        founded = script.begins - HOUR
        self.office = Office(
            site.site, site.controller, tuple(rules.values()), self._chance, founded, pace.holidays
        )
        self.cards = {known.name: self.office.make(known) for known in script.cards}
        self.names: dict[str, str] = {}
        for plastic in self.cards.values():
            self.names |= {str(plastic.card): plastic.name, str(plastic.holder): plastic.name}
        self.wires = {door.id: self._wiring(door.id, door.fail_mode) for door in site.door}
        self.office.publish(self.cards.values(), founded, self._pins(site))
        bundle = self.office.bundle
        self.world = World(
            folder, site, rules, bundle, self.hours, self.wires, self._chance, self._complain, pace.lights
        )
        self.plugs: dict[ReaderId, Plug] = {reader.id: Plug.PLUG for reader in site.reader}
        self.senses = dict.fromkeys((Sense.FIRE, Sense.MAINS, Sense.TAMPER), False)
        self._begin()

    def _begin(self) -> None:
        self.program: Program | None = None
        self.complaints: list[str] = []
        self.answer: Reason | None = None
        self.rows = self.orders = self._poll = self._turned = self._acted = 0
        self.linked, self._room = True, Room.FREE
        self.seen: Callable[[Body], None] = lambda _: None
        self.started: Callable[[], None] = lambda: None
        self._told = (0, 0)
        self._agenda: list[tuple[int, int, Callable[[], None]]] = []
        self._turns = itertools.count()
        (self.world.folder / "slots").mkdir(exist_ok=True)
        self.deliver()
        self.power_on(0)
        self.later(DAY // 2, self._renew)
        self.later(AGE_MS, self._age)

    # Time.

    @property
    def ns(self) -> int:
        """Give the boot clock in nanoseconds, as readers count."""
        return self.hours.mono * 1_000_000

    def run_until(self, at: int) -> None:
        """Let time pass until ``at`` (milliseconds since the beginning), doing all that is due.

        Raises:
            OperatorMistaken: Something stays due for ever.
        """
        stuck = 0
        while (due := self._due()) <= at:
            stuck = stuck + 1 if due <= self.hours.now else 0
            if stuck > _STUCK:
                raise OperatorMistaken(f"time stands still at {self.hours.now} ms: something is always due")
            self.hours.now, turned = max(self.hours.now, due), self._turned
            while self._agenda and self._agenda[0][0] <= self.hours.now:
                heapq.heappop(self._agenda)[2]()
            followed = [wires.follow() for wires in self.wires.values()]
            if self._turned == turned or any(followed):
                self.turn()
            if self.hours.now >= self._poll:
                self._poll = self.hours.now + (POLL_MS if self._lively else self._pace.poll_ms)
        self.hours.now = max(self.hours.now, at)

    def turn(self) -> None:
        """Let the program do all it has to do at this moment, and tell what it wrote."""
        self._turned += 1
        program = self.program
        if program is None:
            return
        program.tick(lights=self._lively)
        program.sense(self.senses)
        program.loop.settle()
        self._tell_rows(program)

    def look_soon(self) -> None:
        """Know that something was done: the program looks at clock and disk within a second."""
        self._acted = self.hours.now
        self._poll = min(self._poll, self.hours.now + POLL_MS)

    def later(self, ms: int, work: Callable[[], None]) -> None:
        """Have something done in so many milliseconds."""
        heapq.heappush(self._agenda, (self.hours.now + ms, next(self._turns), work))

    @property
    def _lively(self) -> bool:
        return self.hours.now - self._acted <= self._pace.quiet_ms

    def _due(self) -> int:
        dues = [self._poll]
        if self._agenda:
            dues.append(self._agenda[0][0])
        dues += [due for wires in self.wires.values() if (due := wires.due()) is not None]
        program = None if self.program is None else self.program.due(lights=self._lively)
        if program is not None:
            dues.append(program + self.hours.booted)
        return min(dues)

    # Power and program.

    def power_on(self, boot_ms: int = BOOT_MS) -> None:
        """Give power; the program starts when the machine is up. A machine that has power keeps it."""
        if any(wires.powered for wires in self.wires.values()):
            return
        for wires in self.wires.values():
            wires.power(on=True)
        self.say(What.POWER, "power is on")
        self._boot_id = self._chance.randbytes(16).hex()
        self.hours.boot()
        if boot_ms:
            self.later(boot_ms, self._start)
        else:
            self._start()

    def cut(self) -> None:
        """Take power away: what is in memory is gone, and locks do what they do without power."""
        self._drop()
        for wires in self.wires.values():
            wires.power(on=False)
        self.say(What.POWER, "power is cut")

    def kill(self) -> None:
        """End the program alone, as SIGKILL does; the safe-lock and a new start follow."""
        self._drop()
        self.say(What.POWER, "the program is killed")
        self.later(SAFE_LOCK_MS, self._lock_safely)
        self.later(RESTART_MS, self._start)

    def end(self) -> str:
        """Stop without a word, and give the journal's root as it is on the disk (hex)."""
        root = "none" if self.program is None else self.program.journal.head.root
        self._drop()
        return root

    def _start(self) -> None:
        """Start the program where there is power and none runs; try again where it cannot start."""
        if self.program is not None or not all(wires.powered for wires in self.wires.values()):
            return
        try:
            self.program = Program(self.world, self._boot_id, self._room)
        except AksesError as error:
            self.say(What.POWER, f"the program cannot start: {error}")
            self.later(AGAIN_MS, self._start)
            return
        self.say(What.POWER, "the program runs")
        self.program.adopt()
        self.started()
        self.turn()
        self.look_soon()

    def _drop(self) -> None:
        if self.program is not None:
            self.program.end()
        self.program = None

    def _lock_safely(self) -> None:
        if self.program is None:
            for wires in self.wires.values():
                wires.lock()

    # What is around it.

    def card(self, name: str) -> Plastic:
        """Give a card by its name.

        Raises:
            OperatorMistaken: There is none of that name.
        """
        if name not in self.cards:
            raise OperatorMistaken(f"there is no card {name!r}")
        return self.cards[name]

    def fill(self, room: Room) -> None:
        """Let the disk have so much room."""
        self._room = room
        if self.program is not None:
            self.program.disk.fill(room)

    def link(self, *, up: bool) -> None:
        """Let the office reach the door, or not."""
        self.linked = up
        self.deliver()

    def deliver(self) -> None:
        """Bring what the office has published, where it reaches the door."""
        if self.linked:
            self.office.deliver(self.world.folder / "slots")
            if self.program is not None:
                self.program.adopt()

    def _renew(self) -> None:
        self.later(DAY // 2, self._renew)
        self.office.renew(self.hours.true)
        self.deliver()

    def _age(self) -> None:
        self.later(AGE_MS, self._age)
        if self.program is not None:
            self.program.adopt()

    def _pins(self, site: SiteFile) -> list[PinRow]:
        if all(door.pin is PinDemand.NEVER for door in site.door):
            return []
        cards = self.cards.values()
        return [pin_row(plastic.holder, PIN, DURESS, self._chance.randbytes(16)) for plastic in cards]

    def _wiring(self, door: DoorId, fail_mode: FailMode) -> Wiring:
        return Wiring(fail_mode, lambda: self.hours.now, lambda what, how: self.say(What(what), how, door))

    # Telling.

    def say(self, what: What, text: str, door: DoorId | None = None) -> None:
        """Tell a line of the transcript; of several doors with the door's name."""
        several = door is not None and len(self.wires) > 1
        self._tell(Line(self.hours.now, what, f"{door} {text}" if several else text))

    def _complain(self, wrong: str) -> None:
        self.complaints.append(wrong)
        self._tell(Line(self.hours.now, What.LAW, wrong, failed=True))

    def _tell_rows(self, program: Program) -> None:
        """Tell the rows written since the last time."""
        head = program.journal.head
        epoch, seq = self._told
        if (epoch, seq) == (head.epoch, head.size):
            return
        if epoch != head.epoch:
            epoch, seq = head.epoch, 0
        rows = program.journal.rows(epoch, seq, head.size)
        if len(rows) != head.size - seq:
            raise StoreBroken(f"the journal gave {len(rows)} rows of {head.size - seq}")
        for number, row in enumerate(rows, start=seq):
            body = decode_body(decode_event(row))
            self.rows += 1
            if isinstance(body, Tapped):
                self.answer = body.reason
            self.seen(body)
            self.say(What.ROW, f"{epoch}/{number} {say(body, self.names)}")
        self._told = (epoch, head.size)
