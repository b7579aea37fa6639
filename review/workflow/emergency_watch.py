"""An entry by an emergency card, or through a lockdown, opens its case by itself (P9): paper comes after.

The case stands at its first step, where whoever is on duty writes the record (F19), filled with what the door
wrote. Until then what the door saw is kept with the case, so that further entries of the same emergency, at
this door or another, belong to it. Cases, doors and how far was looked are one transaction.

Decisions:
    2026-11-21: an entry older than a week when it arrives (a door that was long offline) opens no case: it is
    listed as unexplained, and the monthly check of the log (P10) asks about it.
    2026-11-21: in an office without such a procedure in force no case opens; its entries stay unexplained.
"""

from sqlalchemy import Connection

from card_registry.words import DoorId, TimeQuality
from review.emergency import WINDOW
from review.office import Office
from review.people import Role
from review.procedure import Effect, Procedure
from review.store import emergencies, inbox, people
from review.store.emergencies import Emergency
from review.store.occurrences import Listed, Question
from review.store.outbox import Letter
from review.store.transaction import reading, writing
from review.workflow.beginning import begin_alone

OLD = 7 * 86_400_000
"""After how many milliseconds an entry that nobody knew of is left to the monthly check."""

FEW = 500
"""How many occurrences may pass before it is noted that they were looked at."""

TOLD = frozenset({Role.KABID, Role.KADIS})


def look(office: Office) -> int:
    """Open the cases of emergencies that the doors wrote of since the last look, and give how many."""
    table = _table(office)
    if table is None:
        return 0
    with reading(office.store) as connection:
        seen, newest = emergencies.seen(connection), emergencies.newest(connection)
        found = emergencies.entries(connection, Question(), seen)
    if not found and newest - seen < FEW:
        return 0
    with writing(office.store) as connection:
        seen, newest = emergencies.seen(connection, lock=True), emergencies.newest(connection)
        found = emergencies.entries(connection, Question(), seen)
        begun = sum(_take(connection, office, table, one) for one in found)
        emergencies.see(connection, newest)
    return begun


def _table(office: Office) -> Procedure | None:
    """Give the procedure whose first step records an emergency; None where none is in force."""
    tables = office.procedures.values()
    return next((one for one in tables if Effect.EMERGENCY_ACCESS in one.step(one.start).effects), None)


def _take(connection: Connection, office: Office, table: Procedure, listed: Listed) -> int:
    """Bring an entry to the case it belongs to; 1 where that is a new one."""
    told = listed.occurrence
    if told.facts.door is None or _old(office, listed):
        return 0
    door = DoorId(told.facts.door)
    if emergencies.covering(connection, door, told.at) is not None:
        return 0
    waiting = emergencies.unrecorded(connection, told.at, told.at + WINDOW)
    if waiting:
        emergencies.widen(connection, Emergency(waiting[0].case, door, told.at, waiting[0].ends))
        return 0
    sign = next((sign.label for sign in office.doors if sign.id == door), door)
    words = f"dimulai karena pintu {sign} dibuka dalam keadaan darurat."
    case = begin_alone(connection, office, table, (door, words))
    emergencies.add(connection, Emergency(case.id, door, told.at, told.at + WINDOW))
    letter = Letter(
        case.id, f"Akses darurat pada pintu {sign} menunggu catatan dan berita acara.", office.clock()
    )
    for person in people.everyone(connection, office.clock()):
        if person.roles & TOLD:
            inbox.tell(connection, letter, person.id)
    return 1


def _old(office: Office, listed: Listed) -> bool:
    """Say whether an entry happened long ago, by a clock that can be believed."""
    told = listed.occurrence
    return told.quality == TimeQuality.SYNC.value and told.at < office.clock() - OLD
