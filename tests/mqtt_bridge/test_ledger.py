"""The ledger on SQLite and PostgreSQL: what one transaction holds, and what a failed one leaves."""

import importlib.util
import io
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import Engine, event, insert, inspect, select, text
from sqlalchemy.exc import DBAPIError, OperationalError

import mqtt_bridge
from card_registry.errors import OperatorMistaken, StoreBroken
from card_registry.journal.batch import Batch, encode_batch
from card_registry.journal.note import open_checkpoint, origin
from card_registry.journal.tree import Frontier, leaf
from card_registry.signing import Purpose, public_hex, unseal
from card_registry.statements import Receipt
from card_registry.stores import ledger as tables
from card_registry.stores.engine import open_store
from card_registry.words import ControllerId
from mqtt_bridge.ledger import HISTORY, Ledger, Outcome, open_ledger
from mqtt_bridge.posting import Letter
from tests import postgres
from tests.mqtt_bridge.site import DESK, DOOR, SITE, Pen, Site, key


@pytest.fixture(scope="module")
def cluster() -> Iterator[str]:
    """Give a running PostgreSQL."""
    programs = postgres.binaries()
    if programs is None:
        pytest.skip("this machine has no PostgreSQL")
    with postgres.cluster(programs) as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def site(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Site]:
    """Found a site, whose ledger is a file or a schema."""
    made = Site(tmp_path)
    if request.param == "sqlite":
        yield made
        return
    with postgres.database(request.getfixturevalue("cluster")) as url:
        made.ledger = url
        yield made


@pytest.fixture
def engine(site: Site) -> Iterator[Engine]:
    """Open its ledger."""
    engine = open_ledger(site.ledger)
    yield engine
    engine.dispose()


@pytest.fixture
def ledger(engine: Engine) -> Ledger:
    """Give the ledger's writer."""
    return Ledger(engine, SITE, key("receipt"))


def take(ledger: Ledger, site: Site, *batches: Batch | bytes, sender: ControllerId = DOOR) -> Outcome:
    """Hand batches in, in one transaction."""
    directory = {name: site.entry(name) for name in site.controllers}
    payloads = [one if isinstance(one, bytes) else encode_batch(one) for one in batches]
    return ledger.ingest([Letter(sender, payload) for payload in payloads], [], directory, 1_000)


def receipt_of(outcome: Outcome) -> Receipt:
    """Read the last receipt given."""
    return unseal(Purpose.RECEIPT, outcome.replies[-1].receipt, Receipt, [public_hex(key("receipt"))])


def test_rows_head_checkpoint_and_receipt_are_stored_together(ledger: Ledger, site: Site) -> None:
    """One transaction holds exact bytes, leaves, frontier, note and the receipt that is published."""
    pen = Pen(site)
    outcome = take(ledger, site, pen.batch(3), pen.batch(5))
    assert outcome.rows == 8
    assert site.rows() == pen.rows
    ((size, frontier, note, receipt),) = site.query("select next, frontier, note, receipt from head")
    assert size == 8
    assert Frontier.load(frontier) == pen.frontier
    assert open_checkpoint(note, origin(SITE, DOOR, 1), public_hex(key(DOOR))).root == pen.frontier.root()
    assert receipt == outcome.replies[0].receipt
    assert receipt_of(outcome) == Receipt(1, SITE, DOOR, 1, 8, pen.frontier.root().hex(), 1_000)
    assert [row[0] for row in site.query("select size from checkpoint order by size")] == [3, 8]
    assert [row[0] for row in site.query("select leaf from event order by seq")] == [
        leaf(r) for r in pen.rows
    ]


def test_doubled_overlapping_and_reordered_batches_store_every_row_once(ledger: Ledger, site: Site) -> None:
    """Whatever a lossy wire does, rows are contiguous and a gap is answered with what is there."""
    pen = Pen(site)
    first, second = pen.batch(3), pen.batch(3)
    gap = take(ledger, site, second)
    assert (gap.rows, receipt_of(gap).next) == (0, 0)
    assert take(ledger, site, first, first).rows == 3
    again = take(ledger, site, first)
    assert (again.rows, receipt_of(again).next, again.refused) == (0, 3, ())
    both = Batch(1, DOOR, 1, 1, tuple(pen.rows[1:]), pen.note())
    assert take(ledger, site, both, second).rows == 3
    assert site.rows() == pen.rows


