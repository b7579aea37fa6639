"""Immediate suspension: a named operator suspends a holder at once, with a reason; the approval comes after.

It is the ordinary removal (P2) begun as urgent and its second step done in one act, so that nothing about it
is lost: form F04, the operator's name, Kadis' disposition, Kabid's verification; a rejection gives the right
back by a grant that Kabid signs.
"""

from card_registry.words import CaseId, HolderId
from review.access import Permission, Refused, may
from review.case import Answer
from review.form import Faulty
from review.office import Office
from review.people import Person, Role
from review.procedure import DONE, Effect
from review.store import cases
from review.store.transaction import reading
from review.workflow.access_owner import REMOVAL
from review.workflow.answering import answer
from review.workflow.opening import Beginning, open_case

REASONS = {
    "pelanggaran": "Pelanggaran",
    "mutasi": "Mutasi",
    "pensiun": "Pensiun",
    "berhenti": "Berhenti",
    "selesai-tugas": "Selesai tugas",
    "permintaan-sendiri": "Permintaan sendiri",
}
"""Why somebody may be suspended at once, of the reasons that form F04 knows."""

LONGEST = 450
"""The longest explanation, in characters."""


def suspend_now(office: Office, person: Person, holder: HolderId, reason: str, why: str) -> CaseId | Refused:
    """Open the case and suspend the holder's rights; give the case, which waits for the doors then."""
    allowed = may(person, Permission.REVOKE_CARD)
    if isinstance(allowed, Refused):
        return allowed
    if Role.OPERATOR not in person.roles:
        return Refused("Pembekuan segera dikerjakan oleh Operator Ruang Server.")
    if reason not in REASONS or not why.strip() or len(why.strip()) > LONGEST:
        return Refused(f"Pilih alasan dan jelaskan, paling panjang {LONGEST} karakter.")
    if REMOVAL not in office.procedures:
        return Refused("Prosedur penghapusan akses tidak berlaku pada kantor ini.")
    busy = _under_way(office, holder)
    if busy:
        return Refused(f"Penghapusan hak pemegang ini sedang berjalan pada permohonan {busy}.")
    form = _form(office, person, holder, (reason, why.strip()))
    opened = open_case(office, person, Beginning(REMOVAL, form, "mendesak"))
    if isinstance(opened, Faulty):
        return Refused("; ".join(opened.faults.values()))
    if isinstance(opened, Refused):
        return opened
    return _suspend(office, person, opened)


def _under_way(office: Office, holder: HolderId) -> str:
    """Give the number of the removal about a holder that is not over; empty where there is none."""
    with reading(office.store) as connection:
        about = cases.about(connection, holder)
    taking = (one.number for one in about if one.case.procedure.id == REMOVAL and one.case.ending is None)
    return next(taking, "")


def _form(
    office: Office, person: Person, holder: HolderId, said: tuple[str, str]
) -> dict[str, tuple[str, ...]]:
    reason, why = said
    return {
        "pengaju.nama": (person.name,),
        "pengaju.unit": (person.unit,),
        "hubungan": ("operator",),
        "pemegang": (holder,),
        "alasan": (reason,),
        "sifat": ("mendesak",),
        "tgl_efektif": (office.today().isoformat(),),
        "keadaan_kartu": ("belum",),
        "keterangan": (f"Dibekukan segera oleh {person.name}: {why}",),
    }


def _suspend(office: Office, person: Person, id: CaseId) -> CaseId | Refused:
    """Do the step that suspends, in the name of the same operator."""
    with reading(office.store) as connection:
        file = cases.load(connection, id)
    if file is None or Effect.SUSPEND_ACCESS not in file.case.here().effects:
        return id
    done = answer(office, person, id, Answer(file.case.step, file.case.attempt, DONE))
    if isinstance(done, Refused):
        return Refused(f"Permohonan {file.number} dibuka, tetapi belum dibekukan: {done.why}")
    return id
