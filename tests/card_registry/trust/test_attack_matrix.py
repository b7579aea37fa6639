"""The attack matrix of the reference, row by row: what is tried, and what a door makes of it.

Each row is tried at a door that already knows the site, where the row does not say otherwise. A row that is
*accepted* is inherent; it names what bounds it, and asserts that too.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import pytest
from tuf.api.metadata import Metadata, Root, Snapshot, Targets, Timestamp

from card_registry import canonical
from card_registry.errors import Expired, Forged, Incomplete, RolledBack, SenderLied
from card_registry.instant import DAY, Instant
from card_registry.journal.event import Versions
from card_registry.signing import Purpose, seal, unseal
from card_registry.statements import Policy, Receipt
from card_registry.trust.adoption import Trusted, adopt, staleness
from card_registry.trust.publish import sign, tuf_key
from card_registry.trust.slots import (
    DENY_LIST,
    POLICY,
    Role,
    grants_role,
    meta_slot,
    plan_slot,
    shard_slot,
)
from card_registry.trust.verify import read_trust, reverify
from card_registry.words import Staleness, Subject, TimeQuality
from tests.card_registry.trust.made import (
    ELSEWHERE,
    HERE,
    SITE,
    Door,
    Made,
    at,
    denial,
    founding,
    key,
    place_of,
    policy,
    token,
)

TIMESTAMP, SNAPSHOT, TARGETS = (meta_slot(role) for role in (Role.TIMESTAMP, Role.SNAPSHOT, Role.TARGETS))
OWN, OTHER = meta_slot(grants_role(HERE)), meta_slot(grants_role(ELSEWHERE))
SHARD = shard_slot(HERE, place_of("ani"))


@dataclass
class Scene:
    """A site, a door that knows it with one card admitted, and what an attacker kept of earlier days."""

    made: Made
    door: Door

    def __post_init__(self) -> None:
        """Admit one person; keep what was published; then take the card away at the door."""
        self.made.admit("ani")
        self.door.learn(self.made.folder())
        self.old = self.made.folder()
        self.made.deny(denial("ani", 1))
        self.made.dismiss("ani")
        self.door.learn(self.made.folder())

    def denied(self) -> bool:
        """Say whether the card that was taken away is still denied."""
        return self.door.trusted.serials.get((Subject.CARD, token("card of ani"))) == 1

    def fresh(self, **floors: int) -> Door:
        """Give a door without a history, with the floors of its bundle."""
        return Door(
            self.made.root, self.door.scratch, self.made.now, trusted=Trusted(floors=Versions(**floors))
        )

    def online(self, **roles: bytes) -> dict[str, bytes]:
        """Sign snapshot and timestamp over any roles, as a thief of the online key can."""
        edition = self.made.edition()
        for slot, data in roles.items():
            edition.put_signed(slot, data)
        return {**self.made.folder(), **edition.close()}


def replayed_timestamp(scene: Scene) -> None:
    """The broker replays an old, validly signed, unexpired timestamp."""
    scene.door.learn({**scene.made.folder(), TIMESTAMP: scene.old[TIMESTAMP]})


def replayed_set(scene: Scene) -> None:
    """The broker replays a whole old set."""
    scene.door.learn(scene.old)


def frozen(scene: Scene) -> None:
    """The broker withholds everything until the newest timestamp has expired."""
    scene.door.now += 2 * DAY
    scene.door.learn(scene.made.folder())


def old_role_under_the_new_name(scene: Scene) -> None:
    """Old metadata of the controller's own role is served as today's."""
    scene.made.admit("budi")
    scene.door.learn({**scene.made.folder(), OWN: scene.old[OWN]})


def old_shard_under_the_new_name(scene: Scene) -> None:
    """Old bytes of a shard are served as today's."""
    scene.made.admit("ani")
    scene.made.admit("ani", ELSEWHERE)
    other = scene.made.slots[shard_slot(ELSEWHERE, place_of("ani"))]
    scene.door.learn({**scene.made.folder(), SHARD: other})


