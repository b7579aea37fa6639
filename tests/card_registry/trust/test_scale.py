"""Many cards and many controllers: what is read again, what is published, and how a former site goes on."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

import pytest
from tuf.api.metadata import Metadata, Targets

from card_registry import canonical
from card_registry.bench_site import Invented, card_of
from card_registry.errors import Forged, Incomplete, Malformed, StoreBroken
from card_registry.shown import Plan, Shard
from card_registry.statements import Policy
from card_registry.trust.adoption import Both, Trusted, adopt
from card_registry.trust.slots import (
    POLICY,
    Role,
    former_grants_role,
    grants_role,
    is_grants_role,
    meta_slot,
    plan_slot,
    shard_slot,
    slots_for,
)
from card_registry.trust.verify import reverify
from tests.card_registry.trust.made import ELSEWHERE, HERE, RULES, Door, Made, denial, place_of, policy, token

TEN_KB = 10_000


class Shut(Mapping[str, bytes]):
    """Slots of which only some shards may be read; reading another fails the test."""

    def __init__(self, slots: Mapping[str, bytes], *readable: str) -> None:
        """Allow ``readable``."""
        self._slots, self._readable = slots, readable

    def __getitem__(self, name: str) -> bytes:
        """Read one."""
        data = self._slots[name]
        assert name in self._readable or not name.startswith("d/"), f"{name} was read again"
        return data

    def __iter__(self) -> Iterator[str]:
        """Name them."""
        return iter(self._slots)

    def __len__(self) -> int:
        """Count them."""
        return len(self._slots)


def shut(door: Door, *readable: str) -> None:
    """Let a door read none of its stored targets but these."""
    door.trusted = replace(door.trusted, targets=Shut(door.trusted.targets, *readable))


def test_a_denial_reads_no_shard(made: Made, door: Door) -> None:
    """Neither the folder nor the store is asked for a shard that did not change."""
    made.admit("ani")
    door.learn(made.folder())
    shut(door)
    made.deny(denial("ani", 1))
    learned = door.learn(Shut(made.folder()))

    assert list(learned.serials.values()) == [1]
    assert door.cards() == {token("card of ani")}


def test_a_grant_reads_its_own_shard_only(made: Made, door: Door) -> None:
    """One shard is read, and takes the place of the one before it."""
    for name in ("ani", "budi", "tono"):
        made.admit(name)
    door.learn(made.folder())
    shut(door, plan_slot(HERE))
    made.dismiss("budi")
    learned = door.learn(Shut(made.folder(), shard_slot(HERE, place_of("budi"))))

    assert door.cards() == {token("card of ani"), token("card of tono")}
    assert learned.registry is not None
    held = [grant.id for grants in learned.registry.grants.values() for grant in grants]
    assert sorted(held) == sorted([token("grant of ani"), token("grant of tono")])


def test_a_shard_that_changed_is_as_if_all_were_new(made: Made, door: Door) -> None:
    """Whatever comes and goes, the registry is the one that a new door would put together."""
    for name in ("ani", "budi", "tono", "wati"):
        made.admit(name)
        door.learn(made.folder())
    made.dismiss("tono")
    kept = door.learn(made.folder())
    fresh = Door(made.root, door.scratch).learn(made.folder())

    assert kept.registry == fresh.registry
    assert dict(kept.targets) == dict(fresh.targets)
    assert len(kept.targets) == len(kept.digests)


def test_a_policy_alone_reads_no_shard(made: Made, door: Door) -> None:
    """The officers change the grace; the cards stay where they are."""
    made.admit("ani")
    verified = door.verify(made.folder())
    known = adopt(Trusted(), verified, HERE)
    body = canonical.encode(policy(grace=1))
    news = replace(verified, targets={POLICY: body}, digests={**verified.digests, POLICY: "ab" * 32})
    learned = adopt(replace(known, targets=Shut(known.targets)), news, HERE)

    assert learned.registry is not None
    assert known.registry is not None
    assert learned.registry.policy == canonical.decode(body, Policy, "policy")
    assert learned.registry.credentials is known.registry.credentials


def test_a_new_plan_is_read_with_every_shard(made: Made, door: Door) -> None:
    """Rules that changed are put together with the rows that did not."""
    made.admit("ani")
    door.learn(made.folder())
    edition = made.edition()
    other = replace(RULES[0], persons=2)
    edition.put(grants_role(HERE), plan_slot(HERE), canonical.encode(Plan(1, HERE, {}, (other,), 256)))
    made.slots.update(edition.close())
    learned = door.learn(made.folder())

    assert learned.registry is not None
    assert learned.registry.doors == {other.id: other}
    assert door.cards() == {token("card of ani")}


def test_a_shard_that_is_no_longer_listed_is_empty(made: Made, door: Door) -> None:
    """What the signed role does not name is not there, whatever the folder holds."""
    made.admit("ani")
    made.admit("budi")
    door.learn(made.folder())
    edition = made.edition()
    del edition.touch(grants_role(HERE)).targets[shard_slot(HERE, place_of("ani"))]
    made.slots.update(edition.close())

    assert shard_slot(HERE, place_of("ani")) not in door.learn(made.folder()).targets
    assert door.cards() == {token("card of budi")}


def test_a_role_without_the_plan_does_not_read_as_an_empty_site(made: Made, door: Door) -> None:
    """Another controller's role of the same version is refused, although the snapshot has no digest of it."""
    made.admit("ani")
    edition = made.edition()
    for controller in (HERE, ELSEWHERE):
        edition.touch(grants_role(controller))
    made.slots.update(edition.close())
    own, other = meta_slot(grants_role(HERE)), meta_slot(grants_role(ELSEWHERE))

    with pytest.raises(Incomplete, match="slot d/pengendali-1/plan is in no role"):
        door.learn({**made.folder(), own: made.slots[other]})
    door.learn(made.folder())
    assert door.cards() == {token("card of ani")}


