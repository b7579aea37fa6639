"""A site file is read strictly: every mistake is refused with its key, its bound and what would work."""

import tomllib
from collections.abc import Callable
from dataclasses import MISSING, fields
from pathlib import Path
from typing import Any

import msgspec
import pytest

import firmware_config
from card_registry.errors import OperatorMistaken
from card_registry.words import Clockless, ControllerKind, Tier
from firmware_config.model import (
    Door,
    Factory,
    FailMode,
    Folders,
    Level,
    Pull,
    SiteFile,
    _unknown,
    anchored,
    parse,
)

EXAMPLE = Path(firmware_config.__file__).with_name("site.example.toml")

LEAST = """
site = "contoh"
controller = "pengendali-1"
kind = "door"
[gpio]
factory = "lgpio"
[[door]]
id = "ruang-server"
name = "Ruang Server"
fail_mode = "secure"
[door.pins]
relay = 17
relay_released = "high"
[[reader]]
id = "masuk"
door = "ruang-server"
driver = "pn532"
port = "/dev/ttyUSB0"
"""

DESK = """
site = "contoh"
controller = "meja-1"
kind = "desk"
[[reader]]
id = "meja"
driver = "pn532"
port = "run/reader-meja"
"""


def test_the_example_is_sound_and_shows_every_key() -> None:
    """Every key of the model stands in the example, set or commented out, and no other."""
    text = EXAMPLE.read_text()
    site = parse(text)
    understood = msgspec.to_builtins(site)
    given = tomllib.loads(text.replace("# socket =", "socket =").replace("# pin_schedule", "pin_schedule"))
    assert not list(_missing(understood, given, ""))
    assert not list(_unknown(given, understood, ""))


def _missing(understood: Any, given: Any, path: str) -> list[str]:  # noqa: ANN401 - any TOML value
    """Name every key of the model that the example does not show."""
    if isinstance(understood, dict):
        return [
            name
            for key, value in understood.items()
            for name in (_missing(value, given[key], f"{path}.{key}") if key in given else [f"{path}.{key}"])
        ]
    if isinstance(understood, (list, tuple)):
        return [
            name for one, other in zip(understood, given, strict=True) for name in _missing(one, other, path)
        ]
    return []


def test_the_example_states_the_defaults() -> None:
    """A site that leaves out what has a default gets what the example says the default is."""
    site, example = parse(LEAST), parse(EXAMPLE.read_text())
    (door,), (shown,) = site.door, example.door
    assert (door.min_tier, door.clockless) == (Tier.PUBLIC_KEY, Clockless.ALWAYS_ONLY)
    for field in fields(Door):
        if field.default is not MISSING:
            assert getattr(door, field.name) == getattr(shown, field.name)
    for part, example_part in ((door.pins, shown.pins), (site.cabinet, example.cabinet)):
        for field in fields(part):
            if field.default not in (MISSING, None):
                assert getattr(part, field.name) == getattr(example_part, field.name)
    assert (site.folders, site.reader[0].baud, site.reader[0].side) == (
        example.folders,
        example.reader[0].baud,
        example.reader[0].side,
    )
    assert list(door.pins.lines()) == [17]
    assert list(site.cabinet.inputs()) == []


def test_a_desk_has_readers_only() -> None:
    """A desk needs no door and no pins."""
    desk = parse(DESK)
    assert desk.kind is ControllerKind.DESK
    assert (desk.door, desk.gpio) == ((), None)


