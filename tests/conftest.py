"""What every test run shares: what it costs, what it could not run, and chance that repeats itself.

* The seconds of each folder (and of each test file that stands alone) are printed at the end.
* What could not run is named with its reason. Where `CI` is `true` that is a failure, because a test that
  is skipped everywhere proves nothing.
* `long` tests run only with `--long`, which also lets hypothesis look further, by chance; without it the
  same examples are tried each time.
"""

import os
import signal
import tempfile
from collections import Counter, defaultdict
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest
from hypothesis import settings

TESTS = Path(__file__).parent
SLOW = ("rigs", "scenarios", "systemd")
STRICT = os.environ.get("CI") == "true"

settings.register_profile("short", deadline=None, derandomize=True, database=None, print_blob=True)
settings.register_profile("long", deadline=None, max_examples=1000, print_blob=True)

seconds: defaultdict[str, float] = defaultdict(float)
counted: Counter[str] = Counter()
not_run: list[str] = []


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add `--long`."""
    parser.addoption("--long", action="store_true", help="also run guests, chaos and the full matrices")


def pytest_configure(config: pytest.Config) -> None:
    """Choose how far hypothesis looks, and keep lgpio's notification pipe out of the checkout."""
    settings.load_profile("long" if config.getoption("--long") else "short")
    os.environ.setdefault("LG_WD", tempfile.gettempdir())


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Begin with whole systems; leave `long` tests out of a short run, where they count as deselected.

    A file of few tests that takes minutes must not be begun last, when the other processes have nothing left.
    """
    items.sort(key=lambda item: room_of(item.nodeid) not in SLOW)
    if config.getoption("--long"):
        return
    left_out = [item for item in items if item.get_closest_marker("long")]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if not item.get_closest_marker("long")]


@pytest.fixture(autouse=True)
def _signals_given_back() -> Iterator[None]:
    """Take back what a program under test did to Ctrl-C and SIGTERM, or this run could not be ended."""
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Turn a skipped test into a failed one where everything has to run."""
    report = yield
    refuse_skip(report, strict=STRICT)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """Do the same for a file that skips itself as a whole."""
    report = yield
    refuse_skip(report, strict=STRICT)
    return report


def refuse_skip(report: pytest.TestReport | pytest.CollectReport, *, strict: bool) -> None:
    """Fail what `report` says could not run if `strict`."""
    if strict and is_skip(report):
        report.outcome = "failed"
        report.longrepr = f"could not run, and everything has to run here: {reason_of(report)}"


def is_skip(report: pytest.TestReport | pytest.CollectReport) -> bool:
    """Say whether something could not run; a test that is expected to fail is something else."""
    return report.skipped and not hasattr(report, "wasxfail")


def reason_of(report: pytest.TestReport | pytest.CollectReport) -> str:
    """Give why it could not run."""
    reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
    return reason.removeprefix("Skipped: ")


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Add the time of one phase of one test to its folder."""
    room = room_of(report.nodeid)
    seconds[room] += report.duration
    counted[room] += report.when == "call"
    note_skip(report)


def pytest_collectreport(report: pytest.CollectReport) -> None:
    """Name a file that could not run as a whole."""
    note_skip(report)


def note_skip(report: pytest.TestReport | pytest.CollectReport) -> None:
    """Keep what could not run for the end; each process that collects says it, so it is kept once."""
    line = f"{report.nodeid}: {reason_of(report)}"
    if is_skip(report) and line not in not_run:
        not_run.append(line)


def room_of(nodeid: str) -> str:
    """Return the folder under `tests/` that a test belongs to, or its file where it stands alone."""
    parts = nodeid.split("::", maxsplit=1)[0].split("/")
    return parts[1] if len(parts) > 1 else parts[0]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print what each folder cost, and name what could not run."""
    terminalreporter.section("seconds by folder")
    for room, spent in sorted(seconds.items(), key=lambda row: -row[1]):
        terminalreporter.line(f"{spent:8.1f} s  {counted[room]:5d} tests  {room}")
    if not_run:
        terminalreporter.section("could not run")
        for line in not_run:
            terminalreporter.line(line)
