"""`akses review order`: a person's password, their signature where it opens, and the door's answer."""

import json
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from card_registry.instant import SECOND
from card_registry.journal.event import Ordered
from review.command import review
from review.follow import Follower
from review.store import orders, throttles
from review.store.orders import DoorOrder
from review.store.transaction import reading, writing
from tests.review.test_orders import KEY, NUMBER, sign
from tests.review.world import PASSPHRASE, PASSWORDS, World

Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path, world: World) -> Run:
    """Give the command on the world's stores; its clock is this machine's."""
    world.clock.now = time.time_ns() // 1_000_000
    doors = tmp_path / "doors.json"
    signs = [{"id": "ruang-server", "label": "Ruang Server", "controller": "pengendali-1"}]
    doors.write_text(json.dumps({"doors": signs}))
    with writing(world.office.store) as connection:
        connection.exec_driver_sql("INSERT INTO setting (name, value) VALUES ('site', 'contoh')")

    def order(login: str, kind: str, *words: str, password: str = "", passphrase: str = "") -> Result:
        secrets = {"password": password or PASSWORDS[login], "passphrase": passphrase}
        arguments = ["order"]
        for name, text in secrets.items():
            (tmp_path / name).write_text(f"{text}\n")
            arguments += [f"--{name}-file", str(tmp_path / name)]
        for store in ("office", "ledger", "registry"):
            arguments += [f"--{store}", f"sqlite:///{tmp_path}/{store}.db"]
        arguments += ["--site", "contoh", "--run", str(tmp_path / "run"), "--doors", str(doors)]
        arguments += ["--login", login, "--door", "ruang-server", "--order", kind, "--why", "Latihan."]
        return CliRunner().invoke(review, [*arguments, "--wait", "0", *words])

    return order


def test_a_lockdown_asks_for_the_password_alone(run: Run, world: World) -> None:
    """Nobody has answered yet: exit code 1, and the order is in the office for everybody to see."""
    answer = run("operator", "lockdown")
    assert (answer.exit_code, "has not answered lockdown yet" in answer.output) == (1, True)
    with reading(world.office.store) as connection:
        (order,) = orders.newest(connection)
    assert order.person == world.person("operator").id


def test_the_doors_answer_ends_the_command(run: Run, world: World) -> None:
    """Exit code 0 and one JSON object once the door has obeyed."""
    threading.Thread(target=_answer, args=(world,), daemon=True).start()
    answer = run("operator", "lockdown", "--json", "--wait", "20")
    told = json.loads(answer.output)
    assert (answer.exit_code, told["state"], told["number"]) == (0, "dipatuhi", NUMBER)


def _answer(world: World) -> None:
    """Be authority, door and console for the first order that comes."""
    found: tuple[DoorOrder, ...] = ()
    while not found:
        with reading(world.office.store) as connection:
            found = orders.newest(connection)
    order = found[0]
    sign(world, order)
    world.outside.happen(Ordered(order.door, order.kind, NUMBER, KEY, order.person))
    Follower(world.office).once()


@pytest.mark.parametrize(
    ("login", "kind", "secrets", "sentence"),
    [
        ("operator", "lockdown", {"password": "bukan sandinya"}, "login or password is wrong"),
        ("auditor", "lockdown", {}, "tidak berwenang"),
        ("operator", "release", {"passphrase": PASSPHRASE}, "tidak berwenang"),
        ("kabid", "release", {"passphrase": PASSPHRASE}, "tidak terdengar"),
    ],
)
def test_refusals_are_one_sentence(
    login: str, kind: str, secrets: dict[str, str], sentence: str, run: Run, world: World
) -> None:
    """Exit code 1 and nothing ordered; the world's door was last heard of long ago."""
    answer = run(login, kind, **secrets)
    assert (answer.exit_code, sentence in answer.output) == (1, True), answer.output
    with reading(world.office.store) as connection:
        assert orders.newest(connection) == ()


def test_guessing_passwords_costs_time_here_too(run: Run, world: World) -> None:
    """The same count as at the console's own page."""
    with writing(world.office.store) as connection:
        for _ in range(throttles.FREE + 4):
            throttles.fail(connection, throttles.key_of("masuk", "operator"), world.clock() + SECOND)
    answer = run("operator", "lockdown")
    assert (answer.exit_code, "too many wrong tries" in answer.output) == (1, True)
