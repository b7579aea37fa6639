"""Openings that nothing explains, as rows of a file, each with the reason why it is doubted.

Each is judged by itself, so there is a limit; a month of any office stays far below it, and what is beyond it
is refused rather than left out.
"""

from collections.abc import Iterator, Mapping

from sqlalchemy import Connection, Engine, select

from review.access import Refused
from review.export.door_events import AT_ONCE, Row, Words
from review.export.table import Turn
from review.export.wanted import EventsWanted
from review.store import explained
from review.store.occurrences import Listed, Question
from review.store.transaction import reading
from review.tables import holder
from review.visits import Unexplained

MOST = 20_000
"""The most openings that are looked at for one file."""

TOO_MANY = (
    f"Pada masa ini ada lebih dari {MOST // 1000}.000 pembukaan yang harus ditelaah satu per satu. "
    "Persempit masa, pintu, atau saringannya."
)

DETAIL = 7
"""Where a row says what happened."""

Doubted = tuple[Listed, Unexplained]


def turns(store: Engine, wanted: EventsWanted, signs: Mapping[str, str]) -> Iterator[Turn]:
    """Give the openings in turns, the earliest first."""
    words = Words(signs)
    with reading(store) as connection:
        found = _found(connection, wanted)
    for start in range(0, len(found), AT_ONCE):
        some = found[start : start + AT_ONCE]
        with reading(store) as connection:
            turn = list(words.turn(connection, list(zip(*(_row(one) for one, _ in some), strict=True))))
        told = zip(turn[DETAIL], some, strict=True)
        turn[DETAIL] = tuple(f"{said} · {why.why}" for said, (_, why) in told)
        yield tuple(turn)


def refusal(store: Engine, wanted: EventsWanted, most: int = MOST) -> Refused | None:
    """Say that a file would leave openings out, None where it holds them all; ``most`` are looked at."""
    with reading(store) as connection:
        over = explained.doubtful(connection, _question(wanted), most + 1) > most
    return Refused(TOO_MANY) if over else None


def count(store: Engine, wanted: EventsWanted, most: int) -> int:
    """Count the openings that nothing explains, up to ``most`` and one more."""
    with reading(store) as connection:
        return min(len(_found(connection, wanted)), most + 1)


def _question(wanted: EventsWanted) -> Question:
    return Question(
        wanted.door or None,
        wanted.holder or None,
        wanted.case or None,
        wanted.card or None,
        since=wanted.since,
        until=wanted.until,
        named=wanted.named or None,
    )


def _found(connection: Connection, wanted: EventsWanted) -> list[Doubted]:
    found = explained.unexplained_of(connection, _question(wanted), MOST)[::-1]
    if not wanted.unit:
        return list(found)
    unit = set(connection.scalars(select(holder.c.id).where(holder.c.unit == wanted.unit)))
    return [one for one in found if one[0].occurrence.facts.holder in unit]


def _row(listed: Listed) -> Row:
    told = listed.occurrence
    facts, place = told.facts, told.place
    return (
        listed.id,
        told.at,
        told.day.isoformat(),
        told.local,
        facts.door,
        facts.side,
        told.kind,
        facts.granted,
        facts.reason,
        facts.detail,
        facts.holder,
        facts.card,
        facts.case,
        facts.count,
        told.quality,
        place.controller,
        place.epoch,
        place.seq,
    )
