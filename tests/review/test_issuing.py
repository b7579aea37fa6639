"""Documents are issued, numbered without gaps, initialled, signed and verified through a case's steps."""

import pytest

from card_registry.errors import OperatorMistaken
from review.access import Refused
from review.case import Advanced, Answer, advance
from review.documents.copies import Copy
from review.documents.layout import Grid
from review.people import Capacity, Role
from review.procedure import Effect
from review.store import books, cases, issued, letterheads, papers, people
from review.store.issued import FileKind, Issued
from review.store.transaction import reading, writing
from review.workflow import documents
from review.workflow.effects import WORK
from review.workflow.scene import Scene
from tests.review.papers import (
    CASE,
    HANDOVER,
    LETTER,
    answer,
    case_at,
    delegated,
    fill,
    raced_numbers,
    staff,
    stands,
)
from tests.review.world import World


def newest(world: World, form: str) -> Issued:
    """Give the newest document of a form in the test's case."""
    with reading(world.office.store) as connection:
        found = issued.newest(connection, CASE, form)
    assert found is not None
    return found


def printed(world: World, one: Issued) -> Copy:
    """Give a document as it is printed now."""
    with reading(world.office.store) as connection:
        return documents.copy_of(connection, world.office, one, "https://akses.contoh.go.id")


def drafted(world: World) -> Issued:
    """Bring a reply to its first draft."""
    staff(world, Role.KASI, Role.JFU)
    case_at(world, "S3.A", "7")
    fill(world, "F16.A", LETTER)
    answer(world, world.person("jfu"))
    return newest(world, "F16")


def test_a_reply_is_initialled_twice_signed_numbered_and_entered(world: World) -> None:
    """The draft has no number; Kasi and Kabid initial it; the signature gives it one; sending enters it."""
    draft = drafted(world)
    assert draft.number == ""
    answer(world, world.person("kasi"), "sesuai")
    answer(world, world.person("kabid"), "sesuai")
    answer(world, world.person("kadis"))
    one = newest(world, "F16")
    assert (one.code, one.number) == (draft.code, "001/SB/2026")
    copy = printed(world, one)
    assert [(put.initial, put.name) for put in copy.signed] == [
        (True, "Pejabat kasi"),
        (True, "Pejabat Kabid"),
        (False, "Pejabat Kadis"),
    ]
    assert all(place.signed for place in copy.places())
    answer(world, world.person("jfu"))
    with reading(world.office.store) as connection:
        [sent] = books.letters(connection, CASE)
        told = papers.notices(connection, world.person("pemohon").id)
    assert (sent.direction, sent.subject, sent.party) == (
        books.Direction.OUT,
        LETTER["hal"],
        LETTER["kepada"],
    )
    assert "001/SB/2026" in told[0].text


def test_a_new_version_voids_the_initials_of_the_old(world: World) -> None:
    """A draft filled anew is another document: with a code of its own, initialled by nobody yet."""
    first = drafted(world)
    answer(world, world.person("kasi"), "sesuai")
    assert printed(world, newest(world, "F16")).signed
    answer(world, world.person("kabid"), "tidak sesuai", "Perbaiki alamat")
    fill(world, "F16.A", LETTER | {"kepada": "Direktur RSUD"})
    answer(world, world.person("kasi"), "sesuai")
    second = newest(world, "F16")
    assert second.code != first.code
    assert [put.name for put in printed(world, second).signed] == ["Pejabat kasi"]
    with reading(world.office.store) as connection:
        old = issued.find(connection, first.code)
        assert old is not None
        assert not old.newest
        assert [put.name for put in documents.signed(connection, world.office, old)] == ["Pejabat kasi"]


def test_who_stands_in_signs_in_that_capacity(world: World) -> None:
    """A Plh. is printed as such; who signs atas nama is printed under the title of the other."""
    drafted(world)
    answer(world, world.person("kasi"), "sesuai")
    stand_in = delegated(world.person("operator"), Role.KABID, Capacity.DAILY)
    answer(world, stand_in, "sesuai")
    with writing(world.office.store) as connection:
        span = (world.clock(), world.clock() + 10_000)
        people.delegate(connection, world.person("kabid").id, Role.KADIS, Capacity.FOR, span)
    answer(world, world.person("kabid"))
    places = {place.caption: place for place in printed(world, newest(world, "F16")).places()}
    assert places["Paraf Kabid"].titles[0].startswith("Plh. ")
    assert places["Kepala Dinas"].titles[0].startswith("a.n. ")
    assert len(places["Kepala Dinas"].titles) == 2


def test_nothing_is_made_of_a_form_that_is_missing(world: World) -> None:
    """A step that makes a document is refused, and stays, while its form is not filled."""
    staff(world, Role.JFU)
    case_at(world, "S3.A", "7")
    refused = answer(world, world.person("jfu"))
    assert isinstance(refused, Refused)
    assert refused.why == "Isi terlebih dahulu F16 (Surat Balasan)."
    assert stands(world) == "7"


