"""Walks by chance: over every table by the interpreter alone, and through an office with all its effects."""

import random
from dataclasses import replace

import pytest

from card_registry.words import CaseId, PersonId
from review.access import Refused
from review.case import (
    STOP,
    Advanced,
    Answer,
    Case,
    CaseState,
    Choice,
    Ending,
    RowKind,
    advance,
    begin,
    broken,
    choices,
    correct,
    links,
    resume,
    settle,
    undo,
    withdraw,
)
from review.people import Capacity, Person, Role
from review.procedure import END, FORMS, Procedure
from review.shelf import shipped
from tests.review.walking_chaos import Chaos
from tests.review.walking_soundness import sound
from tests.review.world import World

SHIPPED = shipped()
LOST = 400
"""After how many acts a walk that did not end is stuck."""

DAY = 86_400_000


def person(number: int, *roles: Role) -> Person:
    """Give a person by number."""
    return Person(PersonId(f"{number:032x}"), f"Orang {number}", "Unit", frozenset(roles))


def people(chance: random.Random) -> list[Person]:
    """Give two people for each role, some of whom stand in for another role too."""
    found = [person(100 * copy + number, role) for copy in range(4) for number, role in enumerate(Role, 1)]
    for spot in chance.sample(range(len(found)), 6):
        role = chance.choice(list(Role))
        one = found[spot]
        held = {role: chance.choice(list(Capacity))} if role not in one.roles else {}
        found[spot] = replace(one, roles=one.roles | {role}, capacities=held)
    return found


def walked(table: Procedure, chance: random.Random) -> Case:
    """Walk one case by chance until it is over."""
    case, crew, now = begin(CaseId("c" * 32), table, 1), people(chance), 1
    for count in range(LOST):
        if case.state is CaseState.CLOSED:
            return case
        now += chance.randint(1, DAY)
        after = outside(case, now, chance) or tried(case, chance.choice(crew), chance, now)
        case = after or pressed(case, crew, chance, (now, count))
    raise AssertionError(f"{table.id} did not end: {case.step}")


def outside(case: Case, now: int, chance: random.Random) -> Case | None:
    """Let happen what nobody presses: a door's confirmation or the authority's refusal, a place set free."""
    if case.state is CaseState.WAITING:
        return settle(case, now) if chance.random() < 0.8 else undo(case, "ditolak otoritas", now)
    return resume(case, now) if case.state is CaseState.QUEUED and chance.random() < 0.3 else None


def tried(case: Case, who: Person, chance: random.Random, now: int) -> Case | None:
    """Let anybody try anything: it is taken exactly if it was offered to them."""
    branches = [branch.label for step in case.procedure.steps for branch in step.branches]
    label = chance.choice([*branches, STOP, "", "setuju saja"])
    attempt = case.attempt + chance.choice([0, 0, 0, -1, 1])
    offered = {choice.label for choice in choices(case, who) if not choice.recorded}
    came = advance(case, Answer(case.step, attempt, label, "alasan"), who, now, filled=FORMS)
    assert isinstance(came, Advanced) == (label in offered and attempt == case.attempt), (case, who, label)
    if isinstance(came, Advanced):
        return came.case
    if chance.random() < 0.2 and case.history:
        position = chance.randrange(len(case.history))
        fixed = correct(case, position, who, "koreksi", now)
        mine = who.id in {case.history[position].actor(), case.history[position].person}
        assert isinstance(fixed, Case) == mine
        return fixed if isinstance(fixed, Case) else None
    if chance.random() < 0.05:
        gone = withdraw(case, who, "batal", now)
        assert isinstance(gone, Refused) or case.applicant == who.id
        return gone.case if isinstance(gone, Advanced) else None
    return None


def pressed(case: Case, crew: list[Person], chance: random.Random, at: tuple[int, int]) -> Case:
    """Let somebody who is offered an answer give it; a long walk takes the answers that end it."""
    if case.state is CaseState.WAITING:
        return case
    now, count = at
    home = ending(case) if count > LOST // 2 else ""
    who, one = offer(case, crew, chance, home)
    named = next((other for other in crew if not isinstance(turn(case, other), Refused)), None)
    behalf = named if one.recorded else None
    answer = Answer(case.step, case.attempt, one.label, "alasan")
    came = advance(case, answer, who, now, behalf, filled=FORMS)
    if one.recorded and behalf is None:
        assert isinstance(came, Refused)
        return case
    assert isinstance(came, Advanced), came
    return came.case


def offer(case: Case, crew: list[Person], chance: random.Random, home: str) -> tuple[Person, Choice]:
    """Choose somebody and one of their buttons; ``home`` is the one to prefer."""
    first = None
    for who in chance.sample(crew, len(crew)):
        offered = choices(case, who)
        for one in offered:
            if one.label == home:
                return who, one
        if offered:
            first = first or (who, chance.choice(offered))
            if not home:
                break
    assert first is not None, f"{case.procedure.id} {case.step}: nobody may go on"
    return first


def turn(case: Case, who: Person) -> Refused | None:
    """Say whether it is somebody's own turn."""
    own = any(not choice.recorded for choice in choices(case, who))
    return None if own else Refused("bukan gilirannya")


def ending(case: Case) -> str:
    """Give the answer from which the fewest steps lead to the end."""
    table = case.procedure

    def distance(no: str, seen: frozenset[str]) -> int:
        if no == END:
            return 0
        ahead = [branch.to for branch in table.step(no).branches if branch.to not in seen]
        return 1 + min((distance(to, seen | {no}) for to in ahead), default=10_000)

    return min(case.here().branches, key=lambda branch: distance(branch.to, frozenset({case.step}))).label


def legal(case: Case) -> None:
    """Fail where a case that is over could not have come about by its table."""
    table, rows = case.procedure, case.history
    assert broken(case.id, rows, links(case.id, rows)) is None
    tries = [(row.step, row.attempt) for row in rows if row.counts()]
    assert len(tries) == len(set(tries))
    kinds = {row.kind for row in rows}
    expected = {RowKind.WITHDRAWAL: Ending.WITHDRAWN, RowKind.STOP: Ending.STOPPED}
    assert case.ending is next((expected[kind] for kind in expected if kind in kinds), Ending.COMPLETED)
    at = table.start
    for row in rows:
        if row.kind is RowKind.CORRECTION:
            continue
        assert row.step == at
        if row.kind is RowKind.ANSWER:
            step = table.step(at)
            branch = step.branch(row.answer)
            assert branch is not None
            earlier = rows[: rows.index(row)]
            assert row.actor() not in {one.actor() for one in earlier if one.step in step.apart}
            at = branch.to


@pytest.mark.parametrize("walks", [150, pytest.param(6_250, marks=pytest.mark.long)])
@pytest.mark.parametrize("table", SHIPPED.values(), ids=lambda table: table.id)
def test_walks_by_chance_end_legally(table: Procedure, walks: int) -> None:
    """2 400 walks over the sixteen tables, 100 000 with --long; what is not offered is refused on the way."""
    for seed in range(walks):
        legal(walked(table, random.Random(f"{table.id} {seed}")))


@pytest.mark.parametrize(
    ("seed", "acts"),
    [(2, 60), (4, 60), *(pytest.param(seed, 600, marks=pytest.mark.long) for seed in (5, 6, 7))],
)
def test_an_office_by_chance_stays_in_order(peopled: World, seed: int, acts: int) -> None:
    """Cases of every procedure side by side, answered by chance with their effects; each can be ended."""
    chaos = Chaos(peopled, random.Random(seed))
    for _ in range(acts):
        chaos.act()
    chaos.finish()
    sound(peopled)
