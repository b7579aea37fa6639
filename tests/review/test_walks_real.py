"""Every procedure walked to every ending with its real effects: rights, doors, visits, papers, inventory."""

from dataclasses import replace

import pytest

from card_registry.words import CaseId
from review.access import Refused
from review.case import Answer, CaseState
from review.procedure import Procedure
from review.shelf import shipped
from review.store import cases
from review.store.cases import CaseFile
from review.store.transaction import reading
from review.workflow.answering import Act, act, correct_row, look_again, take_back
from tests.review.visitors import plan
from tests.review.walking import Walk, actor, answers, begun, crew, every_answer, follow_child, said
from tests.review.walking_outcomes import OUTCOMES, outcome
from tests.review.walking_plans import BY_NAME, VISIT, VISITS, WALKS
from tests.review.walking_soundness import sound
from tests.review.walking_wrong import wrong
from tests.review.world import World

SHIPPED = shipped()
CROOKED = {
    *("S1.A-disetujui", "S2.A-tersedia", "S3.A-tersedia", "S4.A-diganti", "S5.A-setuju", "P2-mendesak"),
    *("P1-dipertahankan", "P3-siap", "P4-dapat diambil", "P6-selisih", "P8-hilang", "P9-wajar"),
    "P10-disetujui",
}
"""The walks on which every wrong turn is tried."""


def begun_by(world: World, case: CaseId) -> set[str]:
    """Name the procedures of what a case began."""
    with reading(world.office.store) as connection:
        return {file.case.procedure.id for file in cases.children(connection, case)}


def newest(world: World) -> tuple[CaseFile, ...]:
    """Give every case of the office."""
    with reading(world.office.store) as connection:
        return cases.newest(connection, None)


def ids(walk: Walk) -> str:
    """Name a walk."""
    return f"{walk.procedure}-{walk.name}"


@pytest.mark.parametrize("walk", WALKS, ids=ids)
def test_a_procedure_is_walked_to_its_ending(peopled: World, walk: Walk) -> None:
    """Whoever is offered an answer gives it; the case ends as it should, and the books are in order.

    In one walk of each procedure every wrong turn is tried before each step.
    """
    one = begun(peopled, walk)
    one.watch = wrong if ids(walk) in CROOKED else None
    file = one.go()
    assert file.case.state is CaseState.CLOSED, (file.case.step, list(one.left))
    assert (file.case.ending, list(one.left)) == (walk.ends, [])
    came = outcome(peopled, one.case)
    assert came == OUTCOMES.get(ids(walk), came)
    if walk.then is None:
        assert begun_by(peopled, one.case) == {"P7"} & begun_by(peopled, one.case)
    else:
        child = follow_child(peopled, one.case, walk.then)
        child.watch = one.watch
        assert (child.go().case.ending, list(child.left)) == (walk.then.ends, [])
    sound(peopled)


@pytest.mark.parametrize("walk", VISITS, ids=ids)
def test_a_visit_is_walked_to_its_ending(peopled: World, walk: Walk) -> None:
    """A visit registered by hand under another case."""
    parent = begun(peopled, Walk("induk", "S1.A", ends=None))
    one = begun(peopled, walk, plan(peopled, parent.file.number))
    file = one.go()
    assert (file.case.ending, list(one.left)) == (walk.ends, [])
    sound(peopled)


@pytest.mark.parametrize("table", SHIPPED.values(), ids=lambda table: table.id)
def test_every_answer_is_walked_with_its_effects(table: Procedure) -> None:
    """The walks above leave out no answer of any table."""
    every = [one for walk in (*WALKS, *VISITS) for one in (walk, walk.then) if one is not None]
    walked = {one for walk in every if walk.procedure == table.id for one in answers(walk, table)}
    assert walked == every_answer(table)


def test_every_outcome_is_that_of_a_walk() -> None:
    """No expectation stands for nothing, and one walk of each procedure has its outcome said."""
    assert set(OUTCOMES) <= {ids(walk) for walk in WALKS}
    assert {name.partition("-")[0] for name in OUTCOMES} == {walk.procedure for walk in WALKS}


def test_a_wrong_turn_of_a_visit_is_refused(peopled: World) -> None:
    """The same for P7, and nothing at all is done to a case that is over."""
    parent = begun(peopled, Walk("induk", "S1.A", ends=None))
    one = begun(peopled, VISIT, plan(peopled, parent.file.number))
    one.watch = wrong
    over = one.go()
    for person in crew(peopled):
        assert isinstance(act(peopled.office, person, one.case, Act(Answer("8", 1, "selesai"))), Refused)
        assert isinstance(take_back(peopled.office, person, one.case, "batal"), Refused)
    assert one.file == over


def test_a_case_that_is_not_there_is_not_found(peopled: World) -> None:
    """An unknown id is a sentence, not a fault."""
    who = crew(peopled)[0]
    for came in (
        act(peopled.office, who, "f" * 32, Act(Answer("1", 1, "selesai"))),
        take_back(peopled.office, who, "f" * 32, "batal"),
        correct_row(peopled.office, who, "f" * 32, 0, "x"),
        look_again(peopled.office, who, "f" * 32),
    ):
        assert isinstance(came, Refused)
        assert "tidak ditemukan" in came.why


def test_only_the_server_that_is_returned_leaves_with_its_visitors(peopled: World) -> None:
    """P4: guests may go with the server that the check found, before the minutes, and with no other."""
    one = begun(peopled, replace(BY_NAME["P4-dapat diambil"], before={}, ends=None))
    while one.file.case.step != "12":
        one.say(next(one.left) if len(one.file.case.here().branches) > 1 else "selesai")
    visit = follow_child(peopled, one.case, replace(VISIT, says=("disetujui", "sesuai")))
    at_the_door = visit.go().case
    answer = said(peopled, at_the_door, "cocok", "SN-9")
    refused = act(peopled.office, actor(peopled, at_the_door, "cocok"), visit.case, answer)
    assert isinstance(refused, Refused)
    assert "SN-9" in refused.why
    visit.say("cocok")
    assert visit.file.case.step == "7"
