"""What a hostile broker, a stolen key or a bad disk can offer a door, and what the door makes of it."""

import tempfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tuf.api.metadata import Metadata, Root, Snapshot, Targets, Timestamp

from card_registry.errors import Expired, Forged, Incomplete, Malformed, RolledBack, SenderLied
from card_registry.instant import DAY
from card_registry.journal.event import Versions
from card_registry.registry import SPREAD
from card_registry.trust.adoption import Trusted
from card_registry.trust.publish import sign, tuf_key
from card_registry.trust.slots import FIRST_ROOT, Role, grants_role, meta_slot, shard_slot, shard_slots
from card_registry.trust.verify import SIGNED_TIME, reverify
from tests.card_registry.trust.made import (
    ELSEWHERE,
    HERE,
    Door,
    Made,
    denial,
    edited,
    founding,
    key,
    place_of,
    token,
)

Attack = Callable[[Made, Door], dict[str, bytes]]
TIMESTAMP = meta_slot(Role.TIMESTAMP)
SNAPSHOT = meta_slot(Role.SNAPSHOT)


def card(name: str) -> str:
    """Give the card id of a person."""
    return token(f"card of {name}")


def test_an_honest_set_is_believed(made: Made, door: Door) -> None:
    """A first set of slots gives the cards, the versions and the signed time."""
    made.admit("ani")
    trusted = door.learn(made.folder())

    assert door.cards() == {card("ani")}
    assert trusted.floors == Versions(root=1, timestamp=4, grants=4, deny=1)
    assert trusted.signed_time == made.now


def test_nothing_new_changes_nothing(made: Made, door: Door) -> None:
    """The same set again gives the same value."""
    assert door.learn(made.folder()) == door.learn(made.folder())


def test_news_needs_only_what_changed(made: Made, door: Door) -> None:
    """A door that knows the rest learns from the four slots of a denial."""
    before = made.folder()
    door.learn(before)
    made.deny(denial("ani", 1))
    news = {name: data for name, data in made.folder().items() if before.get(name) != data}

    assert sorted(news) == ["deny/list", "meta/deny", SNAPSHOT, TIMESTAMP]
    assert door.learn(news).floors.deny == made.number


def rollback_everything(made: Made, door: Door) -> dict[str, bytes]:
    """The broker replays a whole older set, genuine and unexpired."""
    old = made.folder()
    made.admit("ani")
    made.deny(denial("ani", 1))
    door.learn(made.folder())
    return old


def foreign_timestamp(made: Made, _door: Door) -> dict[str, bytes]:
    """A timestamp signed by a key the root does not name."""
    timestamp = Metadata[Timestamp].from_bytes(made.slots[TIMESTAMP]).signed
    timestamp.version += 1
    return {**made.folder(), TIMESTAMP: sign(timestamp, key("somebody"))}


def foreign_site(made: Made, _door: Door) -> dict[str, bytes]:
    """Everything of another site but the pinned root."""
    other = Made(prefix="other-")
    other.admit("mallory")
    return {**other.folder(), FIRST_ROOT: made.root}


def foreign_root(made: Made, _door: Door) -> dict[str, bytes]:
    """A second root that the first one's officers did not sign."""
    root = Metadata[Root].from_bytes(made.root).signed
    root.version = 2
    return {**made.folder(), "root/2": sign(root, *(key(f"thief-{one}") for one in (1, 2)))}


def one_officers_root(made: Made, _door: Door) -> dict[str, bytes]:
    """A second root that one officer signed, with a key of his own making."""
    root = Metadata[Root].from_bytes(made.root).signed
    root.version = 2
    root.add_key(tuf_key(key("accomplice")), Role.ROOT)
    return {**made.folder(), "root/2": sign(root, founding().officers[0], key("accomplice"))}


def expired_timestamp(made: Made, _door: Door) -> dict[str, bytes]:
    """The broker withholds everything for two days."""
    folder = made.folder()
    made.now += 2 * DAY
    return folder


def stolen_online_key_adds_a_card(made: Made, _door: Door) -> dict[str, bytes]:
    """The online key signs a controller's shards."""
    role = meta_slot(grants_role(HERE))
    edition = made.edition()
    path, body = made.shard(HERE, place_of("mallory"), ["mallory"])
    edition.put(grants_role(HERE), path, body)
    targets = edition.touch(grants_role(HERE))
    targets.version = made.number
    forged = sign(targets, founding().online)
    made.slots.update({path: body, role: forged})
    return resigned(made, {grants_role(HERE): forged})


