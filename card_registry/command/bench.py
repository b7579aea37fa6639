"""``akses bench``: finds what can be measured, runs it, and prints each number beside what it should be.

Rows come from the entry points ``akses.bench``, named GROUP.PACKAGE, so each package measures itself and the
kernel imports no leaf. A number that misses its target is a result, not a failure; a measurement that cannot
be taken is named, and ends in exit code 1.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path

import click

from card_registry.command.bench_row import Row

CHAOS, REVIEW = "chaos", "review"
GROUPS = ("door", "cards", "registry", "journal", REVIEW, "console", CHAOS)
MEASURES = "akses.bench"
"""The entry point group of functions that yield rows; an entry's name is GROUP.PACKAGE."""


@dataclass(frozen=True, slots=True)
class Size:
    """How long chaos reigns, how many events review is asked about, and where their history is kept."""

    minutes: float = 1.0
    events: int = 200_000
    data: Path | None = None


DEFAULT = Size()


class NotMeasured(Exception):
    """A measurement could not be taken; the text says which and why."""


@click.command()
@click.argument("groups", nargs=-1, type=click.Choice(GROUPS), metavar="[GROUP]...")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line, as each is measured.")
@click.option(
    "--minutes",
    type=click.FloatRange(0.05, 24 * 60),
    default=1.0,
    show_default=True,
    help="How long chaos reigns.",
)
@click.option(
    "--events",
    type=click.IntRange(10_000, 100_000_000),
    default=200_000,
    show_default=True,
    help="How long the history is that review is asked about.",
)
@click.option(
    "--data",
    type=click.Path(file_okay=False, path_type=Path),
    help="Keep that history here, or go on with the one that is; otherwise it goes away.",
)
def bench(groups: tuple[str, ...], *, as_json: bool, minutes: float, events: int, data: Path | None) -> None:
    """Measure the numbers the design promises.

    GROUP is door, cards, registry, journal, review, console or chaos; all of them when none is named.
    Exit codes: 0 measured (met or not, as each row says), 1 something could not be measured, 2 wrong use.
    """
    wanted = groups or GROUPS
    size = Size(minutes, events, data)
    failed = _as_json(wanted, size) if as_json else _as_table(wanted, size)
    if empty := unmeasured(wanted):
        click.echo(f"nothing to measure yet in: {', '.join(empty)}", err=True)
    for sentence in failed:
        click.echo(f"not measured: {sentence}", err=True)
    raise SystemExit(1 if failed else 0)


def measures(wanted: Sequence[str]) -> list[EntryPoint]:
    """Give what measures the wanted groups, in the order of the groups."""
    found = [entry for entry in entry_points(group=MEASURES) if entry.name.partition(".")[0] in wanted]
    return sorted(found, key=lambda entry: (GROUPS.index(entry.name.partition(".")[0]), entry.name))


def unmeasured(wanted: Sequence[str]) -> list[str]:
    """Give the wanted groups for which no package declares a measurement."""
    found = {entry.name.partition(".")[0] for entry in entry_points(group=MEASURES)}
    return [group for group in wanted if group not in found]


def rows(entry: EntryPoint, size: Size = DEFAULT) -> Iterator[Row]:
    """Take one entry's measurements; what measures chaos or review is told how much.

    Raises:
        NotMeasured: It cannot be loaded, or it failed.
    """
    told: dict[str, tuple[object, ...]] = {CHAOS: (size.minutes,), REVIEW: (size.events, size.data)}
    try:
        yield from entry.load()(*told.get(entry.name.partition(".")[0], ()))
    except Exception as error:
        message = f"{entry.name} ({type(error).__name__}: {error})"
        raise NotMeasured(message) from error


def as_object(row: Row) -> str:
    """Give a row as one JSON object on one line."""
    return json.dumps(asdict(row), ensure_ascii=False)


def _each(wanted: Sequence[str], size: Size, failed: list[str]) -> Iterator[Row]:
    for entry in measures(wanted):
        try:
            yield from rows(entry, size)
        except NotMeasured as error:
            failed.append(str(error))


def _as_json(wanted: Sequence[str], size: Size) -> list[str]:
    failed: list[str] = []
    for row in _each(wanted, size, failed):
        click.echo(as_object(row))
    return failed


def _as_table(wanted: Sequence[str], size: Size) -> list[str]:
    from rich.console import Console
    from rich.table import Table

    table = Table(title="akses bench", title_justify="left")
    for heading in ("group", "name", "value", "target", "limit", "ratio", "met"):
        table.add_column(heading, justify="right" if heading in {"value", "limit", "ratio"} else "left")
    failed: list[str] = []
    console = Console(stderr=True)
    with console.status("measuring…"):
        for row in _each(wanted, size, failed):
            table.add_row(*cells(row))
    Console().print(table)
    return failed


def cells(row: Row) -> tuple[str, ...]:
    """Give a row as the cells of the table."""
    limit = "" if row.limit is None else f"{number(row.limit)} {row.unit}"
    ratio = "" if row.ratio is None else f"{row.ratio:.2f}"
    value = f"{number(row.value)} {row.unit}"
    return (row.group, row.name, value, row.target, limit, ratio, "yes" if row.met else "NO")


def number(value: float) -> str:
    """Give a number with about three figures."""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"  # noqa: PLR2004 - three figures
