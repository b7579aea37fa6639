"""A server room to test in, and the forms of a server that comes and goes."""

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

from review.access import Refused
from review.case import Advanced, Answer
from review.form import Faulty
from review.inventory import Rack, Stock
from review.people import Capacity, Role
from review.procedure import Effect, Procedure
from review.store import cases, inventory, people
from review.store.cases import CaseFile
from review.store.transaction import reading, writing
from review.workflow.answering import Act, act
from review.workflow.inventory import WORK
from review.workflow.opening import Beginning, open_case
from tests.review.world import World

OURS = {*WORK, Effect.OPEN_CASE, Effect.QUEUE_CASE, Effect.CLOSE_CASE}
YEAR = 365 * 86_400_000
DEPUTIES = (("operator", Role.FUNGSIONAL), ("operator", Role.JFU), ("kabid", Role.KASI))
"""Who does the steps of roles that the test office has nobody for."""
ROOM = Stock(
    (Rack("a", "Ruang Server", "Rak A", 4, 1_000, 4),),
    ("203.0.113.2", "203.0.113.3", "203.0.113.4"),
    ("sw1/1", "sw1/2", "sw1/10"),
    100,
)
"""Room for two of the servers that F07 asks for."""

F07 = {
    "nomor": ["005/1/2026"],
    "tanggal": ["2026-11-20"],
    "perihal": ["Permohonan penitipan server"],
    "penanda_tangan.nama": ["Pejabat Contoh"],
    "penanda_tangan.unit": ["Dinas Contoh"],
    "instansi": ["Dinas Contoh"],
    "jenis": ["web-instansi"],
    "layanan": ["Situs Dinas"],
    "domain": ["dinas.contoh.go.id"],
    "contact_person.nama": ["Narahubung Contoh"],
    "contact_person.unit": ["Dinas Contoh"],
    "merk": ["Contoh R1"],
    "nomor_seri": ["SN-1"],
    "bentuk": ["rack"],
    "tinggi_u": ["2"],
    "daya_w": ["300"],
    "psu": ["2"],
    "ip_publik": ["1"],
    "bandwidth_mbps": ["20"],
    "kabel": ["1"],
    "lama": ["1-tahun"],
}
F05 = {
    "arah": ["penitipan"],
    "tanggal": ["2026-11-20"],
    "tempat": ["Ruang Server"],
    "pihak_pertama.nama": ["Pihak Satu"],
    "pihak_pertama.unit": ["Dinas Contoh"],
    "pihak_kedua.nama": ["Pihak Dua"],
    "pihak_kedua.unit": ["Diskominfo"],
    "barang.0.nama": ["Server"],
    "barang.0.nomor_seri": ["sn-1"],
    "barang.0.jumlah": ["1"],
    "barang.0.kondisi": ["baik"],
}


def furnished(world: World, stock: Stock = ROOM) -> World:
    """Give an office with a room, a technician, and the tables without what other effects would do."""
    with writing(world.office.store) as connection:
        inventory.save(connection, inventory.load(connection, 0, lock=True), stock)
        now = world.clock()
        for login, role in DEPUTIES:
            people.delegate(connection, world.person(login).id, role, Capacity.DAILY, (now, now + YEAR))
    tables = {id: _bare(table) for id, table in world.office.procedures.items()}
    return replace(world, office=replace(world.office, procedures=MappingProxyType(tables)))


def _bare(table: Procedure) -> Procedure:
    """Give a table with the inventory's effects alone, and of maintenance the papers of one step alone."""
    steps = [replace(step, effects=tuple(one for one in step.effects if one in OURS)) for step in table.steps]
    if table.id == "S4.A":
        steps = [step if step.no == "8" else replace(step, documents=(), output=()) for step in steps]
    return replace(table, steps=tuple(steps))


def file_of(world: World, id: str) -> CaseFile:
    """Load a case."""
    with reading(world.office.store) as connection:
        file = cases.load(connection, id)
    assert file is not None
    return file


def stock(world: World) -> Stock:
    """Give the inventory as it is."""
    with reading(world.office.store) as connection:
        return inventory.load(connection, world.clock())


def opened(world: World, procedure: str = "S2.A", login: str = "pemohon", serial: str = "SN-1") -> str:
    """Open a case with a request for a server."""
    case = open_case(world.office, world.person(login), Beginning(procedure, {**F07, "nomor_seri": [serial]}))
    assert isinstance(case, str), case
    return case


def say(
    world: World,
    id: str,
    login: str,
    label: str = "selesai",
    given: Mapping[str, list[str]] = MappingProxyType({}),
) -> Advanced | Faulty | Refused:
    """Answer the present step."""
    case = file_of(world, id).case
    verdict = Answer(case.step, case.attempt, label, "alasan")
    return act(world.office, world.person(login), id, Act(verdict, given=given))


def walk(world: World, id: str, *said: tuple[str, str]) -> None:
    """Answer steps that ask for no form."""
    for login, label in said:
        done = say(world, id, login, label)
        assert isinstance(done, Advanced), done


def before_place(world: World, serial: str = "SN-1") -> str:
    """Give a case of S2.A whose place is to be looked for."""
    case = opened(world, serial=serial)
    walk(world, case, ("kadis", "selesai"), ("kabid", "selesai"))
    return case


def settled(world: World, serial: str = "SN-1") -> str:
    """Give a case of S2.A whose server stands in its place."""
    case = before_place(world, serial)
    walk(world, case, ("operator", "tersedia"), ("kabid", "selesai"), ("pemohon", "selesai"))
    walk(world, case, ("operator", "layak"))
    done = say(world, case, "pemohon", given={**F05, "barang.0.nomor_seri": [serial.lower()]})
    assert isinstance(done, Advanced), done
    walk(world, case, ("operator", "selesai"))
    return case
