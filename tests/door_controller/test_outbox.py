"""The outbox: the journal cut into batches the hub can check, receipts in every direction, and the status."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from card_registry.errors import Forged, Malformed
from card_registry.journal.batch import Batch, check_batch, decode_batch, parse_name
from card_registry.journal.event import (
    Exited,
    Moment,
    Position,
    Refused,
    Started,
    Versions,
    decode_body,
    decode_event,
)
from card_registry.journal.tree import Frontier
from card_registry.signing import Purpose, public_hex, unseal
from card_registry.statements import DoorView, Status
from card_registry.words import Staleness, TimeQuality
from door_controller.clock import Clock
from door_controller.courier import Courier, Ways
from door_controller.journal import Journal
from door_controller.outbox import MOST_BYTES, MOST_FILES, Accepted, Contradiction, Outbox, View
from tests.door_controller.site import CONTROLLER, DOOR, SITE, Site

AT = Moment(5, 1, None, TimeQuality.FLOOR, "b" * 32, 7)
EXIT = Exited(DOOR)
KEY = Ed25519PrivateKey.from_private_bytes(bytes(31) + b"\1")
VIEW = View(
    5, Staleness.FRESH, Versions(1, 2, 3, 4), (DoorView(DOOR, "closed", released=False, mode="normal"),)
)


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    """An empty journal."""
    with Journal(tmp_path / "door.db", SITE, CONTROLLER) as opened:
        yield opened


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where the batches lie."""
    return tmp_path / "outbox"


@pytest.fixture(scope="module")
def site() -> Site:
    """The hub's key."""
    return Site()


def write(journal: Journal, count: int) -> None:
    """Write some events in one go."""
    for _ in range(count):
        journal.append(EXIT, AT)


def files(folder: Path) -> list[Batch]:
    """Read what a bridge would send, in its order."""
    return [decode_batch(path.read_bytes()) for path in sorted(folder.iterdir()) if parse_name(path.name)]


def hub(folder: Path, frontier: Frontier = Frontier(), epoch: int = 1) -> Frontier:  # noqa: B008 - frozen
    """Check every batch as the hub does, trimming what it has; give its tree."""
    for batch in files(folder):
        if batch.epoch == epoch and batch.end > frontier.size:
            frontier, _, _ = check_batch(batch, frontier, SITE, public_hex(KEY))
    return frontier


def receipt(site: Site, journal: Journal, size: int, epoch: int = 1) -> bytes:
    """Give the hub's receipt for rows of this journal."""
    return site.receipt(epoch, size, journal.root(epoch, size), 1_790_000_000_000)


def keys(site: Site) -> list[str]:
    """Give the receipt keys of the officers' policy."""
    return [public_hex(site.receipt_key)]


def test_every_row_reaches_the_hub_once(journal: Journal, folder: Path) -> None:
    """Batches written at any pace join to the journal's own tree."""
    outbox = Outbox(folder, journal, KEY, 1)
    for count in (1, 1, 300, 2, 700):
        write(journal, count)
        assert outbox.refill()

    assert not outbox.refill()
    assert hub(folder).root().hex() == journal.head.root
    assert all(len(batch.rows) <= 256 for batch in files(folder))


def test_the_folder_is_bounded(journal: Journal, folder: Path, site: Site) -> None:
    """Offline, at most 64 files stand there; a receipt makes room for the rest."""
    outbox = Outbox(folder, journal, KEY, 1)
    for _ in range(MOST_FILES + 6):
        write(journal, 1)
        outbox.refill()
    assert len(files(folder)) == MOST_FILES

    stored = hub(folder)
    outbox.accept(receipt(site, journal, stored.size), keys(site))
    outbox.refill()
    assert [batch.start for batch in files(folder)] == [MOST_FILES]
    assert hub(folder, stored).size == MOST_FILES + 6


def test_large_events_make_smaller_batches(journal: Journal, folder: Path) -> None:
    """A batch stays below what may cross a border, whatever its rows."""
    for _ in range(60):
        journal.append(Refused("slots", "x" * 6_000), AT)
    Outbox(folder, journal, KEY, 1).refill()

    assert len(files(folder)) > 1
    assert all(sum(map(len, batch.rows)) <= MOST_BYTES for batch in files(folder))
    assert hub(folder).size == 60


