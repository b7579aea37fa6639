"""Purging by rule on PostgreSQL: the same decisions, the same hashes."""

from pathlib import Path

from sqlalchemy import func, select

from card_registry.stores.ledger import event
from review.retention import Kind
from review.store import case_chain, retention
from review.store.transaction import reading
from review.workflow import retaining
from tests.review.test_retaining import age, done, hub
from tests.review.test_workflow import finished
from tests.review.walking_postgres import postgres_world


def test_a_purge_on_this_database_leaves_every_hash(tmp_path: Path, offices: str) -> None:
    """Events, a case, a name and messages go; leaves, links and the chain of decisions agree."""
    with postgres_world(tmp_path, offices) as world:
        finished(world)
        age(world)
        assert done(world, Kind.ENTRIES)["peristiwa pintu"] == 3
        assert hub(world) == 3
        assert done(world, Kind.CASES)["permohonan"] == 1
        assert done(world, Kind.HOLDERS) == {"pemegang": 1}
        retaining.look(world.office)
        assert retaining.verify(world.office) == ()
        with reading(world.office.store) as connection:
            assert case_chain.tampered(connection) == ()
            assert retention.broken(connection) is None
        with reading(world.office.ledger) as connection:
            query = select(func.count()).where(func.length(event.c.body) > 0)
            assert connection.scalar(query) == 1
