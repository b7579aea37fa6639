"""Every procedure through its pages, as its forms are served: filled, sent, answered to every ending."""

from collections.abc import Iterator

import pytest

from tests.review.paged import SignIn, browsers, opened
from tests.review.visitors import parent_number, plan
from tests.review.walking import Walk
from tests.review.walking_plans import VISITS, WALKS
from tests.review.world import World

DAILY = {
    *(("S1.A", "disetujui"), ("S2.A", "penuh dulu"), ("S2.A", "ditarik"), ("S5.A", "dihentikan")),
    *(("P2", "mendesak"), ("P3", "siap"), ("P6", "selisih"), ("P7", "kunjungan anak")),
}
"""The walks that are always made; the others with --long."""


def chosen(walks: tuple[Walk, ...]) -> list[object]:
    """Mark the walks that only a long run makes."""
    return [
        pytest.param(
            one,
            id=f"{one.procedure} {one.name}",
            marks=() if (one.procedure, one.name) in DAILY else pytest.mark.long,
        )
        for one in walks
    ]


@pytest.fixture
def sign_in(peopled: World) -> Iterator[SignIn]:
    """Give everybody a browser."""
    with browsers(peopled) as enter:
        yield enter


@pytest.mark.parametrize("walk", chosen(WALKS))
def test_a_procedure_is_walked_through_its_pages(peopled: World, sign_in: SignIn, walk: Walk) -> None:
    """Each step's form is offered to whoever's turn it is, filled as it was served, and taken."""
    walker = opened(peopled, walk, sign_in)
    file = walker.go()
    assert (None if file.case.ending is None else file.case.ending.value) == walk.ends
    if walk.then is not None:
        begun = walker.child(walk.then).go()
        assert begun.case.ending is not None
        assert begun.case.ending.value == walk.then.ends


@pytest.mark.parametrize("walk", chosen(VISITS))
def test_a_visit_is_walked_through_its_pages(peopled: World, sign_in: SignIn, walk: Walk) -> None:
    """A visit is planned under another case's number, received, and seen out."""
    besides = plan(peopled, parent_number(peopled))
    file = opened(peopled, walk, sign_in, besides).go()
    assert (None if file.case.ending is None else file.case.ending.value) == walk.ends
