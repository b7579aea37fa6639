"""Occurrences on SQLite and PostgreSQL: the ledger followed to the same rows, and questions answered."""

import random
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, Table, delete, func, insert, select, text
from sqlalchemy.exc import SQLAlchemyError

from card_registry.circumstances import Circumstances
from card_registry.journal.event import Body, CredentialBound, Pruned, Refused, Tapped, Versions
from card_registry.stores import ledger as ledger_tables
from card_registry.words import (
    CardId,
    CaseId,
    CredentialKind,
    DoorId,
    GrantId,
    HolderId,
    PersonId,
    ReaderId,
    Reason,
    Side,
    Tier,
)
from review.follow import BATCH, project_ledger
from review.pictures.album import BEHIND, Album
from review.pictures.period import period
from review.projection import Occurrence
from review.store import occurrences, stays, sums
from review.store.occurrences import FEW, Question
from review.store.transaction import reading, writing
from review.tables import holder, occurrence
from review.tables_sums import daily_denials, hourly_traffic, inside, monthly_stays, monthly_use, summed
from review.workdays import Calendar
from review.workflow import reporting
from review.workflow.summing import sum_up
from tests.review.conftest import copied, opened_world
from tests.review.walking_postgres import postgres_world
from tests.review.world import NOON, World

CASE = CaseId("e" * 32)


@pytest.fixture(params=["sqlite", "postgresql"])
def world(tmp_path: Path, template: Path, request: pytest.FixtureRequest) -> Iterator[World]:
    """Give an office without cases, on one of the databases."""
    if request.param == "postgresql":
        with postgres_world(tmp_path, request.getfixturevalue("offices")) as world:
            yield world
        return
    copied(template, tmp_path)
    with opened_world(tmp_path, random.Random(7).randbytes) as world:
        yield world


def tap(number: int, reason: Reason = Reason.GRANTED) -> Tapped:
    """Give a tap: one of eight doors, a hundred cards, fifty holders."""
    return Tapped(
        DoorId(f"pintu-{number % 8}"),
        ReaderId("masuk"),
        Side.IN,
        CredentialKind.PKOC,
        Tier.PUBLIC_KEY,
        f"{number:064x}",
        reason is Reason.GRANTED,
        reason,
        Circumstances(),
        Versions(),
        CardId(f"{number % 100:032x}"),
        HolderId(f"{number % 50:032x}"),
        GrantId(f"{number % 100:032x}"),
    )


BOUND = CredentialBound(
    CASE,
    CardId("c" * 32),
    HolderId("d" * 32),
    CredentialKind.PKOC,
    Tier.PUBLIC_KEY,
    "f" * 64,
    PersonId("a" * 32),
)
MIXED: tuple[Body, ...] = (
    tap(1),
    tap(2, Reason.UNKNOWN_CREDENTIAL),
    BOUND,
    Refused("slots", "sebuah kalimat"),
    Pruned(1, 4096),
    replace(tap(1, Reason.OUTSIDE_SCHEDULE), count=7),
)


def told(engine: Engine) -> list[tuple[object, ...]]:
    """Give every occurrence but its number, as stored."""
    columns = [column for column in occurrence.columns if column is not occurrence.c.id]
    with engine.connect() as connection:
        return [tuple(row) for row in connection.execute(select(*columns).order_by(occurrence.c.id))]


def test_the_ledger_becomes_the_same_rows_on_both(world: World) -> None:
    """Each kind's facts stand in their columns, with days, truths and emptiness as each database has them."""
    world.outside.happen(*MIXED)
    assert project_ledger(world.office) == len(MIXED)
    rows = told(world.office.store)

    assert [row[2] for row in rows] == list(range(len(MIXED)))
    assert [str(row[5]) for row in rows] == ["2026-11-20"] * len(MIXED)
    assert rows[0][8:] == (
        "pintu-1",
        True,
        "granted",
        3,
        f"{1:032x}",
        f"{1:032x}",
        f"{1:032x}",
        None,
        1,
        "",
        "in",
    )
    assert rows[1][9:11] == (False, "unknown-credential")
    assert (rows[2][12], rows[2][15]) == ("c" * 32, CASE)
    assert rows[3][8:] == (None,) * 8 + (1, "slots: sebuah kalimat", None)
    assert rows[4][17] == "periode 1, sebelum catatan ke-4096"
    assert [row[16] for row in rows] == [1] * 5 + [7], (
        "denials that the door counted into one row stay counted"
    )


def test_what_was_followed_is_not_followed_again(world: World) -> None:
    """The cursor moves with the rows, over batches and over journals, and a row never comes twice."""
    for controller in ("pengendali-1", "pengendali-2"):
        world.outside.happen(*(tap(number) for number in range(3)), controller=controller)
    assert (project_ledger(world.office), project_ledger(world.office)) == (6, 0)
    world.outside.happen(tap(9), controller="pengendali-2")
    assert project_ledger(world.office) == 1
    with pytest.raises(SQLAlchemyError), writing(world.office.store) as connection:
        occurrences.keep(connection, ("pengendali-1", 1), 0, _listed(world)[:1], {})
    assert len(told(world.office.store)) == 7


