"""``akses journal``: what an auditor types and reads."""

import json
import shutil
import subprocess
import sys
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from card_registry.journal import audit
from card_registry.journal.command import journal
from card_registry.journal.reading import read_proof
from card_registry.journal.telling import as_text
from tests.card_registry.journal.books import Books, opened, tapped
from tests.card_registry.journal.proofs import HERE, NOON, ROOT, entry_of, row_of, rows_of, simple, trusted

NOON_TEXT = "2026-11-20 12:00:00 WIB"


def run(*words: object) -> Result:
    """Type a command."""
    return CliRunner().invoke(journal, [str(word) for word in words])


@pytest.fixture
def books(tmp_path: Path) -> Books:
    """Give stores with one journal, every third row of a person."""
    books = Books(tmp_path, trusted(entry_of(HERE)))
    books.store([row_of(seq, None if seq % 3 else tapped("ani")) for seq in range(90)], (30, 60))
    return books


def export(books: Books, file: Path, *more: object) -> Result:
    """Export a proof file."""
    return run("export", "--ledger", books.ledger_url, "--registry", books.registry_url, "--out", file, *more)


def test_an_auditor_exports_and_verifies(books: Books, tmp_path: Path) -> None:
    """The page says what was checked, from which root, what is proven, and what no file can show."""
    file = tmp_path / "bukti.zip"
    assert export(books, file).output == f"{file}: 1 journal of contoh, 90 rows\n"
    told = run("verify", file, "--root", ROOT)
    assert told.exit_code == 0
    assert "(the root you named)" in told.output
    assert f"SOUND      {HERE}, epoch 1: 90 rows, all proven, under 1 signed head" in told.output
    assert f"shown from {NOON_TEXT} to 2026-11-20 12:01:29 WIB" in told.output
    assert "No file can show that its end is the newest" in told.output


def test_without_a_root_the_page_says_what_that_is_worth(books: Books, tmp_path: Path) -> None:
    """A file that agrees with itself proves nothing until its root is compared with the paper."""
    export(books, tmp_path / "bukti.zip")
    told = run("verify", tmp_path / "bukti.zip")
    assert told.exit_code == 0
    assert "THE FILE'S OWN ROOT" in told.output
    assert "This holds only if the root above is the site's" in told.output


def test_another_root_is_refused_in_a_sentence(books: Books, tmp_path: Path) -> None:
    """Exit code 1, and what to look at."""
    export(books, tmp_path / "bukti.zip")
    told = run("verify", tmp_path / "bukti.zip", "--root", "ab" * 32)
    assert told.exit_code == 1
    assert told.output == "Error: bukti.zip proves nothing: its first root is not the one that was named\n"


def test_a_file_that_is_no_proof_is_refused_in_a_sentence(tmp_path: Path) -> None:
    """Whatever is given, no traceback comes back."""
    (tmp_path / "surat.zip").write_bytes(b"bukan zip")
    told = run("verify", tmp_path / "surat.zip")
    assert told.exit_code == 1
    assert told.output.startswith("Error: surat.zip proves nothing: ")


def test_kept_heads_find_what_the_file_alone_hides(books: Books, tmp_path: Path) -> None:
    """``--keep`` this time, ``--checkpoint`` next time: a shortened past is named with its rows."""
    export(books, tmp_path / "a.zip")
    run("verify", tmp_path / "a.zip", "--root", ROOT, "--keep", tmp_path / "kepala.txt")
    (tmp_path / "lain").mkdir()
    shorter = Books(tmp_path / "lain")
    shorter.store([row_of(seq, None if seq % 3 else tapped("ani")) for seq in range(70)], ())
    export(shorter, tmp_path / "b.zip")
    assert run("verify", tmp_path / "b.zip", "--root", ROOT).exit_code == 0
    told = run("verify", tmp_path / "b.zip", "--root", ROOT, "--checkpoint", tmp_path / "kepala.txt")
    assert told.exit_code == 1
    words = " ".join(told.output.split())
    finding = "the rows end at 70, and a genuine head is over 90 (the checkpoint you kept)"
    assert f"FAULT truncated: {finding}: rows 70 to 89 are missing" in words
    assert "NOT SOUND: 1 fault." in words
    brief = run("verify", tmp_path / "b.zip", "--checkpoint", tmp_path / "kepala.txt", "--brief")
    assert "can mean" in told.output
    assert "can mean" not in brief.output