def online_points_back(scene: Scene) -> None:
    """The stolen online key signs a snapshot that names the old role; the door has a history."""
    offered = scene.online(**{grants_role(HERE): scene.old[OWN]})
    scene.door.learn({**offered, OWN: scene.old[OWN], SHARD: scene.old[SHARD]})


def online_points_back_at_a_new_door(scene: Scene) -> None:
    """The same against a door without a history, which knows the floors of its enrolment."""
    offered = scene.online(**{grants_role(HERE): scene.old[OWN]})
    door = scene.fresh(root=1, grants=scene.made.number - 1)
    door.learn({**offered, OWN: scene.old[OWN], SHARD: scene.old[SHARD]})


def online_points_back_at_a_door_without_floors(scene: Scene) -> None:
    """The same, and nobody gave the door floors: accepted, so every bundle carries floors."""
    offered = scene.online(**{grants_role(HERE): scene.old[OWN]})
    door = scene.fresh()
    door.learn({**offered, OWN: scene.old[OWN], SHARD: scene.old[SHARD]})
    assert door.cards() == {token("card of ani")}
    assert door.trusted.serials == {(Subject.CARD, token("card of ani")): 1}  # and the denial still holds


def online_signs_targets(scene: Scene) -> None:
    """The stolen online key signs the officers' own role: 0 of 2."""
    _targets_signed_by(scene, founding().online)


def one_officer_signs(scene: Scene) -> None:
    """One officer signs the officers' own role alone: 1 of 2."""
    _targets_signed_by(scene, founding().officers[0])


def one_officer_signs_twice(scene: Scene) -> None:
    """One officer signs it twice: still 1 of 2."""
    _targets_signed_by(scene, founding().officers[0], founding().officers[0])


def _targets_signed_by(scene: Scene, *signers: object) -> None:
    targets = Metadata[Targets].from_bytes(scene.made.slots[TARGETS]).signed
    targets.version += 1
    forged = sign(targets, *signers)  # type: ignore[arg-type] # keys
    scene.door.learn({**scene.online(targets=forged), TARGETS: forged})


def lost_officer_is_replaced(scene: Scene) -> None:
    """Two officers put a new one in the place of a lost one: accepted."""
    root, new = _next_root(scene), key("officer-4")
    for role in (Role.ROOT, Role.TARGETS):
        root.revoke_key(tuf_key(founding().officers[0]).keyid, role)
        root.add_key(tuf_key(new), role)
    two = founding().officers[1:]
    targets = Metadata[Targets].from_bytes(scene.made.slots[TARGETS]).signed
    targets.version += 1
    offered = scene.online(targets=sign(targets, *two))
    assert scene.door.learn({**offered, "root/2": sign(root, *two, new)}).floors.root == 2


def root_of_one_old_officer(scene: Scene) -> None:
    """A second root has one old officer's signature and one of his own making."""
    root = _next_root(scene)
    root.add_key(tuf_key(key("accomplice")), Role.ROOT)
    signed = sign(root, founding().officers[0], key("accomplice"))
    scene.door.learn({**scene.made.folder(), "root/2": signed})


def foreign_root(scene: Scene) -> None:
    """A second root has no old officer's signature."""
    signed = sign(_next_root(scene), key("thief-1"), key("thief-2"))
    scene.door.learn({**scene.made.folder(), "root/2": signed})


def _next_root(scene: Scene) -> Root:
    root = Metadata[Root].from_bytes(scene.made.root).signed
    root.version = 2
    return root


