"""One office of the year: its people, its stores, its machines, and the moments at which all of it meets."""

import random
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import Engine, func, select

from card_registry.statements import Approver
from card_registry.stores.engine import open_store
from card_registry.stores.office import warrant
from card_registry.words import CardStatus, ControllerId, DoorId, PersonId, SiteId
from door_controller.desk.console import Job as DeskJob
from door_controller.simulator.virtual.hours import Hours
from review import office_profile
from review.accounts import Accounts, Entry, approvers, enter
from review.case import Case
from review.follow import Follower
from review.in_force import InForce
from review.inventory import Rack, Stock
from review.notices.clockwork import clockwork
from review.notices.rounds import Rounds
from review.office import DoorSign, Office
from review.people import SYSTEM, Capacity, Person, Role
from review.setting_up import open_office
from review.store import cards, cases, desks, free_days, inventory, people, visits
from review.store.cases import CaseFile
from review.store.desks import Job
from review.store.free_days import Edit
from review.store.transaction import reading, writing
from review.workdays import DayKind, FreeDay
from review.workflow.cards import Bound, Place, report
from review.workflow.reminding import calendar_of
from tests.office_year.controllers import site_file
from tests.office_year.premises import DESK, Premises

ZONE = "Asia/Jakarta"
PASSPHRASE = "frasa sandi penyetuju"
MOST_CASES = 10_000

STAFF: tuple[tuple[str, str, Role], ...] = (
    ("kesehatan", "Dinas Kesehatan", Role.PEMOHON),
    ("pendidikan", "Dinas Pendidikan", Role.PEMOHON),
    ("perizinan", "Dinas Perizinan", Role.PEMOHON),
    ("kadis", "Diskominfo", Role.KADIS),
    ("sekretaris", "Diskominfo", Role.SEKRETARIS),
    ("kabid", "Diskominfo", Role.KABID),
    ("kasi", "Diskominfo", Role.KASI),
    ("operator", "Diskominfo", Role.OPERATOR),
    ("operator2", "Diskominfo", Role.OPERATOR),
    ("teknisi", "Diskominfo", Role.FUNGSIONAL),
    ("teknisi2", "Diskominfo", Role.FUNGSIONAL),
    ("jfu", "Diskominfo", Role.JFU),
    ("tu", "Diskominfo", Role.TU),
    ("bmn", "Diskominfo", Role.BMN),
    ("admin", "Diskominfo", Role.ADMIN),
    ("auditor", "Inspektorat", Role.AUDITOR),
)
APPLICANTS = tuple(login for login, _, role in STAFF if role is Role.PEMOHON)
SIGNATORIES = frozenset({"kabid", "kasi"})
"""Who has a key: the division's head, and whoever stands in for them."""


@dataclass(frozen=True, slots=True)
class Deputy:
    """Who stands in for a role, and from which day to which, the last included."""

    login: str
    role: Role
    capacity: Capacity
    first: date
    last: date


@dataclass(frozen=True, slots=True)
class Plan:
    """What one office of the year is: its site, its doors by controller, its room, who stands in and when.

    ``deposit`` and ``collection`` are the procedures by which servers come and go there, ``profile`` the
    office profile in force, ``local_holidays`` the days off that its admin adds.
    """

    site: SiteId
    doors: Mapping[ControllerId, Mapping[DoorId, str]]
    room: Stock
    deposit: str = "S2.A"
    collection: str = "P3"
    deputies: tuple[Deputy, ...] = ()
    profile: str = "contoh"
    local_holidays: tuple[date, ...] = ()


def stock(units: int) -> Stock:
    """Give a room of two racks of so many units, with addresses and ports for all they hold."""
    racks = tuple(Rack(name, "Ruang Server", f"Rak {name.upper()}", units, 4_000, 16) for name in "ab")
    addresses = tuple(f"203.0.113.{number}" for number in range(2, 2 + 2 * units))
    return Stock(racks, addresses, tuple(f"sw1/{port}" for port in range(1, 1 + 4 * units)), 1_000)


