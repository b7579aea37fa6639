"""Files that people take away: what they hold, what is on record of them, and what ends them early."""

import csv
import hashlib
import io
import tracemalloc
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import insert, select, update

from card_registry.instant import DAY
from card_registry.journal.reading import read_proof
from review.access import Refused
from review.case import CaseState
from review.export import case_list, door_events, page_file, record, trail, unexplained
from review.export.comma import written
from review.export.table import rows_of
from review.export.taking import NO_FORM, NO_ROWS, Taken, take
from review.export.wanted import (
    AccessWanted,
    CasesWanted,
    EventsWanted,
    Form,
    ProofWanted,
    TrailWanted,
    Wanted,
    Which,
    as_json,
)
from review.store import audit, exports, grants
from review.store.exports import Export, ExportState
from review.store.transaction import reading, writing
from review.tables import holder, occurrence
from tests.card_registry.journal.books import Books, opened
from tests.card_registry.journal.proofs import ROOT
from tests.card_registry.journal.proofs import rows_of as journal_rows
from tests.review.test_asking_pages import entered
from tests.review.test_emergency import NOON_DAY
from tests.review.world import NOON, World

BASE = "https://konsol.contoh.go.id/"
EVERY = EventsWanted()
SIGNS = {"ruang-server": "Ruang Server"}


def taken(world: World, wanted: Wanted, form: Form = Form.CSV, login: str = "auditor") -> Taken:
    """Take something away, as far as its first byte."""
    found = take(world.office, world.person(login), wanted, form, BASE)
    assert isinstance(found, Taken), found
    return found


def whole(world: World, wanted: Wanted, form: Form = Form.CSV) -> tuple[bytes, Export]:
    """Take a file, and give it with its record."""
    found = taken(world, wanted, form)
    data = b"".join(found.pieces)
    return data, on_record(world, found.code)


def on_record(world: World, code: str) -> Export:
    """Give the record of a file."""
    with reading(world.office.store) as connection:
        one = exports.find(connection, code)
    assert one is not None
    return one


def lines(data: bytes, separator: str = ",") -> list[dict[str, str]]:
    """Read CSV by the heads of its columns."""
    text = io.StringIO(data.decode("utf-8-sig"), newline="")
    return list(csv.DictReader(text, delimiter=separator))


def events(world: World, wanted: EventsWanted = EVERY) -> list[dict[str, str]]:
    """Take door events and read them."""
    return lines(whole(world, wanted)[0])


def test_an_event_is_told_with_its_person_card_case_and_place_in_the_journal(granted: World) -> None:
    """What stands on the page stands in the file, the earliest first, with what proves it."""
    entered(granted, 2)
    found = events(granted)
    assert [int(one["Nomor"]) for one in found] == sorted(int(one["Nomor"]) for one in found)
    tap = next(one for one in found if one["Hasil"] == "Diizinkan")
    assert tap["Pemegang"] == "Pemegang Contoh"
    assert tap["Kartu"] == "KRT-00001"
    assert tap["Permohonan"].startswith("ARS-2026-")
    assert (tap["Pintu"], tap["Sisi"]) == ("Ruang Server", "Masuk")
    with reading(granted.office.store) as connection:
        row = connection.execute(select(occurrence).where(occurrence.c.id == int(tap["Nomor"]))).one()
    place = (tap["Pengendali"], int(tap["Periode jurnal"]), int(tap["Catatan jurnal"]))
    assert place == (row.controller, row.epoch, row.seq)


def test_filters_leave_only_what_was_asked_for(granted: World) -> None:
    """By time, door, kind, person, unit, card and case; nobody of that name gives a file without rows."""
    entered(granted, 3)
    with reading(granted.office.store) as connection:
        (right,) = grants.listed(connection)
    everything = events(granted)
    refused = events(granted, EventsWanted(which=Which.REFUSALS))
    assert [one["Hasil"] for one in refused] == ["Ditolak"]
    opened_ = events(granted, EventsWanted(which=Which.OPENINGS))
    assert [one["Peristiwa"] for one in opened_].count("Kartu ditempelkan") == 3
    assert len(opened_) == 4
    alarms = events(granted, EventsWanted(which=Which.ALARMS))
    assert [one["Keterangan"] for one in alarms] == ["Pintu: Dibuka paksa"]
    named = events(granted, EventsWanted(named="pemegang c", unit="Dinas Contoh"))
    assert {one["Pemegang"] for one in named} == {"Pemegang Contoh"}
    assert len(named) == 4 + len([one for one in everything if "kartu dibuat" in one["Peristiwa"].lower()])
    assert events(granted, EventsWanted(holder=right.terms.holder)) == named
    assert events(granted, EventsWanted(unit="Dinas Lain")) == []
    assert events(granted, EventsWanted(door="pintu-lain")) == []
    assert events(granted, EventsWanted(until=1)) == []
    assert events(granted, EventsWanted(since=NOON - 10**10, case=right.case)) != []
    assert events(granted, EventsWanted(card="0" * 32)) == []


