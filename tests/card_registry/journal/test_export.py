"""Proof files from the server's stores: what is withheld stays proven, what is edited is found."""

import io
import subprocess
import sys
import tempfile
import tracemalloc
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import func, update

from card_registry.errors import OperatorMistaken
from card_registry.journal import bench
from card_registry.journal.bundle import Rows
from card_registry.journal.event import EventKind, Ordered, Unused, Witnessed
from card_registry.journal.export import Wanted, export_proof
from card_registry.journal.meaning import sentence
from card_registry.journal.note import authority_origin
from card_registry.journal.reading import Report, read_proof
from card_registry.journal.selection import Selection, names_person
from card_registry.journal.tree import Frontier, leaf
from card_registry.stores import ledger
from card_registry.words import ControllerId, DoorId, HolderId, OrderKind, PersonId, Side, TimeQuality
from tests import postgres
from tests.card_registry.journal.books import Books, opened, tapped
from tests.card_registry.journal.proofs import (
    HERE,
    NOON,
    ROOT,
    SITE,
    THERE,
    Proof,
    entry_of,
    faults,
    head_of,
    make_proof,
    moment,
    position_of,
    remarks,
    row_of,
    rows_of,
    trusted,
)
from tests.card_registry.trust.made import token

PROGRAMS = postgres.binaries()
HIDE = Wanted(rows=Selection(with_persons=False))


def read(file: Path) -> Report:
    """Check a proof file from the root on paper."""
    return read_proof(file, ROOT)


def lines_of(file: Path, name: str = f"{HERE}.1") -> list[bytes]:
    """Give the lines of a journal's rows."""
    with zipfile.ZipFile(file) as proof:
        return proof.read(f"rows/{name}.jsonl").splitlines()


def test_everything_in_the_stores_is_proven(tmp_path: Path) -> None:
    """All controllers and epochs go in, rows byte for byte, and the signer's log beside them."""
    books = Books(tmp_path, trusted(entry_of(HERE), entry_of(THERE)))
    old, there = rows_of(30), rows_of(7, controller=THERE)
    books.store(old, (4, 9))
    books.store(rows_of(5, 2, previous=position_of(old)), (2,), epoch=2)
    books.store(there, (), THERE)
    books.change([b"satu", b"dua"])
    done = books.export(tmp_path / "bukti.zip")
    report = read(tmp_path / "bukti.zip")
    assert (done.site, done.journals, done.rows, done.withheld) == (SITE, 3, 42, 0)
    assert report.is_sound
    assert remarks(report) == []
    assert {one.name: one.proven for one in report.journals} == {
        f"{HERE}.1": 30,
        f"{HERE}.2": 5,
        f"{THERE}.1": 7,
        "authority": 2,
    }
    assert lines_of(tmp_path / "bukti.zip") == old


def test_one_controllers_journals_alone(tmp_path: Path) -> None:
    """Another controller is left out, and the report says that it is not there."""
    books = Books(tmp_path, trusted(entry_of(HERE), entry_of(THERE)))
    books.store(rows_of(5), ())
    books.store(rows_of(5, controller=THERE), (), THERE)
    books.export(tmp_path / "bukti.zip", Wanted((HERE,)))
    assert remarks(read(tmp_path / "bukti.zip")) == ["absent"]
    with pytest.raises(OperatorMistaken, match="no rows of lain"):
        books.export(tmp_path / "lain.zip", Wanted((HERE, ControllerId("lain"))))
    assert not (tmp_path / "lain.zip").exists()


def test_a_file_that_exists_is_left_alone(tmp_path: Path) -> None:
    """An export never writes over anything."""
    (tmp_path / "bukti.zip").write_bytes(b"laporan")
    books = Books(tmp_path)
    books.store(rows_of(5), ())
    with pytest.raises(OperatorMistaken, match="exists already"):
        books.export(tmp_path / "bukti.zip")
    assert (tmp_path / "bukti.zip").read_bytes() == b"laporan"


def test_persons_are_withheld_and_the_rest_stays_proven(tmp_path: Path) -> None:
    """No id of a card, a holder or a grant is left in the file; how many rows are withheld is told."""
    rows = [row_of(seq, tapped("ani" if seq % 3 else "")) for seq in range(30)]
    books = Books(tmp_path)
    books.store(rows, range(1, 30))
    done = books.export(tmp_path / "bukti.zip", HIDE)
    report = read(tmp_path / "bukti.zip")
    assert report.is_sound
    assert (done.withheld, report.journals[0].withheld, report.journals[0].proven) == (20, 20, 30)
    with zipfile.ZipFile(tmp_path / "bukti.zip") as proof:
        everything = b"".join(proof.read(name) for name in proof.namelist())
    assert not [name for name in ("ani", "card of ani", "grant of ani") if token(name).encode() in everything]


