"""How fast a virtual door lives: a year of its life must fit in a minute, every law watched.

Measured as CPU time: the play is one thread, waits for nothing and keeps its journal in RAM.
"""

import time
from collections.abc import Iterator

from card_registry.command.bench_row import Row
from door_controller.simulator.command import scratch
from door_controller.simulator.virtual.year import DAYS, live

SAMPLE_DAYS = 28
YEAR_SECONDS = 60.0


def year_rows() -> Iterator[Row]:
    """Measure four weeks, and say what a year of them takes."""
    with scratch() as folder:
        began = time.process_time()
        summary = live(1, SAMPLE_DAYS, folder)
        seconds = (time.process_time() - began) * DAYS / SAMPLE_DAYS
    met = seconds <= YEAR_SECONDS and not summary.complaints
    yield Row(
        f"a year of a door's life (CPU, from {SAMPLE_DAYS} days)",
        "door",
        seconds,
        "s",
        "≤ 60 s",
        None,
        None,
        met,
    )