def test_an_opening_that_nothing_explains_says_why(granted: World) -> None:
    """The forced door alone is taken, with the reason why it is doubted."""
    entered(granted, 2)
    (forced,) = events(granted, EventsWanted(which=Which.UNEXPLAINED))
    assert forced["Keterangan"].startswith("Pintu: Dibuka paksa · ")
    assert events(granted, EventsWanted(which=Which.UNEXPLAINED, unit="Dinas Contoh")) == []
    paper = whole(granted, EventsWanted(which=Which.UNEXPLAINED), Form.PDF)[1]
    assert paper.rows == 1


def test_more_doubt_than_can_be_looked_at_is_refused(granted: World) -> None:
    """A file of the unexplained leaves nothing out in silence: beyond the limit it is asked for in parts."""
    entered(granted, 2)
    wanted = EventsWanted(which=Which.UNEXPLAINED)
    assert unexplained.refusal(granted.office.store, wanted, 1) is None
    assert unexplained.refusal(granted.office.store, wanted, 0) == Refused(unexplained.TOO_MANY)


def scatter(world: World, times: Sequence[int]) -> None:
    """Let things happen at these times, in this order of arrival."""
    told = {"controller": "p", "epoch": 9, "kind": "exited", "times": 1, "local": "15:00:00"}
    told |= {"day": NOON_DAY, "quality": "sync", "door": "ruang-server", "detail": ""}
    rows = [{**told, "seq": seq, "at": at} for seq, at in enumerate(times)]
    with writing(world.office.store) as connection:
        connection.execute(occurrence.delete())
        if rows:
            connection.execute(insert(occurrence), rows)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25, deadline=None)
@given(st.lists(st.integers(0, 5), max_size=12), st.integers(1, 5))
def test_no_event_is_lost_or_doubled_between_turns(granted: World, times: list[int], at_once: int) -> None:
    """Whatever the clocks said and however many rows a turn has, each row comes once, in order of time."""
    scatter(granted, times)
    found = list(door_events.turns(granted.office.store, EVERY, SIGNS, at_once))
    assert all(0 < len(turn[0]) <= at_once for turn in found)
    seqs = [row[-1] for turn in found for row in rows_of(turn)]
    assert seqs == [seq for _, seq in sorted((at, seq) for seq, at in enumerate(times))]


def test_what_arrives_meanwhile_is_left_out(granted: World) -> None:
    """A file is the store as it was when it began."""
    scatter(granted, [1, 2, 3])
    turns = door_events.turns(granted.office.store, EVERY, SIGNS, 2)
    assert list(next(turns)[-1]) == [0, 1]
    with writing(granted.office.store) as connection:
        connection.execute(update(occurrence).where(occurrence.c.seq == 0).values(quality="ntp"))
        row = dict(connection.execute(select(occurrence).where(occurrence.c.seq == 2)).mappings().one())
        row |= {"id": row["id"] + 1, "seq": 9}
        connection.execute(insert(occurrence).values(**row))
    assert [list(turn[-1]) for turn in turns] == [[2]]


def test_every_form_holds_the_same_rows(granted: World) -> None:
    """CSV with either separator, XLSX and PDF/A have one hash of their rows, and each its own on record."""
    entered(granted, 5)
    files = {form: whole(granted, EVERY, form) for form in (Form.CSV, Form.SEMICOLON, Form.XLSX, Form.PDF)}
    assert len({one.content for _, one in files.values()}) == 1
    for data, one in files.values():
        assert (one.state, one.size) == (ExportState.DONE, len(data))
        assert one.sha256 == hashlib.sha256(data).hexdigest()
    plain = lines(files[Form.CSV][0])
    assert lines(files[Form.SEMICOLON][0], ";") == plain
    assert {one.rows for _, one in files.values()} == {len(plain)}
    book = openpyxl.load_workbook(io.BytesIO(files[Form.XLSX][0]), read_only=True)
    rows = [["" if cell is None else str(cell) for cell in row] for row in book["Data"].values]
    assert [dict(zip(rows[0], row, strict=True)) for row in rows[1:]] == plain
    about = {row[0]: row[1] for row in book["Tentang"].values}
    assert about["Sidik isi (SHA-256)"] == files[Form.CSV][1].sha256
    assert about["Banyak baris"] == str(len(plain))
    assert files[Form.PDF][0].startswith(b"%PDF-")
    assert b"pdfaid" in files[Form.PDF][0]


