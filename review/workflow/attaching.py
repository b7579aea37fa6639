"""Attaching a file to a case, and taking one away again: looked at first, then kept and written down.

What is attached stands in the case's chained history by its kind, size and hash, never by its name, so that
a file with what it was called can be taken away without breaking the chain.

Decisions:

* 2026-11-21: whoever may read a case and act in the office may attach to it while it runs, whoever's turn it
  is: a photo of a damaged rack cannot wait for a step. It changes nothing of where the case stands.
* 2026-11-21: what one person attaches in a day has a limit, so that nobody fills the disk of the stores; what
  they took away again counts, because it was written too.
* 2026-11-21: a file is taken away by whoever attached it or by the administrator, also after the case is
  over; the reason is written down with it.
"""

from dataclasses import dataclass

from sqlalchemy import Connection

from card_registry.instant import DAY
from review.access import Permission, Refused, may
from review.attachment import LARGEST, MOST, Sound, Unfit, apart, clean, inspect
from review.case import NOTE_LIMIT, CaseState, enclose
from review.office import Office
from review.people import Person, Role
from review.store import attachments, audit, cases
from review.store.attachments import Attached
from review.store.cases import CaseFile
from review.store.transaction import reading, writing

CAPTION = 120
"""The longest caption, in characters."""

ATTACHED, TAKEN = "dilampirkan", "lampiran dihapus"
"""The answers of a history's rows about attachments."""

DAILY = 40 * LARGEST
"""What one person may attach within a day, in bytes: enough for two full cases, too little to fill a disk."""

UNKNOWN = Refused("Permohonan tidak ditemukan.")
CLOSED = Refused("Permohonan ini sudah selesai; tidak ada lagi yang dapat dilampirkan.")
FULL = Refused(f"Satu permohonan memuat paling banyak {MOST} lampiran.")
ENOUGH = Refused("Anda sudah melampirkan 200 MB dalam 24 jam terakhir. Lanjutkan besok.")
TWICE = Refused("Berkas yang sama sudah dilampirkan pada permohonan ini.")
LONG = Refused(f"Keterangan lampiran paling panjang {CAPTION} karakter.")
GONE = Refused("Lampiran ini tidak ditemukan atau sudah dihapus.")
NOT_YOURS = Refused("Lampiran hanya dapat dihapus oleh yang melampirkannya atau oleh Administrator.")
NO_REASON = Refused("Penghapusan lampiran memerlukan alasan, paling panjang 300 karakter.")
REASON = 300


@dataclass(frozen=True, slots=True)
class Sent:
    """A file as it was sent: its name there, its bytes, what its sender says it shows."""

    name: str
    body: bytes
    caption: str = ""


def attachable(file: CaseFile, person: Person) -> Refused | None:
    """Say why a person may not attach to a case; None where they may."""
    for permission in (Permission.READ_CASES, Permission.ATTACH):
        allowed = may(person, permission, file.case.applicant)
        if isinstance(allowed, Refused):
            return allowed
    return CLOSED if file.case.state is CaseState.CLOSED else None


def attach(office: Office, person: Person, id: str, sent: Sent) -> Attached | Refused:
    """Attach a file to a case, or say why it is not taken."""
    with reading(office.store) as connection:
        refused = _unable(connection, person, id)
    if refused is not None:
        return refused
    caption = " ".join(sent.caption.split())
    if len(caption) > CAPTION:
        return LONG
    sound = inspect(sent.body)
    if isinstance(sound, Unfit):
        return Refused(sound.why)
    wrong = apart.fault(sound.kind, sent.body)
    return Refused(wrong) if wrong else _keep(office, person, id, (sent, caption, sound))


def _unable(connection: Connection, person: Person, id: str) -> Refused | None:
    file = cases.load(connection, id)
    return UNKNOWN if file is None else attachable(file, person)


def _keep(office: Office, person: Person, id: str, found: tuple[Sent, str, Sound]) -> Attached | Refused:
    """Decide again on the case as it is now, and write file, history and audit in one transaction."""
    (sent, caption, sound), now = found, office.clock()
    with writing(office.store) as connection:
        file = cases.load(connection, id, lock=True)
        refused = UNKNOWN if file is None else attachable(file, person)
        if file is None or refused is not None:
            return refused or UNKNOWN
        there = [one for one in attachments.of_case(connection, id) if one.removed is None]
        if len(there) >= MOST:
            return FULL
        if attachments.sent_by(connection, person.id, now - DAY) + len(sent.body) > DAILY:
            return ENOUGH
        if sound.sha256 in {one.sha256 for one in there}:
            return TWICE
        name, size = clean(sent.name, sound.kind), len(sent.body)
        at = (file.case.id, file.case.step, name, caption, sound.kind, size, sound.sha256, person.id, now)
        new = Attached(office.token(), *at)
        attachments.keep(connection, new, sent.body)
        _write_down(connection, file, person, new, (ATTACHED, _told(new), now))
        audit.record(connection, person.id, "lampiran.tambah", f"case/{id}", now, f"lampiran {new.id}")
    return new


def take_away(office: Office, person: Person, case: str, id: str, why: str) -> Attached | Refused:
    """Delete an attached file: it should not be here, and what was known of it but its hash goes with it."""
    now, why = office.clock(), why.strip()
    with writing(office.store) as connection:
        file = cases.load(connection, case, lock=True)
        one = attachments.find(connection, case, id)
        if file is None or one is None or one.removed is not None:
            return GONE
        allowed = may(person, Permission.READ_CASES, file.case.applicant)
        if isinstance(allowed, Refused):
            return allowed
        if not may_take_away(one, person):
            return NOT_YOURS
        if not why or len(why) > REASON:
            return NO_REASON
        attachments.take_away(connection, id, person.id, now)
        _write_down(connection, file, person, one, (TAKEN, f"{_told(one)}: {why}"[:NOTE_LIMIT], now))
        audit.record(connection, person.id, "lampiran.hapus", f"case/{case}", now, f"lampiran {id}")
    return one


def may_take_away(one: Attached, person: Person) -> bool:
    """Say whether a page offers somebody to take an attachment away."""
    return one.removed is None and (one.person == person.id or Role.ADMIN in person.roles)


def _told(one: Attached) -> str:
    """Give what the history keeps of an attachment."""
    return f"{one.kind.value.upper()}, {one.size} bita, SHA-256 {one.sha256}"


def _write_down(
    connection: Connection, file: CaseFile, person: Person, one: Attached, said: tuple[str, str, int]
) -> None:
    answer, note, now = said
    cases.save(connection, file.case, enclose(file.case, person, one.step, (answer, note), now))
