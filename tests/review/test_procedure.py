"""The official tables: read strictly, checked as the sheet demands, named by their fingerprint."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from card_registry import canonical
from card_registry.errors import OperatorMistaken
from review.people import Role
from review.procedure import (
    DONE,
    Effect,
    Procedure,
    Source,
    Step,
    StepKind,
    Wait,
    fingerprint,
    natural,
    parse,
    parse_all,
)
from review.shelf import ACCESS, shipped
from review.workflow.effects import WORK
from tests.review.small_table import HEAD

SHIPPED = shipped()
S1A = SHIPPED[ACCESS]
SHEET = Path(__file__).parents[1] / "golden" / "sop_tables.txt"
OFFICIAL = ("S1.A", "S2.A", "S2.B", "S3.A", "S4.A", "S5.A")

TABLE = (
    HEAD
    + """
[[prosedur.langkah]]
no = "1"
kegiatan = "Meminta"
gloss = "ask"
peran = "pemohon"
jenis = "proses"
lanjut = "2"
tombol = "Kirim"
[[prosedur.langkah]]
no = "2"
kegiatan = "Memeriksa"
gloss = "check"
peran = "kabid"
jenis = "keputusan"
cabang = [{ label = "ya", ke = "SELESAI", tombol = "Ya" }, { label = "tidak", ke = "1", tombol = "Tidak" }]
"""
)


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


@pytest.mark.parametrize("table", SHIPPED.values(), ids=lambda table: table.id)
def test_shipped_tables_hold_no_names_of_officials(table: Procedure) -> None:
    """Names and numbers of people are for the office to fill in."""
    assert (table.identity.approved.name, table.identity.approved.number) == ("", "")


def sheet() -> dict[str, list[list[str]]]:
    """Read the sheet's tables: eleven cells a row."""
    tables: dict[str, list[list[str]]] = {}
    for line in SHEET.read_text("utf-8").splitlines():
        if line.startswith("## "):
            tables[line[3:]] = []
        elif line.startswith("| "):
            tables[list(tables)[-1]].append([cell.strip() for cell in line[1:-1].split("|")])
    return tables


def plain(cell: str) -> str:
    """Give a cell's wording without the sheet's own marks."""
    wording = re.sub(r" *\[(U|T|OCR\?)\]|\*", "", cell)
    return "" if wording == "–" else re.sub(" +", " ", wording)


def cells(step: Step) -> list[str]:
    """Write a shipped row as the sheet writes it."""
    onward = "; ".join(f"{one.label}→{one.to}" for one in step.branches)
    if step.kind is StepKind.PROCESS:
        onward = step.branches[0].to
    named = {Effect.START: step.starts, Effect.EVERY_MONTH: step.monthly}
    effects = [":".join([effect, *named.get(effect, ())]) for effect in step.effects]
    printed = [step.no, step.activity, step.gloss, step.role_printed, step.role, step.kind, onward]
    return [*printed, "; ".join(step.documents), step.duration, "; ".join(step.output), "; ".join(effects)]


@pytest.mark.parametrize("id", sheet())
def test_every_table_says_what_the_sheet_says(id: str) -> None:
    """All sixteen procedures, cell by cell."""
    table = SHIPPED[id]
    assert [cells(step) for step in table.steps] == [[plain(cell) for cell in row] for row in sheet()[id]]


def test_the_shipped_tables_are_those_of_the_sheet() -> None:
    """Sixteen procedures, 139 steps, 35 decisions (sop.md §9)."""
    steps = [step for table in SHIPPED.values() for step in table.steps]
    assert set(SHIPPED) == set(sheet())
    assert len(steps) == 139
    assert sum(step.kind is StepKind.DECISION for step in steps) == 35


@pytest.mark.parametrize("id", sheet())
def test_what_the_sheet_marks_has_its_source(id: str) -> None:
    """A value that the documents do not say is never shown as theirs; proposed procedures are ours whole."""
    table = SHIPPED[id]
    for step, row in zip(table.steps, sheet()[id], strict=True):
        for word, cell in (("peran", row[3]), ("kelengkapan", row[7]), ("waktu", row[8]), ("output", row[9])):
            doubted = "[" in cell or (word == "peran" and cell.startswith(("OCR", "→", "label")))
            assert (table.source_of(step, word) is Source.DOCUMENT) == (id in OFFICIAL and not doubted)
        assert table.source_of(step, "efek") is Source.PROPOSED


def test_a_procedure_that_another_starts_is_shipped() -> None:
    """What a step names to begin, or to repeat each month, exists."""
    named = {
        one for table in SHIPPED.values() for step in table.steps for one in (*step.starts, *step.monthly)
    }
    assert named == {"S2.B", "P5", "P6"}
    assert named <= set(SHIPPED)


def test_a_file_of_several_tables_is_not_one() -> None:
    """``parse`` wants exactly one; ``parse_all`` reads them all under one identity."""
    second = TABLE[TABLE.index("[[prosedur]]") :].replace('id = "X"', 'id = "Y"')
    assert [table.id for table in parse_all(TABLE + second, "contoh")] == ["X", "Y"]
    with pytest.raises(OperatorMistaken, match="has 2 tables"):
        parse(TABLE + second, "contoh")


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
        ("[[prosedur]]\n", "[[prosedur]]\nurutan = 3\n", "unknown key"),
        ('jenis = "keputusan"', 'jenis = "keputusan"\nefek = ["akses.terbitkan"]', "must be apart"),
        ('tombol = "Kirim"', 'tombol = "Kirim"\nefek = ["kartu.terbitkan"]', "must be apart"),
        ('lanjut = "2"\n', "", "cannot be read: 'to'"),
        ('tombol = "Kirim"', 'tombol = "Kirim"\nefek = ["prosedur.mulai"]', "must name a procedure"),
        ('tombol = "Kirim"', 'tombol = "Kirim"\nefek = ["disposisi:S2.A"]', "must not name a procedure"),
        ('tombol = "Kirim"', 'tombol = "Kirim"\nefek = ["registri.tunggu_ack"]', "publishes nothing"),
        ('tombol = "Kirim"', 'tombol = "Kirim"\nboleh_mencatat = ["pemohon"]', "its own role"),
        ('tombol = "Kirim"', 'tombol = "Kirim"\nwaktu = "0 hari"', "has the duration '0 hari'"),
        ('tombol = "Kirim"', 'tombol = "Kirim"\nwaktu = "1 minggu"', "has the duration '1 minggu'"),
        ('tombol = "Kirim"', 'tombol = "Kirim"\nkelengkapan = ["F20"]', "names form F20"),
        ('tombol = "Kirim"', 'tombol = "Kirim"\nmaks_putaran = 2', "cannot limit its rounds"),
        ('tombol = "Kirim"', 'tombol = "Kirim"\nsumber = { warna = "usulan" }', "unknown key 'warna'"),
        ('tombol = "Tidak" }', 'tombol = "Tidak", wajib = ["F99"] }', "names form F99"),
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


def test_tables_are_listed_as_people_count() -> None:
    """The official ones first, and P10 after P9."""
    ids = list(SHIPPED)
    assert ids[:6] == ["S1.A", "S2.A", "S2.B", "S3.A", "S4.A", "S5.A"]
    assert ids[6:] == [f"P{number}" for number in range(1, 11)]
    assert natural("KHUSUS") == (True, 0, "KHUSUS")


def test_every_effect_of_the_closed_list_has_its_work() -> None:
    """What a table may name, the program does; so every table that loads can be run."""
    assert set(WORK) == set(Effect)
