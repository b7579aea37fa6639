"""What is taken away, before any store: texts that run nowhere, CSV that reads back, filters in words."""

import csv
import io
from datetime import date

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from review.case import CaseState
from review.export.comma import REMEMBERED, Comma, written
from review.export.defusing import defused, one_line
from review.export.table import Column, Holds, rows_of, turns_of
from review.export.wanted import (
    AccessWanted,
    CasesWanted,
    EventsWanted,
    Form,
    ProofWanted,
    Subject,
    TrailWanted,
    Wanted,
    Which,
    as_json,
    from_json,
    subject_of,
    told,
)
from review.web.export_form import NO_FORM, TOO_LONG, UNREAD, Present, Read, Typed, days, read
from review.web.span import TURNED
from tests.review.world import NOON

ZONE = "Asia/Jakarta"
DAY = date(2026, 11, 20)
MIDNIGHT = NOON - 15 * 3_600_000
RUN = ("=", "+", "-", "@", "|", "%", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""What a cell begins with that some spreadsheet runs."""

TEXTS = st.text(st.sampled_from("=+-@|%;,\t\r\n\"' aé\uff1d\x00\x85\u2028"), max_size=12)
COLUMNS = (Column("Nomor", Holds.NUMBER), Column("Jam", Holds.STAMP), Column("Teks"))


def cells(data: bytes, separator: str) -> list[list[str]]:
    """Read CSV as a spreadsheet that believes in a separator."""
    text = data.decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=separator))


@pytest.mark.parametrize(
    ("text", "safe"),
    [
        ("=HYPERLINK(A1)", "'=HYPERLINK(A1)"),
        ("+62 811", "'+62 811"),
        ("  =1", "  '=1"),
        ("\r\n=1", " '=1"),
        ("a;=1", "a;'=1"),
        ("'=1", "''=1"),
        ("\uff1d1", "'\uff1d1"),
        ("Dinas A - B", "Dinas A - B"),
        ("S1.A, langkah 2", "S1.A, langkah 2"),
    ],
)
def test_a_formula_is_written_as_text(text: str, safe: str) -> None:
    """Whatever begins a formula has a mark before it, also behind a separator of another country."""
    assert defused(text) == safe


@given(TEXTS)
def test_no_text_runs_and_every_row_is_one_line(text: str) -> None:
    """Read with any separator, no cell begins a formula; read with its own, the text is the defused one."""
    for separator in (",", ";"):
        data = b"".join(written(COLUMNS, [((7,), ("10:00:00",), (text,))], separator))
        assert data.count(b"\r\n") == 2
        assert cells(data, separator)[1] == ["7", "10:00:00", defused(text)]
        for other in (",", ";", "\t", "|"):
            for cell in cells(data, other)[1]:
                assert not cell.lstrip(' "').startswith(RUN), (text, other, cell)


@given(st.text(max_size=20))
def test_what_is_harmless_stays_as_it_is(text: str) -> None:
    """Only control signs and what may run are changed, and what is defused stays so."""
    clean = one_line(text)
    assert defused(defused(text)).replace("'", "") == defused(text).replace("'", "")
    if not any(sign in clean for sign in RUN):
        assert defused(text) == clean


def test_a_table_with_more_texts_than_are_remembered_is_written_all_the_same() -> None:
    """Forgetting texts loses none."""
    count = REMEMBERED + 5
    writer = Comma((Column("Teks"),))
    piece = writer.piece((tuple(f"a{number}" for number in range(count)),))
    assert piece.split() == [f"a{number}".encode() for number in range(count)]


def test_rows_come_in_turns_and_back() -> None:
    """No row is lost at the edge of a turn, and an empty table has no turn."""
    rows = [(number, f"{number}") for number in range(5)]
    found = [row for turn in turns_of(rows, 2) for row in rows_of(turn)]
    assert found == rows
    assert list(turns_of([], 2)) == []


WANTED: tuple[tuple[Wanted, Subject], ...] = (
    (EventsWanted(MIDNIGHT, NOON, Which.REFUSALS, "utama", named="Budi", unit="Dinas"), Subject.EVENTS),
    (AccessWanted(NOON, unit="Dinas"), Subject.ACCESS),
    (CasesWanted(None, NOON, "S1.A", CaseState.CLOSED), Subject.CASES),
    (TrailWanted(MIDNIGHT, named="Budi"), Subject.TRAIL),
    (ProofWanted(MIDNIGHT), Subject.PROOF),
)


@pytest.mark.parametrize(("wanted", "subject"), WANTED)
def test_what_was_asked_for_is_written_down_and_read_again(wanted: Wanted, subject: Subject) -> None:
    """The record of a file says exactly which filter it was."""
    assert subject_of(wanted) is subject
    assert from_json(subject, as_json(wanted)) == wanted
    assert "null" not in as_json(wanted)


def test_a_record_of_another_kind_is_refused() -> None:
    """A filter of rights is none of events."""
    with pytest.raises(msgspec.ValidationError):
        from_json(Subject.ACCESS, "{}")


def test_a_filter_says_itself_in_words() -> None:
    """Whole days by their names, moments with their hour, what restricts nothing not at all."""
    signs = {"utama": "Ruang Server"}
    assert told(WANTED[0][0], signs, ZONE) == (
        ("Masa", "20 November 2026, 00.00 WIB sampai sebelum 20 November 2026, 15.00 WIB"),
        ("Yang diambil", "Ditolak pintu"),
        ("Pintu", "Ruang Server"),
        ("Nama memuat", "Budi"),
        ("Unit", "Dinas"),
    )
    assert told(WANTED[1][0], signs, ZONE)[0] == ("Keadaan pada", "20 November 2026, 15.00 WIB")
    assert dict(told(WANTED[2][0], signs, ZONE))["Masa"].startswith("awal sampai sebelum")
    assert dict(told(WANTED[2][0], signs, ZONE))["Keadaan"] == "selesai"
    assert list(dict(told(WANTED[3][0], signs, ZONE))) == ["Masa", "Nama memuat"]
    assert dict(told(WANTED[4][0], signs, ZONE))["Masa"].endswith("sampai sebelum kini")
    day = 86_400_000
    one, two = ProofWanted(MIDNIGHT, MIDNIGHT + day), ProofWanted(MIDNIGHT, MIDNIGHT + 2 * day)
    assert dict(told(one, signs, ZONE)) == {"Masa": "20 November 2026", "Pintu": "Semua pintu"}
    assert dict(told(two, signs, ZONE))["Masa"] == "20 November 2026 sampai 21 November 2026"


@pytest.mark.parametrize(
    ("first", "last", "fault"),
    [
        ("", "", ""),
        ("2026-11-01", "", ""),
        ("kemarin", "", UNREAD),
        ("", "2026-02-30", UNREAD),
        ("1999-12-31", "", UNREAD),
        ("2026-11-21", "2026-11-20", TURNED),
        ("2010-01-01", "2026-01-01", TOO_LONG),
    ],
)
def test_days_are_read_or_have_a_sentence(first: str, last: str, fault: str) -> None:
    """Nothing is guessed: what cannot be read takes nothing away."""
    assert days(first, last, DAY).fault == fault


PRESENT = Present(NOON, DAY, ZONE)


def test_a_form_becomes_what_is_wanted() -> None:
    """Each subject takes its own fields; the present is never passed by the access list."""
    typed = {"bentuk": "csv", "hanya": "ditolak", "pintu": "utama", "nama": " Budi\0", "unit": "Dinas"}
    found = read(Typed(Subject.EVENTS, typed | {"dari": "2026-11-20"}), PRESENT)
    assert found == Read(
        EventsWanted(MIDNIGHT, MIDNIGHT + 86_400_000, Which.REFUSALS, "utama", named="Budi", unit="Dinas"),
        Form.CSV,
    )
    rights = read(Typed(Subject.ACCESS, typed), PRESENT)
    assert rights == Read(AccessWanted(NOON, "utama", "Budi", "Dinas"), Form.CSV)
    before = read(Typed(Subject.ACCESS, typed | {"sampai": "2026-11-19"}), PRESENT)
    assert isinstance(before, Read)
    assert before.wanted == AccessWanted(MIDNIGHT - 1, "utama", "Budi", "Dinas")
    listed = read(Typed(Subject.CASES, typed | {"keadaan": "selesai", "prosedur": "S1.A"}), PRESENT)
    assert isinstance(listed, Read)
    assert isinstance(listed.wanted, CasesWanted)
    assert (listed.wanted.state, listed.wanted.procedure) == (CaseState.CLOSED, "S1.A")
    unknown = read(Typed(Subject.CASES, typed | {"keadaan": "lain"}), PRESENT)
    assert isinstance(unknown, Read)
    assert isinstance(unknown.wanted, CasesWanted)
    assert unknown.wanted.state is None
    acts = read(Typed(Subject.TRAIL, typed), PRESENT)
    assert isinstance(acts, Read)
    assert isinstance(acts.wanted, TrailWanted)
    assert acts.wanted.named == "Budi"
    proof = read(Typed(Subject.PROOF, {"pintu": "utama"}), PRESENT)
    assert isinstance(proof, Read)
    assert proof.form is Form.ZIP
    assert read(Typed(Subject.EVENTS, {"bentuk": "docx"}), PRESENT) == NO_FORM
    assert read(Typed(Subject.EVENTS, typed | {"dari": "x"}), PRESENT) == UNREAD
    assert Form.SEMICOLON.suffix == "csv"
    assert Form.PDF.suffix == "pdf"
