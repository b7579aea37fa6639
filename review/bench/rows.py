"""The rows of ``akses bench review``: the issue's numbers, on each database that is here.

The history is made first (``history``); making it is measured as well. A question's value is the median of
its rounds, each about somebody else; a review is really opened, its rows committed. A folder keeps the
journals, the ledger and SQLite's office; PostgreSQL's is followed anew from that ledger in every run.
"""

import os
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

from card_registry.command.bench_postgres import binaries, cluster
from card_registry.command.bench_row import Row
from review.bench.history import History
from review.bench.questions import Auditor
from review.bench.town import Town
from review.export.door_events import csv_of_events
from review.export.wanted import EventsWanted
from review.office import Office
from review.serving import settle
from review.setting_up import open_office
from review.store.transaction import writing
from review.workflow.beginning import begin_alone
from review.workflow.campaign_opening import REVIEW

EVENTS = 200_000
ROUNDS = 5
OPENS_WITHIN = 5.0
"""Seconds, from pressing the button to the rows being there."""

PAGE_WITHIN = 300.0
"""Milliseconds to the first page of any answer."""

CHARTS_WITHIN = 1_000.0
"""Milliseconds to a year of pictures."""

EXPORTS = 50_000
"""Events a second."""

ROOM = 64.0
"""MiB by which an export may grow the process, however many its events are."""

NAMES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}


def rows(events: int = EVENTS, data: Path | None = None, living: int | None = None) -> Iterator[Row]:
    """Make the history in ``data`` (or in a folder that goes away) and measure what is asked of it."""
    town = Town() if living is None else Town(living)
    with ExitStack() as held:
        folder = data or Path(held.enter_context(tempfile.TemporaryDirectory(prefix="akses-bench-")))
        history = History(folder, town, events)
        stores = [history.sqlite()]
        if (programs := binaries()) is not None:
            stores.append(open_office(held.enter_context(cluster(programs, durable=True))))
        for store in stores:
            held.callback(store.dispose)
        history.make(stores)
        yield from _made(history)
        for store in stores:
            with history.office(store) as office:
                yield from measured(office, history)


def measured(office: Office, history: History) -> Iterator[Row]:
    """Give the rows of one database."""
    of = f"{NAMES[office.store.dialect.name]}, {history.progress.rows:,} events"
    auditor = Auditor(office, history.town)
    settle()
    for question in auditor.questions():
        value = _median(question.ask) * 1000
        yield _within(f"audit: {question.name}, {of}", value, "ms", PAGE_WITHIN)
    for question in auditor.charts():
        yield _within(f"{question.name}, {of}", _median(question.ask) * 1000, "ms", CHARTS_WITHIN)
    yield _within(f"review of {history.town.living} rights opens, {of}", _opened(office), "s", OPENS_WITHIN)
    yield from _exported(office, of)


def _within(name: str, value: float, unit: str, most: float) -> Row:
    return Row(name, "review", value, unit, f"≤ {most:.0f} {unit}", None, None, value <= most)


def _made(history: History) -> Iterator[Row]:
    """Say how fast the history was made, where this run made it."""
    now = history.progress
    for name, seconds in now.seconds.items():
        told = f"making of the history: {name}"
        yield Row(told, "review", now.rows / seconds, "events/s", "told only", None, None, met=True)


def _median(ask: Callable[[int], object]) -> float:
    took = []
    ask(0)
    for number in range(1, ROUNDS + 1):
        began = time.perf_counter()
        ask(number)
        took.append(time.perf_counter() - began)
    return statistics.median(took)


def _opened(office: Office) -> float:
    """Open a quarter's review as the clock does, and give the seconds."""
    began = time.perf_counter()
    with writing(office.store) as connection:
        begin_alone(connection, office, office.procedure(REVIEW), ("ukur", "dibuka untuk diukur."))
    return time.perf_counter() - began


def _exported(office: Office, of: str) -> Iterator[Row]:
    """Export every event as CSV, and throw it away."""
    signs = {str(door.id): door.label for door in office.doors}
    before, lines, most = _memory(), 0, 0.0
    began = time.perf_counter()
    for piece in csv_of_events(office.store, EventsWanted(), signs):
        lines += piece.count(b"\n")
        most = max(most, _memory() - before)
    rate = (lines - 1) / (time.perf_counter() - began)
    met = rate >= EXPORTS
    yield Row(
        f"export of all events as CSV, {of}",
        "review",
        rate,
        "events/s",
        f"≥ {EXPORTS} events/s",
        None,
        None,
        met,
    )
    yield _within(f"export of all events as CSV, memory grown, {of}", most, "MiB", ROOM)


def _memory() -> float:
    """Give the memory of this process now, in MiB."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20
