"""An office by chance: cases of every procedure side by side, whoever is offered something does it or not."""

import random
from collections import Counter
from dataclasses import dataclass, field, replace

from card_registry.words import CaseId
from review.access import Refused
from review.case import Advanced, Case, CaseState, choices
from review.form import Faulty
from review.people import Person, Role
from review.store import cases
from review.store.transaction import reading
from review.visits import VisitState
from review.workflow.answering import Act, act, correct_row, look_again, take_back
from review.workflow.opening import BLANK, Beginning, open_case
from tests.review.rooms import file_of
from tests.review.visitors import entering, plan, visit_of
from tests.review.walking import applicant, crew, reported, said, settled, tapped
from tests.review.world import World

MOST = 6
"""How many cases are open at once."""

BY_ROWS = "P1"
"""The review, whose rows are decided on a page of their own: it has tests of its own."""

PATIENCE = 25
"""How often a case is tried before it must be withdrawn to end."""


APPROVERS = frozenset({Role.KABID, Role.KADIS})
"""Who approves does not apply here: there is one of each, and nobody else could go on."""


@dataclass(slots=True)
class Chaos:
    """The office, its chance, and how often each thing was done or refused."""

    world: World
    chance: random.Random
    counted: Counter[str] = field(default_factory=Counter)
    serials: int = 0

    def act(self) -> None:
        """Do one thing by chance."""
        running = self.open()
        if len(running) < MOST and self.chance.random() < 0.3:
            self.begin()
            return
        if not running:
            return
        self.press(self.chance.choice(running))

    def open(self) -> list[CaseId]:
        """Give the cases that are not over."""
        with reading(self.world.office.store) as connection:
            return [file.case.id for file in cases.running(connection)]

    def begin(self) -> None:
        """Open a case of any procedure; what is refused leaves nothing."""
        tables = [one for one in self.world.office.procedures.values() if one.id != BY_ROWS]
        table = self.chance.choice(tables)
        self.serials += 1
        blank = Case(BLANK, table, table.start, self.world.clock())
        able = [who for who in crew(self.world) if who.roles.isdisjoint(APPROVERS)]
        offers = [(who, one) for who in able for one in choices(blank, who) if not one.recorded]
        who, one = self.chance.choice(offers)
        form = said(self.world, blank, one.label, self.serial()).given
        if table.id == "P7":
            parents = [file_of(self.world, id).number for id in self.open()]
            form = {**plan(self.world, self.chance.choice([*parents, "ARS-2026-9999"]))}
        came = open_case(self.world.office, who, Beginning(table.id, form, one.label))
        self.counted[f"open {type(came).__name__}"] += 1
        if isinstance(came, str):
            settled(self.world, came)

    def serial(self) -> str:
        """Give a server's serial number: a new one, or the one that is there."""
        return self.chance.choice([f"SN-{self.serials}0", "SN-1"])

    def press(self, id: CaseId) -> object:
        """Let somebody do what is offered at a case; what is refused changes nothing."""
        before = file_of(self.world, id)
        self.enter(before.case)
        came = self.deed(before.case)
        self.counted[type(came).__name__] += 1
        if isinstance(came, Refused | Faulty):
            assert file_of(self.world, id) == before, (before.number, came)
        self.world.clock.now += self.chance.randint(1, 240_000)
        reported(self.world)
        return came

    def deed(self, case: Case) -> Advanced | Case | Refused | Faulty:
        """Choose what is done: an answer mostly; a correction, a withdrawal, a second look."""
        office, roll = self.world.office, self.chance.random()
        if case.state is CaseState.QUEUED and roll < 0.6:
            return look_again(office, crew(self.world)[0], case.id)
        if case.history and roll < 0.05:
            return correct_row(office, self.anybody(), case.id, 0, "koreksi")
        if roll < 0.08:
            return take_back(office, self.anybody(), case.id, "batal")
        offers = [(who, one) for who in crew(self.world) for one in choices(case, who) if not one.recorded]
        assert offers, f"{case.procedure.id} {case.step}: nobody may go on"
        who, one = self.chance.choice(offers)
        return act(office, who, case.id, self.explained(said(self.world, case, one.label, self.serial())))

    def explained(self, answer: Act) -> Act:
        """Let the exit check say why something stays that came in."""
        given = answer.given
        return replace(answer, given={**given, "temuan": ["dicatat"]}) if "kartu_kembali" in given else answer

    def anybody(self) -> Person:
        """Choose a person."""
        return self.chance.choice(crew(self.world))

    def enter(self, case: Case) -> None:
        """Let guests who were let in pass the door, sometimes."""
        if case.procedure.id == "P7" and case.step == "5" and self.chance.random() < 0.5:
            visit = visit_of(self.world, case.id)
            if visit.state is VisitState.INSIDE and visit.entered is None:
                tapped(self.world, entering(visit))

    def finish(self) -> None:
        """Bring every case to an end, by its steps or by its applicant, and what it began too."""
        for _ in range(40):
            running = self.open()
            if not running:
                return
            for id in running:
                self.end(id)
        stuck = [(file_of(self.world, id).number, file_of(self.world, id).case.step) for id in self.open()]
        raise AssertionError(f"cannot be ended: {stuck}")

    def end(self, id: CaseId) -> None:
        """Try a case until it moves no further, then have it taken back."""
        for _ in range(PATIENCE):
            if file_of(self.world, id).case.state is CaseState.CLOSED:
                return
            self.press(id)
        case = file_of(self.world, id).case
        if case.state is not CaseState.CLOSED and case.applicant is not None:
            take_back(self.world.office, applicant(self.world, case), id, "batal")
