"""Orders on their way: shown until the door has answered or their time is over, over each broker."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, insert
from sqlalchemy.exc import SQLAlchemyError

from card_registry import canonical
from card_registry.journal.event import Body, Moment, Ordered, Refused, encode_event
from card_registry.orders import Order, OrderSheet, name_of
from card_registry.signing import Purpose, Sealed, public_hex, seal
from card_registry.stores import ledger
from card_registry.stores.answers import BACK, Reached, head_of, read_answers
from card_registry.stores.engine import open_store
from card_registry.trust.slots import ORDERS, orders_slot
from card_registry.words import DoorId, OrderKind, PersonId, TimeQuality
from mqtt_bridge.broker import find_mosquitto
from mqtt_bridge.order_book import AGAIN, OrderBook
from mqtt_bridge.registry_slots import Slot
from tests.mqtt_bridge.site import DESK, DOOR, SITE, Pen, Site, key, site_in, until

NOW = 1_795_000_000_000
KEY = public_hex(key("order"))
EMPTY = canonical.encode(OrderSheet(1, SITE, DOOR, ()))


def sealed(number: int, until_: int = NOW + 60_000) -> Sealed:
    """Sign an order."""
    order = Order(
        1, SITE, DOOR, DoorId("ruang"), OrderKind.LOCKDOWN, number, None, until_, PersonId("11" * 16)
    )
    return canonical.decode(seal(Purpose.ORDER, order, key("order")), Sealed, "an order")


def sheet(*orders: Sealed) -> bytes:
    """Give a sheet."""
    return canonical.encode(OrderSheet(1, SITE, DOOR, orders))


def slot(*orders: Sealed) -> Slot:
    """Give a sheet as the signer leaves it."""
    return Slot(orders_slot(DOOR), sheet(*orders))


def obeyed(number: int) -> Ordered:
    """Give the door's event that it obeyed."""
    return Ordered(DoorId("ruang"), OrderKind.LOCKDOWN, number, KEY, PersonId("11" * 16))


def row(seq: int, body: Body, epoch: int = 1) -> bytes:
    """Give a journal row."""
    at = Moment(NOW, NOW, None, TimeQuality.SYNC, "ab", seq)
    return encode_event(SITE, DOOR, (epoch, seq), body, at, "00" * 12)


class Book:
    """An order book over a ledger that a test writes."""

    def __init__(self, engine: Engine) -> None:
        """Begin with an empty ledger."""
        ledger.metadata.create_all(engine)
        self.engine, self.book, self.size, self.epoch = engine, OrderBook(engine), 0, 1

    def write(self, *bodies: Body | bytes) -> None:
        """Store rows of the door."""
        with self.engine.begin() as connection:
            for body in bodies:
                data = body if isinstance(body, bytes) else row(self.size, body, self.epoch)
                place = {"controller": DOOR, "epoch": self.epoch, "seq": self.size}
                connection.execute(insert(ledger.event).values(**place, body=data, leaf=b"x" * 32))
                self.size += 1
            connection.execute(ledger.head.delete().where(ledger.head.c.epoch == self.epoch))
            head = {"controller": DOOR, "epoch": self.epoch, "next": self.size}
            connection.execute(insert(ledger.head).values(**head, frontier=b"", note=b"", receipt=b""))

    def due(self, clock: float, now: int = NOW) -> list[bytes]:
        """Give what is to be shown."""
        shown = self.book.due(now, clock)
        assert all(one.to == DOOR for one in shown)
        return [one.body for one in shown]


@pytest.fixture
def book(tmp_path: Path) -> Iterator[Book]:
    """An empty book."""
    engine = open_store(f"sqlite:///{tmp_path}/ledger.db", "ledger")
    yield Book(engine)
    engine.dispose()


def test_an_order_is_shown_again_until_the_door_has_answered(book: Book) -> None:
    """Obeyed or refused, then once more without it, then nothing; whatever else the rows say."""
    one, two = sealed(1), sealed(2)
    book.book.learn([slot(one, two), Slot("deny/list", b"{}")])
    assert book.due(10.0) == [sheet(one, two)]
    assert book.due(10.0 + AGAIN / 2) == []
    assert book.due(10.0 + AGAIN) == [sheet(one, two)]
    book.write(b"not an event", obeyed(3), Refused("order", "forged"), obeyed(1))
    assert book.due(10.1 + AGAIN) == [sheet(two)]
    book.write(Refused(name_of(2, KEY), "stale"))
    assert book.due(10.2 + AGAIN) == [EMPTY]
    assert book.due(99.0) == []


