"""The bench runner: which rows it finds, how it prints them, and what it says when one cannot be taken."""

import json
from collections.abc import Iterator
from dataclasses import replace
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest
from click.testing import CliRunner

from card_registry.command import bench
from card_registry.command.bench_row import Row

MET = Row("decide", "door", 5.25, "µs", "p99 ≤ 20 µs", 20.0, 0.2625, met=True)
MISSED = Row("ingest", "journal", 12345.6, "events/s", "≥ 60 k events/s", None, None, met=False)


def good() -> Iterator[Row]:
    """Yield one row."""
    yield MET


def broken() -> Iterator[Row]:
    """Yield one row, then fail."""
    yield MISSED
    message = "no such disk"
    raise OSError(message)


def entry(name: str, function: str) -> EntryPoint:
    """Give an entry point to a function of this file."""
    return EntryPoint(name, f"{__name__}:{function}", bench.MEASURES)


def test_a_json_line_has_the_promised_fields() -> None:
    """One object a line: name, group, value, unit, target, limit, ratio, met."""
    line = bench.as_object(MISSED)
    assert "\n" not in line
    assert list(json.loads(line)) == ["name", "group", "value", "unit", "target", "limit", "ratio", "met"]
    assert json.loads(line)["limit"] is None


def test_a_table_row_says_whether_it_was_met() -> None:
    """People read rounded numbers with their unit, and NO where the target was missed."""
    assert bench.cells(MET) == ("door", "decide", "5.25 µs", "p99 ≤ 20 µs", "20 µs", "0.26", "yes")
    assert bench.cells(MISSED)[2] == "12,346 events/s"
    assert bench.cells(MISSED)[4:] == ("", "", "NO")


def test_measures_are_found_by_group_in_the_order_of_the_groups() -> None:
    """Only the wanted groups are measured, whatever package declares them."""
    found = [one.name for one in bench.measures(("registry", "door"))]
    assert found
    groups = [name.partition(".")[0] for name in found]
    assert set(groups) <= {"door", "registry"}
    assert groups == sorted(groups, key=bench.GROUPS.index)


def test_a_failing_measurement_is_named_and_keeps_its_earlier_rows() -> None:
    """What was measured before the failure stands; the failure is named by entry and cause."""
    rows = bench.rows(entry("journal.broken", "broken"))
    assert next(rows) == MISSED
    with pytest.raises(bench.NotMeasured, match=r"journal\.broken \(OSError: no such disk\)"):
        next(rows)
    with pytest.raises(bench.NotMeasured, match=r"door\.missing \(AttributeError"):
        next(bench.rows(entry("door.missing", "missing")))


def test_a_group_without_measurements_is_named() -> None:
    """A group that nothing measures yet is said, never shown as if it had passed."""
    assert bench.unmeasured(("door", "nowhere")) == ["nowhere"]


def test_an_unknown_group_is_wrong_use() -> None:
    """A group that does not exist ends with exit code 2 and the list of groups."""
    done = CliRunner().invoke(bench.bench, ["windows"])
    assert done.exit_code == 2
    assert "chaos" in done.output


def measured_for(*told: object) -> Iterator[Row]:
    """Yield what a measure was told."""
    yield replace(MET, name=repr(told))


def test_what_measures_a_size_is_told_it() -> None:
    """Chaos is told how long to reign, review how many events to ask and where they are; others nothing."""
    size = bench.Size(2.5, 40_000, Path("riwayat"))
    told = {
        "chaos.x": (2.5,),
        "review.x": (40_000, Path("riwayat")),
        "door.x": (),
    }
    for name, wanted in told.items():
        assert [one.name for one in bench.rows(entry(name, "measured_for"), size)] == [repr(wanted)]
