"""What a proof file tells beyond signatures: epochs that follow, witnesses, clocks, absences."""

import zipfile
from pathlib import Path

import pytest

from card_registry.errors import Malformed
from card_registry.journal import audit, reading
from card_registry.journal.event import Body, Position, Pruned, Started, Witnessed
from card_registry.journal.meaning import MEANINGS, sentence
from card_registry.journal.note import authority_origin
from card_registry.journal.reading import read_proof
from card_registry.journal.tree import Frontier, leaf
from card_registry.words import ControllerStatus, TimeQuality
from tests.card_registry.journal.proofs import (
    HERE,
    NOON,
    ROOT,
    SITE,
    THERE,
    Proof,
    entry_of,
    faults,
    head_of,
    log_key,
    make_proof,
    moment,
    position_of,
    remarks,
    row_of,
    rows_of,
    simple,
    trusted,
)

OLD = rows_of(10)


def two_epochs(folder: Path, old: list[bytes], new: list[bytes]) -> Proof:
    """Give a proof of epoch 1 and of epoch 2 after it, each under one head."""
    first = (old, [head_of(old)] if old else [])
    return make_proof(folder, {f"{HERE}.1": first, f"{HERE}.2": (new, [head_of(new, epoch=2)])})


def test_an_epoch_that_names_the_end_of_the_one_before_is_sound(tmp_path: Path) -> None:
    """The new epoch's first row is the old one's last witness."""
    report = two_epochs(tmp_path, OLD, rows_of(3, 2, previous=position_of(OLD))).check(tmp_path)
    assert report.is_sound
    assert remarks(report) == []
    assert [one.name for one in report.journals] == [f"{HERE}.1", f"{HERE}.2"]


def test_an_old_epoch_cut_off_with_its_heads_is_found_by_the_new_one(tmp_path: Path) -> None:
    """Without any kept checkpoint: the next epoch says how far the old one went."""
    report = two_epochs(tmp_path, OLD[:6], rows_of(3, 2, previous=position_of(OLD))).check(tmp_path)
    assert faults(report) == [("truncated", 6, 9)]
    assert f"row 0 of {HERE}.2" in sentence(report.journals[0].findings[0])


def test_an_old_epoch_told_otherwise_is_found_by_the_new_one(tmp_path: Path) -> None:
    """An old epoch signed again with the stolen key contradicts what the new one names."""
    other = [*OLD[:5], *(row_of(seq).replace(b"ruang", b"riang") for seq in range(5, 10))]
    report = two_epochs(tmp_path, other, rows_of(3, 2, previous=position_of(OLD))).check(tmp_path)
    assert faults(report) == [("forked", 0, 9)]


def test_an_epoch_left_out_is_named(tmp_path: Path) -> None:
    """A whole epoch that a later one names, and that is not in the file, is missing."""
    new = rows_of(3, 2, previous=position_of(OLD))
    report = make_proof(tmp_path, {f"{HERE}.2": (new, [head_of(new, epoch=2)])}).check(tmp_path)
    assert faults(report) == [("missing-epoch", 0, 9)]


def test_an_epoch_that_names_none_before_is_remarked(tmp_path: Path) -> None:
    """A disk that was lost leaves the end of the epoch before open, and the report says so."""
    report = two_epochs(tmp_path, OLD, rows_of(3, 2)).check(tmp_path)
    assert report.is_sound
    assert remarks(report) == ["unlinked"]


def test_a_disk_set_back_is_remarked(tmp_path: Path) -> None:
    """The next epoch follows an earlier row than the last: the controller had forgotten the rest."""
    report = two_epochs(tmp_path, OLD, rows_of(3, 2, previous=position_of(OLD[:7]))).check(tmp_path)
    assert report.is_sound
    assert [(one.what, one.first, one.last) for one in report.journals[0].findings] == [("set-back", 7, 9)]


