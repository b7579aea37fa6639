"""One controller's site file as a value: strict, bounded, without a pin or a name used twice.

The keys of the TOML file are the field names, with the same nesting; ``site.example.toml`` explains them.
Times carry their unit in the name (``_ms``, ``_s``). What the values do is decided by their readers.

Pure.
"""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import msgspec

from card_registry.errors import OperatorMistaken
from card_registry.rule import ESCORT_S, PERSONS, TOGETHER_S
from card_registry.words import (
    Clockless,
    ControllerId,
    ControllerKind,
    DoorId,
    Passback,
    PinDemand,
    ReaderId,
    Side,
    SiteId,
    Tier,
    require_slug,
)
from firmware_config.header import UART_LINES, UART_PORTS
from firmware_config.wiring import Cabinet, Pins
from firmware_config.words import (
    Driver,
    Factory,
    FailMode,
    Level,
    Pull,
    repeated,
    require,
    require_bounded,
    require_path,
)

__all__ = [
    "UART_PORTS",
    "Cabinet",
    "Door",
    "Driver",
    "Factory",
    "FailMode",
    "Folders",
    "Gpio",
    "Keeping",
    "Level",
    "Pins",
    "Pull",
    "Reader",
    "SiteFile",
    "anchored",
    "parse",
    "understood",
]

MAX_DOORS = 8
MAX_READERS = 16
MAX_NAME = 60
MAX_SENTENCE = 500

RELEASE_MS = (3_000, 60_000)
HELD_OPEN_S = (5, 600)
WARN_S = (0, 300)
DEBOUNCE_MS = (0, 400)
"""Inputs that last over 400 ms are always seen (DESIGN §5), so no filter may be longer."""
REX_STUCK_S = (5, 600)
FOLLOW_MS = (200, 10_000)
STUCK_AFTER = (0, 1_000)
PASSBACK_S = (60, 86_400)
RETENTION_D = (7, 3_650)

BOUNDS = (
    ("release_ms", RELEASE_MS, "milliseconds"),
    ("held_open_s", HELD_OPEN_S, "seconds"),
    ("warn_s", WARN_S, "seconds"),
    ("debounce_ms", DEBOUNCE_MS, "milliseconds"),
    ("rex_stuck_s", REX_STUCK_S, "seconds"),
    ("follow_ms", FOLLOW_MS, "milliseconds"),
    ("stuck_after", STUCK_AFTER, "unused releases"),
    ("persons", PERSONS, "persons"),
    ("together_s", TOGETHER_S, "seconds"),
    ("escort_s", ESCORT_S, "seconds"),
)
"""Each bounded number of a door, with its bounds and its unit."""

BAUDS = (9_600, 19_200, 38_400, 57_600, 115_200, 230_400, 460_800, 921_600)


