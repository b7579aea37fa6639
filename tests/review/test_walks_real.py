"""Every procedure walked to every ending with its real effects: rights, doors, visits, papers, inventory."""

import pytest

from card_registry.words import CaseId
from review.case import CaseState
from review.procedure import Procedure
from review.shelf import shipped
from review.store import cases
from review.store.transaction import reading
from review.workflow.effects import runnable
from tests.review.visitors import plan
from tests.review.walking import Walk, answers, begun, every_answer, follow_child
from tests.review.walking_plans import VISITS, WALKS
from tests.review.walking_soundness import sound
from tests.review.world import World

SHIPPED = shipped()


def begun_by(world: World, case: CaseId) -> set[str]:
    """Name the procedures of what a case began."""
    with reading(world.office.store) as connection:
        return {file.case.procedure.id for file in cases.children(connection, case)}


def ids(walk: Walk) -> str:
    """Name a walk."""
    return f"{walk.procedure}-{walk.name}"


@pytest.mark.parametrize("walk", WALKS, ids=ids)
def test_a_procedure_is_walked_to_its_ending(peopled: World, walk: Walk) -> None:
    """Whoever is offered an answer gives it; the case ends as it should, and the books are in order."""
    one = begun(peopled, walk)
    file = one.go()
    assert file.case.state is CaseState.CLOSED, (file.case.step, list(one.left))
    assert (file.case.ending, list(one.left)) == (walk.ends, [])
    if walk.then is None:
        assert begun_by(peopled, one.case) == {"P7"} & begun_by(peopled, one.case)
    else:
        child = follow_child(peopled, one.case, walk.then)
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
    """The walks above leave out no answer of any table; P1 waits for its own effects and opens nothing."""
    every = [one for walk in (*WALKS, *VISITS) for one in (walk, walk.then) if one is not None]
    walked = {one for walk in every if walk.procedure == table.id for one in answers(walk, table)}
    assert walked == (every_answer(table) if runnable(table) else set())
    assert runnable(table) == (table.id != "P1")