def test_a_history_the_controller_told_twice_is_remarked(tmp_path: Path) -> None:
    """The hub's rows stand by the receipt that the controller recorded; its own lost rows are named."""
    lost = [*OLD[:7], *(row_of(seq).replace(b"ruang", b"riang") for seq in range(7, 9))]
    new = rows_of(3, 2, previous=position_of(lost), receipt=position_of(OLD))
    report = two_epochs(tmp_path, OLD, new).check(tmp_path)
    assert report.is_sound
    assert [(one.what, one.last) for one in report.journals[0].findings] == [("told-twice", 8)]
    cut = two_epochs(tmp_path, OLD[:8], new).check(tmp_path)
    assert faults(cut) == [("truncated", 8, 9)]


def test_what_an_unproven_row_says_of_others_counts_for_nothing(tmp_path: Path) -> None:
    """A made-up epoch cannot accuse a genuine one."""
    new = rows_of(3, 2, previous=Position(1, 99, "ab" * 32))
    journals = {f"{HERE}.1": (OLD, [head_of(OLD)]), f"{HERE}.2": (new, [])}
    assert faults(make_proof(tmp_path, journals).check(tmp_path)) == [("unsigned", 0, 2)]


def witnessing(*bodies: Body) -> list[bytes]:
    """Give a journal whose rows witnessed something."""
    return [*rows_of(1), *(row_of(seq, body) for seq, body in enumerate(bodies, 1))]


CHANGES = [b"perubahan %d" % number for number in range(9)]


def seen(count: int) -> Witnessed:
    """Give the event of a door that saw the signer's log at this length."""
    root = Frontier().extend(leaf(row) for row in CHANGES[:count]).root().hex()
    return Witnessed(authority_origin(SITE), count, root)


def test_what_doors_witnessed_of_the_signers_log_is_compared(tmp_path: Path) -> None:
    """A log that is shorter or other than a door once saw it is found out."""
    rows = witnessing(seen(4), seen(8))
    journals = {f"{HERE}.1": (rows, [head_of(rows)])}
    assert faults(make_proof(tmp_path, journals, authority=CHANGES).check(tmp_path)) == []
    shorter = make_proof(tmp_path, journals, authority=CHANGES[:6]).check(tmp_path)
    assert faults(shorter) == [("truncated", 6, 7)]
    other = make_proof(tmp_path, journals, authority=[*CHANGES[:3], b"lain", *CHANGES[4:]]).check(tmp_path)
    assert faults(other) == [("forked", 0, 3)]
    without = make_proof(tmp_path, journals).check(tmp_path)
    assert remarks(without) == ["no-journal", "no-journal"]


@pytest.mark.parametrize(
    ("change", "what"),
    [
        ({"wall": NOON - 60_000, "mono": 10_000}, ["clock-went-back", "clock-jumped"]),
        ({"wall": NOON - 60_000, "boot": "b" * 32, "mono": 3}, ["clock-went-back"]),
        ({"wall": NOON + 3_600_000, "mono": 10_000}, ["clock-jumped", "clock-went-back"]),
        ({"wall": NOON + 5_000, "mono": 1}, ["count-went-back", "clock-jumped"]),
        ({"wall": NOON + 5_000, "mono": 10_000, "quality": TimeQuality.FLOOR}, ["time-not-vouched"]),
        ({"wall": NOON + 6_500, "mono": 10_000}, []),
    ],
)
def test_clock_anomalies_are_remarked_and_change_no_proof(
    tmp_path: Path, change: dict[str, object], what: list[str]
) -> None:
    """Times are the controller's word; where they contradict each other the report says so, once a kind."""
    rows = [row_of(seq, at=moment(seq, **change) if seq == 5 else None) for seq in range(10)]  # type: ignore[arg-type]
    report = make_proof(tmp_path, {f"{HERE}.1": (rows, [head_of(rows)])}).check(tmp_path)
    assert report.is_sound
    assert remarks(report) == what


