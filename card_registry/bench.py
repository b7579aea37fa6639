"""The kernel's measured numbers: how long a door thinks about one tap.

Rows are made from an invented registry of any size, the same each time. How rows are found and printed is
decided in ``command.bench``.
"""

import hashlib
import time
from collections.abc import Iterator
from dataclasses import replace

from card_registry.circumstances import Before, Circumstances
from card_registry.command.bench_row import Row
from card_registry.decision import Tap, decide
from card_registry.instant import DAY, Instant
from card_registry.journal.event import Versions
from card_registry.registry import SHARDS, Registry, assemble
from card_registry.rule import DoorRule
from card_registry.schedule import Schedule, Window
from card_registry.shown import CredentialRow, GrantRow, Plan, Shard
from card_registry.statements import Policy
from card_registry.words import (
    Approval,
    CardId,
    Clockless,
    ControllerId,
    CredentialKind,
    DoorId,
    ExpiredPolicy,
    GrantId,
    GrantKind,
    HolderId,
    Passback,
    PinDemand,
    PinResult,
    ReaderId,
    Side,
    SiteId,
    Subject,
    Tier,
    TimeQuality,
)

CARDS = 10_000
TAPS = 10_000
ROUNDS = 7
WARM = 1_000
NOON = 1_795_150_800_000
"""Friday 2026-11-20, 12:00 at Asia/Jakarta, in milliseconds."""

CONTROLLER = ControllerId("pengendali-1")
DOOR = DoorId("ruang-server")
LIMIT = 20.0
"""Microseconds at the 99th percentile (DESIGN §10)."""


def rows() -> Iterator[Row]:
    """Measure ``decide`` and ``assemble`` at 10 000 cards."""
    yield from decide_rows()
    yield assemble_row()


def decide_rows(cards: int = CARDS, taps: int = TAPS) -> Iterator[Row]:
    """Measure ``decide`` over known cards in turn: the median and the 99th percentile, in microseconds.

    The last row is of a door with every demand, where a second holder is judged as well; it may take twice
    as long.
    """
    registry = invented(cards)
    middle, high = _best(registry, Circumstances(), taps)
    _, demanding = _best(_demanding(registry), _accompanied(registry), taps)
    target = f"p99 ≤ {LIMIT:.0f} µs"
    yield Row(f"decide, {cards} cards, p50", "door", middle, "µs", target, None, None, middle <= LIMIT)
    yield Row(f"decide, {cards} cards, p99", "door", high, "µs", target, None, None, high <= LIMIT)
    name, wanted = f"decide, {cards} cards, every demand, p99", f"≤ {2 * LIMIT:.0f} µs"
    yield Row(name, "door", demanding, "µs", wanted, None, None, demanding <= 2 * LIMIT)


def assemble_row(cards: int = CARDS) -> Row:
    """Measure putting a registry together from decoded shards, in milliseconds."""
    shards = invented_shards(cards)
    begun = time.perf_counter_ns()
    _assembled(shards)
    spent = (time.perf_counter_ns() - begun) / 1e6
    return Row(f"assemble, {cards} cards", "door", spent, "ms", "≤ 150 ms", None, None, spent <= 150)  # noqa: PLR2004 - as the target says


def invented(cards: int) -> Registry:
    """Give a registry of ``cards`` cards, one holder each, half of them with office hours."""
    return _assembled(invented_shards(cards))


def invented_shards(cards: int) -> list[Shard]:
    """Give the shards of ``cards`` invented cards."""
    numbers: list[list[int]] = [[] for _ in range(SHARDS)]
    for number in range(cards):
        numbers[int(_token("holder", number)[0], 16)].append(number)
    return [
        Shard(1, CONTROLLER, place, tuple(map(_credential, mine)), tuple(map(_grant, mine)))
        for place, mine in enumerate(numbers)
    ]


