"""Live an office year and print what came of it: ``python -m tests.office_year [--until DAY] [--seed N]``.

It is no ``akses`` command: it drives the signer, the hub, the doors and the office in one process, which only
tests may import together (``DESIGN`` §2).
"""

import argparse
import tempfile
import time
from datetime import date
from pathlib import Path

from tests.office_year.offices import LAST, live
from tests.office_year.report import report


def main() -> int:
    """Live, print, and say by the exit code whether everything adds up."""
    asked = argparse.ArgumentParser(description="Two offices live from New Year to a day of 2026.")
    asked.add_argument(
        "--until", type=date.fromisoformat, default=LAST, help="the last day with anything new"
    )
    asked.add_argument("--seed", type=int, default=1, help="another seed is another year")
    given = asked.parse_args()
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder, live(Path(folder), given.until, given.seed) as years:
        lines = [report(year) for year in years]
    print("\n\n".join(line for line, _ in lines))  # noqa: T201 - this is a command
    print(f"\n{time.monotonic() - began:.0f} s")  # noqa: T201 - the same
    return 0 if all(sound for _, sound in lines) else 1


if __name__ == "__main__":
    raise SystemExit(main())
