"""The three-way match: what the handover papers say, what the inventory says, what was found (form F06).

Whether anybody was in the room when something moved is asked of the door's log, as the days of entries.

Pure.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from review.inventory.stock import Device, DeviceStatus


class Difference(StrEnum):
    """What does not agree, in the words of the list of differences."""

    NO_PAPER = "tercatat tanpa berita acara"
    NOT_LISTED = "diserahkan tetapi tidak tercatat"
    MISSING = "tercatat tetapi tidak ditemukan"
    UNKNOWN = "ditemukan tetapi tidak tercatat"
    SERIAL = "nomor seri berbeda"
    PLACE = "posisi berbeda"
    RETURNED = "sudah dikembalikan tetapi masih ditemukan"
    UNSEEN = "berpindah tanpa kunjungan tercatat"


@dataclass(frozen=True, slots=True)
class Handed:
    """One line of a handover paper: a serial number that came in or went out on a day."""

    serial: str
    number: str
    inward: bool
    day: date


@dataclass(frozen=True, slots=True)
class Found:
    """What a check found of one device: its serial and place as read, None where it was not there."""

    serial: str | None
    place: str | None


@dataclass(frozen=True, slots=True)
class Finding:
    """One difference: the serial number it is about, and what else names it."""

    serial: str
    difference: Difference
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is compared: papers, list, findings by device id, places in words by device id, days of entries.

    ``entered`` are the days on which the door let somebody in, ``unasked`` those of which it can say nothing.
    """

    handed: Sequence[Handed]
    devices: Sequence[Device]
    found: Mapping[str, Found]
    places: Mapping[str, str]
    entered: Collection[date]
    unasked: Collection[date] = ()


@dataclass(frozen=True, slots=True)
class Matched:
    """One serial number beside all its evidence; ``device`` is None where the list does not have it."""

    serial: str
    handed: tuple[Handed, ...]
    device: Device | None
    found: Found | None
    findings: tuple[Finding, ...]


def compare(seen: Evidence) -> tuple[Finding, ...]:
    """Compare papers, inventory, what was found and the days on which the room was entered."""
    explained = {*seen.entered, *seen.unasked}
    papers, visits = _papers(seen.handed, seen.devices), _visits(seen.handed, explained)
    return (*papers, *visits, *_check(seen.devices, seen.found, seen.places))


def match(seen: Evidence) -> tuple[Matched, ...]:
    """Give every serial number in the room, handed over, or found, with its evidence; differences first."""
    findings = compare(seen)
    here = [one for one in seen.devices if one.status is not DeviceStatus.RETURNED]
    by_serial = {one.serial: one for one in here}
    serials = dict.fromkeys((*(one.serial for one in findings), *by_serial))
    rows = [
        Matched(
            serial,
            tuple(sorted((one for one in seen.handed if one.serial == serial), key=lambda one: one.day)),
            by_serial.get(serial),
            seen.found.get(by_serial[serial].id) if serial in by_serial else None,
            tuple(one for one in findings if one.serial == serial),
        )
        for serial in serials
    ]
    return tuple(sorted(rows, key=lambda one: not one.findings))


def _papers(handed: Sequence[Handed], devices: Sequence[Device]) -> tuple[Finding, ...]:
    balance: dict[str, int] = {}
    last: dict[str, str] = {}
    for line in sorted(handed, key=lambda one: one.day):
        balance[line.serial] = balance.get(line.serial, 0) + (1 if line.inward else -1)
        last[line.serial] = line.number
    here = {device.serial for device in devices if device.status is not DeviceStatus.RETURNED}
    without = [Finding(serial, Difference.NO_PAPER) for serial in sorted(here) if balance.get(serial, 0) < 1]
    unlisted = [
        Finding(serial, Difference.NOT_LISTED, last[serial])
        for serial, count in sorted(balance.items())
        if count > 0 and serial not in here
    ]
    return (*without, *unlisted)


def _visits(handed: Sequence[Handed], entered: Collection[date]) -> tuple[Finding, ...]:
    """Find what moved on a day on which nobody entered the room."""
    return tuple(
        Finding(line.serial, Difference.UNSEEN, f"{line.number}, {line.day.isoformat()}")
        for line in handed
        if line.day not in entered
    )


def _check(
    devices: Sequence[Device], found: Mapping[str, Found], places: Mapping[str, str]
) -> tuple[Finding, ...]:
    findings = []
    for device in devices:
        seen = found.get(device.id)
        if seen is None:
            continue
        findings += [Finding(device.serial, one, detail) for one, detail in _device(device, seen, places)]
    known = {device.id for device in devices}
    strange = sorted((id_, one) for id_, one in found.items() if id_ not in known and one.serial)
    return (*findings, *(Finding(one.serial or "", Difference.UNKNOWN, id_) for id_, one in strange))


def _device(device: Device, seen: Found, places: Mapping[str, str]) -> list[tuple[Difference, str]]:
    if device.status is DeviceStatus.RETURNED:
        return [] if seen.serial is None else [(Difference.RETURNED, seen.place or "")]
    if seen.serial is None:
        return [(Difference.MISSING, places.get(device.id, ""))]
    findings = []
    if seen.serial != device.serial:
        findings.append((Difference.SERIAL, seen.serial))
    if seen.place is not None and seen.place != places.get(device.id, ""):
        findings.append((Difference.PLACE, seen.place))
    return findings