def test_a_start_cuts_anew(journal: Journal, folder: Path) -> None:
    """What a killed run left, half-written files included, is dropped and made again."""
    write(journal, 3)
    Outbox(folder, journal, KEY, 1).refill()
    (folder / "batch-000001-000000000001").write_bytes(b"torn")
    (folder / ".batch-000001-000000000002.new").write_bytes(b"torn")
    Outbox(folder, journal, KEY, 2).refill()

    assert [(batch.start, batch.end) for batch in files(folder)] == [(0, 3)]
    assert {path.name for path in folder.iterdir()} == {"batch-000001-000000000000"}


def test_a_receipt_that_steps_back_sends_again(journal: Journal, folder: Path, site: Site) -> None:
    """A hub restored from a backup gets the rows again, even when the folder was full of later ones."""
    outbox = Outbox(folder, journal, KEY, 1)
    write(journal, 10)
    outbox.accept(receipt(site, journal, 10), keys(site))
    for _ in range(MOST_FILES):
        write(journal, 1)
        outbox.refill()
    assert files(folder)[0].start == 10

    assert isinstance(outbox.accept(receipt(site, journal, 4), keys(site)), Accepted)
    outbox.refill()
    assert files(folder)[0].start == 4
    assert hub(folder, journal.frontier(1, 4)).root().hex() == journal.head.root


def test_the_same_receipt_is_no_news(journal: Journal, folder: Path, site: Site) -> None:
    """A receipt already kept changes nothing; the first says when its last row was written."""
    write(journal, 2)
    outbox = Outbox(folder, journal, KEY, 1)
    sealed = receipt(site, journal, 2)
    first = outbox.accept(sealed, keys(site))

    assert isinstance(first, Accepted)
    assert (first.boot, first.asked) == (AT.boot, AT.mono)
    assert outbox.accept(sealed, keys(site)) is None


def test_a_receipt_for_the_same_rows_dates_nothing_and_is_written_once_an_hour(
    journal: Journal, folder: Path, site: Site
) -> None:
    """A hub that only says again where it is neither wears the disk nor widens what the clock knows."""
    write(journal, 2)
    outbox, began = Outbox(folder, journal, KEY, 1), 1_790_000_000_000
    kept = []
    for at in (began, began + 1, began + 3_600_000, began + 3_600_001):
        taken = outbox.accept(site.receipt(1, 2, journal.root(1, 2), at), keys(site))
        assert isinstance(taken, Accepted)
        assert (taken.boot, taken.asked) == ((AT.boot, AT.mono) if at == began else ("", 0))
        kept += journal.look("SELECT sealed FROM receipt")

    assert kept[0] == kept[1] == kept[2] != kept[3]


def test_foreign_receipts_are_refused(journal: Journal, folder: Path, site: Site) -> None:
    """Another key, another controller, or no receipt at all: nothing is deleted for it."""
    write(journal, 2)
    outbox = Outbox(folder, journal, KEY, 1)
    with pytest.raises(Forged):
        outbox.accept(receipt(Site(), journal, 2), keys(site))
    with pytest.raises(Malformed):
        outbox.accept(os.urandom(60), keys(site))
    outbox.refill()
    assert len(files(folder)) == 1


@pytest.mark.parametrize("what", ["beyond", "against", "a later epoch"])
def test_a_receipt_against_our_tree_is_a_contradiction(
    journal: Journal, folder: Path, site: Site, what: str
) -> None:
    """Rows the hub has and we have not, or has otherwise, are named."""
    write(journal, 3)
    sealed = {
        "beyond": site.receipt(1, 9, "0" * 64, 5),
        "against": site.receipt(1, 2, "0" * 64, 5),
        "a later epoch": site.receipt(2, 1, "0" * 64, 5),
    }[what]

    found = Outbox(folder, journal, KEY, 1).accept(sealed, keys(site))
    assert isinstance(found, Contradiction)
    assert found.sentence