@dataclass(frozen=True, slots=True)
class Door:
    """One door: its times (milliseconds, seconds), what it demands of those who enter, and its wiring.

    From ``min_tier`` to ``interlock`` the keys are proposals for the door's signed rule
    (``card_registry.statements.DoorRule`` says what each means); the other numbers are the machine's own.
    """

    id: DoorId
    name: str
    pins: Pins
    fail_mode: FailMode
    release_ms: int = 5_000
    held_open_s: int = 20
    warn_s: int = 10
    debounce_ms: int = 50
    rex_stuck_s: int = 30
    follow_ms: int = 2_000
    relock_on_close: bool = False
    stuck_after: int = 20
    min_tier: Tier = Tier.PUBLIC_KEY
    clockless: Clockless = Clockless.ALWAYS_ONLY
    area: str = ""
    passback: Passback = Passback.OFF
    passback_s: int = 0
    persons: int = 1
    together_s: int = 30
    escort_s: int = 30
    pin: PinDemand = PinDemand.NEVER
    pin_schedule: str | None = None
    emergency_in_lockdown: bool = False
    interlock: tuple[DoorId, ...] = ()

    def __post_init__(self) -> None:
        """Refuse a bad id or name, numbers out of bounds, and keys that contradict each other."""
        require_slug(self.id, "a door id")
        require(
            0 < len(self.name) <= MAX_NAME and self.name.isprintable(),
            f"a door's name must be 1 to {MAX_NAME} printable characters",
        )
        for name, bounds, unit in BOUNDS:
            require_bounded(getattr(self, name), bounds, name, unit)
        require(
            self.warn_s < self.held_open_s,
            f"warn_s ({self.warn_s}) must be less than held_open_s ({self.held_open_s}); 0 gives no warning",
        )
        require(
            self.follow_ms < self.release_ms,
            f"follow_ms ({self.follow_ms}) must be less than release_ms ({self.release_ms})",
        )
        self._check_rule()

    def _check_rule(self) -> None:
        """Refuse demands that lack their other half."""
        if self.area:
            require_slug(self.area, "an area")
        if self.passback is Passback.TIMED:
            require_bounded(self.passback_s, PASSBACK_S, "passback_s", "seconds")
        else:
            require(self.passback_s == 0, "passback_s belongs to passback = 'timed', and only there")
        scheduled = self.pin is PinDemand.SCHEDULED
        require(
            scheduled == (self.pin_schedule is not None),
            "pin_schedule belongs to pin = 'scheduled', and only there",
        )
        if self.pin_schedule is not None:
            require_slug(self.pin_schedule, "pin_schedule")
        require(self.id not in self.interlock, "interlock names the door itself; name the other door")
        twice = repeated(self.interlock)
        require(not twice, f"interlock names {', '.join(twice)} twice")


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
        require_path(self.port, "a reader's port")
        require(self.baud in BAUDS, f"baud must be one of {', '.join(map(str, BAUDS))}, not {self.baud}")

    @property
    def is_keypad(self) -> bool:
        """Say whether it takes keys and no cards."""
        return self.driver is Driver.KEYPAD


@dataclass(frozen=True, slots=True)
class Gpio:
    """Who drives the pins; ``socket`` is the simulator's, and only the simulator's."""

    factory: Factory
    socket: str | None = None

    def __post_init__(self) -> None:
        """Refuse a simulator without its socket, and a socket without the simulator."""
        simulated = self.factory is Factory.SIMULATED
        require(
            simulated == (self.socket is not None), "socket belongs to factory = 'simulated', and only there"
        )
        if self.socket is not None:
            require_path(self.socket, "the simulator's socket")


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
            require_path(name, "a folder")
        require(not repeated(names), "state, slots, outbox and run must be four folders")


@dataclass(frozen=True, slots=True)
class Keeping:
    """How long this controller keeps its own copy of events after the server's receipt for them (days)."""

    retention_d: int = 90

    def __post_init__(self) -> None:
        """Refuse less than any backup is old, and more than anybody keeps."""
        require_bounded(self.retention_d, RETENTION_D, "retention_d", "days")


