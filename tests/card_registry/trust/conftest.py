"""Fixtures of the trust tests: a scratch folder in RAM and a site made from seeds."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.card_registry.trust.made import Door, Made


@pytest.fixture
def made() -> Made:
    """A site with two controllers and no card."""
    return Made()


@pytest.fixture
def door(made: Made, tmp_path: Path) -> Iterator[Door]:
    """A controller of that site that has learned nothing yet; it leaves no file behind."""
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    yield Door(made.root, scratch)
    assert list(scratch.iterdir()) == []
