"""Watching visits from what the doors report: who came in, and who is still inside after the window.

Overstay is told once, to every operator and to the escort; the visit stays listed until it is left.
"""

from dataclasses import replace

from sqlalchemy import Connection

from card_registry.journal.event import EventKind
from review.indonesian import local_text
from review.office import Office
from review.people import Role
from review.store import cases, inbox, occurrences, people, visits
from review.store.occurrences import Question
from review.store.outbox import Letter
from review.store.transaction import reading, writing
from review.visits import Visit, VisitState, overstayed, turned
from review.visits.reading import local


def look(office: Office) -> int:
    """Note who came in and tell who overstays; give the number of visits that changed."""
    with reading(office.store) as connection:
        waiting = [one.id for one in _changed(connection, office)]
    if not waiting:
        return 0
    with writing(office.store) as connection:
        changed = _changed(connection, office)
        for visit in changed:
            visits.save(connection, visit)
            if visit.alarmed == office.clock():
                _tell(connection, office, visit)
    return len(changed)


def _changed(connection: Connection, office: Office) -> list[Visit]:
    """Give the visits as they are now, where that differs from what is kept."""
    now = office.clock()
    found = {visit.id: visit for visit in _entered(connection)}
    for visit in visits.inside(connection):
        if visit.alarmed is None and overstayed(visit, now) is not None:
            found[visit.id] = replace(found.get(visit.id, visit), alarmed=now)
    return list(found.values())


def _entered(connection: Connection) -> list[Visit]:
    found = []
    for visit in visits.expected(connection):
        rows = occurrences.asked(connection, Question(case=visit.case))
        taps = [
            row.occurrence.at
            for row in rows
            if row.occurrence.kind == EventKind.TAPPED and row.occurrence.facts.granted
        ]
        if taps:
            found.append(replace(turned(visit, VisitState.INSIDE), entered=min(taps)))
    return found


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