@pytest.mark.parametrize(
    ("body", "named"),
    [
        (tapped("ani"), True),
        (tapped(), False),
        (Ordered(DoorId("ruang-server"), OrderKind.RELEASE, 4, "ab" * 32, PersonId("kabid")), True),
        (Unused(DoorId("ruang-server"), Side.IN, 1, 3, None, HolderId(token("ani"))), True),
        (Unused(DoorId("ruang-server"), Side.IN, 1, 3), False),
    ],
)
def test_what_names_a_person_is_decided_by_what_a_row_carries(body: object, named: bool) -> None:  # noqa: FBT001
    """Any random id in the body counts, and whoever ordered something; a boot's name does not."""
    assert names_person(row_of(3, body)) is named  # type: ignore[arg-type] # one of the bodies


def test_a_row_of_an_unknown_form_names_a_person_and_is_of_any_period() -> None:
    """What cannot be looked into is withheld where persons are, and never left out for its time."""
    assert names_person(b'{"at":1}')
    assert Selection(1, 2).is_within(b'{"at":1}')


def test_a_time_nobody_vouches_for_is_placed_by_the_wall_clock() -> None:
    """Its bounds say nothing, and would put it into every period."""
    row = row_of(1, at=moment(1, lo=0, hi=None, quality=TimeQuality.FLOOR))
    assert Selection(NOON, NOON + 2000).is_within(row)
    assert not Selection(None, NOON).is_within(row)
    assert not Selection(NOON + 2000, None).is_within(row)
    assert Selection(None, None).is_within(row)


def test_a_vouched_time_is_placed_by_its_bounds() -> None:
    """A row that may be of the period is shown, wherever the wall clock stood."""
    row = row_of(1, at=moment(1, lo=NOON, hi=NOON + 9000))
    assert Selection(NOON + 9000, None).is_within(row)
    assert not Selection(NOON + 9001, None).is_within(row)
    assert Selection(None, NOON + 1).is_within(row)
    assert not Selection(None, NOON).is_within(row)


def test_a_row_with_another_time_inside_the_period_is_withheld(tmp_path: Path) -> None:
    """A clock that was wrong for one row shows neither that row nor more than was asked for."""
    rows = [row_of(seq, at=moment(seq, NOON - 10**7) if seq == 5 else None) for seq in range(10)]
    books = Books(tmp_path)
    books.store(rows, (3,))
    books.export(tmp_path / "bukti.zip", Wanted(rows=Selection(NOON, None)))
    assert [n for n, line in enumerate(lines_of(tmp_path / "bukti.zip")) if line[:1] != b"{"] == [5]
    assert read(tmp_path / "bukti.zip").is_sound


def test_of_a_period_its_rows_are_shown(tmp_path: Path) -> None:
    """Rows before it become a few lines, the first of all stays, the end is the next signed head."""
    rows = rows_of(1000)
    books = Books(tmp_path)
    books.store(rows, range(10, 1000, 10))
    period = Selection(NOON + 500_000, NOON + 600_000)
    done = books.export(tmp_path / "bukti.zip", Wanted(rows=period))
    report = read(tmp_path / "bukti.zip")
    lines = lines_of(tmp_path / "bukti.zip")
    assert report.is_sound
    assert [line for line in lines if line.startswith(b"{")] == [rows[0], *rows[500:600]]
    assert (done.rows, done.withheld, report.journals[0].size) == (600, 499, 600)
    assert len(lines) < 120
    assert remarks(report) == []


def test_a_period_without_rows_still_shows_that_the_epoch_was_there(tmp_path: Path) -> None:
    """An epoch outside the period is withheld but for its first row, so that none can be left out unseen."""
    old = rows_of(100)
    later = [moment(seq, NOON + 10_000_000 + seq) for seq in range(5)]
    first, *rest = rows_of(5, 2, previous=position_of(old))
    books = Books(tmp_path)
    books.store(old, (50,))
    books.store([first, *(row_of(seq, at=later[seq], epoch=2) for seq in range(1, len(rest)))], (), epoch=2)
    books.export(tmp_path / "bukti.zip", Wanted(rows=Selection(NOON + 10_000_000, None)))
    report = read(tmp_path / "bukti.zip")
    assert report.is_sound
    assert [(one.size, one.withheld) for one in report.journals] == [(100, 99), (4, 0)]


