"""The supervisor, proved on small real processes: started, heard, started again, and never left running."""

import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from card_registry.command.demo.child import LOG_LIMIT, Program, turn_over
from card_registry.command.demo.supervise import Interrupt, NotStarted, Supervisor
from card_registry.command.demo.table import Running, Table, alive, began, look, publish

READY = "import sys, time; print('siap', flush=True); time.sleep(600)"


def python(code: str) -> tuple[str, ...]:
    """Give the command line of a small program."""
    return (sys.executable, "-I", "-S", "-c", textwrap.dedent(code))


def wait_until(condition: Callable[[], bool], seconds: float = 10.0) -> None:
    """Poll a condition until it holds; fail after a deadline."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "the condition did not come true in time"
        time.sleep(0.01)


class World:
    """A supervisor with its latest table and what it said."""

    def __init__(self, *programs: Program) -> None:
        """Prepare the supervisor; start nothing."""
        self.table: dict[str, Running] = {}
        self.said: list[str] = []
        self.interrupt = Interrupt()
        self.supervisor = Supervisor(programs, os.environ, self.said.append, self._changed)

    def _changed(self, processes: tuple[Running, ...]) -> None:
        self.table = {process.name: process for process in processes}

    def turn_until(self, condition: Callable[[], bool]) -> None:
        """Let the supervisor work until a condition holds."""
        deadline = time.monotonic() + 10
        while not condition():
            assert time.monotonic() < deadline, f"did not come true in time; said: {self.said}"
            self.supervisor.tick(0.05)

    def ready_again(self, name: str, restarts: int) -> bool:
        """Say whether a program has come back so often and is ready."""
        running = self.table.get(name)
        return running is not None and running.ready and running.restarts == restarts


@pytest.fixture
def world(tmp_path: Path) -> Iterator[Callable[..., World]]:
    """Give a maker of worlds whose processes are ended after the test."""
    made: list[World] = []

    def make(*programs: Program) -> World:
        made.append(World(*programs))
        return made[-1]

    del tmp_path
    yield make
    for one in made:
        one.supervisor.stop()


def test_starts_in_order_and_stops_all(tmp_path: Path, world: Callable[..., World]) -> None:
    """A program starts only when what it needs is ready, and after the stop none is alive."""
    order = tmp_path / "order"
    note = f"open({str(order)!r}, 'a').write('%s');"
    slow = Program(
        "slow", python("import time; time.sleep(0.3);" + note % "s" + READY), tmp_path / "slow.log"
    )
    late = Program("late", python(note % "l" + READY), tmp_path / "late.log", ("slow",))
    one = world(late, slow)
    one.supervisor.start(10, one.interrupt)
    assert order.read_text() == "sl"
    pids = [process.pid for process in one.table.values()]
    assert len(pids) == 2
    one.supervisor.stop()
    assert all(began(pid) is None for pid in pids)


def test_restarts_a_killed_program(tmp_path: Path, world: Callable[..., World]) -> None:
    """A process killed with -9 comes back with another id, and it is said."""
    one = world(Program("door", python(READY), tmp_path / "door.log"))
    one.supervisor.start(10, one.interrupt)
    first = one.table["door"].pid
    os.kill(first, signal.SIGKILL)
    one.turn_until(lambda: one.ready_again("door", 1))
    assert one.table["door"].pid != first
    assert one.said == ["door was ended by SIGKILL; it is started again"]


def test_guard_runs_before_start_and_after_end(tmp_path: Path, world: Callable[..., World]) -> None:
    """The safe-lock's place: the guard runs before each start and after each end, however it ended."""
    trace = tmp_path / "trace"
    guard = python(f"open({str(trace)!r}, 'a').write('G')")
    program = python(f"open({str(trace)!r}, 'a').write('P');" + READY)
    one = world(Program("door", program, tmp_path / "door.log", guard=guard))
    one.supervisor.start(10, one.interrupt)
    os.kill(one.table["door"].pid, signal.SIGKILL)
    one.turn_until(lambda: one.ready_again("door", 1))
    one.supervisor.stop()
    assert trace.read_text() == "GPGGPG"


def test_a_failing_start_gives_the_programs_own_sentence(tmp_path: Path, world: Callable[..., World]) -> None:
    """A program that ends before it was ready ends the whole start with its last sentence."""
    failing = python("import sys; sys.exit('Error: the port is taken')")
    one = world(
        Program("hub", python(READY), tmp_path / "hub.log"),
        Program("broker", failing, tmp_path / "broker.log"),
    )
    with pytest.raises(NotStarted, match="broker could not start: the port is taken"):
        one.supervisor.start(10, one.interrupt)


