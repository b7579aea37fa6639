"""Cases that an answer begins: what S2.A and S3.A hand on, and what S2.B asks for every month."""

from dataclasses import replace
from types import MappingProxyType

import pytest

from review.access import Refused
from review.case import Advanced, CaseState
from review.form import Faulty
from review.people import Capacity, Role
from review.store import cases, inbox, inventory, people, recurring
from review.store.cases import CaseFile
from review.store.transaction import reading, writing
from review.workflow import filling
from review.workflow.answering import take_back
from review.workflow.opening import Beginning, open_case
from tests.review.rooms import F05, F07, ROOM, YEAR, file_of, opened, say, stock, walk
from tests.review.world import World

DEPUTIES = (("operator", Role.FUNGSIONAL), ("operator", Role.JFU), ("kabid", Role.KASI))
LETTER = {
    "hal": ["Balasan penitipan"],
    "kepada": ["Kepala Dinas Contoh"],
    "hasil": ["diterima"],
    "isi": ["Dapat kami sampaikan."],
}
F06 = {"petugas": ["Petugas"], "server.0.hasil": ["sesuai"], "server.0.kondisi": ["baik"]}


@pytest.fixture
def room(world: World) -> World:
    """An office with a room, and the shipped tables as they are."""
    with writing(world.office.store) as connection:
        inventory.save(connection, inventory.load(connection, 0, lock=True), ROOM)
        now = world.clock()
        for login, role in DEPUTIES:
            people.delegate(connection, world.person(login).id, role, Capacity.DAILY, (now, now + YEAR))
    return world


def children(world: World, id: str, procedure: str) -> list[CaseFile]:
    """Give the cases of a procedure that a case began."""
    with reading(world.office.store) as connection:
        found = cases.children(connection, file_of(world, id).case.id)
    return [file for file in found if file.case.procedure.id == procedure]


def told(world: World, login: str) -> list[str]:
    """Give what a person was told, the newest first."""
    with reading(world.office.store) as connection:
        return [one.text for one in inbox.messages(connection, world.person(login).id)]


def without(world: World, *gone: str) -> World:
    """Give an office in which some procedures are not in force."""
    tables = {id: table for id, table in world.office.procedures.items() if id not in gone}
    return replace(world, office=replace(world.office, procedures=MappingProxyType(tables)))


def deposited(world: World) -> str:
    """Give a case of S2.A whose server is to be put in its place."""
    case = opened(world)
    walk(world, case, ("kadis", "selesai"), ("kabid", "selesai"), ("operator", "tersedia"))
    walk(world, case, ("kabid", "selesai"), ("pemohon", "selesai"), ("operator", "layak"))
    assert isinstance(say(world, case, "pemohon", given=F05), Advanced)
    return case


def configured(world: World) -> str:
    """Give a case of S2.B, begun by a deposit, whose server is to be listed."""
    parent = deposited(world)
    walk(world, parent, ("operator", "selesai"))
    (child,) = children(world, parent, "S2.B")
    walk(world, child.case.id, ("operator", "selesai"), ("operator", "selesai"))
    walk(world, child.case.id, ("pemohon", "bisa"), ("pemohon", "selesai"))
    return child.case.id


def replied(world: World, found: str = "tersedia", result: str = "diterima") -> str:
    """Give a case of S3.A whose reply is to be sent."""
    case = opened(world, "S3.A")
    walk(world, case, ("kadis", "selesai"), ("kabid", "selesai"), ("kabid", "selesai"), ("operator", found))
    walk(world, case, ("kabid", "selesai"))
    written = say(world, case, "operator", given={**LETTER, "hasil": [result]})
    assert isinstance(written, Advanced), written
    walk(world, case, ("kabid", "sesuai"), ("kabid", "sesuai"), ("kadis", "selesai"))
    return case


def test_a_deposited_server_is_handed_on_to_be_configured(room: World) -> None:
    """S2.B begins in the answer that puts the server in its place; the place is the server's now."""
    parent = deposited(room)
    assert children(room, parent, "S2.B") == []
    walk(room, parent, ("operator", "selesai"))
    (child,) = children(room, parent, "S2.B")
    assert (child.number, child.case.step, child.case.parent) == ("KNF-2026-0001", "1", (parent, "10"))
    assert child.case.applicant == room.person("pemohon").id
    assert file_of(room, parent).case.state is CaseState.CLOSED
    assert [one.serial for one in stock(room).devices] == ["sn-1"]
    assert any(child.number in text for text in told(room, "pemohon"))
    assert any(text.startswith(f"Langkah 1 permohonan {child.number}") for text in told(room, "operator"))


