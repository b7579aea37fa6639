"""Older copies put back into a running house: a controller's card image, then the server's registry store."""

import os
import shutil
import signal
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from card_registry import canonical
from card_registry.authority.questions.propagation import Propagation, Reach
from card_registry.authority.questions.propagation import propagation as ask
from card_registry.command.demo.layout import DOOR_CONTROLLER, Layout
from card_registry.command.demo.table import alive
from card_registry.journal.event import EventKind, Started, decode_body, decode_event
from card_registry.statements import WithdrawWarrant
from card_registry.stores.engine import open_store
from card_registry.words import CaseId, PersonId, Subject
from mqtt_bridge.rollback import OLDER
from tests.card_registry.trust.made import token
from tests.scenarios import running

GONE = token("a card that was lost")
SERVER = ("signer", "hub", "console")
PI = ("door", f"bridge-{DOOR_CONTROLLER}")


def query(path: Path, sql: str) -> list[Any]:
    """Ask a store of the demo."""
    with closing(sqlite3.connect(path, timeout=10)) as connection, connection:
        return connection.execute(sql).fetchall()


def propagation(layout: Layout) -> Propagation:
    """Ask who has what."""
    stores = [open_store(layout.url(name), name, read_only=True) for name in ("registry", "ledger")]
    try:
        return ask(*stores)
    finally:
        for engine in stores:
            engine.dispose()


def pid_of(data: Path, name: str) -> int:
    """Give the process id of one of the demo's programs, as soon as it lives."""
    found: list[int] = []

    def lives() -> bool:
        table = running.table_of(data)
        found[:] = [one.pid for one in alive(table) if one.name == name] if table else []
        return bool(found)

    running.wait_until(f"{name} alive", lives)
    return found[0]


@contextmanager
def stopped(*pids: int) -> Iterator[None]:
    """Hold processes still for the length of a block."""
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for pid in pids:
            os.kill(pid, signal.SIGCONT)


def withdraw(layout: Layout) -> None:
    """Let the console's store ask for a card's removal, as a removal on its page does."""
    warrant = WithdrawWarrant(
        1, Subject.CARD, GONE, CaseId(token("case")), PersonId(token("admin")), "hilang"
    )
    with closing(sqlite3.connect(layout.store("office"), timeout=10)) as connection, connection:
        row = ("withdraw", canonical.encode(warrant), 1)
        connection.execute("INSERT INTO warrant (kind, body, made) VALUES (?, ?, ?)", row)


def is_done(layout: Layout) -> bool:
    """Say whether the removal is at every door, by the doors' own signatures."""
    removals = [one for one in propagation(layout).removals if one.id == GONE]
    return bool(removals) and removals[-1].is_done


def everything_receipted(layout: Layout) -> bool:
    """Say whether the hub stored the door's adoption of the removal."""
    found = [one for one in propagation(layout).removals if one.id == GONE]
    return bool(found) and DOOR_CONTROLLER in found[-1].applied


def test_older_copies_are_found_out_and_nothing_taken_away_comes_back(tmp_path: Path) -> None:
    """A card image put back is told of at first contact; a restored registry waits, learns, and goes on."""
    data = tmp_path / "data"
    layout = Layout(data)
    with running.started(data) as supervisor:
        running.wait_until("the door current", lambda: current(layout))
        image, backup = tmp_path / "image", tmp_path / "backup.db"
        with stopped(pid_of(data, "door")):
            shutil.copytree(
                layout.controller(DOOR_CONTROLLER), image, ignore=shutil.ignore_patterns("*.sock")
            )
        with (
            closing(sqlite3.connect(layout.store("registry"))) as source,
            closing(sqlite3.connect(backup)) as copy,
        ):
            source.backup(copy)
        withdraw(layout)
        running.wait_until("the removal at the door", lambda: is_done(layout))
        running.wait_until("the adoption at the hub", lambda: everything_receipted(layout))

        put_back(supervisor.pid, data, PI, lambda: replace_folder(layout, image))
        running.wait_until("the hub's alarm", lambda: told_of_copy(layout))
        running.wait_until("a new epoch", lambda: causes(layout) == ["receipt"])
        running.wait_until("the removal at the door again", lambda: is_done(layout))

        held = propagation(layout).publication
        put_back(supervisor.pid, data, SERVER, lambda: replace_registry(layout, backup))
        running.wait_until("the restore settled", lambda: publication(layout) > held)
        assert query(layout.store("registry"), "SELECT id FROM denial") == [(GONE,)]
        assert query(layout.store("registry"), "SELECT count(*) FROM authority") == [(1,)]
        running.wait_until("the doors beyond it", lambda: current(layout))
        assert propagation(layout).restore == ""


def current(layout: Layout) -> bool:
    """Say whether door and desk show what is published."""
    found = propagation(layout)
    return not found.restore and {one.reach for one in found.controllers} == {Reach.CURRENT}


def publication(layout: Layout) -> int:
    """Give the newest publication's number."""
    return int(query(layout.store("registry"), "SELECT value FROM site WHERE name = 'publication'")[0][0])


def told_of_copy(layout: Layout) -> bool:
    """Say whether the hub keeps a sentence about an older copy."""
    return any(OLDER in why for (why,) in query(layout.store("ledger"), "SELECT why FROM refusal"))


def causes(layout: Layout) -> list[str]:
    """Give why the door's second epoch began, once the hub has its rows."""
    sql = f"SELECT body FROM event WHERE controller = '{DOOR_CONTROLLER}' AND epoch = 2 ORDER BY seq"  # noqa: S608
    events = [decode_event(bytes(body)) for (body,) in query(layout.store("ledger"), sql)]
    starts = [decode_body(event) for event in events if event.kind is EventKind.STARTED]
    return [one.cause for one in starts if isinstance(one, Started)][:1]


def put_back(supervisor: int, data: Path, names: tuple[str, ...], replace: Callable[[], None]) -> None:
    """Pull the plug of some programs, replace their storage, and let them start again."""
    with stopped(supervisor):
        for name in names:
            os.kill(pid_of(data, name), signal.SIGKILL)
        replace()


def replace_folder(layout: Layout, image: Path) -> None:
    """Put the whole image of the controller back."""
    home = layout.controller(DOOR_CONTROLLER)
    for name in ("state", "outbox", "slots"):
        shutil.rmtree(home / name)
        shutil.copytree(image / name, home / name)


def replace_registry(layout: Layout, backup: Path) -> None:
    """Put the registry's backup back, and lose what the console asked for since."""
    store = layout.store("registry")
    for file in store.parent.glob(f"{store.name}*"):
        file.unlink()
    shutil.copyfile(backup, store)
    query(layout.store("office"), "DELETE FROM warrant")