def test_a_name_that_is_a_formula_runs_nowhere(granted: World) -> None:
    """In CSV it has a mark before it; in XLSX it is a text, on one line."""
    entered(granted, 1)
    with writing(granted.office.store) as connection:
        connection.execute(update(holder).values(name='=HYPERLINK("http://x")\n;@SUM(1)', unit="-1+1"))
    tap = next(one for one in events(granted) if one["Hasil"] == "Diizinkan")
    assert tap["Pemegang"] == "'=HYPERLINK(\"http://x\") ;'@SUM(1)"
    assert tap["Unit"] == "'-1+1"
    book = openpyxl.load_workbook(io.BytesIO(whole(granted, EVERY, Form.XLSX)[0]))
    cells = [cell for row in book["Data"].iter_rows(min_row=2) for cell in row]
    assert not [cell for cell in cells if cell.data_type == "f"]
    assert '=HYPERLINK("http://x") ;@SUM(1)' in {cell.value for cell in cells}


def test_the_access_list_is_that_of_a_moment(granted: World) -> None:
    """One row for each right: whose, which door, which card, by whose approval; none before it was given."""
    data, one = whole(granted, AccessWanted(NOON + 3_600_000))
    (right,) = lines(data)
    assert (right["Nama"], right["Unit"], right["Pintu"]) == (
        "Pemegang Contoh",
        "Dinas Contoh",
        "Ruang Server",
    )
    assert (right["Kartu"], right["Disetujui oleh"]) == ("KRT-00001", "Pejabat Kabid")
    assert (right["Keadaan"], right["Bukti persetujuan"]) == ("dapat masuk", "tanda tangan")
    assert one.rows == 1
    assert lines(whole(granted, AccessWanted(NOON - 1))[0]) == []
    assert lines(whole(granted, AccessWanted(NOON + 3_600_000, unit="Dinas Lain"))[0]) == []
    assert lines(whole(granted, AccessWanted(NOON + 3_600_000, named="lain"))[0]) == []
    assert whole(granted, AccessWanted(NOON + 3_600_000), Form.PDF)[1].content == one.content


def test_cases_are_taken_with_where_they_stand(granted: World) -> None:
    """By time, procedure, state, unit and name; no word that was written in them goes along."""
    data, one = whole(granted, CasesWanted())
    found = lines(data)
    assert [row["Prosedur"] for row in found] == ["S1.A"]
    assert (found[0]["Keadaan"], found[0]["Pemegang"]) == ("berjalan", "Pemegang Contoh")
    assert found[0]["Judul"] != ""
    assert one.rows == 1
    for wanted in (
        CasesWanted(NOON - 10**9, NOON + 10**9, "S1.A", CaseState.RUNNING, "pemegang", "Dinas Contoh"),
        CasesWanted(named="pejabat p"),
    ):
        assert lines(whole(granted, wanted)[0]) == found
    for wanted in (CasesWanted(until=1), CasesWanted(state=CaseState.CLOSED), CasesWanted(procedure="S2")):
        assert lines(whole(granted, wanted)[0]) == []
    assert case_list.count(granted.office.store, CasesWanted(), 10) == 1
    turns = case_list.turns(granted.office.store, CasesWanted(), {}, "Asia/Jakarta", 1)
    assert [turn[0] for turn in turns] == [(found[0]["Nomor"],)]


def test_the_trail_is_taken_with_who_did_what(granted: World) -> None:
    """In the order in which it was written, by name and time; what is taken now is in the next file."""
    first = lines(whole(granted, TrailWanted())[0])
    assert first[-1]["Tindakan"] == record.BEGUN
    assert first[-1]["Oleh"] == "Petugas Auditor"
    assert [int(row["Nomor"]) for row in first] == sorted(int(row["Nomor"]) for row in first)
    for at_once in (1, 2):
        turns = trail.turns(granted.office.store, TrailWanted(), "Asia/Jakarta", at_once)
        numbers = [row[0] for turn in turns for row in rows_of(turn)]
        assert numbers[: len(first)] == [int(row["Nomor"]) for row in first]
    mine = lines(whole(granted, TrailWanted(NOON, NOON + 1, "auditor"))[0])
    assert [row["Tindakan"] for row in mine] == [record.BEGUN, record.DONE, record.BEGUN]
    assert lines(whole(granted, TrailWanted(until=1))[0]) == []
    assert whole(granted, TrailWanted(named="auditor"), Form.PDF)[1].rows > 0


def test_who_hangs_up_is_on_record_with_what_they_had(granted: World) -> None:
    """A file that was broken off has no hash; the trail has its beginning and its end, and no name."""
    entered(granted, 5)
    found = taken(granted, EventsWanted(named="Pemegang"))
    assert on_record(granted, found.code).state is ExportState.RUNNING
    next(found.pieces), next(found.pieces)
    found.pieces.close()
    one = on_record(granted, found.code)
    assert (one.state, one.sha256, one.content) == (ExportState.BROKEN, None, None)
    assert one.rows > 0
    assert one.asked == as_json(EventsWanted(named="Pemegang"))
    with reading(granted.office.store) as connection:
        trail = audit.newest(connection, 2)
    assert [entry.act for entry in trail] == [record.BROKEN, record.BEGUN]
    assert all(entry.subject == f"ekspor/{found.code}" for entry in trail)
    assert "Pemegang" not in "".join(entry.detail for entry in trail)


