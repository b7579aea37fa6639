"""How the hub reads the registry: what changed, in which order, and whose keys it believes."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import text

from card_registry import canonical
from card_registry.statements import Directory
from card_registry.stores.engine import open_store
from card_registry.trust.ceremony import Founding, found
from card_registry.words import SiteId
from mqtt_bridge.registry_slots import RegistrySlots, Slot, in_order
from tests.mqtt_bridge.site import DESK, DOOR, SITE, Site, key


@pytest.fixture
def site(tmp_path: Path) -> Site:
    """Found a site."""
    return Site(tmp_path)


@pytest.fixture
def slots(site: Site, tmp_path: Path) -> Iterator[RegistrySlots]:
    """Open its registry as the hub does."""
    engine = open_store(site.registry, "registry", read_only=True)
    yield RegistrySlots(engine, SITE, site.root, tmp_path)
    engine.dispose()


def names(found: tuple[Slot, ...]) -> list[str]:
    """Give the names of slots."""
    return [one.name for one in found]


def test_what_is_named_comes_before_what_names_it() -> None:
    """Roots by number first, snapshot and timestamp last."""
    mixed = ("meta/timestamp", "root/10", "meta/snapshot", "deny/list", "root/9", "meta/targets")
    assert names(in_order(dict.fromkeys(mixed, b""))) == [
        "root/9", "root/10", "deny/list", "meta/targets", "meta/snapshot", "meta/timestamp",
    ]  # fmt: skip


def test_only_changes_are_read_again(site: Site, slots: RegistrySlots) -> None:
    """The first look gives everything, the next only what the signer wrote since."""
    assert {one.name: one.body for one in slots.look()} == site.slots
    assert slots.look() == ()
    site.write_slots({"meta/timestamp": b"2", "deny/list": b"1"})
    assert slots.look() == (Slot("deny/list", b"1"), Slot("meta/timestamp", b"2"))
    assert {one.name: one.body for one in slots.all()} == site.slots


def test_restored_registry_is_read_whole(site: Site, slots: RegistrySlots) -> None:
    """A serial that went back means another database: everything is read again."""
    slots.look()
    engine = open_store(site.registry, "registry")
    with engine.begin() as connection:
        connection.execute(text("update slot set serial = 1"))
    engine.dispose()
    assert len(slots.look()) == len(site.slots)


def test_directory_is_learnt_and_followed(site: Site, slots: RegistrySlots) -> None:
    """Keys come from the verified directory, and change when the enroller signs another."""
    slots.learn(slots.look())
    assert slots.directory is not None
    assert slots.directory[DOOR] == site.entry(DOOR)
    site.enrol(site.entry(DESK))
    slots.learn(slots.look())
    assert set(slots.directory) == {DESK}
    before = slots.directory
    site.write_slots({"d/meja-1/00": b"{}"})
    slots.learn(slots.look())
    assert slots.directory is before, "what it does not rest on is not verified again"


def test_edited_directory_gives_nobody_a_key(
    site: Site, slots: RegistrySlots, caplog: pytest.LogCaptureFixture
) -> None:
    """A directory edited in the database is refused with a sentence, said once; the last good one stands."""
    slots.learn(slots.look())
    thief = replace(site.entry(DOOR), log_key="f" * 64)
    site.write_slots({"doors/directory": canonical.encode(Directory(1, SITE, (thief,)))})
    slots.learn(slots.look())
    slots.learn(slots.look())
    assert slots.directory is not None
    assert slots.directory[DOOR] == site.entry(DOOR)
    assert caplog.text.count("does not verify") == 1
    assert "doors/directory" in caplog.text


def test_registry_of_another_founding_is_not_believed(
    site: Site, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Everything is well signed, but not from the pinned root; or of another site."""
    engine = open_store(site.registry, "registry", read_only=True)
    for pinned, name, sentence in (
        ("0" * 64, SITE, "founded with"),
        (site.root, SiteId("lain"), "not of lain"),
    ):
        slots = RegistrySlots(engine, name, pinned, tmp_path)
        slots.learn(slots.look())
        assert slots.directory is None
        assert sentence in caplog.text
    engine.dispose()


def test_expired_registry_still_says_whose_keys_are_whose(
    site: Site, slots: RegistrySlots, caplog: pytest.LogCaptureFixture
) -> None:
    """A signer that was away for a year does not stop rows from being stored."""
    present = Founding([key("o1"), key("o2"), key("o3")], key("enroller"), key("grants"), key("online"))
    site.write_slots({**found(present, site.people, site.policy, 0), "root/1": site.slots["root/1"]})
    slots.learn(slots.look())
    assert slots.directory == {}
    assert "rows are taken with the keys it last named" in caplog.text
