"""Access follows the asset: a right asked for because of a server goes when the server has gone."""

from dataclasses import replace
from types import MappingProxyType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from card_registry.words import CaseId
from review.asset import gone, orphaned, serials
from review.case import CaseState
from review.form import Filled
from review.procedure import parse
from review.store import cards, case_chain, cases, papers
from review.store.cases import CaseFile
from review.store.transaction import reading
from review.workflow.opening import Beginning, open_case
from tests.review.removals import active, f15, follow, right_for, step, walk
from tests.review.test_casework import F05
from tests.review.test_casework import TABLE as SMALL
from tests.review.test_workflow import file_of
from tests.review.world import F01, World

TABLE = SMALL.replace('efek = ["kasus.tutup"]', 'efek = ["kasus.tutup", "akses.tinjau_pemilik"]')


@pytest.fixture
def office(world: World) -> World:
    """An office with a small procedure that ends with a look at the owner's rights."""
    table = parse(TABLE, "contoh")
    procedures = MappingProxyType({**world.office.procedures, table.id: table})
    return replace(world, office=replace(world.office, procedures=procedures))


def request(name: str, *devices: str) -> dict[str, list[str]]:
    """Give a request for access because of devices."""
    form = {**F01, "nama_pemegang": [name]}
    for number, serial in enumerate(devices):
        row = {"nama": "Server", "nomor_seri": serial, "jumlah": "1"}
        form |= {f"perangkat.{number}.{column}": [text] for column, text in row.items()}
    return form


def handed_over(world: World, way: str, serial: str) -> CaseFile:
    """Hand a server over, a second after the one before, and end the case."""
    world.clock.now += 1000
    form = {**F05, "arah": [way], "barang.0.nomor_seri": [serial]}
    case = open_case(world.office, world.person("pemohon"), Beginning("X", form))
    assert isinstance(case, str), case
    walk(world, case, ("kabid", "tersedia"), ("operator", "tidak"))
    assert step(world, case)[1] is CaseState.CLOSED
    return file_of(world, case)


def proposals(world: World, of: CaseFile) -> tuple[CaseFile, ...]:
    """Give the removals that a case began."""
    with reading(world.office.store) as connection:
        return cases.children(connection, of.case.id)


def test_a_right_given_for_a_server_goes_with_it(office: World) -> None:
    """The proposal is a P2 case of the handover, names that right alone, and is decided like any other."""
    bound = right_for(office, request("Pemegang A", "SN-1"), 5)
    other = right_for(office, request("Pemegang A"), 6)
    both = right_for(office, request("Pemegang B", "SN-1", "SN-2"), 7)
    assert proposals(office, handed_over(office, "penitipan", "SN-1")) == ()
    [proposed] = proposals(office, handed_over(office, "pengembalian", "sn - 1"))
    assert (proposed.number, proposed.holder) == ("HPS-2026-0001", bound.terms.holder)
    assert (proposed.case.step, proposed.case.procedure.id) == ("3", "P2")
    assert proposals(office, handed_over(office, "pengembalian", "SN-9")) == ()
    case = proposed.case.id
    walk(office, case, ("kadis", "selesai"), ("kabid", "sesuai"), ("kabid", "selesai"))
    walk(office, case, ("operator2", "selesai"))
    follow(office)
    assert [one.terms.id for one in active(office, bound)] == [other.terms.id]
    walk(office, case, ("operator", "selesai", f15(None)), ("operator", "selesai"))
    [second] = proposals(office, handed_over(office, "pengambilan", "SN-2"))
    assert second.holder == both.terms.holder
    with reading(office.office.store) as connection:
        form = papers.sheets(connection, CaseId(second.case.id), "F04")
        assert case_chain.tampered(connection) == ()
    assert form is not None
    assert form.values["izin"] == (both.terms.id,)


def test_a_removal_under_way_is_not_proposed_twice(office: World) -> None:
    """Two servers of one holder leave one after the other: the first proposal stands."""
    right_for(office, request("Pemegang A", "SN-1"), 5)
    right_for(office, request("Pemegang A", "SN-2"), 6)
    assert len(proposals(office, handed_over(office, "pengembalian", "SN-1"))) == 1
    assert proposals(office, handed_over(office, "pengembalian", "SN-2")) == ()


def test_one_right_of_several_may_be_taken_away(office: World) -> None:
    """Not somebody else's, and not together with a card."""
    mine = right_for(office, request("Pemegang A"), 5)
    stranger = right_for(office, request("Pemegang B"), 6)
    form: dict[str, list[str]] = {
        "pengaju.nama": ["Pejabat"],
        "pengaju.unit": ["Dinas"],
        "hubungan": ["atasan"],
        "pemegang": [mine.terms.holder],
        "izin": [stranger.terms.id],
        "alasan": ["selesai-tugas"],
        "sifat": ["biasa"],
        "tgl_efektif": ["2026-11-20"],
        "keadaan_kartu": ["belum"],
    }
    person = office.person("pemohon")
    foreign = open_case(office.office, person, Beginning("P2", form, "biasa"))
    assert "bukan milik" in getattr(foreign, "why", "")
    with reading(office.office.store) as connection:
        card = cards.of_holder(connection, mine.terms.holder)[0]
    both = {**form, "izin": [str(mine.terms.id)], "kartu": [str(card.id)]}
    confused = open_case(office.office, person, Beginning("P2", both, "biasa"))
    assert set(getattr(confused, "faults", {})) == {"izin"}
    assert isinstance(
        open_case(office.office, person, Beginning("P2", {**form, "izin": [str(mine.terms.id)]}, "biasa")),
        str,
    )


SERIALS = st.sampled_from(["a", "b", "c"])


@given(
    st.lists(st.tuples(SERIALS, st.sampled_from(["penitipan", "pengembalian", "pengambilan"])), max_size=8)
)
def test_the_latest_handover_says_where_a_device_is(moves: list[tuple[str, str]]) -> None:
    """Back and forth: only the last move of each device counts."""
    forms = [Filled({"arah": (way,), "barang.0.nomor_seri": (serial,)}) for serial, way in moves]
    last = dict(moves)
    assert gone(forms) == {serial for serial, way in last.items() if way != "penitipan"}


@given(st.dictionaries(st.text("xyz", min_size=1), st.frozensets(SERIALS)), st.frozensets(SERIALS))
def test_a_right_goes_only_when_all_its_devices_have(
    rights: dict[str, frozenset[str]], away: frozenset[str]
) -> None:
    """A right that names no device is never proposed."""
    found = orphaned(rights, away)
    for id, devices in rights.items():
        assert (id in found) == (bool(devices) and not devices - away)


def test_a_row_without_a_serial_number_names_no_device() -> None:
    """Blanks and letter case make no other number."""
    form = Filled(
        {"barang.0.nomor_seri": ("SN 1",), "barang.1.nama": ("Rak",), "barang.2.nomor_seri": ("sn1",)}
    )
    assert serials(form, "barang") == {"sn1"}
