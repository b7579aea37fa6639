"""Random doors and taps for the properties of a decision: two holders, one of them with two cards."""

from typing import TypeVar

from hypothesis import strategies as st

from card_registry.circumstances import Before, Circumstances
from card_registry.decision import Tap
from card_registry.instant import DAY, Instant
from card_registry.journal.event import Versions
from card_registry.registry import Registry
from card_registry.rule import DoorRule
from card_registry.schedule import Schedule, Window
from card_registry.shown import CredentialRow, GrantRow
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
    Passback,
    PinDemand,
    PinResult,
    ReaderId,
    Side,
    Staleness,
    Subject,
    Tier,
    TimeQuality,
)
from tests.card_registry.world import make_policy

DOOR = DoorId("ruang-server")
NOON = 1_795_150_800_000
"""Friday 2026-11-20, 12:00 at Asia/Jakarta, in milliseconds."""

TAPPING, OTHER = HolderId("a" * 32), HolderId("b" * 32)
FIRST, SECOND_CARD, OTHERS_CARD = CardId("c" * 32), CardId("e" * 32), CardId("d" * 32)
OWNERS = {FIRST: TAPPING, SECOND_CARD: TAPPING, OTHERS_CARD: OTHER}
SCHEDULES = {
    "kerja": Schedule("Asia/Jakarta", (Window((0, 1, 2, 3, 4), 420, 1020),)),
    "malam": Schedule("Asia/Jakarta", (Window((0, 1, 2, 3, 4, 5, 6), 0, 360),)),
}
VERSIONS = Versions(1, 1, 1, 1)
POLICIES = {policy: make_policy(policy) for policy in ExpiredPolicy}


T = TypeVar("T")


def mostly(value: T, strategy: st.SearchStrategy[T]) -> st.SearchStrategy[T]:
    """Give ``value`` five times of six, so that worlds in which a door opens are not one in a thousand."""
    return st.sampled_from(range(6)).flatmap(lambda draw: strategy if draw == 1 else st.just(value))


def make_row(tier: Tier, match: str = "1", card: CardId = FIRST) -> CredentialRow:
    """Give one card's credential; ``match`` is one digit, repeated."""
    return CredentialRow(match * 64, card, OWNERS[card], CredentialKind.PKOC, tier)


grants = st.builds(
    GrantRow,
    id=st.sampled_from([GrantId(digit * 32) for digit in "1234"]),
    holder=st.sampled_from([TAPPING, OTHER]),
    doors=mostly((DOOR,), st.sampled_from([(DoorId("gudang"), DOOR), (DoorId("gudang"),)])),
    schedule=mostly(None, st.sampled_from(sorted(SCHEDULES))),
    begins=mostly(NOON - 3 * DAY, st.integers(NOON - 3 * DAY, NOON + DAY)),
    ends=mostly(NOON + 3 * DAY, st.integers(NOON - DAY, NOON + 3 * DAY)),
    kind=mostly(GrantKind.TETAP, st.sampled_from(GrantKind)),
    escort=mostly(value=False, strategy=st.booleans()),
    override=st.booleans(),
    clears=st.integers(0, 3),
    weak=st.booleans(),
)
serials = mostly(
    {},
    st.dictionaries(
        st.one_of(
            st.tuples(st.just(Subject.CARD), st.sampled_from([str(card) for card in OWNERS])),
            st.tuples(st.just(Subject.HOLDER), st.sampled_from([str(TAPPING), str(OTHER)])),
            st.tuples(st.just(Subject.GRANT), st.sampled_from([digit * 32 for digit in "1234"])),
        ),
        st.integers(0, 4),
        max_size=2,
    ),
)
rules = st.builds(
    lambda tier, clockless, passback, pin, **more: DoorRule(
        DOOR,
        tier,
        clockless,
        passback=passback,
        passback_s=60 if passback is Passback.TIMED else 0,
        pin=pin,
        pin_schedule="kerja" if pin is PinDemand.SCHEDULED else None,
        **more,
    ),
    mostly(Tier.CLONABLE, st.sampled_from(Tier)),
    st.sampled_from(Clockless),
    mostly(Passback.OFF, st.sampled_from(Passback)),
    mostly(PinDemand.NEVER, st.sampled_from(PinDemand)),
    persons=st.sampled_from([1, 2]),
    together_s=st.sampled_from([5, 30]),
    escort_s=st.sampled_from([5, 30]),
    emergency_in_lockdown=st.booleans(),
)


def make_registry(
    held: list[GrantRow],
    kept: dict[tuple[Subject, str], int],
    tier: Tier,
    rule: DoorRule,
    expired: ExpiredPolicy,
) -> Registry:
    """Give the registry of one door and three cards, all of one tier."""
    rows = (make_row(tier), make_row(tier, "2", SECOND_CARD), make_row(tier, "3", OTHERS_CARD))
    grants_of = {
        holder: tuple(grant for grant in held if grant.holder == holder)
        for holder in {grant.holder for grant in held}
    }
    by_match = {row.match: row for row in rows}
    return Registry(by_match, grants_of, SCHEDULES, {DOOR: rule}, kept, VERSIONS, POLICIES[expired])


registries = st.builds(
    make_registry,
    st.lists(grants, min_size=1, max_size=5),
    serials,
    mostly(Tier.PUBLIC_KEY, st.sampled_from(Tier)),
    rules,
    mostly(ExpiredPolicy.KEEP, st.sampled_from(ExpiredPolicy)),
)
taps = st.builds(
    Tap,
    st.just(DOOR),
    st.just(ReaderId("masuk")),
    st.sampled_from(Side),
    mostly(CredentialKind.PKOC, st.just(CredentialKind.UID)),
    mostly(Tier.PUBLIC_KEY, st.sampled_from(Tier)),
    mostly(value=True, strategy=st.booleans()),
    mostly("1" * 64, st.sampled_from(["2" * 64, "9" * 64, None])),
    st.just("1" * 64),
)
befores = st.builds(
    lambda card, ago, granted: Before(card, OWNERS[card], ago, granted),
    st.sampled_from(sorted(OWNERS)),
    st.integers(0, 40_000),
    st.booleans(),
)
states = st.builds(
    Circumstances,
    mostly(Mode.NORMAL, st.just(Mode.LOCKDOWN)),
    mostly(Staleness.FRESH, st.sampled_from(Staleness)),
    mostly(PinResult.NOT_ASKED, st.sampled_from(PinResult)),
    st.sampled_from([(), (TAPPING,)]),
    st.one_of(st.none(), befores),
    st.lists(befores, max_size=2).map(tuple),
    st.one_of(st.none(), st.integers(0, 120_000)),
    mostly(None, st.just(DoorId("gudang"))),
)
instants = st.builds(
    lambda lo, width: Instant(lo, None if width is None else lo + width, TimeQuality.ANCHORED),
    mostly(NOON, st.integers(NOON - 2 * DAY, NOON + 2 * DAY)),
    mostly(100, st.sampled_from([None, 0, DAY])),
)
