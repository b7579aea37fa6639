"""Wrong tries are on disk before anybody is answered; ten of them lock the PIN until an operator acts."""

import sqlite3
import subprocess
import sys
from collections.abc import Generator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from card_registry.errors import StoreBroken
from card_registry.journal.event import Alarmed, Moment
from card_registry.pin import TRIES
from card_registry.words import ControllerId, HolderId, PinResult, SiteId, TimeQuality
from door_controller.journal import Journal
from door_controller.pin.tries import Tries
from tests.law import ROOT

ANI, BUDI = HolderId("a1" * 16), HolderId("b2" * 16)
AT = Moment(1, 1, 1, TimeQuality.SYNC, "ab", 1)
BODY = Alarmed("uji", "pintu", raised=True)


def opened(folder: Path) -> Journal:
    """Open the journal of a controller."""
    return Journal(folder / "door.db", SiteId("kantor"), ControllerId("pengendali-1"))


@pytest.fixture
def journal(tmp_path: Path) -> Generator[Journal]:
    """A journal in an empty folder."""
    with opened(tmp_path) as found:
        yield found


DIES = """
import os, sys
from pathlib import Path
from tests.door_controller.pin.test_tries import ANI, AT, BODY, opened
from door_controller.pin.tries import Tries

journal = opened(Path(sys.argv[1]))
wrong = Tries(journal).wrong(ANI)

def dying(store):
    wrong(store)
    os._exit(9)

journal.append(BODY, AT, dying if sys.argv[2] == "inside" else wrong)
os._exit(9)  # the light would be next
"""


def left_by(folder: Path, where: str) -> tuple[int, int]:
    """Let a process count a wrong try and die ``inside`` the commit or ``after`` it; give what is left.

    That is the rows of the journal, and the wrong tries.
    """
    died = subprocess.run([sys.executable, "-c", DIES, str(folder), where], cwd=ROOT, check=False)
    assert died.returncode == 9
    with opened(folder) as journal:
        tries: int = journal.look("SELECT coalesce(sum(wrong), 0) FROM pin_try")[0][0]
        return journal.head.size, tries


def test_ten_wrong_tries_lock(journal: Journal) -> None:
    """The tenth locks, another holder's PIN is untouched, and only an operator unlocks."""
    tries = Tries(journal)
    for number in range(TRIES):
        assert not tries.locked(ANI)
        assert tries.judge(ANI, PinResult.RIGHT) is PinResult.RIGHT
        journal.append(BODY, AT, tries.wrong(ANI))
        assert journal.head.size == number + 1

    assert tries.locked(ANI)
    assert tries.all_locked() == (ANI,)
    assert not tries.locked(BUDI)
    assert {tries.judge(ANI, result) for result in PinResult} == {PinResult.LOCKED}
    journal.keep(tries.right(BUDI))
    journal.append(BODY, AT, tries.unlock(ANI))
    assert not tries.locked(ANI)
    assert tries.all_locked() == ()


def test_an_order_locks_and_a_right_pin_does_not_undo_it(journal: Journal) -> None:
    """LOCK_PIN holds whatever is typed, until UNLOCK_PIN."""
    tries = Tries(journal)
    journal.keep(tries.lock(ANI))
    journal.keep(tries.right(ANI))
    assert tries.locked(ANI)
    journal.keep(tries.unlock(ANI))
    assert not tries.locked(ANI)


@settings(max_examples=30)
@given(st.lists(st.sampled_from(["wrong", "right", "lock", "unlock"]), max_size=40))
def test_any_sequence_ends_as_counted(tmp_path_factory: pytest.TempPathFactory, acts: list[str]) -> None:
    """Locked means: ordered so, or ten wrong ones without a right one between, since the last unlock."""
    wrong, ordered = 0, False
    folder = tmp_path_factory.mktemp("tries")
    with opened(folder) as journal:
        tries = Tries(journal)
        for act in acts:
            journal.keep(getattr(tries, act)(ANI))
            wrong = wrong + 1 if act == "wrong" else wrong if act == "lock" else 0
            ordered = act == "lock" or (ordered and act != "unlock")
            assert tries.locked(ANI) is (ordered or wrong >= TRIES)
    with opened(folder) as journal:  # as after a restart
        assert Tries(journal).locked(ANI) is (ordered or wrong >= TRIES)


def test_dying_before_the_light_keeps_the_try(tmp_path: Path) -> None:
    """A process that dies between the commit and the light has counted the try, beside its event."""
    assert [left_by(tmp_path, "after") for _ in range(3)] == [(1, 1), (2, 2), (3, 3)]


def test_dying_inside_the_commit_keeps_neither(tmp_path: Path) -> None:
    """A process that dies between the two writes leaves neither an event without its try nor the reverse."""
    assert [left_by(tmp_path, "inside") for _ in range(3)] == [(0, 0)] * 3


def test_a_disk_that_refuses_keeps_neither_and_says_so(journal: Journal) -> None:
    """The caller learns that nothing was counted, before any light, and the next try is counted as ever."""
    tries = Tries(journal)

    def refusing(store: sqlite3.Connection) -> None:
        tries.wrong(ANI)(store)
        raise sqlite3.OperationalError("database or disk is full")

    with pytest.raises(StoreBroken):
        journal.append(BODY, AT, refusing)
    assert journal.look("SELECT count(*) FROM pin_try") == [(0,)]
    assert journal.head.size == 0
    journal.append(BODY, AT, tries.wrong(ANI))
    assert journal.look("SELECT wrong FROM pin_try") == [(1,)]


def test_each_result_costs_the_same_writes(journal: Journal) -> None:
    """Right, duress and wrong each write one row of tries beside the event, the first time and later."""
    tries = Tries(journal)
    store = journal._store  # noqa: SLF001 - counts what was written
    for write in (tries.wrong, tries.right, tries.wrong, tries.right, tries.right):
        before = store.total_changes
        journal.append(BODY, AT, write(ANI))
        assert store.total_changes - before == 2
