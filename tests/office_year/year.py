"""A year in one office: what people ask for and what happens to them, by chance that repeats, day by day.

Rates are higher than an office would bear, so that a month meets everything at least once and a year often.
"""

import random
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, time, timedelta

from card_registry.words import DoorId, Reason, Side
from review.case import CaseState
from review.inventory import Device
from review.inventory.sheets import handed
from review.people import Person
from review.store import grants, inventory
from review.store.cards import CardRow
from review.store.transaction import reading
from review.visits import ByEmergency, Unexplained, VisitState
from review.workflow.answering import take_back
from tests.office_year.clerks import Clerks, worked
from tests.office_year.matters import Matter, stamp, standing
from tests.office_year.street import ROOM, Street
from tests.office_year.town import APPLICANTS, Town

OWN = ("teknisi", "teknisi2", "operator", "operator2", "jfu")
"""Who of the office has a right from the first week on."""

HOURS = (time(8), time(9, 30), time(11), time(13), time(15))
"""When people are at their desks."""

FULL_DAY = "24-jam"
ROOMY = 3
"""How many free units make room for a device that nobody keeps a place for."""

PATIENCE = 20
"""How many days what is under way may take when nothing new is begun."""


@dataclass
class OfficeYear:
    """One office and everything that happens to it."""

    town: Town
    chance: random.Random
    clerks: Clerks = field(init=False)
    street: Street = field(init=False)
    workdays: int = 0
    serials: int = 0
    happened: dict[str, int] = field(default_factory=dict)
    back: date | None = None
    """The day on which the network comes back."""
    refusals: list[str] = field(default_factory=list)
    neighbour: "OfficeYear | None" = None
    """The other office, whose people sometimes come to the wrong door."""
    lost: dict[str, str] = field(default_factory=dict)
    """The lost cards, and the cases in which they were reported."""

    def __post_init__(self) -> None:
        """Let everybody come in."""
        self.clerks = Clerks(self.town)
        self.street = Street(self.clerks)

    def live(self, first: date, last: date) -> None:
        """Live from one day to another, the last included."""
        day = first
        while day <= last:
            self.day(day)
            day += timedelta(days=1)

    def finish(self) -> None:
        """Let what is under way come to its end: nothing new is begun, and who waits for a place gives up."""
        for number in range(PATIENCE):
            if not self.town.running():
                break
            self.day(self.town.today + timedelta(days=1), quiet=True)
            if number > PATIENCE // 3:
                change_mind(self, number)
        self.town.settle()

    def day(self, day: date, *, quiet: bool = False) -> None:
        """Live one day."""
        town = self.town
        town.until(time(6), day)
        if self.back is not None and day >= self.back:
            town.premises.unreachable.clear()
            self.back = None
        town.settle()
        if worked(day, town):
            self._workday(quiet=quiet)
        elif not quiet:
            self._day_off()
        town.until(time(18))
        town.settle()

    def _workday(self, *, quiet: bool) -> None:
        town = self.town
        town.until(time(7, 45))
        town.tick()
        for number, hour in enumerate(HOURS):
            town.until(hour)
            if number == 0 and not quiet:
                self._begin()
            if number == 0:
                self._register_again()
                self._thieves()
            gone = self.street.see_guests_out()
            if gone + self.clerks.round():
                town.settle()
            if self.street.receive_guests():
                town.settle()
            if not quiet:
                self._passers()
        self._carriers()
        town.tick()

    def _day_off(self) -> None:
        """Somebody with a right for all days comes in; somebody with office hours is told so."""
        self.town.until(time(10))
        for card in self.street.cards_in_hand():
            if self.chance.random() < 0.05:
                self._pass(card, ROOM)

    def _carriers(self) -> None:
        """Whoever took a server in or out today went through the door for it, if nobody else did."""
        town = self.town
        with reading(town.store) as connection:
            papers = inventory.handovers(connection)
            entered = town.today in inventory.days_entered(connection)
        lines = [line for number, paper in papers for line in handed(paper, number)]
        if entered or all(line.day != town.today for line in lines):
            return
        for card in self.street.cards_in_hand():
            if self.street.staff_passes(card, ROOM) is Reason.GRANTED:
                town.settle()
                return

    def _passers(self) -> None:
        """Let some of those with a card pass."""
        for card in self.street.cards_in_hand():
            if self.chance.random() < 0.12:
                door = self.chance.choice([door.id for door in self.town.office.doors])
                self._pass(card, door)

    def _pass(self, card: CardRow, door: DoorId) -> None:
        with reading(self.town.store) as connection:
            held = grants.active(connection, card.holder, self.town.hours.true)
        mine = [one for one in held if door in one.terms.doors]
        answered = self.street.staff_passes(card, door)
        open_now = any(one.terms.schedule is None or self.in_office_hours() for one in mine)
        if (answered is Reason.GRANTED) != open_now:
            self.refusals.append(f"{self.town.now} {card.number} at {door}: {answered}, {len(mine)} rights")

    def in_office_hours(self) -> bool:
        """Say whether the schedule ``jam-kerja`` is open: Monday to Friday, 07.30 to 16.00."""
        now = self.town.now
        return now.weekday() < 5 and time(7, 30) <= now.time() < time(16)

    # What begins.

    def _begin(self) -> None:
        """Begin what this working day brings: each kind at its own interval."""
        self.workdays += 1
        if self.workdays == 1:
            for login in OWN:
                self._own(self.town.person(login))
        for offset, (name, (every, begin)) in enumerate(KINDS.items()):
            if (self.workdays + 3 * offset) % every == 0 and self.workdays > 3:
                self.happened[name] = self.happened.get(name, 0) + 1
                begin(self, self.happened[name])

    def _register_again(self) -> None:
        """Register the guests of a case anew whose visit was refused, and came to nothing."""
        for file in self.town.running():
            if f"{file.case.procedure.id} {file.case.step}" not in VISITED:
                continue
            before = self.clerks.visit_below(file.case.id)
            if before is not None and before.state is VisitState.CLOSED and before.entered is None:
                matter = self.clerks.matter_of(file)
                facts = {**matter.facts, "induk": file.number}
                self.happened["again"] = self.happened.get("again", 0) + 1
                self.open(Matter("P7", matter.applicant, facts))

    def _thieves(self) -> None:
        """Let whoever found a lost card try it, once every door has heard of its loss."""
        for card, case in self.lost.items():
            known = self.town.case(case)
            if known.step != "2" and known.state is not CaseState.WAITING and self.chance.random() < 0.3:
                answered = self.street.tap(ROOM, Side.IN, card)
                if answered is not Reason.CARD_DENIED:
                    self.refusals.append(f"{self.town.now} the lost card {card} was answered {answered}")

    def open(self, matter: Matter) -> str | None:
        """Open a case for a matter; what is refused is a fault of the year, where its table is in force."""
        if matter.procedure not in self.town.office.procedures:
            return None
        opened = self.clerks.begin(matter)
        if isinstance(opened, str):
            return opened
        self.town.faults.append(f"{self.town.today} {matter.procedure} {matter.facts}: {opened}")
        return None

    def _own(self, person: Person) -> None:
        doors = " ".join(door.id for door in self.town.office.doors)
        facts = {"pemegang": person.name, "unit": person.unit, "pintu": doors, "hari": "364"}
        self.open(Matter("S1.A", "kesehatan", facts))

    def applicant(self) -> str:
        """Choose somebody who asks."""
        return self.chance.choice(APPLICANTS)

    def serial(self) -> str:
        """Give a serial number that was never used."""
        self.serials += 1
        return f"SN-{self.serials:04}"

    def holder_card(self) -> CardRow | None:
        """Choose the card of somebody from outside the office, who has a right still."""
        own = {self.town.person(login).name for login in OWN}
        with reading(self.town.store) as connection:
            found = [
                card
                for card in self.street.cards_in_hand()
                if card.holder_name not in own
                and grants.active(connection, card.holder, self.town.hours.true)
            ]
        return self.chance.choice(found) if found else None

    def device_of(self, units: Collection[str]) -> Device | None:
        """Choose a server of one of these units that no case is about."""
        busy = {self.clerks.matter_of(file).facts.get("serial") for file in self.town.running()}
        mine = [one for one in standing(self.town) if one.owner in units and one.serial not in busy]
        return self.chance.choice(mine) if mine else None

    def free_units(self) -> int:
        """Count the units of the racks that nothing stands in."""
        with reading(self.town.store) as connection:
            found = inventory.load(connection, self.town.hours.true)
        claims = [one.claim for one in standing(self.town)] + [one.claim for one in found.reservations]
        return sum(rack.units for rack in found.racks) - sum(claim.place.height for claim in claims)


