"""What the hub believes of what controllers send, and what it says of what it does not."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from card_registry.journal.batch import Batch, encode_batch
from card_registry.journal.event import Versions
from card_registry.journal.note import Checkpoint, origin, sign_checkpoint
from card_registry.journal.tree import Frontier, leaf
from card_registry.signing import Purpose, public_hex, seal
from card_registry.statements import ControllerEntry, Status
from card_registry.words import ControllerId, ControllerKind, ControllerStatus, SiteId, Staleness
from mqtt_bridge.ingest import (
    Complaints,
    Continues,
    Gap,
    Known,
    Newer,
    Old,
    Unbelieved,
    judge_batch,
    judge_status,
)
from tests.mqtt_bridge.site import SITE, key

ONE, TWO, GONE = ControllerId("a"), ControllerId("b"), ControllerId("gone")
ROWS = tuple(b'{"seq":%d}' % number for number in range(8))


def entry(
    who: ControllerId, status: ControllerStatus = ControllerStatus.ACTIVE, epoch: int = 2
) -> ControllerEntry:
    """Give a directory entry."""
    return ControllerEntry(who, ControllerKind.DOOR, status, epoch, public_hex(key(who)), "0" * 64, ())


DIRECTORY = {ONE: entry(ONE), TWO: entry(TWO), GONE: entry(GONE, ControllerStatus.REVOKED)}


def batch(start: int, end: int, who: ControllerId = ONE, signer: str = "a", epoch: int = 2) -> Batch:
    """Give rows [start, end) under the right head, signed by ``signer``."""
    frontier = Frontier().extend(leaf(row) for row in ROWS[:end])
    head = Checkpoint(origin(SITE, who, epoch), end, frontier.root())
    return Batch(1, who, epoch, start, ROWS[start:end], sign_checkpoint(head, key(signer)))


def judged(payload: bytes, stored: int = 0, sender: ControllerId = ONE) -> object:
    """Judge a payload against ``stored`` rows."""
    frontier = Frontier().extend(leaf(row) for row in ROWS[:stored])
    return judge_batch(SITE, sender, payload, DIRECTORY, {(ONE, 2): frontier})


def test_next_rows_continue_and_overlap_is_trimmed() -> None:
    """Only rows not yet stored come out, with the frontier after them."""
    verdict = judged(encode_batch(batch(1, 6)), stored=4)
    assert isinstance(verdict, Continues)
    assert verdict.rows == ROWS[4:6]
    assert verdict.leaves == [leaf(row) for row in ROWS[4:6]]
    assert verdict.frontier.size == verdict.head.size == 6


def test_stored_rows_are_known_and_later_rows_leave_a_gap() -> None:
    """What is stored is recognised by its end; what begins later waits for the rows between."""
    known = judged(encode_batch(batch(0, 4)), stored=4)
    assert isinstance(known, Known)
    assert known.leaves == tuple(leaf(row) for row in ROWS[:4])
    assert isinstance(judged(encode_batch(batch(5, 6)), stored=4), Gap)


@pytest.mark.parametrize(
    ("payload", "sender", "sentence"),
    [
        (b"", ONE, "not well formed"),
        (encode_batch(batch(0, 2, TWO, "b")), ONE, "only its own"),
        (encode_batch(batch(0, 2)), GONE, "revoked"),
        (encode_batch(batch(0, 2)), ControllerId("c"), "not in the site's directory"),
        (encode_batch(batch(0, 2, epoch=1)), ONE, "epoch 1; the directory is at 2"),
        (encode_batch(batch(0, 2, signer="thief")), ONE, "another key"),
        (encode_batch(replace(batch(0, 2), rows=(b"edited", ROWS[1]))), ONE, "do not hash to"),
        (encode_batch(replace(batch(0, 2), rows=(ROWS[1], ROWS[0]))), ONE, "do not hash to"),
        (encode_batch(replace(batch(0, 3), rows=ROWS[:2])), ONE, "do not hash to"),
        (encode_batch(replace(batch(0, 2), note=b"x" * 2_000)), ONE, "longer than"),
    ],
)
def test_what_no_honest_controller_sends_is_refused_with_a_sentence(
    payload: bytes, sender: ControllerId, sentence: str
) -> None:
    """Each way of lying has a sentence that says what was wrong."""
    verdict = judged(payload, sender=sender)
    assert isinstance(verdict, Unbelieved)
    assert sentence in verdict.why


def test_known_rows_under_a_forged_head_are_refused() -> None:
    """Even rows already stored must come under their own controller's signature."""
    verdict = judged(encode_batch(batch(0, 2, signer="thief")), stored=4)
    assert isinstance(verdict, Unbelieved)
    assert verdict.epoch == 2


@given(st.binary(max_size=400))
def test_any_bytes_are_judged_and_none_raise(data: bytes) -> None:
    """Hostile payloads become sentences of bounded length."""
    for verdict in (judged(data), judge_status(SITE, ONE, data, DIRECTORY, (0, 0))):
        assert isinstance(verdict, Unbelieved)
        assert 0 < len(verdict.why) <= 400
        assert "\n" not in verdict.why


@given(st.integers(0, 2_000), st.integers(0, 255))
def test_a_batch_with_one_byte_changed_is_never_believed(place: int, value: int) -> None:
    """There is no byte of a batch that is not covered by the signature or the format."""
    data = bytearray(encode_batch(batch(0, 8)))
    place %= len(data)
    if data[place] == value:
        value ^= 1
    data[place] = value
    assert not isinstance(judged(bytes(data)), Continues | Known)


def status(number: int, who: ControllerId = ONE, site: str = SITE) -> bytes:
    """Give a status signed by controller ``a``."""
    value = Status(
        1, SiteId(site), who, 2, number, "0" * 32, 0, Staleness.FRESH, Versions(), 0, 0, (),
    )  # fmt: skip
    return seal(Purpose.STATUS, value, key(ONE))


def test_status_is_newer_old_or_refused() -> None:
    """A status counts once, in order, from its own controller, of this site."""
    assert isinstance(judge_status(SITE, ONE, status(3), DIRECTORY, (2, 2)), Newer)
    assert isinstance(judge_status(SITE, ONE, status(3), DIRECTORY, (1, 9)), Newer)
    assert isinstance(judge_status(SITE, ONE, status(3), DIRECTORY, (2, 3)), Old)
    for sender, payload in (
        (TWO, status(3)),
        (ONE, status(3, TWO)),
        (ONE, status(3, site="lain")),
        (GONE, b""),
    ):
        assert isinstance(judge_status(SITE, sender, payload, DIRECTORY, (0, 0)), Unbelieved)


def test_complaints_are_rationed() -> None:
    """A sentence counts once in ten minutes, a controller twenty times and then once a minute."""
    complaints = Complaints()
    assert complaints.worth_a_row("a", "x", 0)
    assert not complaints.worth_a_row("a", "x", 599_999)
    assert complaints.worth_a_row("a", "x", 600_000)
    kept = sum(complaints.worth_a_row("b", str(number), 0) for number in range(100))
    assert kept == Complaints.BURST
    assert complaints.worth_a_row("b", "later", 60_000)
    assert not complaints.worth_a_row("b", "at once", 60_000)
    assert len(complaints.heard) <= 2 * Complaints.BURST + 3
