"""An emergency is never forgotten: who is told each day until its minutes are done, and the doors' own log.

Decisions:
    2026-11-21: every day, holidays included, whoever may do the next step hears of each emergency whose
    minutes are not ratified, and so do Kabid and Kadis; it also stands on the first page of everybody in the
    office. The day it began its own messages have said it.
    2026-11-21: the minutes (F19) print what the doors wrote while the emergency lasted, in full up to
    ``ON_PAPER`` rows: what people write of it stands beside what happened.
"""

from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from card_registry.instant import DAY
from card_registry.words import CaseId
from review.access import Refused
from review.case import CaseState, standing
from review.documents.layout import Column, Grid
from review.indonesian import day_text
from review.office import Office
from review.projection import sentence
from review.store import cases, emergencies, inbox, occurrences, people, reminders
from review.store.cases import CaseFile
from review.store.occurrences import Question
from review.store.outbox import Letter
from review.store.transaction import reading, writing
from review.tables import case_file, emergency
from review.workflow.emergency_watch import TOLD
from review.workflow.prefilled import COMPANION

CHASED = "darurat.pengingat"
"""The setting that holds the day on which unfinished emergencies were last told of."""

ON_PAPER = 300
"""How many rows of the doors' log the minutes print."""

LOG = (
    Column("Tanggal", 3),
    Column("Jam", 2),
    Column("Pintu", 3),
    Column("Peristiwa", 7),
    Column("Pemegang", 4),
)


@dataclass(frozen=True, slots=True)
class Unfinished:
    """An emergency whose minutes are not ratified: its case, since when, at which step."""

    case: CaseId
    number: str
    begins: int
    step: str
    activity: str
    title: str

    def days(self, now: int) -> int:
        """Count the days since it began, the first as one."""
        return max(0, now - self.begins) // DAY + 1


def unfinished(connection: Connection) -> tuple[Unfinished, ...]:
    """Give the emergencies whose cases are not over, the oldest first."""
    return tuple(_told(file, begins) for file, begins in _open(connection))


def _open(connection: Connection) -> list[tuple[CaseFile, int]]:
    begins = func.min(emergency.c.begins).label("begins")
    query = (
        select(emergency.c.case, begins)
        .join(case_file, case_file.c.id == emergency.c.case)
        .where(case_file.c.state != CaseState.CLOSED.value)
        .group_by(emergency.c.case)
        .order_by(begins)
    )
    found = [(cases.load(connection, row.case), row.begins) for row in connection.execute(query).all()]
    return [(file, at) for file, at in found if file is not None]


def _told(file: CaseFile, begins: int) -> Unfinished:
    here = file.case.here()
    title = file.case.procedure.title_of(here.role)
    return Unfinished(file.case.id, file.number, begins, here.no, here.activity, title)


def chase(office: Office) -> int:
    """Tell once a day of every emergency that is not over; give how many there were to tell of."""
    now, today = office.clock(), office.today().isoformat()
    with reading(office.store) as connection:
        waiting = [file for file, begins in _open(connection) if now - begins >= DAY // 2]
        if not waiting or reminders.turned(connection, today, CHASED):
            return 0
    with writing(office.store) as connection:
        if not reminders.begin_turn(connection, today, CHASED):
            return 0
        everybody = people.everyone(connection, now)
        for file, begins in _open(connection):
            one = _told(file, begins)
            text = (
                f"Akses darurat {one.number} belum selesai dibukukan, hari ke-{one.days(now)}: langkah "
                f"{one.step} menunggu {one.title}. Berita acara (F19) wajib disahkan."
            )
            for person in everybody:
                able = not isinstance(standing(file.case, person), Refused)
                if able or person.roles & TOLD:
                    inbox.tell(connection, Letter(file.case.id, text, now), person.id)
    return len(waiting)


def log(connection: Connection, office: Office, case: CaseId) -> Grid | None:
    """Give what the doors wrote while an emergency lasted, in order; None where the case is about none."""
    doors = emergencies.of_case(connection, case)
    if not doors:
        return None
    found = [
        listed
        for one in doors
        for listed in occurrences.asked(
            connection, Question(door=one.door, since=one.begins - COMPANION, until=one.ends), ON_PAPER
        )
    ]
    found.sort(key=lambda listed: (listed.occurrence.at, listed.id))
    signs: dict[str, str] = {door.id: door.label for door in office.doors}
    rows = tuple(
        (
            day_text(listed.occurrence.day),
            listed.occurrence.local.replace(":", "."),
            signs.get(listed.occurrence.facts.door or "", listed.occurrence.facts.door or ""),
            sentence(listed.occurrence.kind, listed.occurrence.facts),
            listed.holder_name or "–",
        )
        for listed in found[:ON_PAPER]
    )
    return Grid(LOG, rows, "Catatan pintu selama keadaan darurat")
