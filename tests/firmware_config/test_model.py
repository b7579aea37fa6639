"""A site file is read strictly: every mistake is refused with its key, its bound and what would work."""

import tomllib
from collections.abc import Callable
from dataclasses import MISSING, fields
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

import firmware_config
from card_registry.errors import OperatorMistaken
from card_registry.words import Clockless, ControllerKind, Tier
from door_controller.machine import timing
from firmware_config.model import (
    BOUNDS,
    Door,
    Factory,
    FailMode,
    Folders,
    Keeping,
    Level,
    Pull,
    SiteFile,
    _unknown,
    anchored,
    parse,
    understood,
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
    assert site.journal == example.journal == Keeping(90)
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


SECURE = 'fail_mode = "secure"'
RELAY = 'relay = 17\nrelay_released = "high"'

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
    ('kind = "door"', 'kind = "door"\njournal.retention_d = 6', "retention_d must be 7 to 3650 days, not 6"),
    ('kind = "door"', 'kind = "door"\njournal.retention_d = 3651', "days, not 3651"),
    ('kind = "door"', 'kind = "door"\njournal.keep = 7', "unknown key journal.keep"),
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
    (SECURE, SECURE + "\nwarn_s = 301", "warn_s must be 0 to 300 seconds, not 301"),
    (
        SECURE,
        SECURE + "\nwarn_s = 20",
        "warn_s \\(20\\) must be less than held_open_s \\(20\\); 0 gives no warning",
    ),
    (SECURE, SECURE + "\nheld_open_s = 10", "must be less than held_open_s"),
    (SECURE, SECURE + "\nrex_stuck_s = 4", "rex_stuck_s must be 5 to 600 seconds"),
    (SECURE, SECURE + "\nfollow_ms = 199", "follow_ms must be 200 to 10000 milliseconds"),
    (SECURE, SECURE + "\nfollow_ms = 5000", "follow_ms \\(5000\\) must be less than release_ms \\(5000\\)"),
    (SECURE, SECURE + "\nstuck_after = 1001", "stuck_after must be 0 to 1000 unused releases"),
    (SECURE, SECURE + "\nrelock_on_close = 1", "Expected `bool`, got `int`"),
    (SECURE, SECURE + "\npersons = 3", "persons must be 1 to 2 persons, not 3"),
    (SECURE, SECURE + "\ntogether_s = 301", "together_s must be 5 to 300 seconds"),
    (SECURE, SECURE + "\nescort_s = 4", "escort_s must be 5 to 300 seconds"),
    (SECURE, SECURE + '\narea = "Ruang!"', "an area must be 1 to 32"),
    (SECURE, SECURE + '\npassback = "strict"', "Invalid enum value 'strict'"),
    (
        SECURE,
        SECURE + '\npassback = "hard"',
        "door ruang-server: passback = 'hard' needs a reader on each side",
    ),
    (
        SECURE,
        SECURE + '\npassback = "timed"\npassback_s = 60',
        "passback = 'timed' needs a reader on each side",
    ),
    (SECURE, SECURE + '\npassback = "timed"', "passback_s must be 60 to 86400 seconds, not 0"),
    (SECURE, SECURE + '\npassback = "timed"\npassback_s = 86401', "86400 seconds, not 86401"),
    (SECURE, SECURE + "\npassback_s = 60", "passback_s belongs to passback = 'timed', and only there"),
    (
        SECURE,
        SECURE + '\npin = "always"',
        "pin = 'always' needs a reader with driver = 'keypad' on its side 'in'",
    ),
    (SECURE, SECURE + '\npin = "scheduled"', "pin_schedule belongs to pin = 'scheduled', and only there"),
    (SECURE, SECURE + '\npin_schedule = "malam"', "pin_schedule belongs to pin = 'scheduled'"),
    (SECURE, SECURE + '\npin = "scheduled"\npin_schedule = "Malam!"', "pin_schedule must be 1 to 32"),
    (SECURE, SECURE + '\ninterlock = ["ruang-server"]', "interlock names the door itself"),
    (
        SECURE,
        SECURE + '\ninterlock = ["gudang"]',
        "interlock names gudang, which this controller does not drive",
    ),
    (SECURE, SECURE + '\ninterlock = ["gudang", "gudang"]', "interlock names gudang twice"),
    (SECURE, SECURE + '\nemergency_in_lockdown = "yes"', "Expected `bool`, got `str`"),
    (
        RELAY,
        'relay = 17\nrelay_released = "low"',
        r"line 17 \(BCM\) is low while the Pi boots, and that releases",
    ),
    (
        RELAY,
        'relay = 8\nrelay_released = "high"',
        r"line 8 \(BCM\) is high while the Pi boots, and that releases",
    ),
    (RELAY, 'relay = 15\nrelay_released = "high"', r"line 15 \(BCM\) is the UART's while the Pi boots"),
    (RELAY, RELAY + "\nrex = 14", r"line 14 \(BCM\) is driven by the UART"),
    (RELAY, RELAY + '\ntamper = 3\ntamper_pull = "none"', r"line 3 \(BCM\) has a pull-up resistor"),
    (RELAY, RELAY + "\nbuzzer = 1", "a line must be 2 to 27"),
    (RELAY, RELAY + "\ngreen = 6\nred = 6", r"line 6 \(BCM\) is used twice"),
    ("[gpio]", "[cabinet]\nfire = 17\n[gpio]", r"line 17 \(BCM\) is used twice"),
    ("[gpio]", "[cabinet]\nmains = 14\n[gpio]", r"line 14 \(BCM\) is driven by the UART"),
    ("[gpio]", "[cabinet]\nsmoke = 4\n[gpio]", "unknown key cabinet.smoke"),
    ('driver = "pn532"', 'driver = "keypad"', "door ruang-server has no reader for cards"),
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


KEYPAD = """
[[reader]]
id = "tombol"
door = "ruang-server"
driver = "keypad"
port = "/dev/ttyUSB1"
"""


def test_a_keypad_shares_a_door_with_a_reader() -> None:
    """A PIN may then be asked, always or by a schedule; on the side that people enter by."""
    for demand in ('pin = "always"', 'pin = "scheduled"\npin_schedule = "malam"'):
        text = LEAST.replace(SECURE, f"{SECURE}\n{demand}") + KEYPAD
        assert parse(text).reader[1].is_keypad
        with pytest.raises(OperatorMistaken, match="on its side 'in'"):
            parse(text + 'side = "out"\n')


def test_a_desk_has_no_keypad_and_no_cabinet() -> None:
    """Nobody types a PIN where cards are made, and nothing is wired there."""
    with pytest.raises(OperatorMistaken, match="a desk has no keypad"):
        parse(DESK.replace("pn532", "keypad"))
    with pytest.raises(OperatorMistaken, match=r"a desk has no \[cabinet\]"):
        parse(DESK.replace("[[reader]]", "[cabinet]\nfire = 4\n[[reader]]"))


def test_hard_passback_has_a_reader_on_each_side() -> None:
    """Then it is sound; a keypad outside is no way to leave."""
    out = LEAST[LEAST.index("[[reader]]") :].replace("masuk", "keluar").replace("USB0", "USB1")
    for demand in ('passback = "hard"', 'passback = "timed"\npassback_s = 3600'):
        text = LEAST.replace(SECURE, f"{SECURE}\n{demand}") + out + 'side = "out"\n'
        assert len(parse(text).reader) == 2
        with pytest.raises(OperatorMistaken, match="a reader on each side"):
            parse(text.replace('driver = "pn532"\nport = "/dev/ttyUSB1"', 'driver = "keypad"\nport = "k"'))


def test_two_doors_may_wait_for_each_other() -> None:
    """An interlock names the other door."""
    text = _second_door(LEAST)
    for other in ("gudang", "ruang-server"):
        text = text.replace(SECURE, f'fail_mode="secure"\ninterlock = ["{other}"]', 1)
    assert [door.interlock for door in parse(text).door] == [("gudang",), ("ruang-server",)]


def test_the_machine_has_the_same_bounds() -> None:
    """A time that the site file takes is one that the door machine takes."""
    ours = {name: (bounds, 1_000 if unit == "seconds" else 1) for name, bounds, unit in BOUNDS}
    names = {"held_open_s": "held_ms", "warn_s": "warn_ms", "rex_stuck_s": "rex_stuck_ms"}
    machine = {name: bounds for name, bounds, _ in timing.BOUNDS}
    for name, ((least, most), scale) in ours.items():
        if (other := names.get(name, name)) in machine:
            assert machine.pop(other) == (least * scale, most * scale)
    assert machine == {}


VALUES = st.recursive(
    st.one_of(st.booleans(), st.integers(), st.floats(), st.text(max_size=9), st.dates()),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=9), inner, max_size=3)
    ),
    max_leaves=4,
)
PLACES = [
    (),
    ("gpio",),
    ("folders",),
    ("cabinet",),
    ("door", 0),
    ("door", 0, "pins"),
    ("reader", 0),
]


@given(st.data())
def test_a_hostile_file_is_refused_with_a_sentence(data: st.DataObject) -> None:
    """Any value in any place: either sound, or one sentence of ours, and never another error."""
    table = tomllib.loads(EXAMPLE.read_text())
    place: Any = table
    for step in data.draw(st.sampled_from(PLACES)):
        place = place[step]
    key = data.draw(st.one_of(st.sampled_from(sorted(place)), st.text(max_size=9)))
    place[key] = data.draw(VALUES)
    try:
        site = understood(table)
    except OperatorMistaken as error:
        refusal = str(error)
    else:
        refusal = "sound"
        lines = [line for door in site.door for line in door.pins.lines()]
        assert len(lines) == len(set(lines))
    assert refusal.isprintable()
    assert 0 < len(refusal) <= 501


@given(st.text(max_size=300))
def test_any_text_is_refused_or_understood(text: str) -> None:
    """What is no site file is refused as one."""
    with pytest.raises(OperatorMistaken):
        parse(text)
