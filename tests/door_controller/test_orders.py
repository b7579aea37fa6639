"""Orders at the door: each rule refuses with its own sentence, and no clock holds up what takes away."""

import random
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from card_registry import canonical
from card_registry.durable import write_whole
from card_registry.instant import Instant
from card_registry.journal.event import Moment, Versions
from card_registry.orders import MOST_ORDERS, TAKING, answered
from card_registry.signing import Purpose, Sealed, public_hex, seal, unseal
from card_registry.statements import Receipt, Status
from card_registry.trust.slots import ORDERS
from card_registry.words import ControllerId, OrderKind, SiteId, Staleness, TimeQuality
from door_controller.clock import Clock, boottime
from door_controller.courier import Courier, Intake, Ways
from door_controller.interval import Clocks
from door_controller.journal import Journal
from door_controller.nonces import SPENT as REMEMBERED
from door_controller.nonces import Nonces
from door_controller.order_desk import MOST_A_MINUTE, MOST_SAID, OrderDesk, floor_of
from door_controller.orders import Keys, Obey, OrdersSeen, Refuse, seal_of, weigh
from door_controller.outbox import Outbox, View
from tests.door_controller.ordering import (
    BEFORE,
    HOLDER,
    KEYS,
    KNOWN,
    NONCE,
    NOW,
    ONLINE_KEY,
    ORDER_KEY,
    POST,
    SPENT,
    SURE,
    THIEF,
    UNSURE,
    an_order,
    sheet,
    signed,
)
from tests.door_controller.site import CONTROLLER, SITE

AT = Moment(5, 1, None, TimeQuality.FLOOR, "b" * 32, 7)
OPENING = sorted(set(OrderKind) - TAKING)
PAST = Instant(NOW + 60_000, NOW + 60_001, TimeQuality.SYNC)
LATE = Instant(NOW + 59_999, None, TimeQuality.FLOOR)


def judged(sealed: Sealed, now: Instant = SURE, **known: object) -> Obey | Refuse:
    """Weigh one order here and now."""
    return weigh(sealed, POST, KEYS, replace(KNOWN, **known), now)  # type: ignore[arg-type] # by name


def why(answer: Obey | Refuse) -> str:
    """Give the sentence of a refusal."""
    assert isinstance(answer, Refuse)
    return answer.why


@pytest.mark.parametrize("kind", list(OrderKind))
def test_a_faultless_order_is_obeyed(kind: OrderKind) -> None:
    """Each kind, under the key that signs it, becomes the event that must be durable first."""
    key = ONLINE_KEY if kind in TAKING else ORDER_KEY
    answer = judged(signed(an_order(kind), key))
    assert isinstance(answer, Obey)
    assert (answer.event.order, answer.event.number, answer.event.key) == (kind, 7, public_hex(key))
    assert isinstance(judged(signed(an_order(kind), ORDER_KEY), UNSURE), Obey)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"v": 2}, "version 2"),
        ({"site": SiteId("lain")}, "for site lain"),
        ({"controller": ControllerId("pengendali-2")}, "for controller pengendali-2"),
        ({"door": "gudang"}, "no door gudang"),
        ({"kind": OrderKind.UNLOCK_PIN, "holder": None}, "names no holder"),
        ({"nonce": None}, "quotes no nonce"),
        ({"nonce": "d4" * 16}, "not of this controller's last two statuses"),
        ({"nonce": SPENT}, "used by another order"),
        ({"not_after": NOW}, "came after the time"),
    ],
)
def test_each_rule_has_its_sentence(changes: dict[str, object], sentence: str) -> None:
    """Foreign, nonce-less, wrongly quoted, reused and lapsed orders are refused, each by its own words."""
    answer = judged(signed(an_order(**changes)))  # type: ignore[arg-type] # by name
    assert sentence in why(answer)
    assert isinstance(answer, Refuse)
    assert not answer.quiet
    number = answered(answer.event)
    assert number is not None
    assert number == (7, answer.why)


