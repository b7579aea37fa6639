"""What happens at the doors: staff, guests beside their escorts, thieves, and a door forced open.

Each opening is remembered with what ought to explain it, so that the office's own explanation can be held
against the truth.
"""

from collections import Counter
from dataclasses import dataclass, field

from card_registry.words import CardStatus, DoorId, Reason, Side
from review.store import cards, grants, people, visits
from review.store.cards import CardRow
from review.store.transaction import reading
from review.visits import ByRight, ByVisit, Explained, Visit
from tests.office_year.clerks import Clerks
from tests.office_year.controllers import SHUT_MS, WALK_MS, DoorController, plastic

ROOM = DoorId("ruang-server")
SECOND = 1_000


@dataclass(frozen=True, slots=True)
class Opening:
    """One opening of a door, and what explains it in truth; None for a door forced on purpose."""

    at: int
    door: DoorId
    truth: Explained | None


@dataclass(slots=True)
class Street:
    """The people in front of the doors of one office; ``came`` and ``left``: when a visit's guests did."""

    clerks: Clerks
    openings: list[Opening] = field(default_factory=list)
    refused: Counter[Reason] = field(default_factory=Counter)
    inside: dict[str, Visit] = field(default_factory=dict)
    came: dict[str, int] = field(default_factory=dict)
    left: dict[str, int] = field(default_factory=dict)
    exits: int = 0

    def controller(self, door: DoorId) -> DoorController:
        """Give the controller that drives a door."""
        return next(one for one in self.clerks.town.premises.doors.values() if door in one.wires)

    def tap(self, door: DoorId, side: Side, card: str, truth: Explained | None = None) -> Reason:
        """Let somebody tap and, if the light is green, walk through."""
        town, controller = self.clerks.town, self.controller(door)
        tapped = controller.present(door, side, plastic(card))
        if not tapped.granted:
            self.refused[tapped.reason] += 1
            return tapped.reason
        self.openings.append(Opening(tapped_at(controller), door, truth))
        town.wait(WALK_MS)
        controller.push(door, opened=True)
        town.wait(SHUT_MS)
        controller.push(door, opened=False)
        town.wait(SECOND)
        return tapped.reason

    def leave(self, door: DoorId) -> None:
        """Go out by the exit button."""
        town, controller = self.clerks.town, self.controller(door)
        controller.press(door, down=True)
        town.wait(400)
        controller.press(door, down=False)
        controller.push(door, opened=True)
        town.wait(SHUT_MS)
        controller.push(door, opened=False)
        town.wait(10 * SECOND)
        self.exits += 1

    def force(self, door: DoorId, truth: Explained) -> None:
        """Open a locked door by force."""
        town, controller = self.clerks.town, self.controller(door)
        self.openings.append(Opening(town.hours.true, door, truth))
        controller.push(door, opened=True)
        town.wait(5 * SECOND)
        controller.push(door, opened=False)
        town.wait(SECOND)

    def staff_passes(self, card: CardRow, door: DoorId) -> Reason:
        """Let a holder of a standing right go in, and out again."""
        with reading(self.clerks.town.store) as connection:
            held = [
                one
                for one in grants.active(connection, card.holder, self.clerks.town.hours.true)
                if door in one.terms.doors
            ]
        answered = self.tap(door, Side.IN, card.id, ByRight(held[0].case) if held else None)
        if answered is Reason.GRANTED:
            self.clerks.town.wait(60 * SECOND)
            self.leave(door)
        return answered

    def cards_in_hand(self) -> tuple[CardRow, ...]:
        """Give the cards of people with a standing right."""
        with reading(self.clerks.town.store) as connection:
            guests = set(visits.guest_holders(connection))
            found = cards.listed(connection)
        return tuple(one for one in found if one.status is CardStatus.ACTIVE and one.holder not in guests)

    def escort_card(self, visit: Visit) -> CardRow | None:
        """Give the card of a visit's escort."""
        with reading(self.clerks.town.store) as connection:
            names = people.names(connection)
        name = names.get(visit.plan.escort or "", "")
        return next((one for one in self.cards_in_hand() if one.holder_name == name), None)

    def receive_guests(self) -> int:
        """Let the guests who were admitted in, each group beside its escort."""
        town = self.clerks.town
        with reading(town.store) as connection:
            admitted = visits.inside(connection)
        waiting = [one for one in admitted if one.entered is None and one.id not in self.came]
        return sum(self._enter(visit) for visit in waiting)

    def _enter(self, visit: Visit) -> bool:
        escort, case = self.escort_card(visit), visit.case
        if escort is None or case is None:
            return False
        guest = self.clerks.town.guest_card(case)
        self.clerks.town.wait(60 * SECOND)
        alone = self.tap(ROOM, Side.IN, guest)
        assert alone is Reason.ESCORT_REQUIRED, alone
        self.clerks.town.wait(60 * SECOND)
        with reading(self.clerks.town.store) as connection:
            held = grants.active(connection, escort.holder, self.clerks.town.hours.true)
        if self.tap(ROOM, Side.IN, escort.id, ByRight(held[0].case)) is not Reason.GRANTED:
            return False
        entered = self.tap(ROOM, Side.IN, guest, ByVisit(case, visit.parent, visit.parent_step))
        assert entered is Reason.GRANTED, entered
        self.came[visit.id] = self.openings[-1].at
        self.inside[visit.id] = visit
        return True

    def see_guests_out(self) -> int:
        """Let the guests whose work is done out by their card."""
        gone = 0
        for visit in list(self.inside.values()):
            assert visit.case is not None
            file = self.clerks.town.file(visit.case)
            if file.case.step == "6" and self.clerks.may_leave(file):
                answered = self.tap(ROOM, Side.OUT, self.clerks.town.guest_card(visit.case))
                assert answered is Reason.GRANTED_EXIT, answered
                self.left[visit.id] = self.clerks.town.hours.true
                del self.inside[visit.id]
                self.clerks.gone_home.add(visit.id)
                gone += 1
        return gone


def tapped_at(controller: DoorController) -> int:
    """Give the time at which a controller's newest row says it was written."""
    return controller.program.clock.moment().wall
