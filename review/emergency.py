"""What the record of an emergency (F19) says: from when, which doors, who went in; always two people.

Pure.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from card_registry.words import DoorId
from review.form import Filled, moment

WINDOW = 2 * 3_600_000
"""How long an emergency explains what happens at its doors, in milliseconds (sop.md §6)."""

SLACK = 15 * 60_000
"""How far ahead of the server's clock a written time may lie, in milliseconds."""

TWO = 2


@dataclass(frozen=True, slots=True)
class EmergencyRecord:
    """An emergency as recorded: when it began (milliseconds), the doors, the people's names."""

    begins: int
    doors: tuple[DoorId, ...]
    people: tuple[str, ...]


def faults(filled: Filled, _today: date) -> Mapping[str, str]:
    """Give the sentence about a record that names one person twice; a later part names nobody."""
    names = [row.get("nama", "") for row in filled.rows("orang")]
    different = {" ".join(name.casefold().split()) for name in names}
    if names and len(different) < TWO:
        return {"orang.1.nama": "Akses darurat dilakukan oleh dua orang yang berbeda."}
    return {}


def record_of(filled: Filled, zone: str) -> EmergencyRecord | None:
    """Give the record that a faultless F19 makes, its time in the site's zone; None without a time."""
    began: datetime | None = moment(filled.one("waktu"))
    if began is None:
        return None
    doors = tuple(DoorId(door) for door in sorted(filled.values.get("pintu", ())))
    people = tuple(row.get("nama", "") for row in filled.rows("orang"))
    return EmergencyRecord(int(began.replace(tzinfo=ZoneInfo(zone)).timestamp() * 1000), doors, people)
