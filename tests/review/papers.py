"""Forms filled without fault, and a pen that walks a case past steps whose other effects are not at issue."""

import threading
from collections.abc import Mapping
from dataclasses import replace

from card_registry.words import CaseId, PersonId
from review.access import Refused
from review.case import Answer, Case, Done, advance, begin
from review.form import Filled
from review.people import Capacity, Person, Role
from review.store import cases, letterheads, papers, people
from review.store.papers import Filing
from review.store.people import NewPerson
from review.store.transaction import reading, writing
from review.workflow import documents
from review.workflow.scene import Scene
from tests.review.world import World

CASE = CaseId("c" * 32)

LETTER = {
    "sifat": "Segera",
    "hal": "Persetujuan Penitipan Server",
    "kepada": "Kepala Dinas Kesehatan",
    "hasil": "diterima",
    "isi": "Permohonan Saudara dapat diterima.\n\nServer ditempatkan pada Rak 02.",
    "ip": "192.0.2.10",
    "port": "22",
    "tembusan": "- Bupati\n- Inspektorat",
}

HANDOVER = {
    "arah": "penitipan",
    "tanggal": "2026-11-20",
    "tempat": "Ruang Server",
    "pihak_pertama.nama": "Pengantar Contoh",
    "pihak_pertama.nip": "198501012010012001",
    "pihak_pertama.jabatan": "Kepala Subbagian",
    "pihak_pertama.unit": "Dinas Kesehatan",
    "pihak_kedua.nama": "Penerima Contoh",
    "pihak_kedua.unit": "Diskominfo",
    "barang.0.nama": "Server rak",
    "barang.0.nomor_seri": "SN-1",
    "barang.0.jumlah": "1",
    "barang.0.kondisi": "baik",
    "barang.1.nama": "Rel rak",
    "barang.1.jumlah": "12",
    "barang.1.satuan": "buah",
    "barang.1.kondisi": "rusak-ringan",
    "lokasi": "Rak 02, U 10",
}


def filled(values: Mapping[str, str]) -> Filled:
    """Give a form as it is kept."""
    return Filled({name: (text,) for name, text in values.items()})


def staff(world: World, *roles: Role) -> None:
    """Enter one person for each role, with the role's name as login."""
    with writing(world.office.store) as connection:
        for role in roles:
            new = NewPerson(role.value, f"Pejabat {role.value}", "Diskominfo", role, "", None)
            people.add(connection, PersonId(world.office.token()), new, world.clock())


def delegated(person: Person, role: Role, capacity: Capacity) -> Person:
    """Give a person who holds one role more, for somebody else."""
    return replace(person, roles=person.roles | {role}, capacities={role: capacity})


def case_at(world: World, procedure: str, step: str, id: CaseId = CASE) -> CaseId:
    """Enter a case that stands at a step."""
    with writing(world.office.store) as connection:
        table, asker = world.office.procedures[procedure], world.person("pemohon").id
        first = table.step(table.start)
        asked = Done(first.no, 1, asker, first.role, first.branches[0].label, "", world.clock())
        case = replace(begin(id, table, world.clock()), step=step, history=(asked,))
        cases.add(connection, case, f"UJI-{id[:4]}", None, asker)
    return id


def fill(world: World, key: str, values: Mapping[str, str], case: CaseId = CASE) -> None:
    """File a part of a form."""
    with writing(world.office.store) as connection:
        filing = Filing(world.office.token(), case, key, world.person("pemohon").id, world.clock())
        papers.file(connection, filing, filled(values))


def answer(
    world: World, person: Person, label: str = "selesai", note: str = "", case: CaseId = CASE
) -> Case | Refused:
    """Answer a case's step and carry out what its documents are about, or nothing at all."""
    world.clock.now += 1000
    with writing(world.office.store) as connection:
        file = cases.load(connection, case, lock=True)
        assert file is not None
        verdict = Answer(file.case.step, file.case.attempt, label, note)
        moved = advance(file.case, verdict, person, world.clock())
        assert not isinstance(moved, Refused), moved
        cases.save(connection, file.case, moved.case)
        scene = Scene(connection, world.office, moved, person.id, None, world.clock())
        for effect in moved.effects:
            refused = documents.WORK[effect](scene) if effect in documents.WORK else None
            if refused is not None:
                connection.rollback()
                return refused
    return moved.case


def stands(world: World, case: CaseId = CASE) -> str:
    """Give the step at which a case stands."""
    with reading(world.office.store) as connection:
        file = cases.load(connection, case)
    assert file is not None
    return file.case.step


def raced_numbers(world: World, writers: int = 8) -> list[str]:
    """Let one writer take a number and fail, and then others take numbers at once."""
    found: list[str] = []

    def take() -> None:
        with writing(world.office.store) as connection:
            found.append(letterheads.take_number(connection, "F05", world.office.today()))

    with world.office.store.connect() as connection:
        letterheads.take_number(connection, "F05", world.office.today())
        connection.rollback()
    threads = [threading.Thread(target=take) for _ in range(writers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(found)
