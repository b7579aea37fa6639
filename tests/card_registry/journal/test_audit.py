"""The checker: honest proof files are sound, and every tampering is named by what was done and where."""

import ast
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from card_registry.errors import Malformed
from card_registry.journal import audit
from card_registry.journal.reading import read_proof
from card_registry.journal.tree import leaf, node
from card_registry.words import ControllerId
from tests.card_registry.journal.proofs import (
    HERE,
    ROOT,
    THERE,
    Proof,
    faults,
    head_of,
    log_key,
    make_proof,
    remarks,
    row_of,
    rows_of,
    simple,
)
from tests.card_registry.trust.made import key

ROWS = 20
EVERY = 4
Lines = list[bytes]
Fault = tuple[str, int, int]
some = settings(max_examples=20)

with tempfile.TemporaryDirectory() as _folder:
    HONEST = simple(Path(_folder), ROWS, EVERY)


def found(proof: Proof, *kept: bytes) -> list[Fault]:
    """Give the faults of a proof file."""
    with tempfile.TemporaryDirectory() as folder:
        return faults(proof.check(Path(folder), kept))


@some
@given(st.integers(1, 40), st.integers(1, 9))
def test_an_honest_journal_is_sound(count: int, every: int) -> None:
    """Rows under any heads that reach their end are proven to the last."""
    with tempfile.TemporaryDirectory() as folder:
        report = simple(Path(folder), count, every).check(Path(folder))
    assert report.is_sound
    assert [(one.size, one.proven) for one in report.journals] == [(count, count)]


def edit(at: int) -> Callable[[Lines], Lines]:
    """Change one row's body."""
    return lambda lines: [*lines[:at], lines[at].replace(b"ruang", b"riang"), *lines[at + 1 :]]


def delete(at: int, count: int) -> Callable[[Lines], Lines]:
    """Remove rows."""
    return lambda lines: lines[:at] + lines[at + count :]


def swap(one: int, other: int) -> Callable[[Lines], Lines]:
    """Exchange two rows."""

    def change(lines: Lines) -> Lines:
        lines[one], lines[other] = lines[other], lines[one]
        return lines

    return change


def insert(at: int, what: bytes) -> Callable[[Lines], Lines]:
    """Put a line in."""
    return lambda lines: [*lines[:at], what, *lines[at:]]


def renumber(at: int) -> Callable[[Lines], Lines]:
    """Remove a row and number those after it anew."""

    def lower(line: bytes, seq: int) -> bytes:
        return line.replace(f'"seq":{seq + 1},'.encode(), f'"seq":{seq},'.encode())

    return lambda lines: [*lines[:at], *(lower(one, seq) for seq, one in enumerate(lines[at + 1 :], at))]


places = st.integers(1, ROWS - 1)


@some
@given(places)
def test_a_changed_row_is_named_between_two_heads(at: int) -> None:
    """Of a changed row it is said between which signed heads it lies; the rows before stand."""
    start = at // EVERY * EVERY
    assert found(HONEST.lines(edit(at))) == [("edited", start, start + EVERY - 1)]


@some
@given(places, st.integers(1, 5))
def test_removed_rows_are_named(at: int, count: int) -> None:
    """Of removed rows each is named, also at the end."""
    gone = min(count, ROWS - at)
    what = "deleted" if at + gone < ROWS else "truncated"
    assert found(HONEST.lines(delete(at, gone))) == [(what, at, at + gone - 1)]


@some
@given(st.tuples(places, places).filter(lambda two: two[0] != two[1]))
def test_exchanged_rows_are_named(two: tuple[int, int]) -> None:
    """Of two exchanged rows both are named."""
    assert found(HONEST.lines(swap(*two))) == [("swapped", min(two), max(two))]


@some
@given(st.integers(0, ROWS - 1), st.integers(1, ROWS))
def test_a_copied_row_is_named(source: int, at: int) -> None:
    """A row put in a second time is named with the place where it stands."""
    copied = rows_of(ROWS)[source] + b"\n"
    if at == ROWS:
        expected = ("inserted", source, ROWS) if source < ROWS else ("unsigned", ROWS, ROWS)
    elif at == source:
        expected = ("inserted", source, source + 1)
    else:
        expected = ("inserted", min(source, at), at)
    assert found(HONEST.lines(insert(at, copied)))[-1] == expected


