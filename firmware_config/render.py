"""What a site file means for the machine: the text of boot settings, device rules and unit drop-ins.

The result is what an installer writes, path by path; it holds no secret. Units themselves are plain files in
``systemd/``; here is only what differs from site to site.

Pure.
"""

from collections.abc import Iterator

from card_registry.words import ControllerKind
from firmware_config.model import UART_PORTS, Door, Level, Pull, SiteFile

BOOT = "/boot/firmware/akses.txt"
UDEV = "/etc/udev/rules.d/70-akses.rules"
DOOR_UNIT = "/etc/systemd/system/akses-door.service.d/site.conf"
BRIDGE_UNIT = "/etc/systemd/system/akses-bridge-door.service.d/site.conf"

OWN = "/var/lib/akses-door/"
"""What the door's unit lets it write already."""

HEAD = "# Rendered from the site file by `akses config render`. Change that file, not this one.\n"

_PULLS = {Pull.UP: "pu", Pull.DOWN: "pd", Pull.NONE: "pn"}
_DRIVES = {Level.HIGH: "dh", Level.LOW: "dl"}


def render(site: SiteFile) -> dict[str, str]:
    """Give the text of every file that this site's machine needs, by absolute path."""
    texts = {UDEV: _udev(), BRIDGE_UNIT: _bridge_unit(site)}
    if site.kind is ControllerKind.DOOR:
        texts[BOOT] = _boot(site)
        texts[DOOR_UNIT] = _door_unit(site)
    return dict(sorted(texts.items()))


def _text(lines: Iterator[str]) -> str:
    """Join lines under the heading."""
    return HEAD + "".join(f"{line}\n" for line in lines)


def _boot(site: SiteFile) -> str:
    """Render boot settings: config.txt takes them in with the line ``include akses.txt``."""
    return _text(_boot_lines(site))


def _boot_lines(site: SiteFile) -> Iterator[str]:
    """Give each line its level before any program runs, so that a boot never pulses a relay."""
    for door in site.door:
        yield f"# door {door.id}: relay locked, then inputs, then lights off"
        yield from _line_settings(door)
    if any(site.cabinet.inputs()):
        yield "# the cabinet's own inputs"
        yield from _input_settings(site.cabinet.inputs())
    if any(reader.port in UART_PORTS for reader in site.reader):
        yield "# a reader on the header's serial port: the full UART, so Bluetooth gives it up"
        yield "enable_uart=1"
        yield "dtoverlay=disable-bt"


def _line_settings(door: Door) -> Iterator[str]:
    """Give one door's lines in the firmware's ``gpio=`` words."""
    pins = door.pins
    yield f"gpio={pins.relay}=op,{_DRIVES[pins.relay_locked]}"
    yield from _input_settings(pins.inputs())
    for line, on in pins.lights():
        yield f"gpio={line}=op,{_DRIVES[on.other]}"


def _input_settings(inputs: Iterator[tuple[int, Pull]]) -> Iterator[str]:
    """Give inputs their resistors."""
    for line, pull in inputs:
        yield f"gpio={line}=ip,{_PULLS[pull]}"


def _udev() -> str:
    """Render device rules: pins and readers for their groups only, and no modem search on a reader's port."""
    return _text(
        iter(
            (
                'SUBSYSTEM=="gpio", KERNEL=="gpiochip*", GROUP="gpio", MODE="0660"',
                'SUBSYSTEM=="tty", KERNEL=="ttyAMA*|ttyACM*|ttyUSB*", GROUP="dialout", MODE="0660"',
                'SUBSYSTEM=="tty", KERNEL=="ttyAMA*|ttyACM*|ttyUSB*", ENV{ID_MM_DEVICE_IGNORE}="1"',
            )
        )
    )


def _door_unit(site: SiteFile) -> str:
    """Render the door unit's drop-in: its name, and the folders that lie outside its own."""
    return _text(_door_unit_lines(site))


def _door_unit_lines(site: SiteFile) -> Iterator[str]:
    """Give the drop-in's lines."""
    yield "[Unit]"
    yield f"Description=Akses Ruang Server: {site.controller} ({', '.join(door.id for door in site.door)})"
    folders = site.folders
    places = (folders.state, folders.outbox, folders.run)
    written = [path for path in places if path.startswith("/") and not path.startswith(OWN)]
    if written:
        yield "[Service]"
        yield from (f"ReadWritePaths={_quoted(path)}" for path in written)


def _bridge_unit(site: SiteFile) -> str:
    """Render the bridge unit's drop-in: who it is; the broker's address stays in its environment file."""
    return _text(
        iter(
            (
                "[Service]",
                f"Environment=AKSES_SITE={site.site} AKSES_CONTROLLER={site.controller}",
            )
        )
    )


def _quoted(path: str) -> str:
    """Write a path so that systemd reads it as one word and expands nothing in it."""
    escaped = path.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%")
    return f'"{escaped}"'