@settings(max_examples=15)
@given(st.data())
def test_whatever_is_asked_for_is_proven(data: st.DataObject) -> None:
    """Any period, any persons, any heads: the file is sound, and shows only what was asked for."""
    count = data.draw(st.integers(1, 150))
    people = data.draw(st.sets(st.integers(0, count - 1)))
    sizes = data.draw(st.sets(st.integers(1, count)))
    begins, ends = sorted(data.draw(st.tuples(st.integers(-5, count + 5), st.integers(-5, count + 5))))
    rows = [row_of(seq, tapped("ani") if seq in people else None) for seq in range(count)]
    selection = Selection(NOON + begins * 1000, NOON + ends * 1000, with_persons=data.draw(st.booleans()))
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "bukti.zip"
        books = Books(Path(folder))
        books.store(rows, sizes)
        done = books.export(file, Wanted(rows=selection, every_head=data.draw(st.booleans())))
        report, lines = read(file), lines_of(file)
    assert report.is_sound
    shown = {seq for seq in range(count) if begins <= seq < ends} | {0}
    hidden = set() if selection.with_persons else people
    assert [line for line in lines if line.startswith(b"{")] == [rows[n] for n in sorted(shown - hidden)]
    assert report.journals[0].withheld == done.withheld


@settings(max_examples=25)
@given(st.integers(1, 70), st.integers(0, 69), st.booleans())
def test_a_pruned_start_is_proven_by_the_tree_over_it(count: int, gone: int, honest: bool) -> None:  # noqa: FBT001
    """Who dropped the first rows can still prove the rest, with the tree over them and with no other."""
    rows, gone = rows_of(count), min(gone, count)
    frontier = Frontier().extend(leaf(row) for row in (rows if honest else rows[::-1])[:gone])
    with tempfile.TemporaryDirectory() as folder:
        whole = make_proof(Path(folder), {f"{HERE}.1": (rows, [head_of(rows)])})
        out = io.BytesIO()
        written = Rows(out)
        written.begin_at(frontier)
        for row in rows[gone:]:
            written.show(row)
        part = Proof({**whole.parts, f"rows/{HERE}.1.jsonl": out.getvalue()})
        report = part.check(Path(folder))
    genuine = honest or rows[:gone] == rows[::-1][:gone]
    assert faults(report) == ([] if genuine else [("edited", 0, count - 1)])
    assert (report.journals[0].withheld, report.journals[0].size) == (gone, count)
    assert remarks(report) == (["late-start"] if 0 < gone < count else [])


def test_heads_close_together_are_left_out_unless_asked_for(tmp_path: Path) -> None:
    """One head in 64 rows proves as much and is checked faster; every head names a changed row alone."""
    books = Books(tmp_path)
    books.store(rows_of(200), range(1, 200))
    changed = update(ledger.event).where(ledger.event.c.seq == 100)
    with opened(books.ledger_url, "ledger") as engine, engine.begin() as connection:
        body = func.replace(ledger.event.c.body, b"ruang", b"riang")
        connection.execute(changed.values(body=func.cast(body, ledger.event.c.body.type)))
    books.export(tmp_path / "a.zip")
    books.export(tmp_path / "b.zip", Wanted(every_head=True))
    assert faults(read(tmp_path / "a.zip")) == [("edited", 64, 127)]
    assert faults(read(tmp_path / "b.zip")) == [("edited", 100, 100)]


def test_a_row_deleted_from_the_ledger_is_found(tmp_path: Path) -> None:
    """The export passes on what the ledger holds, and the check finds what it does not."""
    books = Books(tmp_path)
    books.store(rows_of(20), (10,))
    with opened(books.ledger_url, "ledger") as engine, engine.begin() as connection:
        connection.execute(ledger.event.delete().where(ledger.event.c.seq.in_([7, 8])))
    books.export(tmp_path / "bukti.zip")
    assert faults(read(tmp_path / "bukti.zip")) == [("deleted", 7, 8)]


def test_the_signers_log_is_held_against_its_witnesses(tmp_path: Path) -> None:
    """A registry restored without its last changes is found by what a door had seen."""
    changes = [b"%d" % number for number in range(8)]
    root = Frontier().extend(leaf(row) for row in changes).root().hex()
    rows = [*rows_of(1), row_of(1, Witnessed(authority_origin(SITE), 8, root))]
    books = Books(tmp_path)
    books.store(rows, ())
    books.change(changes[:5])
    books.export(tmp_path / "bukti.zip")
    assert faults(read(tmp_path / "bukti.zip")) == [("truncated", 5, 7)]
    assert EventKind.WITNESSED.encode() in lines_of(tmp_path / "bukti.zip")[1]


