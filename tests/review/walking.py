"""People, doors and desks that walk real cases: whoever is offered an answer gives it, with its forms filled.

A walk moves through the workflow alone, on real stores, with every effect of the shipped tables. Outside of
it stand the authority, the desk and the doors, which do here what they do after each answer.
"""

import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from sqlalchemy import func, select

from card_registry.journal.event import Body
from card_registry.stores.office import warrant
from card_registry.stores.registry import outcome
from card_registry.words import CaseId, CredentialKind, PersonId, Tier
from review.access import Refused
from review.case import STOP, Advanced, Answer, Case, CaseState, choices, withdrawable
from review.follow import Follower
from review.form import Faulty
from review.inventory import Claim, Device, Rack, Stock
from review.inventory import Place as Unit
from review.people import Person, Role
from review.procedure import END, Procedure
from review.store import cases, desks, inventory, people
from review.store.cases import CaseFile
from review.store.people import NewPerson
from review.store.transaction import reading, writing
from review.tables import desk_job
from review.workflow import filling
from review.workflow.answering import Act, act, look_again, take_back
from review.workflow.approval import Hand
from review.workflow.cards import Bound, Place, report
from review.workflow.opening import BLANK, Beginning, open_case
from tests.review.removals import follow
from tests.review.rooms import file_of
from tests.review.test_workflow import DESK
from tests.review.visitors import entering, visit_of
from tests.review.walking_forms import Asked, Given, filled
from tests.review.world import PASSPHRASE, World

QUEUE_ENDS = "periksa lagi"
"""What a walk says where a queued case is to look again."""

WITHDRAWN = "ditarik"
"""What a walk says where the applicant takes the request back."""

TICK = 10_000
CREW = (
    ("teknisi", Role.FUNGSIONAL),
    ("teknisi2", Role.FUNGSIONAL),
    ("kasi", Role.KASI),
    ("jfu", Role.JFU),
    ("jfu2", Role.JFU),
    ("tu", Role.TU),
    ("bmn", Role.BMN),
    ("sekretaris", Role.SEKRETARIS),
    ("pemohon2", Role.PEMOHON),
)
"""Who joins the test office so that every step of every table has somebody, apart where it must be."""


RACKS = Stock(
    (Rack("a", "Ruang Server", "Rak A", 12, 4_000, 12),),
    tuple(f"203.0.113.{number}" for number in range(2, 12)),
    tuple(f"sw1/{number}" for number in range(1, 12)),
    1_000,
)
"""Room for several of the servers that F07 asks for."""


def staffed(world: World) -> None:
    """Enter the rest of the office's people."""
    with writing(world.office.store) as connection:
        for login, role in CREW:
            new = NewPerson(login, f"Pejabat {login}", "Diskominfo", role, "", None)
            people.add(connection, PersonId(world.office.token()), new, world.clock())


def peopled_office(world: World, room: Stock = RACKS) -> None:
    """Give an office its people, racks with room for more, and a server that came by S2.A's own rules."""
    staffed(world)
    with writing(world.office.store) as connection:
        before = inventory.load(connection, world.clock(), lock=True)
        claim = Claim(Unit("a", 1, 2), 300, 2, ("203.0.113.2",), 20, ("sw1/1",))
        server = Device(
            world.office.token(), "dinas.contoh.go.id", "Dinas Contoh", "SN-1", claim, since=world.clock()
        )
        inventory.save(connection, before, replace(room, devices=(server,)))


def crew(world: World) -> tuple[Person, ...]:
    """Give everybody in the office."""
    with reading(world.office.store) as connection:
        return people.everyone(connection, world.clock())


def reported(world: World) -> None:
    """Let the desk make every card that is asked for, and every door adopt what there is."""
    if not _awaited(world):
        return
    while (job := _next_job(world)) is not None:
        with reading(world.office.store) as connection:
            seq = 100 + (connection.scalar(select(func.count()).where(desk_job.c.source.is_not(None))) or 0)
        digest = hashlib.sha256(str(seq).encode()).hexdigest()
        bound = Bound(digest, Tier.PUBLIC_KEY, CredentialKind.PKOC, Place(DESK, 1, seq))
        report(world.office, DESK, job, bound)
    follow(world)


