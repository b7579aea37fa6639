"""What a controller keeps: denials for ever, the newest registry, and how old it is."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from card_registry import canonical
from card_registry.errors import Malformed
from card_registry.instant import DAY, HOUR
from card_registry.shown import Plan, Shard
from card_registry.statements import Denial
from card_registry.trust.adoption import Trusted, adopt, adopt_denials, merge, registry_of, staleness
from card_registry.trust.publish import LIFE
from card_registry.trust.slots import Role, plan_slot, shard_slot
from card_registry.words import Staleness, Subject
from tests.card_registry.trust.made import ELSEWHERE, HERE, START, Door, Made, at, denial, token

DENIALS = st.lists(
    st.builds(
        Denial,
        st.sampled_from(Subject),
        st.sampled_from([token(name) for name in "abc"]),
        st.integers(1, 50),
    )
)


def test_a_denial_left_out_is_not_forgotten(made: Made, door: Door) -> None:
    """A stolen online key publishes an emptier list; the door keeps what it has seen."""
    made.admit("ani")
    made.deny(denial("ani", 7))
    door.learn(made.folder())
    made.deny()
    key = (Subject.CARD, token("card of ani"))

    assert door.learn(made.folder()).serials == {key: 7}
    assert door.trusted.registry is not None
    assert door.trusted.registry.serials == {key: 7}


@given(DENIALS, DENIALS)
def test_serials_only_grow(first: list[Denial], second: list[Denial]) -> None:
    """Merging, in any order and any number of times, keeps the highest serial of each id."""
    kept = merge(merge({}, first), second)

    assert kept == merge(merge({}, second), first) == merge(kept, first)
    assert all(kept[one.subject, one.id] >= one.serial for one in (*first, *second))


def test_unchanged_shards_are_not_read_again(made: Made, door: Door) -> None:
    """A denial leaves the credentials' mapping itself in place."""
    made.admit("ani")
    before = registry_of(door.learn(made.folder()))
    made.deny(denial("ani", 1))
    after = registry_of(door.learn(made.folder()))

    assert before is not None
    assert after is not None
    assert after.credentials is before.credentials
    assert after.versions.deny > before.versions.deny


def test_denials_are_taken_without_a_registry() -> None:
    """A controller that never adopted anything keeps denials too."""
    trusted = adopt_denials(Trusted(), [denial("ani", 3)])

    assert list(trusted.serials.values()) == [3]
    assert adopt_denials(trusted, [denial("ani", 2)]) is trusted
    assert registry_of(trusted) is None


def test_denials_reach_the_deciding_value(made: Made, door: Door) -> None:
    """A denial taken alone is in the registry that decides."""
    made.admit("ani")
    trusted = adopt_denials(door.learn(made.folder()), [denial("ani", 3)])

    assert trusted.registry is not None
    assert trusted.registry.serials == trusted.serials


def test_age_is_fresh_then_stale_then_expired(made: Made, door: Door) -> None:
    """The first signed date that is over makes it stale, the officers' grace after it expired."""
    trusted = door.learn(made.folder())
    over = START + LIFE[Role.TIMESTAMP]

    assert staleness(Trusted(), HERE, at(START)) is Staleness.EXPIRED
    assert staleness(trusted, HERE, at(over - HOUR)) is Staleness.FRESH
    assert staleness(trusted, HERE, at(over)) is Staleness.STALE
    assert staleness(trusted, HERE, at(over + 7 * DAY)) is Staleness.EXPIRED


@pytest.mark.parametrize(
    ("slot", "value", "sentence"),
    [
        (plan_slot(HERE), Plan(1, ELSEWHERE, {}, ()), f"is the plan of {ELSEWHERE}"),
        (shard_slot(HERE, 3), Shard(1, HERE, 4, (), ()), "holds shard 04"),
        (shard_slot(HERE, 3), Shard(1, ELSEWHERE, 3, (), ()), f"is for {ELSEWHERE}"),
        (shard_slot(HERE, 3), {"v": 1}, f"slot {shard_slot(HERE, 3)} is not well formed"),
    ],
)
def test_a_signed_part_must_still_be_the_right_one(
    slot: str, value: object, sentence: str, made: Made, door: Door
) -> None:
    """A thief of the grants key cannot move one controller's rows to another, nor send another format."""
    verified = door.verify(made.folder())
    targets = {**verified.targets, slot: canonical.encode(value)}
    swapped = replace(verified, targets=targets, digests={**verified.digests, slot: "ab" * 32})

    with pytest.raises(Malformed, match=sentence):
        adopt(Trusted(), swapped, HERE)