def test_several_controllers_share_a_transaction(ledger: Ledger, site: Site) -> None:
    """Each gets its own head and receipt."""
    door, desk = Pen(site), Pen(site, DESK)
    directory = {name: site.entry(name) for name in site.controllers}
    letters = [Letter(one.controller, encode_batch(one.batch(2))) for one in (door, desk)]
    outcome = ledger.ingest(letters, [], directory, 1)
    assert [reply.to for reply in outcome.replies] == [DOOR, DESK]
    assert [reply.to for reply in ledger.replies()] == [DESK, DOOR]
    assert (site.rows(), site.rows(DESK)) == (door.rows, desk.rows)


def test_two_signed_histories_are_a_fork(ledger: Ledger, site: Site) -> None:
    """A controller restored from an old image is found out, by rows after the head and by rows below it."""
    honest, forked = Pen(site), Pen(site)
    take(ledger, site, honest.batch(4))
    below = take(ledger, site, forked.batch(4))
    assert "two histories of epoch 1: row 0" in below.refused[0]
    above = take(ledger, site, forked.batch(3))
    assert "do not hash to the root" in above.refused[0]
    assert receipt_of(above).next == 4, "the controller hears what we have, so that it can see the fork"
    assert site.rows() == honest.rows
    assert [row[0] for row in site.query("select controller from refusal")] == [DOOR, DOOR]


def test_fork_within_one_transaction_is_seen(ledger: Ledger, site: Site) -> None:
    """Rows waiting to be written count as stored."""
    honest, forked = Pen(site), Pen(site)
    outcome = take(ledger, site, honest.batch(4), forked.batch(4))
    assert outcome.rows == 4
    assert "two histories" in outcome.refused[0]


def test_tampered_batch_leaves_one_refusal_row_and_the_right_one_is_still_welcome(
    ledger: Ledger, site: Site
) -> None:
    """A changed row is refused with a sentence, once, and changes nothing."""
    pen = Pen(site)
    batch = pen.batch(4)
    tampered = replace(batch, rows=(*batch.rows[:3], b"{}"))
    assert len(take(ledger, site, tampered).refused) == 1
    assert take(ledger, site, tampered).refused == (), "the same sentence is not stored again and again"
    assert take(ledger, site, batch).rows == 4
    ((why,),) = site.query("select why from refusal")
    assert "do not hash to the root it signed" in why


def test_new_epoch_has_its_own_head_and_an_old_one_is_refused(ledger: Ledger, site: Site) -> None:
    """After re-enrolment rows of the epoch before are no longer taken."""
    old, new = Pen(site), Pen(site, epoch=2)
    take(ledger, site, old.batch(2), new.batch(1))
    assert [row[:2] for row in site.query("select epoch, next from head order by epoch")] == [(1, 2), (2, 1)]
    late = Letter(DOOR, encode_batch(old.batch(1)))
    outcome = ledger.ingest([late], [], {DOOR: site.entry(DOOR, epoch=2)}, 1)
    assert "the directory is at 2" in outcome.refused[0]


def test_status_is_kept_once_and_a_claim_of_lost_receipts_is_answered(ledger: Ledger, site: Site) -> None:
    """The newest status is stored; a door that has more receipts than we gave hears ours."""
    pen, directory = Pen(site), {DOOR: site.entry(DOOR)}
    for number, count in ((1, 1), (1, 0), (3, 1), (2, 0)):
        outcome = ledger.ingest([], [Letter(DOOR, pen.status(number))], directory, 5)
        assert outcome.statuses == count
    assert site.query("select controller, number, received from status") == [(DOOR, 3, 5)]
    claim = ledger.ingest([], [Letter(DOOR, pen.status(4, receipted=9))], directory, 6)
    assert receipt_of(claim).next == 0
    assert ledger.ingest([], [Letter(DOOR, b"junk")], directory, 6).refused


def test_memory_survives_a_restart(ledger: Ledger, engine: Engine, site: Site) -> None:
    """A new writer on the same store continues and gives the same receipts again."""
    pen = Pen(site)
    take(ledger, site, pen.batch(5))
    ledger.ingest([], [Letter(DOOR, pen.status(7))], {DOOR: site.entry(DOOR)}, 1)
    open_ledger(site.ledger).dispose()  # the history is at its end: opening again changes nothing
    again = Ledger(engine, SITE, key("receipt"))
    assert again.replies() == ledger.replies()
    assert again.ingest([], [Letter(DOOR, pen.status(7))], {DOOR: site.entry(DOOR)}, 1).statuses == 0
    assert take(again, site, pen.batch(2)).rows == 2
    assert site.rows() == pen.rows