def access(year: OfficeYear, number: int) -> None:
    """Somebody of a unit asks for a right: one in four is rejected; some last for weeks."""
    login = year.applicant()
    unit = year.town.person(login).unit
    facts = {"pemegang": f"Pegawai {number} {unit}", "unit": unit, "hari": "40" if number % 3 == 0 else "300"}
    facts["jadwal"] = "jam-kerja" if number % 2 else FULL_DAY
    answers = {"S1.A 3": ["ditolak"]} if number % 4 == 0 else {}
    late = {"S1.A 2": 4} if number % 5 == 0 else {}
    theirs = [one.serial for one in standing(year.town) if one.owner == unit]
    if theirs and number % 4:
        facts["karena"] = year.chance.choice(theirs)
    year.open(Matter("S1.A", login, facts, answers, late))


def deposit(year: OfficeYear, number: int) -> None:
    """A unit brings a server: some are not fit at first, some guests stay too long."""
    facts = {"serial": year.serial(), "barang": "masuk", "tinggi": str(1 + number % 3)}
    answers = {"S2.A 8": ["tidak layak"]} if number % 4 == 2 else {}
    late = {"S2.A 3": 3, "S3.A 4": 3} if number % 3 == 0 else {}
    if number % 5 == 3:
        facts["lama"] = "ya"
    if number % 6 == 2:
        answers["P7 2"] = ["ditolak"]
    if number % 6 == 4:
        answers["P7 4"] = ["tidak sesuai"]
    if number % 4 == 1:
        facts["kartu-kembali"] = "tidak"
    year.open(Matter(year.town.plan.deposit, year.applicant(), facts, answers, late))


