"""The ledger on PostgreSQL: the same rows, heads and receipts, and the same refusals."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, select

from card_registry.journal.batch import encode_batch
from card_registry.stores import ledger as tables
from mqtt_bridge.ledger import Ledger, open_ledger
from mqtt_bridge.posting import Letter
from tests import postgres
from tests.mqtt_bridge.site import DOOR, SITE, Pen, Site, key

PROGRAMS = postgres.binaries()
pytestmark = pytest.mark.skipif(PROGRAMS is None, reason="this machine has no PostgreSQL")


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    """Give a ledger that is a schema of a database."""
    assert PROGRAMS is not None
    with postgres.cluster(PROGRAMS) as url:
        made = open_ledger(url)
        yield made
        made.dispose()
        open_ledger(url).dispose()  # the history is at its end: opening again changes nothing


def test_rows_are_stored_once_and_forks_refused(engine: Engine, tmp_path: Path) -> None:
    """Overlapping batches in one transaction, then a fork: what is stored is the controller's tree."""
    site, ledger = Site(tmp_path), Ledger(engine, SITE, key("receipt"))
    directory = {name: site.entry(name) for name in site.controllers}
    pen, other = Pen(site), Pen(site)
    first, second = pen.batch(3), pen.batch(5)
    letters = [Letter(DOOR, encode_batch(batch)) for batch in (first, first, second)]
    outcome = ledger.ingest(letters, [], directory, 1_000)
    other.batch(8)
    forged = ledger.ingest([Letter(DOOR, encode_batch(other.batch(2)))], [], directory, 2_000)

    with engine.connect() as connection:
        rows = connection.scalars(select(tables.event.c.body).order_by(tables.event.c.seq)).all()
        head = connection.execute(select(tables.head.c.next, tables.head.c.frontier)).one()
        refusals = connection.scalars(select(tables.refusal.c.why)).all()
    assert (outcome.rows, forged.rows) == (8, 0)
    assert [bytes(row) for row in rows] == pen.rows
    assert (head.next, bytes(head.frontier)) == (8, pen.frontier.dump())
    assert len(refusals) == 1
    assert "do not hash to the root" in refusals[0]