REFUSALS = {
    ("postgresql", "event"): (
        ("ALTER TABLE ledger.event_197001 ADD CONSTRAINT no_room CHECK (seq < 3)",),
        ("ALTER TABLE ledger.event_197001 DROP CONSTRAINT no_room",),
    )
}
"""Where rows are copied, which is no statement of SQLAlchemy's: what makes the database refuse, and not."""


def run(engine: Engine, statement: str) -> None:
    """Change the store by hand."""
    with engine.begin() as connection:
        connection.execute(text(statement))


@pytest.mark.parametrize("table", ["event", "checkpoint", "head"])
def test_failure_at_any_statement_stores_nothing_and_is_survived(
    ledger: Ledger, engine: Engine, site: Site, table: str
) -> None:
    """When the disk fails in the middle, no part of the batch is stored and the next attempt succeeds."""
    pen = Pen(site)
    take(ledger, site, pen.batch(2))
    batch = pen.batch(3)

    def fail(*arguments: object) -> None:
        if table in str(arguments[2]) and not str(arguments[2]).startswith("SELECT"):
            raise OperationalError("disk", {}, OSError("no space left"))

    refuse, permit = REFUSALS.get((engine.dialect.name, table), ((), ()))
    for statement in refuse:
        run(engine, statement)
    event.listen(engine, "before_cursor_execute", fail)
    with pytest.raises(DBAPIError):
        take(ledger, site, batch)
    event.remove(engine, "before_cursor_execute", fail)
    for statement in permit:
        run(engine, statement)
    ledger.reload()
    assert len(site.rows()) == 2
    assert take(ledger, site, batch).rows == 3
    assert site.rows() == pen.rows


def test_damaged_head_is_refused_with_a_sentence(ledger: Ledger, engine: Engine, site: Site) -> None:
    """A hand-edited frontier does not start a hub."""
    take(ledger, site, Pen(site).batch(2))
    damaged = "x'00'" if engine.dialect.name == "sqlite" else "'\\x00'"
    name = "head" if engine.dialect.name == "sqlite" else "ledger.head"
    run(engine, f"update {name} set frontier = {damaged}")  # noqa: S608 - our own words
    with pytest.raises(StoreBroken, match="restore it from backup"):
        ledger.reload()


def test_other_databases_are_refused() -> None:
    """The store lives in SQLite or PostgreSQL."""
    with pytest.raises(OperatorMistaken, match="mysql"):
        open_ledger("mysql://localhost/x")


def test_history_makes_the_tables_readers_share(engine: Engine) -> None:
    """The migrated store has exactly the columns of the shared definitions; partitions have the key."""
    found, sqlite = inspect(engine), engine.dialect.name == "sqlite"
    schema = None if sqlite else "ledger"
    for table in tables.metadata.tables.values():
        columns = {column["name"]: column for column in found.get_columns(table.name, schema)}
        assert list(columns) == [column.name for column in table.columns]
        keyed = table.name if sqlite or table is not tables.event else "event_0"
        assert found.get_pk_constraint(keyed, schema)["constrained_columns"] == [
            c.name for c in table.primary_key
        ]
        for column in table.columns:
            assert columns[column.name]["nullable"] == column.nullable
    made = set(found.get_table_names(schema))
    assert made == {t.name for t in tables.metadata.tables.values()} | {"ledger_version"} | (
        set() if sqlite else {"event_0"}
    )


NOVEMBER, DECEMBER = 1_793_500_000_000, 1_796_100_000_000
"""A moment in each month of 2026, in milliseconds."""


def test_rows_stand_in_the_month_of_their_arrival(ledger: Ledger, engine: Engine, site: Site) -> None:
    """A month's rows are one partition, readers see one table, and every month's end is just a batch."""
    pen, directory = Pen(site), {DOOR: site.entry(DOOR)}
    for at, rows in ((NOVEMBER, 3), (NOVEMBER + 1, 2), (DECEMBER, 4), (NOVEMBER + 2, 1)):
        ledger.ingest([Letter(DOOR, encode_batch(pen.batch(rows)))], [], directory, at)

    assert site.rows() == pen.rows
    assert site.query("select month, count(*) from event group by month order by month") == [
        (202611, 6),
        (202612, 4),
    ]
    if engine.dialect.name == "postgresql":
        assert site.query("select count(*) from event_202611") == [(6,)]
        plan = "\n".join(row[0] for row in site.query("explain select * from event where month = 202612"))
        assert "event_202612" in plan
        assert "event_202611" not in plan


