"""The history brought as far as was asked, step by step, each step finished before it is noted down.

A step is some weeks: every controller's journal written, carried to the hub, followed into each office and
added up. What a kill interrupts is made again from the same numbers; hub and follower know what they have.
"""

import contextlib
import secrets
import shutil
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import msgspec
from sqlalchemy import Engine

from card_registry.durable import write_whole
from card_registry.journal.tree import Frontier
from card_registry.stores.engine import open_store
from card_registry.words import ControllerId
from review.bench import books
from review.bench.house import House
from review.bench.journals import Pen
from review.bench.life import Life, visits_a_day
from review.bench.town import DAYS, END, SITE, Town, controllers, doors_of
from review.follow import project_ledger
from review.office import DoorSign, Office
from review.setting_up import open_office
from review.shelf import ACCESS, shipped
from review.store.transaction import writing
from review.workflow.summing import sum_up

AT_ONCE = 250_000
"""The events of one step."""


class OtherSize(Exception):
    """The folder holds a history of another size; the text says which."""


@dataclass(slots=True)
class Progress:
    """How far a history has come; ``frontiers`` are the journals' trees (hex), ``seconds`` what was spent."""

    events: int
    living: int
    day: int = 0
    rows: int = 0
    frontiers: dict[str, str] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)


@dataclass(slots=True)
class History:
    """One history in a folder: its site, and the offices that follow its ledger, in steps."""

    folder: Path
    town: Town
    events: int
    at_once: int = AT_ONCE
    progress: Progress = field(init=False)
    house: House = field(init=False)

    def __post_init__(self) -> None:
        """Find what was made before.

        Raises:
            OtherSize: That was a history of another size.
        """
        self.house = House(self.folder)
        self.progress = Progress(self.events, self.town.living)
        if self._note.exists():
            self.progress = msgspec.json.decode(self._note.read_bytes(), type=Progress)
        known = self.progress.events, self.progress.living
        if known != (self.events, self.town.living):
            message = (
                f"{self.folder} holds a history of {known[0]} events and {known[1]} rights; name another"
            )
            raise OtherSize(message)

    @property
    def _note(self) -> Path:
        return self.folder / "progress.json"

    def make(self, stores: Sequence[Engine] = ()) -> None:
        """Bring journals, ledger and these office stores to the end."""
        self.house.found()
        with contextlib.ExitStack() as held:
            offices = [held.enter_context(self.office(store)) for store in stores]
            for office in offices:
                with writing(office.store) as connection:
                    books.fill(connection, self.town, office.procedure(ACCESS))
            lives = self._lives()
            while self.progress.day < DAYS:
                self._step(lives, offices)
            for office in offices:
                self._follow(office)

    def _lives(self) -> list[Life]:
        if self.progress.day >= DAYS:
            return []
        rate = visits_a_day(self.events)
        return [Life(self.town, one, rate) for one in controllers()]

    def _step(self, lives: Sequence[Life], offices: Sequence[Office]) -> None:
        now = self.progress
        days = max(1, round(self.at_once * DAYS / self.events))
        span = range(now.day, min(DAYS, now.day + days))
        pens = {one.controller: Pen(one.controller, self._frontier(one.controller)) for one in lives}
        folders = {one: self.folder / "out" / one for one in pens}
        with self._timed("journals"):
            rows = sum(pens[one.controller].write(one.days(span), folders[one.controller]) for one in lives)
        with self._timed("hub"):
            self.house.carry(list(folders.values()))
        shutil.rmtree(self.folder / "out")
        for office in offices:
            self._follow(office)
        now.day, now.rows = span.stop, now.rows + rows
        now.frontiers = {one: pen.frontier.dump().hex() for one, pen in pens.items()}
        write_whole(self._note, msgspec.json.encode(now), 0o600)

    def _frontier(self, controller: ControllerId) -> Frontier:
        kept = self.progress.frontiers.get(controller)
        return Frontier() if kept is None else Frontier.load(bytes.fromhex(kept))

    def _follow(self, office: Office) -> None:
        name = office.store.dialect.name
        with self._timed(f"follower {name}"):
            project_ledger(office)
        with self._timed(f"sums {name}"):
            sum_up(office)

    @contextlib.contextmanager
    def _timed(self, what: str) -> Iterator[None]:
        began = time.perf_counter()
        yield
        spent = self.progress.seconds
        spent[what] = spent.get(what, 0.0) + time.perf_counter() - began

    @contextlib.contextmanager
    def office(self, store: Engine) -> Iterator[Office]:
        """Give the office around one store, its clock standing at the end."""
        registry = open_store(self.house.registry, "registry", read_only=True)
        ledger = open_store(self.house.ledger, "ledger")
        signs = tuple(
            DoorSign(door, door.replace("-", " ").capitalize(), one)
            for one in controllers()
            for door in doors_of(one)
        )
        run = self.folder / "run"
        run.mkdir(exist_ok=True)
        try:
            yield Office(
                store, registry, ledger, SITE, run, signs, shipped(), lambda: END, secrets.token_bytes
            )
        finally:
            registry.dispose()
            ledger.dispose()

    def sqlite(self) -> Engine:
        """Open the office store that lies beside the ledger."""
        self.folder.mkdir(parents=True, exist_ok=True)
        return open_office(f"sqlite:///{self.folder}/office.db")
