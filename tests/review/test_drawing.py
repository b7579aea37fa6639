"""Every SOP drawn: each step, each answer and each word of the table is on the paper, and inside it."""

import re
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from review.drawing import Paper, draw
from review.drawing.layout import columns, lane_of
from review.drawing.measure import width, wrap
from review.drawing.sheet import SIZES
from review.people import Role
from review.procedure import END, Procedure, StepKind
from review.procedure.command import procedure
from review.shelf import shipped

TABLES = shipped()
NAMES = {"": "http://www.w3.org/2000/svg"}
EVERY = [(table, paper) for table in TABLES.values() for paper in Paper]


def parts(pages: tuple[str, ...], name: str, mark: str = "") -> list[ET.Element]:
    """Give the elements of a name, of one class where it is given."""
    found = [one for page in pages for one in ET.fromstring(page).iter(f"{{{NAMES['']}}}{name}")]  # noqa: S314 - our own drawing
    return [one for one in found if not mark or one.get("class") == mark]


def text(pages: tuple[str, ...]) -> str:
    """Give all words on the pages, without blanks."""
    return "".join("".join(one.text or "" for one in parts(pages, "text")).split())


@pytest.mark.parametrize(("table", "paper"), EVERY, ids=lambda one: getattr(one, "id", one))
def test_the_whole_table_is_on_the_paper(table: Procedure, paper: Paper) -> None:
    """Every activity, document, time and output, every answer, every column; as many symbols as steps."""
    pages = draw(table, paper)
    words = text(pages)
    for step in table.steps:
        for said in (step.activity, step.duration, *step.documents, *step.output):
            assert "".join(said.split()) in words
        for branch in step.branches:
            assert step.kind is StepKind.PROCESS or "".join(branch.label.split()) in words
    for column in table.identity.columns:
        assert "".join(column.title.split()) in words
    symbols = parts(pages, "rect", "s") + [
        one for one in parts(pages, "polygon", "s") if len((one.get("points") or "").split()) == 4
    ]
    ends = sum(
        step.kind is StepKind.DECISION and END in {one.to for one in step.branches} for step in table.steps
    )
    assert len(symbols) == len(table.steps) + ends
    assert f"Halaman{len(pages)}dari{len(pages)}" in words
    assert ("USULAN" in words) == table.id.startswith("P")


@pytest.mark.parametrize(("table", "paper"), EVERY, ids=lambda one: getattr(one, "id", one))
def test_nothing_leaves_the_paper(table: Procedure, paper: Paper) -> None:
    """Symbols, arrows and lines lie inside; each arrow is made of upright and level pieces."""
    pages = draw(table, paper)
    wide, tall = SIZES[paper]
    for line in parts(pages, "polyline", "l"):
        places = [tuple(map(float, one.split(","))) for one in (line.get("points") or "").split()]
        for (x, y), (to_x, to_y) in pairwise(places):
            assert abs(x - to_x) < 0.02 or abs(y - to_y) < 0.02
        assert all(0 < x < wide and 0 < y < tall for x, y in places)
    for line in parts(pages, "line"):
        assert all(0 < float(line.get(f"x{end}") or 0) < wide for end in (1, 2))
        assert all(0 < float(line.get(f"y{end}") or 0) < tall for end in (1, 2))


@pytest.mark.parametrize("table", TABLES.values(), ids=lambda one: one.id)
def test_every_answer_has_its_arrow(table: Procedure) -> None:
    """One head for each way out, and one more where the flow comes in from another page."""
    heads = len(parts(draw(table), "polygon", "h"))
    ways = sum(
        len({branch.to for branch in step.branches if step.kind is StepKind.DECISION or branch.to != END})
        for step in table.steps
    )
    assert ways <= heads <= ways + len(table.steps)


def test_a_role_without_a_column_is_named() -> None:
    """A table that an office edited wrongly is refused with the step and the role."""
    table = TABLES["S1.A"]
    with pytest.raises(ValueError, match="has no column"):
        lane_of(table, TABLES["S5.A"].step("2"), columns(table, 10, 300))
    assert TABLES["S5.A"].step("2").role is Role.TU


@given(
    st.text(alphabet=st.characters(codec="ascii", categories=("L", "N", "P", "Zs")), max_size=200),
    st.floats(8, 80),
)
def test_wrapped_text_fits_and_loses_nothing(said: str, room: float) -> None:
    """Every line is narrow enough, and the words are all there in their order."""
    lines = wrap(said, room, 7)
    assert all(width(line, 7) <= room for line in lines)
    assert "".join("".join(lines).split()) == "".join(said.split())


def test_the_command_checks_shows_and_draws(tmp_path: Path) -> None:
    """An office checks what it edited, reads a table, and prints it."""
    runner = CliRunner()
    good, bad = tmp_path / "baik.toml", tmp_path / "buruk.toml"
    source = (Path(__file__).parents[2] / "review" / "procedures" / "s1.toml").read_text()
    good.write_text(source)
    bad.write_text(source.replace('lanjut = "3"', 'lanjut = "30"'))
    assert runner.invoke(procedure, ["check", str(good)]).exit_code == 0
    refused = runner.invoke(procedure, ["check", str(good), str(bad)])
    assert refused.exit_code == 1
    assert "leads to 30" in refused.output
    listed = runner.invoke(procedure, ["show"])
    assert len(listed.output.splitlines()) == len(TABLES)
    assert "Kadis Kominfo" in runner.invoke(procedure, ["show", "S1.A"]).output
    assert '"id":"S1.A"' in runner.invoke(procedure, ["show", "S1.A", "--json"]).output
    assert runner.invoke(procedure, ["show", "X"]).exit_code == 1
    made = runner.invoke(procedure, ["draw", "S5.A", "--paper", "a4", "--out", str(tmp_path / "gambar")])
    assert made.exit_code == 0, made.output
    page = (tmp_path / "gambar" / "S5.A.html").read_text()
    assert len(re.findall("<svg", page)) == len(list((tmp_path / "gambar").glob("*.svg"))) == 3
    assert runner.invoke(procedure, ["draw", "X", "--out", str(tmp_path)]).exit_code == 1
    assert runner.invoke(procedure, ["draw", "S1.A", "--out", str(good)]).exit_code in {1, 2}
