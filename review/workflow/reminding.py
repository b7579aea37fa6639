"""The daily turn: once on every working day, in office hours, what is late is said to whom it concerns.

Turn, reminders and messages are one transaction: a kill at any moment says nothing twice, forgets nothing.
"""

from sqlalchemy import Connection

from review.notices.due import Hearers, Mark, hearers, step_mark
from review.office import Office
from review.people import Person
from review.store import books, cases, free_days, inbox, people, reminders
from review.store.cases import CaseFile
from review.store.outbox import Letter
from review.store.transaction import reading, writing
from review.workdays import Calendar, Duration
from review.workflow.campaign_reminding import remind_units

MOST_CASES = 10_000
NOW = Duration(0, "menit")


def calendar_of(office: Office, connection: Connection | None = None) -> Calendar:
    """Give the office's working time: the site's zone, the profile's hours, free days and their edits.

    Inside a transaction its ``connection`` is to be given, so that no second one is needed.
    """
    if connection is not None:
        return free_days.calendar(connection, office.zone())
    with reading(office.store) as opened:
        return free_days.calendar(opened, office.zone())


def remind(office: Office) -> int:
    """Take the day's turn if it is due, and give how many cases were reminded of."""
    now, today = office.clock(), office.today().isoformat()
    with reading(office.store) as connection:
        if reminders.turned(connection, today):
            return 0
    calendar = calendar_of(office)
    if calendar.due(now, NOW) != now:
        return 0
    with writing(office.store) as connection:
        if not reminders.begin_turn(connection, today):
            return 0
        everybody = people.everyone(connection, now)
        files = cases.running(connection, MOST_CASES)
        return sum(
            _case(connection, file, calendar, everybody, now)
            or remind_units(connection, file, calendar, everybody, (office.today(), now))
            for file in files
        )


def _case(
    connection: Connection, file: CaseFile, calendar: Calendar, everybody: tuple[Person, ...], now: int
) -> int:
    """Say what is due about one case; 0 when nothing is."""
    case = file.case
    place = (case.id, case.step, case.attempt)
    mark = step_mark(case, calendar, now, reminders.said(connection, place))
    if mark is None:
        return 0
    reminders.keep(connection, place, mark, now)
    made = books.assignments(connection, case.id)
    assigned = next((one.person for one in made if one.role is case.here().role), None)
    heard = hearers(case, mark, everybody, assigned)
    for person in heard.actors:
        inbox.tell(connection, Letter(case.id, to_actor(file, mark), now), person.id)
    for person in heard.above:
        inbox.tell(connection, Letter(case.id, to_superior(file, heard), now), person.id)
    return 1


def to_actor(file: CaseFile, mark: Mark) -> str:
    """Write a reminder to whoever may do the step."""
    step = file.case.here()
    stands = "terlambat" if mark is Mark.OVERDUE else "melewati waktu standar"
    return (
        f"Pengingat: langkah {step.no} permohonan {file.number} menunggu Anda dan sudah {stands} "
        f"({step.duration}). {step.activity}"
    )


def to_superior(file: CaseFile, heard: Hearers) -> str:
    """Write an escalation to whoever stands above them."""
    step = file.case.here()
    title = file.case.procedure.title_of(step.role)
    if not heard.actors:
        return (
            f"Langkah {step.no} permohonan {file.number} tidak dapat dikerjakan siapa pun: belum ada {title} "
            "yang berwenang dan bebas dari pemisahan tugas. Tunjuk pelaksana atau Plh."
        )
    return (
        f"Eskalasi: langkah {step.no} permohonan {file.number} terlambat dari waktu standar "
        f"({step.duration}). Pelaksana: {title}."
    )
