"""PINs as the office sees them: wrong ones are summed and locked, and a threat is shown there alone."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import insert, select, update

from card_registry import canonical
from card_registry.circumstances import Circumstances
from card_registry.journal.event import Alarmed, Body, Ordered, Tapped, Versions
from card_registry.orders import OrderRequest, OrderWarrant
from card_registry.pin import TRIES
from card_registry.statements import GrantTerms
from card_registry.words import (
    ControllerId,
    CredentialKind,
    DoorId,
    GrantId,
    GrantKind,
    HolderId,
    OrderKind,
    PersonId,
    PinResult,
    ReaderId,
    Reason,
    Side,
    Tier,
)
from review.follow import Follower
from review.office import DoorSign
from review.people import SYSTEM
from review.store.transaction import reading, writing
from review.tables import grant, holder, warrant
from review.web.doors import DURESS_STANDS, doors_now
from review.workflow.pin_tries import PinTries, standing
from tests.review.test_workflow import approved
from tests.review.world import NOON, World

ANI, BUDI = HolderId("a1" * 16), HolderId("b2" * 16)
HERE, THERE, FAR = (ControllerId(f"pengendali-{number}") for number in (1, 2, 3))
DOORS = {HERE: DoorId("ruang-server"), THERE: DoorId("gudang"), FAR: DoorId("arsip")}


def tap(pin: PinResult, whose: HolderId = ANI, at: ControllerId = HERE, count: int = 1) -> Tapped:
    """Give the event of a tap with a PIN."""
    granted = pin in {PinResult.RIGHT, PinResult.DURESS}
    reason = Reason.GRANTED if granted else Reason.PIN_WRONG
    return Tapped(
        DOORS[at], ReaderId("masuk"), Side.IN, CredentialKind.PKOC, Tier.PUBLIC_KEY, "nama", granted, reason,
        Circumstances(pin=pin), Versions(), holder=whose, count=count,
    )  # fmt: skip


def order(kind: OrderKind, at: ControllerId = HERE, whose: HolderId = ANI) -> Ordered:
    """Give the event of an order that a door obeyed."""
    return Ordered(DOORS[at], kind, 1, "ab" * 32, PersonId("operator"), whose)


@pytest.fixture
def follower(world: World) -> Follower:
    """A console over three controllers, at two of which Ani has a grant."""
    signs = tuple(DoorSign(door, door, controller) for controller, door in DOORS.items())
    approved(world)
    terms = GrantTerms(
        GrantId("c3" * 16), ANI, (DOORS[HERE], DOORS[THERE]), None, NOON, NOON + 1_000_000, GrantKind.TETAP
    )
    with writing(world.office.store) as connection:
        connection.execute(insert(holder).values(id=ANI, name="Ani Contoh", unit="Dinas", made=NOON))
        connection.execute(update(grant).values(id=terms.id, holder=ANI, body=canonical.encode(terms)))
    return Follower(replace(world.office, doors=signs))


def asked(world: World) -> list[tuple[str, str | None, str]]:
    """Give the orders put before the signer: controller, holder, and who gave them."""
    with reading(world.office.store) as connection:
        bodies = connection.scalars(select(warrant.c.body).where(warrant.c.kind == "order")).all()
    found = []
    for body in bodies:
        carried = canonical.decode(bytes(body), OrderWarrant, "a warrant")
        assert carried.proof is None
        request = canonical.decode(carried.request.encode(), OrderRequest, "a request")
        assert request.kind is OrderKind.LOCK_PIN
        found.append((request.controller, request.holder, request.by))
    return sorted(found)


def test_ten_tries_over_two_doors_lock_both(world: World, follower: Follower) -> None:
    """Nine do nothing; with the tenth each controller where the holder may enter is told, once."""
    world.outside.happen(*[tap(PinResult.WRONG)] * 5)
    world.outside.happen(*[tap(PinResult.WRONG, at=THERE)] * 4, controller=THERE)
    follower.once()
    assert asked(world) == []
    world.outside.happen(tap(PinResult.WRONG, at=THERE), controller=THERE)
    follower.once()
    assert asked(world) == [(HERE, ANI, SYSTEM), (THERE, ANI, SYSTEM)]
    world.outside.happen(tap(PinResult.WRONG))
    follower.once()
    assert len(asked(world)) == 2


def test_a_console_that_was_down_sums_when_it_starts(world: World, follower: Follower) -> None:
    """What arrived while nobody looked is summed at the first look."""
    world.outside.happen(*[tap(PinResult.WRONG)] * 6, *[tap(PinResult.WRONG, BUDI)] * 9)
    world.outside.happen(*[tap(PinResult.WRONG, at=FAR)] * 4, controller=FAR)
    follower.once()

    assert asked(world) == [(HERE, ANI, SYSTEM), (THERE, ANI, SYSTEM)]
    assert PinTries(follower.office).look() == 0


def test_a_controller_that_locked_by_itself_is_not_told(world: World, follower: Follower) -> None:
    """Ten at one door lock there; only the other controller has to hear of it."""
    world.outside.happen(*[tap(PinResult.WRONG)] * TRIES)
    follower.once()

    assert asked(world) == [(THERE, ANI, SYSTEM)]


def test_who_has_no_grant_any_more_needs_no_order(world: World, follower: Follower) -> None:
    """After the grant's end nobody's PIN is looked at anyway."""
    world.clock.now = NOON + 2_000_000
    world.outside.happen(*[tap(PinResult.WRONG)] * TRIES)
    follower.once()

    assert asked(world) == []


def test_a_row_that_cannot_be_read_stops_nothing(world: World, follower: Follower) -> None:
    """A damaged row among a holder's own counts for nothing, and the others count."""
    world.outside.happen(*[tap(PinResult.WRONG)] * 4)
    follower.once()
    with world.outside.ledger.begin() as ledger:
        ledger.exec_driver_sql("UPDATE event SET body = x'00' WHERE seq = 0")
    world.outside.happen(*[tap(PinResult.WRONG, at=THERE)] * 6, controller=THERE)
    follower.once()
    assert asked(world) == []
    world.outside.happen(tap(PinResult.WRONG))
    follower.once()
    assert len(asked(world)) == 2


