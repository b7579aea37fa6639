"""Every procedure walked to every ending with its real effects: rights, doors, visits, papers, inventory."""

import pytest

from review.case import CaseState
from review.shelf import shipped
from review.workflow.effects import runnable
from tests.review.visitors import plan
from tests.review.walking import Walk, begun
from tests.review.walking_plans import VISITS, WALKS
from tests.review.walking_soundness import sound
from tests.review.world import World

SHIPPED = shipped()
RUN = [walk for walk in WALKS if runnable(SHIPPED[walk.procedure])]


def ids(walk: Walk) -> str:
    """Name a walk."""
    return f"{walk.procedure}-{walk.name}"


@pytest.mark.parametrize("walk", RUN, ids=ids)
def test_a_procedure_is_walked_to_its_ending(peopled: World, walk: Walk) -> None:
    """Whoever is offered an answer gives it; the case ends as it should, and the books are in order."""
    one = begun(peopled, walk)
    file = one.go()
    assert file.case.state is CaseState.CLOSED, (file.case.step, list(one.left))
    assert (file.case.ending, list(one.left)) == (walk.ends, [])
    sound(peopled)


@pytest.mark.parametrize("walk", VISITS, ids=ids)
def test_a_visit_is_walked_to_its_ending(peopled: World, walk: Walk) -> None:
    """A visit registered by hand under another case."""
    parent = begun(peopled, Walk("induk", "S1.A", ends=None))
    one = begun(peopled, walk, plan(peopled, parent.file.number))
    file = one.go()
    assert (file.case.ending, list(one.left)) == (walk.ends, [])
    sound(peopled)
