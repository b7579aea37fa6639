"""An emergency entry on record: its case, doors and people; whoever judges it is told at once.

The entry itself is no effect of ours: the doors let two holders of sealed emergency cards in by their own
rule. What is recorded here explains the door's events and demands the minutes: the next step cannot be
answered without them.
"""

from review.access import Refused
from review.emergency import SLACK, WINDOW, record_of
from review.people import Role
from review.store import emergencies, inbox, papers, people
from review.store.emergencies import Emergency
from review.store.outbox import Letter
from review.workflow.scene import Scene

TOLD = frozenset({Role.KABID, Role.KADIS})


def record(scene: Scene) -> Refused | None:
    """Enter the doors of an emergency for the time it covers, and tell who judges and ratifies it."""
    case, filled = scene.advanced.case, papers.sheets(scene.connection, scene.advanced.case.id, "F19")
    found = None if filled is None else record_of(filled, scene.office.zone())
    if found is None:
        return Refused("Catatan darurat (F19 bagian A) harus diisi: waktu, pintu, dan orang yang masuk.")
    if found.begins > scene.now + SLACK:
        return Refused("Waktu keadaan darurat belum terjadi. Periksa tanggal dan jam pada formulir.")
    for door in found.doors:
        window = Emergency(case.id, door, found.begins, found.begins + WINDOW)
        emergencies.add(scene.connection, window)
    labels = {sign.id: sign.label for sign in scene.office.doors}
    where = ", ".join(labels.get(door, door) for door in found.doors)
    letter = Letter(case.id, f"Akses darurat dicatat: {where}, {len(found.people)} orang.", scene.now)
    for person in people.everyone(scene.connection, scene.now):
        if person.roles & TOLD:
            inbox.tell(scene.connection, letter, person.id)
    return None
