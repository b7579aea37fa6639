"""`akses review retention` and `akses review person`: dry run, purge, hold and copy at a console."""

import json
import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from review.follow import Follower
from review.web.console import Console
from tests.review.conftest import STORES, opened_world
from tests.review.listening import served
from tests.review.test_retaining import YEARS, old_stores
from tests.review.typing_in import Run, typist

__all__ = ["old_stores"]


@pytest.fixture(name="run")
def _run(tmp_path: Path, old_stores: Path) -> Iterator[Run]:
    """Serve the office of ``test_retaining`` six years later; give both groups of commands."""
    for name in STORES:
        (tmp_path / name).write_bytes((old_stores / name).read_bytes())
    with opened_world(tmp_path, random.Random(14).randbytes) as world:
        world.clock.now += YEARS
        with served(Console(world.office, Follower(world.office))) as address:
            groups = {name: typist(world, address, tmp_path, name) for name in ("retention", "person")}
            yield lambda login, group, *words, code=0: groups[group](login, *words, code=code)


def test_a_purge_from_the_shell_needs_the_code_of_its_dry_run(run: Run) -> None:
    """What is shown, tried, held, lifted and purged is told in lines; a refusal is a sentence and code 1."""
    assert "the chain of decisions is whole" in run("auditor", "retention", "show").output
    tried = json.loads(run("auditor", "retention", "--json", "preview", "permohonan").output)
    assert tried["counted"] == [{"what": "permohonan", "count": 1}]
    held = run("kadis", "retention", "hold", "permohonan", "ARS-2026-0001", "--basis", "Perkara 1").output
    assert "held: permohonan" in held
    refused = run("admin", "retention", "run", "permohonan", "--code", tried["code"], code=1).output
    assert "Tidak ada yang dapat dihapus" in refused
    assert "lifted" in run("kadis", "retention", "hold", "--lift", held.split()[-1]).output
    done = run("admin", "retention", "run", "permohonan", "--code", tried["code"]).output
    assert "decision 1" in done
    assert "the chain of decisions is whole" in run("auditor", "retention", "show", "--verify").output
    run("auditor", "retention", "run", "sesi", "--code", "0", code=1)
    run("admin", "retention", "hold", code=2)
    run("admin", "retention", "hold", "orang", "Siapa", "--basis", "x", code=1)


def test_a_copy_is_for_one_person(run: Run, tmp_path: Path) -> None:
    """A name that means one holder gives their copy; one that means nobody is only a list."""
    copy = json.loads(run("auditor", "person", "data", "pemegang contoh").output)
    assert copy["orang"]["nama"] == "Pemegang Contoh"
    out = tmp_path / "salinan.json"
    assert (
        "hand it to nobody"
        in run("admin", "person", "data", copy["orang"]["pengenal"], "--out", str(out)).output
    )
    assert json.loads(out.read_bytes())["orang"] == copy["orang"]
    assert "akun" in run("auditor", "person", "data", "Pejabat", code=1).output
    assert json.loads(run("auditor", "person", "data", "Pejabat Kabid").output)["sebagai"] == "akun"
    assert "tidak berwenang" in run("operator", "person", "data", "pemegang", code=1).output
