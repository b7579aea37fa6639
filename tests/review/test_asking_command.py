"""`akses review ask`: each question at a console that runs, in lines and as JSON."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from review.follow import Follower
from review.web.console import Console
from tests.review.listening import served
from tests.review.typing_in import Run, typist
from tests.review.world import World

ID = re.compile(r"\[([0-9a-f]{32})\]")


@pytest.fixture(name="run")
def _run(granted: World, tmp_path: Path) -> Iterator[Run]:
    """Serve an office with one right; give the command as a person with a role."""
    with served(Console(granted.office, Follower(granted.office))) as address:
        yield typist(granted, address, tmp_path, "ask")


def test_every_question_is_answered_at_a_console(run: Run) -> None:
    """What is found by a word is told by its id; each answer says what it rests on."""
    said = run("auditor", "find", "pemegang contoh").output
    found = ID.search(said)
    assert found is not None
    about = run("auditor", "about", "holder", found[1]).output
    assert "KRT-00001" in about
    assert "HAK AKSES" in about
    who = run("auditor", "who", "ruang-server").output
    assert "Pemegang Contoh" in who
    assert "oleh Pejabat Kabid (bertanda tangan)" in who
    assert "bertambah" in run("auditor", "changes", "--first", "2026-11-20", "--last", "2026-11-20").output
    assert "Putusan ditandatangani" in run("auditor", "approvals").output
    week = ("--first", "2026-11-16", "--last", "2026-11-22")
    assert "Tidak ada pembukaan pintu" in run("auditor", "sample", "--seed", "a", *week).output
    assert "DI LUAR JAM KERJA" in run("auditor", "signs", *week).output.upper()


def test_a_question_is_answered_as_json_or_refused_with_a_sentence(run: Run) -> None:
    """A moment is read as this machine's; whoever may not read the audit gets the sentence and code 1."""
    past = json.loads(run("auditor", "--json", "who", "ruang-server", "--at", "2020-01-01").output)
    assert past["tables"][0]["rows"] == []
    assert "tidak berwenang membaca jejak audit" in run("operator", "who", "ruang-server", code=1).output
    assert "tidak ditemukan" in run("auditor", "who", "gudang", code=1).output
