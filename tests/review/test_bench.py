"""The office's measurement runs, on a little."""

from review.bench import projection as bench
from tests import postgres


def test_the_projection_is_measured_beside_its_limit() -> None:
    """Each database that is here gives a row, with what it takes bare in the same run."""
    rows = list(bench.rows(count=300, rounds=1))
    assert len(rows) == (2 if postgres.binaries() else 1)
    for row in rows:
        assert row.limit is not None
        assert row.value > 0
        assert (row.group, row.met) == ("journal", row.value >= 10_000)
