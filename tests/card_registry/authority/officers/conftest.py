"""Fixtures of the officers' tests: one site founded by officers who never met, copied for each test."""

from pathlib import Path

import pytest

from tests.card_registry.authority.officers.chancery import Chancery, copy_of


@pytest.fixture(scope="session")
def begun(tmp_path_factory: pytest.TempPathFactory) -> Chancery:
    """A founded site with a door, a desk and one card."""
    chancery = Chancery(tmp_path_factory.mktemp("chancery"))
    chancery.begin()
    return chancery


@pytest.fixture
def chancery(begun: Chancery, tmp_path: Path) -> Chancery:
    """A copy of the founded site."""
    return copy_of(begun, tmp_path / "office")