def stolen_online_key_turns_back(made: Made, door: Door) -> dict[str, bytes]:
    """The online key signs a newer snapshot that names an older shard role."""
    role = grants_role(HERE)
    names = {meta_slot(role), *shard_slots(HERE, SPREAD)}
    old = {name: made.slots[name] for name in made.folder() if name in names}
    made.admit("ani")
    door.learn(made.folder())
    made.slots.update(old)
    return resigned(made, {role: old[meta_slot(role)]})


def resigned(made: Made, roles: dict[str, bytes]) -> dict[str, bytes]:
    """Sign snapshot and timestamp over the given roles, as the holder of the online key can."""
    edition = made.edition()
    for role, data in roles.items():
        edition.put_signed(role, data)
    made.slots.update(edition.close())
    return made.folder()


def truncated(name: str) -> Attack:
    """Cut a slot off in the middle, after news that the door must read it for."""

    def offer(made: Made, _door: Door) -> dict[str, bytes]:
        made.admit("ani")
        made.deny(denial("budi", 1))
        folder = made.folder()
        return {**folder, name: folder[name][: len(folder[name]) // 2]}

    return offer


def missing(name: str) -> Attack:
    """Leave a slot out, after news that the door must read it for."""

    def offer(made: Made, _door: Door) -> dict[str, bytes]:
        made.admit("ani")
        made.deny(denial("budi", 1))
        folder = made.folder()
        del folder[name]
        return folder

    return offer


def another_doors_shard(made: Made, _door: Door) -> dict[str, bytes]:
    """The broker swaps two controllers' shards."""
    made.admit("ani")
    made.admit("ani", ELSEWHERE)
    number = place_of("ani")
    return {**made.folder(), shard_slot(HERE, number): made.slots[shard_slot(ELSEWHERE, number)]}


def another_doors_role(made: Made, _door: Door) -> dict[str, bytes]:
    """The broker serves another controller's role, signed by the same key, under this one's name."""
    made.admit("ani")
    return {**made.folder(), meta_slot(grants_role(HERE)): made.slots[meta_slot(grants_role(ELSEWHERE))]}


def another_kind(made: Made, _door: Door) -> dict[str, bytes]:
    """A snapshot, signed by the right key, is served as the timestamp."""
    made.beat()
    return {**made.folder(), TIMESTAMP: made.slots[SNAPSHOT]}


def swollen(made: Made, _door: Door) -> dict[str, bytes]:
    """A timestamp is padded beyond what a reader must be ready to hold."""
    made.beat()
    return {**made.folder(), TIMESTAMP: made.slots[TIMESTAMP] + b" " * 20_000}


def timestamp_first(made: Made, _door: Door) -> dict[str, bytes]:
    """The newest timestamp arrives before the rest."""
    old = made.folder()
    made.admit("ani")
    return {**old, TIMESTAMP: made.slots[TIMESTAMP]}


NUMBER = place_of("ani")

ATTACKS = [
    (rollback_everything, RolledBack, "slot meta/timestamp is older"),
    (foreign_timestamp, Forged, "slot meta/timestamp is not signed"),
    (foreign_site, Forged, "slot meta/timestamp is not signed"),
    (foreign_root, Forged, "slot root/2 is not signed"),
    (one_officers_root, Forged, "slot root/2 is not signed"),
    (expired_timestamp, Expired, "slot meta/timestamp is refused, its signed time is over"),
    (stolen_online_key_adds_a_card, Forged, f"slot {meta_slot(grants_role(HERE))} is not signed"),
    (stolen_online_key_turns_back, RolledBack, "slot meta/snapshot is older"),
    (truncated(TIMESTAMP), Malformed, "slot meta/timestamp cannot be read"),
    (truncated(SNAPSHOT), Incomplete, "slot meta/snapshot is not the one"),
    (truncated("meta/deny"), Incomplete, "slot meta/deny is not the one"),
    (truncated("deny/list"), Incomplete, "slot deny/list is not the one"),
    (truncated(shard_slot(HERE, NUMBER)), Incomplete, f"slot d/{HERE}/{NUMBER:02x} is not the one"),
    (missing(TIMESTAMP), Incomplete, "slot meta/timestamp is missing"),
    (missing(SNAPSHOT), Incomplete, "slot meta/snapshot is missing"),
    (missing(meta_slot(grants_role(HERE))), Incomplete, f"slot {meta_slot(grants_role(HERE))} is missing"),
    (missing("deny/list"), Incomplete, "slot deny/list is missing"),
    (another_doors_shard, Incomplete, f"slot d/{HERE}/{NUMBER:02x} is not the one"),
    (another_doors_role, Incomplete, f"slot {meta_slot(grants_role(HERE))} is not the one"),
    (another_kind, Malformed, "slot meta/timestamp is refused"),
    (swollen, Incomplete, "slot meta/timestamp is not the one the signed set names: .* bytes exceed"),
    (timestamp_first, Incomplete, "slot meta/snapshot is not the one"),
]


@pytest.mark.parametrize(("attack", "fault", "sentence"), ATTACKS)
def test_an_attack_is_refused_and_the_next_honest_set_accepted(
    attack: Attack,
    fault: type[SenderLied],
    sentence: str,
    made: Made,
    door: Door,
) -> None:
    """Each attack is refused by a sentence naming slot and fault, changes nothing, and is got over."""
    made.admit("tetap")
    door.learn(made.folder())
    honest = dict(made.slots)
    offered = attack(made, door)
    known = door.trusted
    door.now = made.now

    with pytest.raises(fault, match=sentence):
        door.learn(offered)

    assert door.trusted == known
    if attack in {stolen_online_key_adds_a_card, stolen_online_key_turns_back}:
        made.slots, made.number = honest, made.number + 5
    made.admit("honest")
    assert card("honest") in {row.card for row in door.learn(made.folder()).registry.credentials.values()}  # type: ignore[union-attr] # just learned


def test_parts_in_any_order_never_turn_back(made: Made, door: Door) -> None:
    """Slots arriving one by one in any order give the old state or the new one, and the new in the end."""
    made.admit("ani")
    old = made.folder()
    door.learn(old)
    made.deny(denial("ani", 1))
    made.admit("budi")
    changed = [name for name, data in made.folder().items() if old.get(name) != data]
    for first in range(len(changed)):
        one = Door(made.root, door.scratch, trusted=door.trusted)
        arriving = dict(old)
        for name in changed[first:] + changed[:first]:
            arriving[name] = made.slots[name]
            try:
                one.learn(arriving)
            except Incomplete:
                continue
            assert one.cards() in ({card("ani")}, {card("ani"), card("budi")})
        assert one.cards() == {card("ani"), card("budi")}
        assert one.trusted.floors.timestamp == made.number


@given(data=st.data())
def test_any_flipped_byte_is_refused_or_harmless(
    data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """A changed byte in any slot is refused, or the door comes to the very state it would have come to."""
    folder = PREPARED.folder()
    name = data.draw(st.sampled_from(sorted(folder)))
    place = data.draw(st.integers(0, len(folder[name]) - 1))
    flipped = bytearray(folder[name])
    flipped[place] ^= 1 << data.draw(st.integers(0, 7))
    for memory in (Trusted(), BEFORE):
        door = Door(PREPARED.root, tmp_path_factory.getbasetemp(), trusted=memory)
        with suppress(SenderLied):
            learned = door.learn({**folder, name: bytes(flipped)})
            assert learned.registry == AFTER.registry
            assert learned.serials == AFTER.serials


def _prepare() -> tuple[Made, Trusted, Trusted]:
    made = Made()
    made.admit("ani")
    with tempfile.TemporaryDirectory() as scratch:
        door = Door(made.root, Path(scratch))
        before = door.learn(made.folder())
        made.admit("budi")
        made.deny(denial("ani", 1))
        return made, before, door.learn(made.folder())


PREPARED, BEFORE, AFTER = _prepare()


def test_an_expired_set_is_verified_again_at_boot(made: Made, door: Door) -> None:
    """What was adopted is verified at boot whatever has expired since, and gives the same registry."""
    made.admit("ani")
    kept = door.learn(made.folder())
    stored = {**kept.metadata, **kept.targets}
    again = reverify(stored, made.root, HERE, door.scratch)

    assert again.versions == kept.floors
    assert again.targets == kept.targets


def test_an_edited_store_is_found_at_boot(made: Made, door: Door) -> None:
    """A shard edited at rest is refused at boot, by its slot's name."""
    made.admit("ani")
    kept = door.learn(made.folder())
    path = shard_slot(HERE, NUMBER)
    stored = {**kept.metadata, **kept.targets, path: kept.targets[path].replace(b'"tier":3', b'"tier":0')}

    with pytest.raises(Incomplete, match=f"slot {path} is not the one"):
        reverify(stored, made.root, HERE, door.scratch)


def test_floors_hold_without_memory(made: Made, door: Door) -> None:
    """A door that lost its memory, or is new, accepts nothing below the floors of its bundle."""
    old = made.folder()
    made.admit("ani")
    floors = Versions(root=1, timestamp=made.number, grants=made.number, deny=1)
    fresh = Door(made.root, door.scratch, trusted=Trusted(floors=floors))

    with pytest.raises(
        RolledBack, match="slot meta/timestamp has version 3; this controller may not go below 4"
    ):
        fresh.learn(old)
    assert fresh.learn(made.folder()).floors == floors


def test_officers_rotate_a_stolen_online_key(made: Made, door: Door) -> None:
    """A thief drives versions up; after two officers rotate the key, honest low versions are taken again."""
    made.admit("ani")
    timestamp = Metadata[Timestamp].from_bytes(made.slots[TIMESTAMP]).signed
    timestamp.version = 2**31 - 2
    door.learn({**made.folder(), TIMESTAMP: sign(timestamp, founding().online)})
    made.admit("budi")
    with pytest.raises(RolledBack):
        door.learn(made.folder())

    root = Metadata[Root].from_bytes(made.root).signed
    root.version = 2
    for role in (Role.SNAPSHOT, Role.TIMESTAMP):
        root.revoke_key(tuf_key(founding().online).keyid, role)
        root.add_key(tuf_key(key("online-2")), role)
    made.slots["root/2"] = sign(root, *founding().officers[1:])
    made.keys = replace(made.keys, online=key("online-2"))
    made.beat()
    made.edition()
    edition = made.edition()
    snapshot = Metadata[Snapshot].from_bytes(made.slots[SNAPSHOT]).signed
    made.slots[SNAPSHOT] = sign(snapshot, key("online-2"))
    edition = made.edition()
    made.slots.update(edition.close())

    assert door.learn(made.folder()).floors.root == 2
    assert door.cards() == {card("ani"), card("budi")}


def test_a_timestamp_without_its_time_is_refused(made: Made, door: Door) -> None:
    """The timestamp must carry the time it was signed at."""
    timestamp = Metadata[Timestamp].from_bytes(made.slots[TIMESTAMP]).signed
    timestamp.version += 1
    del timestamp.unrecognized_fields[SIGNED_TIME]

    with pytest.raises(Malformed, match="carries no x-time"):
        door.learn({**made.folder(), TIMESTAMP: sign(timestamp, founding().online)})


def test_an_edited_signed_field_is_refused(made: Made, door: Door) -> None:
    """Changing the signed time breaks the signature."""
    with pytest.raises(Forged, match="slot meta/timestamp"):
        door.learn({**made.folder(), TIMESTAMP: edited(made.slots[TIMESTAMP], **{SIGNED_TIME: 1})})


def test_a_clock_that_lost_everything_still_learns(made: Made, door: Door) -> None:
    """At a boot in 1970 an honest set is accepted; nothing it proves is in the past."""
    door.now = 0
    assert door.learn(made.folder()).signed_time == made.now


def test_a_target_outside_its_path_is_not_taken(made: Made, door: Door) -> None:
    """The deny role may list a shard; nobody will look for it there."""
    made.admit("ani")
    path, body = made.shard(HERE, NUMBER, [])
    edition = made.edition()
    edition.put(Role.DENY, path, body)
    changed = edition.close()
    offered = {**made.folder(), **changed}

    with pytest.raises(Incomplete, match=f"slot {path} is not the one"):
        door.learn(offered)
    assert door.learn({**offered, path: made.slots[path]}).targets[path] == made.slots[path]


def test_a_controller_that_was_never_opened_has_no_role(made: Made, door: Door) -> None:
    """A set without this controller's shards says so."""
    targets = Metadata[Targets].from_bytes(made.slots[meta_slot(Role.GRANTS)]).signed
    assert targets.delegations is not None
    stranger = Door(made.root, door.scratch, controller=type(HERE)("pengendali-9"))

    with pytest.raises(Incomplete, match="slot d/pengendali-9/plan is in no role"):
        stranger.learn(made.folder())
