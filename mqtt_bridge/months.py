"""The ledger's rows, written as fast as each database can, by the month of their arrival.

On PostgreSQL ``event`` is a partitioned table: one partition for each month (UTC, the server's clock), with
its own primary key. An index then never grows beyond a month's rows, and an office archives an old month by
detaching its table. SQLite has one table; both have the column ``month``, so that a reader may ask the same
of either. That a row stands in one month only is the head's doing: it moves in the same transaction.

2026-11-21: rows are copied into the partition itself and not through the parent, because finding the
partition anew for each row costs a quarter of the rate. A partition is made beside the parent and then
attached, because that lets readers go on.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

from sqlalchemy import Connection, text

from card_registry.stores.ledger import event
from card_registry.stores.loading import load, target_of
from card_registry.words import ControllerId

SCHEMA = "ledger"
SINCE = 197001
"""The month of a clock that cannot be any."""

EventRow = tuple[ControllerId, int, int, bytes, bytes]
"""The columns of ``event`` in order: controller, epoch, seq, body, leaf."""

_EVENT = target_of(event)
_MAKE = """
CREATE TABLE {schema}.{name} (LIKE {schema}.event INCLUDING DEFAULTS, PRIMARY KEY (controller, epoch, seq));
ALTER TABLE {schema}.event ATTACH PARTITION {schema}.{name} FOR VALUES FROM ({month}) TO ({after});
"""


def month_of(now: int) -> int:
    """Give the month of a time in milliseconds, as year × 100 + month."""
    try:
        moment = datetime.fromtimestamp(now / 1000, UTC)
    except (OverflowError, OSError, ValueError):
        return SINCE
    return moment.year * 100 + moment.month


def insert_events(connection: Connection, rows: Sequence[EventRow], now: int) -> None:
    """Write event rows that arrived ``now`` (milliseconds), within the transaction of ``connection``.

    Raises:
        SQLAlchemyError: The database refused; the transaction is lost.
    """
    month = month_of(now)
    table = _partition(connection, month) if connection.dialect.name == "postgresql" else "event"
    load(connection, replace(_EVENT, table=table), [(*row, month) for row in rows])


def _partition(connection: Connection, month: int) -> str:
    """Give the name of a month's partition, made if there is none; of the table where none has partitions."""
    name = f"event_{month}"
    partitioned, made = connection.execute(
        text(
            "SELECT (SELECT relkind = 'p' FROM pg_class WHERE oid = to_regclass(:event)), to_regclass(:month)"
        ),
        {"event": f"{SCHEMA}.event", "month": f"{SCHEMA}.{name}"},
    ).one()
    if not partitioned:
        return "event"
    if made is None:
        connection.exec_driver_sql(_MAKE.format(schema=SCHEMA, name=name, month=month, after=month + 1))
    return name
