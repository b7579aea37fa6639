"""Access follows the asset: when a server leaves, the rights given because of it are proposed to go.

A right is proposed when its request (F01) named devices and the latest handover of each took it away. The
proposal is a P2 case begun by this one, in the name of whoever answered; Kabid decides it like any other.
"""

from itertools import groupby

from card_registry.words import CaseId, HolderId
from review import asset
from review.access import Refused
from review.case import Advanced, Answer, CaseState, advance, begin
from review.form import Filled
from review.people import Person
from review.procedure import Procedure
from review.store import audit, cases, grants, papers, people
from review.store.grants import OfficeGrant
from review.store.numbers import case_number
from review.store.papers import Filing
from review.workflow.scene import Scene

REMOVAL = "P2"
"""The procedure that takes a right away."""


def propose(scene: Scene) -> Refused | None:
    """Open a removal for each holder of rights that no device in the room explains any more."""
    person = people.find(scene.connection, scene.person, scene.now)
    if person is None:
        return Refused("Akun Anda tidak aktif lagi.")
    for holder, orphaned in groupby(_orphaned(scene), key=lambda one: one.terms.holder):
        if not _is_proposed(scene, holder):
            refused = _begin(scene, person, tuple(orphaned))
            if refused is not None:
                return refused
    return None


def _orphaned(scene: Scene) -> list[OfficeGrant]:
    """Give the active grants whose devices are all gone, holder by holder."""
    away = asset.gone(papers.forms_of_all(scene.connection, "F05"))
    rights = {str(one.terms.id): one for one in grants.all_active(scene.connection, scene.now)}
    devices = {id: _devices(scene, one.case) for id, one in rights.items()}
    found = [rights[id] for id in asset.orphaned(devices, away)]
    return sorted(found, key=lambda one: (one.terms.holder, one.terms.id))


def _devices(scene: Scene, case: CaseId) -> frozenset[str]:
    filled = papers.sheets(scene.connection, case, "F01")
    return frozenset() if filled is None else asset.serials(filled, "perangkat")


def _is_proposed(scene: Scene, holder: HolderId) -> bool:
    """Say whether a removal about this holder is under way."""
    return any(
        file.case.procedure.id == REMOVAL and file.case.state is not CaseState.CLOSED
        for file in cases.about(scene.connection, holder)
    )


def _begin(scene: Scene, person: Person, orphaned: tuple[OfficeGrant, ...]) -> Refused | None:
    parent, table = scene.advanced.case.id, scene.office.procedure(REMOVAL)
    blank = begin(CaseId(scene.office.token()), table, scene.now, (parent, scene.advanced.done.step))
    opened = advance(blank, Answer(blank.step, 1, "biasa"), person, scene.now, filled=("F04",))
    if isinstance(opened, Refused):
        return opened
    _enter(scene, opened, table, orphaned)
    return None


def _enter(scene: Scene, opened: Advanced, table: Procedure, orphaned: tuple[OfficeGrant, ...]) -> None:
    case, connection = opened.case, scene.connection
    number = case_number(connection, table, scene.office.today())
    cases.add(connection, case, number, orphaned[0].terms.holder, scene.person)
    filing = Filing(scene.office.token(), case.id, "F04.A", scene.person, scene.now)
    papers.file(connection, filing, _form(scene, opened, orphaned))
    audit.record(connection, scene.person, "permohonan.buka", f"case/{case.id}", scene.now, table.id)
    names = f"{orphaned[0].holder_name} – {orphaned[0].holder_unit}"
    text = f"Hak akses {names} diusulkan dihapus karena perangkatnya telah keluar: permohonan {number}."
    papers.notify(connection, scene.person, case.id, text, scene.now)


def _form(scene: Scene, opened: Advanced, orphaned: tuple[OfficeGrant, ...]) -> Filled:
    """Fill F04 as the program knows it."""
    person = people.find(scene.connection, opened.done.actor(), scene.now)
    return Filled(
        {
            "pengaju.nama": (person.name if person else "",),
            "pengaju.unit": (person.unit if person else "",),
            "hubungan": ("sistem",),
            "pemegang": (orphaned[0].terms.holder,),
            "izin": tuple(one.terms.id for one in orphaned),
            "alasan": ("aset-dikembalikan",),
            "sifat": ("biasa",),
            "tgl_efektif": (scene.office.today().isoformat(),),
            "keadaan_kartu": ("belum",),
        }
    )