def test_readers_go_on_while_a_month_is_made(ledger: Ledger, engine: Engine, site: Site) -> None:
    """A reader in the middle of an export neither waits for the new month nor lets the hub wait."""
    pen, directory = Pen(site), {DOOR: site.entry(DOOR)}
    ledger.ingest([Letter(DOOR, encode_batch(pen.batch(2)))], [], directory, NOVEMBER)
    with engine.connect() as reader:
        if engine.dialect.name == "postgresql":
            run(engine, f"ALTER DATABASE {engine.url.database} SET lock_timeout = '5s'")
        before = reader.scalars(select(tables.event.c.seq)).all()
        ledger.ingest([Letter(DOOR, encode_batch(pen.batch(2)))], [], directory, DECEMBER)
        after = reader.scalars(select(tables.event.c.seq).order_by(tables.event.c.seq)).all()

    assert (len(before), len(pen.rows)) == (2, 4)
    assert after in ([0, 1], [0, 1, 2, 3])


@pytest.mark.parametrize("now", [-1, 0, 10**18])
def test_a_mad_clock_stores_rows_all_the_same(ledger: Ledger, site: Site, now: int) -> None:
    """A server whose clock says 1970, or no year at all, still keeps every row."""
    pen = Pen(site)
    ledger.ingest([Letter(DOOR, encode_batch(pen.batch(2)))], [], {DOOR: site.entry(DOOR)}, now)
    assert site.rows() == pen.rows


def older(engine: Engine, pen: Pen) -> None:
    """Make a ledger as the program before months made it, with some rows and a reader."""
    config = Config()
    config.set_main_option("script_location", HISTORY)
    config.attributes |= {"engine": engine, "schema": "ledger"}
    command.upgrade(config, "0001")
    with engine.begin() as connection:
        for seq, row in enumerate(pen.rows):
            values = {"controller": DOOR, "epoch": 1, "seq": seq, "body": row, "leaf": leaf(row)}
            connection.execute(insert(tables.event).values(values))
        head = {"controller": DOOR, "epoch": 1, "next": len(pen.rows), "frontier": pen.frontier.dump()}
        connection.execute(insert(tables.head).values(**head, note=pen.note(), receipt=b""))
        if engine.dialect.name == "postgresql":
            connection.execute(text("CREATE ROLE reader_of_" + str(engine.url.database)))
            connection.execute(text(f"GRANT SELECT ON ledger.event TO reader_of_{engine.url.database}"))


def test_a_ledger_of_the_program_before_is_continued(site: Site) -> None:
    """Its rows stay where they are, as month 0; its readers may still read; new rows follow."""
    pen, store = Pen(site), open_store(site.ledger, "ledger")
    first = pen.batch(3)
    older(store, pen)
    store.dispose()
    engine = open_ledger(site.ledger)
    outcome = take(Ledger(engine, SITE, key("receipt")), site, first, pen.batch(2))

    assert outcome.rows == 2
    assert site.rows() == pen.rows
    assert site.query("select month, count(*) from event group by month order by month")[0] == (0, 3)
    if engine.dialect.name == "postgresql":
        asked = f"select has_table_privilege('reader_of_{engine.url.database}', 'ledger.event', 'SELECT')"
        assert site.query(asked) == [(True,)]
    engine.dispose()


def test_history_is_valid_on_postgresql() -> None:
    """The first step renders for PostgreSQL, in the schema ``ledger``."""
    file = Path(mqtt_bridge.__file__).parent / "ledger_history" / "versions" / "0001_first.py"
    spec = importlib.util.spec_from_file_location("ledger_first", file)
    assert spec is not None
    assert spec.loader is not None
    step = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(step)
    out = io.StringIO()
    context = MigrationContext.configure(
        dialect_name="postgresql", opts={"as_sql": True, "output_buffer": out}
    )
    with Operations.context(context):
        step.upgrade()
    assert "CREATE TABLE ledger.event" in out.getvalue()
    assert "body BYTEA NOT NULL" in out.getvalue()
    with pytest.raises(OperatorMistaken):
        step.downgrade()
