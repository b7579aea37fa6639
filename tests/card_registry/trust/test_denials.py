"""Taking away never needs freshness: which deny lists are believed when nothing else is."""

import pytest
from tuf.api.metadata import Metadata, Root, Targets

from card_registry.errors import Forged, Incomplete
from card_registry.instant import DAY
from card_registry.statements import Denial
from card_registry.trust.denials import read_denials
from card_registry.trust.publish import sign, tuf_key
from card_registry.trust.slots import Role, meta_slot
from tests.card_registry.trust.made import Door, Made, denial, founding, key

NEWS = denial("ani", 1)


def believed(made: Made, door: Door, folder: dict[str, bytes]) -> tuple[Denial, ...]:
    """Give what a door believes of a folder without asking for freshness."""
    return read_denials(folder, door.trusted, made.root).denials


def test_denials_are_believed_when_everything_has_expired(made: Made, door: Door) -> None:
    """Two years later, without timestamp and snapshot, a signed denial still counts."""
    door.learn(made.folder())
    made.deny(NEWS)
    folder = made.folder()
    door.now += 730 * DAY
    for role in (Role.TIMESTAMP, Role.SNAPSHOT):
        del folder[meta_slot(role)]

    with pytest.raises(Incomplete):
        door.learn(folder)
    assert believed(made, door, folder) == (NEWS,)


def test_denials_need_only_two_slots_of_a_known_site(made: Made, door: Door) -> None:
    """The remembered targets role leads to the deny key."""
    door.learn(made.folder())
    made.deny(NEWS)
    folder = {name: made.slots[name] for name in ("deny/list", "meta/deny")}

    assert believed(made, door, folder) == (NEWS,)


def test_a_foreign_deny_list_is_forged(made: Made, door: Door) -> None:
    """Nobody but the online key denies: not the grants key, not another site."""
    door.learn(made.folder())
    other = Made(prefix="other-")
    other.deny(NEWS)
    role = Metadata[Targets].from_bytes(other.slots["meta/deny"]).signed
    for forged in (
        other.slots["meta/deny"],
        sign(role, founding().grants),
        made.slots["meta/snapshot"],
        b"{}",
    ):
        folder = {**made.folder(), "deny/list": other.slots["deny/list"], "meta/deny": forged}
        with pytest.raises(Forged, match="slot meta/deny is missing, or not signed"):
            believed(made, door, folder)


def test_without_a_genuine_targets_role_nothing_is_believed(made: Made, door: Door) -> None:
    """A new door whose broker offers no officers' role believes no denial."""
    folder = made.folder()
    del folder[meta_slot(Role.TARGETS)]

    with pytest.raises(Forged, match="slot meta/targets is missing, or not signed by enough officers"):
        believed(made, door, folder)


@pytest.mark.parametrize("change", [b"", b"x", None])
def test_a_list_that_is_not_the_signed_one_waits(change: bytes | None, made: Made, door: Door) -> None:
    """A list that is missing, cut off or changed is not believed yet."""
    made.deny(NEWS)
    folder = made.folder()
    folder.pop("deny/list")
    if change is not None:
        folder["deny/list"] = change

    with pytest.raises(Incomplete, match="slot deny/list is"):
        believed(made, door, folder)


def test_an_unnamed_list_waits(made: Made, door: Door) -> None:
    """A deny role that names no list gives none."""
    folder = {**made.folder(), "meta/deny": sign(Targets(version=9), founding().online)}

    with pytest.raises(Incomplete, match="or its role does not name it"):
        believed(made, door, folder)


def test_a_rotated_root_still_leads_to_denials(made: Made, door: Door) -> None:
    """Roots are walked by the officers' signatures; a foreign second root is passed over."""
    made.deny(NEWS)
    root = Metadata[Root].from_bytes(made.root).signed
    root.version = 2
    root.add_key(tuf_key(key("officer-4")), Role.ROOT)
    foreign = {**made.folder(), "root/2": sign(root, key("thief-1"), key("thief-2"))}
    rotated = {**made.folder(), "root/2": sign(root, *founding().officers[:2])}
    root.version = 7
    skipped = {**made.folder(), "root/2": sign(root, *founding().officers[:2])}

    for folder in (foreign, rotated, skipped):
        assert believed(made, door, folder) == (NEWS,)


def test_an_older_targets_role_does_not_replace_the_known_one(made: Made, door: Door) -> None:
    """After the officers re-delegate, a thief of the old deny key cannot use the old targets role."""
    door.learn(made.folder())
    old = made.slots[meta_slot(Role.TARGETS)]
    targets = Metadata[Targets].from_bytes(old).signed
    targets.version = 2
    assert targets.delegations is not None
    assert targets.delegations.roles is not None
    fresh = tuf_key(key("deny-2"))
    targets.delegations.keys[fresh.keyid] = fresh
    targets.delegations.roles[Role.DENY].keyids = [fresh.keyid]
    metadata = {meta_slot(Role.TARGETS): sign(targets, *founding().officers[:2])}
    door.trusted = type(door.trusted)(metadata=metadata)
    made.deny(NEWS)

    with pytest.raises(Forged, match="slot meta/deny"):
        believed(made, door, made.folder())
