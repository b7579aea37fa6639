"""The virtual door's site file: everything a door can have is fitted, and a script may set its keys."""

from collections.abc import Iterable

from card_registry.errors import OperatorMistaken
from door_controller.simulator.script.words import Setting
from firmware_config.model import SiteFile, parse

_TOML = """\
site = "contoh"
controller = "pengendali-1"
kind = "door"
[gpio]
factory = "simulated"
socket = "pins.sock"
[[door]]
id = "ruang-server"
name = "Ruang Server"
fail_mode = "secure"
clockless = "allow-flagged"
{settings}
[door.pins]
relay = 17
relay_released = "high"
contact = 27
rex = 22
feedback = 23
tamper = 24
green = 5
red = 6
buzzer = 13
[cabinet]
fire = 25
mains = 12
tamper = 16
[[reader]]
id = "masuk"
door = "ruang-server"
driver = "pn532"
port = "reader-masuk"
[[reader]]
id = "keluar"
door = "ruang-server"
driver = "pn532"
side = "out"
port = "reader-keluar"
[[reader]]
id = "tombol"
door = "ruang-server"
driver = "keypad"
port = "reader-tombol"
"""


def site_of(settings: Iterable[Setting]) -> SiteFile:
    """Give the site file with a script's settings.

    Raises:
        OperatorMistaken: The site file's own checks refuse them.
    """
    chosen = {setting.key: setting.value for setting in settings}
    fixed = {"id", "name", "fail_mode", "clockless"} & chosen.keys()
    text = _TOML.format(settings="\n".join(f"{key} = {value}" for key, value in chosen.items()))
    for key in fixed:
        text = "\n".join(line for line in text.splitlines() if not _sets(line, key, chosen[key]))
    try:
        return parse(text)
    except OperatorMistaken as error:
        raise OperatorMistaken(f"the script's door settings are refused: {error}") from error


def _sets(line: str, key: str, value: str) -> bool:
    """Say whether a line sets a key of ours that the script sets too."""
    return line.startswith(f"{key} = ") and line != f"{key} = {value}" and key in ("fail_mode", "clockless")
