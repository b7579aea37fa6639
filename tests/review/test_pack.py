"""An evidence pack at its reader's: the same numbers everywhere, and every change of one found."""

import io
import json
import re
import sys
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest
from click.testing import CliRunner
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from card_registry import canonical
from card_registry.errors import Malformed
from card_registry.signing import Purpose, seal
from card_registry.statements import Status
from review.campaign import Outcome, Recommendation, Said
from review.inventory.workbook import pages
from review.pack import checking, files, printing
from review.pack.book import workbook
from review.pack.command import pack as command
from review.pack.counting import count
from review.pack.finding import Grade
from review.pack.rows import carried_out, tables
from review.pack.tables import Where, shown
from review.pack.value import Fate, Origin, Pack, Spoken, Stage
from review.workflow.pack_files import WHOLE, file_of
from review.workflow.packing import issue_pack
from tests.review.conftest import STORES, opened_world
from tests.review.packs import (
    ROOT,
    Files,
    faults,
    forged,
    found,
    over,
    proof_with,
    record,
    retold,
    sound,
    told,
)

BASE = "https://konsol.contoh.go.id"


@pytest.fixture(scope="module")
def held(tmp_path_factory: pytest.TempPathFactory, granted_stores: Path) -> Iterator[Files]:
    """Give the files of one finished review's pack, as they are taken home."""
    folder = tmp_path_factory.mktemp("packed")
    for name in STORES:
        (folder / name).write_bytes((granted_stores / name).read_bytes())
    with opened_world(folder, Random(11).randbytes) as world:
        found(world)
        case = over(world)
        record(world)
        one = issue_pack(world.office, case, world.person("operator").id)
        assert one is not None
        (folder / WHOLE).write_bytes(file_of(world.office, one, WHOLE, BASE))
        yield files.unpacked(folder / WHOLE)


def test_a_finished_review_is_proven_from_the_root_alone(held: Files) -> None:
    """Files, numbers, workbook, paper, keys, log and doors: each is found to be as it should."""
    report = checking.check(held, ROOT)
    assert report.is_sound
    parts = ["manifes.json", "numbers", "bukti.xlsx", "bukti.pdf", "keys", "authority", "doors"]
    assert list(sound(report)) == parts
    assert set(held) == files.NAMES - {files.PAPER_SIGNED, files.MINUTES_SIGNED} | {files.MANIFEST}
    pack = told(held)
    assert (pack.stage, pack.sums.removed, pack.sums.before, pack.sums.after) == (Stage.OVER, 1, 1, 0)
    assert [one.became for one in pack.before] == [Fate.REMOVED]
    assert [(one.condition, one.number) for one in pack.cards] == [("baik", "KRT-00001")]
    assert [door.doors for way in pack.ways for door in way.arrivals] == [("Ruang Server",)]


def test_the_same_numbers_stand_on_paper_and_in_the_workbook(held: Files) -> None:
    """Whatever a sum is in the JSON, the cell and the line on paper say it; no credential is there."""
    pack = told(held)
    cells = pages(held[files.BOOK])
    paper = json.dumps(json.loads(canonical.encode(printing.sheet(pack, "0" * 64))))
    for table in tables(pack, Where.BOOK):
        lines = dict(cells[table.name])
        for number, row in enumerate(table.rows, 2):
            given = lines.get(number, ())
            assert tuple(map(str, row)) == (*given, *[""] * (len(row) - len(given)))
    for row in (row for table in tables(pack, Where.PAPER) for row in table.rows):
        assert all(json.dumps(shown(cell))[1:-1] in paper for cell in row)
    assert ("Dicabut", str(pack.sums.removed)) in [line for _, line in cells["Ringkasan"]]
    assert b"credential" not in held[files.JSON]