def _demanding(registry: Registry) -> Registry:
    """Give the same registry with a door that asks for a PIN, a second person and a passage."""
    rule = replace(
        registry.doors[DOOR], pin=PinDemand.SCHEDULED, pin_schedule="kerja", persons=2, passback=Passback.SOFT
    )
    return replace(registry, doors={DOOR: rule})


def _accompanied(registry: Registry) -> Circumstances:
    """Give what is true at that door when its PIN was right and somebody else waits."""
    other = next(
        row for row in registry.credentials.values() if (Subject.CARD, row.card) not in registry.serials
    )
    waits = Before(other.card, other.holder, 10, granted=False)
    return Circumstances(pin=PinResult.RIGHT, entered=1_000, others=(waits,))


def _best(registry: Registry, circumstances: Circumstances, taps: int) -> tuple[float, float]:
    """Give median and 99th percentile in microseconds.

    The best of several rounds is our own time; the others also hold what neighbours on the machine cost.
    """
    spent = [sorted(_timed(registry, circumstances, taps)) for _ in range(ROUNDS)]
    middle = min(one[len(one) // 2] for one in spent) / 1000
    return middle, min(one[len(one) * 99 // 100] for one in spent) / 1000


def _timed(registry: Registry, circumstances: Circumstances, taps: int) -> Iterator[int]:
    """Decide tap after tap; give the nanoseconds of each after the first ones."""
    now = Instant(NOON, NOON + 100, TimeQuality.SYNC)
    shown = list(registry.credentials)
    for number in range(WARM + taps):
        tap = _tap(shown[number * 7919 % len(shown)])
        begun = time.perf_counter_ns()
        decide(registry, tap, circumstances, now)
        spent = time.perf_counter_ns() - begun
        if number >= WARM:
            yield spent


def _tap(match: str) -> Tap:
    """Present one credential."""
    reader, kind = ReaderId("masuk"), CredentialKind.PKOC
    return Tap(DOOR, reader, Side.IN, kind, Tier.PUBLIC_KEY, proven=True, match=match, credential=match)


def _assembled(shards: list[Shard]) -> Registry:
    """Put the invented parts together; every hundredth card is denied."""
    hours = Schedule("Asia/Jakarta", (Window((0, 1, 2, 3, 4), 7 * 60, 17 * 60),), ("2026-12-25",))
    rule = DoorRule(DOOR, Tier.PUBLIC_KEY, Clockless.ALWAYS_ONLY)
    policy = Policy(
        v=1,
        site=SiteId("contoh"),
        approval=Approval.SIGNATURE,
        grace=7 * DAY,
        expired=ExpiredPolicy.EMERGENCY_ONLY,
        ntp_trusted=False,
        zone="Asia/Jakarta",
        receipt_keys=(),
        order_keys=(),
        authority_keys=(),
    )
    serials = {(Subject.CARD, _token("card", number)): 1 for number in range(0, CARDS, 100)}
    plan = Plan(1, CONTROLLER, {"kerja": hours}, (rule,))
    return assemble(plan, shards, serials, Versions(1, 1, 1, 1), policy)


def _credential(number: int) -> CredentialRow:
    """Invent one credential."""
    match = hashlib.sha256(f"match {number}".encode()).hexdigest()
    card, holder = CardId(_token("card", number)), HolderId(_token("holder", number))
    return CredentialRow(match, card, holder, CredentialKind.PKOC, Tier.PUBLIC_KEY)


def _grant(number: int) -> GrantRow:
    """Invent one grant."""
    return GrantRow(
        id=GrantId(_token("grant", number)),
        holder=HolderId(_token("holder", number)),
        doors=(DOOR,),
        schedule="kerja" if number % 2 else None,
        begins=NOON - 30 * DAY,
        ends=NOON + 30 * DAY,
        kind=GrantKind.TETAP,
        escort=False,
        override=False,
        clears=0,
        weak=False,
    )


def _token(what: str, number: int) -> str:
    """Give the same 32 hex digits for the same number."""
    return hashlib.sha256(f"{what} {number}".encode()).hexdigest()[:32]