def test_a_signature_counts_under_a_named_key_alone() -> None:
    """A stranger's key, a touched body, another purpose and an unread body say nothing of their content."""
    thief, genuine = signed(an_order(), THIEF), signed(an_order())
    touched = replace(genuine, body=genuine.body.replace('"number":7', '"number":8'))
    receipt = seal(Purpose.RECEIPT, Receipt(1, SITE, CONTROLLER, 1, 1, "00", 1), ORDER_KEY)
    for forged in (thief, touched, canonical.decode(receipt, Sealed, "a receipt")):
        answer = judged(forged)
        assert answer == Refuse("order", "an order is not signed by a key that the officers named for orders")
        assert answered(answer.event) is None
    other = canonical.decode(seal(Purpose.ORDER, POST.site, ORDER_KEY), Sealed, "an order")
    assert "cannot be read" in why(judged(other))
    assert "no registry" in why(weigh(genuine, POST, Keys(), KNOWN, SURE))


@pytest.mark.parametrize("kind", OPENING)
def test_the_lockdown_key_opens_nothing(kind: OrderKind) -> None:
    """A thief of the online key takes access away and never gives any."""
    assert "may only take away" in why(judged(signed(an_order(kind), ONLINE_KEY)))


@pytest.mark.parametrize("kind", sorted(TAKING))
def test_taking_away_needs_neither_nonce_nor_certain_clock(kind: OrderKind) -> None:
    """Only a lapse that is certain stops it; a nonce is not looked at."""
    order = an_order(kind, nonce="d4" * 16)
    for now in (SURE, UNSURE, LATE, Instant(0, NOW * 2, TimeQuality.FLOOR)):
        assert isinstance(judged(signed(order, ONLINE_KEY), now, nonces=()), Obey)
    assert "came after" in why(judged(signed(order, ONLINE_KEY), PAST))


def test_the_nonce_before_is_good_as_well() -> None:
    """A status may cross the order on its way."""
    assert isinstance(judged(signed(an_order(nonce=BEFORE))), Obey)


def test_numbers_count_for_each_key_alone() -> None:
    """At or below the last one obeyed of its key an order is a replay, whatever the other key has signed."""
    floors = {public_hex(ORDER_KEY): 7}
    replay = judged(signed(an_order()), floors=floors)
    assert why(replay) == "its number 7 is not above 7, the last one obeyed of its key"
    assert isinstance(judged(signed(an_order(number=8)), floors=floors), Obey)
    assert isinstance(judged(signed(an_order(OrderKind.LOCKDOWN), ONLINE_KEY), floors=floors), Obey)
    shown = judged(signed(an_order()), floors=floors, shown=(seal_of(signed(an_order())),))
    assert isinstance(shown, Refuse)
    assert shown.quiet


class Counter:
    """Draws nonces that a test can foretell, and clocks it moves."""

    def __init__(self) -> None:
        """Begin at one."""
        self.drawn = 0

    def __call__(self) -> str:
        """Give the next nonce."""
        self.drawn += 1
        return f"{self.drawn:032x}"


def test_a_nonce_stands_until_it_is_used_or_old() -> None:
    """Statuses share it meanwhile; the one before stays good, one that was used is good no more."""
    nonces = Nonces(1000, Counter(), 0)
    first = nonces.current(0)
    assert nonces.current(999) == first
    assert not nonces.is_due(999)
    assert nonces.is_due(1000)
    second = nonces.current(1000)
    assert set(nonces.good) == {first, second}
    nonces.spend(second)
    assert nonces.is_due(1001)
    assert list(nonces.good) == [first]
    third = nonces.current(1001)
    assert list(nonces.good) == [third]
    for number in range(2 * REMEMBERED):
        nonces.spend(f"{number:x}")
    assert len(nonces.spent) == REMEMBERED


class Door:
    """A door's order desk over a real journal, committing as the loop does."""

    def __init__(self, folder: Path, journal: Journal, keys: Callable[[], Keys] = lambda: KEYS) -> None:
        """Start with what the folder and the journal hold."""
        self.folder, self.journal = folder, journal
        self.mono = 60_000
        clock = Clock(NOW, read=lambda: Clocks(NOW, self.mono, synchronised=True))
        self.nonces = Nonces(60_000, Counter(), 0)
        self.desk = OrderDesk(folder, POST, keys, self.nonces, journal, clock)
        self.obeyed: list[tuple[str, int]] = []
        self.refused: list[str] = []

    def take(self, data: bytes) -> None:
        """Take a sheet and commit what it says."""
        self.commit(self.desk.take(data))

    def look(self) -> None:
        """Look into the folder and commit what is new."""
        self.commit(self.desk.look())

    def commit(self, seen: OrdersSeen | None) -> None:
        """Commit as the loop does: event and number in one transaction."""
        if seen is None:
            return
        for obey in seen.obeys:
            self.journal.append(obey.event, AT, floor_of(obey))
            self.obeyed.append((obey.key, obey.order.number))
        self.refused += [f"{one.what}: {one.why}" for one in seen.refusals]

    def again(self) -> "Door":
        """Start anew, as after a power cut."""
        return Door(self.folder, self.journal)

    def order(self, number: int, kind: OrderKind = OrderKind.RELEASE) -> Sealed:
        """Give a fresh order."""
        if kind in TAKING:
            return signed(an_order(kind, number=number), ONLINE_KEY)
        return signed(an_order(kind, number=number, nonce=self.nonces.current(0)))


