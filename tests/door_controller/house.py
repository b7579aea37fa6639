"""A house of wooden doors under virtual time; loop, latches, journal and decision are the real ones."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from card_registry.journal.event import Body, Tapped, Versions, decode_body, decode_event
from card_registry.orders import Order
from card_registry.pin import pin_row
from card_registry.pseudonym import match_of
from card_registry.registry import Registry, assemble
from card_registry.rule import DoorRule
from card_registry.shown import CredentialRow, GrantRow, PinRow, Plan, Shard
from card_registry.statements import Policy
from card_registry.words import (
    Approval,
    CardId,
    CredentialKind,
    DoorId,
    ExpiredPolicy,
    GrantId,
    GrantKind,
    HolderId,
    OrderKind,
    PersonId,
    ReaderId,
    Reason,
    Side,
    Staleness,
    Tier,
)
from door_controller import presence_store
from door_controller.clock import Clock
from door_controller.daemon.alarms import Alarms
from door_controller.daemon.diary import Diary
from door_controller.daemon.latch import Latch
from door_controller.daemon.loop import Loop
from door_controller.daemon.means import Eye, Means
from door_controller.daemon.obeying import mode_at_start
from door_controller.door import Contact, DoorState, Tick, Timing, Unused, Used
from door_controller.interval import Clocks
from door_controller.journal import Journal
from door_controller.orders import Obey, OrdersSeen
from door_controller.pin.tries import Tries
from door_controller.presence import Inside, everybody
from door_controller.pseudonyms import Pseudonyms
from door_controller.readers import Keyed, Presented, Proven
from door_controller.standing import Standing
from tests.door_controller.site import CONTROLLER, SITE
from tests.door_controller.wood import Wood

KEY = b"k" * 32
SALT = b"s" * 16
ORDER_KEY = "0f" * 32
START = 1_790_000_000_000
DAY = 24 * 3600 * 1000


@dataclass(frozen=True)
class Person:
    """Somebody with a card: what the card proves, and the rights behind it."""

    number: int
    kind: GrantKind = GrantKind.TETAP
    escort: bool = False
    pin: tuple[str, str] | None = None

    @property
    def digest(self) -> bytes:
        """Give what the card proves."""
        return bytes([self.number]) * 32

    @property
    def holder(self) -> HolderId:
        """Give the holder's id."""
        return HolderId(f"{self.number:032x}")

    @property
    def card(self) -> CardId:
        """Give the card's id."""
        return CardId(f"{self.number + 4096:032x}")

    def credential(self) -> CredentialRow:
        """Give the row of the card."""
        match = match_of(KEY, self.digest)
        return CredentialRow(match, self.card, self.holder, CredentialKind.PKOC, Tier.PUBLIC_KEY)

    def grant(self, doors: tuple[DoorId, ...]) -> GrantRow:
        """Give the row of the right."""
        return GrantRow(
            GrantId(f"{self.number + 8192:032x}"), self.holder, doors, None, START - DAY, START + 90 * DAY,
            self.kind, self.escort, override=False, clears=0, weak=False,
        )  # fmt: skip

    def pins(self) -> tuple[PinRow, ...]:
        """Give the row of the PIN, if there is one."""
        if self.pin is None:
            return ()
        return (pin_row(self.holder, *self.pin, SALT),)