def courier(journal: Journal, folder: Path, site: Site, notes: list[object]) -> Courier:
    """Make a courier whose turns are taken by hand."""
    slots = folder.parent / "slots"
    slots.mkdir(exist_ok=True)
    ways = Ways(slots, folder.parent / "door.sock", folder.parent / "bridge.sock")
    outbox = Outbox(folder, journal, KEY, 1)
    return Courier(ways, outbox, journal, Clock(0), lambda: keys(site), lambda: VIEW, notes.append)


def test_a_contradiction_begins_a_new_epoch(journal: Journal, folder: Path, site: Site) -> None:
    """The new epoch names both heads; nothing of the old one is sent any more, and the old rows stay."""
    notes: list[object] = []
    carrying = courier(journal, folder, site, notes)
    write(journal, 3)
    carrying.turn()
    (folder.parent / "slots" / "ack").write_bytes(site.receipt(1, 9, "0" * 64, 5))
    carrying.turn()
    carrying.turn()
    carrying.close()

    started = decode_body(decode_event(journal.rows(2, 0, 1)[0]))
    assert isinstance(started, Started)
    assert started.previous == Position(1, 3, journal.root(1, 3))
    assert started.receipt == Position(1, 9, "0" * 64)
    assert [(batch.epoch, batch.start) for batch in files(folder)] == [(2, 0)]
    assert len(journal.rows(1, 0, 9)) == 3
    assert len(notes) == 1


def test_receipts_are_not_read_before_their_keys_are_known(
    journal: Journal, folder: Path, site: Site
) -> None:
    """A receipt that came first is taken as soon as the officers' policy is there."""
    known: list[str] = []
    ways = Ways(folder.parent, folder.parent / "door.sock", folder.parent / "bridge.sock")
    clock = Clock(0)
    carrying = Courier(
        ways, Outbox(folder, journal, KEY, 1), journal, clock, lambda: known, lambda: VIEW, lambda _: None
    )
    write(journal, 3)
    (folder.parent / "ack").write_bytes(receipt(site, journal, 3))
    carrying.turn()
    assert len(files(folder)) == 1
    known += keys(site)
    carrying.turn()
    carrying.close()

    assert files(folder) == []
    assert clock.floor() >= 1_790_000_000_000


def test_a_damaged_epoch_is_sent_up_to_its_damage(journal: Journal, folder: Path) -> None:
    """The good rows of an ended epoch go first, then the new epoch."""
    write(journal, 5)
    journal.begin_epoch(Started("akses-door", "journal-damaged"), AT, sendable=3)
    Outbox(folder, journal, KEY, 1).refill()

    assert [(batch.epoch, batch.start, batch.end) for batch in files(folder)] == [(1, 0, 3), (2, 0, 1)]
    assert hub(folder).root().hex() == journal.root(1, 3)


def test_receipts_of_an_ended_epoch_end_it(journal: Journal, folder: Path, site: Site) -> None:
    """What is left of an old epoch is receipted like any other; a receipt for more of it is not ours."""
    write(journal, 5)
    journal.begin_epoch(Started("akses-door", "journal-damaged"), AT, sendable=3)
    outbox = Outbox(folder, journal, KEY, 1)
    outbox.refill()

    assert outbox.accept(receipt(site, journal, 5), keys(site)) is None
    assert isinstance(outbox.accept(receipt(site, journal, 3), keys(site)), Accepted)
    outbox.refill()
    assert [batch.epoch for batch in files(folder)] == [2]


def test_the_status_is_signed_numbered_and_fresh(journal: Journal, folder: Path) -> None:
    """Each status has the next number, over starts too, and a nonce of its own."""
    found: list[Status] = []
    for start in (1, 2):
        outbox = Outbox(folder, journal, KEY, start)
        for _ in range(2):
            outbox.write_status(VIEW)
            data = (folder / "status").read_bytes()
            found.append(unseal(Purpose.STATUS, data, Status, [public_hex(KEY)]))

    numbers = [status.number for status in found]
    assert numbers == sorted(set(numbers))
    assert len({status.nonce for status in found}) == 4
    assert found[0].doors == VIEW.doors
    assert found[0].versions == VIEW.versions