@pytest.fixture
def door(tmp_path: Path) -> Iterator[Door]:
    """A door that was never given an order."""
    with Journal(tmp_path / "door.db", SITE, CONTROLLER) as journal:
        yield Door(tmp_path, journal)


def test_an_order_shown_again_is_obeyed_once_and_in_silence(door: Door) -> None:
    """The hub shows it until it has the answer; once a sheet came without it, it is a replay, said once."""
    first = door.order(7)
    for _ in range(3):
        door.take(sheet(first))
    assert (len(door.obeyed), door.refused) == (1, [])
    door.take(sheet())
    for _ in range(3):
        door.take(sheet(first))
        door.take(sheet())
    assert len(door.obeyed) == 1
    assert len(door.refused) == 1
    assert "not above 7" in door.refused[0]


def test_a_restart_obeys_nothing_twice(door: Door) -> None:
    """What stands in the folder was obeyed before; an order for an earlier boot quotes a lost nonce."""
    missed = signed(an_order(number=9))
    lockdown = door.order(8, OrderKind.LOCKDOWN)
    write_whole(door.folder / ORDERS, sheet(door.order(7), lockdown))
    door.look()
    assert len(door.obeyed) == 2
    write_whole(door.folder / ORDERS, sheet(lockdown, missed))
    restarted = door.again()
    restarted.look()
    restarted.look()
    assert restarted.obeyed == []
    assert len(restarted.refused) == 1
    assert "give it again" in restarted.refused[0]


def test_one_nonce_is_good_for_one_order(door: Door) -> None:
    """Two orders that quote the same status: the first is obeyed, the second refused, and a new nonce due."""
    door.take(sheet(door.order(7), door.order(8)))
    assert [number for _, number in door.obeyed] == [7]
    assert "used by another order" in door.refused[0]
    assert door.nonces.is_due(1)
    door.take(sheet(door.order(9)))
    assert [number for _, number in door.obeyed] == [7, 9]


def test_what_the_disk_refused_is_tried_again(door: Door) -> None:
    """A lockdown whose event was not written counts as not obeyed, and is looked at once more."""
    write_whole(door.folder / ORDERS, sheet(door.order(7, OrderKind.LOCKDOWN)))
    seen = door.desk.look()
    assert seen is not None
    assert door.desk.look() is None
    seen.failed(seen.obeys[0])
    door.look()
    assert len(door.obeyed) == 1
    seen.failed(replace(seen.obeys[0], order=replace(seen.obeys[0].order, number=3)))
    door.look()
    assert len(door.obeyed) == 1


def test_orders_wait_for_the_first_registry(tmp_path: Path) -> None:
    """Before any registry was adopted nobody's orders count; once it is there the same file is weighed."""
    keys = Keys()
    with Journal(tmp_path / "door.db", SITE, CONTROLLER) as journal:
        door = Door(tmp_path, journal, lambda: keys)
        write_whole(tmp_path / ORDERS, sheet(door.order(7)))
        door.look()
        assert (door.obeyed, door.refused) == ([], [])
        keys = KEYS
        door.look()
    assert len(door.obeyed) == 1


def test_hostile_files_are_said_once_and_change_nothing(door: Door) -> None:
    """Nonsense, links, giants and a flood of forged orders neither raise nor fill the journal."""
    door.look()
    many = [signed(an_order(number=number), THIEF) for number in range(2 * MOST_ORDERS)]
    for data in (b"", b"{}", b"[" * 10_000, b"\xff" * 99, sheet(*many), sheet(*many[1:])):
        door.take(data)
        door.take(data)
    write_whole(door.folder / ORDERS, bytes(300 * 1024))
    door.look()
    (door.folder / ORDERS).unlink()
    (door.folder / ORDERS).symlink_to("/etc/passwd")
    door.look()
    assert door.obeyed == []
    assert len(door.refused) <= 4
    assert not any("root:" in said for said in door.refused)
    door.take(sheet(door.order(7)))
    assert len(door.obeyed) == 1


