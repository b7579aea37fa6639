"""An emergency entry on record: its case, doors and people; whoever judges it is told at once.

The entry itself is no effect of ours: the doors let two holders of sealed emergency cards in by their own
rule. What is recorded here explains the door's events and demands the minutes: the next step cannot be
answered without them. An emergency whose case the doors' own events began (``emergency_watch``) is recorded
in that case, and its record must tell of every entry that the doors wrote.
"""

from collections.abc import Iterable

from review.access import Refused
from review.emergency import SLACK, WINDOW, EmergencyRecord, record_of
from review.indonesian import moment_text
from review.people import Role
from review.store import cases, emergencies, inbox, papers, people
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
    entered = emergencies.of_case(scene.connection, case.id)
    refused = _untold(scene, found, entered) if entered else _elsewhere(scene, found)
    if refused is not None:
        return refused
    ends = found.begins + WINDOW
    doors = (Emergency(case.id, door, found.begins, ends) for door in found.doors)
    emergencies.put(scene.connection, case.id, doors)
    where = ", ".join(_label(scene, door) for door in found.doors)
    letter = Letter(case.id, f"Akses darurat dicatat: {where}, {len(found.people)} orang.", scene.now)
    for person in people.everyone(scene.connection, scene.now):
        if person.roles & TOLD:
            inbox.tell(scene.connection, letter, person.id)
    return None


def _label(scene: Scene, door: str) -> str:
    return next((sign.label for sign in scene.office.doors if sign.id == door), door)


def _untold(scene: Scene, found: EmergencyRecord, entered: Iterable[Emergency]) -> Refused | None:
    """Refuse a record that leaves out an entry which the doors wrote of."""
    for one in entered:
        inside = found.begins <= one.begins < found.begins + WINDOW
        if one.door not in found.doors or not inside:
            when = moment_text(one.begins, scene.office.zone())
            return Refused(
                f"Catatan harus memuat pintu {_label(scene, one.door)}, yang dibuka pada {when}: mulai "
                f"paling lambat saat itu, dan paling lama {WINDOW // 3_600_000} jam sebelumnya."
            )
    return None


def _elsewhere(scene: Scene, found: EmergencyRecord) -> Refused | None:
    """Refuse a second case for an emergency whose own case still waits for its record."""
    for one in emergencies.unrecorded(scene.connection, found.begins, found.begins + WINDOW):
        file = cases.load(scene.connection, one.case)
        if file is not None and one.door in found.doors:
            return Refused(f"Keadaan darurat ini sudah dibukakan permohonan {file.number}. Catat di sana.")
    return None