class Town:
    """An office with its people and machines; ``hours`` moves all of it."""

    def __init__(self, folder: Path, plan: Plan, begins: int, seed: int) -> None:
        """Found the office at ``begins`` (milliseconds) and open its doors."""
        self.plan, self.chance = plan, random.Random(f"{plan.site} {seed}")
        self.hours = Hours(begins)
        self.hours.boot()
        folder.mkdir(parents=True)
        self.premises = Premises(folder, plan.site, self.hours, self.chance)
        self.store = open_office(self.premises.places.office)
        office_profile.use(self.store, office_profile.bundle_of(plan.profile), plan.profile, begins)
        self._enter(begins)
        with reading(self.store) as connection:
            assert len(people.everyone(connection, begins)) == len(STAFF)
        self.premises.found(self._approvers(begins), ZONE)
        for controller, doors in plan.doors.items():
            self.premises.add_door(site_file(plan.site, controller, doors))
        self.office = self._office(folder)
        self._furnish()
        self.follower = Follower(self.office)
        self.rounds: tuple[Rounds, ...] = clockwork(self.office, None)
        self.faults: list[str] = []

    def _enter(self, now: int) -> None:
        entries = tuple(
            Entry(
                login,
                f"{login.capitalize()} {self.plan.site.capitalize()}",
                unit,
                role,
                f"sandi-{login}-panjang",
                PASSPHRASE if login in SIGNATORIES else None,
            )
            for login, unit, role in STAFF
        )
        enter(self.store, Accounts(entries), now, self.chance.randbytes)
        with writing(self.store) as connection:
            for one in self.plan.deputies:
                account = people.account(connection, one.login)
                assert account is not None
                span = (self.at(one.first, time()), self.at(one.last + timedelta(days=1), time()))
                people.delegate(connection, account.id, one.role, one.capacity, span)

    def _approvers(self, now: int) -> tuple[Approver, ...]:
        """Give the officers' list: whoever stands in for an approver later is on it from the beginning."""
        moments = (now, *(self.at(one.first, time(12)) for one in self.plan.deputies))
        found = dict[PersonId, Approver]()
        for moment in moments:
            for one in approvers(self.store, InForce(self.store), moment):
                known = found.get(one.person)
                if known is None or len(one.procedures) > len(known.procedures):
                    found[one.person] = one
        return tuple(found.values())

    def _office(self, folder: Path) -> Office:
        signs = tuple(
            DoorSign(door, label, controller)
            for controller, doors in self.plan.doors.items()
            for door, label in doors.items()
        )
        registry: Engine = open_store(self.premises.places.registry, "registry", read_only=True)
        clock = partial(getattr, self.hours, "true")
        run = folder / "run"
        run.mkdir()
        return Office(
            self.store,
            registry,
            self.premises.ledger,
            self.plan.site,
            run,
            signs,
            InForce(self.store),
            clock,
            self.chance.randbytes,
        )

    def _furnish(self) -> None:
        with writing(self.store) as connection:
            inventory.save(connection, inventory.load(connection, 0, lock=True), self.plan.room)
            for day in self.plan.local_holidays:
                edit = Edit(FreeDay(day, DayKind.LOCAL, "Hari jadi"), closed=True)
                free_days.put(connection, edit, SYSTEM, self.hours.true)

    # Time.

    @staticmethod
    def at(day: date, clock: time) -> int:
        """Give the millisecond of a local time."""
        return int(datetime.combine(day, clock, ZoneInfo(ZONE)).timestamp() * 1000)

    @property
    def now(self) -> datetime:
        """Give the local time."""
        return datetime.fromtimestamp(self.hours.true / 1000, UTC).astimezone(ZoneInfo(ZONE))

    @property
    def today(self) -> date:
        """Give the local day."""
        return self.now.date()

    def until(self, clock: time, day: date | None = None) -> None:
        """Let time pass until a local time; one that is over already changes nothing."""
        self.premises.pass_time(self.at(day or self.today, clock) - self.hours.begins)

    def wait(self, milliseconds: int) -> None:
        """Let a little time pass."""
        self.premises.pass_time(self.hours.now + milliseconds)

    def settle(self) -> None:
        """Carry everything everywhere, and let the office look at what came of it."""
        for _ in range(8):
            with reading(self.store) as connection:
                asked = connection.scalar(select(func.max(warrant.c.serial))) or 0
            self.premises.settle(asked)
            if not self.make_cards() and not self.moved():
                return

    def moved(self) -> int:
        """Let the office follow once, and give how many things moved."""
        before = self.follower.changes
        self.follower.once()
        return self.follower.changes - before

    def tick(self) -> None:
        """Let the console do what it does by the clock."""
        for one in self.rounds:
            one.act()

    # People and cases.

    def person(self, login: str) -> Person:
        """Give a person as they stand today."""
        with reading(self.store) as connection:
            account = people.account(connection, login)
            found = None if account is None else people.find(connection, account.id, self.hours.true)
        assert found is not None, login
        return found

    def away(self) -> tuple[str, ...]:
        """Name who is away today, because somebody stands in for them."""
        return tuple(
            login
            for login, _, role in STAFF
            if any(one.role is role and one.first <= self.today <= one.last for one in self.plan.deputies)
        )

    def everyone(self) -> tuple[Person, ...]:
        """Give everybody as they stand today."""
        with reading(self.store) as connection:
            return people.everyone(connection, self.hours.true)

    def file(self, id: str) -> CaseFile:
        """Load a case."""
        with reading(self.store) as connection:
            found = cases.load(connection, id)
        assert found is not None, id
        return found

    def case(self, id: str) -> Case:
        """Give a case as it stands."""
        return self.file(id).case

    def running(self) -> tuple[CaseFile, ...]:
        """Give every case that is not over."""
        with reading(self.store) as connection:
            return cases.running(connection, MOST_CASES)

    def visiting_days(self) -> tuple[date, date]:
        """Give the first and the last day of a visit that is registered today."""
        calendar = calendar_of(self.office)
        return calendar.after(self.today, 1), calendar.after(self.today, 4)

    def guest_card(self, case: str) -> str:
        """Give the guest card of a visit's case, empty while there is none."""
        with reading(self.store) as connection:
            visit = visits.of_case(connection, case)
            mine = () if visit is None or visit.holder is None else cards.of_holder(connection, visit.holder)
        usable = [card.id for card in mine if card.status is CardStatus.ACTIVE]
        return usable[0] if usable else ""

    def make_cards(self) -> int:
        """Let the desk make every card that waits, and give how many."""
        made = 0
        while (job := self._next_job()) is not None:
            done = self.premises.desk.make(
                DeskJob(job.id, job.case, job.card, job.holder, job.maker, job.label)
            )
            place = Place(ControllerId(done.event.controller), done.event.epoch, done.event.seq)
            told = report(self.office, DESK, job.id, Bound(done.digest, done.tier, done.kind, place))
            assert isinstance(told, Job), told
            made += 1
        return made

    def _next_job(self) -> Job | None:
        with writing(self.store) as connection:
            found = desks.open_for(connection, DESK)
            if found is not None:
                desks.take(connection, found.id, DESK)
        return found

    def close(self) -> None:
        """End every program and close every store."""
        self.premises.close()
        self.office.registry.dispose()
        self.store.dispose()
