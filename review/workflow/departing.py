"""Entering who leaves: checked, kept, taken back; what follows is proposed at once (``proposing``)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import Connection

from card_registry.words import HolderId
from review import roster
from review.access import Permission, Refused, may
from review.form import Faulty
from review.leaving import Departure, Leaving
from review.office import Office
from review.people import Person
from review.roster import Finding, Kept
from review.store import audit, departures, grants, holders
from review.store.transaction import reading, writing
from review.workflow import proposing

LONGEST = 120
"""The longest basis, in characters, as its column has it."""

FARTHEST = timedelta(days=366)
"""How far ahead a departure may be entered, and how long ago it may have been."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What was typed: the holder's id, how they go, the first day without the right, the letter."""

    holder: str
    kind: str
    effective: str
    basis: str


@dataclass(frozen=True, slots=True)
class Candidate:
    """A holder who may leave, as the list offers them."""

    holder: HolderId
    name: str
    unit: str


def candidates(connection: Connection, now: int) -> tuple[Candidate, ...]:
    """Give the holders of rights that nothing denies, by name."""
    given = grants.all_active(connection, now)
    found = {one.terms.holder: Candidate(one.terms.holder, one.holder_name, one.holder_unit) for one in given}
    return tuple(sorted(found.values(), key=lambda one: (one.name.casefold(), one.unit.casefold())))


def against(office: Office, person: Person, sent: bytes) -> tuple[Finding, ...] | Refused:
    """Compare a list of staff with the holders of rights; nothing is kept of the list."""
    allowed = may(person, Permission.RECORD_LEAVER)
    if isinstance(allowed, Refused):
        return allowed
    try:
        staff = roster.read(sent.decode("utf-8-sig"))
    except roster.Unreadable as error:
        return Refused(str(error))
    except UnicodeDecodeError:
        return Refused("Simpan daftar sebagai CSV UTF-8.")
    if not staff:
        return Refused("Pilih berkas daftar pegawai: satu orang satu baris, NIP;nama;unit kerja.")
    with reading(office.store) as connection:
        known, nips = candidates(connection, office.clock()), holders.nips(connection)
    kept = (Kept(one.holder, nips.get(one.holder, ""), one.name, one.unit) for one in known)
    return roster.compare(kept, staff)


def enter(office: Office, person: Person, wanted: Wanted) -> Departure | Faulty | Refused:
    """Keep that somebody leaves, and propose what follows."""
    allowed = may(person, Permission.RECORD_LEAVER)
    if isinstance(allowed, Refused):
        return allowed
    now = office.clock()
    with reading(office.store) as connection:
        known = candidates(connection, now)
    read = _read(wanted, known, office.today())
    if isinstance(read, Faulty):
        return read
    holder, kind, day = read
    new = Departure(office.token(), holder, kind, day, wanted.basis.strip(), person.id, now)
    with writing(office.store) as connection:
        if any((one.holder, one.kind) == (holder, kind) for one in departures.standing(connection)):
            return Faulty({"pemegang": "Kepergian ini sudah dicatat; batalkan yang lama untuk mengubahnya."})
        departures.add(connection, new)
        audit.record(connection, person.id, "kepergian.catat", f"holder/{holder}", now, kind.value)
    proposing.look(office)
    return new


def _read(wanted: Wanted, known: Sequence[Candidate], today: date) -> tuple[HolderId, Leaving, date] | Faulty:
    faults: dict[str, str] = {}
    holder = next((one.holder for one in known if one.holder == wanted.holder), None)
    if holder is None:
        faults["pemegang"] = "Pilih pemegang yang masih mempunyai izin."
    kind = Leaving(wanted.kind) if wanted.kind in set(Leaving) else None
    if kind is None:
        faults["jenis"] = "Pilih jenis kepergian."
    day = _day(wanted.effective)
    if day is None or abs(day - today) > FARTHEST:
        faults["efektif"] = "Isi tanggal, paling jauh satu tahun sebelum atau sesudah hari ini."
    if not wanted.basis.strip() or len(wanted.basis.strip()) > LONGEST:
        faults["dasar"] = f"Isi nomor surat atau keputusan, paling panjang {LONGEST} karakter."
    if faults or holder is None or kind is None or day is None:
        return Faulty(faults)
    return holder, kind, day


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def take_back(office: Office, person: Person, id: str) -> Departure | Refused:
    """Take back that somebody leaves: nothing more follows from it; its case is decided as it stands."""
    allowed = may(person, Permission.RECORD_LEAVER)
    if isinstance(allowed, Refused):
        return allowed
    now = office.clock()
    with writing(office.store) as connection:
        found = departures.find(connection, id)
        if found is None or found.cancelled is not None:
            return Refused("Catatan kepergian ini tidak ditemukan atau sudah dibatalkan.")
        departures.cancel(connection, id, now)
        audit.record(connection, person.id, "kepergian.batal", f"holder/{found.one.holder}", now)
    return found.one