def fast_forward_and_recovery(scene: Scene) -> None:
    """The stolen online key drives the timestamp to the end; a root that rotates it lets low versions in."""
    timestamp = Metadata[Timestamp].from_bytes(scene.made.slots[TIMESTAMP]).signed
    timestamp.version = 2**31 - 1
    scene.door.learn({**scene.made.folder(), TIMESTAMP: sign(timestamp, founding().online)})
    scene.made.beat()
    with pytest.raises(RolledBack):
        scene.door.learn(scene.made.folder())
    root, new = _next_root(scene), key("online-2")
    for role in (Role.SNAPSHOT, Role.TIMESTAMP):
        root.revoke_key(tuf_key(founding().online).keyid, role)
        root.add_key(tuf_key(new), role)
    scene.made.slots["root/2"] = sign(root, *founding().officers[:2])
    scene.made.keys = replace(scene.made.keys, online=new)
    snapshot = Metadata[Snapshot].from_bytes(scene.made.slots[SNAPSHOT]).signed
    scene.made.slots[SNAPSHOT] = sign(snapshot, new)
    scene.made.beat()
    assert scene.door.learn(scene.made.folder()).floors.timestamp == scene.made.number


def card_image_rolled_back(scene: Scene) -> None:
    """The SD card is an older image and the broker replays its set: accepted, until the timestamp ends."""
    door = scene.fresh()
    door.learn(scene.old)
    assert door.cards() == {token("card of ani")}
    later = at(scene.made.now + DAY)
    assert staleness(door.trusted, HERE, later) is Staleness.STALE
    door.learn(scene.made.folder())  # at first contact the denial is there, and stays
    assert door.cards() == set()
    with pytest.raises(RolledBack):
        door.learn(scene.old)


def memory_cut_to_nothing(scene: Scene) -> None:
    """All remembered metadata is truncated to 0 bytes: heals from the slots, and its floors hold."""
    kept = scene.door.trusted
    emptied = dict.fromkeys(kept.metadata, b"")
    scene.door.trusted = replace(kept, metadata=emptied)
    with pytest.raises(SenderLied):
        scene.door.learn(scene.old)
    scene.door.learn(scene.made.folder())
    assert scene.door.trusted.floors == kept.floors


def clock_of_1970(scene: Scene) -> None:
    """The clock says 1970 and the timestamp has expired: the floor of signed time still refuses it."""
    floor = scene.door.trusted.signed_time + 2 * DAY
    scene.door.now = max(0, floor)  # the clock's lower bound never falls below what was signed and counted
    scene.door.learn(scene.made.folder())


def clock_of_1970_without_a_floor(scene: Scene) -> None:
    """The same at a door that lost its floor of time: accepted, and never below its versions."""
    scene.door.now = 0
    scene.door.learn(scene.made.folder())
    with pytest.raises(RolledBack):
        scene.door.learn(scene.old)


def clock_of_2100(scene: Scene) -> None:
    """An unsigned clock says 2100 and the server is honest: accepted, for only the lower bound counts."""
    now = Instant(scene.made.now, 4_102_444_800_000, TimeQuality.NTP)
    scene.made.admit("budi")
    folder, memory = scene.made.folder(), scene.door.trusted
    verified = read_trust(folder, memory, scene.made.root, HERE, now, scene.door.scratch)
    assert verified.versions.grants == scene.made.number


def timestamp_before_the_snapshot(scene: Scene) -> None:
    """The new timestamp is retained before the new snapshot: not now, and the next look takes it."""
    before = scene.made.folder()
    scene.made.admit("budi")
    with pytest.raises(Incomplete):
        scene.door.learn({**before, TIMESTAMP: scene.made.slots[TIMESTAMP]})
    scene.door.learn(scene.made.folder())
    assert scene.door.cards() == {token("card of budi")}


def looked_at_twice(scene: Scene) -> None:
    """The same set is looked at again (a client of python-tuf refreshes once): nothing changes."""
    known = scene.door.trusted
    assert scene.door.learn(scene.made.folder()) == known


def no_network(scene: Scene) -> None:
    """Nothing at all is offered: what is stored verifies by itself, whatever has expired."""
    kept = scene.door.trusted
    stored = {**kept.metadata, **kept.targets}
    again = reverify(stored, scene.made.root, HERE, scene.door.scratch)
    assert adopt(Trusted(), again, HERE).registry == kept.registry