def _awaited(world: World) -> bool:
    """Say whether the authority, the desk or a door has anything to do."""
    with reading(world.office.registry) as connection:
        known = connection.scalar(select(func.count()).where(outcome.c.source == "warrant"))
    with reading(world.office.store) as connection:
        asked = connection.scalar(select(func.count()).select_from(warrant))
        made = desks.open_for(connection, DESK), desks.unpublished(connection)
        return asked != known or any(made) or bool(cases.waiting(connection))


def _next_job(world: World) -> str | None:
    with writing(world.office.store) as connection:
        job = desks.open_for(connection, DESK)
        if job is None:
            return None
        desks.take(connection, job.id, DESK)
        return job.id


@dataclass(frozen=True, slots=True)
class Walk:
    """One way through a procedure: what is said where there is a choice, in order.

    ``before`` names what happens outside before a step is first answered; ``opens`` the answer to the first
    step; ``ends`` the case's ending, None for a case that the walk leaves open; ``then`` what it begins.
    """

    name: str
    procedure: str
    says: tuple[str, ...] = ()
    before: Mapping[str, Callable[["Walker"], None]] = field(default_factory=dict)
    opens: str = ""
    ends: str | None = "selesai"
    serial: str = "SN-1"
    then: "Walk | None" = None


@dataclass(slots=True)
class Walker:
    """A case on its way, and what is still to be said."""

    world: World
    walk: Walk
    case: CaseId
    left: Iterator[str]
    said: set[tuple[str, str]] = field(default_factory=set)
    watch: Callable[["Walker"], None] | None = None
    met: set[str] = field(default_factory=set)

    @property
    def file(self) -> CaseFile:
        """Give the case as it stands."""
        return file_of(self.world, self.case)

    def go(self) -> CaseFile:
        """Walk to the end, or to where nothing is left to be said."""
        while self.file.case.step != END:
            label = self.next_label()
            if label is None:
                break
            self.say(label)
        return self.file

    def next_label(self) -> str | None:
        """Let happen what comes before the present step, and give what is to be said there."""
        case = self.file.case
        if case.step not in self.met:
            self.met.add(case.step)
            if (happens := self.walk.before.get(case.step)) is not None:
                happens(self)
            if self.watch is not None:
                self.watch(self)
        return self._next(self.file.case)

    def _next(self, case: Case) -> str | None:
        if case.state is CaseState.QUEUED or len(case.here().branches) > 1:
            return next(self.left, None)
        return next(self.left, None) if self.walk.ends is None else case.here().branches[0].label

    def say(self, label: str) -> None:
        """Have the present step answered by whoever may, and let everything outside follow."""
        before = self.file.case
        match label:
            case "ditarik":
                done: object = take_back(self.world.office, applicant(self.world, before), self.case, "batal")
            case "periksa lagi":
                done = look_again(self.world.office, crew(self.world)[0], self.case)
            case _:
                done = answered(self.world, self.case, label, self.walk.serial)
                self.said.add((before.step, label))
        assert not isinstance(done, Refused | Faulty), (self.walk.name, before.step, label, done)
        settled(self.world, self.case)


def settled(world: World, *ids: CaseId) -> None:
    """Let authority, desk and doors do what the case asked of them, and the clock go on."""
    world.clock.now += TICK
    reported(world)
    assert all(file_of(world, id).case.state is not CaseState.WAITING for id in ids)


def applicant(world: World, case: Case) -> Person:
    """Give whose request a case is."""
    return next(person for person in crew(world) if person.id == case.applicant)


