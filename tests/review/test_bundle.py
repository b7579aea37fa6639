"""Several forms in one sheet: names stay apart, each is checked and filed by itself, some may be left out."""

from dataclasses import replace
from types import MappingProxyType

import pytest
from hypothesis import given as given_
from hypothesis import strategies as st

from review.case import Advanced
from review.form import Faulty, FieldKind, When, bundle, leaves
from review.people import Capacity, Role
from review.procedure import parse
from review.shelf import forms
from review.store import papers, people
from review.store.transaction import reading, writing
from review.workflow import filling
from review.workflow.opening import Beginning, open_case
from tests.review.rooms import F05, YEAR, file_of, say
from tests.review.small_table import HEAD
from tests.review.world import World

SHELF = forms()
F06 = {
    "bulan": ["November 2026"],
    "f06_lokasi": ["Ruang Server"],
    "petugas": ["Petugas Contoh"],
}
STEPS = """
[[prosedur.langkah]]
no = "1"
kegiatan = "Meminta"
peran = "pemohon"
jenis = "proses"
lanjut = "2"
tombol = "Kirim"
efek = ["kasus.buka"]
[[prosedur.langkah]]
no = "2"
kegiatan = "Menyerahkan dan memeriksa"
peran = "fungsional"
jenis = "proses"
lanjut = "SELESAI"
tombol = "Selesai"
kelengkapan = ["F05", "F06 bila ada"]
"""
TWO = HEAD + STEPS
"""A procedure whose second step demands one form and offers another."""


def test_one_form_is_as_it_is() -> None:
    """Nothing is renamed or retitled."""
    form, leaflets = bundle([(SHELF["F05"], True)])
    assert form == SHELF["F05"]
    assert leaflets[0].there("barang.0.nama") == "barang.0.nama"
    assert leaflets[0].there("") == ""


def test_a_taken_name_is_told_apart() -> None:
    """The handover keeps ``lokasi``; the inventory's is ``f06_lokasi``, and its parts say whose they are."""
    form, (first, second) = bundle([(SHELF["F05"], True), (SHELF["F06"], False)])
    assert second.there("lokasi") == "f06_lokasi"
    assert first.there("lokasi") == "lokasi"
    assert second.there("server.3.hasil") == "server.3.hasil"
    assert second.own({"f06_lokasi": ["A"], "lokasi": ["B"], "bulan": ["C"]}) == {
        "lokasi": ("A",),
        "bulan": ("C",),
    }
    assert [part.id for part in form.parts] == ["F05-A", "F06-A"]
    assert [part.title.endswith("(bila ada)") for part in form.parts] == [False, True]
    optional = [
        one for one in leaves(form, {"server.0.hasil": ["sesuai"]}) if one.name in second.names.values()
    ]
    assert not any(one.required for one in optional)


def test_what_depends_on_a_renamed_field_follows_it() -> None:
    """A field that is asked for by another's answer asks under the other's new name; rows may be none."""
    part = SHELF["F06"].parts[0]
    depends = replace(part.fields[0], when=When("lokasi", ("gudang",)))
    rows = next(one for one in part.fields if one.kind is FieldKind.ROWS)
    changed = replace(
        SHELF["F06"], parts=(replace(part, fields=(depends, part.fields[1], replace(rows, least=2))),)
    )
    form, _ = bundle([(SHELF["F05"], True), (changed, False)])
    month, _, servers = form.parts[1].fields
    assert month.when == When("f06_lokasi", ("gudang",))
    assert servers.least == 0


def test_offered_forms_alone_stay_strict() -> None:
    """Where nothing is demanded, a form that is begun shows what it wants."""
    form, _ = bundle([(SHELF["F10"], False), (SHELF["F17"], False)])
    assert any(one.required for one in form.parts[1].fields)


CODES = st.lists(st.sampled_from(sorted(SHELF)), min_size=1, max_size=4, unique=True)