def test_programs_read_one_object(books: Books, tmp_path: Path) -> None:
    """Each journal has its verdict, its figures and its findings; the signer's own log stands apart."""
    books.change([b"satu"])
    export(books, tmp_path / "bukti.zip", "--redact-persons")
    told = json.loads(run("verify", tmp_path / "bukti.zip", "--root", ROOT, "--json").output)
    (one,) = told["journals"]
    assert (told["ok"], told["site"], told["root"]) == (True, "contoh", ROOT)
    assert (one["controller"], one["epoch"], one["rows"], one["withheld"]) == (HERE, 1, 90, 30)
    assert (one["ok"], one["sentence"], one["began"]) == (True, "", NOON + 1000)
    assert (told["authority"]["rows"], told["authority"]["withheld"]) == (1, 1)


def test_an_edited_row_reaches_programs_and_people(tmp_path: Path) -> None:
    """The same finding, as a sentence and as fields."""
    (tmp_path / "lain").mkdir()
    rows = rows_of(20)
    other = Books(tmp_path / "lain")
    other.store(rows, (10,))
    export(other, tmp_path / "bukti.zip")
    changed = tmp_path / "diubah.zip"
    _rewrite(tmp_path / "bukti.zip", changed, rows[12], rows[12].replace(b"ruang", b"riang"))
    told = run("verify", changed, "--root", ROOT, "--json")
    (one,) = json.loads(told.output)["journals"]
    assert told.exit_code == 1
    assert one["sentence"].startswith("rows 0 to 19 do not hash to the root signed over the first 20 rows")
    assert {key: one["findings"][0][key] for key in ("what", "grade", "first", "last")} == {
        "what": "edited",
        "grade": "fault",
        "first": 0,
        "last": 19,
    }


def test_days_are_counted_in_the_sites_zone(books: Books, tmp_path: Path) -> None:
    """A day is local; rows outside the days are withheld and stay proven."""
    told = export(books, tmp_path / "a.zip", "--days", "2026-11-20", "2026-11-20")
    assert told.output.endswith("90 rows\n")
    told = export(books, tmp_path / "b.zip", "--days", "2026-11-21", "2026-11-22")
    assert told.output.endswith("90 rows, 89 of them withheld\n")
    assert run("verify", tmp_path / "b.zip", "--root", ROOT).exit_code == 0
    told = export(books, tmp_path / "c.zip", "--days", "2026-11-22", "2026-11-21")
    assert (told.exit_code, "the last day is before the first" in told.output) == (1, True)


def test_days_need_a_founded_registry(books: Books, tmp_path: Path) -> None:
    """Without the officers' policy there is no time zone to count days in."""
    with opened(books.registry_url, "registry") as engine, engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM slot")
    told = export(books, tmp_path / "a.zip", "--days", "2026-11-20", "2026-11-20")
    assert (told.exit_code, "akses registry found" in told.output) == (1, True)


def test_an_odd_time_or_zone_is_shown_as_it_is(books: Books, tmp_path: Path) -> None:
    """A time beyond the calendar is a number, and a zone this machine does not know is UTC."""
    export(books, tmp_path / "bukti.zip")
    report = read_proof(tmp_path / "bukti.zip", ROOT)
    odd = replace(report, zone="Antah/Berantah", journals=(replace(report.journals[0], ended=10**18),))
    told = as_text(odd, tmp_path / "bukti.zip", pinned=True)
    assert "shown from 2026-11-20 05:00:00 UTC to 1000000000000000000 ms" in told


def test_a_journal_of_which_nothing_is_proven_says_so(tmp_path: Path) -> None:
    """No figure pretends to be a proof."""
    simple(tmp_path).with_heads(b"").write(tmp_path / "bukti.zip")
    told = run("verify", tmp_path / "bukti.zip", "--root", ROOT)
    assert f"NOT SOUND  {HERE}, epoch 1: nothing is proven" in told.output


def _rewrite(source: Path, target: Path, old: bytes, new: bytes) -> None:
    with zipfile.ZipFile(source) as genuine, zipfile.ZipFile(target, "w") as changed:
        for name in genuine.namelist():
            changed.writestr(name, genuine.read(name).replace(old, new))


def test_the_checker_runs_alone(books: Books, tmp_path: Path) -> None:
    """Copied to a machine with nothing of ours, the one module checks a file and says what it found."""
    file, alone = tmp_path / "bukti.zip", tmp_path / "periksa.py"
    export(books, file)
    shutil.copy(audit.__file__, alone)
    told = subprocess.run(
        [sys.executable, "-I", alone, file, ROOT], capture_output=True, text=True, check=True
    )
    assert told.stdout == f"akses/contoh/{HERE}/1: 90 rows proven of 90; sound\n"
