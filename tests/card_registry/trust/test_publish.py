"""Publications: what is signed again, in which order, and what never leaves."""

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from card_registry.canonical import LIMIT
from card_registry.errors import StoreBroken
from card_registry.instant import DAY
from card_registry.trust.publish import Edition, SigningKeys, half_over, life_of, version_of
from card_registry.trust.slots import DENY_LIST, Role, grants_role, meta_slot
from tests.card_registry.trust.made import HERE, Door, Made, denial, founding


def test_a_denial_signs_three_roles_and_the_timestamp_last(made: Made) -> None:
    """Taking away re-signs the deny role, snapshot and timestamp, whatever else the site holds."""
    made.admit("ani")
    edition = made.edition()
    edition.put(Role.DENY, DENY_LIST, b"{}")

    assert list(edition.close()) == [DENY_LIST, "meta/deny", "meta/snapshot", "meta/timestamp"]


def test_versions_are_the_publications_number(made: Made) -> None:
    """Every role signed in one publication carries its number."""
    made.deny(denial("ani", 1))

    for role in (Role.DENY, Role.SNAPSHOT, Role.TIMESTAMP):
        assert version_of(made.slots[meta_slot(role)]) == made.number


def test_a_beat_signs_the_timestamp_alone_until_the_snapshot_is_old(made: Made) -> None:
    """The five-minute beat costs one slot; the snapshot is signed again at half its life."""
    assert list(made.edition().close()) == ["meta/timestamp"]
    made.now += 4 * DAY
    assert list(made.edition().close()) == ["meta/snapshot", "meta/timestamp"]


def test_half_a_life(made: Made) -> None:
    """A role is due when more than half of its signed life is over."""
    deny = made.slots["meta/deny"]

    assert not half_over(deny, Role.DENY, made.now + 15 * DAY - 1000)
    assert half_over(deny, Role.DENY, made.now + 15 * DAY + 1000)
    assert life_of("grants-pengendali-1") == life_of(grants_role(HERE)) == life_of(Role.GRANTS)


def test_a_target_too_large_for_a_slot_is_never_published(made: Made) -> None:
    """A publication that no bridge would store is refused where it is made."""
    with pytest.raises(StoreBroken, match="a slot holds at most"):
        made.edition().put(Role.DENY, DENY_LIST, b"x" * (LIMIT + 1))


def test_only_a_keys_own_role_is_signed(made: Made) -> None:
    """Without the enroller nothing can be put into the directory, and officers' roles never."""
    present = founding()
    keys = SigningKeys(present.grants, present.online)
    for role in (Role.DOORS, Role.TARGETS):
        edition = Edition(made.slots, keys, made.number + 1, made.now)
        edition.touch(role)
        with pytest.raises(StoreBroken, match=f"the key of role {role} is not here"):
            edition.close()
    assert isinstance(keys.of(grants_role(HERE)), Ed25519PrivateKey)


def test_what_was_put_is_read_back(made: Made, door: Door) -> None:
    """A publication in the making shows its own changes, and nobody else's."""
    edition = made.edition()
    edition.put(Role.DENY, DENY_LIST, b"{}")

    assert edition.read(DENY_LIST) == b"{}"
    assert made.slots[DENY_LIST] != b"{}"
    assert door.verify(made.folder()).targets[DENY_LIST] == made.slots[DENY_LIST]
