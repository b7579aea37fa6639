"""The measurements of export and audit run, on a little."""

from card_registry.journal import bench


def test_export_and_audit_are_measured_beside_their_limits() -> None:
    """Three rows come out, each with what the machine itself can do in the same run."""
    rows = list(bench.rows(count=600, rounds=1))
    assert [row.group for row in rows] == ["journal"] * 3
    assert all(row.value > 0 and row.limit is not None and row.ratio for row in rows)
    assert [row.target for row in rows] == ["≥ 50000 events/s", "≥ 50000 events/s", "≥ 120000 events/s"]
