"""The history that review is measured on, on a little: signed, verified, followed, and made only once."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, func, select

from card_registry.journal.event import Tapped
from card_registry.journal.tree import Frontier, leaf
from card_registry.stores import ledger
from card_registry.words import GrantId, Side
from review.bench import rows as measuring
from review.bench.history import History, OtherSize
from review.bench.house import House, HubRefused
from review.bench.journals import Pen
from review.bench.life import Life, visits_a_day
from review.bench.town import BEGIN, DAYS, END, Town, controllers
from review.store import grants
from review.store.transaction import reading
from review.tables import occurrence

EVENTS, LIVING = 3_000, 60
TOWN = Town(LIVING)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[History, Engine]]:
    """Give a small history, made in several steps, and the office that followed it."""
    history = History(tmp_path_factory.mktemp("history"), TOWN, EVENTS, at_once=EVENTS // 2)
    store = history.sqlite()
    history.make([store])
    yield history, store
    store.dispose()


def test_the_hub_believed_every_row_and_the_office_followed_them_all(made: tuple[History, Engine]) -> None:
    """The ledger's rows hash to the heads that controllers signed, and each is one occurrence."""
    history, store = made
    with history.office(store) as office, reading(office.ledger) as kept, reading(store) as connection:
        heads = {row.controller: Frontier.load(row.frontier) for row in kept.execute(select(ledger.head))}
        for controller, head in heads.items():
            row = ledger.event.c
            query = select(row.body).where(row.controller == controller).order_by(row.seq)
            assert Frontier().extend(leaf(bytes(body)) for body in kept.scalars(query)) == head
        assert set(heads) == set(controllers())
        known = connection.scalar(select(func.count()).select_from(occurrence))
        assert known == history.progress.rows == sum(head.size for head in heads.values())
        assert known > EVENTS // 2
        first, last = connection.execute(select(func.min(occurrence.c.at), func.max(occurrence.c.at))).one()
        assert first > BEGIN
        assert END - 30 * 86_400_000 < last < END + 86_400_000
        assert len(grants.all_active(connection, END)) == LIVING


def test_what_a_kill_left_undone_is_done_again_and_nothing_twice(made: tuple[History, Engine]) -> None:
    """A step whose note was lost is made from the same numbers, and hub and follower know its rows."""
    history, store = made
    note = history.folder / "progress.json"
    whole, lost = note.read_bytes(), history.progress
    short = History(history.folder, TOWN, EVENTS, at_once=EVENTS // 2)
    short.progress.day, short.progress.frontiers = 0, {}
    short.make([store])
    with reading(store) as connection:
        assert connection.scalar(select(func.count()).select_from(occurrence)) == lost.rows
    assert short.progress.frontiers == lost.frontiers
    note.write_bytes(whole)


def test_a_folder_of_another_size_is_left_alone(made: tuple[History, Engine]) -> None:
    """Ten million events are not asked of the folder of three thousand."""
    with pytest.raises(OtherSize, match=f"holds a history of {EVENTS} events"):
        History(made[0].folder, TOWN, EVENTS + 1)


def test_the_hub_refuses_a_history_that_was_touched_up(tmp_path: Path) -> None:
    """One changed byte in a batch, and its rows are not stored."""
    house, controller = House(tmp_path / "house"), controllers()[0]
    house.found()
    folder = tmp_path / "out"
    Pen(controller).write(Life(TOWN, controller, visits_a_day(EVENTS)).days(range(9)), folder)
    batch = next(folder.iterdir())
    batch.write_bytes(batch.read_bytes().replace(b"masuk", b"mesuk", 1))
    with pytest.raises(HubRefused, match="do not hash to the root"):
        house.carry([folder])


def test_life_is_by_the_rules() -> None:
    """Every kind of event there is at a door comes, and nobody enters but by a living right of that door."""
    rights = {one.terms.id: one for one in TOWN.grants}
    life = Life(TOWN, controllers()[1], 40.0)
    told = list(life.days(range(DAYS - 60, DAYS)))
    assert [at for at, _ in told[:50]] == sorted(at for at, _ in told[:50])
    assert {type(body).__name__ for _, body in told} >= {
        "Tapped",
        "Exited",
        "DoorChanged",
        "Alarmed",
        "Unused",
    }
    for at, body in told:
        if isinstance(body, Tapped) and body.granted and body.side is Side.IN:
            right = rights[body.grant or GrantId("")]
            assert right.lives(at)
            assert body.door in right.terms.doors


def test_every_number_of_the_issue_has_its_row(made: tuple[History, Engine]) -> None:
    """Each question, the opening of a review, the export and its memory are measured beside their limits."""
    history, store = made
    with history.office(store) as office:
        rows = list(measuring.measured(office, history))
    names = " / ".join(row.name for row in rows)
    for part in (
        "who could enter",
        "what changed",
        "signs of 7 days",
        "review of 60 rights opens",
        "export of",
    ):
        assert part in names
    assert all(row.value > 0 or row.unit == "MiB" for row in rows)
    assert {row.group for row in rows} == {"review"}
    assert {row.unit for row in rows} == {"ms", "s", "events/s", "MiB"}