@given_(CODES, st.data())
def test_every_bundle_of_forms_keeps_names_apart(codes: list[str], data: st.DataObject) -> None:
    """Each field of each form has one name, and what is filled comes back to the form it belongs to."""
    asked = [(SHELF[code], data.draw(st.booleans())) for code in codes]
    form, leaflets = bundle(asked)
    names = [one.name for one in form.fields]
    assert len(names) == len(set(names)) == sum(len(one.fields) for one, _ in asked)
    filled = {leaf.name: ("x",) for leaf in leaves(form, {})}
    for leaflet in leaflets:
        own = leaflet.own(filled)
        assert {leaflet.there(name) for name in own} <= set(filled)
        assert {name.partition(".")[0] for name in own} <= {one.name for one in leaflet.form.fields}
    assert sum(len(one.own(filled)) for one in leaflets) == len(filled)


@pytest.fixture
def office(world: World) -> World:
    """An office with a table whose last step asks for two forms."""
    table = parse(TWO, "contoh")
    with writing(world.office.store) as connection:
        now = world.clock()
        held = (Role.FUNGSIONAL, Capacity.DAILY, (now, now + YEAR))
        people.delegate(connection, world.person("operator").id, *held)
    procedures = MappingProxyType({**world.office.procedures, table.id: table})
    return replace(world, office=replace(world.office, procedures=procedures))


def before(world: World) -> str:
    """Give a case that stands at the step with two forms."""
    case = open_case(world.office, world.person("pemohon"), Beginning("X", {}))
    assert isinstance(case, str), case
    return case


def filed(world: World, case: str) -> frozenset[str]:
    """Give the keys of what a case has."""
    with reading(world.office.store) as connection:
        return papers.filed(connection, file_of(world, case).case.id)


def test_a_demanded_form_and_an_offered_one_are_shown_as_one(office: World) -> None:
    """What the sheet needs is marked; what it offers is not, until something of it is typed."""
    with reading(office.office.store) as connection:
        paper = filling.paper(connection, office.office, file_of(office, before(office)).case)
    assert paper is not None
    assert ([one.form.code for one in paper.leaflets], paper.demanded) == (["F05", "F06"], True)
    required = {one.name for one in leaves(paper.form, {}) if one.required}
    assert "tempat" in required
    assert "f06_lokasi" not in required


def test_an_offered_form_is_filed_by_itself_or_left_out(office: World) -> None:
    """Under its own key and its own names, and only where it was filled."""
    for more, wanted in (({}, {"F05.A"}), (F06, {"F05.A", "F06.A"})):
        case = before(office)
        done = say(office, case, "operator", given={**F05, "lokasi": ["Rak A, U1"], **more})
        assert isinstance(done, Advanced), done
        assert filed(office, case) == wanted
    with reading(office.office.store) as connection:
        sheets = [papers.sheets(connection, file_of(office, case).case.id, code) for code in ("F05", "F06")]
    assert [sheet.one("lokasi") for sheet in sheets if sheet] == ["Rak A, U1", "Ruang Server"]


@pytest.mark.parametrize(
    ("given", "faulty"),
    [
        ({**F05, "f06_lokasi": ["Ruang"]}, {"bulan", "petugas"}),
        ({**F05, **F06, "f06_lokasi": ["x" * 500]}, {"f06_lokasi"}),
        (F06, {"arah", "tanggal"}),
        ({**F05, "f06_tempat": ["x"]}, {""}),
        ({**F05, "server.0.aneh": ["x"]}, {""}),
        ({**F05, "tempat.0.x": ["x"]}, {""}),
    ],
)
def test_each_form_has_its_own_sentences(
    office: World, given: dict[str, list[str]], faulty: set[str]
) -> None:
    """Under the names of the sheet; what belongs to no form is refused, and nothing is filed."""
    case = before(office)
    said = say(office, case, "operator", given=given)
    assert isinstance(said, Faulty)
    assert faulty <= set(said.faults)
    assert filed(office, case) == frozenset()
