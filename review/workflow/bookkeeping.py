"""Effects that enter something in the office's books: the agenda, the archive, and who is assigned.

Decisions:
    2026-11-21: an assignment names the role of the next step, and one person where only one may do it;
    whoever assigned may name another later (``appoint``). It says who is expected and takes nobody's turn
    away, because a colleague must be able to stand in without an act of a superior who is on leave.
    2026-11-21: archiving keeps the hashes of the case's papers and the newest link of its history, not
    copies: papers are never changed, and a later paper needs a later entry.
"""

from collections.abc import Callable, Mapping

from review.access import Refused
from review.case import standing
from review.office import Office
from review.people import Person
from review.procedure import END, Effect
from review.store import audit, books, cases, inbox, papers, people
from review.store.books import Direction, Entry
from review.store.outbox import Letter
from review.store.transaction import writing
from review.workflow.scene import Scene
from review.workflow.telling import tell_applicant

CLOSED = Refused("Permohonan ini sudah selesai; tidak ada petugas yang dapat ditunjuk lagi.")
UNKNOWN = Refused("Permohonan tidak ditemukan.")


def assign(scene: Scene) -> None:
    """Keep who is assigned to the next step, and tell them."""
    case, done = scene.advanced.case, scene.advanced.done
    if case.step == END:
        return
    able = [
        person.id
        for person in people.everyone(scene.connection, scene.now)
        if not isinstance(standing(case, person), Refused)
    ]
    alone = able[0] if len(able) == 1 else None
    place = (case.id, done.step, done.attempt)
    books.assign(scene.connection, place, (case.here().role, alone), done.actor(), scene.now)
    text = f"Anda ditugaskan pada langkah {case.step}: {case.here().activity} {done.note}".strip()
    for person in able:
        inbox.tell(scene.connection, Letter(case.id, text, scene.now), person)


def appoint(office: Office, by: Person, id: str, to: str) -> Person | Refused:
    """Name the person who is to do what a case's last assignment was about, by whoever made it."""
    now = office.clock()
    with writing(office.store) as connection:
        file = cases.load(connection, id, lock=True)
        if file is None:
            return UNKNOWN
        if file.case.step == END:
            return CLOSED
        made = books.assignments(connection, file.case.id)
        newest = max(made, key=lambda one: one.at, default=None)
        if newest is None or by.id != newest.assigner:
            return Refused("Petugas hanya dapat ditunjuk oleh pejabat yang memberi penugasan.")
        chosen = people.find(connection, to, now)
        if chosen is None or newest.role not in chosen.roles:
            title = file.case.procedure.title_of(newest.role)
            return Refused(f"Yang ditunjuk harus memegang peran {title}.")
        attempt = sum(done.step == newest.step and done.counts() for done in file.case.history)
        place = (file.case.id, newest.step, max(attempt, 1))
        books.assign(connection, place, (newest.role, chosen.id), by.id, now)
        text = f"Anda ditunjuk untuk menangani permohonan {file.number}."
        inbox.tell(connection, Letter(file.case.id, text, now), chosen.id)
        audit.record(connection, by.id, "petugas.tunjuk", f"case/{id}", now, newest.role.value)
    return chosen


def letter_in(scene: Scene) -> None:
    """Enter the applicant's letter into the agenda of letters received, and tell its number."""
    case = scene.advanced.case
    subject = _subject(scene) or case.procedure.identity.name
    entry = _entry(scene)
    number = books.enter_letter(scene.connection, entry, Direction.IN, subject, _from(scene))
    tell_applicant(
        scene, f"Surat permohonan Anda telah diterima dan diagendakan: nomor {number}/{entry.year}."
    )


def _subject(scene: Scene) -> str:
    """Give what the letter is about, where a form of the case says it."""
    case = scene.advanced.case
    for code in ("F07", "F01"):
        filled = papers.sheets(scene.connection, case.id, code)
        if filled is not None:
            return filled.one("perihal") or filled.one("keperluan")
    return ""


def _from(scene: Scene) -> str:
    file = cases.load(scene.connection, scene.advanced.case.id)
    return "" if file is None else f"{file.applicant_name}, {file.applicant_unit}"


def archive(scene: Scene) -> None:
    """Put the case's papers away as they are."""
    books.put_away(scene.connection, _entry(scene))


def _entry(scene: Scene) -> Entry:
    case, done = scene.advanced.case, scene.advanced.done
    return Entry(case.id, done.step, scene.person, scene.now, scene.office.today().year)


WORK: Mapping[Effect, Callable[[Scene], Refused | None]] = {
    Effect.ASSIGN: assign,
    Effect.LETTER_IN: letter_in,
    Effect.ARCHIVE: archive,
}
"""What each of these effects does."""
