"""The hub drops old rows on the office's paper: within its floor, what may go, and whole after a kill."""

from pathlib import Path

import pytest
from sqlalchemy import Engine, func, insert, select

from card_registry import canonical
from card_registry.errors import Malformed
from card_registry.instant import DAY
from card_registry.journal.dropping import (
    DROPPABLE,
    FILE,
    MOST_SPANS,
    DropOrder,
    Span,
    decode_order,
    may_drop,
)
from card_registry.journal.event import (
    Body,
    DoorChanged,
    EventKind,
    Moment,
    Pruned,
    Started,
    encode_event,
)
from card_registry.journal.tree import Frontier, leaf
from card_registry.stores.ledger import dropped, event, head
from card_registry.words import ControllerId, DoorId, SiteId, TimeQuality
from mqtt_bridge.dropping import Dropper
from mqtt_bridge.ledger import open_ledger

DOOR = ControllerId("pengendali-1")
NOW = 1_795_161_600_000
LINK = "ab" * 32


def row(seq: int, body: Body) -> bytes:
    """Give a row's bytes."""
    at = Moment(NOW + seq, NOW, None, TimeQuality.SYNC, "boot", seq)
    return encode_event(SiteId("contoh"), DOOR, (1, seq), body, at, "00" * 12)


def bodies(count: int) -> list[Body]:
    """Give a start and then changes of a door."""
    opened = DoorChanged(DoorId("pintu"), "open", "card")
    return [Started("door", "start"), *[opened] * (count - 1)]


@pytest.fixture
def books(tmp_path: Path) -> Engine:
    """Give a ledger of twelve rows, the last three of this year."""
    engine = open_ledger(f"sqlite:///{tmp_path}/ledger.db")
    rows = [row(seq, body) for seq, body in enumerate(bodies(12))]
    tree = Frontier().extend(leaf(one) for one in rows)
    with engine.begin() as connection:
        place = {"controller": DOOR, "epoch": 1}
        months = [202001] * 9 + [202611] * 3
        connection.execute(
            insert(event),
            [
                {**place, "seq": seq, "body": one, "leaf": leaf(one), "month": month}
                for seq, (one, month) in enumerate(zip(rows, months, strict=True))
            ],
        )
        values = {"next": 12, "frontier": tree.dump(), "note": b"", "receipt": b""}
        connection.execute(insert(head).values(**place, **values))
    return engine


def ask(run: Path, *spans: tuple[int, int], link: str = LINK) -> None:
    """Lay the office's paper into the run folder."""
    named = tuple(Span(DOOR, 1, first, last) for first, last in spans)
    (run / FILE).write_bytes(canonical.encode(DropOrder(1, 1, link, named)))


def whole(engine: Engine) -> list[int]:
    """Name the rows that have their bytes."""
    with engine.connect() as connection:
        query = select(event.c.seq).where(func.length(event.c.body) > 0).order_by(event.c.seq)
        return list(connection.scalars(query))


def test_old_rows_lose_their_bytes_and_the_tree_stands(books: Engine, tmp_path: Path) -> None:
    """Starts and rows within the floor stay; leaves give the same head; what went is entered, once."""
    ask(tmp_path, (0, 4), (6, 11))
    dropper = Dropper(books, tmp_path)
    assert dropper.turn(NOW) == 4 + 3
    assert whole(books) == [0, 5, 9, 10, 11]
    with books.connect() as connection:
        leaves = connection.scalars(select(event.c.leaf).order_by(event.c.seq))
        tree = Frontier().extend(bytes(one) for one in leaves)
        assert tree.dump() == connection.scalar(select(head.c.frontier))
        entered = connection.execute(select(dropped.c.first, dropped.c.last, dropped.c.rows)).all()
    assert entered == [(0, 4, 4), (6, 11, 3)]
    assert dropper.turn(NOW) == 0
    assert Dropper(books, tmp_path).turn(NOW) == 0
    (tmp_path / FILE).unlink()
    assert dropper.turn(NOW) == 0


def test_a_hub_may_keep_rows_longer_than_the_office_wants(books: Engine, tmp_path: Path) -> None:
    """Nothing that arrived within the floor goes, whatever the paper says."""
    ask(tmp_path, (0, 11))
    assert Dropper(books, tmp_path, 20_000).turn(NOW) == 0
    assert len(whole(books)) == 12


def test_a_killed_hub_goes_on_where_it_was(books: Engine, tmp_path: Path) -> None:
    """Whatever piece was committed last, another hub finishes the paper and counts all that went."""
    ask(tmp_path, (1, 5), (7, 8))
    killed = Dropper(books, tmp_path, piece=3)
    assert killed.turn(NOW) == 3
    steady = Dropper(books, tmp_path, piece=3)
    assert [steady.turn(NOW + DAY) for _ in range(4)] == [0, 3, 1, 0]
    assert whole(books) == [0, 6, 9, 10, 11]
    with books.connect() as connection:
        rows = connection.execute(select(dropped.c.place, dropped.c.rows).order_by(dropped.c.place)).all()
    assert rows == [(0, 5), (1, 2)]


@pytest.mark.parametrize(
    "paper",
    [
        b"{}",
        canonical.encode(DropOrder(2, 1, LINK, ())),
        canonical.encode(DropOrder(1, 1, "x", ())),
        canonical.encode(DropOrder(1, 1, LINK, (Span(ControllerId("../x"), 1, 0, 1),))),
        canonical.encode(DropOrder(1, 1, LINK, (Span(DOOR, 1, 5, 4),))),
        canonical.encode(DropOrder(1, 1, LINK, (Span(DOOR, 1, 0, 1),) * (MOST_SPANS + 1))),
        b"x" * 300_000,
    ],
)
def test_a_paper_that_is_none_is_not_obeyed(books: Engine, tmp_path: Path, paper: bytes) -> None:
    """It drops nothing, and the hub goes on."""
    with pytest.raises(Malformed):
        decode_order(paper)
    (tmp_path / FILE).write_bytes(paper)
    dropper = Dropper(books, tmp_path)
    assert dropper.turn(NOW) == dropper.turn(NOW) == 0
    ask(tmp_path, (1, 2))
    assert dropper.turn(NOW) == 2


def test_proofs_of_other_logs_stay() -> None:
    """What witnesses, starts, adopts, binds or prunes never goes, nor what cannot be read."""
    kept = {EventKind.STARTED, EventKind.WITNESSED, EventKind.CREDENTIAL_BOUND, EventKind.PRUNED}
    assert not kept & DROPPABLE
    assert may_drop(row(1, DoorChanged(DoorId("pintu"), "open", "card")))
    assert not may_drop(row(1, Pruned(1, 4)))
    assert not may_drop(b"{")
