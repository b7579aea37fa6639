"""The forms F01–F19: read strictly, checked field by field, filled by whoever the sheet says."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from card_registry import canonical
from card_registry.errors import OperatorMistaken
from review.form import (
    LISTS,
    Faulty,
    Field,
    FieldKind,
    Filled,
    Form,
    Option,
    asked,
    check,
    leaves,
    offered,
    parse,
)
from review.people import Role
from review.procedure import FORMS, Source
from review.procedure.faults import forms_of
from review.shelf import forms, shipped
from review.web.casework_sheet import Block, Filling, sheet
from review.web.fields import PREFIX
from tests.review.test_form import TODAY

SHIPPED = forms()
LISTED = {name: (Option(f"{name}-1", name), Option(f"{name}-2", name)) for name in LISTS}
READY = {code: offered(form, LISTED) for code, form in SHIPPED.items()}
NIP = "198503172010011002"

TEXT = """
kode = "F05"
judul = "Contoh"
[[bagian]]
id = "A"
judul = "Isi"
diisi = ["pemohon"]
[[bagian.isian]]
nama = "jenis"
label = "Jenis"
jenis = "pilihan"
pilihan = [{ nilai = "satu", label = "Satu" }, { nilai = "dua", label = "Dua" }]
[[bagian.isian]]
nama = "alasan"
label = "Alasan"
jenis = "teks"
bila = { medan = "jenis", salah_satu = ["dua"] }
[[bagian.isian]]
nama = "barang"
label = "Barang"
jenis = "baris"
paling_kecil = 1
paling_besar = 3
kolom = [
  { nama = "nama", label = "Nama", jenis = "teks" },
  { nama = "jumlah", label = "Jumlah", jenis = "angka", paling_kecil = 1, paling_besar = 9, satuan = "buah" },
]
"""
FORM = parse(TEXT, "contoh")
FULL = {"jenis": ["satu"], "barang.0.nama": ["Server"], "barang.0.jumlah": ["1"]}


def sample(field: Field) -> str:
    """Give a faultless value of a plain field."""
    match field.kind:
        case FieldKind.CHOICE | FieldKind.CHOICES:
            return field.options[0].value
        case FieldKind.DAY:
            return "2026-11-20"
        case FieldKind.MOMENT:
            return "2026-11-20T09:30"
        case FieldKind.NUMBER:
            return str(field.least)
        case FieldKind.TICK:
            return "ya"
        case FieldKind.NIP:
            return NIP
        case FieldKind.PHONE:
            return "0812 3456 7890"
        case FieldKind.EMAIL:
            return "nama@contoh.go.id"
        case FieldKind.ADDRESS:
            return "192.0.2.10"
        case _:
            return "Contoh"


def filled(form: Form, *, all_: bool) -> dict[str, list[str]]:
    """Fill a form: everything that is needed, or everything there is."""
    found: dict[str, list[str]] = {}
    for field in leaves(form, {}):
        if (field.required or all_) and asked(field, found):
            found[field.name] = [sample(field)]
    return found


@pytest.mark.parametrize("code", FORMS)
@pytest.mark.parametrize("everything", [False, True])
def test_every_form_can_be_filled(code: str, *, everything: bool) -> None:
    """What is needed is enough, everything is not too much, and it is kept as it was typed."""
    answer = check(READY[code], filled(READY[code], all_=everything), TODAY)
    assert isinstance(answer, Filled), answer
    assert canonical.decode(canonical.encode(answer), Filled, "a form") == answer


@pytest.mark.parametrize("code", FORMS)
def test_every_form_can_be_shown(code: str) -> None:
    """Each plain field has its control, under a name that no other has; empty and full alike."""
    form = READY[code]
    full = filled(form, all_=True)
    for values in (None, full):
        page = sheet(form, Filling(values or {}, {}, {}, {}))
        names = [name for part in page.sections for block in part.blocks for name in controls(block)]
        assert len(names) == len(set(names))
        assert set(names) == {PREFIX + field.name for field in leaves(form, values or {})}


def controls(block: Block) -> list[str]:
    """Name the controls of a block."""
    return [one.control.name for one in (*block.cells, *(cell for row in block.rows for cell in row.cells))]


@pytest.mark.parametrize("code", FORMS)
@given(data=st.data())
def test_each_needed_field_is_asked_for_by_name(code: str, data: st.DataObject) -> None:
    """Leave one out, or write nonsense into one, and that one is named; nothing typed is lost."""
    form = READY[code]
    whole = filled(form, all_=False)
    if not whole:
        return
    victim = data.draw(st.sampled_from(sorted(whole)))
    without = check(form, {name: texts for name, texts in whole.items() if name != victim}, TODAY)
    assert isinstance(without, Faulty)
    assert victim in without.faults
    strange = check(form, {**whole, victim: ["\x00"]}, TODAY)
    assert isinstance(strange, Faulty)
    assert victim in strange.faults


@given(
    st.sampled_from(FORMS), st.dictionaries(st.text(max_size=20), st.lists(st.text(max_size=20), max_size=3))
)
def test_hostile_input_is_answered(code: str, given_: dict[str, list[str]]) -> None:
    """Whatever names and values come, the answer is a form or sentences."""
    assert isinstance(check(READY[code], given_, TODAY), Filled | Faulty)


def test_every_form_of_a_table_exists_and_has_a_source() -> None:
    """What the tables name is shipped; the forms the documents do not name are marked as ours."""
    named = {
        code for table in shipped().values() for step in table.steps for code in forms_of(step.documents)
    }
    assert named <= set(SHIPPED) == set(FORMS)
    assert {code for code, form in SHIPPED.items() if form.source is Source.PROPOSED} == {
        "F13",
        "F15",
        "F18",
        "F19",
    }


def test_no_form_asks_for_an_identity_number() -> None:
    """Neither NIK nor a scan of an identity card is ever asked for (UU 27/2022)."""
    for form in SHIPPED.values():
        assert not [field.name for field in leaves(form, {}) if re.search("nik|ktp|foto", field.name)]


@pytest.mark.parametrize(
    ("change", "faulty", "said"),
    [
        ({"jenis": ["tiga"]}, "jenis", "tidak dikenal"),
        ({"jenis": ["satu", "dua"]}, "jenis", "lebih dari satu kali"),
        ({"alasan": ["x"]}, "alasan", "Tidak diisi untuk pilihan ini"),
        ({"jenis": ["dua"]}, "alasan", "Wajib diisi"),
        ({"barang.0.jumlah": ["10"]}, "barang.0.jumlah", "antara 1 dan 9 buah"),
        ({"barang.0.jumlah": ["banyak"]}, "barang.0.jumlah", "bilangan bulat"),
        ({"barang.1.nama": ["Kabel"]}, "barang.1.jumlah", "Wajib diisi"),
        ({"barang.3.nama": ["Kabel"]}, "", "tidak dikenal"),
        ({"barang.x.nama": ["Kabel"]}, "", "tidak dikenal"),
        ({"barang.00.nama": ["Kabel"]}, "", "tidak dikenal"),
        ({"x" * 10: ["a"] * 3000}, "", "terlalu banyak"),
    ],
)
def test_a_fault_is_named(change: dict[str, list[str]], faulty: str, said: str) -> None:
    """Rows, bounds and dependent fields each have their sentence."""
    answer = check(FORM, {**FULL, **change}, TODAY)
    assert isinstance(answer, Faulty)
    assert said in answer.faults[faulty]


@pytest.mark.parametrize("address", ["192.0.2.1000", "::g", "192.0.2.010", "contoh.go.id"])
def test_an_address_is_one(address: str) -> None:
    """What no network could route is refused; both families are known, in one spelling."""
    full = filled(READY["F16"], all_=True)
    wrong = check(READY["F16"], {**full, "ip": [address]}, TODAY)
    assert isinstance(wrong, Faulty)
    assert "Alamat IP" in wrong.faults["ip"]
    assert isinstance(check(READY["F16"], {**full, "ip": ["2001:db8::1"]}, TODAY), Filled)


def test_rows_and_people_are_read_back() -> None:
    """A filled form gives its rows in order and its people whole."""
    rows = {**FULL, "barang.1.nama": ["Kabel"], "barang.1.jumlah": ["2"]}
    answer = check(FORM, rows, TODAY)
    assert isinstance(answer, Filled)
    assert [row["nama"] for row in answer.rows("barang")] == ["Server", "Kabel"]
    assert (answer.one("jenis"), answer.one("alasan")) == ("satu", "")
    letter = check(READY["F17"], filled(READY["F17"], all_=True), TODAY)
    assert isinstance(letter, Filled)
    assert letter.person("contact_person")["nip"] == NIP


def test_a_part_is_a_form_of_its_own() -> None:
    """Whoever receives a visitor fills part B and sees nothing of part C."""
    assert {field.name for field in READY["F13"].part("B").fields} == {
        "kartu_tamu",
        "lapor",
        "identitas",
        "tata_tertib",
    }
    with pytest.raises(KeyError):
        READY["F13"].part("Z")
    assert READY["F13"].parts[1].filled_by == (Role.OPERATOR,)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (NIP, ""),
        ("19850317 201001 1 002", ""),
        ("199001012023212003", ""),  # PPPK
        ("19850317201001100", "18 angka"),
        ("198503172010013002", "18 angka"),
        ("198513172010011002", "tanggal lahir"),
        ("198502302010011002", "tanggal lahir"),
        ("198503172010131002", "bulan pengangkatan"),
        ("198503171999011002", "Tahun pengangkatan"),
        ("198503172030011002", "Tahun pengangkatan"),
        ("198503172010011000", "000"),
    ],
)
def test_a_nip_is_checked_by_its_parts(text: str, said: str) -> None:
    """Eighteen digits, a date, an appointment that could be, a serial."""
    values = {**filled(READY["F15"], all_=False), "nip": [text]}
    answer = check(READY["F15"], values, TODAY)
    if not said:
        assert isinstance(answer, Filled)
        assert answer.one("nip") == "".join(text.split())
        return
    assert isinstance(answer, Faulty)
    assert said in answer.faults["nip"]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('kode = "F05"', 'kode = "F77"', "no form of the sheet"),
        ('nama = "alasan"', 'nama = "jenis"', "stands twice"),
        ('nama = "alasan"', 'nama = "Alasan"', "no field name"),
        ('jenis = "teks"', 'jenis = "pilihan"', "must have options"),
        ('jenis = "teks"', 'jenis = "baris"', "must have columns"),
        ('jenis = "teks"', 'jenis = "gambar"', "Invalid enum value"),
        ('jenis = "teks"', 'jenis = "pilihan"\npilihan_dari = "gaji"', "a list of the office"),
        ('jenis = "teks"', 'jenis = "teks"\nwarna = "biru"', "unknown key 'warna'"),
        ("paling_besar = 3", "paling_besar = 0", "between its bounds"),
        ('medan = "jenis"', 'medan = "alasan"', "no other field"),
        ('label = "Nama", jenis = "teks"', 'label = "Nama", jenis = "orang"', "has rows of orang"),
        ("[[bagian]]", "[[bagian", "cannot be read"),
    ],
)
def test_a_faulty_form_is_refused_with_its_fault(old: str, new: str, said: str) -> None:
    """An office that edits a form is told what is wrong with it."""
    assert old in TEXT
    with pytest.raises(OperatorMistaken, match=re.escape(said)):
        parse(TEXT.replace(old, new, 1), "contoh")
