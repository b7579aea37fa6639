"""Lead an installer through the plan; give what was found, and keep it signed.

The record is durable before the journal names it: power failing in between leaves a record that ``show`` does
not accept, and the controller is walked again.
"""

import hashlib
from dataclasses import replace
from pathlib import Path

from card_registry.durable import read_plain, write_whole
from card_registry.errors import AksesError, OperatorMistaken
from card_registry.journal.event import Commissioned
from card_registry.signing import public_hex
from door_controller import enrol
from door_controller.commissioning import record as records
from door_controller.commissioning.asking import Installer
from door_controller.commissioning.hands import Eyes, Hands, probe_clock, probe_disk
from door_controller.commissioning.plan import GO, Answer, Kind, Step, plan
from door_controller.commissioning.record import Record
from door_controller.commissioning.verdict import (
    Broke,
    Moved,
    Observed,
    Result,
    Said,
    Stayed,
    judge,
    passed,
)
from door_controller.journal import Journal
from door_controller.opening import open_journal
from door_controller.pruning import COMMISSIONED
from firmware_config.files import SITE_LIMIT, load
from firmware_config.model import Door, SiteFile

PROGRAM = "akses-door-check"
NAME = "commissioning"
"""The sealed record, in the state folder."""

PATIENCE_SECONDS = 60.0


class Walk:
    """One walk through one controller."""

    def __init__(self, site: SiteFile, hands: Hands, installer: Installer, patience: float) -> None:
        """Look at what ``plan`` lists, waiting ``patience`` seconds for each thing that has to move."""
        self._site, self._hands, self._installer, self._patience = site, hands, installer, patience
        self._doors: dict[str, Door] = {door.id: door for door in site.door}
        self._eyes: Eyes | None = None

    def run(self) -> tuple[Result, ...]:
        """Take every step; nothing that goes wrong in one ends the walk."""
        try:
            return tuple(self._take(step) for step in plan(self._site))
        finally:
            if self._eyes is not None:
                self._eyes.close()

    def _take(self, step: Step) -> Result:
        declared = self._doors[step.about].fail_mode if step.kind is Kind.FAIL_MODE else None
        try:
            return judge(step, self._observe(step), declared)
        except (AksesError, OSError) as error:
            return judge(step, Broke(str(error)))

    def _observe(self, step: Step) -> Observed:
        match step.kind:
            case Kind.CLOCK:
                return probe_clock()
            case Kind.DISK:
                return probe_disk(Path(self._site.folders.state))
            case Kind.INPUT:
                name = step.id.rpartition("/")[2]
                return self._hands.watch(step.about, name, lambda at: self._tell(step, at), self._patience)
            case Kind.RELAY:
                return self._relay(step)
            case Kind.LIGHTS:
                self._hands.lights(step.about)
                return Said(self._ask(step))
            case Kind.RESTART:
                self._hands.set_up_again()
                return Stayed(self._hands.locked(step.about), self._ask(step))
            case Kind.BOOT:
                return Stayed(self._hands.locked(step.about), self._ask(step))
            case Kind.EXIT | Kind.FAIL_MODE:
                return Said(self._ask(step))
            case Kind.READER:
                return self._reader(step)

    def _relay(self, step: Step) -> Observed:
        if self._installer.ask(replace(step, answers=GO), step.says[0]) is not Answer.YES:
            return Said(Answer.SKIP)
        let_go, locked = self._hands.pulse(step.about, self._doors[step.about].follow_ms / 1000)
        return Moved(let_go, locked, self._installer.ask(step, step.says[1]))

    def _reader(self, step: Step) -> Observed:
        if self._eyes is None:
            self._eyes = self._hands.readers()
        self._tell(step, 0)
        return self._eyes.look(step.about, self._patience)

    def _tell(self, step: Step, at: int) -> None:
        self._installer.tell(step, step.says[at])

    def _ask(self, step: Step) -> Answer:
        return self._installer.ask(step, step.says[0])


def commission(folder: Path, installer: Installer, patience: float = PATIENCE_SECONDS) -> Record:
    """Walk the controller in ``folder``, sign what was found and note it in the journal.

    Raises:
        OperatorMistaken: The controller is not enrolled, is a desk, or its program is running.
        StoreBroken: The journal takes no event; there is a record and it does not count.
    """
    site = load(folder / "site.toml")
    identity = enrol.load(Path(site.folders.state))
    with Hands(site) as hands:
        results = Walk(site, hands, installer, patience).run()
        path = Path(site.folders.state) / "door.db"
        opened = open_journal(path, site.site, site.controller, identity.bundle.epoch, PROGRAM)
        with opened.journal as journal:
            at = opened.clock.moment()
            found = Record(
                records.VERSION, site.site, site.controller, at.wall, _digest_of(folder), results,
                passed(results), rehearsed=not installer.present,
            )  # fmt: skip
            data, digest = records.sign(found, identity.log_key)
            write_whole(Path(site.folders.state) / NAME, data, 0o600)
            journal.append(Commissioned(digest, found.passed and not found.rehearsed), at)
    return found


def show(folder: Path) -> tuple[Record, bytes]:
    """Read the last record, and check that it is this controller's and that nothing has changed since.

    Raises:
        OperatorMistaken: There is none, the journal does not name it, or the site file is another by now.
        Malformed, Forged: It is not a record signed by this controller.
    """
    site = load(folder / "site.toml")
    state = Path(site.folders.state)
    try:
        data = read_plain(state / NAME)
    except FileNotFoundError as error:
        raise OperatorMistaken(
            f"{site.controller} was never commissioned; walk it with: akses door check --dir {folder}"
        ) from error
    found = records.read(data, (public_hex(enrol.load(state).log_key),))
    with Journal(state / "door.db", site.site, site.controller) as journal:
        digest = records.digest(data)
        named = journal.look(
            "SELECT 1 FROM row WHERE instr(CAST(body AS TEXT), ?) "
            "UNION ALL SELECT 1 FROM fact WHERE name = ? AND value = ?",
            (f'"digest":"{digest}"', COMMISSIONED, digest),
        )
    if not named:
        raise OperatorMistaken(f"the journal does not name this record of {site.controller}; walk it again")
    if found.site_file != _digest_of(folder):
        raise OperatorMistaken(
            f"{folder / 'site.toml'} was changed after the walk; walk {site.controller} again"
        )
    return found, data


def _digest_of(folder: Path) -> str:
    return hashlib.sha256(read_plain(folder / "site.toml", SITE_LIMIT)).hexdigest()
