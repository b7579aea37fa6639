"""Procedures walked over ``/api/v1``: what people do on pages, programs do; each answer as described."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from starlette.testclient import TestClient

from card_registry.instant import DAY
from card_registry.words import CaseId
from review.case import Case, choices
from review.follow import Follower
from review.people import Person, Role
from review.store import tokens
from review.store.transaction import writing
from review.web.app import create_app
from review.web.console import Console
from review.workflow.opening import BLANK
from tests.review.described import written
from tests.review.test_api import Program
from tests.review.walking import (
    QUEUE_ENDS,
    Walk,
    Walker,
    actor,
    applicant,
    crew,
    follow_child,
    paper_of,
    settled,
)
from tests.review.walking_forms import Asked
from tests.review.walking_plans import WALKS
from tests.review.walking_soundness import sound
from tests.review.world import PASSPHRASE, World

Programs = Callable[[Person, Role], Program]

LONGEST = {
    walk.procedure: walk
    for walk in sorted(WALKS, key=lambda one: (one.ends == "selesai", one.then is not None, len(one.says)))
}
"""Of each procedure the completed walk with the most in it, and what it begins."""

ALWAYS = {"P4", "S2.A"}
"""The procedures that are walked on every run; the others with --long."""

WALKED = [
    pytest.param(walk, id=f"{id_}-{walk.name}", marks=[] if id_ in ALWAYS else [pytest.mark.long])
    for id_, walk in LONGEST.items()
]


@pytest.fixture(name="programs")
def _programs(peopled: World) -> Iterator[Programs]:
    """Give everybody's programs at one console, a token for each role."""
    app = create_app(Console(peopled.office, Follower(peopled.office)))
    known: dict[tuple[str, Role], Program] = {}
    with TestClient(app, raise_server_exceptions=False) as client:

        def of(person: Person, role: Role) -> Program:
            if (person.id, role) not in known:
                now, secret = peopled.clock(), f"akses_{person.id}_{role}"
                new = tokens.Token(peopled.office.token(), person.id, role, "uji", now, now + 300 * DAY)
                with writing(peopled.office.store) as connection:
                    tokens.add(connection, new, secret)
                known[person.id, role] = Program(client, written(), secret)
            return known[person.id, role]

        yield of


def role_for(case: Case, person: Person, label: str) -> Role:
    """Give the one role in which a person is offered an answer."""
    return next(
        role
        for role in sorted(person.roles)
        if label in {choice.label for choice in choices(case, person.only(role))}
    )


@dataclass(slots=True)
class Caller(Walker):
    """A walk whose every answer goes over HTTP."""

    programs: Programs | None = None

    def say(self, label: str) -> None:
        """Have the present step answered by a program of whoever may."""
        assert self.programs is not None
        case, place = self.file.case, f"/cases/{self.case}"
        if label == "ditarik":
            reply = self.programs(applicant(self.world, case), Role.PEMOHON).post(
                f"{place}/withdrawal", why="batal"
            )
        elif label == QUEUE_ENDS:
            role, person = next(
                (role, one) for one in crew(self.world) for role in one.roles if choices(case, one.only(role))
            )
            reply = self.programs(person, role).post(f"{place}/look-again")
        else:
            person = actor(self.world, case, label)
            program = self.programs(person, role_for(case, person, label))
            asked = program.get(f"{place}/step").json()
            given = paper_of(self.world, Asked(self.world, case, label, self.walk.serial))
            assert bool(given) <= bool(asked["papers"])
            reply = program.post(
                f"{place}/answers",
                step=asked["step"],
                attempt=asked["attempt"],
                choice=label,
                note=f"alasan {label}",
                fields=given,
                passphrase=PASSPHRASE,
            )
            self.said.add((case.step, label))
        assert reply.status_code == 200, (self.walk.name, case.step, label, reply.text)
        settled(self.world, self.case)


def called(world: World, walk: Walk, programs: Programs) -> Caller:
    """Open the case of a walk over HTTP."""
    table = world.office.procedure(walk.procedure)
    blank = Case(BLANK, table, table.start, world.clock())
    label = walk.opens or table.step(table.start).branches[0].label
    person = actor(world, blank, label)
    given = paper_of(world, Asked(world, blank, label, walk.serial))
    program = programs(person, role_for(blank, person, label))
    assert program.get(f"/procedures/{table.id}/opening").status_code == 200
    reply = program.post("/cases", procedure=table.id, choice=label, fields=given)
    assert reply.status_code == 201, (walk.name, reply.text)
    found = CaseId(reply.json()["id"])
    settled(world, found)
    said = {(table.start, label)}
    return Caller(world, walk, found, iter(walk.says), said, met={table.start}, programs=programs)


@pytest.mark.parametrize("walk", WALKED)
def test_a_procedure_runs_over_the_api(peopled: World, walk: Walk, programs: Programs) -> None:
    """From its first form to its ending, and what it begins, each answer by a program of whoever may."""
    one = called(peopled, walk, programs)
    assert (one.go().case.ending, list(one.left)) == (walk.ends, []), (one.file.case.step, list(one.left))
    if walk.then is not None:
        below = follow_child(peopled, one.case, walk.then)
        child = Caller(peopled, walk.then, below.case, below.left, programs=programs)
        assert (child.go().case.ending, list(child.left)) == (walk.then.ends, [])
    operator = next(person for person in crew(peopled) if Role.OPERATOR in person.roles)
    reader = programs(operator, Role.OPERATOR)
    for device in reader.get("/inventory").json()["devices"]:
        assert reader.get(f"/inventory/devices/{device['id']}").json()["device"] == device
    sound(peopled)