@dataclass(frozen=True, slots=True)
class SiteFile:
    """One controller of a site: a door controller with one to eight doors, or a desk with none."""

    site: SiteId
    controller: ControllerId
    kind: ControllerKind
    reader: tuple[Reader, ...]
    door: tuple[Door, ...] = ()
    gpio: Gpio | None = None
    cabinet: Cabinet = field(default_factory=Cabinet)
    folders: Folders = field(default_factory=Folders)
    journal: Keeping = field(default_factory=Keeping)

    def __post_init__(self) -> None:
        """Refuse parts that contradict each other."""
        require_slug(self.site, "site")
        require_slug(self.controller, "controller")
        require(0 < len(self.reader) <= MAX_READERS, f"there must be 1 to {MAX_READERS} readers")
        for what, values in (
            ("reader id", (reader.id for reader in self.reader)),
            ("reader port", (reader.port for reader in self.reader)),
            ("door id", (door.id for door in self.door)),
        ):
            twice = repeated(values)
            require(not twice, f"{what} {', '.join(twice)} is used twice")
        if self.kind is ControllerKind.DESK:
            self._check_desk()
        else:
            self._check_doors()

    def _check_desk(self) -> None:
        """Refuse a desk with anything that opens, or that asks for a PIN."""
        require(not self.door and self.gpio is None, "a desk has no door and no gpio")
        require(all(reader.door is None for reader in self.reader), "a desk's reader serves no door")
        require(all(not reader.is_keypad for reader in self.reader), "a desk has no keypad")
        require(self.cabinet == Cabinet(), "a desk has no [cabinet]")
        require(self.journal == Keeping(), "a desk has no [journal]; it keeps every event")

    def _check_doors(self) -> None:
        """Refuse doors without pins or reader, and readers without a door."""
        require(0 < len(self.door) <= MAX_DOORS, f"a door controller has 1 to {MAX_DOORS} doors")
        require(self.gpio is not None, "[gpio] must name its factory; there is no default")
        served = {reader.door for reader in self.reader}
        doors = {door.id for door in self.door}
        require(served <= doors, "every reader of a door controller must name one of its doors with 'door ='")
        unserved = ", ".join(sorted(doors - {reader.door for reader in self.reader if not reader.is_keypad}))
        require(not unserved, f"door {unserved} has no reader for cards")
        self._check_lines()
        for door in self.door:
            self._check_company(door)

    def _check_lines(self) -> None:
        """Refuse a line with two uses."""
        lines = [line for door in self.door for line in door.pins.lines()]
        lines.extend(line for line, _ in self.cabinet.inputs())
        if any(reader.port in UART_PORTS for reader in self.reader):
            lines.extend(UART_LINES)
        clashing = ", ".join(repeated(lines))
        require(not clashing, f"line {clashing} (BCM) is used twice; the header's UART is 14 and 15")

    def _check_company(self, door: Door) -> None:
        """Refuse what one door demands of readers and doors that this controller does not have."""
        readers = [reader for reader in self.reader if reader.door == door.id]
        sides = {reader.side for reader in readers if not reader.is_keypad}
        require(
            door.passback not in (Passback.HARD, Passback.TIMED) or sides == {Side.IN, Side.OUT},
            f"door {door.id}: passback = '{door.passback}' needs a reader on each side,"
            " or those who leave would never be let in again; add one, or take 'soft'",
        )
        require(
            door.pin is PinDemand.NEVER
            or any(reader.is_keypad and reader.side is Side.IN for reader in readers),
            f"door {door.id}: pin = '{door.pin}' needs a reader with driver = 'keypad' on its side 'in'",
        )
        unknown = ", ".join(sorted(set(door.interlock) - {other.id for other in self.door}))
        require(
            not unknown, f"door {door.id}: interlock names {unknown}, which this controller does not drive"
        )


def parse(text: str) -> SiteFile:
    """Read a site file's text.

    Raises:
        OperatorMistaken: It is not TOML, a key is unknown, missing or out of bounds; the text names the key.
    """
    try:
        return understood(tomllib.loads(text))
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise OperatorMistaken(_sentence(f"it is not TOML: {error}")) from error


def understood(table: dict[str, Any]) -> SiteFile:
    """Read a site file's tables.

    Raises:
        OperatorMistaken: A key is unknown, missing or out of bounds; the text names the key.
    """
    try:
        site = msgspec.convert(table, SiteFile)
    except msgspec.ValidationError as error:
        message = str(error).replace("`$.", "`").replace(" - at `$`", "")
        raise OperatorMistaken(_sentence(message)) from error
    unknown = ", ".join(_unknown(table, msgspec.to_builtins(site), ""))
    if unknown:
        raise OperatorMistaken(_sentence(f"unknown key {unknown}; site.example.toml lists every key"))
    return site


def _sentence(text: str) -> str:
    """Keep what a file says from breaking the line that refuses it."""
    plain = "".join(sign if sign.isprintable() else "?" for sign in text)
    return plain if len(plain) <= MAX_SENTENCE else f"{plain[:MAX_SENTENCE]}…"


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
