"""The Pi's own supply, as its firmware judges it: an alarm file of the kernel's ``rpi_volt`` sensor.

The driver (raspberrypi-hwmon) asks the firmware every two seconds whether the supply fell below about 4.63 V
since it last asked, and keeps the answer; reading the file is a read from memory. A machine without it
(another board, a container, a kernel built without the driver) has no such sense, and nothing is guessed.
"""

from collections.abc import Iterator
from pathlib import Path

HWMON = Path("/sys/class/hwmon")
SENSOR, ALARM = "rpi_volt", "in0_lcrit_alarm"


def find(sensors: Path = HWMON) -> Path | None:
    """Give the alarm file of this machine; None where it has none."""
    return next(_alarm_files(sensors), None)


def is_low(alarm: Path) -> bool | None:
    """Say whether the supply is too low; None while the file cannot be read."""
    try:
        return alarm.read_bytes().strip() == b"1"
    except OSError:
        return None


def _alarm_files(sensors: Path) -> Iterator[Path]:
    for sensor in sorted(sensors.glob("hwmon*")):
        try:
            name = (sensor / "name").read_text(encoding="ascii", errors="replace").strip()
        except OSError:
            continue
        if name == SENSOR and (sensor / ALARM).exists():
            yield sensor / ALARM
