"""What form F01 asks for, as one typed value, and the exact grant an approver then signs.

Days are the site's own: a right begins at midnight of its first day and ends at the midnight after its last.
``zoneinfo`` reads the time zone table, a data file; nothing else is read.

Pure.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from card_registry.instant import DAY
from card_registry.statements import MAX_VALIDITY, GrantTerms
from card_registry.words import DoorId, GrantId, GrantKind, HolderId
from review.form import Filled, Option

ALWAYS = "24-jam"
"""The schedule choice that means no schedule at all."""

SCHEDULES = (Option("jam-kerja", "Jam kerja"), Option(ALWAYS, "24 jam"))
"""The schedules that an access right may be asked for."""

LATEST = 366
"""How many days ahead a right may begin."""


@dataclass(frozen=True, slots=True)
class AccessRequest:
    """One access right as asked for: who, where, when, why."""

    holder: str
    unit: str
    kind: GrantKind
    doors: tuple[DoorId, ...]
    schedule: str | None
    begins: date
    ends: date
    purpose: str


def faults(filled: Filled, today: date) -> Mapping[str, str]:
    """Give the sentences about the dates of a faultless F01; none when they can be granted."""
    begins, ends = date.fromisoformat(filled.one("mulai")), date.fromisoformat(filled.one("sampai"))
    faults: dict[str, str] = {}
    if begins < today:
        faults["mulai"] = "Tidak boleh sebelum hari ini."
    elif (begins - today).days > LATEST:
        faults["mulai"] = "Paling lambat 12 bulan dari hari ini."
    if ends < begins:
        faults["sampai"] = "Tidak boleh sebelum tanggal mulai."
    elif ((ends - begins).days + 1) * DAY > MAX_VALIDITY:
        faults["sampai"] = "Paling lama 12 bulan sejak tanggal mulai."
    return faults


def request_of(filled: Filled) -> AccessRequest:
    """Give the request that a faultless F01 makes."""
    return AccessRequest(
        filled.one("nama_pemegang"),
        filled.one("unit"),
        GrantKind(filled.one("jenis_akses")),
        tuple(DoorId(door) for door in sorted(filled.values["pintu"])),
        None if filled.one("jadwal") == ALWAYS else filled.one("jadwal"),
        date.fromisoformat(filled.one("mulai")),
        date.fromisoformat(filled.one("sampai")),
        filled.one("keperluan"),
    )


def terms(request: AccessRequest, grant: GrantId, holder: HolderId, zone: str) -> GrantTerms:
    """Give the exact grant; a visit's grant opens only beside an escort."""
    return GrantTerms(
        grant,
        holder,
        request.doors,
        request.schedule,
        _midnight(request.begins, zone),
        min(
            _midnight(request.ends + timedelta(days=1), zone), _midnight(request.begins, zone) + MAX_VALIDITY
        ),
        request.kind,
        escort=request.kind is GrantKind.KUNJUNGAN,
    )


def _midnight(day: date, zone: str) -> int:
    """Give the first millisecond of a day at the site."""
    return int(datetime.combine(day, time(), ZoneInfo(zone)).timestamp() * 1000)