def actor(world: World, case: Case, label: str) -> Person:
    """Give who is offered an answer: the applicant before others, and whoever holds the step's role."""
    offered = [
        person
        for person in crew(world)
        if any(choice.label == label and not choice.recorded for choice in choices(case, person))
    ]
    assert offered, f"{case.procedure.id} {case.step}: nobody is offered “{label}”"
    return min(
        offered, key=lambda one: (one.id != case.applicant, case.here().role not in one.roles, one.name)
    )


def answered(world: World, id: CaseId, label: str, serial: str = "SN-1") -> Advanced | Faulty | Refused:
    """Answer a step as whoever is offered the answer, with its form."""
    case = file_of(world, id).case
    return act(world.office, actor(world, case, label), id, said(world, case, label, serial))


def said(world: World, case: Case, label: str, serial: str = "SN-1") -> Act:
    """Make an answer with everything it needs: its form, its reason, a signing hand."""
    given = paper_of(world, Asked(world, case, label, serial))
    verdict = Answer(case.step, case.attempt, label, f"alasan {label}")
    return Act(verdict, Hand(PASSPHRASE), given)


def paper_of(world: World, one: Asked) -> Given:
    """Fill the form that a step asks for with this answer."""
    with reading(world.office.store) as connection:
        paper = filling.paper(connection, world.office, one.case)
    branch = one.case.here().branch(one.label)
    wanted = paper is not None and (paper.demanded or (branch is not None and bool(branch.required)))
    return filled(paper, one) if paper is not None and wanted else {}


def begun(world: World, walk: Walk, said_besides: Given | None = None) -> Walker:
    """Open the case of a walk."""
    table = world.office.procedure(walk.procedure)
    case = Case(BLANK, table, table.start, world.clock())
    label = walk.opens or table.step(table.start).branches[0].label
    given = paper_of(world, Asked(world, case, label, walk.serial))
    opening = Beginning(walk.procedure, {**given, **(said_besides or {})}, label)
    id = open_case(world.office, actor(world, case, label), opening)
    assert isinstance(id, str), (walk.name, id)
    settled(world, id)
    return Walker(world, walk, id, iter(walk.says), {(table.start, label)}, met={table.start})


def below(world: World, parent: CaseId, procedure: str) -> CaseFile:
    """Give the newest case that a case began, of a procedure."""
    with reading(world.office.store) as connection:
        found = [one for one in cases.children(connection, parent) if one.case.procedure.id == procedure]
    assert found, f"no {procedure} below"
    return found[-1]


def follow_child(world: World, parent: CaseId, walk: Walk) -> Walker:
    """Go on with a case that another one began."""
    return Walker(world, walk, below(world, parent, walk.procedure).case.id, iter(walk.says))


def visited(world: World, case: CaseId) -> None:
    """Let the guests of a visit come in by the door, beside their escort."""
    tapped(world, entering(visit_of(world, case)))


def tapped(world: World, *bodies: Body) -> None:
    """Let the door write, and the office look."""
    world.outside.happen(*bodies)
    Follower(world.office).once()


def open_withdrawal(case: Case, person: Person) -> bool:
    """Say whether a person may take a case back now."""
    return not isinstance(withdrawable(case, person), Refused)


def answers(walk: Walk, table: Procedure) -> set[tuple[str, str]]:
    """Name the answers that a walk gives, with their steps, by the table alone."""
    left, step, found = iter(walk.says), table.step(table.start), set[tuple[str, str]]()
    label: str | None = walk.opens or step.branches[0].label
    while label is not None:
        branch = None if label in {QUEUE_ENDS, WITHDRAWN, STOP} else step.branch(label)
        if branch is not None:
            found.add((step.no, label))
            if branch.to == END:
                break
            queued, step = step.queues, table.step(branch.to)
            label = next(left, None) if queued or len(step.branches) > 1 else step.branches[0].label
        else:
            label = next(left, None) if label == QUEUE_ENDS else None
    return found


def every_answer(table: Procedure) -> set[tuple[str, str]]:
    """Name every answer of a table, with its step."""
    return {(step.no, branch.label) for step in table.steps for branch in step.branches}
