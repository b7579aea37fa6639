"""Who is inside, by area, as one controller knows it: the muster.

An entry counts from its committed grant and is undone when nobody opened the door (``Unused``); a way out
counts only once the leaf opened (``Used``), so until then, and after any restart, the holder is still inside:
a muster that names one too many sends a rescuer in vain, one too few leaves somebody behind. Movements are
kept in the order of their grants and settled in it; what a person may pass is decided in
``card_registry.decision``, what is on disk in ``presence_store``.

Decisions:
    2026-11-21: only areas with a reader on the way out are counted (``counted``). Where people leave by the
    button alone, nobody would ever be outside again, and a wrong muster is worse than none.
    2026-11-21: an entry is dated by the wall clock, because it must outlive a restart. A clock set back
    makes TIMED passback refuse longer, one set forward ends it sooner; the jump itself is alarmed.

Pure.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from card_registry.journal.event import Tapped
from card_registry.rule import DoorRule
from card_registry.words import CardId, HolderId, Side

Key = tuple[str, HolderId]
"""An area and a holder."""


@dataclass(frozen=True, slots=True)
class Inside:
    """A person in an area since ``since`` (wall milliseconds).

    ``escort`` is who let a visitor in; ``forgiven``: an operator lets them enter again; ``leaving``: granted
    the way out, and the door has not opened yet.
    """

    holder: HolderId
    card: CardId
    area: str
    since: int
    escort: HolderId | None = None
    forgiven: bool = False
    leaving: bool = False


@dataclass(frozen=True, slots=True)
class Move:
    """A granted way in (``entry``) or out (None), not yet used or unused; ``place`` once committed."""

    key: Key
    entry: Inside | None
    place: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Muster:
    """Everybody inside as far as it is settled, and the movements under way."""

    settled: Mapping[Key, Inside] = field(default_factory=dict)
    moves: tuple[Move, ...] = ()


def area_of(rule: DoorRule) -> str:
    """Name what lies behind a door: its area, or a place of its own."""
    return rule.area or rule.id


def counted(readers: Iterable[tuple[DoorRule, Side]]) -> frozenset[str]:
    """Give the areas whose people can be counted: those with a reader on the way out."""
    return frozenset(area_of(rule) for rule, side in readers if side is Side.OUT)


def entered(muster: Muster, tapped: Tapped, area: str, wall: int, escort: HolderId | None) -> Muster:
    """Count whoever was granted the way in, at ``wall`` milliseconds; to be ``placed`` once committed."""
    if tapped.card is None or tapped.holder is None:
        return muster
    entry = Inside(tapped.holder, tapped.card, area, wall, escort)
    return replace(muster, moves=(*muster.moves, Move((area, tapped.holder), entry)))


def left(muster: Muster, tapped: Tapped, area: str) -> Muster:
    """Mark whoever was granted the way out as leaving; to be ``placed`` once committed."""
    if tapped.holder is None:
        return muster
    return replace(muster, moves=(*muster.moves, Move((area, tapped.holder), None)))


def placed(muster: Muster, epoch: int, seq: int) -> Muster:
    """Say where the newest movement's event was committed."""
    moves = tuple(
        move if move.place is not None else replace(move, place=(epoch, seq)) for move in muster.moves
    )
    return replace(muster, moves=moves)


def settle(muster: Muster, epoch: int, seq: int, *, used: bool) -> Muster:
    """Make a movement a fact, if the door was opened, or forget it."""
    move = next((move for move in muster.moves if move.place == (epoch, seq)), None)
    if move is None:
        return muster
    moves = tuple(other for other in muster.moves if other is not move)
    if not used:
        return replace(muster, moves=moves)
    settled = {key: inside for key, inside in muster.settled.items() if key != move.key}
    if move.entry is not None:
        settled[move.key] = move.entry
    return Muster(settled, moves)


def forgive(muster: Muster, area: str, holder: HolderId | None) -> Muster:
    """Let a holder (None: everybody) enter an area again without having left; they stay in the muster."""

    def forgiven(inside: Inside) -> Inside:
        meant = inside.area == area and holder in {None, inside.holder}
        return replace(inside, forgiven=True) if meant else inside

    moves = tuple(
        move if move.entry is None else replace(move, entry=forgiven(move.entry)) for move in muster.moves
    )
    return Muster({key: forgiven(inside) for key, inside in muster.settled.items()}, moves)


def everybody(muster: Muster) -> dict[Key, Inside]:
    """Give everybody inside, counting every entry under way and nobody who is only about to leave."""
    present = dict(muster.settled)
    for move in muster.moves:
        if move.entry is not None:
            present[move.key] = move.entry
        elif move.key in present:
            present[move.key] = replace(present[move.key], leaving=True)
    return present


def inside_of(muster: Muster, area: str, holder: HolderId) -> Inside | None:
    """Find a holder in an area."""
    return everybody(muster).get((area, holder))


def entered_ago(inside: Inside | None, wall: int) -> int | None:
    """Give how many milliseconds ago somebody entered, as ``Circumstances.entered`` wants it."""
    return None if inside is None or inside.forgiven else max(0, wall - inside.since)


def astray(muster: Muster, area: str, holder: HolderId) -> tuple[Inside, ...]:
    """Give the visitors whose escort this is, who stay in an area that the escort has left."""
    present = everybody(muster)
    if (area, holder) in present:
        return ()
    return tuple(
        one for one in present.values() if one.area == area and one.escort == holder and not one.leaving
    )


def strays(muster: Muster) -> tuple[Inside, ...]:
    """Give every visitor without their escort; a visitor who is leaving is none."""
    present = everybody(muster)
    return tuple(
        one
        for one in present.values()
        if one.escort is not None and not one.leaving and (one.area, one.escort) not in present
    )
