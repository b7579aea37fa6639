"""Pruning: only past retention and under a receipt, whole after any kill, and never with loss."""

import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from card_registry.instant import DAY
from card_registry.journal.batch import check_batch, decode_batch, parse_name
from card_registry.journal.event import (
    Alarmed,
    Body,
    Commissioned,
    Exited,
    Moment,
    Pruned,
    Started,
    decode_body,
    decode_event,
    encode_event,
)
from card_registry.journal.tree import Frontier, leaf
from card_registry.signing import public_hex
from card_registry.words import TimeQuality
from door_controller import inspection
from door_controller.journal import Journal, place_of
from door_controller.outbox import Accepted, Contradiction, Outbox
from door_controller.pruning import COMMISSIONED, PIECE, Pruning, keep_milestone
from door_controller.report import verify_lines
from door_controller.store import open_store, transaction
from tests.door_controller.site import CONTROLLER, DOOR, SITE, TOML, Site

AT = Moment(5, 1, None, TimeQuality.FLOOR, "b" * 32, 7)
EXIT = Exited(DOOR)
KEY = Ed25519PrivateKey.from_private_bytes(bytes(31) + b"\1")
HUB = Site()
BEGAN = 1_790_000_000_000
RETENTION = 90
LATER = BEGAN + RETENTION * DAY
"""When what came under a receipt at ``BEGAN`` is past retention."""


def laid_out(path: Path, rows: int = 600, first: tuple[Body, ...] = ()) -> Path:
    """Write a journal of many rows in one transaction, each as an append leaves it."""
    store, tree, written = open_store(path), Frontier(), []
    for seq in range(rows):
        body = first[seq] if seq < len(first) else EXIT
        row = encode_event(SITE, CONTROLLER, (1, seq), body, AT, f"{seq:024x}")
        tree = tree.append(leaf(row))
        written.append((place_of(1, seq), row, tree.dump()))
    with transaction(store):
        store.executemany("INSERT INTO row (place, body, frontier) VALUES (?, ?, ?)", written)
    store.close()
    return path


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    """A journal of 600 rows."""
    with Journal(laid_out(tmp_path / "door.db"), SITE, CONTROLLER) as opened:
        yield opened


def outbox_of(journal: Journal) -> Outbox:
    """Give the journal's outbox, which lies beside it."""
    return Outbox(journal.path.parent / "outbox", journal, KEY, 1)


def write(journal: Journal, count: int) -> None:
    """Write some events in one go."""
    for _ in range(count):
        journal.append(EXIT, AT)


def receipt(journal: Journal, outbox: Outbox, size: int, at: int = BEGAN) -> Accepted | Contradiction | None:
    """Let the outbox take the hub's receipt for the first rows, and remember the day."""
    sealed = HUB.receipt(1, size, journal.root(1, size), at)
    taken = outbox.accept(sealed, [public_hex(HUB.receipt_key)])
    if isinstance(taken, Accepted):
        keep_milestone(journal, taken.receipt, at)
    return taken


def prune(journal: Journal, floor: int = LATER, turns: int = 12) -> list[Body]:
    """Take turns until nothing is left to do; give what it said."""
    pruning = Pruning(journal, RETENTION)
    told = [pruning.turn(AT, floor) for _ in range(turns)]
    return [body for body in told if body is not None]


def change(journal: Journal, sql: str, value: object) -> None:
    """Change the file by hand."""

    def write(store: sqlite3.Connection) -> None:
        store.execute(sql, (value,))

    journal.keep(write)


def left(journal: Journal) -> list[int]:
    """Give the rows of the first epoch that are still there."""
    return [
        seq
        for (seq,) in journal.look(
            "SELECT place - ? FROM row WHERE place < ?", (place_of(1, 0), place_of(2, 0))
        )
    ]


def sound(journal: Journal) -> bool:
    """Say whether what is left is whole, by the inspection at a start and by the full one."""
    full = [damage for _, _, damage in inspection.inspect_all(journal)]
    return inspection.inspect_tail(journal) is None and set(full) <= {None}


def prepared(journal: Journal, under: int = 400) -> Outbox:
    """Put the first rows under a receipt of the first day."""
    outbox = outbox_of(journal)
    assert isinstance(receipt(journal, outbox, under), Accepted)
    return outbox


def test_rows_go_past_retention_and_under_a_receipt(journal: Journal) -> None:
    """All but the last row under the day's receipt go; the tree over them stays, and the event says so."""
    prepared(journal)
    tree = journal.frontier(1, 399)
    assert prune(journal) == []

    assert left(journal) == list(range(399, 601))
    assert decode_body(decode_event(journal.rows(1, 600, 601)[0])) == Pruned(1, 399)
    assert journal.frontier(1, 399) == tree
    assert sound(journal)


@pytest.mark.parametrize("floor", [0, BEGAN, LATER - 1])
def test_nothing_goes_within_retention(journal: Journal, floor: int) -> None:
    """A day too early, or without knowing the time, nothing is written and nothing is dropped."""
    prepared(journal)
    prune(journal, floor)

    assert left(journal) == list(range(600))