def test_refusals_are_written_and_remembered_within_bounds(door: Door) -> None:
    """Many genuine orders of another door: so many rows a minute and no more, in bounded memory."""
    foreign = [signed(an_order(number=number, controller=ControllerId("lain"))) for number in range(300)]
    for _ in range(3):
        for one in foreign:
            door.take(sheet(one))
        assert len(door.refused) == len(set(door.refused)) == MOST_A_MINUTE
    for minute in range(2, 12):
        door.mono = minute * 60_000
        for one in foreign:
            door.take(sheet(one))
    assert len(set(door.refused)) >= MOST_SAID
    assert len(door.refused) <= 11 * MOST_A_MINUTE
    assert len(door.desk._said) <= MOST_SAID  # noqa: SLF001 - the bound is what is tested


def test_the_status_carries_the_nonce_and_a_new_one_once_it_is_used(tmp_path: Path) -> None:
    """Statuses share a nonce, the order that quotes it reaches the loop, and the next status has another."""
    slots, listens = tmp_path / "slots", tmp_path / "door.sock"
    slots.mkdir()
    with Journal(tmp_path / "door.db", SITE, CONTROLLER) as journal:
        clock = Clock(NOW, read=lambda: Clocks(NOW, 60_000, synchronised=True))
        outbox = Outbox(tmp_path / "outbox", journal, ONLINE_KEY, 1)
        view, seen = View(5, Staleness.FRESH, Versions()), list[OrdersSeen]()
        courier = Courier(
            Ways(slots, listens, tmp_path / "none.sock"), outbox, journal, clock, tuple, lambda: view, print
        )
        nonces = Nonces(60_000, Counter(), boottime())
        courier.take_orders(
            Intake(OrderDesk(slots, POST, lambda: KEYS, nonces, journal, clock), nonces, seen.append)
        )

        def shown() -> str:
            courier.turn()
            status = (tmp_path / "outbox" / "status").read_bytes()
            return unseal(Purpose.STATUS, status, Status, [public_hex(ONLINE_KEY)]).nonce

        first = shown()
        view = replace(view, staleness=Staleness.STALE)
        assert shown() == first
        write_whole(slots / ORDERS, sheet(signed(an_order(nonce=first))))
        second = shown()
        assert second != first
        assert [obey.order.number for one in seen for obey in one.obeys] == [7]
        write_whole(slots / ORDERS, sheet(signed(an_order(number=8, nonce=first))))
        assert shown() == second
        assert "used by another order" in seen[-1].refusals[0].why
        courier.close()


PLANS = st.lists(
    st.tuples(st.sampled_from(["show", "restart", "fail"]), st.sets(st.integers(0, 9), max_size=5)),
    max_size=25,
)


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 2**32), PLANS)
def test_whatever_comes_in_whatever_order_is_obeyed_at_most_once(
    tmp_path_factory: pytest.TempPathFactory, seed: int, plan: list[tuple[str, set[int]]]
) -> None:
    """Sheets shown in any order, twice, torn apart, across restarts: no number twice, and always growing."""
    folder, chance = tmp_path_factory.mktemp("orders"), random.Random(seed)
    with Journal(folder / "door.db", SITE, CONTROLLER) as journal:
        door, obeyed = Door(folder, journal), []
        pool = [
            door.order(number, chance.choice([OrderKind.LOCKDOWN, OrderKind.RELEASE, OrderKind.NORMAL]))
            for number in range(1, 11)
        ]
        for act, chosen in plan:
            picked = [pool[number] for number in chosen]
            chance.shuffle(picked)
            if act == "restart":
                obeyed += door.obeyed
                door = door.again()
            elif act == "fail":
                seen = door.desk.take(sheet(*picked))
                for obey in reversed(seen.obeys if seen else ()):
                    door.desk.failed(obey)
            else:
                door.take(sheet(*picked))
        obeyed += door.obeyed
    assert len(obeyed) == len(set(obeyed))
    for key in {key for key, _ in obeyed}:
        numbers = [number for mine, number in obeyed if mine == key]
        assert numbers == sorted(numbers)
    assert HOLDER not in str(door.refused)
    assert NONCE not in str(door.refused)
