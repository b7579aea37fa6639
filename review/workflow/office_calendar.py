"""The administrator's edits of the calendar: a day more off, a day worked after all, or as the files have it.

Deadlines are never stored: every page and reminder counts them anew, so an edit holds for running cases too.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import Connection

from review.access import Permission, Refused, may
from review.form import Faulty
from review.office import Office
from review.people import Person
from review.store import audit, free_days
from review.store.free_days import Edit
from review.store.transaction import writing
from review.workdays import Calendar, DayKind, FreeDay

LONGEST_NAME = 120
MOST_LINES = 60
"""How many days may be entered at once."""

BACK, AHEAD = 1, 3
"""How many years back and ahead a day may be edited."""

SHUT = 31
"""How many days in a row an office may be closed, in days; more is a mistake."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A day off as asked for."""

    day: str
    kind: str
    name: str


def close(office: Office, by: Person, wanted: Wanted) -> FreeDay | Faulty | Refused:
    """Close the office on a day."""
    allowed = may(by, Permission.CHANGE_CALENDAR)
    if isinstance(allowed, Refused):
        return allowed
    with writing(office.store) as connection:
        done = _close(connection, office, by, wanted)
        if isinstance(done, Faulty):
            connection.rollback()
    return done


def close_many(office: Office, by: Person, text: str) -> int | Faulty | Refused:
    """Close the office on many days, one a line (``2028-01-01 libur Tahun Baru Masehi``), or on none.

    Gives how many; a fault is a sentence that names its line.
    """
    allowed = may(by, Permission.CHANGE_CALENDAR)
    if isinstance(allowed, Refused):
        return allowed
    lines = [line.split(maxsplit=2) for line in text.splitlines() if line.strip()]
    if not 0 < len(lines) <= MOST_LINES:
        return Faulty({"daftar": f"Tulis 1 sampai {MOST_LINES} baris, satu hari libur setiap baris."})
    wrong = []
    with writing(office.store) as connection:
        for number, words in enumerate(lines, 1):
            day, kind, name = (*words, "", "", "")[:3]
            done = _close(connection, office, by, Wanted(day, kind, name))
            if isinstance(done, Faulty):
                wrong.append(f"Baris {number}: {' '.join(done.faults.values())}")
        if wrong:
            connection.rollback()
    return Faulty({"daftar": "\n".join(wrong)}) if wrong else len(lines)


def _close(connection: Connection, office: Office, by: Person, wanted: Wanted) -> FreeDay | Faulty:
    free = _read(office, wanted)
    if isinstance(free, Faulty):
        return free
    found = _faults(free_days.calendar(connection, office.zone()), free)
    if found is None:
        free_days.put(connection, Edit(free, closed=True), by.id, office.clock())
        found = _shut(connection, office, free.date)
    if found is not None:
        return found
    _record(connection, office, by, "libur.tutup", free)
    return free


def _read(office: Office, wanted: Wanted) -> FreeDay | Faulty:
    day, faults = _day(office, wanted.day), {}
    kinds = {kind.value: kind for kind in DayKind}
    name = wanted.name.strip()
    if day is None:
        faults["tanggal"] = _which(office)
    if wanted.kind not in kinds:
        faults["jenis"] = f"Jenis hari libur adalah {', '.join(kinds)}."
    if not 0 < len(name) <= LONGEST_NAME or not name.isprintable():
        faults["nama"] = f"Isi nama hari libur, paling panjang {LONGEST_NAME} huruf."
    return Faulty(faults) if day is None or faults else FreeDay(day, kinds[wanted.kind], name)


def work(office: Office, by: Person, day: str) -> FreeDay | Refused:
    """Let the office work on a day that a file or the profile frees."""
    allowed = may(by, Permission.CHANGE_CALENDAR)
    if isinstance(allowed, Refused):
        return allowed
    read = _day(office, day)
    with writing(office.store) as connection:
        freed = None if read is None else free_days.given(connection).get(read)
        if freed is None:
            return Refused("Hari itu bukan hari libur menurut berkas atau profil kantor.")
        free_days.put(connection, Edit(freed, closed=False), by.id, office.clock())
        _record(connection, office, by, "libur.masuk", freed)
    return freed


def restore(office: Office, by: Person, day: str) -> date | Refused:
    """Take back what an administrator changed about a day."""
    allowed = may(by, Permission.CHANGE_CALENDAR)
    if isinstance(allowed, Refused):
        return allowed
    read = _day(office, day)
    with writing(office.store) as connection:
        if read is None or not free_days.forget(connection, read):
            return Refused("Hari itu tidak pernah diubah.")
        found = _shut(connection, office, read)
        if found is not None:
            connection.rollback()
            return Refused(found.faults["tanggal"])
        audit.record(connection, by.id, "libur.kembali", f"libur/{read}", office.clock())
    return read


def years(office: Office) -> tuple[int, ...]:
    """Give the years whose days may be edited."""
    this = office.today().year
    return tuple(range(this - BACK, this + AHEAD + 1))


def _day(office: Office, text: str) -> date | None:
    try:
        day = date.fromisoformat(text) if len(text) == 10 else None  # noqa: PLR2004 - as the browser sends it
    except ValueError:
        return None
    return day if day is not None and day.year in years(office) else None


def _which(office: Office) -> str:
    known = years(office)
    return f"Isi tanggal dalam tahun {known[0]} sampai {known[-1]}."


def _faults(calendar: Calendar, free: FreeDay) -> Faulty | None:
    known = calendar.free.get(free.date)
    if known is not None:
        return Faulty({"tanggal": f"Tanggal ini sudah libur: {known.name}."})
    if free.kind is DayKind.LOCAL and not calendar.works(free.date):
        return Faulty({"tanggal": "Pada hari itu kantor memang tidak bekerja."})
    return None


def _shut(connection: Connection, office: Office, day: date) -> Faulty | None:
    """Refuse a calendar in which the office is closed around a day for longer than anybody could mean."""
    calendar = free_days.calendar(connection, office.zone())
    first = last = day
    while not calendar.works(first) and day - first <= timedelta(days=SHUT):
        first -= timedelta(days=1)
    while not calendar.works(last) and last - day <= timedelta(days=SHUT):
        last += timedelta(days=1)
    if last - first > timedelta(days=SHUT):
        return Faulty({"tanggal": f"Kantor akan tutup lebih dari {SHUT} hari berturut-turut."})
    return None


def _record(connection: Connection, office: Office, by: Person, act: str, free: FreeDay) -> None:
    audit.record(connection, by.id, act, f"libur/{free.date}", office.clock(), free.kind.value)
