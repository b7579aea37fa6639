"""Casework beyond one procedure: forms with answers, paper letters, withdrawal, correction, the queue."""

from dataclasses import replace
from types import MappingProxyType

import pytest

from card_registry.words import CardId, HolderId
from review.access import Refused
from review.case import Advanced, Answer, Case, CaseState, Ending, RowKind
from review.form import Faulty
from review.people import Capacity, Role
from review.procedure import parse
from review.store import cards, case_chain, cases, holders, papers, people
from review.store.cards import NewCard
from review.store.cases import CaseFile
from review.store.transaction import reading, writing
from review.workflow.answering import Act, act, correct_row, look_again, take_back
from review.workflow.opening import Beginning, first_paper, open_case
from tests.review.small_table import HEAD
from tests.review.world import NOON, World

TABLE = (
    HEAD
    + """
[[prosedur.langkah]]
no = "1"
kegiatan = "Meminta"
peran = "pemohon"
jenis = "proses"
lanjut = "2"
tombol = "Kirim"
kelengkapan = ["F05"]
efek = ["kasus.buka"]
boleh_mencatat = ["operator"]
[[prosedur.langkah]]
no = "2"
kegiatan = "Memeriksa"
peran = "kabid"
jenis = "keputusan"
cabang = [
  { label = "tersedia", ke = "4", tombol = "Tersedia" },
  { label = "penuh", ke = "3", tombol = "Penuh", alasan_wajib = true },
]
[[prosedur.langkah]]
no = "3"
kegiatan = "Menyampaikan bahwa tempat penuh"
peran = "kabid"
jenis = "proses"
lanjut = "2"
tombol = "Sampaikan"
antre = true
[[prosedur.langkah]]
no = "4"
kegiatan = "Mengganti perangkat"
peran = "operator"
jenis = "keputusan"
cabang = [
  { label = "diganti", ke = "SELESAI", tombol = "Diganti", wajib = ["F15"] },
  { label = "tidak", ke = "SELESAI", tombol = "Tidak" },
]
efek = ["kasus.tutup"]
"""
)
F05 = {
    "arah": ["penitipan"],
    "tanggal": ["2026-11-20"],
    "tempat": ["Ruang Server"],
    "pihak_pertama.nama": ["Pihak Satu"],
    "pihak_pertama.unit": ["Dinas Contoh"],
    "pihak_kedua.nama": ["Pihak Dua"],
    "pihak_kedua.unit": ["Dinas Contoh"],
    "barang.0.nama": ["Server"],
    "barang.0.jumlah": ["1"],
    "barang.0.kondisi": ["baik"],
}


@pytest.fixture
def office(world: World) -> World:
    """An office that also runs a small procedure of its own."""
    table = parse(TABLE, "contoh")
    procedures = MappingProxyType({**world.office.procedures, table.id: table})
    return replace(world, office=replace(world.office, procedures=procedures))


def file_of(world: World, id: str) -> CaseFile:
    """Load a case."""
    with reading(world.office.store) as connection:
        file = cases.load(connection, id)
    assert file is not None
    return file


def opened(world: World, login: str = "pemohon") -> str:
    """Open a case of the small procedure."""
    case = open_case(world.office, world.person(login), Beginning("X", F05))
    assert isinstance(case, str), case
    return case


def say(world: World, id: str, login: str, label: str, **more: list[str]) -> Advanced | Faulty | Refused:
    """Answer the present step, with what is filled."""
    case = file_of(world, id).case
    verdict = Answer(case.step, case.attempt, label, "alasan")
    return act(world.office, world.person(login), id, Act(verdict, given=more))


def test_any_procedure_opens_with_its_form(office: World) -> None:
    """Numbered by its template, about its applicant, its form filed in parts; no holder where none is."""
    file = file_of(office, opened(office))
    assert (file.number, file.holder, file.case.step) == ("CTH-2026-0001", None, "2")
    assert file.about.endswith(office.person("pemohon").unit)
    with reading(office.office.store) as connection:
        assert papers.filed(connection, file.case.id) == {"F05.A"}
        form = papers.sheets(connection, file.case.id, "F05")
    assert form is not None
    assert form.rows("barang")[0]["nama"] == "Server"
    assert file_of(office, opened(office)).number == "CTH-2026-0002"


def test_a_faulty_form_opens_nothing_and_takes_no_number(office: World) -> None:
    """Each fault has its sentence; the next case has the number this one would have had."""
    paper = first_paper(office.office, "X")
    assert paper is not None
    assert (paper.form.code, paper.demanded) == ("F05", True)
    faulty = open_case(office.office, office.person("pemohon"), Beginning("X", {**F05, "arah": ["lain"]}))
    assert isinstance(faulty, Faulty)
    assert set(faulty.faults) == {"arah"}
    assert file_of(office, opened(office)).number == "CTH-2026-0001"


