"""What a controller does with several people, doors and orders, through the real loop under virtual time."""

from collections.abc import Callable, Iterator
from pathlib import Path
from queue import SimpleQueue

import pytest

from card_registry.decision import Denied, Flag, Granted
from card_registry.explain import replay
from card_registry.journal.event import (
    Alarmed,
    ModeChanged,
    Ordered,
    Tapped,
    Unused,
    decode_body,
    decode_event,
)
from card_registry.pin import TRIES
from card_registry.rule import DoorRule
from card_registry.words import (
    Clockless,
    DoorId,
    GrantKind,
    Mode,
    OrderKind,
    Passback,
    PinDemand,
    Reason,
    Tier,
)
from door_controller.door import Contact, Rex
from door_controller.pin.checker import PinChecked
from door_controller.pin.tries import Tries
from tests.door_controller.house import House, Person

ROOM, HALL = DoorId("ruang-server"), DoorId("koridor")
SITI, BUDI, TAMU, TAMU_2 = Person(1), Person(2), Person(3, escort=True), Person(4, escort=True)
SARI = Person(5, pin=("482913", "482047"))
KEPALA, WAKIL = Person(6, GrantKind.DARURAT), Person(7, GrantKind.DARURAT)
EVERYBODY = (SITI, BUDI, TAMU, TAMU_2, SARI, KEPALA, WAKIL)

Build = Callable[..., House]


def rule(door: DoorId = ROOM, **demands: object) -> DoorRule:
    """Give a door's demands."""
    return DoorRule(door, Tier.PUBLIC_KEY, Clockless.DENY, **demands)  # type: ignore[arg-type]


@pytest.fixture
def build(tmp_path: Path) -> Iterator[Build]:
    """Build a house of the given rules."""
    built: list[House] = []

    def make(*rules: DoorRule) -> House:
        built.append(House(tmp_path, rules or (rule(),), EVERYBODY))
        return built[-1]

    yield make
    for house in built:
        house.stop()


def flags(house: House) -> list[str]:
    """Give the flags of the last tap."""
    return list(house.taps()[-1].flags)


def alarms(house: House) -> list[tuple[str, bool]]:
    """Give every alarm written, in order."""
    return [(body.alarm, body.raised) for body in house.events() if isinstance(body, Alarmed)]


def pin(house: House, digits: str) -> None:
    """Type a PIN, and wait until it was checked and answered."""
    checked: SimpleQueue[PinChecked] = SimpleQueue()
    checker = house.loop._checker  # noqa: SLF001 - the test waits where the loop would
    report, checker._report = checker._report, checked.put  # noqa: SLF001 - the same
    house.type("ruang-server-in", digits)
    report(checked.get(timeout=20))
    checker._report = report  # noqa: SLF001 - the same
    house.loop.settle()


def test_a_guest_alone_is_denied(build: Build) -> None:
    """No visitor opens without an escort, and not by another visitor."""
    house = build()
    assert house.tap(TAMU, "ruang-server-in") is Reason.ESCORT_REQUIRED
    assert house.tap(TAMU_2, "ruang-server-in") is Reason.ESCORT_REQUIRED
    assert house.wood[ROOM].driven == []


def test_host_and_guest_come_in_either_order(build: Build) -> None:
    """Guest first: the host's tap lets both in, each by an event of their own; host first likewise."""
    house = build()
    house.tap(TAMU, "ruang-server-in")
    house.wait(5_000)
    house.tap(SITI, "ruang-server-in")
    assert [(one.holder, one.reason) for one in house.taps()][1:] == [
        (SITI.holder, Reason.GRANTED),
        (TAMU.holder, Reason.GRANTED),
    ]
    assert Flag.ESCORTED in house.taps()[-1].flags

    house.wait(10_000)
    assert house.tap(TAMU_2, "ruang-server-in") is Reason.GRANTED


def test_a_guest_too_late_is_denied(build: Build) -> None:
    """After the escort's time the visitor needs an escort again."""
    house = build()
    house.tap(SITI, "ruang-server-in")
    house.wait(30_001)
    assert house.tap(TAMU, "ruang-server-in") is Reason.ESCORT_REQUIRED


