"""Which batches of the outbox to send now: go-back-N from the hub's last receipt.

Each epoch of a journal is a line of its own. Up to ``WINDOW`` batches are ahead of the receipt. Going back
means forgetting what was sent, so that everything after the receipt is sent again; it happens

* on every new connection,
* after a silence of ``SILENCE`` that doubles to ``SILENCE_MOST`` while the hub stays silent,
* when a receipt says again what the last one said, or less: the hub lacks what follows (once for each place,
  so that several such receipts together do not multiply the traffic).

Receipts are not verified here, because this side has no keys: a forged one can only make us send too much, or
too late. So a batch is done when the door, who verifies, has removed it from the outbox; one that remains
though a receipt covers it is sent again every ``DOUBT``. Times are milliseconds of a clock that only goes
forward.

Pure.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

WINDOW = 4
"""Batches of one epoch sent ahead of its receipt."""

SILENCE = 1_500
SILENCE_MOST = 6_000
DOUBT = 30_000


@dataclass(frozen=True, slots=True, order=True)
class Parcel:
    """A batch in the outbox: rows [start, end) of an epoch; ``stamp`` changes when the file is replaced."""

    epoch: int
    start: int
    end: int
    stamp: int = 0


@dataclass(frozen=True, slots=True)
class Session:
    """What the bridge remembers between two looks at its outbox; a new connection begins a new one."""

    heard: int
    silence: int = SILENCE
    receipts: dict[int, int] = field(default_factory=dict)
    """For each epoch, the ``next`` of its last receipt."""

    sent: frozenset[Parcel] = frozenset()
    turned: frozenset[tuple[int, int]] = frozenset()
    """Places (epoch, next) from which we already went back for a repeated receipt."""

    doubted: int = 0
    """When what receipts cover was last sent all the same."""


def connected(now: int) -> Session:
    """Begin anew on a new connection: nothing is sent, nothing is known."""
    return Session(heard=now, doubted=now)


def receipted(session: Session, epoch: int, following: int, now: int) -> Session:
    """Take in a receipt: rows of ``epoch`` below ``following`` are stored."""
    before = session.receipts.get(epoch)
    receipts = session.receipts | {epoch: following}
    heard = replace(session, heard=now, silence=SILENCE, receipts=receipts)
    done = frozenset(one for one in session.sent if one.epoch == epoch and one.end <= following)
    if done or (before is not None and following > before):
        turned = frozenset(place for place in session.turned if place[0] != epoch)
        return replace(heard, sent=session.sent - done, turned=turned)
    if (epoch, following) in session.turned:
        return heard
    sent = frozenset(one for one in session.sent if one.epoch != epoch)
    return replace(heard, sent=sent, turned=session.turned | {(epoch, following)})


def plan(session: Session, outbox: Iterable[Parcel], now: int) -> tuple[Session, Sequence[Parcel]]:
    """Decide what to send now, in order, from everything in the outbox."""
    parcels = sorted(outbox)
    open_ones = [one for one in parcels if one.end > session.receipts.get(one.epoch, 0)]
    session = replace(session, sent=session.sent & frozenset(parcels))
    if not session.sent and open_ones:
        session = replace(session, heard=now)
    if session.sent and now - session.heard >= session.silence:
        silence = min(2 * session.silence, SILENCE_MOST)
        session = replace(session, sent=frozenset(), heard=now, silence=silence, turned=frozenset())
    going = [one for one in _window(open_ones) if one not in session.sent]
    session = replace(session, sent=session.sent | frozenset(going))
    if now - session.doubted >= DOUBT:
        session = replace(session, doubted=now)
        going += [one for one in _window(parcels) if one not in open_ones]
    return session, going


def _window(parcels: Iterable[Parcel]) -> list[Parcel]:
    """Take the first ``WINDOW`` of each epoch."""
    taken: dict[int, list[Parcel]] = {}
    for one in parcels:
        line = taken.setdefault(one.epoch, [])
        if len(line) < WINDOW:
            line.append(one)
    return [one for line in taken.values() for one in line]


def next_deadline(session: Session) -> int:
    """Give when to look again though nothing happens."""
    doubt = session.doubted + DOUBT
    return min(session.heard + session.silence, doubt) if session.sent else doubt
