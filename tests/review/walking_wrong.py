"""Wrong turns at a step: each is refused in a sentence, and changes nothing."""

from dataclasses import replace

from review.access import Refused
from review.case import STOP, Answer, Case, choices, withdrawable
from review.form import Faulty
from review.people import Person
from review.workflow.answering import Act, act, correct_row, look_again, take_back
from tests.review.rooms import file_of
from tests.review.walking import Walker, actor, crew, said
from tests.review.world import World

AT_A_STEP = 4


def strangers(world: World, case: Case) -> list[Person]:
    """Give one person of each of some kinds to whom nothing is offered: others at each step in turn."""
    kinds: dict[object, Person] = {}
    for person in crew(world):
        if not choices(case, person):
            kinds.setdefault(person.roles, person)
    found, first = list(kinds.values()), len(case.history) * AT_A_STEP
    return [found[number % len(found)] for number in range(first, first + AT_A_STEP)]


def wrong(one: Walker) -> None:
    """Try what may not be done at the present step."""
    world, before = one.world, one.file
    case = before.case
    label = case.here().branches[0].label
    right, who = said(world, case, label, one.walk.serial), actor(world, case, label)
    for person in strangers(world, case):
        came = act(world.office, person, one.case, right)
        assert isinstance(came, Refused), (case.step, person.roles)
        assert came.why.endswith((".", "?")), came.why
    for verdict in misdirected(case, right.verdict):
        came = act(world.office, who, one.case, replace(right, verdict=verdict))
        assert isinstance(came, Refused), (case.step, verdict)
    unasked(one, right, who)
    assert isinstance(look_again(world.office, who, one.case), Refused)
    assert isinstance(correct_row(world.office, who, one.case, len(case.history), "x"), Refused)
    for person in crew(world):
        if isinstance(withdrawable(case, person), Refused):
            assert isinstance(take_back(world.office, person, one.case, "batal"), Refused)
            break
    assert file_of(world, one.case) == before


def misdirected(case: Case, right: Answer) -> list[Answer]:
    """Give answers that are too early, too late, elsewhere, unknown, or without the reason they need."""
    others = [step.no for step in case.procedure.steps if step.no != case.step]
    silent = [
        replace(right, label=branch.label, note=" ")
        for branch in case.here().branches
        if branch.reason_required
    ]
    labels = ("setuju saja", "", *(() if case.here().rounds else (STOP,)))
    return [
        replace(right, attempt=right.attempt + 1),
        replace(right, attempt=right.attempt - 1),
        replace(right, step=others[0]),
        *(replace(right, label=label) for label in labels),
        *silent,
        replace(right, note="x" * 501),
    ]


def unasked(one: Walker, right: Act, who: Person) -> None:
    """Leave out a form that is demanded, or bring a field that no form has."""
    case = one.file.case
    strange = act(one.world.office, who, one.case, replace(right, given={**right.given, "asing": ["x"]}))
    assert isinstance(strange, Faulty), (case.step, strange)
    if right.given and not case.here().branches[0].required:
        empty = act(one.world.office, who, one.case, replace(right, given={}))
        assert isinstance(empty, Faulty | Refused), case.step
