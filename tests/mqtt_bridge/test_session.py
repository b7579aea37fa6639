"""The go-back-N session: what is sent when, and that nothing is ever left behind."""

import random

from hypothesis import given
from hypothesis import strategies as st

from mqtt_bridge.session import (
    DOUBT,
    SILENCE,
    SILENCE_MOST,
    WINDOW,
    Parcel,
    Session,
    connected,
    next_deadline,
    plan,
    receipted,
)


def line(count: int, epoch: int = 1, size: int = 10) -> list[Parcel]:
    """Give ``count`` consecutive batches of ``size`` rows."""
    return [Parcel(epoch, size * place, size * (place + 1)) for place in range(count)]


def test_window_moves_with_the_receipt() -> None:
    """Four batches go ahead; each receipt lets as many follow as it covers."""
    outbox = line(10)
    session, going = plan(connected(0), reversed(outbox), 0)
    assert going == outbox[:WINDOW]
    session, going = plan(session, outbox, 1)
    assert going == []
    session, going = plan(receipted(session, 1, 20, 2), outbox, 2)
    assert going == outbox[4:6]
    _, going = plan(receipted(session, 1, 20, 3), outbox, 3)
    assert going == outbox[2:6], "a repeated receipt says that what follows is missing"


def test_repeated_receipts_go_back_once() -> None:
    """Three answers to one lost batch cause one repetition, not three."""
    outbox = line(6)
    session, _ = plan(connected(0), outbox, 0)
    session, _ = plan(receipted(session, 1, 10, 1), outbox, 1)
    sent = 0
    for _ in range(3):
        session, going = plan(receipted(session, 1, 10, 2), outbox, 2)
        sent += len(going)
    assert sent == WINDOW


def test_receipt_of_an_idle_hub_that_covers_nothing_goes_back() -> None:
    """A hub that has just come up says what it has; what was sent before nobody heard."""
    outbox = line(2)
    session, _ = plan(connected(0), outbox, 0)
    _, going = plan(receipted(session, 1, 0, 5), outbox, 5)
    assert going == outbox


def test_backward_receipt_sends_again_from_there() -> None:
    """A hub restored from backup asks for rows it had receipted."""
    session, _ = plan(receipted(connected(0), 1, 40, 0), line(4), 0)
    session = receipted(session, 1, 10, 1)
    _, going = plan(session, line(4), 1)
    assert going == line(4)[1:]


def test_silence_goes_back_and_doubles() -> None:
    """Without an answer the window is sent again after 1.5 s, then 3 s, at most every 6 s."""
    outbox = line(1)
    session, _ = plan(connected(0), outbox, 0)
    times = []
    for now in range(0, 30_000, 100):
        session, going = plan(session, outbox, now)
        if going:
            times.append(now)
    gaps = [later - earlier for earlier, later in zip([0, *times], times, strict=False)]
    assert gaps[:3] == [SILENCE, 2 * SILENCE, SILENCE_MOST]
    assert max(gaps) <= SILENCE_MOST
    assert receipted(session, 1, 0, 30_000).silence == SILENCE


def test_deadline_is_when_something_would_be_sent() -> None:
    """The loop may sleep until the deadline and misses nothing."""
    session, _ = plan(connected(0), line(1), 0)
    assert next_deadline(session) == SILENCE
    assert next_deadline(connected(7)) == 7 + DOUBT


def test_epochs_do_not_wait_for_each_other() -> None:
    """A stuck old epoch does not hold up the new one."""
    outbox = [*line(6, epoch=1), *line(2, epoch=2)]
    _, going = plan(connected(0), outbox, 0)
    assert going == [*line(4, epoch=1), *line(2, epoch=2)]


def test_replaced_file_is_sent_again() -> None:
    """A batch that grew under the same name is another batch."""
    session, _ = plan(connected(0), [Parcel(1, 0, 3, stamp=1)], 0)
    _, going = plan(session, [Parcel(1, 0, 5, stamp=2)], 1)
    assert going == [Parcel(1, 0, 5, stamp=2)]


def test_covered_but_not_removed_is_doubted() -> None:
    """A forged receipt cannot silence us: what stays in the outbox is sent again now and then."""
    outbox = line(5)
    session = receipted(connected(0), 1, 1_000, 0)
    session, going = plan(session, outbox, DOUBT - 1)
    assert going == []
    session, going = plan(session, outbox, DOUBT)
    assert going == outbox[:WINDOW]
    _, going = plan(session, outbox, DOUBT + 1)
    assert going == []


class Hub:
    """The hub's side of the protocol: rows in order, overlap trimmed, a receipt for everything heard."""

    def __init__(self) -> None:
        """Begin with nothing stored."""
        self.stored: list[int] = []

    def hear(self, parcel: Parcel) -> int:
        """Take a batch and give the receipt's ``next``."""
        if parcel.start <= len(self.stored) < parcel.end:
            self.stored += range(len(self.stored), parcel.end)
        return len(self.stored)


@given(st.integers(0, 2**32), st.integers(1, 40), st.floats(0, 0.9))
def test_everything_arrives_once_and_in_order_over_a_bad_wire(seed: int, count: int, loss: float) -> None:
    """Whatever is lost, doubled or cut off, all rows arrive once the wire is good again."""
    chance = random.Random(seed)
    hub, outbox, session, now = Hub(), line(count), connected(0), 0
    for tick in range(3_000):
        now += chance.randrange(1, 400)
        bad = loss if tick < 200 else 0.0
        if chance.random() < bad / 10:
            session = connected(now)
        session, going = plan(session, outbox, now)
        for parcel in going:
            for _ in range(1 + (chance.random() < bad / 2)):
                session = _deliver(chance, bad, hub, parcel, session, now)
        outbox = [one for one in outbox if one.end > len(hub.stored)]
        if not outbox:
            break
    assert hub.stored == list(range(10 * count))


def _deliver(
    chance: random.Random, bad: float, hub: Hub, parcel: Parcel, session: Session, now: int
) -> Session:
    if chance.random() < bad:
        return session
    following = hub.hear(parcel)
    return session if chance.random() < bad else receipted(session, 1, following, now)