def test_two_persons_are_two_holders(build: Build) -> None:
    """The first waits, the same one again changes nothing, another opens, and both are written as let in."""
    house = build(rule(persons=2))
    assert house.tap(SITI, "ruang-server-in") is Reason.SECOND_PERSON
    house.wait(2_000)
    assert house.tap(SITI, "ruang-server-in") is Reason.SECOND_PERSON
    assert house.wood[ROOM].driven == []

    house.tap(BUDI, "ruang-server-in")
    assert house.wood[ROOM].driven[0] == "released"
    granted = [one.holder for one in house.taps() if one.granted]
    assert granted == [BUDI.holder, SITI.holder]
    assert all(Flag.TWO_PERSON in one.flags for one in house.taps() if one.granted)


def test_an_emergency_card_needs_another_holder_and_alarms(build: Build) -> None:
    """One emergency card waits; the second opens, and each use alarms without standing for ever."""
    house = build()
    assert house.tap(KEPALA, "ruang-server-in") is Reason.SECOND_PERSON
    assert house.tap(WAKIL, "ruang-server-in") is Reason.GRANTED
    assert alarms(house) == [("emergency-used", True)] * 2
    assert house.loop.alarms == ()


def test_hard_passback_refuses_the_second_entry_until_the_way_out(build: Build) -> None:
    """Who entered may not enter again; leaving, or an order, sets that right; leaving is never refused."""
    house = build(rule(passback=Passback.HARD))
    assert house.tap(SITI, "ruang-server-in") is Reason.GRANTED
    house.pass_through(ROOM)
    house.wait(10_000)
    assert house.tap(SITI, "ruang-server-in") is Reason.ANTI_PASSBACK

    assert house.tap(SITI, "ruang-server-out") is Reason.GRANTED_EXIT
    house.pass_through(ROOM)
    house.wait(10_000)
    assert house.tap(SITI, "ruang-server-in") is Reason.GRANTED
    house.pass_through(ROOM)
    house.wait(10_000)

    house.order(OrderKind.RESET_PASSBACK, ROOM, SITI.holder)
    assert house.tap(SITI, "ruang-server-in") is Reason.GRANTED


def test_who_did_not_open_the_door_is_not_inside(build: Build) -> None:
    """A granted release that nobody used is written down, and the holder may enter later."""
    house = build(rule(passback=Passback.HARD))
    house.tap(SITI, "ruang-server-in")
    assert list(house.inside()) == [(ROOM, SITI.holder)]
    house.wait(10_000)

    assert [body.holder for body in house.events() if isinstance(body, Unused)] == [SITI.holder]
    assert house.inside() == {}
    assert house.tap(SITI, "ruang-server-in") is Reason.GRANTED


def test_the_muster_survives_a_kill(build: Build) -> None:
    """Who entered is inside after a restart; who was only granted the way out is inside still."""
    house = build()
    house.tap(SITI, "ruang-server-in")
    house.pass_through(ROOM)
    house.wait(10_000)
    house.tap(SITI, "ruang-server-out")
    house.restart()
    assert list(house.inside()) == [(ROOM, SITI.holder)]

    house.tap(SITI, "ruang-server-out")
    house.pass_through(ROOM)
    house.restart()
    assert house.inside() == {}


def test_an_escort_who_leaves_first_leaves_a_visitor_astray(build: Build) -> None:
    """The alarm comes when the door was opened for the escort alone, and not while both are going."""
    house = build()
    house.tap(SITI, "ruang-server-in")
    house.tap(TAMU, "ruang-server-in")
    house.pass_through(ROOM)
    house.wait(10_000)
    house.tap(SITI, "ruang-server-out")
    house.pass_through(ROOM)
    assert ("visitor-astray", True) in alarms(house)


def test_a_visitor_who_leaves_with_the_escort_is_not_astray(build: Build) -> None:
    """Both tap on the way out, the door opens once: nobody is left behind."""
    house = build()
    house.tap(SITI, "ruang-server-in")
    house.tap(TAMU, "ruang-server-in")
    house.pass_through(ROOM)
    house.wait(10_000)
    house.tap(SITI, "ruang-server-out")
    house.tap(TAMU, "ruang-server-out")
    house.pass_through(ROOM)
    assert alarms(house) == []
    assert house.inside() == {}