def _listed(world: World) -> list[Occurrence]:
    with world.office.store.connect() as connection:
        return [one.occurrence for one in occurrences.newest(connection)]


def test_a_backlog_is_followed_in_bounded_transactions(world: World) -> None:
    """More rows than one transaction takes come in order, each once."""
    bodies = [tap(number) for number in range(BATCH + 5)]
    fill(world, bodies)
    assert project_ledger(world.office) == BATCH + 5
    assert [row[2] for row in told(world.office.store)] == list(range(BATCH + 5))


def fill(world: World, bodies: list[Tapped]) -> None:
    """Append many events to the ledger in one transaction."""
    rows = world.outside.encoded(bodies)
    with world.office.ledger.begin() as connection:
        connection.execute(insert(ledger_tables.event), rows)
        head = {"controller": "pengendali-1", "epoch": 1, "next": len(rows)}
        connection.execute(insert(ledger_tables.head).values(**head, frontier=b"", note=b"", receipt=b""))


QUESTIONS = {
    "door": (Question(door="pintu-3"), "occurrence_by_door"),
    "holder": (Question(holder=f"{7:032x}"), "occurrence_by_holder"),
    "case": (Question(case=CASE), "occurrence_by_case"),
    "card": (Question(card=f"{7:032x}"), "occurrence_by_card"),
    "reason": (Question(reason="unknown-credential"), "occurrence_by_reason"),
    "time": (Question(since=NOON + 500_000, until=NOON + 600_000), "occurrence_by_time"),
}
REASONS = (Reason.UNKNOWN_CREDENTIAL, *[Reason.GRANTED] * 19)


@pytest.fixture
def full(world: World) -> World:
    """Give an office with a few thousand occurrences, one of a case."""
    fill(world, [tap(number, REASONS[number % 20]) for number in range(BATCH)])
    project_ledger(world.office)
    world.outside.rows["pengendali-1", 1] = BATCH
    world.outside.happen(BOUND)
    project_ledger(world.office)
    with world.office.store.begin() as connection:
        connection.execute(text("ANALYZE"))
    return world


def test_questions_are_answered_latest_first_and_by_their_index(full: World) -> None:
    """Door, person, case, card, reason and time each find exactly their rows, by the index meant for it."""
    rows = told(full.office.store)
    for name, (question, index) in QUESTIONS.items():
        with full.office.store.connect() as connection:
            found = occurrences.asked(connection, question, limit=BATCH)
            plan = _plan(connection.engine, question)
        wanted = [row[2] for row in reversed(rows) if _fits(row, question)]
        assert [one.occurrence.place.seq for one in found] == wanted, name
        assert wanted, name
        assert index in plan, (name, plan)


def test_a_question_of_several_parts_is_all_of_them(full: World) -> None:
    """Parts narrow, the limit cuts the earliest, and nothing found is nothing."""
    both = Question(door="pintu-3", reason="granted", since=NOON)
    with full.office.store.connect() as connection:
        found = occurrences.asked(connection, both, limit=5)
        assert occurrences.asked(connection, Question(door="gudang")) == ()
    seqs = [one.occurrence.place.seq for one in found]
    assert len(seqs) == 5
    assert seqs == sorted(seqs, reverse=True)
    assert {one.occurrence.facts.door for one in found} == {"pintu-3"}


def _fits(row: tuple[object, ...], question: Question) -> bool:
    named = {8: question.door, 10: question.reason, 12: question.card, 13: question.holder, 15: question.case}
    at = row[4]
    assert isinstance(at, int)
    return all(value is None or row[place] == value for place, value in named.items()) and (
        (question.since or 0) <= at < (question.until or NOON * 2)
    )


def _plan(engine: Engine, question: Question) -> str:
    """Ask the database how it would answer."""
    query = occurrences.wanted(question, 1_000_000)
    said = str(query.compile(engine, compile_kwargs={"literal_binds": True}))
    sqlite = engine.dialect.name == "sqlite"
    how = "EXPLAIN QUERY PLAN " + said.replace("office.", "") if sqlite else "EXPLAIN " + said
    with engine.connect() as connection:
        return "\n".join(str(row[-1]) for row in connection.exec_driver_sql(how))


def summed_tables(engine: Engine) -> list[list[tuple[object, ...]]]:
    """Give every row of every sum, in order."""
    with engine.connect() as connection:
        return [
            sorted(tuple(row) for row in connection.execute(select(table)))
            for table in (monthly_use, hourly_traffic, daily_denials)
        ]


