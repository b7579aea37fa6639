"""requirements.lock: complete, by hash, for every Python we promise, and without any address."""

import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
LOCK = (ROOT / "requirements.lock").read_text()
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
LOCKED_EXTRAS = ("door", "desk", "server", "documents", "pictures", "netbox", "tte", "dev")
"""pcsc is source-only and never part of demo or test (DESIGN §9)."""

PINS = {
    canonicalize_name(pin.name): pin
    for pin in (
        Requirement(line.removesuffix("\\")) for line in LOCK.splitlines() if not line.startswith((" ", "#"))
    )
}
WANTED = [
    *PROJECT["dependencies"],
    *(r for extra in LOCKED_EXTRAS for r in PROJECT["optional-dependencies"][extra]),
]


def test_no_address() -> None:
    """Where packages come from is the machine's affair, not the lock's."""
    assert "://" not in LOCK
    assert not any(
        line.lstrip().startswith(("--index", "--extra-index", "--find-links")) for line in LOCK.splitlines()
    )


def test_every_pin_has_hashes() -> None:
    """Each package is one exact version followed by at least one SHA-256."""
    for block in LOCK.replace("\\\n", " ").splitlines():
        assert "==" in block
        assert "--hash=sha256:" in block


@pytest.mark.parametrize("wanted", sorted(set(WANTED)))
def test_every_requirement_is_pinned_within_its_bounds(wanted: str) -> None:
    """What pyproject.toml asks for, the lock gives."""
    requirement = Requirement(wanted)
    (version,) = (pin.version for pin in PINS[canonicalize_name(requirement.name)].specifier)

    assert requirement.specifier.contains(version)


@pytest.mark.parametrize("python", ["3.11", "3.12", "3.13"])
def test_what_has_no_wheel_is_not_wanted(python: str) -> None:
    """lgpio, which has no wheel from Python 3.13 on, is locked for those below only."""
    marker = PINS[canonicalize_name("lgpio")].marker

    assert marker is not None
    assert marker.evaluate({"python_full_version": f"{python}.0"}) == (python != "3.13")
