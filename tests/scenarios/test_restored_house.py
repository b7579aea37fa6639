"""A whole house whose server is restored from a backup: every program real, over TLS, as an office would."""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from card_registry.command.bench_receipt import at_rest
from card_registry.command.demo.layout import DOOR_CONTROLLER, Layout
from card_registry.command.story.hand import ask
from tests.scenarios.running import started, wait_until

BUTTON = 22


@pytest.mark.long
def test_a_house_gives_its_restored_server_every_row_again(tmp_path: Path) -> None:
    """Receipts step back over a stop and a start, the door sends again, and no epoch is begun for it."""
    layout = Layout(tmp_path / "data")
    journal = layout.controller(DOOR_CONTROLLER) / "state" / "door.db"
    with started(layout.data):
        people_leave(layout, journal, 3)
    early = len(stored(layout))
    shutil.copy(layout.store("ledger"), tmp_path / "backup.db")
    with started(layout.data):
        people_leave(layout, journal, 5)
    assert len(stored(layout)) > early
    for path in layout.server.glob("ledger.db*"):
        path.unlink()
    shutil.copy(tmp_path / "backup.db", layout.store("ledger"))
    assert len(stored(layout)) == early

    with started(layout.data):
        people_leave(layout, journal, 2)
    with closing(sqlite3.connect(journal)) as door:
        rows = [
            (place >> 40, bytes(body))
            for place, body in door.execute("SELECT place, body FROM row ORDER BY 1")
        ]
    assert {epoch for epoch, _ in rows} == {1}
    assert stored(layout) == [body for _, body in rows]


def people_leave(layout: Layout, journal: Path, times: int) -> None:
    """Press the exit button, and wait until the server has said that it has every row."""
    with closing(sqlite3.connect(f"file:{journal}?mode=ro", uri=True, timeout=10)) as door:
        for _ in range(times):
            before = at_rest(door).rows
            ask(layout, {"op": "press", "line": BUTTON, "ms": 40})
            wait_until("the press on record", lambda before=before: at_rest(door).rows > before)  # type: ignore[misc]
        at_rest(door)


def stored(layout: Layout) -> list[bytes]:
    """Give the door's rows in the ledger."""
    query = "SELECT body FROM event WHERE controller = ? ORDER BY epoch, seq"
    with closing(sqlite3.connect(layout.store("ledger"))) as ledger:
        return [bytes(body) for (body,) in ledger.execute(query, (DOOR_CONTROLLER,))]