def online_signs_shards(scene: Scene) -> None:
    """The stolen online key signs a controller's role: 0 of 1."""
    role = Metadata[Targets].from_bytes(scene.made.slots[OWN]).signed
    role.version += 1
    forged = sign(role, founding().online)
    scene.door.learn({**scene.online(**{grants_role(HERE): forged}), OWN: forged})


def deny_role_lists_a_shard(scene: Scene) -> None:
    """The deny role lists a shard with another card: ignored, the door's own shard stays."""
    scene.made.admit("budi")
    edition = scene.made.edition()
    path, body = scene.made.shard(HERE, place_of("mallory"), ["mallory"])
    edition.put(Role.DENY, path, body)
    scene.door.learn({**scene.made.folder(), **edition.close()})
    assert scene.door.cards() == {token("card of budi")}


def other_role_lists_a_shard(scene: Scene) -> None:
    """Another controller's role lists a shard of this one: ignored."""
    edition = scene.made.edition()
    edition.put(grants_role(ELSEWHERE), *scene.made.shard(HERE, place_of("mallory"), ["mallory"]))
    scene.door.learn({**scene.made.folder(), **edition.close()})
    assert scene.door.cards() == set()


def other_doors_role_of_a_higher_version(scene: Scene) -> None:
    """Another controller's role, of a higher version, is served as this one's."""
    scene.made.admit("mallory", ELSEWHERE)
    offered = scene.online(**{grants_role(HERE): scene.made.slots[OTHER]})
    scene.door.learn({**offered, OWN: scene.made.slots[OTHER]})


def other_doors_role_of_the_same_version(scene: Scene) -> None:
    """Another controller's role, of the same version, is served as this one's."""
    edition = scene.made.edition()
    for controller in (HERE, ELSEWHERE):
        edition.touch(grants_role(controller))
    scene.made.slots.update(edition.close())
    scene.door.learn({**scene.made.folder(), OWN: scene.made.slots[OTHER]})


def emptier_deny_list(scene: Scene) -> None:
    """The online key publishes an emptier deny list: accepted, and the denial stays."""
    scene.made.deny()
    scene.door.learn(scene.made.folder())


def lower_serial(scene: Scene) -> None:
    """The online key lowers a denial's serial: accepted, and the higher one stays."""
    scene.made.deny(denial("ani", 0))
    scene.door.learn(scene.made.folder())


def manifest_that_changed_nothing(scene: Scene) -> None:
    """A set signed anew without a change is adopted; the one before it refused (an own envelope forgot)."""
    before = scene.made.folder()
    edition = scene.made.edition()
    edition.touch(grants_role(HERE))
    scene.made.slots.update(edition.close())
    scene.door.learn(scene.made.folder())
    scene.door.learn(before)


def snapshot_as_timestamp(scene: Scene) -> None:
    """A snapshot, signed by the right key, is served as the timestamp."""
    scene.door.learn({**scene.made.folder(), TIMESTAMP: scene.made.slots[SNAPSHOT]})


def denials_as_policy(scene: Scene) -> None:
    """A genuine target is served under another target's name."""
    fresh = scene.fresh()
    fresh.learn({**scene.made.folder(), POLICY: scene.made.slots[DENY_LIST]})


def plan_of_another(scene: Scene) -> None:
    """Another controller's plan is served as this one's."""
    other = scene.made.slots[plan_slot(ELSEWHERE)]
    scene.fresh().learn({**scene.made.folder(), plan_slot(HERE): other})


def receipt_as_status(_scene: Scene) -> None:
    """What was signed for one purpose is shown for another, by the same key."""
    receipt = Receipt(1, SITE, HERE, 1, 5, "ab" * 32, 7)
    signed = seal(Purpose.RECEIPT, receipt, key("hub"))
    own = unseal(Purpose.RECEIPT, signed, Receipt, (public("hub"),))
    assert own == receipt
    unseal(Purpose.STATUS, signed, Receipt, (public("hub"),))