def test_an_interlocked_door_waits_for_the_other(build: Build) -> None:
    """While the other door is open the card is denied; the exit button never is."""
    house = build(rule(interlock=(HALL,)), rule(HALL))
    house.latches[HALL].take(Rex(pressed=True))
    house.latches[HALL].take(Contact(open=True))
    assert house.tap(SITI, "ruang-server-in") is Reason.INTERLOCK
    house.latches[ROOM].take(Rex(pressed=True))
    assert house.wood[ROOM].driven[0] == "released"
    house.latches[ROOM].take(Rex(pressed=False))
    house.wait(10_000)

    house.latches[HALL].take(Rex(pressed=False))
    house.latches[HALL].take(Contact(open=False))
    house.wait(10_000)
    assert house.tap(SITI, "ruang-server-in") is Reason.GRANTED


def test_a_card_waits_for_its_pin_and_opens_with_it(build: Build) -> None:
    """Nothing opens and nothing is written before the PIN; the right one opens."""
    house = build(rule(pin=PinDemand.ALWAYS))
    house.tap(SARI, "ruang-server-in")
    assert house.taps() == []
    pin(house, "482913")
    assert [one.reason for one in house.taps()] == [Reason.GRANTED]
    assert house.wood[ROOM].driven[0] == "released"


def test_duress_opens_like_the_right_pin_and_only_the_journal_tells(build: Build) -> None:
    """Lock and reason are the same; no alarm stands at the door; the event carries the flag."""
    house = build(rule(pin=PinDemand.ALWAYS))
    house.tap(SARI, "ruang-server-in")
    pin(house, "482047")
    assert [one.reason for one in house.taps()] == [Reason.GRANTED]
    assert Flag.DURESS in flags(house)
    assert house.loop.alarms == ()


def test_a_wrong_pin_counts_before_anybody_is_answered(build: Build) -> None:
    """At the moment the door answers, the try is on disk; ten lock the PIN until it is unlocked."""
    house = build(rule(pin=PinDemand.ALWAYS))
    for number in range(TRIES):
        house.tap(SARI, "ruang-server-in")
        pin(house, "000111")
        assert len(house.taps()) == number + 1
    assert {one.reason for one in house.taps()} == {Reason.PIN_WRONG}
    assert "pin-locked " + SARI.holder in house.loop.alarms

    house.restart()
    assert house.tap(SARI, "ruang-server-in") is Reason.PIN_LOCKED
    house.order(OrderKind.UNLOCK_PIN, ROOM, SARI.holder)
    assert not Tries(house.journal).locked(SARI.holder)
    house.tap(SARI, "ruang-server-in")
    pin(house, "482913")
    assert house.taps()[-1].reason is Reason.GRANTED


def test_a_pin_that_never_comes_is_a_denial(build: Build) -> None:
    """After its time the tap is written as PIN_REQUIRED."""
    house = build(rule(pin=PinDemand.ALWAYS))
    house.tap(SARI, "ruang-server-in")
    house.type("ruang-server-in", "48")
    house.wait(16_000)
    house.now += 1_000
    house.loop.settle()
    assert [one.reason for one in house.taps()] == [Reason.PIN_REQUIRED]


def test_lockdown_lasts_through_a_restart_and_exit_stays_free(build: Build) -> None:
    """Cards are denied, the button releases, a restart changes nothing, NORMAL ends it."""
    house = build()
    house.order(OrderKind.LOCKDOWN, ROOM)
    assert house.tap(SITI, "ruang-server-in") is Reason.LOCKDOWN
    house.restart()
    assert house.latches[ROOM].mode is Mode.LOCKDOWN
    assert house.tap(BUDI, "ruang-server-in") is Reason.LOCKDOWN
    house.latches[ROOM].take(Rex(pressed=True))
    assert house.wood[ROOM].driven[0] == "released"
    house.latches[ROOM].take(Rex(pressed=False))
    house.wait(10_000)
    assert house.tap(BUDI, "ruang-server-out") is Reason.GRANTED_EXIT

    house.order(OrderKind.NORMAL, ROOM)
    assert house.tap(SITI, "ruang-server-in") is Reason.GRANTED


