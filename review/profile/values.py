"""A profile as a value; the words of its file are Indonesian, as everything an office edits.

Pure.
"""

from collections.abc import Mapping
from datetime import date, time
from enum import StrEnum

import msgspec

from review.people import Role
from review.workdays import Calendar, DayKind, FreeDay


class Weekday(StrEnum):
    """The days of a week, in its order."""

    MONDAY = "senin"
    TUESDAY = "selasa"
    WEDNESDAY = "rabu"
    THURSDAY = "kamis"
    FRIDAY = "jumat"
    SATURDAY = "sabtu"
    SUNDAY = "minggu"


WEEK = tuple(Weekday)
FIVE_DAYS = WEEK[:5]


class Head(
    msgspec.Struct,
    frozen=True,
    forbid_unknown_fields=True,
    rename={"agency": "instansi", "address": "alamat", "contact": "kontak", "town": "tempat"},
):
    """The letterhead: government, office, address, telephone and e-mail; the town of its dates."""

    agency: str
    unit: str
    town: str
    address: str = ""
    contact: str = ""


class Hours(
    msgspec.Struct,
    frozen=True,
    forbid_unknown_fields=True,
    rename={"opens": "buka", "closes": "tutup", "days": "hari", "zone": "zona"},
):
    """When the office works: one span on each of its weekdays, in the zone it says it is in."""

    opens: time = time(7, 30)
    closes: time = time(16, 0)
    days: tuple[Weekday, ...] = FIVE_DAYS
    zone: str = "Asia/Jakarta"

    def calendar(self, zone: str, free: Mapping[date, FreeDay], years: frozenset[int]) -> Calendar:
        """Give the office's working time in the site's zone; ``free`` are the days it is closed."""
        weekdays = frozenset(WEEK.index(day) for day in self.days)
        return Calendar(zone, self.opens, self.closes, free, years, weekdays)


class Tables(
    msgspec.Struct,
    frozen=True,
    forbid_unknown_fields=True,
    rename={"own": "sendiri", "taken": "ambil_alih"},
):
    """The ids of the tables in force: the office's own as printed, and those taken over as proposals."""

    own: tuple[str, ...] = ()
    taken: tuple[str, ...] = ()


class Numbers(
    msgspec.Struct,
    frozen=True,
    forbid_unknown_fields=True,
    rename={
        "classification": "klas",
        "office": "kode_opd",
        "documents": "dokumen",
        "cases": "kasus",
    },
):
    """Number templates: of documents by form, of cases by procedure, with the codes that fill places."""

    classification: str = ""
    office: str = ""
    documents: Mapping[str, str] = {}
    cases: Mapping[str, str] = {}

    def filled(self, template: str) -> str:
        """Give a template with the office's fixed places filled in."""
        return template.replace("{klas}", self.classification).replace("{kode_opd}", self.office)


class LocalDay(
    msgspec.Struct,
    frozen=True,
    forbid_unknown_fields=True,
    rename={"date": "tanggal", "name": "nama"},
):
    """A day on which this office alone is closed."""

    date: date
    name: str


class Profile(
    msgspec.Struct,
    frozen=True,
    forbid_unknown_fields=True,
    rename={
        "name": "nama",
        "note": "keterangan",
        "head": "kop",
        "hours": "jam_kerja",
        "tables": "prosedur",
        "titles": "jabatan",
        "numbers": "nomor",
        "free": "libur",
    },
):
    """An office: who it is, when it works, what its roles are called, how it numbers, its tables."""

    id: str
    name: str
    head: Head
    tables: Tables
    note: str = ""
    hours: Hours = Hours()
    titles: Mapping[Role, str] = {}
    numbers: Numbers = Numbers()
    free: tuple[LocalDay, ...] = ()

    def local_days(self) -> Mapping[date, FreeDay]:
        """Give the days on which this office alone is closed."""
        return {one.date: FreeDay(one.date, DayKind.LOCAL, one.name) for one in self.free}
