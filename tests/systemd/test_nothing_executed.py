"""The door program executes nothing: seen from the kernel, from its start over a card to its end."""

import os
import re
import shutil
import signal
import subprocess
from pathlib import Path

import pytest

from card_registry.journal.event import Adopted, Tapped
from tests.door_controller.process import AKSES, House, house, wait_for


def traced(home: House, log: Path) -> "subprocess.Popen[str]":
    """Start the door program under a tracer that notes every program executed by any of its threads."""
    tracer = shutil.which("strace")
    if tracer is None:
        pytest.skip("strace is not installed")
    calls = "trace=execve,execveat,fork,vfork"
    process = subprocess.Popen(
        [tracer, "-f", "-qq", "-e", calls, "-o", str(log), *AKSES, "door", "run", "--dir", str(home.home)],
        stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stdout is not None
    assert process.stdout.readline() == "siap\n"
    return process


def test_a_door_that_opens_starts_no_program(tmp_path: Path) -> None:
    """Its own start is the only execve: opening a reader calls no stty, importing calls no ldconfig."""
    log = tmp_path / "calls"
    with house(tmp_path) as home:
        card = home.admitted_card()
        door = traced(home, log)
        try:
            wait_for(lambda: home.of(Adopted) != [])
            home.client.present(card, "masuk", 1_500)
            wait_for(lambda: home.of(Tapped) != [])
            wait_for(lambda: home.relay() == 1)
        finally:
            for program in children(door.pid):
                os.kill(program, signal.SIGTERM)
            door.wait(30)
            if door.stdout is not None:
                door.stdout.close()
    executed = re.findall(r"(execve\w*|v?fork)\(", log.read_text())

    assert executed == ["execve"], log.read_text()


def children(pid: int) -> list[int]:
    """Give the processes that one has started."""
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
