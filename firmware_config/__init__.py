"""Facts about one controller's hardware: its doors, wiring, readers and folders, from one strict TOML file.

It decides which site files are sound (``model``) and what they mean for the machine's own configuration
(``render``): boot settings, device rules, unit drop-ins. Reading the file is ``files``; obeying it is
``door_controller``'s and ``mqtt_bridge``'s work. It never writes to the machine: ``render`` gives text, and a
person or an installer puts it in place.

The file is trusted: whoever can edit it can name other pins, and that is physical access (DESIGN §4). So the
checks here are against mistakes, and each says which key, which bound, and what would work.

Decisions:
    2026-11-20: levels are named by the state they mean (``relay_released = "high"``, ``contact_closed``,
    ``rex_pressed``), because "active" is ambiguous for a lock that is held by current.
    2026-11-20: unknown keys are found by comparing the file with what was understood of it, because then no
    second list of keys can fall behind the model.
    2026-11-20: the GPIO factory has no default, because a wrong guess drives the wrong pins.
    2026-11-21: a relay's locked level must be what its line has by itself while a Pi boots (``header``),
    because no setting covers the seconds before the firmware has read its settings.
    2026-11-21: hard and timed anti-passback need a reader on each side of the door, because a door that
    cannot see people leave would keep them out for ever.
    2026-11-20: folders and ports are written relative to the site file, because a controller's folder can
    then be moved or copied as a whole.
"""