MISTAKES = [
    ("controller = ", "colour = 1\ncontroller = ", "unknown key colour"),
    ("relay = 17", "relay = 17\nsiren = 4", r"unknown key door\[0\].pins.siren"),
    ("[gpio]", "[gpio]\npin = 1\nchip = 0", "unknown key gpio.pin, gpio.chip"),
    ('driver = "pn532"', 'driver = "pn532"\nspeed = 1', r"unknown key reader\[0\].speed"),
    ('site = "contoh"', "", "missing required field `site`"),
    ('site = "contoh"', 'site = "Contoh!"', "site must be 1 to 32"),
    ('controller = "pengendali-1"', 'controller = "-"', "controller must be 1 to 32"),
    ('kind = "door"', 'kind = "window"', "Invalid enum value 'window' - at `kind`"),
    ('kind = "door"', 'kind = "desk"', "a desk has no door and no gpio"),
    ('[gpio]\nfactory = "lgpio"', "", r"\[gpio\] must name its factory; there is no default"),
    ('factory = "lgpio"', "", "missing required field `factory`"),
    ('factory = "lgpio"', 'factory = "mock"', "Invalid enum value 'mock'"),
    ('factory = "lgpio"', 'factory = "simulated"', "socket belongs to factory = 'simulated'"),
    ('factory = "lgpio"', 'factory = "lgpio"\nsocket = "x"', "socket belongs to"),
    ('factory = "lgpio"', 'factory = "simulated"\nsocket = ""', "socket must be a plain path"),
    ('id = "ruang-server"', 'id = "Ruang"', "a door id must be"),
    ('name = "Ruang Server"', 'name = ""', "name must be 1 to 60"),
    ('name = "Ruang Server"', f'name = "{"x" * 61}"', "name must be 1 to 60"),
    ('name = "Ruang Server"', 'name = "a\\u0007"', "name must be 1 to 60 printable"),
    ('fail_mode = "secure"', "", "missing required field `fail_mode`"),
    ("relay = 17", "relay = 1", r"a line must be 2 to 27 \(BCM number\), not 1"),
    ("relay = 17", "relay = 28", "a line must be 2 to 27"),
    ("relay = 17", "relay = true", r"Expected `int`, got `bool` - at `door\[0\].pins.relay`"),
    ("relay = 17", 'relay = "17"', "Expected `int`, got `str`"),
    ("relay = 17", "relay = 17.0", "Expected `int`, got `float`"),
    ("relay = 17", "relay = 17\ncontact = 17", r"line 17 \(BCM\) is used twice"),
    ("relay = 17", "relay = 17\ncontact = 4\nrex = 4", r"line 4 \(BCM\) is used twice"),
    ('relay_released = "high"', "", "missing required field `relay_released`"),
    ('relay_released = "high"', 'relay_released = "on"', "Invalid enum value 'on'"),
    (
        'fail_mode = "secure"',
        'fail_mode = "secure"\nrelease_ms = 2999',
        "release_ms must be 3000 to 60000 milli",
    ),
    ('fail_mode = "secure"', 'fail_mode = "secure"\nrelease_ms = 60001', "milliseconds, not 60001"),
    ('fail_mode = "secure"', 'fail_mode = "secure"\nheld_open_s = 4', "held_open_s must be 5 to 600 seconds"),
    ('fail_mode = "secure"', 'fail_mode = "secure"\nheld_open_s = 601', "seconds, not 601"),
    ('fail_mode = "secure"', 'fail_mode = "secure"\ndebounce_ms = -1', "debounce_ms must be 0 to 400"),
    ('fail_mode = "secure"', 'fail_mode = "secure"\ndebounce_ms = 401', "milliseconds, not 401"),
    ('fail_mode = "secure"', 'fail_mode = "secure"\nmin_tier = 4', "Invalid enum value 4"),
    ('fail_mode = "secure"', 'fail_mode = "secure"\nclockless = "allow"', "Invalid enum value 'allow'"),
    ('id = "masuk"', 'id = "Masuk"', "a reader id must be"),
    ('door = "ruang-server"', 'door = "gudang"', "must name one of its doors"),
    ('door = "ruang-server"', "", "must name one of its doors"),
    ('port = "/dev/ttyUSB0"', 'port = ""', "a reader's port must be a plain path"),
    ('port = "/dev/ttyUSB0"', f'port = "{"x" * 1025}"', "a reader's port must be a plain path"),
    ('port = "/dev/ttyUSB0"', 'port = "/dev/ttyUSB0"\nbaud = 1200', "baud must be one of 9600"),
    ('port = "/dev/ttyUSB0"', 'port = "/dev/ttyUSB0"\nside = "up"', "Invalid enum value 'up'"),
    ("[gpio]", '[folders]\nstate = "slots"\n[gpio]', "must be four folders"),
    ("[gpio]", '[folders]\nstate = ""\n[gpio]', "a folder must be a plain path"),
    ("[gpio]", "[gpio", "it is not TOML"),
    ('site = "contoh"', 'site = "contoh"\nsite = "contoh"', "it is not TOML: Cannot overwrite"),
    ('site = "contoh"', f"site = {'[' * 5000}", "it is not TOML"),
]


