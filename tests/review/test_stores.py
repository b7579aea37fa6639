"""The office store: its one history, its limits, and the follower's cursor."""

import io
import re
import runpy
import threading
from pathlib import Path

import pytest
from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import Engine, func, insert, inspect, select, update

import review
from card_registry.circumstances import Circumstances
from card_registry.errors import StoreBroken
from card_registry.journal.event import DoorChanged, Tapped, Versions
from card_registry.stores.engine import migrate, open_store
from card_registry.words import CredentialKind, DoorId, GrantId, ReaderId, Reason, Side, Tier
from review.follow import BATCH, Follower, project_ledger
from review.people import Capacity, Role
from review.setting_up import HISTORY, open_office
from review.store import case_chain, numbers, occurrences, people, throttles
from review.store.transaction import reading, writing
from review.tables import audit, case_row, metadata, throttle
from review.workflow.opening import open_access_case
from tests.review.world import F01, NOON, World


def shape(store: Engine) -> dict[str, object]:
    """Give what a store consists of: columns, keys, references, uniqueness, indexes."""
    found = inspect(store)
    return {
        name: (
            [(one["name"], str(one["type"]), one["nullable"]) for one in found.get_columns(name)],
            found.get_pk_constraint(name)["constrained_columns"],
            sorted(str(one) for one in found.get_foreign_keys(name)),
            sorted(str(one["column_names"]) for one in found.get_unique_constraints(name)),
            sorted((str(one["name"]), str(one["column_names"])) for one in found.get_indexes(name)),
        )
        for name in found.get_table_names()
        if name != "office_version"
    }


def test_the_history_makes_exactly_the_tables(tmp_path: Path) -> None:
    """The steps written by hand and the tables the program uses are the same."""
    store = open_office(f"sqlite:///{tmp_path}/office.db")
    fresh = open_store(f"sqlite:///{tmp_path}/fresh.db", "office")
    metadata.create_all(fresh)
    assert shape(store) == shape(fresh)
    fresh.dispose()
    migrate(store, HISTORY, "office")
    store.dispose()


def test_the_history_is_valid_on_postgresql() -> None:
    """Every step renders for PostgreSQL, in the schema ``office``."""
    out = io.StringIO()
    context = MigrationContext.configure(
        dialect_name="postgresql", opts={"as_sql": True, "output_buffer": out}
    )
    steps = sorted((Path(review.__file__).parent / "history" / "versions").glob("*.py"))
    with Operations.context(context):
        for step in steps:
            runpy.run_path(str(step))["upgrade"]()
    for table in metadata.sorted_tables:
        assert re.search(rf'CREATE TABLE office\."?{table.name}"? ', out.getvalue()), table.name
    assert "REFERENCES office.person (id)" in out.getvalue()


def test_a_store_of_a_newer_program_is_refused(tmp_path: Path) -> None:
    """An unknown step is a sentence, not a guess."""
    store = open_office(f"sqlite:///{tmp_path}/office.db")
    with store.begin() as connection:
        connection.exec_driver_sql("UPDATE office_version SET version_num = '9999'")
    with pytest.raises(StoreBroken, match="cannot be brought up to date"):
        migrate(store, HISTORY, "office")
    store.dispose()


def test_an_act_that_fails_leaves_nothing(world: World) -> None:
    """An exception inside a transaction undoes all of it, numbers included."""
    row = {"person": "x", "act": "x", "subject": "x", "detail": "", "at": 1}

    def fail() -> None:
        with writing(world.office.store) as connection:
            numbers.take(connection, "ARS-2026")
            connection.execute(insert(audit).values(row))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    with writing(world.office.store) as connection:
        assert numbers.take(connection, "ARS-2026") == 1
        taken = select(func.count()).select_from(audit).where(audit.c.act == "x")
        assert connection.scalar(taken) == 0


