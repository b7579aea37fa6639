"""One run of the demo, from the claimed folder to nothing left running.

The order: claim the folder, check the port, end what a killed supervisor left, set up if this folder never
was, start the table, tell the newcomer, keep it running until asked to stop. A story is a process of its own.
"""

import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace

from card_registry.command.demo import folder, welcome
from card_registry.command.demo.child import tied_to
from card_registry.command.demo.layout import Layout
from card_registry.command.demo.programs import HOST, Choices, command, programs
from card_registry.command.demo.provision import provision, root_digest
from card_registry.command.demo.supervise import Interrupt, Supervisor
from card_registry.command.demo.table import Running, Table, alive, look, publish

READY_WITHIN = 60.0
LEFTOVER_PATIENCE = 6.0


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the operator asked for on the command line."""

    layout: Layout
    port: int
    broker: str
    reset: bool
    only_prepare: bool
    story: tuple[str, ...]
    """The words of the `akses` command that plays the story; empty: none."""


Say = Callable[[str], None]


def prepare(wanted: Wanted, interrupt: Interrupt, say: Say) -> bool:
    """Bring the claimed folder to where the programs can start; False when interrupted."""
    end_leftovers(wanted.layout, say)
    if wanted.reset:
        folder.empty(wanted.layout)
        wanted.layout.secrets.unlink(missing_ok=True)
    if not wanted.layout.provisioned.exists():
        say("Setting up the demo (only at its first start)…")
        folder.known(wanted.layout)
        folder.empty(wanted.layout)
        provision(wanted.layout, folder.known(wanted.layout), interrupt)
    return not interrupt.asked()


def run(wanted: Wanted, say: Say) -> int:
    """Run the demo until it is asked to stop, or its story is over; give the exit code.

    Raises:
        OperatorMistaken: It cannot run as asked; nothing is left running.
    """
    descriptor = folder.claim(wanted.layout)
    try:
        port = folder.usable_port(wanted.port)
        with Interrupt() as interrupt:
            if not prepare(wanted, interrupt, say) or wanted.only_prepare:
                return 0
            return _supervise(replace(wanted, port=port), interrupt, say)
    finally:
        os.close(descriptor)


def _supervise(wanted: Wanted, interrupt: Interrupt, say: Say) -> int:
    choices = Choices(wanted.port, folder.free_port(), wanted.broker, root_digest(wanted.layout))
    address = f"http://{HOST}:{wanted.port}/"
    with supervised(wanted.layout, choices, address, say) as supervisor:
        began = time.monotonic()
        supervisor.start(READY_WITHIN, interrupt)
        if interrupt.asked():
            return 0
        seconds = time.monotonic() - began
        if wanted.story:
            say(f"Ready in {seconds:.1f} s at {address}; the story begins.")
            return _play(wanted.story, supervisor, interrupt)
        say(welcome.text(address, wanted.layout, folder.known(wanted.layout), seconds))
        while not interrupt.asked():
            supervisor.tick(0.5)
    return 0


def _play(words: tuple[str, ...], supervisor: Supervisor, interrupt: Interrupt) -> int:
    tie = tied_to(os.getpid())
    player = subprocess.Popen(command(*words), start_new_session=True, preexec_fn=tie)  # noqa: PLW1509 - one thread
    try:
        while player.poll() is None and not interrupt.asked():
            supervisor.tick(0.2)
        return 1 if player.returncode is None else player.returncode
    finally:
        with suppress(ProcessLookupError):
            os.killpg(player.pid, signal.SIGKILL)
        player.wait()


@contextmanager
def supervised(layout: Layout, choices: Choices, address: str, say: Say) -> Iterator[Supervisor]:
    """Give a supervisor of the demo's programs; at the end nothing of it runs."""
    layout.logs.mkdir(mode=0o700, exist_ok=True)
    environment = {**os.environ, "PYTHONUNBUFFERED": "1", "LC_ALL": "C.UTF-8"}

    def changed(processes: tuple[Running, ...]) -> None:
        publish(layout.running, Table(address, choices.broker, processes))

    supervisor = Supervisor(programs(layout, choices), environment, say, changed)
    try:
        yield supervisor
    finally:
        supervisor.stop()
        layout.running.unlink(missing_ok=True)


def end_leftovers(layout: Layout, say: Say) -> None:
    """End what a killed supervisor left: its processes were told to end; those that hang are killed."""
    table = look(layout.running)
    if table is None:
        return
    deadline = time.monotonic() + LEFTOVER_PATIENCE
    while alive(table) and time.monotonic() < deadline:
        time.sleep(0.05)
    for process in alive(table):
        say(f"{process.name} was left behind by an earlier demo and is ended now")
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
    layout.running.unlink(missing_ok=True)
