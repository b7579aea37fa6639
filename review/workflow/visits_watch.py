"""Watching visits from what the doors report: who came in, and who is still inside after the window.

Overstay is told once, to every operator and to the escort; the visit stays listed until it is left.
"""

from sqlalchemy import Connection

from card_registry.journal.event import EventKind
from review.indonesian import local_text
from review.office import Office
from review.people import Role
from review.projection import Occurrence
from review.store import cases, inbox, occurrences, people, visits
from review.store.occurrences import Question
from review.store.outbox import Letter
from review.store.transaction import reading, writing
from review.visits import Visit, overstayed
from review.visits.reading import local


def look(office: Office) -> int:
    """Note who came in and tell who overstays; give the number of things that changed."""
    now = office.clock()
    with reading(office.store) as connection:
        came, late = _came(connection), _late(connection, now)
    if not came and not late:
        return 0
    with writing(office.store) as connection:
        changed = sum(visits.note_entry(connection, id, at) for id, at in came.items())
        for visit in late:
            told = visits.note_alarm(connection, visit.id, now)
            if told:
                _tell(connection, office, visit)
            changed += told
    return changed


def _late(connection: Connection, now: int) -> list[Visit]:
    """Give the visits whose guests are inside after the window, and of whom nobody was told."""
    found = visits.inside(connection)
    return [one for one in found if one.alarmed is None and overstayed(one, now) is not None]


def _came(connection: Connection) -> dict[str, int]:
    """Give when the guests of each visit first came in by their card, where that is not noted yet."""
    found: dict[str, int] = {}
    for visit in visits.expected(connection):
        rows = occurrences.asked(connection, Question(case=visit.case))
        taps = [one.at for one in (row.occurrence for row in rows) if _entered(one)]
        if taps:
            found[visit.id] = min(taps)
    return found


def _entered(told: Occurrence) -> bool:
    return told.kind == EventKind.TAPPED and told.facts.granted is True


def _tell(connection: Connection, office: Office, visit: Visit) -> None:
    file = None if visit.case is None else cases.load(connection, visit.case)
    if file is None or visit.plan.window is None:
        return
    ends = local_text(local(visit.plan.window.ends, office.zone()))
    text = f"Tamu kunjungan {file.number} masih tercatat di dalam ruang server sesudah batas waktu {ends}."
    letter = Letter(file.case.id, text, office.clock())
    told = [one.id for one in people.everyone(connection, office.clock()) if Role.OPERATOR in one.roles]
    for person in dict.fromkeys((*told, *((visit.plan.escort,) if visit.plan.escort else ()))):
        inbox.tell(connection, letter, person)