def test_an_answered_order_stays_answered_when_another_comes(book: Book) -> None:
    """The signer's sheet holds both; the door is shown the new one alone."""
    one, two = sealed(1), sealed(2)
    book.book.learn([slot(one)])
    book.due(1.0)
    book.write(obeyed(1))
    assert book.due(1.1) == [EMPTY]
    book.write(*[Refused("x", "y")] * 10)
    book.book.learn([slot(one, two)])
    assert book.due(1.2) == [sheet(two)]


def test_a_lapsed_order_is_shown_no_more(book: Book) -> None:
    """Nobody waits for the answer to what can no longer be obeyed."""
    book.book.learn([slot(sealed(1))])
    book.due(1.0)
    assert book.due(1.1, NOW + 60_000) == [EMPTY]
    book.book.learn([slot(sealed(1))])
    assert book.due(99.0, NOW + 60_000) == []


def test_a_restarted_hub_finds_the_answers_behind_it(book: Book) -> None:
    """It searches the rows just before the head, and a new epoch from its beginning."""
    book.write(obeyed(1), *[Refused("x", "y")] * 5)
    again = OrderBook(book.engine)
    again.learn([slot(sealed(1))])
    assert again.due(NOW, 1.0) == ()
    again.learn([slot(sealed(1), sealed(2))])
    assert [one.body for one in again.due(NOW, 1.1)] == [sheet(sealed(2))]
    book.epoch, book.size = 2, 0
    book.write(obeyed(2))
    assert [one.body for one in again.due(NOW, 1.2)] == [EMPTY]
    again.learn([slot(sealed(3))])
    assert len(again.due(NOW, 1.3)) == 1
    again.say_again()
    assert len(again.due(NOW, 1.4)) == 1


def test_what_is_no_sheet_is_left_out(book: Book) -> None:
    """One broken slot stops neither the hub nor the sheet that follows."""
    book.book.learn([Slot(orders_slot(DOOR), b"{}"), Slot("cmd/", b"x"), Slot("cmd/A", b"x")])
    assert book.due(1.0) == []
    book.book.learn([slot(sealed(1))])
    assert len(book.due(1.1)) == 1


def test_a_ledger_that_cannot_be_read_is_tried_again(tmp_path: Path) -> None:
    """The book raises, and forgets nothing."""
    engine = open_store(f"sqlite:///{tmp_path}/ledger.db", "ledger")
    book = OrderBook(engine)
    book.learn([slot(sealed(1))])
    with pytest.raises(SQLAlchemyError):
        book.due(NOW, 1.0)
    ledger.metadata.create_all(engine)
    assert len(book.due(NOW, 1.1)) == 1
    assert head_of(engine, DESK) == Reached(0, 0)
    assert read_answers(engine, DESK, None) == (Reached(0, 0), ())
    engine.dispose()


def test_a_long_journal_is_searched_only_near_its_head(book: Book) -> None:
    """The first look goes back a bounded way."""
    book.write(obeyed(1), *[Refused("x", "y")] * BACK)
    book.book.learn([slot(sealed(1))])
    assert len(book.due(1.0)) == 1
    assert book.book.due(NOW, 1.0 + AGAIN / 2) == ()


@pytest.fixture(params=["mosquitto", "amqtt"])
def site(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Site]:
    """A site with its broker and hub started."""
    if request.param == "mosquitto" and find_mosquitto() is None:
        pytest.skip("mosquitto is not installed here")
    with site_in(tmp_path) as made:
        made.broker(request.param).start()
        made.hub().start()
        yield made


def test_orders_come_down_and_end_with_the_answer(site: Site) -> None:
    """From the registry's slot to the door's folder, for a bridge that came late; then an empty sheet."""
    later = time.time_ns() // 1_000_000 + 60_000
    order = sealed(1, later)
    site.write_slots({orders_slot(DOOR): sheet(order)})
    bridge = site.bridge()
    bridge.start()
    pen = Pen(site)

    def file() -> bytes:
        path = pen.slots / ORDERS
        return path.read_bytes() if path.exists() else b""

    until(lambda: file() == sheet(order), 15, "the order at the door")
    pen.row = lambda: _answer(pen)  # type: ignore[method-assign] # the next row answers
    pen.write()
    until(lambda: file() == EMPTY, 15, "the sheet without it")
    assert "Traceback" not in bridge.log()


def _answer(pen: Pen) -> bytes:
    """Give the row with which a door answers."""
    return row(len(pen.rows), obeyed(1))
