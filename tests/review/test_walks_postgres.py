"""The walks and the crowds on PostgreSQL: representative ones, one after the other in one office."""

import random
from collections.abc import Iterator
from dataclasses import replace

import pytest

from review.case import CaseState
from tests.review.crowds import TEN, abreast, at_once, race_through, scramble
from tests.review.walking import Walk, begun, follow_child
from tests.review.walking_plans import ABREAST, BY_NAME
from tests.review.walking_postgres import peopled_postgres
from tests.review.walking_soundness import sound
from tests.review.world import World

WALKED = [
    *("S2.A-tersedia", "P2-mendesak ditolak"),
    *(pytest.param(name, marks=pytest.mark.long) for name in ("P4-dapat diambil", "P8-hilang")),
]
RACED = ["S2.A-penuh dulu", pytest.param("S1.A-disetujui", marks=pytest.mark.long)]


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory, offices: str) -> Iterator[World]:
    """Give one office for all of this file."""
    with peopled_postgres(tmp_path_factory.mktemp("postgres"), offices) as world:
        yield world


@pytest.mark.parametrize("name", WALKED)
def test_a_procedure_is_walked_to_its_ending(office: World, name: str) -> None:
    """Its effects, its visit and what it begins are carried out as on SQLite."""
    walk = BY_NAME[name]
    one = begun(office, walk)
    assert (one.go().case.ending, list(one.left)) == (walk.ends, [])
    if walk.then is not None:
        assert follow_child(office, one.case, walk.then).go().case.ending == walk.then.ends
    sound(office)


@pytest.mark.parametrize("name", RACED)
def test_of_ten_who_press_at_once_one_is_heard(office: World, name: str) -> None:
    """Rows are locked, not the whole store: still one answer each and one effect each."""
    one = race_through(office, replace(BY_NAME[name], serial="SN-7"))
    assert one.file.case.state is CaseState.CLOSED
    sound(office)


@pytest.mark.parametrize("procedure", ["S3.A", pytest.param("P6", marks=pytest.mark.long)])
def test_whatever_ten_people_do_at_once_a_case_stays_whole(office: World, procedure: str) -> None:
    """Answers, corrections, withdrawals and second looks, all at once, round after round."""
    scramble(office, Walk("kacau", procedure, serial="SN-9"), 8, random.Random(procedure))
    sound(office)


def test_ten_who_apply_at_once_get_ten_numbers(office: World) -> None:
    """Gapless, each once."""
    made = at_once([lambda: begun(office, Walk("antre", "S1.A", ends=None)) for _ in range(TEN)])
    assert len(made) == TEN
    sound(office)


def test_ten_cases_go_abreast(office: World) -> None:
    """Ten procedures take numbers, places and papers at the same moment: no lock waits for another."""
    walks = [replace(walk, serial=f"{walk.serial}-B") for walk in ABREAST]
    for one in abreast(office, walks):
        assert one.file.case.ending == one.walk.ends
    sound(office)