def test_a_plan_signed_by_the_parent_role_is_refused(made: Made, door: Door) -> None:
    """Only a controller's own role speaks for it."""
    edition = made.edition()
    edition.put(Role.GRANTS, plan_slot(HERE), made.slots[plan_slot(HERE)])
    made.slots.update(edition.close())

    with pytest.raises(Forged, match="is signed by a role that is not pengendali-1's own"):
        door.learn(made.folder())


def test_a_target_signed_without_its_sha256_is_refused(made: Made, door: Door) -> None:
    """Another digest says nothing that could be kept."""
    edition = made.edition()
    edition.touch(grants_role(HERE)).targets[plan_slot(HERE)].hashes = {"sha512": "ab" * 64}
    made.slots.update(edition.close())

    with pytest.raises(Malformed, match="slot d/pengendali-1/plan is signed without a SHA-256"):
        door.learn(made.folder())


@pytest.mark.parametrize("shards", [0, 3, 512, -16])
def test_a_number_of_shards_that_does_not_divide_is_refused(shards: int) -> None:
    """The ids must be spread evenly."""
    with pytest.raises(ValueError, match="a power of two up to 256"):
        Plan(1, HERE, {}, (), shards)


@pytest.mark.parametrize("shards", [1, 2, 64, 128])
def test_any_power_of_two_is_a_number_of_shards(shards: int, made: Made, door: Door) -> None:
    """A door decides from as many shards as the plan says."""
    edition = made.edition()
    edition.put(grants_role(HERE), plan_slot(HERE), canonical.encode(Plan(1, HERE, {}, RULES, shards)))
    number = place_of("ani") * shards // 256
    credential, grant = made.row(HERE, "ani")
    body = canonical.encode(Shard(1, HERE, number, (credential,), (grant,)))
    edition.put(grants_role(HERE), shard_slot(HERE, number), body)
    made.slots.update(edition.close())
    door.learn(made.folder())

    assert door.cards() == {token("card of ani")}