def test_what_is_configured_is_checked_every_month(room: World) -> None:
    """F06 of the last step names what came; the monthly check is on the schedule from December."""
    case = configured(room)
    listed = say(room, case, "operator", given=F06)
    assert isinstance(listed, Advanced), listed
    with reading(room.office.store) as connection:
        since, asked = recurring.since(connection, "P6"), recurring.asked(connection)
    assert (str(since), asked) == ("2026-12-01", frozenset({"P6"}))
    assert any("setiap bulan" in text for text in told(room, "pemohon"))


def test_an_accepted_request_is_handed_on_with_its_place(room: World) -> None:
    """P5 begins with the sent letter; what was reserved outlives the parent and becomes the server's."""
    parent = replied(room)
    (kept,) = stock(room).reservations
    walk(room, parent, ("operator", "selesai"))
    (child,) = children(room, parent, "P5")
    assert stock(room).reservations == (kept,)
    case = child.case.id
    walk(room, case, ("pemohon", "selesai"))
    assert isinstance(say(room, case, "operator", "layak", F05), Advanced)
    walk(room, case, ("operator", "selesai"))
    (server,) = stock(room).devices
    assert (server.claim.place, stock(room).reservations) == (kept.claim.place, ())


@pytest.mark.parametrize(
    ("found", "result"), [("tidak tersedia", "tidak-diterima"), ("tersedia", "tidak-diterima")]
)
def test_a_request_that_came_to_nothing_hands_nothing_on(room: World, found: str, result: str) -> None:
    """Without a place, or with a letter that says no, P5 does not begin and nothing stays reserved."""
    parent = replied(room, found, result)
    walk(room, parent, ("operator", "selesai"))
    assert children(room, parent, "P5") == []
    assert file_of(room, parent).case.state is CaseState.CLOSED
    assert stock(room).reservations == ()


def paper_of(world: World, case: str) -> filling.Paper:
    """Give what is to be filled at a case's step."""
    with reading(world.office.store) as connection:
        paper = filling.paper(connection, world.office, file_of(world, case).case)
    assert paper is not None
    return paper


def test_a_reply_says_what_was_found(room: World) -> None:
    """To whom, whether accepted and at which address is drafted; without a place nothing is promised."""
    for found, result, address in (
        ("tersedia", "diterima", ("203.0.113.2",)),
        ("tidak tersedia", "tidak-diterima", None),
    ):
        case = opened(room, "S3.A", serial=found)
        walk(room, case, ("kadis", "selesai"), ("kabid", "selesai"), ("kabid", "selesai"))
        walk(room, case, ("operator", found), ("kabid", "selesai"))
        ready = paper_of(room, case).ready
        assert (ready["kepada"], ready["hasil"], ready.get("ip")) == (("Dinas Contoh",), (result,), address)
    promised = say(room, case, "operator", given=LETTER)
    assert isinstance(promised, Faulty)
    assert "tempat tidak tersedia" in promised.faults["hasil"]


def test_a_reply_sent_back_says_what_its_writer_wrote(room: World) -> None:
    """What the program drafts does not take the place of what a person corrected."""
    case = opened(room, "S3.A")
    walk(room, case, ("kadis", "selesai"), ("kabid", "selesai"), ("kabid", "selesai"))
    walk(room, case, ("operator", "tersedia"), ("kabid", "selesai"))
    written = say(room, case, "operator", given={**LETTER, "kepada": ["Sekretaris Daerah"]})
    assert isinstance(written, Advanced)
    walk(room, case, ("kabid", "tidak sesuai"))
    assert paper_of(room, case).ready["kepada"] == ("Sekretaris Daerah",)