def collect(year: OfficeYear, number: int) -> None:
    """A unit fetches a server of its own; some are not ready at first."""
    units = {year.town.person(login).unit: login for login in APPLICANTS}
    device = year.device_of(units)
    if device is None:
        return
    facts = {"serial": device.serial, "barang": "keluar"}
    answers = {"P3 8": ["tidak sesuai"]} if number % 3 == 0 else {}
    year.open(Matter(year.town.plan.collection, units[device.owner], facts, answers))


def maintain(year: OfficeYear, number: int) -> None:
    """A unit has its server looked after; sometimes a disk leaves the room, sometimes a report comes back."""
    units = {year.town.person(login).unit: login for login in APPLICANTS}
    device = year.device_of(units)
    if device is None:
        return
    answers = {"S4.A 10": ["tidak lengkap"]} if number % 3 == 0 else {}
    facts = {"serial": device.serial}
    if number % 2 == 0:
        answers["S4.A 8"] = ["diganti"]
    else:
        answers["S4.A 8"] = ["tidak diganti"]
    year.open(Matter("S4.A", units[device.owner], facts, answers, {"S4.A 9": 3} if number % 4 == 0 else {}))


def install(year: OfficeYear, number: int) -> None:
    """The office installs a device of its own, where there is room for it."""
    if year.free_units() < ROOMY:
        return
    answers = {"S5.A 8": ["tidak setuju"]} if number % 2 == 0 else {}
    facts = {"serial": year.serial()}
    year.open(Matter("S5.A", year.applicant(), facts, answers))