@some
@given(places)
def test_a_made_up_row_is_named(at: int) -> None:
    """A row made up for a place that is taken is found with the genuine one behind it."""
    made_up = row_of(at).replace(b"ruang", b"rawan") + b"\n"
    assert found(HONEST.lines(insert(at, made_up)))[0][0] in {"edited", "inserted"}
    assert ("inserted", at, at + 1) in found(HONEST.lines(insert(at, made_up)))


@some
@given(places, st.sampled_from([(THERE, 1), (HERE, 2)]))
def test_a_foreign_row_is_named(at: int, place: tuple[ControllerId, int]) -> None:
    """A row of another controller or epoch is named, whatever its number."""
    foreign = row_of(at, controller=place[0], epoch=place[1]) + b"\n"
    assert found(HONEST.lines(insert(at, foreign))) == [("foreign-row", at, at)]


@some
@given(places)
def test_rows_renumbered_after_a_removal_are_found(at: int) -> None:
    """Whoever removes a row and numbers the rest anew is caught by the next head, and by the last."""
    told = found(HONEST.lines(renumber(at)))
    start = at // EVERY * EVERY
    changed = [("edited", start, start + EVERY - 1)] if start + EVERY < ROWS else []
    assert told == [*changed, ("truncated", ROWS - 1, ROWS - 1)]


@some
@given(places, st.binary(min_size=1, max_size=30).filter(lambda text: b"\n" not in text))
def test_a_line_that_is_no_row_is_named(at: int, text: bytes) -> None:
    """Anything else that stands where a row belongs is named."""
    assert found(HONEST.lines(insert(at, text + b"\n"))) == [("not-a-row", at, at)]


@pytest.mark.parametrize("field", [b'"wall":', b'"seq":'])
def test_a_number_no_controller_can_write_is_no_row(field: bytes) -> None:
    """A line made to choke a reader is named like any other that is no row."""
    line = row_of(3).replace(field, field + b"9" * 5000) + b"\n"
    assert found(HONEST.lines(insert(3, line))) == [("not-a-row", 3, 3)]


def test_rows_after_the_last_head_are_not_proven() -> None:
    """What is put on at the end stands under no head."""
    assert found(HONEST.lines(insert(ROWS, row_of(ROWS) + b"\n"))) == [("unsigned", ROWS, ROWS)]


def test_an_end_cut_off_with_its_heads_is_found_by_a_kept_checkpoint() -> None:
    """Alone the shorter file is sound; a checkpoint kept from before shows that rows are missing."""
    rows = rows_of(ROWS)
    shorter = HONEST.lines(lambda lines: lines[:8]).with_heads(head_of(rows[:4]), head_of(rows[:8]))
    assert found(shorter) == []
    assert found(shorter, head_of(rows[:16])) == [("truncated", 8, 15)]


def test_a_history_signed_again_is_found_by_a_kept_checkpoint() -> None:
    """Whoever has the log key and signs another past is caught by one genuine head from before."""
    other = [*rows_of(7), *(row_of(seq).replace(b"ruang", b"riang") for seq in range(7, ROWS))]
    with tempfile.TemporaryDirectory() as folder:
        resigned = make_proof(Path(folder), {f"{HERE}.1": (other, [head_of(other[:10]), head_of(other)])})
    assert found(resigned) == []
    assert found(resigned, head_of(rows_of(7))) == []
    assert found(resigned, head_of(rows_of(9))) == [("forked", 0, 8)]
    assert found(resigned, head_of(rows_of(ROWS))) == [("forked", 0, ROWS - 1)]


@some
@given(st.integers(1, ROWS), st.booleans())
def test_two_genuine_heads_that_contradict_are_a_fork(size: int, first: bool) -> None:  # noqa: FBT001
    """A controller that signed two histories is found out by its own signatures, in whatever order."""
    rows = rows_of(ROWS)
    other = head_of([*rows[: size - 1], row_of(99)])
    heads = sorted([(one * EVERY, 0, head_of(rows[: one * EVERY])) for one in range(1, 6)])
    heads = sorted([*heads, (size, -1 if first else 1, other)])
    assert found(HONEST.with_heads(*(note for _, _, note in heads))) == [("forked", 0, size - 1)]


@some
@given(st.integers(0, 4), st.data())
def test_any_changed_byte_of_a_head_is_found(which: int, data: st.DataObject) -> None:
    """A head is one byte string and no other; the other heads still prove what they are over."""
    rows = rows_of(ROWS)
    heads = [head_of(rows[:size]) for size in range(EVERY, ROWS + 1, EVERY)]
    at = data.draw(st.integers(0, len(heads[which]) - 1))
    flip = data.draw(st.integers(1, 255))
    changed = bytes([*heads[which][:at], heads[which][at] ^ flip, *heads[which][at + 1 :]])
    told = found(HONEST.with_heads(*heads[:which], changed, *heads[which + 1 :]))
    assert any(what == "head-not-genuine" for what, _, _ in told)