def test_many_anomalies_are_one_remark(tmp_path: Path) -> None:
    """A clock that never was right is said once, with its first and last row and how often."""
    rows = [row_of(seq, at=moment(seq, quality=TimeQuality.FLOOR)) for seq in range(10)]
    report = make_proof(tmp_path, {f"{HERE}.1": (rows, [head_of(rows)])}).check(tmp_path)
    told = sentence(report.journals[0].findings[0])
    assert told == "there was no trusted time at rows 0 to 9 (10 times)"


def test_rows_the_controller_pruned_are_remarked(tmp_path: Path) -> None:
    """The server's copy is the only one left of them, and the report says which."""
    new = [*rows_of(1, 2, previous=position_of(OLD)), row_of(1, Pruned(1, 4), epoch=2)]
    new = [*new, row_of(2, Pruned(1, 7), epoch=2), row_of(3, Pruned(2, 2), epoch=2)]
    report = two_epochs(tmp_path, OLD, new).check(tmp_path)
    assert report.is_sound
    assert [sentence(one) for journal in report.journals for one in journal.findings] == [
        f"the controller dropped its own copy of rows 0 to 6 (row 2 of {HERE}.2)",
        f"the controller dropped its own copy of rows 0 to 1 (row 3 of {HERE}.2)",
    ]


@pytest.mark.parametrize(
    ("genuine", "odd"),
    [
        (b'"before":4', b'"before":"x"'),
        (b'"epoch":1,"before"', b'"epoch":[],"before"'),
        (b'"origin":"akses/contoh/authority"', b'"origin":[1]'),
        (b'"size":4', b'"size":"x"'),
        (b'"size":4', b'"size":-4'),
        (b'"size":4', b'"size":' + b"[" * 5000),
        (b'"root":"', b'"root":"zz'),
        (b'"root":"', b'"root":}'),
    ],
)
def test_a_controller_that_signs_nonsense_breaks_no_audit(tmp_path: Path, genuine: bytes, odd: bytes) -> None:
    """What a row of another form says of others counts for nothing, and the row is proven as it is."""
    rows = [row.replace(genuine, odd) for row in witnessing(seen(4), Pruned(1, 4))]
    report = make_proof(tmp_path, {f"{HERE}.1": (rows, [head_of(rows)])}).check(tmp_path)
    assert report.journals[0].is_sound


def test_revoked_and_absent_controllers_are_remarked(tmp_path: Path) -> None:
    """The signed directory says who else there is, and whose keys are not trusted any more."""
    slots = trusted(entry_of(HERE, ControllerStatus.REVOKED), entry_of(THERE))
    proof = make_proof(tmp_path, {f"{HERE}.1": (OLD, [head_of(OLD)])}, slots)
    assert remarks(proof.check(tmp_path)) == ["revoked", "absent"]


def test_a_kept_checkpoint_of_a_journal_not_in_the_file_is_remarked(tmp_path: Path) -> None:
    """Nothing is concluded from it, and the auditor hears that it was not used."""
    report = simple(tmp_path).check(tmp_path, [head_of(OLD, THERE, by=log_key(THERE))])
    assert report.is_sound
    assert remarks(report) == ["no-journal"]


def test_several_kept_checkpoints_come_in_one_file(tmp_path: Path) -> None:
    """What ``--keep`` writes is what ``--checkpoint`` reads."""
    kept = b"".join(one.note for one in simple(tmp_path).check(tmp_path).journals)
    shorter = make_proof(tmp_path, {f"{HERE}.1": (OLD, [head_of(OLD)])})
    assert faults(shorter.check(tmp_path, [kept])) == [("truncated", 10, 19)]


def test_a_kept_checkpoint_survives_mail_and_paper(tmp_path: Path) -> None:
    """Other line ends, space around it and words before it do not change what it says."""
    note = head_of(OLD[:4])
    mailed = b"Disimpan 20 November:\r\n\r\n" + note.replace(b"\n", b"\r\n") + b"\r\n" + note.rstrip()
    proof = make_proof(tmp_path, {f"{HERE}.1": (OLD[:3], [head_of(OLD[:3])])})
    assert faults(proof.check(tmp_path, [mailed])) == [("truncated", 3, 3)]
    assert faults(proof.check(tmp_path, [note.replace(b"\n4\n", b"\n5\n")])) == [("head-not-genuine", 5, 5)]
    with pytest.raises(Malformed, match="holds none"):
        proof.check(tmp_path, [b"surat lain"])