@pytest.mark.parametrize(("old", "new", "sentence"), MISTAKES, ids=lambda text: str(text)[:40])
def test_a_mistake_is_refused_with_its_key(old: str, new: str, sentence: str) -> None:
    """One change to a sound file; the sentence names what is wrong."""
    assert old in LEAST
    with pytest.raises(OperatorMistaken, match=sentence):
        parse(LEAST.replace(old, new, 1))


def _second_door(text: str) -> str:
    """Add a door with a reader of its own."""
    door = text[text.index("[[door]]") : text.index("[[reader]]")]
    reader = text[text.index("[[reader]]") :]
    return (
        text
        + door.replace("ruang-server", "gudang").replace("17", "18")
        + reader.replace("ruang-server", "gudang").replace("masuk", "gudang").replace("USB0", "USB1")
    )


def test_two_doors_share_a_controller() -> None:
    """One controller, two doors, each with its reader and its lines."""
    assert [door.id for door in parse(_second_door(LEAST)).door] == ["ruang-server", "gudang"]


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda text: text.replace("18", "17"), r"line 17 \(BCM\) is used twice"),
        (
            lambda text: text.replace('id = "gudang"\nname', 'id = "ruang-server"\nname'),
            "door id ruang-server",
        ),
        (lambda text: text.replace('"gudang"\ndoor', '"masuk"\ndoor'), "reader id masuk is used twice"),
        (lambda text: text.replace("USB1", "USB0"), "reader port /dev/ttyUSB0 is used twice"),
        (lambda text: text.replace('door = "gudang"', 'door = "ruang-server"'), "door gudang has no reader"),
        (
            lambda text: text.replace("18", "18\nred = 14").replace("ttyUSB1", "ttyAMA0"),
            r"line 14 \(BCM\) is used twice",
        ),
    ],
)
def test_doors_that_clash_are_refused(change: Callable[[str], str], sentence: str) -> None:
    """No line, name or port serves two things; the header's UART keeps its own lines."""
    with pytest.raises(OperatorMistaken, match=sentence):
        parse(change(_second_door(LEAST)))


def test_a_controller_has_doors_and_readers_and_not_too_many() -> None:
    """One to eight doors, one to sixteen readers; a desk's reader serves no door."""
    no_door = LEAST[: LEAST.index("[[door]]")] + LEAST[LEAST.index("[[reader]]") :]
    with pytest.raises(OperatorMistaken, match="has 1 to 8 doors"):
        parse(no_door)
    readers = "".join(f'[[reader]]\nid = "r{n}"\ndriver = "pn532"\nport = "p{n}"\n' for n in range(17))
    with pytest.raises(OperatorMistaken, match="1 to 16 readers"):
        parse(DESK[: DESK.index("[[reader]]")] + readers)
    with pytest.raises(OperatorMistaken, match="a desk's reader serves no door"):
        parse(DESK + 'door = "ruang-server"\n')


def test_paths_are_anchored_at_the_file_s_folder() -> None:
    """Relative paths are the file's neighbours; absolute ones stay."""
    text = LEAST.replace('"lgpio"', '"simulated"\nsocket = "../pins.sock"').replace(
        "[gpio]", '[folders]\nstate = "/var/s"\n[gpio]'
    )
    site = anchored(parse(text), "/srv/pengendali-1/")
    root = "/srv/pengendali-1"
    assert site.folders == Folders("/var/s", f"{root}/slots", f"{root}/outbox", f"{root}/run")
    assert site.gpio is not None
    assert (site.gpio.factory, site.gpio.socket) == (Factory.SIMULATED, f"{root}/../pins.sock")
    assert site.reader[0].port == "/dev/ttyUSB0"
    assert anchored(site, "/elsewhere") == site
    assert anchored(parse(DESK), "/srv/meja-1").reader[0].port == "/srv/meja-1/run/reader-meja"


def test_levels_are_named_by_the_state_they_mean() -> None:
    """The example's wiring, read back."""
    pins = parse(EXAMPLE.read_text()).door[0].pins
    assert (pins.relay, pins.relay_released) == (17, Level.HIGH)
    assert (pins.contact, pins.contact_closed, pins.contact_pull) == (27, Level.HIGH, Pull.UP)
    assert (pins.rex, pins.rex_pressed, pins.rex_pull) == (22, Level.LOW, Pull.UP)
    assert isinstance(parse(LEAST), SiteFile)
    assert parse(LEAST).door[0].fail_mode is FailMode.SECURE
