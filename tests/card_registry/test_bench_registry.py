"""The registry's bench, small: every row is there, beside its limit."""

from card_registry.bench_registry import rows


def test_every_row_has_its_limit() -> None:
    """Three controllers with a few cards each give all rows of the group, none below its limit."""
    found = list(rows(controllers=3, cards=20, most=20, whole=60))

    assert {row.group for row in found} == {"registry"}
    assert [row.name.split()[0] for row in found] == [
        "revocation", "revocation", "revocation", "revocation", "grant", "revocation", "registry", "registry",
        "cold",
    ]  # fmt: skip
    assert all(row.limit and row.ratio and row.value > 0 for row in found)
    assert "3 × 20 cards" in found[-1].name