@dataclass
class House:
    """Doors, people and a loop; each door has two readers, named ``<door>-in`` and ``<door>-out``."""

    folder: Path
    rules: tuple[DoorRule, ...]
    people: tuple[Person, ...]
    now: int = 1_000_000
    orders: int = 0
    wood: dict[DoorId, Wood] = field(default_factory=dict)
    failed: list[Obey] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Come up as the daemon does."""
        self.standing = Standing(self._registry(), Staleness.FRESH)
        self.start()

    def start(self) -> None:
        """Start the program, again or for the first time."""
        self.journal = Journal(self.folder / "door.db", SITE, CONTROLLER)
        self.clock = Clock(START, read=lambda: Clocks(START + self.now, self.now, synchronised=True))
        self.clock.ntp_trusted = True
        self.diary, self.alarms = Diary(self.journal), Alarms()
        self.wood = {rule.id: Wood() for rule in self.rules}
        self.latches = {rule.id: self._latch(rule.id) for rule in self.rules}
        means = Means(
            self.journal, self.diary, self.clock,
            Pseudonyms(KEY, self.journal, lambda: START + self.now), self.latches, dict(self._eyes()),
            lambda: self.standing, Tries(self.journal), self.alarms,
        )  # fmt: skip
        areas = {rule.area or rule.id for rule in self.rules}
        self.loop = Loop(means, presence_store.load(self.journal), areas)
        for door, latch in self.latches.items():
            latch.look()
            self.wood[door].driven.clear()

    def stop(self) -> None:
        """End without a word, as a killed process does."""
        self.journal.close()

    def restart(self) -> None:
        """Kill the program and start it again."""
        self.stop()
        self.start()

    def tap(self, person: Person, reader: str) -> Reason:
        """Present a card, and give the reason of what was written last about it."""
        proof = Proven(CredentialKind.PKOC, Tier.PUBLIC_KEY, person.digest)
        self.loop.report(Presented(ReaderId(reader), proof, self.now))
        self.loop.settle()
        return next(
            (tapped.reason for tapped in reversed(self.taps()) if tapped.holder == person.holder),
            Reason.FAULT,
        )

    def type(self, reader: str, keys: str) -> None:
        """Press keys at a keypad."""
        for key in keys:
            self.loop.report(Keyed(ReaderId(reader), key, self.now))
        self.loop.settle()

    def order(self, kind: OrderKind, door: DoorId, holder: HolderId | None = None) -> None:
        """Have an order obeyed that was weighed before."""
        self.orders += 1
        order = Order(
            1, SITE, CONTROLLER, door, kind, self.orders, None, START + DAY, PersonId("p" * 8), holder
        )
        self.loop.order(OrdersSeen((Obey(order, ORDER_KEY),), (), self.failed.append))
        self.loop.settle()

    def pass_through(self, door: DoorId) -> None:
        """Open the leaf and shut it again."""
        for level in (True, False):
            self.latches[door].take(Contact(level))
            self.wait(500)

    def wait(self, milliseconds: int) -> None:
        """Let time pass, to the millisecond at which each latch wants to know."""
        until = self.now + milliseconds
        while True:
            dues = [due for latch in self.latches.values() if (due := latch.due()) is not None]
            step = min([until, *(due for due in dues if due > self.now)])
            self.now = step
            for latch in self.latches.values():
                latch.take(Tick())
            self.loop.settle()
            if step >= until:
                return

    def events(self) -> list[Body]:
        """Give everything written."""
        self.diary.write()
        return [decode_body(decode_event(row)) for row in self.journal.rows(1, 0, 99_999)]

    def taps(self) -> list[Tapped]:
        """Give every tap written."""
        return [body for body in self.events() if isinstance(body, Tapped)]

    def inside(self) -> dict[tuple[str, HolderId], Inside]:
        """Give who is inside according to the disk."""
        return everybody(presence_store.load(self.journal))

    def _latch(self, door: DoorId) -> Latch:
        timing = Timing(release_ms=3_000, debounce_ms=0)
        early = self.diary
        mode = mode_at_start(self.journal, door, lambda body: early.note(body, self.clock.moment()))
        return Latch(
            DoorState(door, timing, mode), self.wood[door], self._note, lambda: self.now,
            settled=self._settled,
        )  # fmt: skip

    def _note(self, body: Body) -> None:
        self.loop.note(body)

    def _settled(self, end: Used | Unused) -> None:
        self.loop.settled(end)

    def _eyes(self) -> Iterable[tuple[ReaderId, Eye]]:
        for rule in self.rules:
            for side in Side:
                yield ReaderId(f"{rule.id}-{side.value}"), Eye(rule.id, side)

    def _registry(self) -> Registry:
        policy = Policy(
            1, SITE, Approval.SIGNATURE, 0, ExpiredPolicy.KEEP, ntp_trusted=True, zone="Asia/Jakarta",
            receipt_keys=(), order_keys=(), authority_keys=(),
        )  # fmt: skip
        doors = tuple(rule.id for rule in self.rules)
        shards = [
            Shard(
                1,
                CONTROLLER,
                number,
                tuple(one.credential() for one in mine),
                tuple(one.grant(doors) for one in mine),
                tuple(row for one in mine for row in one.pins()),
            )
            for number in range(16)
            if (mine := [one for one in self.people if int(one.holder[0], 16) == number])
        ]
        return assemble(Plan(1, CONTROLLER, {}, self.rules), shards, {}, Versions(), policy)
