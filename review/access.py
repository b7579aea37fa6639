"""Who may see and do what outside a case's own steps: one table of permissions by role.

Within a case the SOP table rules (``case.choices``). A refusal is a value with the sentence the person reads.

Pure.
"""

from dataclasses import dataclass
from enum import StrEnum

from card_registry.words import PersonId
from review.people import TITLES, Person, Role


class Permission(StrEnum):
    """What a page or an act asks for, in the words a refusal prints."""

    APPLY = "mengajukan permohonan"
    READ_OWN = "membaca permohonan sendiri"
    READ_CASES = "membaca permohonan orang lain"
    ATTACH = "melampirkan berkas"
    ISSUE = "menerbitkan dokumen"
    READ_CARDS = "membaca daftar akses"
    REVOKE_CARD = "mencabut kartu"
    READ_DOORS = "memantau pintu"
    LOCK_DOOR = "mengunci pintu atau memblokir PIN"
    ORDER_DOOR = "memerintahkan pintu membuka atau melonggarkan"
    READ_VISITS = "membaca buku kunjungan"
    READ_INVENTORY = "membaca inventaris"
    CHANGE_INVENTORY = "mengubah inventaris"
    READ_AUDIT = "membaca jejak audit"
    SIGN = "menandatangani persetujuan"
    DELEGATE = "menunjuk Plh., Plt., atau a.n."
    CHANGE_CALENDAR = "mengubah hari libur"
    CUT_PROGRAM = "mencabut token orang lain"
    OPEN_REVIEW = "membuka review di luar triwulan"
    RECORD_LEAVER = "mencatat mutasi, pensiun, dan pemberhentian"
    COUNT_CARDS = "mencatat persediaan kartu"
    PACK_REVIEW = "menerbitkan berkas bukti review"
    TUNE_SIGNS = "mengubah ambang tanda yang tidak biasa"
    READ_RETENTION = "membaca aturan penyimpanan data"
    PURGE = "mengatur penyimpanan dan penghapusan data"
    HOLD_DATA = "menahan data dari penghapusan"
    READ_PERSON = "membuka data pribadi seseorang"
    CORRECT_PERSON = "memperbaiki data pribadi seseorang"
    EXPORT = "membawa data keluar dari konsol"
    TUNE_REVIEW = "mengubah ambang review"


@dataclass(frozen=True, slots=True)
class Allowed:
    """The person may."""


@dataclass(frozen=True, slots=True)
class Refused:
    """The person may not; ``why`` is the Indonesian sentence that says why and who may."""

    why: str


_OFFICE = frozenset(Role) - {Role.PEMOHON, Role.SISTEM}

ROLES = {
    Permission.APPLY: frozenset(Role) - {Role.AUDITOR, Role.SISTEM},
    Permission.READ_OWN: frozenset(Role) - {Role.SISTEM},
    Permission.READ_CASES: _OFFICE,
    Permission.ATTACH: frozenset(Role) - {Role.AUDITOR, Role.SISTEM},
    Permission.ISSUE: frozenset(Role) - {Role.AUDITOR, Role.SISTEM},
    Permission.READ_CARDS: _OFFICE,
    Permission.REVOKE_CARD: frozenset({Role.OPERATOR, Role.ADMIN}),
    Permission.READ_DOORS: _OFFICE,
    Permission.LOCK_DOOR: frozenset({Role.OPERATOR, Role.ADMIN, Role.KABID, Role.KADIS}),
    Permission.ORDER_DOOR: frozenset({Role.KABID, Role.KADIS}),
    Permission.READ_VISITS: _OFFICE,
    Permission.READ_INVENTORY: _OFFICE,
    Permission.CHANGE_INVENTORY: frozenset({Role.FUNGSIONAL, Role.BMN, Role.ADMIN}),
    Permission.READ_AUDIT: frozenset({Role.AUDITOR, Role.ADMIN}),
    Permission.SIGN: frozenset({Role.KABID, Role.KADIS}),
    Permission.DELEGATE: _OFFICE - {Role.AUDITOR},
    Permission.CHANGE_CALENDAR: frozenset({Role.ADMIN}),
    Permission.CUT_PROGRAM: frozenset({Role.ADMIN}),
    Permission.OPEN_REVIEW: frozenset({Role.ADMIN, Role.KABID, Role.KADIS}),
    Permission.RECORD_LEAVER: frozenset({Role.ADMIN, Role.TU}),
    Permission.COUNT_CARDS: frozenset({Role.OPERATOR, Role.BMN}),
    Permission.PACK_REVIEW: frozenset({Role.OPERATOR, Role.ADMIN, Role.KABID, Role.KADIS}),
    Permission.TUNE_SIGNS: frozenset({Role.ADMIN}),
    Permission.READ_RETENTION: frozenset({Role.AUDITOR, Role.ADMIN, Role.KABID, Role.KADIS}),
    Permission.PURGE: frozenset({Role.ADMIN}),
    Permission.HOLD_DATA: frozenset({Role.ADMIN, Role.KABID, Role.KADIS}),
    Permission.READ_PERSON: frozenset({Role.ADMIN, Role.AUDITOR}),
    Permission.CORRECT_PERSON: frozenset({Role.ADMIN}),
    Permission.EXPORT: frozenset({Role.AUDITOR, Role.ADMIN, Role.KABID, Role.KADIS}),
    Permission.TUNE_REVIEW: frozenset({Role.ADMIN}),
}
"""Which roles hold each permission. Any person of the office may apply; an auditor changes nothing."""


def may(person: Person, permission: Permission, subject: PersonId | None = None) -> Allowed | Refused:
    """Decide whether a person holds a permission; ``subject`` is whose case it is, where that matters."""
    if permission is Permission.READ_CASES and subject == person.id:
        permission = Permission.READ_OWN
    if person.roles & ROLES[permission]:
        return Allowed()
    holders = ", ".join(TITLES[role] for role in Role if role in ROLES[permission])
    held = person.title() or "tanpa peran"
    return Refused(
        f"Sebagai {held}, Anda tidak berwenang {permission.value}. Yang berwenang: {holders}.",
    )
