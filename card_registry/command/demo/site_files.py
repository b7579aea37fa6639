"""The site files of the demo's controllers: hardware facts, here of the simulator's readers and pins.

What a key means is said in firmware_config's example; the numbers of the lines are the simulator's.
"""

from card_registry.command.demo.layout import (
    DESK_CONTROLLER,
    DESK_READER,
    DOOR,
    DOOR_CONTROLLER,
    DOOR_NAME,
    DOOR_READER,
    SITE,
    Layout,
)


def door(layout: Layout) -> str:
    """Give the door controller's site file."""
    return f"""\
site = "{SITE}"
controller = "{DOOR_CONTROLLER}"
kind = "door"

[gpio]
factory = "simulated"
socket = "{layout.pins}"

[[door]]
id = "{DOOR}"
name = "{DOOR_NAME}"
fail_mode = "secure"

[door.pins]
relay = 17
relay_released = "high"
contact = 27
contact_closed = "high"
rex = 22
rex_pressed = "low"

[[reader]]
id = "{DOOR_READER}"
door = "{DOOR}"
side = "in"
driver = "pn532"
port = "{layout.reader(DOOR_READER)}"
"""


def desk(layout: Layout) -> str:
    """Give the desk's site file."""
    return f"""\
site = "{SITE}"
controller = "{DESK_CONTROLLER}"
kind = "desk"

[[reader]]
id = "{DESK_READER}"
driver = "pn532"
port = "{layout.reader(DESK_READER)}"
"""