def test_what_is_too_long_for_a_form_is_refused_with_a_way_out(granted: World) -> None:
    """A PDF has a limit, and its sentence names CSV; nothing is on record then, for nothing was given."""
    scatter(granted, range(page_file.MOST + 1))
    refused = take(granted.office, granted.person("auditor"), EVERY, Form.PDF, BASE)
    assert isinstance(refused, Refused)
    assert "2.000 baris" in refused.why
    assert "CSV" in refused.why
    with reading(granted.office.store) as connection:
        assert exports.count(connection) == 0
    assert door_events.count(granted.office.store, EVERY, 5) == 6


def test_nobody_fills_the_console_with_files(granted: World) -> None:
    """Three at once to one person, eight to all; what never ended is forgotten after half an hour."""
    auditor, kabid = granted.person("auditor"), granted.person("kabid")
    begun = [taken(granted, EVERY) for _ in range(record.OWN)]
    assert take(granted.office, auditor, EVERY, Form.CSV, BASE) == Refused(record.BUSY)
    begun += [taken(granted, EVERY, login=login) for login in ("admin", "kadis", "admin", "kadis", "admin")]
    assert len(begun) == record.ALL
    assert take(granted.office, kabid, EVERY, Form.CSV, BASE) == Refused(record.CROWDED)
    granted.clock.now += record.FORGOTTEN + 1
    assert isinstance(take(granted.office, auditor, EVERY, Form.CSV, BASE), Taken)
    assert on_record(granted, begun[0].code).state is ExportState.RUNNING
    granted.clock.now += DAY
    whole(granted, EVERY)
    assert on_record(granted, begun[0].code).state is ExportState.BROKEN


def test_a_long_file_needs_no_more_memory_than_a_short_one(granted: World) -> None:
    """Four times the rows, the same peak: nothing of an earlier turn is kept."""
    peaks = []
    for rows in (3_000, 12_000):
        scatter(granted, range(rows))
        tracemalloc.start()
        turns = door_events.turns(granted.office.store, EVERY, SIGNS, 1_000)
        size = sum(len(piece) for piece in written(door_events.COLUMNS, turns))
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
        assert size > rows * 50
    assert peaks[1] < peaks[0] * 1.2


def test_a_form_that_a_subject_has_not_is_refused(granted: World) -> None:
    """A proof is a ZIP, and nothing else is one."""
    auditor = granted.person("auditor")
    assert take(granted.office, auditor, ProofWanted(), Form.CSV, BASE) == Refused(NO_FORM)
    assert take(granted.office, auditor, EVERY, Form.ZIP, BASE) == Refused(NO_FORM)


@pytest.mark.parametrize(
    ("login", "wanted"),
    [
        ("operator", EVERY),
        ("pemohon", CasesWanted()),
        ("kabid", ProofWanted()),
        ("kabid", TrailWanted()),
        ("operator", ProofWanted()),
    ],
)
def test_who_may_not_read_it_may_not_take_it(granted: World, login: str, wanted: Wanted) -> None:
    """Taking needs the right to take and the right to read; nothing is on record of what was not begun."""
    assert isinstance(take(granted.office, granted.person(login), wanted, Form.CSV, BASE), Refused)
    with reading(granted.office.store) as connection:
        assert exports.count(connection) == 0


def test_a_proof_is_the_verified_package(granted: World, tmp_path: Path) -> None:
    """It verifies offline from the founding root; without journals there is a sentence."""
    assert take(granted.office, granted.person("auditor"), ProofWanted(), Form.ZIP, BASE) == Refused(NO_ROWS)
    folder = tmp_path / "books"
    folder.mkdir()
    books = Books(folder)
    books.store(journal_rows(20), [10])
    with opened(books.ledger_url, "ledger") as ledger, opened(books.registry_url, "registry") as registry:
        world = replace(granted, office=replace(granted.office, ledger=ledger, registry=registry))
        data, one = whole(world, ProofWanted(), Form.ZIP)
        some = whole(world, ProofWanted(since=2**50), Form.ZIP)[1]
    (tmp_path / "bukti.zip").write_bytes(data)
    assert read_proof(tmp_path / "bukti.zip", ROOT, []).is_sound
    assert (one.rows, one.content, one.sha256) == (20, None, hashlib.sha256(data).hexdigest())
    assert some.rows < one.rows
