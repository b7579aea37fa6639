"""Names of slots: which there are, which a controller needs, and that a name is never a path."""

import pytest

from card_registry.errors import Malformed
from card_registry.trust import slots
from tests.card_registry.trust.made import ELSEWHERE, HERE, Made


def test_a_controller_needs_its_own_and_the_sites(made: Made) -> None:
    """A bridge stores the roots, the roles and its own targets, and nobody else's."""
    needed = {name for name in made.slots if slots.needed(name, HERE)}

    own = f"meta/{slots.grants_role(HERE)}"
    assert {"root/1", "meta/timestamp", own, f"d/{HERE}/plan", "deny/list"} <= needed
    assert not any(str(ELSEWHERE) in name for name in needed)
    assert "site/people" not in needed
    assert "doors/directory" not in needed
    assert slots.slots_for(HERE)[-1] == "meta/timestamp"


def test_names_and_files_are_one_to_one(made: Made) -> None:
    """Every slot has a plain file name, which leads back to it."""
    for name in made.slots:
        file = slots.file_name(name)
        assert "/" not in file
        assert slots.slot_name(file) == name


@pytest.mark.parametrize(
    "name", ["", "root", "../etc", "a/../b", "/a/b", "a/b/c/d", "Meta/x", "a//b", "a.b/c"]
)
def test_a_path_is_no_slot(name: str) -> None:
    """What could lead out of the folder is no slot's name, as name or as file."""
    with pytest.raises(Malformed, match="not the name of a registry slot"):
        slots.file_name(name)
    with pytest.raises(Malformed, match="not the file name of a registry slot"):
        slots.slot_name(name)


@pytest.mark.parametrize(
    ("name", "version"),
    [("root/1", 1), ("root/12", 12), ("root/0", None), ("root/01", None), ("meta/root", None)],
)
def test_root_versions(name: str, version: int | None) -> None:
    """Only a counted root has a version."""
    assert slots.root_version(name) == version
    assert version is None or slots.root_slot(version) == name
