"""Office profiles: read strictly, checked with their tables, others' tables taken over as proposals."""

import contextlib
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from card_registry.errors import OperatorMistaken
from review.numbering import Template
from review.people import Role
from review.procedure import END, Source, faults, fingerprint
from review.profile import Profile, adopted, completed, read
from review.shelf import profile_files, shipped
from review.workdays import DayKind

SHIPPED = shipped()
PROFILES = {id: read(text, id) for id, text in profile_files().items()}
DAY = date(2026, 9, 1)

SMALL = """
id = "kantor-kami"
nama = "Kantor kami"
[kop]
instansi = "Pemerintah Kabupaten Kami"
unit = "Dinas Kami"
tempat = "Kami"
[prosedur]
sendiri = ["S1.A"]
ambil_alih = ["P2", "P7", "P9"]
"""


def changed(old: str, new: str) -> str:
    """Give the small profile with one place changed."""
    assert old in SMALL
    return SMALL.replace(old, new)


def with_more(text: str) -> str:
    """Give the small profile with more behind it."""
    return f"{SMALL}{text}"


def test_five_offices_are_shipped() -> None:
    """Each under the name of its file, each with tables that can be used together."""
    assert set(PROFILES) == {"contoh", "djki", "karanganyar", "temanggung", "trenggalek"}
    for id, profile in PROFILES.items():
        assert profile.id == id
        for table in completed(profile, SHIPPED).values():
            assert faults(table) == ()


def test_the_example_has_every_table_as_it_was_printed() -> None:
    """It is what an office without a profile has."""
    assert dict(completed(PROFILES["contoh"], SHIPPED)) == dict(SHIPPED)


@pytest.mark.parametrize(
    ("office", "own"),
    [
        ("trenggalek", {"S1.A", "S2.A", "S2.B"}),
        ("temanggung", {"S3.A"}),
        ("karanganyar", {"S4.A"}),
        ("djki", {"S5.A"}),
    ],
)
def test_an_offices_own_tables_stay_as_printed_and_the_others_become_proposals(
    office: str, own: set[str]
) -> None:
    """What another office decreed is in force nowhere else: no number, no date, no legal basis of theirs."""
    profile = PROFILES[office]
    for id, table in completed(profile, SHIPPED).items():
        identity = table.identity
        if id in own:
            assert table == SHIPPED[id]
            continue
        assert fingerprint(table) != fingerprint(SHIPPED[id])
        assert identity.source is Source.PROPOSED
        assert (identity.agency, identity.number, identity.effective) == (profile.head.agency, "", "")
        assert identity.legal_basis == ()
        assert {table.source_of(step, "peran") for step in table.steps} == {Source.PROPOSED}
        assert [(step.no, step.role, step.branches) for step in table.steps] == [
            (step.no, step.role, tuple(replace(one, source=None) for one in step.branches))
            for step in SHIPPED[id].steps
        ]


def test_titles_are_the_offices() -> None:
    """A table that is taken over calls each role as the office does."""
    table = adopted(PROFILES["djki"], SHIPPED["S1.A"])
    assert table.title_of(Role.KABID) == "Kasubdit Pendukung Infrastruktur"
    assert table.title_of(Role.OPERATOR) == "Operator Ruang Server"
    assert table.identity.approved.office == "Direktur Teknologi Informasi KI"
    assert table.step("2").activity.endswith("kepada Kasubdit Pendukung Infrastruktur")


def test_a_page_that_numbers_its_columns_names_them_elsewhere() -> None:
    """Karanganyar prints 1 to 4 above its columns and the titles among the qualifications."""
    table = SHIPPED["S4.A"]
    assert [column.title for column in table.identity.columns] == ["1", "2", "3", "4"]
    assert table.title_of(Role.KABID) == "Kepala Bidang Tata Kelola Informatika"
    bare = replace(table, identity=replace(table.identity, qualifications=()))
    assert bare.title_of(Role.KABID) == "2"


@pytest.mark.parametrize(
    ("office", "form", "number"),
    [
        ("trenggalek", "F16", "060/ 016 /406.020/2026"),
        ("temanggung", "F16", "P/16/067/IX/2026"),
        ("karanganyar", "F16", "555/016/IX/2026"),
    ],
)
def test_letters_are_numbered_as_the_offices_documents_are(office: str, form: str, number: str) -> None:
    """The patterns of the five documents, with the office's own codes in their places."""
    numbers = PROFILES[office].numbers
    assert Template(numbers.filled(numbers.documents[form])).number(DAY, 16) == number


def test_an_office_may_number_its_cases_otherwise() -> None:
    """The template goes into the table itself, so a running case keeps the one it began with."""
    more = '[nomor]\nkode_opd = "406"\n[nomor.kasus]\n"S1.A" = "{prefiks}/{urut:03}/{kode_opd}/{tahun}"\n'
    table = completed(read(with_more(more), "x"), SHIPPED)["S1.A"]
    assert table.case_number == "{prefiks}/{urut:03}/406/{tahun}"
    assert Template(table.case_number, table.prefix).number(DAY, 7) == "ARS/007/406/2026"


