"""The official tables: read strictly, checked as the sheet demands, named by their fingerprint."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from card_registry import canonical
from card_registry.errors import OperatorMistaken
from review.people import Role
from review.procedure import DONE, Effect, Procedure, StepKind, Wait, fingerprint, parse
from review.shelf import ACCESS, shipped

S1A = shipped()[ACCESS]

TABLE = """
[sop]
id = "contoh"
instansi = "Kabupaten Contoh"
unit = "Dinas Contoh"
nama = "Contoh"
nomor = "1"
tgl_pembuatan = 2026-01-01
tgl_efektif = 2026-01-02
[sop.disahkan]
jabatan = "Kepala"
[[sop.pelaksana]]
peran = "pemohon"
judul = "Unit Kerja"
[prosedur]
id = "X"
judul = "CONTOH"
mulai = "1"
prefiks = "XX"
urutan_mutu = ["waktu"]
[[prosedur.langkah]]
no = "1"
kegiatan = "Meminta"
peran = "pemohon"
jenis = "proses"
lanjut = "2"
tombol = "Kirim"
[[prosedur.langkah]]
no = "2"
kegiatan = "Memeriksa"
peran = "kabid"
jenis = "keputusan"
cabang = [{ label = "ya", ke = "SELESAI", tombol = "Ya" }, { label = "tidak", ke = "1", tombol = "Tidak" }]
"""


def test_the_access_procedure_is_the_official_table() -> None:
    """Seven steps, the documents' words, and our additions marked as ours."""
    assert [step.no for step in S1A.steps] == ["1", "2", "3", "4", "5", "6", "7"]
    assert S1A.identity.number == "060/ 016 /406.020/2023"
    assert S1A.step("1").activity == "Mengisi formulir permintaan akses ruang server"
    assert S1A.step("3").kind is StepKind.DECISION
    assert [(branch.label, branch.to) for branch in S1A.step("3").branches] == [
        ("disetujui", "4"),
        ("ditolak", "6"),
    ]
    assert S1A.step("3").branches[1].source == "usulan"
    assert S1A.step("5").waits is Wait.REGISTRY_ACK
    assert S1A.step("5").effects == (Effect.MAKE_CARD, Effect.PUBLISH)
    assert S1A.title_of(Role.KABID) == "Kabid Aptika"
    assert S1A.title_of(Role.AUDITOR) == "Auditor"


def test_shipped_tables_hold_no_names_of_officials() -> None:
    """Names and numbers of people are for the office to fill in."""
    assert S1A.identity.approved.name == ""
    assert S1A.identity.approved.number == ""


def test_applicant_approver_and_maker_are_kept_apart_by_the_table() -> None:
    """Step 4 is apart from 1, step 5 from 1 and 4."""
    assert "1" in S1A.step("4").apart
    assert {"1", "4"} <= set(S1A.step("5").apart)


def test_a_fingerprint_names_exactly_one_table() -> None:
    """It survives storing, and any changed word changes it."""
    stored = canonical.decode(canonical.encode(S1A), Procedure, "a table")
    assert fingerprint(stored) == fingerprint(S1A)
    base = parse(TABLE, "contoh")
    assert fingerprint(parse(TABLE.replace("Memeriksa", "Meneliti"), "contoh")) != fingerprint(base)
    assert re.fullmatch("[0-9a-f]{64}", fingerprint(base))


def test_a_step_that_is_not_there_is_an_error() -> None:
    """Asking for a missing row is a defect of the caller."""
    with pytest.raises(KeyError):
        S1A.step("9")
    assert S1A.step("2").branch("lain") is None


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('lanjut = "2"', 'lanjut = "7"', "leads to 7"),
        ('ke = "1"', 'ke = "SELESAI"', ""),
        ('ke = "SELESAI"', 'ke = "1"', "cannot end"),
        ('lanjut = "2"', 'lanjut = "SELESAI"', "step 2 cannot be reached"),
        ('label = "tidak"', 'label = "ya"', "two different answers"),
        ('jenis = "keputusan"', 'jenis = "proses"', "is no decision"),
        ('mulai = "1"', 'mulai = "5"', "the start must be"),
        ('no = "2"', 'no = "1"', "each step number must occur once"),
        ('tombol = "Kirim"', 'tombol = "Kirim"\nefek = ["kasus.hapus"]', "Invalid enum value"),
        ('tombol = "Kirim"', 'tombol = "Kirim"\nwarna = "biru"', "unknown key 'warna'"),
        ('tombol = "Kirim"', 'tombol = "Kirim"\nprefiks = "X"', "no place in [langkah]"),
        ('tombol = "Kirim"', 'tombol = "Kirim"\npisah_tugas = ["9"]', "apart from 9"),
        ('tombol = "Kirim"', 'tombol = "Kirim"\ntunggu = "registri.ack"', "publishes nothing"),
        ('tombol = "Tidak" }', 'tombol = "Tidak", judul = "x" }', "no place in [cabang]"),
        ('judul = "Unit Kerja"', 'judul = "Unit Kerja"\nlabel = "x"', "no place in [pelaksana]"),
        ('jabatan = "Kepala"', 'jabatan = "Kepala"\nlabel = "x"', "no place in [disahkan]"),
        ('id = "X"', 'id = "X"\nlabel = "x"', "no place in [prosedur]"),
        ('nomor = "1"', 'nomor = "1"\nlabel = "x"', "no place in [sop]"),
        ("[prosedur]\n", "[prosedur]\nurutan = 3\n", "unknown key"),
        ('jenis = "keputusan"', 'jenis = "keputusan"\nefek = ["akses.terbitkan"]', "must be apart"),
        ('tombol = "Kirim"', 'tombol = "Kirim"\nefek = ["kartu.terbitkan"]', "must be apart"),
        ('lanjut = "2"\n', "", "cannot be read: 'to'"),
        ("[sop.disahkan]", "[sop.disahkan", "cannot be read"),
        ("[sop]", "[judul]", "no place in [the file]"),
    ],
)
def test_a_faulty_table_is_refused_with_its_fault(old: str, new: str, said: str) -> None:
    """Every check of the sheet's §9 speaks; an allowed change does not."""
    assert old in TABLE
    text = TABLE.replace(old, new, 1)
    if not said:
        assert parse(text, "contoh").step("2").branches[1].to == "SELESAI"
        return
    with pytest.raises(OperatorMistaken, match=re.escape(said)):
        parse(text, "contoh")


def test_a_plain_step_has_one_answer() -> None:
    """``lanjut`` becomes the branch labelled selesai."""
    assert [branch.label for branch in parse(TABLE, "contoh").step("1").branches] == [DONE]


@given(st.text(max_size=400))
def test_any_text_is_read_or_refused(text: str) -> None:
    """No text makes the reader fail in another way."""
    with pytest.raises(OperatorMistaken):
        parse(text, "sembarang")
