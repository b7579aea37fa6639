"""Ten people at one moment: one answer pressed by all, or everything a case allows pressed by anybody."""

import random
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from card_registry.words import CaseId
from review.access import Refused
from review.case import Advanced, Case, CaseState, choices
from review.form import Faulty
from review.people import Person
from review.procedure import END
from review.workflow.answering import act, correct_row, look_again, take_back
from tests.review.rooms import file_of
from tests.review.walking import QUEUE_ENDS, Walk, Walker, actor, answered, begun, crew, said, settled
from tests.review.world import World

TEN = 10
Deed = Callable[[], object]


def at_once(deeds: Sequence[Deed]) -> list[object]:
    """Do all of it at the same moment, each in a thread of its own, and give what each came to."""
    gate = threading.Barrier(len(deeds))

    def done(deed: Deed) -> object:
        gate.wait()
        return deed()

    with ThreadPoolExecutor(len(deeds)) as crowd:
        return list(crowd.map(done, deeds))


def pressed(world: World, id: CaseId, label: str, serial: str) -> list[object]:
    """Let ten people press one answer at once: those who may, in several windows, and some who may not."""
    case, everybody = file_of(world, id).case, crew(world)
    if label == QUEUE_ENDS:
        return at_once([partial(look_again, world.office, one, id) for one in everybody[:TEN]])
    may = [one for one in everybody if label in {choice.label for choice in choices(case, one)}]
    others = [one for one in everybody if one not in may][:3]
    answer, first = said(world, case, label, serial), actor(world, case, label)
    people = ([first, *may] * TEN)[: TEN - len(others)] + others
    return at_once([partial(act, world.office, one, id, answer) for one in people])


def race_through(world: World, walk: Walk) -> Walker:
    """Walk a case to its end with every answer pressed by ten at once, of whom one is taken."""
    one = begun(world, walk)
    while (case := one.file.case).step != END:
        label = one.next_label() or ""
        came = pressed(world, one.case, label, walk.serial)
        taken = [each for each in came if isinstance(each, Advanced | Case)]
        assert len(taken) == 1, (case.step, came)
        assert all(isinstance(each, Advanced | Case | Refused | Faulty) for each in came)
        settled(world, one.case)
    return one


def abreast(world: World, walks: Sequence[Walk]) -> list[Walker]:
    """Walk several cases side by side: in each round every one of them is answered at the same moment."""
    on_their_way = [begun(world, walk) for walk in walks]
    while going := [one for one in on_their_way if one.file.case.step != END]:
        said_now = [(one, one.next_label()) for one in going]
        deeds = [partial(answered, world, one.case, label or "", one.walk.serial) for one, label in said_now]
        for (one, label), came in zip(said_now, at_once(deeds), strict=True):
            assert isinstance(came, Advanced), (one.walk.procedure, label, came)
        settled(world, *(one.case for one in going))
    return on_their_way


def scramble(world: World, walk: Walk, rounds: int, chance: random.Random) -> CaseId:
    """Let ten people do anything at all to one case, round by round."""
    id = begun(world, walk).case
    for _ in range(rounds):
        deeds = [deed_of(world, id, chance.choice(crew(world)), chance) for _ in range(TEN)]
        for came in at_once(deeds):
            assert not isinstance(came, Exception)
        settled(world, id)
        if file_of(world, id).case.state is CaseState.CLOSED:
            break
    return id


def deed_of(world: World, id: CaseId, person: Person, chance: random.Random) -> Deed:
    """Choose what one person does: answer, mostly; correct a row, take the case back, look again."""
    case = file_of(world, id).case
    kind = chance.random()
    if case.step == END or kind < 0.1:
        return lambda: correct_row(world.office, person, id, chance.randrange(len(case.history)), "koreksi")
    if kind < 0.15:
        return lambda: take_back(world.office, person, id, "batal")
    if kind < 0.25:
        return lambda: look_again(world.office, person, id)
    label = chance.choice([branch.label for branch in case.here().branches])
    may = [one for one in crew(world) if label in {choice.label for choice in choices(case, one)}]
    answer = said(world, case, label, "SN-9")
    return lambda: act(world.office, chance.choice([*may, *may, person]), id, answer)
