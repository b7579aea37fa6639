"""Fixtures of the authority tests: one site founded once, copied for each test."""

import shutil
from pathlib import Path

import pytest

from tests.card_registry.authority.house import DESK, DOOR, HERE, House, request_of


@pytest.fixture(scope="session")
def founded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A founded site with one door controller and one desk."""
    house = House(tmp_path_factory.mktemp("founded"))
    house.found()
    house.enrol(request_of(HERE, DOOR))
    house.enrol(request_of(DESK))
    return house.folder


@pytest.fixture
def house(founded: Path, tmp_path: Path) -> House:
    """A copy of the founded site."""
    return House(Path(shutil.copytree(founded, tmp_path / "house")))