def remove(year: OfficeYear, number: int) -> None:
    """A right is taken away: at once or in time; a rejected request gives it back."""
    card = year.holder_card()
    if card is None:
        return
    urgent = number % 2 == 0
    answers = {"P2 1": ["mendesak" if urgent else "biasa"]}
    if number % 4 == 0:
        answers["P2 4"] = ["tidak sesuai"]
    facts = {"holder": card.holder, "sifat": "mendesak" if urgent else "biasa", "pemegang": card.holder_name}
    year.open(Matter("P2", year.applicant(), facts, answers))


def lose_card(year: OfficeYear, number: int) -> None:
    """A card is lost or broken; whoever finds it tries it at the door."""
    card = year.holder_card()
    if card is None:
        return
    lost = number % 3 != 0
    answers = {"P8 1": ["hilang" if lost else "rusak"]}
    if number % 4 == 0:
        answers["P8 3"] = ["tidak diganti"]
    facts = {"holder": card.holder, "card": card.id, "pemegang": card.holder_name}
    facts |= {"alasan": "kartu-hilang" if lost else "kartu-rusak", "keadaan": "hilang" if lost else "belum"}
    facts["kondisi"] = "hilang" if lost else "rusak"
    opened = year.open(Matter("P8", year.applicant(), facts, answers))
    if opened is not None and lost:
        year.lost[card.id] = opened


def emergency(year: OfficeYear, _number: int) -> None:
    """A door is forced open because of smoke, and it is put on record."""
    town = year.town
    began = stamp(town.now - timedelta(minutes=1))
    opened = year.open(Matter("P9", "operator", {"waktu": began, "pintu": ROOM}))
    if opened is not None:
        year.street.force(ROOM, ByEmergency(town.case(opened).id))


def burglary(year: OfficeYear, _number: int) -> None:
    """A door is forced open, and nobody knows why: it must stand on the list."""
    year.street.force(ROOM, Unexplained("on purpose"))


def change_mind(year: OfficeYear, _number: int) -> None:
    """Whoever waits for a place longest goes elsewhere."""
    waiting = [file for file in year.town.running() if file.case.state is CaseState.QUEUED]
    if waiting and waiting[0].case.applicant is not None:
        person = next(one for one in year.town.everyone() if one.id == waiting[0].case.applicant)
        take_back(year.town.office, person, waiting[0].case.id, "Memakai pusat data lain")


def stranger(year: OfficeYear, number: int) -> None:
    """Somebody tries a card that nobody knows, or one of the other office."""
    theirs = () if year.neighbour is None else year.neighbour.street.cards_in_hand()
    card = year.chance.choice(theirs).id if theirs else f"asing {number}"
    assert year.street.tap(ROOM, Side.IN, card) is Reason.UNKNOWN_CREDENTIAL


def lose_network(year: OfficeYear, _number: int) -> None:
    """The doors cannot be reached for two days: they decide on, and what is changed waits for them."""
    year.back = year.town.today + timedelta(days=2)
    year.town.premises.unreachable |= set(year.town.premises.doors)


def crash(year: OfficeYear, _number: int) -> None:
    """A door's program is killed, and goes on where it was."""
    for door in year.town.premises.doors.values():
        door.kill()


VISITED = frozenset({"S2.A 7", "P3 7", "P5 2", "P4 12", "S4.A 7"})
"""The steps at which a case waits for its guests."""

KINDS: Mapping[str, tuple[int, Callable[[OfficeYear, int], None]]] = {
    "access": (5, access),
    "deposit": (7, deposit),
    "collect": (13, collect),
    "maintain": (15, maintain),
    "install": (29, install),
    "remove": (16, remove),
    "lose_card": (17, lose_card),
    "emergency": (41, emergency),
    "burglary": (53, burglary),
    "change_mind": (25, change_mind),
    "stranger": (10, stranger),
    "crash": (18, crash),
    "lose_network": (31, lose_network),
}
"""What happens, and every how many working days."""
