"""What the lines of a Raspberry Pi's header do before any program runs, and so what may be wired to them.

From power-on until the firmware has read ``config.txt`` (a second and more) a line is an input with the
chip's own pull; only then do the ``gpio=`` words of our boot settings hold. No setting covers that first
second, so a relay must be locked at the level that its line has by itself:

=======  =================================  =======================================================
lines    until config.txt is read           so
=======  =================================  =======================================================
0, 1     read by the firmware (HAT EEPROM)  not ours at all
2, 3     up, 1.8 kΩ on the board (I2C)      a relay that is locked high; an input with pull up only
4 to 8   up, about 50 kΩ                    a relay that is locked high; any input
9 to 27  down, about 50 kΩ                  a relay that is locked low; any input
14       driven high by the UART, seconds   a light or buzzer; no relay, and no contact to short it
15       the UART's input, pulled up        an input, a light or buzzer; no relay
=======  =================================  =======================================================

BCM2835 to BCM2711 and RP1 (Pi 5) pull alike. Sources: BCM2835 ARM Peripherals, table 6-31, and RP1
Peripherals for the pulls; Raspberry Pi's documentation of ``gpio`` in config.txt; raspberrypi/firmware issue
1363 (line 14 is high for 3.5 s on a Pi 3B+ with the UART off); raspberrypi/rpi-eeprom issue 643 (UART of the
Pi 5 at boot); raspberrypi/linux issue 2550 (only the default pulls are sure to be free of glitches).

Pure.
"""

from firmware_config.words import Level, Pull, require, require_bounded

LINES = (2, 27)
"""BCM numbers of the free header lines; 0 and 1 belong to the HAT's EEPROM."""

FIXED_UP = (2, 3)
"""Lines with a pull-up resistor on the board."""

LAST_UP = 8
"""Lines to here are pulled up when the chip starts, those above down."""

UART_PORTS = frozenset({"/dev/serial0", "/dev/ttyAMA0", "/dev/ttyS0"})
"""The header's own serial port, by each of its names."""

UART_SENDS = 14
UART_LINES = (UART_SENDS, 15)


def boot_level(line: int) -> Level:
    """Give the level a line has by itself before the firmware has read its settings."""
    return Level.HIGH if line <= LAST_UP else Level.LOW


def require_line(line: int) -> None:
    """Refuse a line that the header does not offer."""
    require_bounded(line, LINES, "a line", "(BCM number)")


def require_relay(line: int, locked: Level) -> None:
    """Refuse a relay's line that would release the lock, or may, while the Pi boots."""
    require_line(line)
    require(
        line not in UART_LINES, f"line {line} (BCM) is the UART's while the Pi boots; give the relay another"
    )
    lines = "2 to 8" if locked is Level.HIGH else "9 to 27 without 14 and 15"
    require(
        boot_level(line) is locked,
        f"line {line} (BCM) is {boot_level(line)} while the Pi boots, and that releases the lock;"
        f" for a relay that is locked {locked} take one of lines {lines}",
    )


def require_input(line: int, pull: Pull) -> None:
    """Refuse an input's line that is driven while the Pi boots, or cannot have that pull."""
    require_line(line)
    require(
        line != UART_SENDS,
        f"line {line} (BCM) is driven by the UART while the Pi boots; give the input another",
    )
    require(
        line not in FIXED_UP or pull is Pull.UP,
        f"line {line} (BCM) has a pull-up resistor on the board; its pull can only be 'up'",
    )
