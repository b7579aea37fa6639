"""The rules of ``decide``: a table of vectors, and what holds whatever the registry says."""

import itertools
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from card_registry.bench import CARDS, decide_rows, invented
from card_registry.circumstances import Circumstances
from card_registry.decision import Denied, Flag, Granted, Tap, decide
from card_registry.instant import Instant
from card_registry.registry import Registry
from card_registry.rule import DoorRule
from card_registry.shown import GrantRow
from card_registry.words import (
    Clockless,
    CredentialKind,
    HolderId,
    Mode,
    PinResult,
    ReaderId,
    Reason,
    Side,
    Subject,
    Tier,
    TimeQuality,
)
from tests.card_registry.world import Vector, read_vectors, shards_of
from tests.card_registry.worlds import (
    DOOR,
    NOON,
    SCHEDULES,
    grants,
    instants,
    make_row,
    registries,
    states,
    taps,
)

RULES = 28


@pytest.mark.parametrize("vector", read_vectors(), ids=lambda vector: f"{vector.rule}: {vector.why}")
def test_the_table_of_vectors_holds(vector: Vector) -> None:
    """Every line of tests/vectors/decision.json is answered as written."""
    assert decide(vector.registry, vector.tap, vector.circumstances, vector.now) == vector.expect


def test_every_rule_has_a_vector_and_a_number() -> None:
    """The docstring's numbered list and the table name the same rules."""
    numbered = decide.__doc__ or ""
    assert all(f" {number}. " in numbered for number in range(1, RULES + 1))
    assert f" {RULES + 1}. " not in numbered
    assert {vector.rule for vector in read_vectors()} == set(range(1, RULES + 1))


def test_every_reason_of_a_decision_has_a_vector() -> None:
    """No reason is unreachable; only a full journal and a fault are answered elsewhere."""
    reached = {vector.expect.reason for vector in read_vectors()}
    assert reached == set(Reason) - {Reason.JOURNAL_REFUSED, Reason.FAULT}


def test_every_flag_has_a_vector() -> None:
    """No flag is unreachable."""
    answers = [vector.expect for vector in read_vectors()]
    raised = {flag for answer in answers if isinstance(answer, Granted) for flag in answer.flags}
    assert raised == set(Flag)


@given(registries, taps, states, instants)
def test_nothing_opens_without_every_condition(
    registry: Registry, tap: Tap, state: Circumstances, now: Instant
) -> None:
    """On the way in, outside FREE, a proven card of its tier and one grant open that no denial reaches."""
    answer = decide(registry, replace(tap, side=Side.IN), state, now)
    if isinstance(answer, Denied):
        return
    row = registry.credentials[tap.match or ""]
    grant = next(held for held in registry.grants[row.holder] if held.id == answer.grant and _may(held, now))
    rule = registry.doors[DOOR]
    assert tap.proven
    assert tap.kind is row.kind
    assert tap.tier >= row.tier >= rule.min_tier
    assert state.pin not in {PinResult.WRONG, PinResult.LOCKED}
    assert DOOR in grant.doors
    emergency = Flag.EMERGENCY in answer.flags and rule.emergency_in_lockdown
    assert grant.override or emergency or state.mode is not Mode.LOCKDOWN
    assert state.before is not None or not grant.escort


def _may(grant: GrantRow, now: Instant) -> bool:
    """Say whether a grant's window is not certainly over or to come."""
    return now.lo < grant.ends and (now.hi is None or now.hi >= grant.begins)


@given(registries, taps, states, instants, st.integers(5, 9))
def test_a_higher_denial_always_shuts(
    registry: Registry, tap: Tap, state: Circumstances, now: Instant, serial: int
) -> None:
    """While a card or its holder is denied, neither side opens; a denied grant opens nothing either."""
    match = tap.match if tap.match is not None and tap.match in registry.credentials else "1" * 64
    row = registry.credentials[match]
    keys: list[list[tuple[Subject, str]]] = [
        [(Subject.CARD, row.card)],
        [(Subject.HOLDER, row.holder)],
    ]
    for denied in keys:
        shut = replace(registry, serials={**registry.serials, **dict.fromkeys(denied, serial)})
        for side in Side:
            assert isinstance(decide(shut, replace(tap, side=side), state, now), Denied)
    withdrawn: dict[tuple[Subject, str], int] = {(Subject.GRANT, digit * 32): serial for digit in "1234"}
    shut = replace(registry, serials={**registry.serials, **withdrawn})
    assert isinstance(decide(shut, replace(tap, side=Side.IN), state, now), Denied)


@given(registries, taps, states, instants)
def test_a_free_door_never_denies(registry: Registry, tap: Tap, state: Circumstances, now: Instant) -> None:
    """In FREE every tap is granted, with or without a registry, and names no grant."""
    free = replace(state, mode=Mode.FREE)
    for known in (registry, None):
        answer = decide(known, tap, free, now)
        assert isinstance(answer, Granted)
        assert (answer.reason, answer.grant) == (Reason.GRANTED_FREE, None)


@given(st.lists(grants, min_size=2, max_size=3, unique_by=lambda grant: grant.id), states, instants)
def test_the_order_of_grants_does_not_matter(
    held: list[GrantRow], state: Circumstances, now: Instant
) -> None:
    """The same grants in any order give the same answer."""
    rule = DoorRule(DOOR, Tier.CLONABLE, Clockless.ALLOW_FLAGGED)
    reader, kind = ReaderId("masuk"), CredentialKind.PKOC
    tap = Tap(DOOR, reader, Side.IN, kind, Tier.PUBLIC_KEY, proven=True, match="1" * 64, credential="")
    answers = set()
    for order in itertools.permutations(held):
        base = invented(0)
        rows: dict[HolderId, tuple[GrantRow, ...]] = {}
        for grant in order:
            rows[grant.holder] = (*rows.get(grant.holder, ()), grant)
        registry = replace(
            base,
            credentials={"1" * 64: make_row(Tier.PUBLIC_KEY)},
            grants=rows,
            schedules=SCHEDULES,
            doors={DOOR: rule},
        )
        answers.add(decide(registry, tap, state, now))
    assert len(answers) == 1


def test_the_shards_of_the_world_are_sound() -> None:
    """Rows lie in the shard of their holder's first digit."""
    shards = shards_of([make_row(Tier.PUBLIC_KEY)], [])
    assert [len(shard.credentials) for shard in shards] == [0] * 10 + [1] + [0] * 5


def test_the_bench_measures_granted_taps() -> None:
    """The registry of the bench opens for its cards, so the number is that of the longest way through."""
    registry = invented(200)
    reader, kind = ReaderId("masuk"), CredentialKind.PKOC
    now = Instant(NOON, NOON + 100, TimeQuality.SYNC)
    taps = [
        Tap(DOOR, reader, Side.IN, kind, Tier.PUBLIC_KEY, proven=True, match=match, credential=match)
        for match in registry.credentials
    ]
    answers = [decide(registry, tap, Circumstances(), now) for tap in taps]
    assert sum(isinstance(answer, Granted) for answer in answers) == 198
    assert [row.unit for row in decide_rows(100, 200)] == ["µs", "µs", "µs"]
    assert CARDS == 10_000