def test_writers_queue_and_numbers_stay_gapless(world: World) -> None:
    """Two threads take numbers at once; every number is taken once."""
    taken: list[int] = []

    def take() -> None:
        for _ in range(10):
            with writing(world.office.store) as connection:
                taken.append(numbers.take(connection, "uji"))

    threads = [threading.Thread(target=take) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(taken) == list(range(1, 21))


def test_the_memory_of_failures_is_bounded(world: World) -> None:
    """However many logins are tried, the oldest failures are forgotten."""
    rows = [{"key": f"{n:064x}", "failures": 1, "until": 0, "last": NOON + n} for n in range(throttles.ROWS)]
    with writing(world.office.store) as connection:
        connection.execute(insert(throttle), rows)
        throttles.fail(connection, throttles.key_of("masuk", "baru"), NOON + 10_000)
        kept = connection.scalar(select(func.count()).select_from(throttle))
    assert kept is not None
    assert kept <= throttles.ROWS


def tap(grant: str | None = None) -> Tapped:
    """Give a tap that opened the door."""
    return Tapped(
        DoorId("ruang-server"),
        ReaderId("masuk"),
        Side.IN,
        CredentialKind.PKOC,
        Tier.PUBLIC_KEY,
        "p",
        granted=True,
        reason=Reason.GRANTED,
        circumstances=Circumstances(),
        versions=Versions(),
        grant=None if grant is None else GrantId(grant),
    )


def test_the_ledger_is_projected_once_and_in_order(world: World) -> None:
    """A second look adds nothing, a later row comes after, and batches do not lose one."""
    states = [
        DoorChanged(DoorId("ruang-server"), "open" if n % 2 else "closed", "x") for n in range(BATCH + 3)
    ]
    world.outside.happen(*states)
    assert project_ledger(world.office) == BATCH + 3
    assert project_ledger(world.office) == 0
    world.outside.happen(tap("e" * 32))
    world.outside.append(("pengendali-1", 1), b"not an event")
    assert project_ledger(world.office) == 2
    with reading(world.office.store) as connection:
        newest = occurrences.newest(connection, limit=3)
        after = occurrences.following(connection, newest[-1].id)
    assert [one.occurrence.kind for one in newest] == ["tidak-terbaca", "tapped", "door-changed"]
    assert [one.occurrence.place.seq for one in after] == [BATCH + 3, BATCH + 4]


def test_the_follower_wakes_by_hint_or_by_itself(world: World) -> None:
    """The thread projects what arrives and survives a ledger that cannot be read."""
    follower = Follower(world.office)
    moved = threading.Event()
    follower.start()
    try:
        world.outside.happen(tap())
        for _ in range(100):
            if follower.changes:
                break
            moved.wait(0.05)
        assert follower.changes
        with world.outside.registry.begin() as connection:
            connection.exec_driver_sql("ALTER TABLE slot RENAME TO hidden")
        moved.wait(0.6)
        with world.outside.registry.begin() as connection:
            connection.exec_driver_sql("ALTER TABLE hidden RENAME TO slot")
        before = follower.changes
        world.outside.happen(tap())
        for _ in range(100):
            if follower.changes > before:
                break
            moved.wait(0.05)
        assert follower.changes > before
    finally:
        follower.stop()


def test_a_store_that_is_not_ours_is_refused() -> None:
    """Only SQLite and PostgreSQL hold a store."""
    with pytest.raises(Exception, match="cannot live in"):
        open_store("mysql://x/y", "office")


def test_a_row_changed_behind_the_programs_back_is_found(world: World) -> None:
    """Each history is chained; an edit of one cell names the case and the place."""
    case = open_access_case(world.office, world.person("pemohon"), F01)
    assert isinstance(case, str)
    with writing(world.office.store) as connection:
        assert case_chain.tampered(connection) == ()
        connection.execute(update(case_row).where(case_row.c.case == case).values(note="lain"))
    with reading(world.office.store) as connection:
        assert case_chain.tampered(connection) == ((case, 0),)


def test_a_delegation_is_held_for_its_time(world: World) -> None:
    """A Plh. has the role from the first moment to the last, in that capacity, beside their own."""
    with writing(world.office.store) as connection:
        operator = world.person("operator")
        people.delegate(connection, operator.id, Role.KABID, Capacity.DAILY, (NOON + 5, NOON + 1000))
        before, held, after = (
            people.find(connection, operator.id, at) for at in (NOON + 4, NOON + 5, NOON + 1000)
        )
    assert before == after == operator
    assert held is not None
    assert held.roles == operator.roles | {Role.KABID}
    assert held.title() == "Plh. Kepala Bidang, Operator Ruang Server"