@pytest.mark.skipif(PROGRAMS is None, reason="this machine has no PostgreSQL")
def test_an_export_from_postgresql_is_the_same(tmp_path: Path) -> None:
    """The same rows give the same proof from either database."""
    assert PROGRAMS is not None
    rows = [row_of(seq, tapped("ani") if seq % 3 else None) for seq in range(150)]
    with postgres.cluster(PROGRAMS) as url:
        for name, books in (("a", Books(tmp_path)), ("b", Books(tmp_path, database=url))):
            books.store(rows, range(7, 150, 7))
            books.change([b"satu", b"dua"])
            books.export(tmp_path / f"{name}.zip", HIDE)
    one, other = (zipfile.ZipFile(tmp_path / f"{name}.zip") for name in "ab")
    with one, other:
        assert {n: one.read(n) for n in one.namelist()} == {n: other.read(n) for n in other.namelist()}
    assert read(tmp_path / "b.zip").is_sound


def test_an_unfounded_registry_is_refused(tmp_path: Path) -> None:
    """Without a site there are no keys to prove anything with."""
    books = Books(tmp_path)
    books.store(rows_of(5), ())
    with opened(books.registry_url, "registry") as engine, engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM site")
    with pytest.raises(OperatorMistaken, match="akses registry found"):
        books.export(tmp_path / "bukti.zip")
    assert not (tmp_path / "bukti.zip").exists()


def test_memory_does_not_grow_with_the_rows(tmp_path: Path) -> None:
    """Export and check hold a chunk of rows at a time, whatever there is."""
    root, books, truth = bench.filled_stores(tmp_path, 8_000)
    tracemalloc.start()
    try:
        export_proof((books, truth), tmp_path / "bukti.zip", NOON, Wanted())
        assert read_proof(tmp_path / "bukti.zip", root).is_sound
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
        books.dispose()
        truth.dispose()
    assert peak < 24 * 1024 * 1024


PEAK = (
    "import resource, sys; from pathlib import Path; from card_registry.journal import bench; "
    "from card_registry.journal.export import Wanted, export_proof; "
    "from card_registry.journal.reading import read_proof; "
    "folder = Path(sys.argv[1]); root, *stores = bench.filled_stores(folder, int(sys.argv[2])); "
    "export_proof(tuple(stores), folder / 'bukti.zip', 0, Wanted()); "
    "assert read_proof(folder / 'bukti.zip', root).is_sound; "
    "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)"
)


@pytest.mark.long
def test_a_million_rows_take_the_memory_of_a_few(tmp_path: Path) -> None:
    """A whole process that exports and checks a million rows stays within 32 MiB of one with few."""
    peaks = []
    for count in (10_000, 1_000_000):
        (tmp_path / str(count)).mkdir()
        words = [sys.executable, "-c", PEAK, str(tmp_path / str(count)), str(count)]
        peaks.append(int(subprocess.run(words, capture_output=True, text=True, check=True).stdout))
    assert peaks[1] - peaks[0] < 32, peaks


def test_rows_dropped_by_rule_leave_their_leaves_and_a_remark(tmp_path: Path) -> None:
    """Every row is still proven, and the file says which went and why; a false claim says nothing."""
    books = Books(tmp_path)
    books.store(rows_of(40), (20,))
    seqs = [*range(3, 9), 30]
    with opened(books.ledger_url, "ledger") as engine, engine.begin() as connection:
        connection.execute(update(ledger.event).where(ledger.event.c.seq.in_(seqs)).values(body=b""))
        for number, (first, last) in ((4, (3, 8)), (5, (30, 30))):
            place = {"link": f"{number}" * 64, "place": 0, "controller": HERE, "epoch": 1, "at": NOON}
            span = {"number": number, "first": first, "last": last, "rows": last - first + 1}
            connection.execute(ledger.dropped.insert().values(**place, **span))
    done = books.export(tmp_path / "bukti.zip")
    report = read(tmp_path / "bukti.zip")
    assert (done.withheld, faults(report)) == (7, [])
    (journal,) = report.journals
    said = next(one for one in journal.findings if one.what == "dropped")
    assert (journal.proven, said.first, said.last) == (40, 3, 30)
    assert said.why == "7 of them, by the office's decisions 4 to 5"
    assert "dihapus menurut aturan" in sentence(said)
    with zipfile.ZipFile(tmp_path / "bukti.zip") as proof:
        parts = {name: proof.read(name) for name in proof.namelist()}
    for lie in (b'{"x":1}', b"[", b"[]", parts["dropped.json"].replace(b'"rows":7', b'"rows":8')):
        told = Proof({**parts, "dropped.json": lie}).check(tmp_path)
        assert "dropped" not in remarks(told)
        assert faults(told) == []