def test_a_withheld_span_stands_only_where_such_a_tree_begins() -> None:
    """Two hashes that would give the right root under the wrong numbers are refused."""
    rows = rows_of(3)
    pair = node(leaf(rows[0]), leaf(rows[1])).hex().encode()
    last = leaf(rows[2]).hex().encode()
    proof = HONEST.with_heads(head_of(rows))
    assert found(proof.lines(lambda _: [b"1 %s\n" % pair, b"0 %s\n" % last])) == []
    assert found(proof.lines(lambda _: [b"0 %s\n" % pair, b"1 %s\n" % last])) == [("not-a-row", 1, 1)]


def test_heads_by_another_key_prove_nothing() -> None:
    """A server that signs history with its own key is caught, and no row is proven."""
    forged = HONEST.with_heads(head_of(rows_of(ROWS), by=key("forger")))
    assert found(forged) == [("head-not-genuine", ROWS, ROWS), ("unsigned", 0, ROWS - 1)]


def test_heads_out_of_order_are_passed_over_and_said() -> None:
    """A head that comes too late cannot be compared, and nothing is concluded from it."""
    rows = rows_of(ROWS)
    shuffled = HONEST.with_heads(head_of(rows), head_of(rows[:4]))
    with tempfile.TemporaryDirectory() as folder:
        report = shuffled.check(Path(folder))
    assert report.is_sound
    assert remarks(report) == ["not-comparable"]


def test_a_device_the_enroller_never_accepted_proves_nothing(tmp_path: Path) -> None:
    """Rows and heads of a controller outside the signed directory count for nothing."""
    rows = rows_of(5, controller=THERE)
    proof = make_proof(tmp_path, {f"{THERE}.1": (rows, [head_of(rows, THERE, by=log_key(THERE))])})
    assert faults(proof.check(tmp_path)) == [("foreign-device", 0, 0)]


def test_each_epoch_is_checked_with_the_key_of_its_time(tmp_path: Path) -> None:
    """A controller enrolled again has new keys; the old ones still prove the old epochs, and only those."""
    old, new = rows_of(6), rows_of(6, 3)
    genuine = {f"{HERE}.1": (old, [head_of(old)]), f"{HERE}.3": (new, [head_of(new, epoch=3)])}
    assert faults(make_proof(tmp_path, genuine).check(tmp_path)) == []
    stolen = {**genuine, f"{HERE}.3": (new, [head_of(new, epoch=3, by=log_key())])}
    assert faults(make_proof(tmp_path, stolen).check(tmp_path))[0][0] == "head-not-genuine"


@settings(max_examples=40)
@given(st.data())
def test_any_damage_to_the_file_is_a_sentence(data: st.DataObject) -> None:
    """Whatever byte of the zip is changed or cut, there is a report or a refusal, never a failure."""
    with tempfile.TemporaryDirectory() as folder:
        file = HONEST.write(Path(folder) / "bukti.zip")
        whole = file.read_bytes()
        at = data.draw(st.integers(0, len(whole) - 1))
        changed = bytes([*whole[:at], whole[at] ^ data.draw(st.integers(1, 255)), *whole[at + 1 :]])
        file.write_bytes(data.draw(st.sampled_from([changed, whole[:at]])))
        for root in (ROOT, None):
            try:
                report = read_proof(file, root)
            except Malformed:
                continue
            assert report.is_sound or faults(report)


def test_the_checker_needs_nothing_of_ours() -> None:
    """The module imports the standard library and cryptography, and is short enough to be read."""
    text = Path(audit.__file__).read_text(encoding="utf-8")
    tree = ast.parse(text)
    plain = [one.name for node in ast.walk(tree) if isinstance(node, ast.Import) for one in node.names]
    source = [node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    names = {name.partition(".")[0] for name in plain + source}
    assert names - sys.stdlib_module_names == {"cryptography"}
    kinds = ast.Module | ast.ClassDef | ast.FunctionDef
    documented = [node for node in ast.walk(tree) if isinstance(node, kinds)]
    words = [node.body[0] for node in documented if ast.get_docstring(node) is not None]
    prose = {number for word in words for number in range(word.lineno, (word.end_lineno or 0) + 1)}
    code = [n for n, one in enumerate(text.splitlines(), 1) if one.strip() and n not in prose]
    assert len(code) <= 200