def test_a_clerk_records_a_letter_in_its_senders_name(office: World) -> None:
    """The applicant is answerable and may withdraw; the clerk may not."""
    applicant, clerk = office.person("pemohon"), office.person("operator")
    begun = open_case(office.office, clerk, Beginning("X", F05, behalf=applicant))
    assert isinstance(begun, str)
    row = file_of(office, begun).case.history[0]
    assert (row.person, row.actor()) == (clerk.id, applicant.id)
    assert isinstance(take_back(office.office, clerk, begun, "tidak jadi"), Refused)
    gone = take_back(office.office, applicant, begun, "tidak jadi")
    assert isinstance(gone, Case)
    assert file_of(office, begun).case.ending is Ending.WITHDRAWN


def test_a_full_room_queues_until_somebody_looks_again(office: World) -> None:
    """The queue is kept by the store, and ends when the place is looked for again."""
    case = opened(office)
    assert isinstance(look_again(office.office, office.person("kabid"), case), Refused)
    for label in ("penuh", "selesai"):
        assert isinstance(say(office, case, "kabid", label), Advanced)
    assert file_of(office, case).case.state is CaseState.QUEUED
    with reading(office.office.store) as connection:
        assert case in {file.case.id for file in cases.running(connection)}
    again = look_again(office.office, office.person("kabid"), case)
    assert isinstance(again, Case)
    assert file_of(office, case).case.state is CaseState.RUNNING


def test_an_answer_brings_the_form_it_asks_for(office: World) -> None:
    """Without its form the answer is refused with the form's name; the other answer needs none."""
    for label, form, ends in (("diganti", {}, False), ("tidak", {}, True), ("diganti", RECEIPT, True)):
        case = opened(office)
        assert isinstance(say(office, case, "kabid", "tersedia"), Advanced)
        given = {**form, **({"kartu": [blank_card(office)]} if form else {})}
        done = say(office, case, "operator", label, **given)
        assert isinstance(done, Advanced) == ends, done
        if isinstance(done, Refused):
            assert "F15" in done.why
        assert (file_of(office, case).case.state is CaseState.CLOSED) == ends


RECEIPT = {
    "nama": ["Pemegang"],
    "unit": ["Dinas Contoh"],
    "tindakan": ["diterima"],
    "tanggal": ["2026-11-20"],
    "kondisi": ["baik"],
}


def blank_card(world: World) -> str:
    """Give the id of a card of the office, made for a case of access."""
    case = file_of(world, opened(world))
    with writing(world.office.store) as connection:
        holder = holders.find_or_add(connection, HolderId(world.office.token()), "A", "B", NOON)
        card = CardId(world.office.token())
        cards.add(
            connection, NewCard(card, card[:8], holder, case.case.id, case.case.history[0].person), NOON
        )
    return card


def test_a_form_where_none_is_asked_for_is_refused(office: World) -> None:
    """What nobody asked for is not kept; whose step it is not is told that first."""
    case = opened(office)
    strange = say(office, case, "kabid", "tersedia", nama=["x"])
    assert isinstance(strange, Faulty)
    other = say(office, case, "operator", "tersedia", nama=["x"])
    assert isinstance(other, Refused)
    assert "bukan oleh" in other.why


def test_a_correction_stays_beside_its_row(office: World) -> None:
    """It is stored, chained, and loaded as what it is."""
    case = opened(office)
    assert isinstance(correct_row(office.office, office.person("pemohon"), case, 0, "surat tanggal 3"), Case)
    assert isinstance(correct_row(office.office, office.person("pemohon"), case, 0, "tanggal 4"), Case)
    rows = file_of(office, case).case.history
    assert [row.kind for row in rows] == [RowKind.ANSWER, RowKind.CORRECTION, RowKind.CORRECTION]
    assert (rows[2].refers, rows[2].attempt, rows[2].note) == (0, 2, "tanggal 4")
    with reading(office.office.store) as connection:
        assert case_chain.tampered(connection) == ()
    for gone in (take_back, look_again):
        assert isinstance(
            gone(office.office, office.person("kabid"), "f" * 32, *(["x"] if gone is take_back else [])),
            Refused,
        )


def test_a_delegate_acts_in_a_capacity(office: World) -> None:
    """The Plh. answers Kabid's step for as long as the delegation lasts, and the row says so."""
    case, stand_in = opened(office), office.person("operator")
    with writing(office.office.store) as connection:
        now = office.clock()
        people.delegate(connection, stand_in.id, Role.KABID, Capacity.DAILY, (now, now + 1000))
    assert isinstance(say(office, case, "operator", "tersedia"), Advanced)
    assert file_of(office, case).case.history[-1].capacity is Capacity.DAILY
