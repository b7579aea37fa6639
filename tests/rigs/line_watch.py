"""In the guest: follow one output line while a command runs, by its level and by every call that sets it.

``line_watch.py FOLDER LINE SECONDS COMMAND`` prints one JSON object: ``levels``, the level at the start and
each change with the seconds since the command began; ``sets``, each value that the kernel was told to drive,
which also catches what is shorter than a look. It runs on the guest's own Python and knows nothing of ours.
"""

import json
import re
import subprocess
import sys
import time
from pathlib import Path

TRACE = Path("/sys/kernel/tracing")
PROBES = """\
p:rig/set gpio_sim_set line=%si value=%dx
p:rig/out gpio_sim_direction_output line=%si value=%dx
p:rig/many gpio_sim_set_multiple mask=+0(%si):x64 bits=+0(%dx):x64
"""
ONE = re.compile(r"line=0x([0-9a-f]+) value=0x([0-9a-f]+)")
MANY = re.compile(r"mask=0x([0-9a-f]+) bits=0x([0-9a-f]+)")


def listen() -> None:
    """Have the kernel note every call that drives a line."""
    if not (TRACE / "kprobe_events").exists():
        subprocess.run(["mount", "-t", "tracefs", "none", str(TRACE)], check=True)  # noqa: S607 - in the guest
    if not (TRACE / "events" / "rig").exists():
        (TRACE / "kprobe_events").write_text(PROBES)
    (TRACE / "trace").write_text("")
    (TRACE / "events" / "rig" / "enable").write_text("1")


def heard(line: int) -> list[int]:
    """Give every value that one line was told to have."""
    values = []
    for said in (TRACE / "trace").read_text().splitlines():
        if (one := ONE.search(said)) and int(one[1], 16) == line:
            values.append(int(one[2], 16) & 1)
        elif (many := MANY.search(said)) and int(many[1], 16) >> line & 1:
            values.append(int(many[2], 16) >> line & 1)
    return values


def follow(level: Path, seconds: float, command: str) -> list[tuple[float, int]]:
    """Run a command, and give the line's level at first and at each change."""
    began = time.monotonic()
    running = subprocess.Popen(["/bin/sh", "-c", command], stdin=subprocess.DEVNULL)
    seen: list[tuple[float, int]] = []
    while (now := time.monotonic() - began) < seconds:
        value = int(level.read_text())
        if not seen or seen[-1][1] != value:
            seen.append((round(now, 3), value))
        time.sleep(0.0005)
    running.wait()
    return seen


def main(folder: str, line: str, seconds: str, command: str) -> None:
    """Follow and print."""
    listen()
    levels = follow(Path(folder) / f"sim_gpio{line}" / "value", float(seconds), command)
    print(json.dumps({"levels": levels, "sets": heard(int(line))}))  # noqa: T201 - to the rig


if __name__ == "__main__":
    main(*sys.argv[1:])