def test_sums_are_the_same_whatever_the_batches(world: World) -> None:
    """Added up by sevens, or all at once with later rows upon them, the sums are those of the rows."""
    store, calendar = world.office.store, Calendar("Asia/Jakarta")
    taps = [tap(number, Reason.OUTSIDE_SCHEDULE if number % 3 else Reason.GRANTED) for number in range(90)]
    world.outside.happen(*taps)
    project_ledger(world.office)
    with writing(store) as connection:
        while sums.bring_up(connection, calendar, batch=7):
            pass
    by_seven = summed_tables(store)
    with writing(store) as connection:
        for table in (monthly_use, hourly_traffic, daily_denials, summed):
            connection.execute(delete(table))
    assert sum_up(world.office) == len(taps)
    assert sum_up(world.office) == 0
    assert summed_tables(store) == by_seven

    world.outside.happen(*taps[:9])
    project_ledger(world.office)
    assert sum_up(world.office) == 9
    with writing(store) as connection:
        used = sums.used(connection, "2026-11", "2026-12")
        assert sums.used(connection, "2026-12", "2027-01") == {}
        assert sum(one.entries for one in used.values()) == 33
        assert sum(sums.denied(connection, "2026-11", "2026-12").values()) == 66
        assert set(sums.last_entries(connection)) == {grant for grant, one in used.items() if one.entries}


def test_times_inside_are_the_same_whatever_the_batches(world: World) -> None:
    """An exit counts with the entry before it, however far apart they are read; it is never an entry."""
    store = world.office.store
    ways = [replace(tap(number % 3), side=Side.IN) for number in range(12)]
    ways += [
        replace(tap(number % 3, Reason.GRANTED_EXIT), side=Side.OUT, granted=True) for number in range(5)
    ]
    world.outside.happen(*ways, tap(9, Reason.OUTSIDE_SCHEDULE), BOUND)
    project_ledger(world.office)
    with writing(store) as connection:
        while stays.is_behind(connection):
            stays.bring_up(connection, batch=4)
        stays.bring_up(connection)
    by_four = [_rows(store, table) for table in (monthly_stays, inside)]
    with writing(store) as connection:
        for table in (monthly_stays, inside, summed):
            connection.execute(delete(table))
    assert sum_up(world.office) == len(ways) + 2
    assert [_rows(store, table) for table in (monthly_stays, inside)] == by_four
    assert [sum(row[-1] for row in rows) for rows in by_four] == [3, 0]
    assert [_total(store, column) for column in ("entries", "exits", "denials")] == [12, 5, 1]
    with reading(store) as connection:
        asked = period("2026-11")
        assert asked is not None
        for album in Album:
            assert reporting.show(connection, world.office, album, asked).pictures
        assert not reporting.show(connection, world.office, Album.DOORS, asked).behind
    world.outside.happen(tap(1))
    project_ledger(world.office)
    with reading(store) as connection:
        assert BEHIND in reporting.show(connection, world.office, Album.DOORS, asked).lead


def _rows(store: Engine, table: Table) -> list[tuple[Any, ...]]:
    with store.connect() as connection:
        return sorted(tuple(row) for row in connection.execute(select(table)))


def _total(store: Engine, column: str) -> int:
    with store.connect() as connection:
        return int(connection.scalar(select(func.sum(hourly_traffic.c[column]))) or 0)


def test_a_kill_between_batches_doubles_nothing(world: World) -> None:
    """Sums and cursor move together, or not at all."""
    store = world.office.store
    world.outside.happen(*(tap(number) for number in range(20)))
    project_ledger(world.office)
    with writing(store) as connection:
        sums.bring_up(connection, Calendar("Asia/Jakarta"), batch=12)
        connection.rollback()
    assert summed_tables(store) == [[], [], []]
    assert sum_up(world.office) == 20
    assert sum(row[3] for row in summed_tables(store)[1] if isinstance(row[3], int)) == 20


@pytest.mark.parametrize("name", ["sitI 1", "siti"])
def test_a_name_is_found_by_its_holders_or_by_time(full: World, name: str) -> None:
    """However many people a name may mean, the same rows answer it, the latest first."""
    called = {f"{number:032x}": f"Siti {number}" for number in range(FEW + 20)}
    with writing(full.office.store) as connection:
        people = [{"id": id_, "name": said, "unit": "Dinas", "made": NOON} for id_, said in called.items()]
        connection.execute(insert(holder), people)
    meant = {id_ for id_, said in called.items() if name.lower() in said.lower()}
    with full.office.store.connect() as connection:
        found = occurrences.asked(connection, Question(named=name), limit=70)
        every = occurrences.asked(connection, Question(), limit=BATCH)
        assert occurrences.asked(connection, Question(named="nobody")) == ()
        both = occurrences.asked(connection, Question(named=name, holder=f"{1:032x}"), limit=3)
    mine = [one.id for one in every if one.occurrence.facts.holder in meant]
    assert [one.id for one in found] == mine[:70]
    assert len(found) > len(meant)
    assert {one.holder_name for one in both} == {"Siti 1"}