def test_only_the_office_shows_a_threat(world: World, follower: Follower) -> None:
    """A duress PIN stands first among the door's alarms at the office for half a day, then no more."""
    tapped = replace(tap(PinResult.DURESS), flags=("weak", "duress"))
    world.outside.happen(tap(PinResult.RIGHT), replace(tapped, door=DOORS[THERE]), tap(PinResult.RIGHT))
    world.outside.report(alarms=("door-held ruang-server",))
    follower.once()
    shown = {door.id: door.alarms for door in doors_now(follower.office)}

    assert shown[DOORS[THERE]] == ("Akses di bawah paksaan (pukul 15.00.01)",)
    assert "paksaan" not in " ".join((*shown[DOORS[HERE]], *shown[DOORS[FAR]]))
    world.clock.now += DURESS_STANDS + 2_000
    assert not any("paksaan" in " ".join(door.alarms) for door in doors_now(follower.office))


ROWS = st.lists(
    st.tuples(
        st.sampled_from([HERE, THERE]),
        st.sampled_from(
            [
                tap(PinResult.WRONG),
                tap(PinResult.WRONG, count=3),
                tap(PinResult.RIGHT),
                tap(PinResult.DURESS),
                tap(PinResult.NOT_ASKED),
                tap(PinResult.LOCKED),
                order(OrderKind.LOCK_PIN),
                order(OrderKind.UNLOCK_PIN),
                order(OrderKind.RELEASE),
                Alarmed("pin-locked", ANI, raised=True),
            ]
        ),
    ),
    max_size=30,
)


@given(ROWS)
def test_the_sum_is_what_a_reader_of_the_journals_would_count(rows: list[tuple[str, Body]]) -> None:
    """Forwards: a wrong PIN adds one there, a right one clears that controller, an unlock clears all."""
    wrong = {HERE: 0, THERE: 0}
    locked: set[str] = set()
    for controller, body in rows:
        match body:
            case Tapped(circumstances=Circumstances(pin=PinResult.WRONG), count=count):
                wrong[ControllerId(controller)] += count
            case Tapped(circumstances=Circumstances(pin=PinResult.RIGHT | PinResult.DURESS)):
                wrong[ControllerId(controller)] = 0
            case Ordered(order=OrderKind.LOCK_PIN):
                locked.add(controller)
            case Ordered(order=OrderKind.UNLOCK_PIN):
                wrong, locked = {HERE: 0, THERE: 0}, set()
            case _:
                pass
    known = standing(reversed(rows))

    assert {place: known.wrong[place] for place in wrong} == wrong
    assert known.total == sum(wrong.values())
    assert known.locked == locked