def test_free_ends_with_the_program(build: Build) -> None:
    """FREE releases and holds; a restart is NORMAL, locked, and says that the mode was lost."""
    house = build()
    house.order(OrderKind.FREE, ROOM)
    house.wait(60_000)
    assert house.latches[ROOM].view().released
    house.restart()
    assert not house.latches[ROOM].view().released
    assert house.latches[ROOM].mode is Mode.NORMAL
    assert house.wood[ROOM].driven == []
    assert ("mode-lost", True) in alarms(house)
    assert [body.mode for body in house.events() if isinstance(body, ModeChanged)] == [Mode.NORMAL]


def test_a_release_order_opens_once_and_is_written_before(build: Build) -> None:
    """The event stands in the journal when the lock moves; after its time the door is locked again."""
    house = build()
    seen: list[list[str]] = []
    house.wood[ROOM].moved = lambda state: seen.append(
        [state, *(type(body).__name__ for body in house.events() if isinstance(body, Ordered))]
    )
    house.order(OrderKind.RELEASE, ROOM)
    assert seen == [["released", "Ordered"]]
    house.wood[ROOM].moved = lambda _: None
    house.wait(10_000)
    assert house.wood[ROOM].driven == ["released", "locked"]


def test_a_disk_that_refuses_stops_every_order_but_lockdown(build: Build) -> None:
    """Nothing opens without its event; locking needs no leave, and both orders may be tried again."""
    house = build()
    store = house.journal._store  # noqa: SLF001 - the injected fault
    store.execute("PRAGMA query_only=ON")
    house.order(OrderKind.FREE, ROOM)
    assert house.wood[ROOM].driven == []
    house.order(OrderKind.LOCKDOWN, ROOM)
    assert house.latches[ROOM].mode is Mode.LOCKDOWN
    assert [obey.order.kind for obey in house.failed] == [OrderKind.FREE, OrderKind.LOCKDOWN]
    store.execute("PRAGMA query_only=OFF")


def test_the_loop_outlives_whatever_it_is_told(build: Build) -> None:
    """A token of no PIN, a key of no reader, an end of no release: nothing happens, and cards still open."""
    house = build()
    house.loop.take(PinChecked(99, (Person(1).pin and house.taps()) or house.taps() or 0))  # type: ignore[arg-type]
    house.type("nowhere", "1")
    assert house.tap(SITI, "ruang-server-in") is Reason.GRANTED


def test_the_tap_before_is_a_circumstance(build: Build) -> None:
    """The second tap's event names the first card and how long ago it was."""
    house = build()
    house.tap(SITI, "ruang-server-in")
    house.wait(1_500)
    house.tap(BUDI, "ruang-server-in")
    before = house.taps()[-1].circumstances.before
    assert before is not None
    assert (before.card, before.ago) == (SITI.card, 1_500)


def test_every_tap_of_a_long_day_replays(build: Build) -> None:
    """What the journal recorded is enough to decide the same again."""
    house = build(rule(passback=Passback.HARD, persons=2), rule(HALL, interlock=(ROOM,)))
    for number in range(60):
        person = EVERYBODY[number * 7 % len(EVERYBODY)]
        house.tap(person, f"{(ROOM, HALL)[number % 2]}-{('in', 'in', 'out')[number % 3]}")
        if number % 4 == 0:
            house.pass_through((ROOM, HALL)[number % 2])
        house.wait(700 * (number % 11))
    events = [decode_event(row) for row in house.journal.rows(1, 0, 9_999)]
    taps = [(event, body) for event in events if isinstance(body := decode_body(event), Tapped)]
    assert {True, False} == {body.granted for _, body in taps}
    for event, body in taps:
        answer = replay(house.standing.registry, body, event.at)
        assert isinstance(answer, Granted if body.granted else Denied)
        assert answer.reason is body.reason


def test_who_taps_at_a_free_door_is_inside_and_may_enter_again(build: Build) -> None:
    """The muster names them, and hard passback does not hold it against them."""
    house = build(rule(passback=Passback.HARD))
    house.order(OrderKind.FREE, ROOM)
    assert house.tap(SITI, "ruang-server-in") is Reason.GRANTED_FREE
    house.pass_through(ROOM)
    assert list(house.inside()) == [(ROOM, SITI.holder)]
    house.order(OrderKind.NORMAL, ROOM)
    assert house.tap(SITI, "ruang-server-in") is Reason.GRANTED
