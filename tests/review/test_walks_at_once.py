"""Ten people act on one case at the same moment, and it stays whole: on SQLite here."""

import random

import pytest

from review.case import CaseState
from tests.review.crowds import TEN, abreast, at_once, race_through, scramble
from tests.review.walking import Walk, begun
from tests.review.walking_plans import ABREAST, STOPPED, WALKS
from tests.review.walking_soundness import sound
from tests.review.world import World

RACED = {"S1.A-disetujui", "S2.A-penuh dulu", "P2-mendesak ditolak"}
RACES = [
    pytest.param(walk, id=f"{walk.procedure}-{walk.name}", marks=() if short else pytest.mark.long)
    for walk in WALKS
    if walk.ends in {"selesai", STOPPED}
    for short in [f"{walk.procedure}-{walk.name}" in RACED]
]
"""The walks to a regular end; the others race with ``--long``."""

LONG = [pytest.param(one, marks=pytest.mark.long) for one in ("S3.A", "S5.A", "P6")]
ROUNDS = 8


@pytest.mark.parametrize("walk", RACES)
def test_of_ten_who_press_at_once_one_is_heard(peopled: World, walk: Walk) -> None:
    """Every step to the end, each answered by ten at the same moment: one answer each, one effect each."""
    one = race_through(peopled, walk)
    assert one.file.case.state is CaseState.CLOSED
    sound(peopled)


@pytest.mark.parametrize("procedure", ["S2.A", "P2", *LONG])
def test_whatever_ten_people_do_at_once_a_case_stays_whole(peopled: World, procedure: str) -> None:
    """Answers, corrections, withdrawals and second looks, all at once, round after round."""
    scramble(peopled, Walk("kacau", procedure, serial="SN-9"), ROUNDS, random.Random(procedure))
    sound(peopled)


def test_ten_who_apply_at_once_get_ten_numbers(peopled: World) -> None:
    """Gapless, each once."""
    made = at_once([lambda: begun(peopled, Walk("antre", "S1.A", ends=None)) for _ in range(TEN)])
    assert len(made) == TEN
    sound(peopled)


@pytest.mark.long
def test_ten_cases_go_abreast(peopled: World) -> None:
    """Ten procedures, each answered at the same moment as the others, all come to their ending."""
    for one in abreast(peopled, ABREAST):
        assert one.file.case.ending == one.walk.ends
    sound(peopled)
