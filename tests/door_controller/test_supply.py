"""The kernel's alarm of the Pi's supply: found by its sensor's name, read as it is, never guessed."""

from pathlib import Path

from door_controller import supply


def sensor(folder: Path, number: int, name: str | None, alarm: str | None) -> Path:
    """Lay out one sensor as the kernel does."""
    place = folder / f"hwmon{number}"
    place.mkdir()
    if name is not None:
        (place / "name").write_text(f"{name}\n")
    if alarm is not None:
        (place / supply.ALARM).write_text(f"{alarm}\n")
    return place / supply.ALARM


def test_the_sensor_is_found_by_its_name(tmp_path: Path) -> None:
    """Not by its number, and not by having such a file."""
    sensor(tmp_path, 0, "cpu_thermal", None)
    sensor(tmp_path, 1, "other", "1")
    sensor(tmp_path, 2, None, "1")
    sensor(tmp_path, 3, "rpi_volt", None)
    assert supply.find(tmp_path) is None
    alarm = sensor(tmp_path, 4, "rpi_volt", "0")
    assert supply.find(tmp_path) == alarm
    assert supply.find(tmp_path / "none") is None


def test_the_alarm_is_read_as_it_is(tmp_path: Path) -> None:
    """1 is low, 0 is not, and a file that is gone says nothing."""
    low, fine = sensor(tmp_path, 0, "rpi_volt", "1"), sensor(tmp_path, 1, "rpi_volt", "0")
    assert (supply.is_low(low), supply.is_low(fine)) == (True, False)
    low.unlink()
    assert supply.is_low(low) is None
