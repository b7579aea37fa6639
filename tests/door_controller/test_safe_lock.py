"""The safe-lock: every line it can have is locked, whatever else is broken."""

import errno
from pathlib import Path

import pytest

from card_registry.errors import Malformed, OperatorMistaken
from card_registry.words import DoorId
from door_controller import locks
from door_controller.hardware import open_factory
from door_controller.locks import Lock, Locks
from door_controller.safe_lock import KEPT, drive_all, lock_all
from firmware_config.files import load
from firmware_config.model import Factory, Level, SiteFile, parse
from tests.door_controller.process import RELAY, House, house
from tests.door_controller.site import TOML

A, B = Lock(DoorId("a"), 17, Level.LOW), Lock(DoorId("b"), 23, Level.LOW)
OLD = Lock(DoorId("ruang-server"), 24, Level.LOW)


def site(text: str = TOML) -> SiteFile:
    """Read a site file with one door on line 17, contact 27, button 22."""
    return parse(text.format(socket="pins.sock", port="reader"))


def kept(*was: Lock) -> Locks:
    """Give what an earlier run of the same controller kept."""
    return Locks(1, Factory.SIMULATED, "pins.sock", was)


def test_the_site_file_names_the_locks() -> None:
    """Locked is the other level than released, and what is kept reads back."""
    named = locks.locks_of(site())
    assert named == kept(Lock(DoorId("ruang-server"), 17, Level.LOW))
    assert locks.read(locks.dump(named)) == named
    assert locks.to_drive(site(), None) == named


def test_fail_mode_is_no_reason_to_release() -> None:
    """A dead program is no loss of power: every door is locked, also one whose lock lets go without power."""
    safe = site(TOML.replace('fail_mode = "secure"', 'fail_mode = "safe"'))
    assert locks.locks_of(safe) == locks.locks_of(site())


def test_a_relay_that_was_moved_is_locked_once_more() -> None:
    """The line of before is driven too, unless it has another use, or another chip was meant."""
    moved = locks.to_drive(site(), kept(OLD))
    assert moved is not None
    assert moved.locks == (Lock(DoorId("ruang-server"), 17, Level.LOW), OLD)
    assert locks.to_drive(site(), kept(Lock(DoorId("x"), 27, Level.LOW))) == locks.locks_of(site())
    other = Locks(1, Factory.LGPIO, None, (OLD,))
    assert locks.to_drive(site(), other) == locks.locks_of(site())


def test_a_desk_has_no_lock(tmp_path: Path) -> None:
    """Nothing to drive, nothing kept."""
    text = (
        'site = "s"\ncontroller = "meja"\nkind = "desk"\n[[reader]]\nid = "r"\ndriver = "pn532"\nport = "p"\n'
    )
    (tmp_path / "site.toml").write_text(text)
    assert locks.to_drive(parse(text), None) is None
    assert lock_all(tmp_path) == 0
    assert not (tmp_path / KEPT).exists()


def test_one_line_that_fails_keeps_no_other_from_being_locked() -> None:
    """Each line is asked for by itself; what cannot be had is named afterwards."""
    driven = []

    def drive(lock: Lock) -> None:
        if lock is A:
            raise OSError(errno.EINVAL, "no such line")
        driven.append(lock)

    refused = drive_all((A, B), drive)
    assert driven == [B]
    assert [lock for lock, _ in refused] == [A]


def test_a_busy_line_is_asked_for_again() -> None:
    """The kernel may not be done with the dead program; the others are locked meanwhile."""
    tries: list[Lock] = []

    def drive(lock: Lock) -> None:
        tries.append(lock)
        if lock is A and tries.count(A) < 3:
            raise OSError(errno.EBUSY, "busy")

    assert drive_all((A, B), drive) == []
    assert tries == [A, B, A, A]


def test_a_line_that_stays_busy_is_given_up() -> None:
    """Somebody else holds it: the sentence says so, after the patience is over."""

    def drive(_: Lock) -> None:
        raise OSError(errno.EBUSY, "busy")

    assert [lock for lock, _ in drive_all((A,), drive, 0.05)] == [A]


def test_a_broken_site_file_locks_what_it_named_before(tmp_path: Path) -> None:
    """Edited while the door ran, and wrong: what was kept locks the relay, and the start is refused."""
    with house(tmp_path) as home:
        assert lock_all(home.home) == 1
        release(home)
        (home.home / "site.toml").write_text("this is no TOML")
        with pytest.raises(OperatorMistaken, match="the doors it named before are locked"):
            lock_all(home.home)
        assert home.relay() == 0


def test_a_moved_relay_ends_locked_at_both_lines(tmp_path: Path) -> None:
    """The line that the running program drove is locked although the site file names another by now."""
    with house(tmp_path) as home:
        assert lock_all(home.home) == 1
        release(home)
        path = home.home / "site.toml"
        path.write_text(path.read_text().replace("relay = 17", "relay = 24"))
        assert lock_all(home.home) == 2
        assert home.relay() == 0
        assert lock_all(home.home) == 1


def test_what_was_kept_may_be_damaged(tmp_path: Path) -> None:
    """It is a convenience for bad days: damaged, it keeps no door from being locked."""
    with pytest.raises(Malformed):
        locks.read(b"{}")
    with house(tmp_path) as home:
        (home.home / KEPT).write_bytes(b"torn")
        assert lock_all(home.home) == 1
        assert locks.read((home.home / KEPT).read_bytes()).locks


def test_without_site_file_and_memory_it_says_so(tmp_path: Path) -> None:
    """Nothing can be driven by a program that knows no line."""
    with pytest.raises(OperatorMistaken, match=r"site\.toml"):
        lock_all(tmp_path)


def release(home: House) -> None:
    """Leave the relay released, as a killed program does."""
    gpio = load(home.home / "site.toml").gpio
    assert gpio is not None
    factory = open_factory(gpio)
    pin = factory.pin(RELAY)
    pin.output_with_state(1)
    factory.lines.close()
    assert home.relay() == 1