def test_minutes_of_a_handover_are_numbered_and_name_both_parties(world: World) -> None:
    """The minutes say the day and the amounts in words, and the applicant who leaves a server signs first."""
    case_at(world, "P5", "4")
    fill(world, "F05.A", HANDOVER)
    answer(world, world.person("pemohon"))
    one = newest(world, "F05")
    assert one.number == "001/BAST/2026"
    first, second, known = printed(world, one).places()
    assert "Pejabat Pemohon" in first.signed
    assert (first.name, second.name, known.signed) == ("Pengantar Contoh", "Penerima Contoh", "")


def test_numbers_have_no_gaps_when_many_issue_at_once(world: World) -> None:
    """Eight writers at once take eight numbers in a row; what is rolled back takes none."""
    assert raced_numbers(world) == [f"{number:03}/BAST/2026" for number in range(1, 9)]


def test_a_file_is_found_by_its_own_hash_and_kept_once(world: World) -> None:
    """The hash of the text and the hash of a file made of it lead to the same document."""
    one = drafted(world)
    with writing(world.office.store) as connection:
        first = issued.keep(connection, one.code, FileKind.PDF, b"%PDF", world.clock())
        assert issued.keep(connection, one.code, FileKind.PDF, b"%PDF", world.clock()) == first
        assert len(issued.files(connection, one.code)) == 1
        for digest in (first, one.sha256):
            found = issued.by_hash(connection, digest)
            assert found is not None
            assert found.code == one.code
        assert issued.by_hash(connection, "00" * 32) is None


def test_the_office_sets_its_letterhead_and_its_numbers(world: World) -> None:
    """What is set stands on the next document, and its series counts apart from the one before."""
    with writing(world.office.store) as connection:
        for name, value in (
            ("kop.instansi", "Pemerintah Kabupaten Contoh"),
            ("kop.unit", "Dinas Kominfo"),
            ("kop.alamat", "Jalan Contoh 1"),
            ("nomor.F05", "032/{urut:03}/{bulan_romawi}/{tahun}"),
        ):
            letterheads.keep(connection, name, "lama {urut}")
            letterheads.keep(connection, name, value)
    case_at(world, "P5", "4")
    fill(world, "F05.A", HANDOVER)
    answer(world, world.person("pemohon"))
    one = newest(world, "F05")
    assert one.number == "032/001/XI/2026"
    assert (one.sheet.head.agency, one.sheet.head.unit) == ("PEMERINTAH KABUPATEN CONTOH", "DINAS KOMINFO")
    assert (one.sheet.head.address, one.sheet.place) == ("Jalan Contoh 1", "Contoh")


UNUSABLE = (
    ("site", "lain"),
    ("nomor.", "{urut}"),
    ("nomor.F99", "{urut}"),
    ("nomor.F05", "{salah}"),
    ("nomor.F05", "{tahun}"),
    ("kop.unit", ""),
    ("kop.unit", "a\nb"),
    ("kop.unit", "x" * 201),
)


def test_a_setting_that_cannot_be_used_is_refused(world: World) -> None:
    """Another setting, an unusable template, or more than a line changes nothing."""
    with writing(world.office.store) as connection:
        for name, value in UNUSABLE:
            with pytest.raises(OperatorMistaken):
                letterheads.keep(connection, name, value)
        assert letterheads.take_number(connection, "F05", world.office.today()) == "001/BAST/2026"


def test_every_disposition_is_on_the_sheet(world: World) -> None:
    """S2.A: Kadis, then Kabid pass the letter on; the newest sheet has both rows, each with its words."""
    case_at(world, "S2.A", "2")
    with writing(world.office.store) as connection:
        for login, note in (("kadis", "Tindak lanjuti."), ("kabid", "Siapkan tempat.")):
            person = world.person(login)
            file = cases.load(connection, CASE, lock=True)
            assert file is not None
            moved = advance(file.case, Answer(file.case.step, 1, "selesai", note), person, world.clock())
            assert isinstance(moved, Advanced)
            cases.save(connection, file.case, moved.case)
            scene = Scene(connection, world.office, moved, person.id, None, world.clock())
            WORK[Effect.DISPOSE](scene)
    one = newest(world, "F12")
    assert (one.version, one.number) == (2, "")
    table = one.sheet.blocks[-1]
    assert isinstance(table, Grid)
    assert [row[3] for row in table.rows] == ["Tindak lanjuti.", "Siapkan tempat."]
    assert "Pejabat Kadis" in table.rows[0][1]


def test_a_report_counts_its_papers_and_the_doors(world: World) -> None:
    """P10: the recap of the door log is a document that Kabid signs."""
    case_at(world, "P10", "1")
    answer(world, world.person("operator"))
    one = newest(world, "LAP")
    assert one.sheet.title == "Laporan"
    assert [block.title for block in one.sheet.blocks if isinstance(block, Grid)] == [
        "Rekap log pintu",
        "Kertas kerja",
    ]
    assert not printed(world, one).signed