def test_nothing_goes_that_no_receipt_covers(journal: Journal) -> None:
    """However old, rows that the server never acknowledged stay."""
    prune(journal, LATER * 2)
    assert left(journal) == list(range(600))


def test_retention_counts_from_each_days_receipt(journal: Journal) -> None:
    """Rows that came under a receipt ten days later stay ten days longer, though the newest covers all."""
    outbox = prepared(journal, 100)
    receipt(journal, outbox, 200, BEGAN + DAY - 1)
    receipt(journal, outbox, 300, BEGAN + 10 * DAY)
    receipt(journal, outbox, 600, BEGAN + 20 * DAY)

    prune(journal, LATER + DAY)
    assert left(journal)[0] == 100, "what came later on the first day counts as the next milestone's"
    prune(journal, LATER + 10 * DAY)
    assert left(journal)[0] == 300


def test_the_outbox_sends_what_is_left(journal: Journal) -> None:
    """After pruning, a new run cuts batches that continue the hub's tree, and takes receipts for them."""
    prepared(journal)
    prune(journal)
    stored = journal.frontier(1, 400)
    outbox = outbox_of(journal)
    outbox.refill()
    for file in sorted((journal.path.parent / "outbox").iterdir()):
        if parse_name(file.name):
            stored, _, _ = check_batch(decode_batch(file.read_bytes()), stored, SITE, public_hex(KEY))

    assert stored.root().hex() == journal.head.root
    assert isinstance(receipt(journal, outbox, journal.head.size, BEGAN + 1), Accepted)


def test_a_receipt_that_steps_back_is_obeyed_as_far_as_rows_are_here(journal: Journal) -> None:
    """A restored server gets its rows again, and their retention begins anew with its next receipt."""
    outbox = prepared(journal, 300)
    prune(journal)
    receipt(journal, outbox, 600, BEGAN + DAY)
    back = receipt(journal, outbox, 299, BEGAN + 2 * DAY)
    outbox.refill()

    assert isinstance(back, Accepted)
    assert min(file.name for file in (journal.path.parent / "outbox").iterdir()).endswith(f"{299:012}")
    receipt(journal, outbox, 600, BEGAN + 50 * DAY)
    prune(journal, LATER + 10 * DAY)
    assert left(journal)[0] == 299
    prune(journal, LATER + 50 * DAY)
    assert left(journal)[0] == 599


def test_a_receipt_below_the_pruned_place_is_alarmed_and_loses_nothing(journal: Journal) -> None:
    """The rows stay, under the receipt they had, and are never pruned; a new epoch goes on."""
    roots = HUB.receipt(1, 100, "0" * 64, BEGAN + 95 * DAY)
    outbox = prepared(journal)
    prune(journal)
    kept = left(journal)
    found = outbox.accept(roots, [public_hex(HUB.receipt_key)])

    assert isinstance(found, Contradiction)
    assert (found.alarm, found.position.size) == ("server-behind", 100)
    assert "only 100 rows of epoch 1" in found.sentence
    assert "from 399 on" in found.sentence
    assert inspection.receipted(journal, 1) == 400
    journal.begin_epoch(Started("akses", "receipt", journal.head, found.position), AT, sendable=400)
    prune(journal, LATER * 2)
    assert left(journal) == kept
    assert outbox.accept(HUB.receipt(1, 100, "0" * 64, LATER), [public_hex(HUB.receipt_key)]) is None
    assert sound(journal)


def test_a_replayed_receipt_from_before_is_no_news(journal: Journal) -> None:
    """The broker cannot force an epoch upon us with a receipt that we once had."""
    outbox = prepared(journal)
    old = HUB.receipt(1, 100, journal.root(1, 100), BEGAN - 1)
    prune(journal)

    assert outbox.accept(old, [public_hex(HUB.receipt_key)]) is None
    assert inspection.receipted(journal, 1) == 400
    assert journal.head.epoch == 1


def test_damaged_rows_are_evidence_and_stay(journal: Journal) -> None:
    """Where a row was edited, nothing of its epoch is dropped, and people are told once."""
    prepared(journal)
    edit = (
        "UPDATE row SET body = CAST(replace(CAST(body AS TEXT), 'exited', 'exitea') AS BLOB) WHERE place = ?"
    )
    change(journal, edit, place_of(1, 7))
    told = prune(journal)

    assert [body.alarm for body in told if isinstance(body, Alarmed)] == ["journal-gap"]
    assert left(journal) == list(range(600))


