"""README's page is enough: a checker written from it alone agrees with ours on every file."""

import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from card_registry.errors import Malformed
from card_registry.journal.export import Wanted
from card_registry.journal.selection import Selection
from tests.card_registry.journal.books import Books, tapped
from tests.card_registry.journal.proofs import HERE, NOON, ROOT, Proof, position_of, row_of, rows_of, simple
from tests.card_registry.journal.second_checker import is_sound

with tempfile.TemporaryDirectory() as _folder:
    HONEST = simple(Path(_folder), 20, 6)


def ours(proof: Proof, folder: Path) -> dict[str, bool] | None:
    """Give our verdicts by journal; None where the file is refused."""
    try:
        report = proof.check(folder)
    except Malformed:
        return None
    return {one.name: one.is_sound for one in report.journals}


def theirs(proof: Proof, folder: Path) -> dict[str, bool] | None:
    """Give the second checker's verdicts; None where it refuses."""
    try:
        return is_sound(proof.write(folder / "kedua.zip"), ROOT)
    except (AssertionError, KeyError, ValueError, TypeError, AttributeError):
        return None


def test_both_find_an_export_sound(tmp_path: Path) -> None:
    """A whole export, with epochs, a period and persons withheld, and the signer's log."""
    old = [row_of(seq, tapped("ani") if seq % 3 else None) for seq in range(150)]
    books = Books(tmp_path)
    books.store(old, range(5, 150, 5))
    books.store(rows_of(4, 2, previous=position_of(old)), (), epoch=2)
    books.change([b"satu", b"dua", b"tiga"])
    hidden = Selection(NOON + 70_000, NOON + 90_000, with_persons=False)
    for name, wanted in (("a", Wanted()), ("b", Wanted(rows=hidden, every_head=True))):
        books.export(tmp_path / f"{name}.zip", wanted)
        assert is_sound(tmp_path / f"{name}.zip", ROOT) == {
            f"{HERE}.1": True,
            f"{HERE}.2": True,
            "authority": True,
        }


@settings(max_examples=80)
@given(st.data())
def test_both_judge_any_changed_byte_alike(data: st.DataObject) -> None:
    """Wherever a byte of any part is changed, both say sound, or neither does."""
    name = data.draw(st.sampled_from(sorted(HONEST.parts)))
    body = HONEST.parts[name]
    at, flip = data.draw(st.integers(0, len(body) - 1)), data.draw(st.integers(1, 255))
    changed = Proof({**HONEST.parts, name: bytes([*body[:at], body[at] ^ flip, *body[at + 1 :]])})
    with tempfile.TemporaryDirectory() as folder:
        one, other = ours(changed, Path(folder)), theirs(changed, Path(folder))
    assert one == other or {str(one), str(other)} <= {"None", str({f"{HERE}.1": False})}


@settings(max_examples=25)
@given(st.data())
def test_both_judge_any_moved_lines_alike(data: st.DataObject) -> None:
    """Wherever lines are removed, doubled or exchanged, both say sound, or neither does."""
    lines = HONEST.parts[f"rows/{HERE}.1.jsonl"].splitlines(keepends=True)
    order = data.draw(st.lists(st.sampled_from(range(20)), max_size=22) | st.permutations(range(20)))
    changed = HONEST.lines(lambda _: [lines[place] for place in order])
    with tempfile.TemporaryDirectory() as folder:
        one, other = ours(changed, Path(folder)), theirs(changed, Path(folder))
    assert one == other == {f"{HERE}.1": list(order) == list(range(20))}
