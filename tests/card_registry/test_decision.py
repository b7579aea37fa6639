"""The rules of ``decide``: a table of vectors, and what holds whatever the registry says."""

import itertools
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from card_registry.bench import CARDS, decide_rows, invented
from card_registry.circumstances import Before, Circumstances
from card_registry.decision import Denied, Flag, Granted, Tap, decide
from card_registry.instant import DAY, Instant
from card_registry.registry import Registry
from card_registry.rule import DoorRule
from card_registry.statements import CredentialRow, GrantRow, Plan
from card_registry.words import (
    CardId,
    Clockless,
    CredentialKind,
    DoorId,
    ExpiredPolicy,
    GrantId,
    GrantKind,
    HolderId,
    Mode,
    PinResult,
    ReaderId,
    Reason,
    Side,
    Staleness,
    Subject,
    Tier,
    TimeQuality,
)
from tests.card_registry.world import CONTROLLER, Vector, make_policy, read_vectors, shards_of

RULES = 28
DOOR = DoorId("ruang-server")
NOON = 1_795_150_800_000


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


def _row(tier: Tier) -> CredentialRow:
    """Give the one credential of the properties below."""
    return CredentialRow("1" * 64, CardId("c" * 32), HolderId("a" * 32), CredentialKind.PKOC, tier)


grants = st.builds(
    GrantRow,
    id=st.sampled_from([GrantId(digit * 32) for digit in "1234"]),
    holder=st.sampled_from([HolderId("a" * 32), HolderId("b" * 32)]),
    doors=st.sampled_from([(DOOR,), (DoorId("gudang"),), (DoorId("gudang"), DOOR)]),
    schedule=st.none(),
    begins=st.integers(NOON - 3 * DAY, NOON + DAY),
    ends=st.integers(NOON - DAY, NOON + 3 * DAY),
    kind=st.sampled_from(GrantKind),
    escort=st.booleans(),
    override=st.booleans(),
    clears=st.integers(0, 3),
    weak=st.booleans(),
)
serials = st.dictionaries(
    st.one_of(
        st.tuples(st.just(Subject.CARD), st.just("c" * 32)),
        st.tuples(st.just(Subject.HOLDER), st.sampled_from(["a" * 32, "b" * 32])),
        st.tuples(st.just(Subject.GRANT), st.sampled_from([digit * 32 for digit in "1234"])),
    ),
    st.integers(0, 4),
)
registries = st.builds(
    lambda held, kept, tier, rule, expired: Registry(
        {"1" * 64: _row(tier)},
        {
            holder: tuple(grant for grant in held if grant.holder == holder)
            for holder in {grant.holder for grant in held}
        },
        {},
        {DOOR: rule},
        kept,
        invented(0).versions,
        make_policy(expired),
    ),
    st.lists(grants, max_size=4),
    serials,
    st.sampled_from(Tier),
    st.builds(DoorRule, st.just(DOOR), st.sampled_from(Tier), st.sampled_from(Clockless)),
    st.sampled_from(ExpiredPolicy),
)
taps = st.builds(
    Tap,
    st.just(DOOR),
    st.just(ReaderId("masuk")),
    st.sampled_from(Side),
    st.sampled_from([CredentialKind.PKOC, CredentialKind.UID]),
    st.sampled_from(Tier),
    st.booleans(),
    st.sampled_from(["1" * 64, "2" * 64, None]),
    st.just("1" * 64),
)
states = st.builds(
    Circumstances,
    st.sampled_from([Mode.NORMAL, Mode.LOCKDOWN]),
    st.sampled_from(Staleness),
    st.sampled_from(PinResult),
    st.just(()),
    st.one_of(
        st.none(), st.builds(Before, st.just("d" * 32), st.just(HolderId("b" * 32)), st.integers(0, 60_000))
    ),
)
instants = st.builds(
    lambda lo, width: Instant(lo, None if width is None else lo + width, TimeQuality.ANCHORED),
    st.integers(NOON - 4 * DAY, NOON + 4 * DAY),
    st.one_of(st.none(), st.integers(0, DAY)),
)


@given(registries, taps, states, instants)
def test_nothing_opens_without_every_condition(
    registry: Registry, tap: Tap, state: Circumstances, now: Instant
) -> None:
    """Outside FREE, an opened door has a proven card of its tier and one grant that no denial reaches."""
    answer = decide(registry, tap, state, now)
    if isinstance(answer, Denied):
        return
    row = registry.credentials[tap.match or ""]
    grant = next(held for held in registry.grants[row.holder] if held.id == answer.grant and _may(held, now))
    assert tap.proven
    assert tap.kind is row.kind
    assert tap.tier >= row.tier >= registry.doors[DOOR].min_tier
    assert state.pin is not PinResult.WRONG
    assert DOOR in grant.doors
    assert grant.override or state.mode is not Mode.LOCKDOWN
    assert state.before is not None or not grant.escort


def _may(grant: GrantRow, now: Instant) -> bool:
    """Say whether a grant's window is not certainly over or to come."""
    return now.lo < grant.ends and (now.hi is None or now.hi >= grant.begins)


@given(registries, taps, states, instants, st.integers(5, 9))
def test_a_higher_denial_always_shuts(
    registry: Registry, tap: Tap, state: Circumstances, now: Instant, serial: int
) -> None:
    """No card opens while its card, holder or every grant is denied above what its grants clear."""
    row = next(iter(registry.credentials.values()))
    keys: list[list[tuple[Subject, str]]] = [
        [(Subject.CARD, row.card)],
        [(Subject.HOLDER, row.holder)],
        [(Subject.GRANT, digit * 32) for digit in "1234"],
    ]
    for denied in keys:
        shut = replace(registry, serials={**registry.serials, **dict.fromkeys(denied, serial)})
        assert isinstance(decide(shut, tap, state, now), Denied)


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
    plan = Plan(1, CONTROLLER, {}, (DoorRule(DOOR, Tier.CLONABLE, Clockless.ALLOW_FLAGGED),))
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
            credentials={"1" * 64: _row(Tier.PUBLIC_KEY)},
            grants=rows,
            doors={rule.id: rule for rule in plan.doors},
        )
        answers.add(decide(registry, tap, state, now))
    assert len(answers) == 1


def test_the_shards_of_the_world_are_sound() -> None:
    """Rows lie in the shard of their holder's first digit."""
    shards = shards_of([_row(Tier.PUBLIC_KEY)], [])
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
    assert [row.unit for row in decide_rows(100, 200)] == ["µs", "µs"]
    assert CARDS == 10_000