def test_a_handover_is_drafted_from_its_request(room: World) -> None:
    """Who brings it and where it goes are known; its serial number is read from the device itself."""
    parent = replied(room)
    walk(room, parent, ("operator", "selesai"))
    (child,) = children(room, parent, "P5")
    walk(room, child.case.id, ("pemohon", "selesai"))
    ready = paper_of(room, child.case.id).ready
    assert ready["pihak_pertama.nama"] == ("Pejabat Contoh",)
    assert (ready["lokasi"], ready["dasar"]) == (("Rak A, U1–U2",), ("005/1/2026",))
    assert ready["barang.0.merk"] == ("Contoh R1",)
    assert "barang.0.nomor_seri" not in ready


@pytest.mark.parametrize("days", [1, 20])
def test_a_letter_begins_the_days_of_the_place_again(room: World, days: int) -> None:
    """Its owner hears of the place only then; a reservation that ended meanwhile is made again."""
    parent = replied(room)
    room.clock.now += days * 86_400_000
    before = stock(room).reservations
    walk(room, parent, ("operator", "selesai"))
    (kept,) = stock(room).reservations
    assert (len(before), kept.case) == (int(days == 1), parent)
    assert kept.ends > room.clock.now + 9 * 86_400_000


def test_a_promised_place_that_is_gone_is_looked_for_when_the_server_comes(room: World) -> None:
    """The letter goes out, and nobody else's place is taken for it."""
    parent = replied(room)
    room.clock.now += 20 * 86_400_000
    for serial in ("SN-2", "SN-3"):
        other = opened(room, serial=serial)
        walk(room, other, ("kadis", "selesai"), ("kabid", "selesai"), ("operator", "tersedia"))
    walk(room, parent, ("operator", "selesai"))
    assert parent not in {one.case for one in stock(room).reservations}
    assert len(children(room, parent, "P5")) == 1


def test_a_withdrawn_child_lets_the_place_go(room: World) -> None:
    """The applicant of an accepted request changes their mind before the server comes."""
    parent = replied(room)
    walk(room, parent, ("operator", "selesai"))
    (child,) = children(room, parent, "P5")
    gone = take_back(room.office, room.person("pemohon"), child.case.id, "tidak jadi")
    assert not isinstance(gone, Refused), gone
    assert stock(room).reservations == ()


def test_a_server_that_cannot_be_taken_yet_brings_no_visitor(room: World) -> None:
    """P4 step 11, "belum dapat": the letter goes out, the case ends, nobody is asked to register a visit."""
    walk(room, deposited(room), ("operator", "selesai"))
    case = open_case(room.office, room.person("pemohon"), Beginning("P4", {}))
    assert isinstance(case, str), case
    walk(room, case, ("kadis", "selesai"), ("kabid", "selesai"), ("kabid", "selesai"))
    (server,) = stock(room).devices
    listed = {"bulan": ["2026-11"], "lokasi": ["Ruang Server"], "server.0.status": ["aktif"]}
    checked = {**F06, **listed, "server.0.server": [server.id]}
    assert isinstance(say(room, case, "operator", "sesuai", checked), Advanced)
    walk(room, case, ("kabid", "selesai"))
    assert isinstance(say(room, case, "operator", given={**LETTER, "hasil": ["tidak-diterima"]}), Advanced)
    walk(room, case, ("kabid", "sesuai"), ("kabid", "sesuai"), ("kadis", "selesai"))
    walk(room, case, ("operator", "belum dapat"))
    assert file_of(room, case).case.state is CaseState.CLOSED
    assert children(room, case, "P7") == []
    assert not told(room, "pemohon")[0].startswith("Kunjungan")


def test_what_is_not_in_force_is_not_begun_in_silence(room: World) -> None:
    """The answer is refused as a whole: the server is not entered, the step stays open; no new case opens."""
    case, bare = deposited(room), without(room, "S2.B")
    unopened = open_case(bare.office, bare.person("pemohon"), Beginning("S2.A", F07))
    assert isinstance(unopened, Refused)
    assert "S2.B" in unopened.why
    refused = say(bare, case, "operator")
    assert isinstance(refused, Refused)
    assert "S2.B" in refused.why
    assert (file_of(bare, case).case.step, stock(bare).devices) == ("10", ())
    walk(room, case, ("operator", "selesai"))
    assert len(children(room, case, "S2.B")) == 1


def test_a_monthly_check_that_is_not_in_force_is_said(room: World) -> None:
    """So is the schedule."""
    refused = say(without(room, "P6"), configured(room), "operator", given=F06)
    assert isinstance(refused, Refused)
    assert "P6" in refused.why