def test_hours_and_local_days_make_a_calendar() -> None:
    """Six working days, other hours, and a day on which this office alone is closed."""
    more = (
        '[jam_kerja]\nbuka = 08:00:00\ntutup = 15:00:00\nhari = ["senin", "sabtu"]\nzona = "Asia/Makassar"\n'
        '[[libur]]\ntanggal = 2026-09-05\nnama = "Hari jadi"\n'
    )
    profile = read(with_more(more), "x")
    assert profile.local_days()[date(2026, 9, 5)].kind is DayKind.LOCAL
    calendar = profile.hours.calendar("Asia/Makassar", profile.local_days(), frozenset({2026}))
    worked = [day for day in range(1, 15) if calendar.works(date(2026, 9, day))]
    assert worked == [7, 12, 14]
    assert calendar.opens.hour == 8


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("x = [", "cannot be read"),
        ("", "missing required field"),
        (with_more("[lain]\nx = 1\n"), "unknown field `lain`"),
        (changed("tempat =", "kota ="), "unknown field|missing required"),
        (changed('id = "kantor-kami"', 'id = "Kantor Kami"'), "a profile's id must be"),
        (changed('unit = "Dinas Kami"', 'unit = " "'), "kop.unit needs one line"),
        (changed('nama = "Kantor kami"', 'nama = "a\\nb"'), "nama needs one line"),
        (with_more('[jabatan]\nbupati = "Bupati"\n'), "Invalid enum value 'bupati'"),
        (with_more('[jabatan]\nsistem = "Program"\n'), "which is the program itself"),
        (with_more('[jabatan]\nkabid = ""\n'), "jabatan.kabid needs one line"),
        (with_more("[jam_kerja]\nbuka = 17:00:00\n"), "must begin before they end"),
        (with_more("[jam_kerja]\nhari = []\n"), "each working day once"),
        (with_more('[jam_kerja]\nhari = ["senin", "senin"]\n'), "each working day once"),
        (with_more('[jam_kerja]\nzona = "Bulan/Kawah"\n'), "is no time zone"),
        (with_more('[jam_kerja]\nzona = "../etc/passwd"\n'), "is no time zone"),
        (with_more('[nomor]\nklas = "{urut}"\n'), "nomor.klas must be a code"),
        (with_more('[nomor.dokumen]\nF99 = "{urut}"\n'), "form F99, which does not exist"),
        (with_more('[nomor.dokumen]\nF16 = "{nama}"\n'), "no number template"),
        (with_more('[nomor.dokumen]\nF16 = "{tahun}"\n'), "add {urut}"),
        (with_more('[[libur]]\ntanggal = 2026-01-02\nnama = "a"\n' * 2), "occurs twice"),
        (with_more('[[libur]]\ntanggal = 2026-01-02\nnama = ""\n'), "libur 2026-01-02 needs one line"),
    ],
)
def test_a_profile_that_cannot_be_used_says_why(text: str, why: str) -> None:
    """Not TOML, an unknown key, or a value nobody could mean."""
    with pytest.raises(OperatorMistaken, match=why):
        read(text, "kami")


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (changed('["S1.A"]', '["S1.A", "S1.A"]'), "S1.A is named twice"),
        (changed('["S1.A"]', '["S1.A", "S9.Z"]'), "S9.Z does not exist"),
        (changed('sendiri = ["S1.A"]', "sendiri = []"), "S1.A must be in force: no card"),
        (changed('"P7", ', ""), "P7 must be in force"),
        (changed('["S1.A"]', '["S1.A", "S2.A"]'), "S2.A step 10 begins S2.B, which is not in force"),
        (with_more('[nomor.kasus]\nS3 = "{urut}"\n'), "nomor.kasus names S3"),
        (with_more('[nomor.kasus]\n"S1.A" = "{bulan}{nama}"\n'), "no number template"),
        (
            with_more('[nomor.kasus]\n"S1.A" = "Nomor perkara yang panjang sekali {urut}/{tahun}"\n'),
            "than 40",
        ),
    ],
)
def test_tables_that_cannot_stand_together_are_refused(text: str, why: str) -> None:
    """A table that is missing, named twice, begun by another, or numbered so that no case could bear it."""
    with pytest.raises(OperatorMistaken, match=why):
        completed(read(text, "kami"), SHIPPED)


def test_all_faults_are_named_at_once() -> None:
    """Whoever edits a profile corrects it in one go, also where a table is missing and numbered."""
    text = changed('["S1.A"]', '["S9.Z"]') + '[nomor.kasus]\n"S9.Z" = "{urut}"\n'
    with pytest.raises(OperatorMistaken) as refused:
        completed(read(text, "kami"), SHIPPED)
    assert str(refused.value).count(";") == 1
    assert END not in str(refused.value)


@given(st.text(max_size=300))
def test_no_text_breaks_the_reader(text: str) -> None:
    """It is a profile, or refused with a sentence."""
    with contextlib.suppress(OperatorMistaken):
        assert isinstance(read(text, "acak"), Profile)
