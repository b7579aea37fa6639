"""One controller's site file as a value: strict, bounded, without a pin or a name used twice.

The keys of the TOML file are the field names, with the same nesting; ``site.example.toml`` explains them.
Times carry their unit in the name (``_ms``, ``_s``). What the values do is decided by their readers.

Pure.
"""

import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from enum import StrEnum

import msgspec

from card_registry.errors import OperatorMistaken
from card_registry.words import (
    Clockless,
    ControllerId,
    ControllerKind,
    DoorId,
    ReaderId,
    Side,
    SiteId,
    Tier,
    require_slug,
)

MAX_DOORS = 8
MAX_READERS = 16
MAX_NAME = 60
MAX_PATH = 1_024
LINES = (2, 27)
"""BCM numbers of the free header lines; 0 and 1 belong to the HAT's EEPROM."""

RELEASE_MS = (3_000, 60_000)
HELD_OPEN_S = (5, 600)
DEBOUNCE_MS = (0, 400)
"""Inputs that last over 400 ms are always seen (DESIGN §5), so no filter may be longer."""

BAUDS = (9_600, 19_200, 38_400, 57_600, 115_200, 230_400, 460_800, 921_600)
UART_PORTS = frozenset({"/dev/serial0", "/dev/ttyAMA0", "/dev/ttyS0"})
"""The header's own serial port, by each of its names."""
UART_LINES = (14, 15)


class Level(StrEnum):
    """The electrical level of a line."""

    HIGH = "high"
    LOW = "low"


class Pull(StrEnum):
    """The resistor the Pi puts on an input; ``none`` where the wiring brings its own."""

    UP = "up"
    DOWN = "down"
    NONE = "none"


class FailMode(StrEnum):
    """What the lock does without power, as it was built and commissioned: stays locked, or lets go."""

    SECURE = "secure"
    SAFE = "safe"


class Factory(StrEnum):
    """Who drives the pins: lgpio or gpiozero's own driver on a Pi, or the simulator."""

    LGPIO = "lgpio"
    NATIVE = "native"
    SIMULATED = "simulated"


class Driver(StrEnum):
    """Which reader is on a port."""

    PN532 = "pn532"


def _require(holds: bool, message: str) -> None:  # noqa: FBT001 - reads as a sentence at its call
    """Refuse a value with a sentence."""
    if not holds:
        raise ValueError(message)


def _require_bounded(value: int, bounds: tuple[int, int], what: str, unit: str) -> None:
    """Refuse a number outside its bounds, naming both and the unit."""
    least, most = bounds
    _require(least <= value <= most, f"{what} must be {least} to {most} {unit}, not {value}")


def _require_path(text: str, what: str) -> None:
    """Refuse a path that is empty, too long, or holds a control character."""
    _require(0 < len(text) <= MAX_PATH and text.isprintable(), f"{what} must be a plain path")


def _repeated(values: Iterable[object]) -> list[str]:
    """Give what comes more than once, as text."""
    return sorted(str(value) for value, times in Counter(values).items() if times > 1)


@dataclass(frozen=True, slots=True)
class Pins:
    """One door's wiring: lines by BCM number, and the level that means each state.

    ``contact`` and ``rex`` are None where the door has none; exit is then free by wiring alone.
    """

    relay: int
    relay_released: Level
    contact: int | None = None
    contact_closed: Level = Level.HIGH
    contact_pull: Pull = Pull.UP
    rex: int | None = None
    rex_pressed: Level = Level.LOW
    rex_pull: Pull = Pull.UP

    def __post_init__(self) -> None:
        """Refuse a line that the header does not offer."""
        for line in self.lines():
            _require_bounded(line, LINES, "a line", "(BCM number)")

    def lines(self) -> Iterator[int]:
        """Give every line used."""
        yield from (line for line in (self.relay, self.contact, self.rex) if line is not None)


@dataclass(frozen=True, slots=True)
class Door:
    """One door: its times (milliseconds, seconds), what it demands of a card, and its wiring."""

    id: DoorId
    name: str
    pins: Pins
    fail_mode: FailMode
    min_tier: Tier = Tier.PUBLIC_KEY
    clockless: Clockless = Clockless.ALWAYS_ONLY
    release_ms: int = 5_000
    held_open_s: int = 20
    debounce_ms: int = 50

    def __post_init__(self) -> None:
        """Refuse a bad id or name, and times out of bounds."""
        require_slug(self.id, "a door id")
        _require(
            0 < len(self.name) <= MAX_NAME and self.name.isprintable(),
            f"a door's name must be 1 to {MAX_NAME} printable characters",
        )
        _require_bounded(self.release_ms, RELEASE_MS, "release_ms", "milliseconds")
        _require_bounded(self.held_open_s, HELD_OPEN_S, "held_open_s", "seconds")
        _require_bounded(self.debounce_ms, DEBOUNCE_MS, "debounce_ms", "milliseconds")


@dataclass(frozen=True, slots=True)
class Reader:
    """One reader: its port (a device, or a path relative to the site file) and the door it serves.

    ``door`` is None at a desk and nowhere else.
    """

    id: ReaderId
    port: str
    driver: Driver
    door: DoorId | None = None
    side: Side = Side.IN
    baud: int = 115_200

    def __post_init__(self) -> None:
        """Refuse a bad id, path or speed."""
        require_slug(self.id, "a reader id")
        _require_path(self.port, "a reader's port")
        _require(self.baud in BAUDS, f"baud must be one of {', '.join(map(str, BAUDS))}, not {self.baud}")


