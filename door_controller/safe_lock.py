"""Drive every lock of one controller to its locked level and go: run before the door program and after it.

A Raspberry Pi keeps a line driven after the process that drove it has died, so a killed door program can
leave a lock released. This small program needs nothing that may be broken then: the pins, and the site file
or what it kept of it (``locks``). On real hardware it uses the kernel's own interface (libgpiod) and no pin
factory. Each line is asked for by itself, so that one that cannot be had keeps no other from being locked;
one that is still busy, because the kernel is not done with the dead program, is asked for again.
"""

import contextlib
import errno
import logging
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from card_registry.durable import read_plain, write_whole
from card_registry.errors import AksesError, OperatorMistaken
from door_controller import locks
from door_controller.locks import Lock, Locks
from firmware_config.files import load
from firmware_config.model import Factory, Gpio, Level

HEADERS = ("pinctrl-rp1", "pinctrl-bcm2711", "pinctrl-bcm2835")
"""Labels of the chip behind a Pi's header, newest first."""

KEPT = "locks.json"
"""What was locked last, beside the site file."""

BUSY_SECONDS = 3.0
AGAIN_SECONDS = 0.02

_LOG = logging.getLogger(__name__)

Drive = Callable[[Lock], None]
"""Drives one line to its locked level; OSError where it cannot be had."""


def lock_all(folder: Path) -> int:
    """Lock every door of the controller in ``folder``; give how many lines were driven.

    Raises:
        OperatorMistaken: A line cannot be driven, or the site file cannot be read (what it named before is
            locked then); the text says which and why. Every other line is locked.
    """
    kept = _kept(folder / KEPT)
    try:
        site = load(folder / "site.toml")
    except OperatorMistaken as error:
        if kept is not None:
            _lock(kept)
            raise OperatorMistaken(f"{error}; the doors it named before are locked") from error
        raise
    wanted, named = locks.to_drive(site, kept), locks.locks_of(site)
    if wanted is None or named is None:
        return 0
    _lock(wanted)
    if named != kept:
        _keep(folder / KEPT, named)
    return len(wanted.locks)


def _kept(path: Path) -> Locks | None:
    try:
        return locks.read(read_plain(path))
    except FileNotFoundError:
        return None
    except (AksesError, OSError) as error:
        _LOG.error("%s cannot be used: %s", path, error)
        return None


def _keep(path: Path, named: Locks) -> None:
    """Remember what was locked; a disk that refuses keeps no door from starting."""
    try:
        write_whole(path, locks.dump(named), 0o600)
    except OSError as error:
        _LOG.error("%s cannot be written: %s", path, error)


def _lock(wanted: Locks) -> None:
    driver = _simulated if wanted.factory is Factory.SIMULATED else _header
    with driver(wanted) as drive:
        refused = drive_all(wanted.locks, drive)
    if refused:
        said = "; ".join(
            f"line {lock.line} (BCM, door {lock.door}) cannot be driven to locked: {error.strerror or error}"
            for lock, error in refused
        )
        raise OperatorMistaken(said)


def drive_all(
    wanted: tuple[Lock, ...], drive: Drive, patience: float = BUSY_SECONDS
) -> list[tuple[Lock, OSError]]:
    """Drive each line, a busy one again for ``patience`` seconds in all; give those that refused."""
    ends = time.monotonic() + patience
    waiting = list(wanted)
    refused: list[tuple[Lock, OSError]] = []
    while waiting:
        busy = []
        for lock in waiting:
            try:
                drive(lock)
            except OSError as error:
                if error.errno == errno.EBUSY and time.monotonic() < ends:
                    busy.append(lock)
                else:
                    refused.append((lock, error))
        if waiting := busy:
            time.sleep(AGAIN_SECONDS)
    return refused


@contextlib.contextmanager
def _simulated(wanted: Locks) -> Iterator[Drive]:
    import gpiozero  # noqa: PLC0415 - not on real hardware
    from gpiozero.exc import GPIOPinInUse  # noqa: PLC0415 - the same

    from door_controller.hardware import open_factory  # noqa: PLC0415 - the same

    factory = open_factory(Gpio(wanted.factory, wanted.socket))

    def drive(lock: Lock) -> None:
        high = lock.level is Level.LOW
        try:
            gpiozero.OutputDevice(
                lock.line, active_high=high, initial_value=False, pin_factory=factory
            ).close()
        except GPIOPinInUse as error:
            raise OSError(errno.EBUSY, os.strerror(errno.EBUSY)) from error

    try:
        yield drive
    finally:
        factory.close()


@contextlib.contextmanager
def _header(wanted: Locks) -> Iterator[Drive]:
    import gpiod  # noqa: PLC0415 - only on real hardware
    from gpiod.line import Direction, Value  # noqa: PLC0415 - the same

    del wanted
    with gpiod.Chip(_header_chip()) as chip:

        def drive(lock: Lock) -> None:
            value = Value.ACTIVE if lock.level is Level.HIGH else Value.INACTIVE
            config: dict[Any, Any] = {
                lock.line: gpiod.LineSettings(direction=Direction.OUTPUT, output_value=value)
            }
            chip.request_lines(config, consumer="akses-safe-lock").release()

        yield drive


def _header_chip() -> str:
    """Give the path of the chip behind the header.

    Raises:
        OperatorMistaken: There is none that may be opened.
    """
    import gpiod  # noqa: PLC0415 - only on real hardware

    found: dict[str, str] = {}
    closed: list[str] = []
    for path in sorted(Path("/dev").glob("gpiochip*")):
        try:
            with gpiod.Chip(str(path)) as chip:
                found.setdefault(chip.get_info().label, str(path))
        except OSError as error:
            closed.append(f"; {path} cannot be opened: {error.strerror}")
    for label in HEADERS:
        if label in found:
            return found[label]
    message = f"this machine shows no Raspberry Pi header (no chip labelled pinctrl-…{''.join(closed)})"
    raise OperatorMistaken(message)
