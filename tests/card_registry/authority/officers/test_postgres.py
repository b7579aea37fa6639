"""The officers' ceremony over PostgreSQL: the same founding, the same rotation, from the same commands."""

from pathlib import Path

import pytest

from tests import postgres
from tests.card_registry.authority.officers.chancery import Chancery
from tests.card_registry.trust.made import token

PROGRAMS = postgres.binaries()
pytestmark = pytest.mark.skipif(PROGRAMS is None, reason="this machine has no PostgreSQL")


def test_a_site_is_founded_and_its_signer_replaced_on_postgresql(tmp_path: Path) -> None:
    """Three officers found the site and replace all four keys of the signer; a door follows."""
    assert PROGRAMS is not None
    with postgres.cluster(PROGRAMS) as url:
        chancery = Chancery(tmp_path, database=url)
        chancery.begin()
        door = chancery.door()

        chancery.hold("rotate", *chancery.replace_signer_keys("grants", "online", "order", "authority"))

        chancery.admit("budi")
        assert door.learn(chancery.house.slots()).floors.root == 2
        assert door.cards() == {token("card of ani"), token("card of budi")}
        assert "applied before" in chancery.apply(chancery.folder / "draft.json").output