def policy_of_another_site(scene: Scene) -> None:
    """Everything of a site with the same names and other keys."""
    other = Made(prefix="other-")
    other.admit("mallory")
    assert canonical.decode(other.slots[POLICY], Policy, "policy") == policy()
    scene.door.learn(other.folder())


def public(name: str) -> str:
    """Give a key's public half as hex."""
    return key(name).public_key().public_bytes_raw().hex()


MATRIX: list[tuple[Callable[[Scene], None], type[SenderLied] | None, str]] = [
    (replayed_timestamp, RolledBack, "slot meta/timestamp is older"),
    (replayed_set, RolledBack, "slot meta/timestamp is older"),
    (frozen, Expired, "slot meta/timestamp is refused"),
    (old_role_under_the_new_name, Incomplete, f"slot {OWN} is not the one the signed set names"),
    (old_shard_under_the_new_name, Incomplete, f"slot {SHARD} is not the one"),
    (online_points_back, RolledBack, "slot meta/snapshot is older"),
    (online_points_back_at_a_new_door, RolledBack, "slot meta/grants has version"),
    (online_points_back_at_a_door_without_floors, None, ""),
    (online_signs_targets, Forged, "slot meta/targets is not signed .* 0/2"),
    (one_officer_signs, Forged, "slot meta/targets is not signed .* 1/2"),
    (one_officer_signs_twice, SenderLied, "slot meta/targets"),
    (lost_officer_is_replaced, None, ""),
    (root_of_one_old_officer, Forged, "slot root/2 is not signed .* 1/2"),
    (foreign_root, Forged, "slot root/2 is not signed .* 0/2"),
    (fast_forward_and_recovery, None, ""),
    (card_image_rolled_back, None, ""),
    (memory_cut_to_nothing, None, ""),
    (clock_of_1970, Expired, "slot meta/timestamp is refused"),
    (clock_of_1970_without_a_floor, None, ""),
    (clock_of_2100, None, ""),
    (timestamp_before_the_snapshot, None, ""),
    (looked_at_twice, None, ""),
    (no_network, None, ""),
    (online_signs_shards, Forged, f"slot {OWN} is not signed .* 0/1"),
    (deny_role_lists_a_shard, None, ""),
    (other_role_lists_a_shard, None, ""),
    (other_doors_role_of_a_higher_version, Incomplete, "slot d/pengendali-1/plan is in no role"),
    (other_doors_role_of_the_same_version, Incomplete, "slot d/pengendali-1/plan is in no role"),
    (emptier_deny_list, None, ""),
    (lower_serial, None, ""),
    (manifest_that_changed_nothing, RolledBack, "slot meta/timestamp is older"),
    (snapshot_as_timestamp, SenderLied, "slot meta/timestamp is refused"),
    (denials_as_policy, Incomplete, "slot site/policy is not the one"),
    (plan_of_another, Incomplete, "slot d/pengendali-1/plan is not the one"),
    (receipt_as_status, Forged, "the signed status does not carry a valid signature"),
    (policy_of_another_site, Forged, "slot meta/timestamp is not signed"),
]


@pytest.mark.parametrize(
    ("attack", "fault", "sentence"), MATRIX, ids=[attack.__name__ for attack, _, _ in MATRIX]
)
def test_the_attack_matrix(
    attack: Callable[[Scene], None], fault: type[SenderLied] | None, sentence: str, made: Made, door: Door
) -> None:
    """Each row ends as the table says; the card that was taken away is denied, and honest news is taken."""
    scene = Scene(made, door)
    if fault is None:
        attack(scene)
    else:
        with pytest.raises(fault, match=sentence):
            attack(scene)

    assert scene.denied()
    assert token("card of ani") not in door.cards()
