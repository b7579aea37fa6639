"""Effects by which an answer puts a name to papers, and by which the program writes a report.

Decisions:
    2026-11-21: a paraf or tanda tangan is kept with the hashes of the papers as they stood: the step's own
    forms, or all of the case's where the step names none. It is the office's record of who answered; a
    signature inside a printed file is made where documents are made.
    2026-11-21: an answer that sends a paper back (its reason is required) signs nothing.
    2026-11-21: a report is a paper of its case (``LAP``): which papers it rests on and, where the step asks
    for the door log, each door's count over the time that the case is about.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from review.access import Refused
from review.paperwork import named
from review.procedure import Effect, Recurrence, Step
from review.store import cases, door_logs, emergencies, papers, signatures
from review.store.door_logs import DoorTally
from review.store.papers import Filing
from review.store.signatures import PaperMark, Signature, SignatureKind
from review.workflow.scene import Scene

REPORT = "LAP"
"""Under which key a case's report is filed."""

DOOR_LOG = "log pintu"


@dataclass(frozen=True, slots=True)
class Report:
    """A report: of which case and step, when, on which papers and, if asked for, on which door log."""

    number: str
    step: str
    made: int
    papers: tuple[PaperMark, ...]
    since: int | None = None
    until: int | None = None
    doors: tuple[DoorTally, ...] = ()


def initial(scene: Scene) -> None:
    """Keep whose initials the step's papers bear."""
    _sign(scene, SignatureKind.INITIAL)


def sign(scene: Scene) -> None:
    """Keep whose signature the step's papers bear."""
    _sign(scene, SignatureKind.FULL)


def _sign(scene: Scene, kind: SignatureKind) -> None:
    case, done = scene.advanced.case, scene.advanced.done
    step = case.procedure.step(done.step)
    branch = step.branch(done.answer)
    if branch is not None and branch.reason_required:
        return
    held = (done.actor(), done.role, done.capacity)
    papers_ = _of_step(scene, step)
    new = Signature(case.id, done.step, done.attempt, kind, *held, papers_, scene.now)
    signatures.add(scene.connection, new)


def _of_step(scene: Scene, step: Step) -> tuple[PaperMark, ...]:
    """Give the papers of a step as they stand: those of its forms, or all where it names none."""
    standing = signatures.standing(scene.connection, scene.advanced.case.id)
    codes = {code for code, _ in named(step)}
    own = tuple(mark for mark in standing if mark.form.partition(".")[0] in codes)
    return own or standing


def report(scene: Scene) -> None:
    """File the report of a case; what the doors wrote is counted where the step asks for it.

    With its minutes an emergency is over: from then on it explains nothing more.
    """
    case, done = scene.advanced.case, scene.advanced.done
    step, file = case.procedure.step(done.step), cases.load(scene.connection, case.id)
    number, began = ("", scene.now) if file is None else (file.number, file.made)
    standing = signatures.standing(scene.connection, case.id)
    made = Report(number, done.step, scene.now, standing)
    emergencies.close(scene.connection, case.id, scene.now)
    if any(DOOR_LOG in text.casefold() for text in step.documents):
        since, until = _span(scene, began)
        doors = door_logs.tally(scene.connection, since, until)
        made = Report(number, done.step, scene.now, standing, since, until, doors)
    filing = Filing(scene.office.token(), case.id, REPORT, scene.person, scene.now)
    papers.file(scene.connection, filing, made)


def _span(scene: Scene, began: int) -> tuple[int, int]:
    """Give the time a case is about: its emergency, the month before a monthly case, or its own days."""
    entered = emergencies.of_case(scene.connection, scene.advanced.case.id)
    if entered:
        return min(one.begins for one in entered), max(one.ends for one in entered)
    if scene.advanced.case.procedure.recurs is Recurrence.MONTHLY:
        zone = ZoneInfo(scene.office.zone())
        this = datetime.fromtimestamp(began / 1000, zone).date().replace(day=1)
        before = (this - timedelta(days=1)).replace(day=1)
        return _midnight(before, zone), _midnight(this, zone)
    return began, scene.now


def _midnight(day: date, zone: ZoneInfo) -> int:
    return int(datetime.combine(day, time(), zone).timestamp() * 1000)


WORK: Mapping[Effect, Callable[[Scene], Refused | None]] = {
    Effect.INITIAL: initial,
    Effect.SIGN: sign,
    Effect.REPORT: report,
}
"""What each of these effects does."""
