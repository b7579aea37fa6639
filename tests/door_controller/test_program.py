"""The door program from outside: as a process, with a reader on a terminal and lines in another process."""

import contextlib
import sqlite3
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from card_registry.journal.event import Adopted, DoorChanged, Exited, Refused, Started, Tapped
from card_registry.words import Reason
from door_controller.simulator.words import Fault
from tests.door_controller.process import AKSES, CONTACT, RELAY, REX, House, Program, house, start, wait_for
from tests.door_controller.site import deny_card
from tests.rigs.small_disk import small_disk

HEAVY = ("sqlalchemy", "alembic", "rich", "fastapi", "jinja2", "uvicorn", "paho", "httpx", "urllib3")


@pytest.fixture
def home(tmp_path: Path) -> Iterator[House]:
    """A house whose door is not running yet."""
    with house(tmp_path) as made:
        yield made


def run(home: House, *words: str) -> subprocess.CompletedProcess[str]:
    """Run one command to its end."""
    return subprocess.run(
        [*AKSES, "door", *words, "--dir", str(home.home)], capture_output=True, text=True, check=False
    )


def test_a_card_opens_the_door_until_it_is_denied(home: House) -> None:
    """Granted, released, locked again; after the denial arrived: denied. The events say so in order."""
    card = home.admitted_card()
    home.open()
    wait_for(lambda: home.of(Adopted) != [])
    home.client.present(card, "masuk", 1_500)
    wait_for(lambda: home.relay() == 1)
    wait_for(lambda: home.relay() == 0, 5)
    home.site.deny(deny_card(home.row.card))
    home.site.deliver(home.home / "slots")
    wait_for(lambda: len(home.of(Adopted)) == 2)
    home.client.present(card, "masuk", 1_500)
    wait_for(lambda: len(home.of(Tapped)) == 2)

    tapped = [body for body in home.events() if isinstance(body, Tapped)]
    assert [(body.granted, body.reason) for body in tapped] == [
        (True, Reason.GRANTED),
        (False, Reason.CARD_DENIED),
    ]
    assert home.relay() == 0
    assert run(home, "verify").returncode == 0
    status = run(home, "status")
    assert "registry fresh" in status.stdout
    history = [change.level for change in home.client.history(RELAY).changes]
    assert history == [1, 0]