def test_one_journals_fault_leaves_the_others_proven(tmp_path: Path) -> None:
    """Each journal is judged by itself."""
    slots, there = trusted(entry_of(HERE), entry_of(THERE)), rows_of(6, controller=THERE)
    journals = {f"{HERE}.1": (OLD, [head_of(OLD)]), f"{THERE}.1": (there, [head_of(there, THERE)])}
    proof = make_proof(tmp_path, journals, slots).lines(lambda lines: lines[:-1])
    assert [(one.name, one.is_sound) for one in proof.check(tmp_path).journals] == [
        (f"{HERE}.1", False),
        (f"{THERE}.1", True),
    ]


def test_another_root_proves_nothing(tmp_path: Path) -> None:
    """The file of another site, or one with keys of somebody's own, is refused by the root on paper."""
    with pytest.raises(Malformed, match="not the one that was named"):
        simple(tmp_path).check(tmp_path, root="ab" * 32)
    printed = " ".join(ROOT[at : at + 8].upper() for at in range(0, 64, 8))
    assert simple(tmp_path).check(tmp_path, root=printed).is_sound


def test_without_a_root_the_files_own_is_told(tmp_path: Path) -> None:
    """An auditor who names no root sees which one everything followed from."""
    assert read_proof(simple(tmp_path).write(tmp_path / "bukti.zip")).root == ROOT


@pytest.mark.parametrize(
    "part", ["proof.json", "trust/root.1", "trust/doors.directory", f"heads/{HERE}.1.txt"]
)
def test_a_file_without_one_of_its_parts_proves_nothing(tmp_path: Path, part: str) -> None:
    """A part that is missing is named."""
    proof = simple(tmp_path)
    del proof.parts[part]
    with pytest.raises(Malformed, match=part.rpartition("/")[2]):
        proof.check(tmp_path)


def test_a_file_of_a_later_version_proves_nothing_here(tmp_path: Path) -> None:
    """A form that this checker does not know is not guessed at."""
    proof = simple(tmp_path)
    proof.parts["proof.json"] = b'{"v":2}'
    with pytest.raises(Malformed, match="later version"):
        proof.check(tmp_path)


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_file_with_two_parts_of_one_name_proves_nothing(tmp_path: Path) -> None:
    """Two readers of such a zip could see two different journals."""
    file = simple(tmp_path).write(tmp_path / "bukti.zip")
    with zipfile.ZipFile(file, "a") as proof:
        proof.writestr(f"rows/{HERE}.1.jsonl", b"")
    with pytest.raises(Malformed, match="two files of one name"):
        read_proof(file, ROOT)


def test_a_witness_of_a_journal_read_before_is_remarked(tmp_path: Path) -> None:
    """Only logs that are read later can be compared; the report says so of others."""
    rows = witnessing(Witnessed(f"akses/{SITE}/{HERE}/2", 1, "ab" * 32))
    report = two_epochs(tmp_path, rows, rows_of(2, 2, previous=position_of(rows))).check(tmp_path)
    assert report.is_sound
    assert remarks(report) == ["not-comparable"]


def test_every_finding_has_its_words() -> None:
    """Every word that the checker and the reading use is explained, and every explanation is used."""
    text = "".join(Path(module.__file__ or "").read_text(encoding="utf-8") for module in (audit, reading))
    assert [what for what in MEANINGS if f'"{what}"' not in text] == []


def test_rows_of_an_older_form_make_no_claim(tmp_path: Path) -> None:
    """A first row without the fields of today names no epoch before, and is still proven."""
    first = row_of(0, Started("akses", "start"), epoch=2).replace(b'"previous":null,', b"")
    report = two_epochs(tmp_path, OLD, [first]).check(tmp_path)
    assert report.is_sound
    assert remarks(report) == ["unlinked"]
