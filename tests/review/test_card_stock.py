"""The stock of cards: what the book says of blanks, which cards are out, what people may enter."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from card_registry.words import CardStatus
from review.access import Refused
from review.card_stock import Entered, Plastic, count
from review.form import Faulty
from review.store import card_stock
from review.store.card_stock import Line
from review.store.transaction import reading
from review.workflow import documents
from review.workflow.stocktaking import COUNTED, Wanted, enter
from tests.review.removals import f04, f15, follow, open_removal, standing_right, walk
from tests.review.test_workflow import file_of
from tests.review.world import World

MADE = [
    Plastic("a", CardStatus.ACTIVE, made=True),
    Plastic("b", CardStatus.SUSPENDED, made=True),
    Plastic("c", CardStatus.REVOKED, made=True),
    Plastic("d", CardStatus.REVOKED, made=True),
    Plastic("e", CardStatus.LOST, made=True),
    Plastic("f", CardStatus.ACTIVE, made=True, guest=True),
    Plastic("g", CardStatus.BLANK, made=False),
    Plastic("h", CardStatus.DESTROYED, made=False),
]


def test_every_card_is_somewhere() -> None:
    """With people, with visitors, denied and out, back, lost; what was never made uses no blank."""
    entries = [(Entered.RECEIVED, 50), (Entered.SPOILED, 2), (Entered.DIFFERENCE, -1), (Entered.DESTROYED, 1)]
    stock = count(entries, MADE, {"d"})
    assert (stock.made, stock.held, stock.guest, stock.out, stock.returned, stock.lost) == (6, 2, 1, 1, 1, 1)
    assert (stock.blank, stock.to_destroy) == (50 - 2 - 1 - 6, 0)
    assert dict(stock.lines())["Kartu kosong dalam persediaan"] == 41


@given(
    st.lists(st.tuples(st.sampled_from(CardStatus), st.booleans(), st.booleans()), max_size=30),
    st.sets(st.integers(0, 29)),
)
def test_no_card_is_counted_twice_or_lost_from_sight(
    rows: list[tuple[CardStatus, bool, bool]], back: set[int]
) -> None:
    """What was made is held, with visitors, out, back, or lost: exactly one of them."""
    cards = [Plastic(str(n), status, made, guest) for n, (status, made, guest) in enumerate(rows)]
    stock = count([], cards, {str(n) for n in back})
    assert stock.held + stock.guest + stock.out + stock.returned + stock.lost == stock.made


def enters(world: World, kind: str, number: str, note: str = "BAST 1", login: str = "operator") -> object:
    """Enter something."""
    return enter(world.office, world.person(login), Wanted(kind, number, note))


def test_a_count_sets_the_book_right(granted: World) -> None:
    """The difference stays on record, with the number that was found."""
    assert isinstance(enters(granted, "diterima", "10"), Line)
    found = enters(granted, COUNTED, "7")
    assert isinstance(found, Line)
    assert (found.kind, found.count) == (Entered.DIFFERENCE, -2)
    assert found.note == "Dihitung 7 kartu kosong. BAST 1"
    with reading(granted.office.store) as connection:
        assert card_stock.stock(connection).blank == 7
        assert [line.kind for line in card_stock.lines(connection)] == ["selisih", "diterima"]


@pytest.mark.parametrize(
    ("kind", "number", "note", "field"),
    [
        ("dicuri", "1", "x", "jenis"),
        ("selisih", "1", "x", "jenis"),
        ("diterima", "0", "x", "jumlah"),
        ("diterima", "-1", "x", "jumlah"),
        ("diterima", "1" * 9, "x", "jumlah"),
        ("rusak", "5", "x", "jumlah"),
        ("dimusnahkan", "1", "x", "jumlah"),
        ("diterima", "1", " ", "keterangan"),
    ],
)
def test_what_cannot_be_is_refused(granted: World, kind: str, number: str, note: str, field: str) -> None:
    """Unknown words, no cards, more than the book has, no reason."""
    refused = enters(granted, kind, number, note)
    assert isinstance(refused, Faulty)
    assert set(refused.faults) == {field}


def test_only_whoever_keeps_the_cards_enters(granted: World) -> None:
    """Not the admin, not the auditor."""
    for login in ("admin", "auditor", "kabid"):
        assert isinstance(enters(granted, "diterima", "10", login=login), Refused), login


def test_a_card_is_out_until_its_receipt(granted: World) -> None:
    """The list names whose it was; the receipt takes it off, and prints the stock."""
    given_, card = standing_right(granted)
    enters(granted, "diterima", "10")
    case = open_removal(granted, "biasa", f04(given_))
    walk(granted, case, ("kadis", "selesai"), ("kabid", "sesuai"), ("kabid", "selesai"))
    walk(granted, case, ("operator2", "selesai"))
    follow(granted)
    with granted.office.store.begin() as connection:
        connection.exec_driver_sql("UPDATE card SET status = 'revoked'")
    with reading(granted.office.store) as connection:
        [missing] = card_stock.missing(connection)
    assert (missing.number, missing.name) == (card.number, "Pemegang Contoh")
    walk(granted, case, ("operator2", "selesai", f15(card)))
    with reading(granted.office.store) as connection:
        assert card_stock.missing(connection) == ()
        assert card_stock.stock(connection).returned == 1
        paper = documents.draft(connection, granted.office, file_of(granted, case), "F15")
    assert "Kartu kosong dalam persediaan" in repr(paper)
    assert isinstance(enters(granted, "dimusnahkan", "1"), Line)
    assert isinstance(enters(granted, "dimusnahkan", "1"), Faulty)