def test_the_exit_button_works_without_a_registry_and_with_a_blocked_disk(home: House) -> None:
    """Nothing was ever adopted, another process holds the database, and the button still releases."""
    home.open()
    with contextlib.closing(sqlite3.connect(home.home / "state" / "door.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        began = time.monotonic()
        home.client.press(REX, 450)
        wait_for(lambda: home.relay() == 1, 1)
        assert time.monotonic() - began < 1
        other.execute("ROLLBACK")

    wait_for(lambda: home.of(Exited) != [])


def test_kill_9_leaves_the_journal_whole_and_safe_lock_locks(home: House) -> None:
    """A killed process leaves its line driven; safe-lock drives it to locked; the next start goes on."""
    card = home.admitted_card()
    door = home.open()
    wait_for(lambda: home.of(Adopted) != [])
    home.client.present(card, "masuk", 1_500)
    wait_for(lambda: home.relay() == 1)
    door.kill()
    assert home.relay() == 1
    assert run(home, "safe-lock").returncode == 0
    assert home.relay() == 0
    changes = len(home.client.history(RELAY).changes)

    home.open()
    started = home.of(Started)
    assert len(started) == 2
    assert len(home.client.history(RELAY).changes) == changes
    assert run(home, "verify").returncode == 0
    home.client.present(card, "masuk", 1_500)
    wait_for(lambda: home.relay() == 1)


def test_an_edited_row_is_reported_and_a_new_epoch_begins(home: House) -> None:
    """``akses door verify`` and the next start both name the row; the door works on in a new epoch."""
    home.open().stop()
    with contextlib.closing(sqlite3.connect(home.home / "state" / "door.db")) as store, store:
        store.execute("UPDATE row SET body = CAST(replace(body, 'akses-door', 'akses-d00r') AS BLOB)")
    verified = run(home, "verify")
    assert verified.returncode == 1
    assert "row 0 of epoch 1 does not hash" in verified.stdout

    home.open()
    refused = [body for body in home.events() if isinstance(body, Refused)]
    assert "row 0 of epoch 1" in refused[0].why
    assert [body.cause for body in home.events() if isinstance(body, Started)] == ["start", "journal-damaged"]


def test_a_broken_database_does_not_keep_the_door_from_working(home: House) -> None:
    """It is set aside, an alarm says so, and the card opens again once the registry is verified anew."""
    card = home.admitted_card()
    home.open()
    wait_for(lambda: home.of(Adopted) != [])
    assert home.door is not None
    home.door.kill()
    for end in ("-wal", "-shm"):
        (home.home / "state" / f"door.db{end}").unlink(missing_ok=True)
    (home.home / "state" / "door.db").write_bytes(b"no database" * 999)

    home.open()
    wait_for(lambda: "journal-lost" in run(home, "status").stdout)
    wait_for(lambda: home.of(Adopted) != [])
    home.client.present(card, "masuk", 1_500)
    wait_for(lambda: home.relay() == 1)
    started = [body.cause for body in home.events() if isinstance(body, Started)]
    assert started == ["journal-lost"]
    assert run(home, "verify").returncode == 0
    assert (home.home / "state" / "door-broken-1.db").read_bytes() == b"no database" * 999


def test_a_read_only_disk_leaves_the_exit_free_and_no_card_opens(home: House) -> None:
    """The door comes up on a disk that refuses, alarms, and ends to start anew once it is mended."""
    card = home.admitted_card()
    home.open().stop()
    state = home.home / "state"
    enrolled = {file.name: file.read_bytes() for file in state.iterdir()}
    with small_disk(state) as disk:
        for name, data in enrolled.items():
            (state / name).write_bytes(data)
        disk.remount("ro")
        door = home.open()
        home.client.press(REX, 450)
        wait_for(lambda: home.relay() == 1, 2)
        wait_for(lambda: home.relay() == 0, 5)
        home.client.present(card, "masuk", 1_500)
        wait_for(lambda: "disk-full" in run(home, "status").stdout)
        assert home.relay() == 0
        disk.remount("rw")
        assert door.process.wait(20) == 0
        door.kill()

        home.open()
        wait_for(lambda: home.of(Adopted) != [])
        home.client.present(card, "masuk", 1_500)
        wait_for(lambda: home.relay() == 1)
        assert home.door is not None
        home.door.stop()


def test_it_ends_politely_and_locked(home: House) -> None:
    """SIGTERM ends it with 0 within three seconds, also while the lock is released."""
    door = home.open()
    home.client.press(REX, 450)
    wait_for(lambda: home.relay() == 1)
    code, seconds = door.stop()

    assert (code, home.relay()) == (0, 0)
    assert seconds < 3


def test_it_has_no_network_and_loads_no_server(home: House) -> None:
    """The running process holds no socket but Unix ones, and never loaded the toolkits of the server."""
    card = home.admitted_card()
    program = "import sys, atexit; atexit.register(lambda: open({0!r}, 'w').write(' '.join(sys.modules)));"
    program = program.format(str(home.folder / "modules"))
    program += "from card_registry.command import main; sys.exit(main(sys.argv[1:]))"
    import sys  # noqa: PLC0415 - the interpreter of this test

    process = subprocess.Popen(
        [sys.executable, "-c", program, "door", "run", "--dir", str(home.home)],
        stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    home.door = Program(process)
    assert process.stdout is not None
    assert process.stdout.readline() == "siap\n"
    home.client.present(card, "masuk", 1_500)
    wait_for(lambda: home.relay() == 1)
    inodes = {link.readlink().name for link in Path(f"/proc/{process.pid}/fd").iterdir()}
    for table in ("tcp", "tcp6", "udp", "udp6"):
        rows = Path(f"/proc/{process.pid}/net/{table}").read_text().splitlines()[1:]
        assert not inodes & {f"socket:[{row.split()[9]}]" for row in rows}
    assert home.door.stop()[0] == 0

    loaded = {name.partition(".")[0] for name in (home.folder / "modules").read_text().split()}
    assert "gpiozero" in loaded
    assert loaded & set(HEAVY) == set()


def test_a_reader_that_comes_later_is_used(home: House) -> None:
    """The program is ready without its reader, alarms, and reads when it is there."""
    card = home.admitted_card()
    home.client.fault("masuk", Fault.UNPLUG)
    home.open()
    wait_for(lambda: "reader-failed" in run(home, "status").stdout)
    home.client.fault("masuk", Fault.REPLUG)
    wait_for(lambda: "reader-failed" not in run(home, "status").stdout, 20)
    home.client.present(card, "masuk", 1_500)
    wait_for(lambda: home.relay() == 1)


def test_the_door_leaf_is_watched(home: House) -> None:
    """Somebody leaves by the button: the door opens, and closes again."""
    home.open()
    home.client.press(REX, 450)
    wait_for(lambda: home.of(Exited) != [])
    home.client.set(CONTACT, 0)
    wait_for(lambda: home.of(DoorChanged) != [])
    home.client.set(CONTACT, 1)
    wait_for(lambda: len(home.of(DoorChanged)) == 2)

    assert [body.state for body in home.events() if isinstance(body, DoorChanged)] == ["open", "closed"]


@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        (lambda home: (home.home / "site.toml").unlink(), "cannot be read"),
        (lambda home: (home.home / "state" / "enrolment.json").unlink(), "is not enrolled"),
        (lambda home: home.simulator.kill(), "simulated"),
    ],
)  # fmt: skip
def test_what_keeps_it_from_starting_is_one_sentence(home: House, spoil: object, sentence: str) -> None:
    """Exit 1, one sentence, no traceback."""
    assert callable(spoil)
    spoil(home)
    ended = run(home, "run")

    assert ended.returncode == 1
    assert ended.stdout == ""
    assert sentence in ended.stderr
    assert "Traceback" not in ended.stderr


def test_a_desk_is_not_a_door(home: House) -> None:
    """A desk's folder is refused."""
    text = (home.home / "site.toml").read_text()
    reader = text[text.index("[[reader]]") :].replace('door = "ruang-server"\n', "")
    (home.home / "site.toml").write_text(
        f'site = "contoh"\ncontroller = "pengendali-1"\nkind = "desk"\n{reader}'
    )

    assert "akses desk run" in run(home, "run").stderr


def test_systemd_is_told(home: House) -> None:
    """READY comes after everything is open, then the watchdog is fed."""
    import socket  # noqa: PLC0415 - this test alone listens

    path = home.folder / "notify"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listening:
        listening.bind(str(path))
        listening.settimeout(10)
        home.door = start("door", "run", "--dir", str(home.home), environment={"NOTIFY_SOCKET": str(path)})
        assert listening.recv(99) == b"READY=1"
        assert listening.recv(99) == b"WATCHDOG=1"
        home.door.stop()
        told = b""
        while told != b"STOPPING=1":
            told = listening.recv(99)