@dataclass(frozen=True, slots=True)
class Gpio:
    """Who drives the pins; ``socket`` is the simulator's, and only the simulator's."""

    factory: Factory
    socket: str | None = None

    def __post_init__(self) -> None:
        """Refuse a simulator without its socket, and a socket without the simulator."""
        simulated = self.factory is Factory.SIMULATED
        _require(
            simulated == (self.socket is not None), "socket belongs to factory = 'simulated', and only there"
        )
        if self.socket is not None:
            _require_path(self.socket, "the simulator's socket")


@dataclass(frozen=True, slots=True)
class Folders:
    """Where the programs of this controller keep and exchange files, relative to the site file."""

    state: str = "state"
    slots: str = "slots"
    outbox: str = "outbox"
    run: str = "run"

    def __post_init__(self) -> None:
        """Refuse a bad path, and one folder under two names."""
        names = (self.state, self.slots, self.outbox, self.run)
        for name in names:
            _require_path(name, "a folder")
        _require(not _repeated(names), "state, slots, outbox and run must be four folders")


@dataclass(frozen=True, slots=True)
class SiteFile:
    """One controller of a site: a door controller with one to eight doors, or a desk with none."""

    site: SiteId
    controller: ControllerId
    kind: ControllerKind
    reader: tuple[Reader, ...]
    door: tuple[Door, ...] = ()
    gpio: Gpio | None = None
    folders: Folders = field(default_factory=Folders)

    def __post_init__(self) -> None:
        """Refuse parts that contradict each other."""
        require_slug(self.site, "site")
        require_slug(self.controller, "controller")
        _require(0 < len(self.reader) <= MAX_READERS, f"there must be 1 to {MAX_READERS} readers")
        for what, values in (
            ("reader id", (reader.id for reader in self.reader)),
            ("reader port", (reader.port for reader in self.reader)),
            ("door id", (door.id for door in self.door)),
        ):
            repeated = _repeated(values)
            _require(not repeated, f"{what} {', '.join(repeated)} is used twice")
        if self.kind is ControllerKind.DESK:
            self._check_desk()
        else:
            self._check_doors()

    def _check_desk(self) -> None:
        """Refuse a desk with anything that opens."""
        _require(not self.door and self.gpio is None, "a desk has no door and no gpio")
        _require(all(reader.door is None for reader in self.reader), "a desk's reader serves no door")

    def _check_doors(self) -> None:
        """Refuse doors without pins or reader, readers without a door, and lines used twice."""
        _require(0 < len(self.door) <= MAX_DOORS, f"a door controller has 1 to {MAX_DOORS} doors")
        _require(self.gpio is not None, "[gpio] must name its factory; there is no default")
        served = {reader.door for reader in self.reader}
        doors = {door.id for door in self.door}
        _require(
            served <= doors, "every reader of a door controller must name one of its doors with 'door ='"
        )
        unserved = ", ".join(sorted(doors - served))
        _require(not unserved, f"door {unserved} has no reader")
        lines = [line for door in self.door for line in door.pins.lines()]
        if any(reader.port in UART_PORTS for reader in self.reader):
            lines.extend(UART_LINES)
        clashing = _repeated(lines)
        _require(
            not clashing, f"line {', '.join(clashing)} (BCM) is used twice; the header's UART is 14 and 15"
        )


def parse(text: str) -> SiteFile:
    """Read a site file's text.

    Raises:
        OperatorMistaken: It is not TOML, a key is unknown, missing or out of bounds; the text names the key.
    """
    try:
        table = tomllib.loads(text)
        site = msgspec.convert(table, SiteFile)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        message = f"it is not TOML: {error}"
        raise OperatorMistaken(message) from error
    except msgspec.ValidationError as error:
        message = str(error).replace("`$.", "`").replace(" - at `$`", "")
        raise OperatorMistaken(message) from error
    unknown = ", ".join(_unknown(table, msgspec.to_builtins(site), ""))
    if unknown:
        message = f"unknown key {unknown}; site.example.toml lists every key"
        raise OperatorMistaken(message)
    return site


def anchored(site: SiteFile, folder: str) -> SiteFile:
    """Give the site file with every folder, port and socket as a path under ``folder``, unless absolute."""

    def under(path: str) -> str:
        return path if path.startswith("/") else f"{folder.rstrip('/')}/{path}"

    places = site.folders
    gpio = site.gpio
    if gpio is not None and gpio.socket is not None:
        gpio = replace(gpio, socket=under(gpio.socket))
    return replace(
        site,
        gpio=gpio,
        folders=Folders(under(places.state), under(places.slots), under(places.outbox), under(places.run)),
        reader=tuple(replace(reader, port=under(reader.port)) for reader in site.reader),
    )


def _unknown(given: object, understood: object, path: str) -> Iterator[str]:
    """Give the full path of every key that was given and not understood."""
    if isinstance(given, dict) and isinstance(understood, dict):
        for key, value in given.items():
            place = f"{path}.{key}" if path else str(key)
            if key in understood:
                yield from _unknown(value, understood[key], place)
            else:
                yield place
    elif isinstance(given, list) and isinstance(understood, (list, tuple)):
        for number, (value, other) in enumerate(zip(given, understood, strict=True)):
            yield from _unknown(value, other, f"{path}[{number}]")