@pytest.mark.parametrize("name", sorted(files.NAMES - {files.PAPER_SIGNED, files.MINUTES_SIGNED}))
def test_a_changed_byte_is_found_in_the_file_that_has_it(held: Files, name: str) -> None:
    """The manifest names the file, its hash and the hash it should have."""
    body = bytearray(held[name])
    body[len(body) // 2] ^= 1
    manifest = canonical.decode(held[files.MANIFEST], files.Manifest, "manifest")
    wrong = [one for one in checking.listed({**held, name: bytes(body)}, manifest) if one.part == name]
    assert len(wrong) == 1
    assert "was changed" in wrong[0].sentence
    assert files.sha256(held[name]) in wrong[0].sentence


def test_a_file_that_came_or_went_is_found(held: Files) -> None:
    """What is missing and what was added are both named."""
    manifest = canonical.decode(held[files.MANIFEST], files.Manifest, "manifest")
    without = {name: body for name, body in held.items() if name != files.MINUTES}
    added = {**held, files.PAPER_SIGNED: b"%PDF-1.7"}
    assert [one.part for one in checking.listed(without, manifest)] == [files.MINUTES]
    assert [one.part for one in checking.listed(added, manifest)] == [files.PAPER_SIGNED]
    with pytest.raises(Malformed, match="no evidence pack"):
        checking.check({files.JSON: held[files.JSON]})


Change = Callable[[Pack], Pack]


def _entry(pack: Pack, **changed: object) -> Pack:
    return replace(pack, entries=(replace(pack.entries[0], **changed),))  # type: ignore[arg-type] # by name


def _way(pack: Pack, **changed: object) -> Pack:
    return replace(pack, ways=(replace(pack.ways[0], **changed),))  # type: ignore[arg-type] # by name


def _kept(pack: Pack) -> Pack:
    """Tell of a right that was taken that it stayed, with every sum made to fit."""
    right = replace(pack.before[0], became=Fate.STAYS)
    sums = replace(pack.sums, stayed=1, gone=0)
    return replace(pack, before=(right,), sums=sums)


def _twice(pack: Pack) -> Pack:
    """Tell of one right twice on the list after, with every sum made to fit."""
    new = replace(pack.before[0], became=None, origin=Origin.SINCE)
    return replace(pack, after=(new, new), sums=replace(pack.sums, given=2, after=2))


FORGERIES: dict[str, tuple[Change, str, str]] = {
    "a sum": (lambda pack: replace(pack, sums=replace(pack.sums, removed=0)), "numbers", "the sum removed"),
    "an entry count": (lambda pack: _entry(pack, entries=9), "numbers", "the sum entries says 0"),
    "a decision": (lambda pack: _entry(pack, outcome=Outcome.KEEP), "numbers", "its newest decision"),
    "a row": (lambda pack: replace(pack, entries=()), "numbers", "the list before is not"),
    "a right told twice": (_twice, "numbers", "stands on the list after twice"),
    "what stayed": (_kept, "numbers", "stands on the list after"),
    "the minutes": (
        lambda pack: replace(pack, minutes=replace(pack.minutes, sha256="0" * 64)) if pack.minutes else pack,
        "numbers",
        "the hash under which they were issued",
    ),
    "whose right": (lambda pack: _way(pack, target="f" * 32), "authority", "takes away another right"),
    "the denial": (lambda pack: _way(pack, serial=7), "authority", "has the number 1"),
    "the warrant": (lambda pack: _way(pack, warrant=99), "authority", "rests on warrant"),
    "the record": (lambda pack: _way(pack, record=4), "authority", "record 4 is not there"),
    "no record": (lambda pack: _way(pack, record=None), "authority", "names no record"),
    "the version": (lambda pack: _way(pack, needs=901, serial=1), "doors", "does not show the removal"),
    "a door": (
        lambda pack: replace(
            pack,
            registry=replace(pack.registry, controllers=(replace(pack.registry.controllers[0], deny=5),)),
        ),
        "doors",
        "the pack says otherwise",
    ),
}


@pytest.mark.parametrize("what", FORGERIES)
def test_a_changed_number_is_found_whoever_rewrote_the_rest(held: Files, what: str) -> None:
    """Numbers, workbook and manifest changed alike: the sums, the minutes or a signature contradict them."""
    change, part, sentence = FORGERIES[what]
    parts = faults(without_paper(retold(held, change(told(held)))))
    assert any(sentence in one for one in parts[part]), parts


def without_paper(held: Files) -> Files:
    """Leave the paper out, which takes long to set again and is not at issue."""
    return forged({name: body for name, body in held.items() if name != files.PAPER})


def test_a_reason_changed_everywhere_is_found_on_the_paper(held: Files) -> None:
    """What nothing else counts stands on the paper all the same, and the hash printed there is another."""
    pack = told(held)
    spoken = tuple(replace(one, reason="lain") for one in pack.entries[0].spoken)
    other = retold(held, _entry(pack, spoken=spoken))
    assert faults(other) == {files.PAPER: ["the paper is not what these numbers print"]}
    assert checking.check(without_paper(other), ROOT).sidik != files.sha256(held[files.JSON])


def test_what_another_edition_made_is_left_open(held: Files) -> None:
    """A later program prints otherwise: it says so, and calls neither workbook nor paper false."""
    other = faults(forged(held, pdf=held[files.PAPER].replace(b"/Creator(Typst", b"/Creator(Typso")))
    assert other == {}
    later = checking.check(retold(held, replace(told(held), v=2)), ROOT)
    assert later.is_sound
    assert {one.part for one in later.findings if "edition 2" in one.sentence} == {files.BOOK, files.PAPER}


def test_a_machine_without_the_extra_says_what_it_left_open(
    held: Files, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Numbers and signatures are checked all the same; nobody is told that workbook or paper is false."""
    for name in ("typst", "xlsxwriter", "openpyxl", "defusedxml", "defusedxml.ElementTree"):
        monkeypatch.setitem(sys.modules, name, None)
    report = checking.check(held, ROOT)
    opened = {one.part: one.sentence for one in report.findings if one.grade is Grade.OPEN}
    assert set(opened) == {files.BOOK, files.PAPER}
    assert all("extra 'documents'" in sentence for sentence in opened.values())
    assert report.is_sound
    without = {name: body for name, body in held.items() if name not in {files.BOOK, files.PAPER}}
    assert {
        one.part for one in checking.check(forged(without), ROOT).findings if one.grade is Grade.OPEN
    } == {
        files.BOOK,
        files.PAPER,
    }


def test_a_cell_changed_in_the_workbook_is_named(held: Files) -> None:
    """Sheet, row and column, what it says and what the numbers say."""
    pack = told(held)
    liar = _entry(pack, name="Orang Lain")
    parts = faults(without_paper(forged(held, xlsx=workbook(liar))))
    assert list(parts) == [files.BOOK]
    assert parts[files.BOOK][0] == (
        "Butir, row 2, Nama: it says 'Orang Lain', the numbers say 'Pemegang Contoh'"
    )
    unread = faults(without_paper(forged(held, xlsx=b"PK")))
    assert "cannot be read" in unread[files.BOOK][0]


def test_the_signatures_are_judged_from_the_root_that_was_named(held: Files) -> None:
    """Another root, none at all, a changed record, a head of nobody, a status under another key."""
    small = without_paper(held)
    proof = json.loads(held[files.PROOF])
    assert "do not follow from the root" in faults(small, "0" * 64)["keys"][0]
    assert "no root is there" in faults(proof_with(small, trust=[]))["keys"][0]
    assert "record 0 is not in the log" in _first(
        proof_with(small, records=_other_record(proof)), "authority"
    )
    longer = re.sub(r"\n\d+\n", "\n9\n", proof["head"], count=1)
    assert "no head" in _first(proof_with(small, head=longer), "authority")
    assert "no head" in _first(proof_with(small, head=""), "authority")
    assert "is signed by no controller" in _first(proof_with(small, statuses=_other_status(proof)), "doors")
    assert "its status is not there" in _first(proof_with(small, statuses=[]), "doors")
    assert "the pack of lain" in faults(proof_with(small, site="lain"))["keys"][0]
    assert "not the one that the numbers name" in faults(forged(small, proof=b"{}"))[files.PROOF][0]


def _first(held: Files, part: str) -> str:
    return faults(held)[part][0]


def _other_record(proof: dict[str, list[dict[str, str]]]) -> list[dict[str, str]]:
    return [{**one, "body": one["body"].replace('"seq":0', '"seq":1')} for one in proof["records"]]


def _other_status(proof: dict[str, list[str]]) -> list[str]:
    body = json.loads(proof["statuses"][0])["body"]
    status = canonical.decode(body.encode(), Status, "a status")
    return [seal(Purpose.STATUS, status, Ed25519PrivateKey.from_private_bytes(b"x" * 32)).decode()]


def test_without_a_root_the_report_says_what_is_left_to_compare(held: Files) -> None:
    """The file's own root is printed; it proves that the file agrees with itself, and no more."""
    report = checking.check(without_paper(held))
    [open_] = [one.sentence for one in report.findings if one.part == "keys"]
    assert ROOT in open_
    assert report.is_sound


def test_the_command_tells_it_in_lines_and_as_json(held: Files, tmp_path: Path) -> None:
    """A folder with the files unpacked is a pack too; exit code 1 when anything is not so."""
    for name, body in without_paper(held).items():
        (tmp_path / name).write_bytes(body)
    run = CliRunner().invoke(command, ["verify", str(tmp_path), "--root", ROOT])
    assert run.exit_code == 0, run.output
    assert "evidence of review RVW-2026-T4" in run.output
    assert run.output.rstrip().endswith("is sound")
    (tmp_path / files.LETTER).write_bytes(b"lain")
    wrong = CliRunner().invoke(command, ["verify", str(tmp_path), "--json"])
    assert wrong.exit_code == 1
    said = json.loads(wrong.output)
    assert (said["sound"], said["number"]) == (False, "RVW-2026-T4")
    assert [one["part"] for one in said["findings"] if one["grade"] == "fault"] == [files.LETTER]
    (tmp_path / "lain.zip").write_bytes(b"bukan")
    none = CliRunner().invoke(command, ["verify", str(tmp_path / "lain.zip")])
    assert none.exit_code == 1
    assert "is no whole evidence pack" in none.output


def test_a_zip_that_lies_is_refused(held: Files, tmp_path: Path) -> None:
    """Two files of one name, a damaged part, one that unpacks without end: a sentence, never a traceback."""
    twice = io.BytesIO()
    with zipfile.ZipFile(twice, "w") as made:
        made.writestr(files.JSON, b"{}")
        with pytest.warns(UserWarning, match="Duplicate"):
            made.writestr(files.JSON, b"{}")
    endless = io.BytesIO()
    with zipfile.ZipFile(endless, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr(files.JSON, bytes(100_000))
    packed = {name: body for name, body in held.items() if name not in {files.MANIFEST, files.LETTER}}
    whole = bytearray(files.zipped(packed, "RVW", "CODE"))
    whole[len(whole) // 2] ^= 1
    for data, limit, sentence in (
        (twice.getvalue(), files.LIMIT, "two files of one name"),
        (endless.getvalue(), 50_000, "more than the"),
        (bytes(whole), files.LIMIT, "no whole evidence pack"),
    ):
        (tmp_path / "berkas.zip").write_bytes(data)
        with pytest.raises(Malformed, match=sentence):
            files.unpacked(tmp_path / "berkas.zip", limit)


def test_an_end_outside_the_review_is_nobodys_decision(held: Files) -> None:
    """It counts as ended, not as decided against advice; a door that nobody named stands under its id."""
    pack = told(held)
    ended = Spoken(Said.ENDED, Outcome.REMOVE, "Sistem", "Sistem", "dicabut oleh permohonan lain", 0)
    entry = replace(pack.entries[0], recommendation=Recommendation.KEEP, spoken=(ended,))
    sums = count((pack.before, pack.after), (entry,), (), ())
    assert (sums.ended, sums.silent, sums.against_advice, sums.slowest) == (1, 0, 0, None)
    way = replace(pack.ways[0], arrivals=(), everywhere=pack.ways[0].made + 4200, serial=None)
    row = carried_out(replace(pack, ways=(way,))).rows[0]
    assert "4,2 detik" in row
    assert way.took() == 4200
    unnamed = replace(pack.ways[0], arrivals=(replace(pack.ways[0].arrivals[0], doors=(), at=None),))
    assert "pengendali-1" in carried_out(replace(pack, ways=(unnamed,))).rows[0]
    assert unnamed.took() is None


def test_a_file_that_is_no_pack_inside_is_told(held: Files) -> None:
    """Numbers that are none are one finding; the rest is not guessed at."""
    assert "is not well formed" in faults(forged(held, json=b"{"))[files.JSON][0]
