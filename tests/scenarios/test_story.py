"""The whole system by its two commands: it plays the main job, survives kills, and leaves nothing running."""

import itertools
import os
import shutil
import signal
import socket
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from card_registry.command.demo.layout import Layout
from card_registry.command.demo.table import alive, began
from tests.scenarios import running

MOSQUITTO = shutil.which("mosquitto") or shutil.which("mosquitto", path="/usr/sbin:/usr/local/sbin")
BROKERS = ("mosquitto", "amqtt")
AFTER_APPROVAL = 5
"""The act after which the first kill falls: the verdict is signed, nothing is published yet."""


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give one data folder, set up once: the stories of this file play on it one after the other."""
    folder = tmp_path_factory.mktemp("demo") / "data"
    subprocess.run(running.demo(folder, "--only-prepare"), check=True, capture_output=True, timeout=120)
    return folder


def require(broker: str) -> None:
    """Skip where the machine has no such broker; it is then named as not run."""
    if broker == "mosquitto" and MOSQUITTO is None:
        pytest.skip("mosquitto is not installed here")


def killing(data: Path, names: tuple[str, ...], after: int) -> Callable[[int], None]:
    """Give what kills -9 each of these in turn, one after each act from ``after`` on."""
    left = iter(names)

    def between(act: int) -> None:
        if act >= after and (name := next(left, None)) is not None:
            running.kill(data, name)

    return between


def test_the_story_survives_kills_on_mosquitto(data: Path) -> None:
    """One command starts, plays, and stops; the signer, the door and the hub are killed -9 on the way."""
    require("mosquitto")
    between = killing(data, ("signer", "door", "hub"), AFTER_APPROVAL)
    code, lines = running.play(data, "--broker", "mosquitto", between=between)
    assert code == 0, "\n".join(lines)
    assert running.table_of(data) is None
    assert "hub was ended by SIGKILL; it is started again" in lines[-1]


def test_the_story_passes_again_on_amqtt_and_reports_as_one_object(data: Path) -> None:
    """On the same data, with the embedded broker: a second pass, as the promised JSON object."""
    code, lines = running.play(data, "--broker", "amqtt", "--json")
    found = running.report(lines)
    failed = [f"{act['act']}: {act['detail']}" for act in found["acts"] if not act["ok"]]
    assert (code, found["ok"], failed) == (0, True, [])
    assert all(set(act) == {"act", "ok", "seconds", "detail"} for act in found["acts"])
    details = {act["act"]: act["detail"] for act in found["acts"]}
    assert "Pemisahan tugas" in details["Kabid verifies an own request: refused"]
    assert "another key than the officers listed" in details["verdicts forged in the database: refused"]
    assert "the lock stayed at rest" in details["the next tap is denied"]


def test_a_running_demo_is_alone_on_its_data_and_comes_back_with_it(data: Path) -> None:
    """A second copy and a taken port get one sentence; Ctrl-C leaves nothing; the next start has the data."""
    secrets = Layout(data).secrets.read_bytes()
    with running.started(data) as process:
        table = running.table_of(data)
        assert table is not None
        second = subprocess.run(running.demo(data), capture_output=True, text=True, timeout=30, check=False)
        assert (second.returncode, second.stderr.count("\n")) == (1, 1)
        assert table.address in second.stderr
        assert process.poll() is None
    assert Layout(data).secrets.read_bytes() == secrets
    assert Layout(data).provisioned.exists()


def test_a_killed_supervisor_leaves_nothing_and_the_next_start_heals(data: Path) -> None:
    """After kill -9 of the supervisor every process ends by itself; the next start runs and ends in order."""
    with subprocess.Popen(
        running.demo(data, "--broker", "amqtt"), stderr=subprocess.DEVNULL, start_new_session=True
    ) as process:
        running.wait_until("the demo ready", lambda: running.all_ready(data))
        table = running.table_of(data)
        assert table is not None
        process.kill()
    running.wait_until("the end of all processes", lambda: not alive(table), 15)
    with running.started(data):
        pass


def test_reset_starts_over(tmp_path: Path) -> None:
    """--reset makes new data with new secrets, and an interrupted set-up is begun again."""
    layout = Layout(tmp_path / "data")
    prepare = running.demo(layout.data, "--only-prepare")
    with subprocess.Popen(prepare, stderr=subprocess.DEVNULL, start_new_session=True) as cut:
        running.wait_until("the middle of the set-up", lambda: layout.store("office").exists())
        cut.kill()
    assert not layout.provisioned.exists()
    subprocess.run(prepare, check=True, capture_output=True, timeout=120)
    first = layout.secrets.read_bytes()
    assert layout.provisioned.exists()
    subprocess.run([*prepare, "--reset"], check=True, capture_output=True, timeout=120)
    assert layout.provisioned.exists()
    assert layout.secrets.read_bytes() != first


def test_ctrl_c_during_the_set_up_ends_at_once(tmp_path: Path) -> None:
    """Ctrl-C in the first seconds ends in order too: exit 0, no stamp, no process."""
    layout = Layout(tmp_path / "data")
    with subprocess.Popen(
        running.demo(layout.data), stderr=subprocess.DEVNULL, start_new_session=True
    ) as process:
        running.wait_until("the set-up", layout.accounts.exists)
        process.send_signal(signal.SIGINT)
        assert process.wait(10) == 0
    assert not layout.provisioned.exists()
    assert not layout.running.exists()


def test_a_port_taken_by_another_is_refused_before_anything_starts(data: Path) -> None:
    """A console port in use: one sentence, exit 1, and nothing was started."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        words = [*running.demo(data)[:-1], str(taken.getsockname()[1])]
        done = subprocess.run(words, capture_output=True, text=True, timeout=30, check=False)
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert "choose another with --port" in done.stderr
    assert running.table_of(data) is None


@pytest.mark.long
@pytest.mark.parametrize(("broker", "name"), tuple(itertools.product(BROKERS, running.PROCESSES)))
def test_the_story_survives_three_kills_of_each_process(data: Path, broker: str, name: str) -> None:
    """Each process in turn is killed -9 after three acts in a row, from the approval on."""
    require(broker)
    between = killing(data, (name,) * 3, AFTER_APPROVAL)
    code, lines = running.play(data, "--broker", broker, between=between)
    assert code == 0, "\n".join(lines)


@pytest.mark.long
@pytest.mark.parametrize("broker", BROKERS)
def test_the_story_survives_a_kill_after_every_act(data: Path, broker: str) -> None:
    """All processes in turn, one killed -9 after every act of one story."""
    require(broker)
    between = killing(data, running.PROCESSES * 3, 1)
    code, lines = running.play(data, "--broker", broker, between=between)
    assert code == 0, "\n".join(lines)


def test_the_table_names_this_very_process() -> None:
    """What the scenarios rely on: a living process has a beginning, a dead one has none."""
    assert began(os.getpid()) is not None
    with subprocess.Popen(["/bin/true"]) as gone:
        gone.wait()
        assert began(gone.pid) is None