def test_a_program_that_never_gets_ready_ends_the_start(tmp_path: Path, world: Callable[..., World]) -> None:
    """A start is bounded in time and names who was late."""
    one = world(Program("hub", python("import time; time.sleep(600)"), tmp_path / "hub.log"))
    with pytest.raises(NotStarted, match="not ready after 0 s: hub"):
        one.supervisor.start(0.4, one.interrupt)


def test_a_stubborn_group_is_killed(tmp_path: Path, world: Callable[..., World]) -> None:
    """What a program started itself ends with it, even when it ignores SIGTERM."""
    child = tmp_path / "child"
    stubborn = f"""
        import os, signal, time
        signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
        if os.fork() == 0:
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
            open({str(child)!r}, 'w').write(str(os.getpid()))
            time.sleep(600)
        print('siap', flush=True)
        time.sleep(600)
    """
    one = world(Program("broker", python(stubborn), tmp_path / "broker.log"))
    one.supervisor.start(10, one.interrupt)
    wait_until(lambda: child.exists() and child.read_text() != "")
    one.supervisor.stop()
    wait_until(lambda: began(int(child.read_text())) is None)


def test_output_goes_to_the_log(tmp_path: Path, world: Callable[..., World]) -> None:
    """All a program prints stands in its log, and a line that merely contains siap is not ready."""
    code = "import sys; print('belum siap', flush=True); print('oops', file=sys.stderr);" + READY
    one = world(Program("hub", python(code), tmp_path / "hub.log"))
    one.supervisor.start(10, one.interrupt)
    assert set((tmp_path / "hub.log").read_text().splitlines()) == {"belum siap", "oops", "siap"}


def test_a_killed_supervisor_leaves_nothing(tmp_path: Path) -> None:
    """After kill -9 of the supervisor itself its processes end by themselves."""
    pids = tmp_path / "pids"
    code = f"""
        import os, sys, pathlib
        from card_registry.command.demo.child import Program
        from card_registry.command.demo.supervise import Interrupt, Supervisor
        ready = (sys.executable, '-I', '-S', '-c', {READY!r})
        program = Program('hub', ready, pathlib.Path({str(tmp_path / "hub.log")!r}))
        changed = lambda table: pathlib.Path({str(pids)!r}).write_text(str(table[0].pid)) if table else None
        supervisor = Supervisor((program,), os.environ, print, changed)
        supervisor.start(10, Interrupt())
        print('up', flush=True)
        while True:
            supervisor.tick(1)
    """
    with subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(code)], stdout=subprocess.PIPE, start_new_session=True
    ) as parent:
        assert parent.stdout is not None
        assert parent.stdout.readline() == b"up\n"
        child = int(pids.read_text())
        assert began(child) is not None
        parent.kill()
    wait_until(lambda: began(child) is None)


def test_an_interrupt_ends_the_start(tmp_path: Path, world: Callable[..., World]) -> None:
    """Ctrl-C while programs are still starting returns at once instead of waiting for them."""
    one = world(Program("hub", python("import time; time.sleep(600)"), tmp_path / "hub.log"))
    with one.interrupt:
        os.kill(os.getpid(), signal.SIGINT)
        one.supervisor.start(10, one.interrupt)
    assert one.interrupt.asked()


def test_the_table_tells_a_process_from_a_later_one(tmp_path: Path) -> None:
    """A table counts a process as alive only when it began at the moment the table says."""
    me, ticks = os.getpid(), began(os.getpid())
    assert ticks is not None
    ours = Running("ours", me, ticks, 0, ready=True)
    other = Running("other", me, ticks - 1, 0, ready=True)
    publish(tmp_path / "running.json", Table("http://127.0.0.1:1/", "auto", (ours, other)))
    table = look(tmp_path / "running.json")
    assert table is not None
    assert alive(table) == (ours,)
    (tmp_path / "running.json").write_text("{")
    assert look(tmp_path / "running.json") is None


def test_a_grown_log_is_set_aside(tmp_path: Path) -> None:
    """A log past its limit is kept once as .1, a smaller one goes on."""
    log = tmp_path / "hub.log"
    turn_over(log)
    log.write_bytes(b"x" * (LOG_LIMIT + 1))
    turn_over(log)
    assert not log.exists()
    assert (tmp_path / "hub.log.1").stat().st_size == LOG_LIMIT + 1