def test_two_controllers_never_share_a_role(made: Made) -> None:
    """Where two ids lead to one name, the second controller must be called something else."""
    edition = made.edition()
    grants = edition.touch(Role.GRANTS)
    assert grants.delegations is not None
    assert grants.delegations.roles is not None
    grants.delegations.roles[grants_role(HERE)].paths = ["d/another/*"]

    with pytest.raises(StoreBroken, match="call pengendali-1 something else"):
        edition.delegate(HERE)


def test_a_role_is_known_by_its_name() -> None:
    """A controller's own role, as called now and before, and nothing else."""
    assert is_grants_role(grants_role(HERE))
    assert is_grants_role(former_grants_role(HERE))
    assert not any(is_grants_role(role) for role in Role)
    assert {meta_slot(grants_role(HERE)), meta_slot(former_grants_role(HERE))} <= set(slots_for(HERE))


def test_a_site_of_before_goes_on_at_an_updated_door(made: Made, door: Door) -> None:
    """Its sixteen shards under its former role verify, from the folder and at boot, and its news too."""
    made.open_as_before(HERE, ["ani", "budi"])
    kept = door.learn(made.folder())
    again = reverify({**kept.metadata, **kept.targets}, made.root, HERE, door.scratch)
    made.deny(denial("ani", 1))
    door.learn(made.folder())

    assert b'"shards"' not in made.slots[plan_slot(HERE)]
    assert door.cards() == {token("card of ani"), token("card of budi")}
    assert adopt(Trusted(), again, HERE).registry == kept.registry
    assert meta_slot(former_grants_role(HERE)) in kept.metadata
    assert len(door.trusted.serials) == 1


def test_a_site_of_before_moves_to_more_shards(made: Made, door: Door) -> None:
    """The new role and plan take the place of the former ones in one adoption, with the same cards."""
    made.open_as_before(HERE, ["ani", "budi"])
    before = door.learn(made.folder())
    edition = made.edition()
    edition.delegate(HERE)
    edition.put(grants_role(HERE), plan_slot(HERE), canonical.encode(Plan(1, HERE, {}, RULES, 256)))
    for name in ("ani", "budi"):
        edition.put(grants_role(HERE), *made.shard(HERE, place_of(name), [name]))
    made.slots.update(edition.close())
    after = door.learn(made.folder())

    assert before.registry is not None
    assert after.registry is not None
    assert after.registry.credentials == before.registry.credentials
    assert meta_slot(former_grants_role(HERE)) not in after.metadata
    grants = Metadata[Targets].from_bytes(made.slots["meta/grants"]).signed.delegations
    assert grants is not None
    assert list(grants.roles or {}) == [grants_role(HERE)]


def test_a_revocation_is_under_ten_kilobytes_with_200_controllers() -> None:
    """What is published when a card is taken away, however long names and the site's life are."""
    site = Invented(controllers=200, cards=0, number=999_000, name="pengendali-gedung-utara-lt-{}")
    changed = site.deny(card_of(1))

    assert sorted(changed) == ["deny/list", "meta/deny", "meta/snapshot", "meta/timestamp"]
    assert sum(map(len, changed.values())) <= TEN_KB


def test_twenty_thousand_cards_fit_a_controller() -> None:
    """No slot of a controller with 20 000 cards and PINs comes near what a slot may hold, nor do all."""
    site = Invented(controllers=1, cards=20_000, pins=True)
    sizes = [len(data) for data in site.folder(site.controllers[0]).values()]

    assert max(sizes) <= canonical.LIMIT // 2
    assert sum(sizes) <= 32 * 1024 * 1024
    assert len(sizes) <= 512


def test_what_is_stored_is_what_is_read() -> None:
    """Targets that changed hide those before them, and nothing else is there."""
    both = Both({"a": "1", "b": "2"}, {"a": b"new"}, {"a": b"old", "b": b"kept", "c": b"gone"})

    assert dict(both) == {"a": b"new", "b": b"kept"}
    assert "c" not in both
