"""Drive every lock of one controller to its locked level and go: run before the door program and after it.

A Raspberry Pi keeps a line driven after the process that drove it has died, so a killed door program can
leave a lock released. This small program needs nothing that may be broken then: the site file and the pins.
On real hardware it uses the kernel's own interface (libgpiod) and no pin factory.
"""

from pathlib import Path
from typing import Any

from card_registry.errors import OperatorMistaken
from firmware_config.files import load
from firmware_config.model import Factory, Level, SiteFile

HEADERS = ("pinctrl-rp1", "pinctrl-bcm2711", "pinctrl-bcm2835")
"""Labels of the chip behind a Pi's header, newest first."""


def lock_all(folder: Path) -> int:
    """Lock every door in ``folder``'s site file; give how many.

    Raises:
        OperatorMistaken: A line cannot be driven; the text says which and why.
    """
    site = load(folder / "site.toml")
    if site.gpio is None:
        return 0
    if site.gpio.factory is Factory.SIMULATED:
        _lock_simulated(site)
    else:
        _lock_header(site)
    return len(site.door)


def _lock_simulated(site: SiteFile) -> None:
    from door_controller.hardware import GpioWires, open_factory  # noqa: PLC0415 - not on real hardware

    if site.gpio is None:
        return
    factory = open_factory(site.gpio)
    try:
        for door in site.door:
            GpioWires(door, factory).close()
    finally:
        factory.close()


def _lock_header(site: SiteFile) -> None:
    import gpiod  # noqa: PLC0415 - only on real hardware
    from gpiod.line import Direction, Value  # noqa: PLC0415 - the same

    config: dict[Any, Any] = {}
    for door in site.door:
        high = door.pins.relay_released is Level.LOW
        value = Value.ACTIVE if high else Value.INACTIVE
        config[door.pins.relay] = gpiod.LineSettings(direction=Direction.OUTPUT, output_value=value)
    try:
        gpiod.request_lines(_header_chip(), consumer="akses-safe-lock", config=config).release()
    except OSError as error:
        lines = ", ".join(str(line) for line in config)
        raise OperatorMistaken(f"line {lines} (BCM) cannot be driven to locked: {error}") from error


def _header_chip() -> str:
    import gpiod  # noqa: PLC0415 - only on real hardware

    found: dict[str, str] = {}
    for path in sorted(Path("/dev").glob("gpiochip*")):
        with gpiod.Chip(str(path)) as chip:
            found[chip.get_info().label] = str(path)
    for label in HEADERS:
        if label in found:
            return found[label]
    raise OperatorMistaken("this machine has no Raspberry Pi header (no chip labelled pinctrl-…)")