def test_who_drops_more_than_a_receipt_covers_is_caught(journal: Journal) -> None:
    """A hand that hides deleted rows behind the table of pruned ones contradicts the receipts."""
    prepared(journal)
    tree = journal.frontier(1, 500).dump()

    def hide(store: sqlite3.Connection) -> None:
        store.execute("INSERT INTO pruned (epoch, before, frontier) VALUES (1, 500, ?)", (tree,))
        store.execute("DELETE FROM row WHERE place < ?", (place_of(1, 500),))

    journal.keep(hide)
    assert [damage.sentence for _, _, damage in inspection.inspect_all(journal) if damage] == [
        "rows of epoch 1 were dropped up to row 500, and only 400 are under a receipt"
    ]


def test_a_wrong_tree_at_the_pruned_place_is_named(journal: Journal) -> None:
    """The rows that are left must lead on from the tree that was kept."""
    prepared(journal)
    prune(journal)
    other = Frontier().extend([bytes(32)] * 399).dump()
    change(journal, "UPDATE pruned SET frontier = ?", other)

    ((_, _, damage),) = inspection.inspect_all(journal)
    assert damage is not None
    assert "row 399 of epoch 1 does not hash" in damage.sentence


def test_the_commissioning_outlives_its_row(tmp_path: Path) -> None:
    """The newest record's digest stays as a fact, so that the record can still be shown."""
    walks = tuple(Commissioned(digit * 64, passed=True) for digit in "ab")
    with Journal(laid_out(tmp_path / "door.db", 600, walks), SITE, CONTROLLER) as journal:
        prepared(journal)
        prune(journal)

        assert journal.look("SELECT value FROM fact WHERE name = ?", (COMMISSIONED,)) == [("b" * 64,)]


def test_verify_says_what_is_left(tmp_path: Path) -> None:
    """Who asks at the controller hears how many rows were pruned, and that the rest is whole."""
    (tmp_path / "site.toml").write_text(TOML.format(socket="pins.sock", port="reader"))
    (tmp_path / "state").mkdir()
    with Journal(laid_out(tmp_path / "state" / "door.db"), SITE, CONTROLLER) as journal:
        prepared(journal)
        prune(journal)
        root = journal.head.root

    assert verify_lines(tmp_path) == ([f"epoch 1: 601 rows (399 of them pruned), whole, root {root}"], True)


KILLED = """
import sys
from pathlib import Path
from card_registry.journal.event import Moment
from card_registry.words import ControllerId, SiteId, TimeQuality
from door_controller.journal import Journal
from door_controller.pruning import Pruning
journal = Journal(Path(sys.argv[1]), SiteId("contoh"), ControllerId("pengendali-1"))
pruning = Pruning(journal, 90)
at = Moment(5, 1, None, TimeQuality.FLOOR, "b" * 32, 7)
for _ in range(60):
    pruning.turn(at, int(sys.argv[2]))
    print("turn", flush=True)
"""


@pytest.mark.parametrize("turns", [1, 2, 3, 4])
def test_kill_9_leaves_whole_rows(tmp_path: Path, turns: int) -> None:
    """Killed within a slice, the journal is whole, and the next run ends it, with no second event."""
    path = laid_out(tmp_path / "door.db", 1200)
    with Journal(path, SITE, CONTROLLER) as journal:
        prepared(journal, 1000)
    program = [sys.executable, "-c", KILLED, str(path), str(LATER)]
    with subprocess.Popen(program, stdout=subprocess.PIPE, text=True) as running:
        assert running.stdout is not None
        for _ in range(turns):
            running.stdout.readline()
        os.kill(running.pid, signal.SIGKILL)
    with Journal(path, SITE, CONTROLLER) as journal:
        assert sound(journal)
        prune(journal)
        assert left(journal) == list(range(999, 1201))
        assert sound(journal)


@given(st.integers(0, 6), st.integers(1, 5), st.integers(0, 2))
@settings(max_examples=15, deadline=None)
def test_any_cut_between_two_commits_is_whole(
    tmp_path_factory: pytest.TempPathFactory, turns: int, more: int, again: int
) -> None:
    """Whenever the program ends, on rows still growing, what is left is whole and nothing unsent is gone."""
    path = laid_out(tmp_path_factory.mktemp("cut") / "door.db", 700)
    with Journal(path, SITE, CONTROLLER) as journal:
        prepared(journal, 650)
        root = journal.root(1, 700)
        pruning = Pruning(journal, RETENTION)
        for _ in range(turns):
            pruning.turn(AT, LATER)
    for _ in range(again + 1):
        with Journal(path, SITE, CONTROLLER) as journal:
            assert sound(journal)
            assert journal.root(1, 700) == root
            assert left(journal)[-1] == journal.head.size - 1
            assert set(range(649, 700)) <= set(left(journal))
            write(journal, more)
            prune(journal, turns=turns)


def test_a_piece_is_small(journal: Journal) -> None:
    """One turn deletes at most a piece, so that no event waits for long."""
    prepared(journal, 600)
    pruning = Pruning(journal, RETENTION)
    counts = []
    for _ in range(5):
        pruning.turn(AT, LATER)
        counts.append(len(left(journal)))

    assert counts == [601, 601 - PIECE, 601 - 2 * PIECE, 2, 2]
