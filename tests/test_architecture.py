"""The architecture law: what DESIGN §2 says of the house is true of every file in it."""

import statistics
import subprocess
import sys
import tomllib
from importlib.metadata import EntryPoint

import click
import pytest

from card_registry.command.bench import GROUPS, MEASURES
from card_registry.command.root import COMMANDS, LISTED
from tests import law
from tests.law import LAWS, MAY_IMPORT, ROOT, Law, Source, read_sources

TOP = {
    *MAY_IMPORT,
    "systemd",
    "tests",
    "akses",
    "pyproject.toml",
    "requirements.lock",
    "README.md",
    "LICENSE",
}
MADE_HERE = {"akses-data", "__pycache__"}
"""What a run leaves in a checkout; git ignores it, and so do we."""

LONG = "    x = 1\n" * (law.FUNCTION_LINES + 1)

PLANTED: dict[Law, list[Source]] = {
    law.imports_point_down: [
        Source("card_registry/a.py", "import review.case\n"),
        Source("card_registry/a.py", "def late():\n    from door_controller import door\n"),
        Source("firmware_config/a.py", "from door_controller.daemon import run\n"),
        Source("door_controller/a.py", "from mqtt_bridge import topics\n"),
        Source("review/pages/a.py", "from firmware_config import model\n"),
        Source("mqtt_bridge/a.py", "from tests.law import LAWS\n"),
    ],
    law.pure_modules_are_pure: [
        Source("review/a.py", f'"""A.\n\nPure.\n"""\n{line}\n')
        for line in [
            "import os",
            "from time import monotonic",
            "import sqlalchemy as sa",
            "from pathlib import Path",
            "from . import shell",
            "import random",
            "x = datetime.now(UTC)",
            "x = date.today()",
            "x = uuid4()",
            "x = Ed25519PrivateKey.generate()",
            "x = open('a')",
        ]
    ],
    law.functions_fit_in_the_head: [
        Source("review/a.py", f"def f():\n{LONG}"),
        Source("review/a.py", f'def f():\n    """Doc."""\n{LONG}'),
        Source("review/a.py", f"class C:\n  async def f():\n{LONG}"),
    ],
    law.modules_stay_small: [Source("review/a.py", "x = 1\n" * (law.MODULE_LINES + 1))],
    law.modules_say_what_they_decide: [Source("review/a.py", "x = 1\n"), Source("review/__init__.py", "")],
    law.names_are_of_the_trade: [
        Source("review/a.py", "class DoorManager: pass\n"),
        Source("review/a.py", "class ABCHelper: pass\n"),
        Source("review/utils.py", ""),
        Source("review/card_common.py", ""),
    ],
}


@pytest.fixture(scope="module")
def house() -> list[Source]:
    """Every Python file of our packages."""
    return read_sources(MAY_IMPORT)


@pytest.mark.parametrize("rule", LAWS, ids=lambda rule: rule.__name__)
def test_the_house_keeps_the_law(rule: Law, house: list[Source]) -> None:
    """No file of ours breaks the law."""
    assert list(rule(house)) == []


@pytest.mark.parametrize(
    ("rule", "planted"),
    [(rule, planted) for rule, sources in PLANTED.items() for planted in sources],
    ids=lambda value: value.__name__ if callable(value) else value.path,
)
def test_the_law_can_be_broken(rule: Law, planted: Source) -> None:
    """A breach planted in one file is found, and only there."""
    complaints = list(rule([planted, Source("review/shell.py", '"""Not declared pure."""\n')]))

    assert len(complaints) == 1
    assert complaints[0].startswith(planted.path)


def test_a_pure_module_may_use_pure_ones() -> None:
    """What computes may be imported: arithmetic, and pure modules of ours by module or by name."""
    pure = '"""A.\n\nPure.\n"""\n'
    words = Source("card_registry/words.py", pure)
    user = Source(
        "review/case.py",
        f"{pure}import msgspec, urllib.parse\nfrom collections.abc import Mapping\n"
        "from card_registry import words\nfrom card_registry.words import CardId\n",
    )

    assert list(law.pure_modules_are_pure([words, user])) == []


def test_every_law_has_a_planted_breach() -> None:
    """A law that nothing can break proves nothing."""
    assert set(PLANTED) == set(LAWS)


def test_functions_are_short(house: list[Source]) -> None:
    """The median function has fewer than ten lines."""
    lengths = [length for source in house for _, _, length in law.function_lengths(source)]

    assert statistics.median(lengths) < 10


def test_tests_say_what_they_prove() -> None:
    """Every test file has a docstring."""
    assert list(law.modules_say_what_they_decide(read_sources(["tests"]))) == []


def test_only_the_known_folders() -> None:
    """The top level holds what DESIGN §11 lists and nothing else."""
    found = {path.name for path in ROOT.iterdir() if not path.name.startswith(".")}

    assert {name for name in found - TOP - MADE_HERE if not name.endswith(".egg-info")} == set()


def test_systemd_is_no_package() -> None:
    """An __init__.py there would shadow python-systemd."""
    assert list((ROOT / "systemd").rglob("*.py")) == []


HEAVY = {
    "sqlalchemy",
    "alembic",
    "rich",
    "textual",
    "fastapi",
    "starlette",
    "jinja2",
    "uvicorn",
    "wtforms",
    "review",
}


@pytest.mark.parametrize(
    ("module", "never"),
    [
        ("door_controller.daemon", HEAVY),
        ("door_controller.command", HEAVY),
        ("mqtt_bridge.door_end", HEAVY),
        ("card_registry.journal.command", HEAVY),
        ("card_registry.command", HEAVY | (set(MAY_IMPORT) - {"card_registry"}) | {"httpx", "tuf", "nfc"}),
    ],
)
def test_a_program_loads_only_its_own(module: str, never: set[str]) -> None:
    """What a Pi or an auditor runs never loads the database toolkit or the web (DESIGN §9)."""
    assert loaded_by(f"import {module}") & never == set()


def test_help_loads_no_leaf() -> None:
    """`akses --help` names every group and imports none."""
    loaded = loaded_by("from card_registry.command import main; main(['--help'])")

    assert loaded & (set(MAY_IMPORT) - {"card_registry"} | HEAVY) == set()


def loaded_by(statement: str) -> set[str]:
    """Run `statement` in a fresh interpreter and return the top-level modules it loaded."""
    program = (
        f"{statement}\nimport sys\nprint('loaded', *sorted({{m.partition('.')[0] for m in sys.modules}}))"
    )
    ended = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return set(ended.stdout.splitlines()[-1].split()[1:])


DECLARED = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["entry-points"]


@pytest.mark.parametrize(("name", "place"), DECLARED[COMMANDS].items())
def test_every_declared_command_loads(name: str, place: str) -> None:
    """Each group that a package declares is there, under its own name, and `--help` knows a line for it."""
    command = EntryPoint(name, place, COMMANDS).load()

    assert isinstance(command, click.Command)
    assert command.name == name
    assert not LISTED[name].place


@pytest.mark.parametrize(("name", "place"), DECLARED[MEASURES].items())
def test_every_declared_measurement_loads(name: str, place: str) -> None:
    """Each measurement is there, and stands in a group that `akses bench` knows."""
    assert callable(EntryPoint(name, place, MEASURES).load())
    assert name.partition(".")[0] in GROUPS
