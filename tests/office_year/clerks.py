"""The office at work: each case goes on by whoever may, with its step's form, when its time has come.

Who may is asked of ``choices`` alone. What is answered follows the matter; what has to happen first at the
door or in another case is waited for.
"""

from dataclasses import dataclass, field
from datetime import date

from card_registry.words import CaseId
from review.access import Refused
from review.case import Advanced, Answer, CaseState, Choice, choices
from review.form import Faulty
from review.people import Person
from review.procedure import END
from review.store import visits
from review.store.cases import CaseFile
from review.store.transaction import reading
from review.visits import Visit, VisitState
from review.workflow import filling
from review.workflow.answering import Act, act
from review.workflow.approval import Hand
from review.workflow.filling import Paper
from review.workflow.matching import differences
from review.workflow.opening import Beginning, first_paper, open_case
from review.workflow.reminding import calendar_of
from tests.office_year.matters import Matter, fill
from tests.office_year.reviews import decide_rows
from tests.office_year.town import PASSPHRASE, Town

NOTE = "Sesuai hasil pemeriksaan"
REFUSALS = frozenset({"ditolak", "tidak sesuai", "tidak diganti"})


@dataclass(slots=True)
class Clerks:
    """Everybody at their desks; ``matters`` is what each case is about."""

    town: Town
    matters: dict[str, Matter] = field(default_factory=dict)
    answered: int = 0
    gone_home: set[str] = field(default_factory=set)
    """The visits whose guests left by their card."""

    def begin(self, matter: Matter) -> str | Faulty | Refused:
        """Open a case for a matter, by its applicant."""
        town, table = self.town, self.town.office.procedure(matter.procedure)
        paper = first_paper(town.office, matter.procedure)
        given = fill(town, matter, None, paper)
        label = self._label(matter, matter.procedure, table.start, table.step(table.start).branches[0].label)
        beginning = Beginning(matter.procedure, given, label, NOTE)
        opened = open_case(town.office, town.person(matter.applicant), beginning)
        if isinstance(opened, str):
            matter.case = opened
            self.matters[opened] = matter
            self._spent(matter, matter.procedure, table.start)
        return opened

    def round(self) -> int:
        """Let everybody who is there do once what waits for them; give how many steps were answered."""
        done = 0
        away = {self.town.person(login).id for login in self.town.away()}
        everybody = tuple(one for one in self.town.everyone() if one.id not in away)
        for file in self.town.running():
            if file.case.state is not CaseState.WAITING and self._is_time(file):
                done += self._step(file, everybody)
        self.answered += done
        return done

    def matter_of(self, file: CaseFile) -> Matter:
        """Give what a case is about: its own matter, its parent's, or what the clock began."""
        known = self.matters.get(file.case.id)
        if known is None:
            above = None if file.case.parent is None else self.matters.get(file.case.parent[0])
            table = file.case.procedure.id
            known = Matter(table, "kesehatan") if above is None else above
            self.matters[file.case.id] = known
        return known

    def _is_time(self, file: CaseFile) -> bool:
        """Say whether a step is done now: not before what it rests on, and as late as the matter says."""
        case, town = file.case, self.town
        if case.state is CaseState.QUEUED:
            return False
        place = f"{case.procedure.id} {case.step}"
        days = self.matter_of(file).late.get(place, 0)
        calendar = calendar_of(town.office)
        if days and town.today < calendar.after(calendar.day_of(case.entered), days):
            return False
        wait = WAITS.get(place)
        return wait is None or wait(self, file)

    def may_leave(self, file: CaseFile) -> bool:
        """Say whether the guests of a visit's case have done what they came for."""
        return _work_is_done(self, file)

    def visit_below(self, case: CaseId) -> Visit | None:
        """Give the newest visit with guests that a case caused."""
        with reading(self.town.store) as connection:
            found = [one for one in visits.below(connection, case) if one.case is not None]
        return found[-1] if found else None

    def visit_of(self, case: str) -> Visit:
        """Give the visit of its own case."""
        with reading(self.town.store) as connection:
            found = visits.of_case(connection, case)
        assert found is not None
        return found

    def _step(self, file: CaseFile, everybody: tuple[Person, ...]) -> int:
        case, town = file.case, self.town
        matter = self.matter_of(file)
        if (case.procedure.id, case.step) == ("P6", "3"):
            self._compare(matter, file)
        if (case.procedure.id, case.step) == ("P1", "5"):
            decide_rows(town.office, case.id, everybody)
        for person in everybody:
            offered = [one for one in choices(case, person) if not one.recorded]
            if offered:
                return self._answer(file, matter, person, offered)
        recorders = [(one, choices(case, one)) for one in everybody]
        if case.step != END and not any(offered for _, offered in recorders):
            town.faults.append(f"{file.number} langkah {case.step}: nobody may go on")
        return 0

    def _answer(self, file: CaseFile, matter: Matter, person: Person, offered: list[Choice]) -> int:
        case, town = file.case, self.town
        with reading(town.store) as connection:
            paper = filling.paper(connection, town.office, case)
        first = self._place_or_none(matter, paper, offered) or offered[0].label
        label = self._label(matter, case.procedure.id, case.step, first)
        wanted = {code for one in offered if one.label == label for code in one.required}
        given = fill(town, matter, file, paper, wanted)
        verdict = Answer(case.step, case.attempt, label, NOTE)
        done = act(town.office, person, case.id, Act(verdict, Hand(PASSPHRASE), given))
        if isinstance(done, Advanced):
            self._spent(matter, case.procedure.id, case.step)
            return 1
        why = done.why if isinstance(done, Refused) else str(done.faults)
        place = f"{case.procedure.id} {case.step}"
        if any(said in why for said in SECOND_THOUGHTS.get(place, ())) and label != offered[-1].label:
            matter.answers[place] = [offered[-1].label]
            return 0
        if any(said in why for said in PATIENCE.get(place, ())):
            return 0
        town.faults.append(f"{town.today} {file.number} {case.procedure.id} {case.step} “{label}”: {why}")
        return 0

    def _compare(self, matter: Matter, file: CaseFile) -> None:
        """Look at what a month's check found: only what is handed over and not yet placed may differ."""
        with reading(self.town.store) as connection:
            found = differences(connection, file.case.id, self.town.hours.true)
        running = {self.matter_of(one).facts.get("serial") for one in self.town.running()}
        if found:
            matter.answers["P6 3"] = ["selisih"]
        self.town.faults += [
            f"{file.number}: {one.serial} {one.difference} {one.detail}"
            for one in found
            if one.serial not in running
        ]

    @staticmethod
    def _place_or_none(matter: Matter, paper: Paper | None, offered: list[Choice]) -> str | None:
        """Answer a search for a place as the checklist says; what a reply then says follows from it."""
        found = () if paper is None else paper.ready.get("kesimpulan", ())
        if not found:
            return None
        matter.facts["balasan"] = "diterima" if found[0] == "tersedia" else "tidak-diterima"
        label = found[0].replace("-", " ")
        return label if label in {one.label for one in offered} else None

    def _label(self, matter: Matter, procedure: str, step: str, otherwise: str) -> str:
        """Give the answer that a matter has for a step, once; then the first one of the table."""
        waiting = matter.answers.get(f"{procedure} {step}")
        return waiting[0] if waiting else otherwise

    def _spent(self, matter: Matter, procedure: str, step: str) -> None:
        waiting = matter.answers.get(f"{procedure} {step}")
        if waiting:
            waiting.pop(0)


def _guests_inside(clerks: Clerks, file: CaseFile) -> bool:
    """Wait until the guests of the case's visit are in the room."""
    visit = clerks.visit_below(file.case.id)
    return visit is not None and visit.state is VisitState.INSIDE and visit.entered is not None


def _guests_out(clerks: Clerks, file: CaseFile) -> bool:
    """Wait until the guests of the case's visit are out again."""
    visit = clerks.visit_below(file.case.id)
    return visit is not None and visit.state in {VisitState.LEFT, VisitState.CLOSED}


def _in_window(clerks: Clerks, file: CaseFile) -> bool:
    """Wait until a visit's window is open."""
    window = clerks.visit_of(file.case.id).plan.window
    return window is not None and window.begins <= clerks.town.hours.true


def _entered(clerks: Clerks, file: CaseFile) -> bool:
    """Wait until the door has shown that the guests came in."""
    return clerks.visit_of(file.case.id).entered is not None


def _gone(clerks: Clerks, file: CaseFile) -> bool:
    """Wait until the guests have left by their card."""
    return clerks.visit_of(file.case.id).id in clerks.gone_home


def _work_is_done(clerks: Clerks, file: CaseFile) -> bool:
    """Wait until the parent has the paper by which things may leave, or stay."""
    visit = clerks.visit_of(file.case.id)
    window, matter = visit.plan.window, clerks.matter_of(file)
    if matter.facts.get("lama") == "ya" and window is not None and clerks.town.hours.true < window.ends:
        return False
    above = clerks.town.case(visit.parent)
    return above.step == END or above.step in AFTER_PAPERS.get(above.procedure.id, {above.step})


OVER = "Jendela waktu kunjungan sudah lewat"
FULL = "Tempat tidak tersedia"
SECOND_THOUGHTS = {
    "P8 3": ("tidak mempunyai izin",),
    "P7 2": (OVER,),
    "P7 4": (OVER,),
    "S2.A 4": (FULL,),
    "S3.A 5": (FULL,),
}
"""Where the office rightly refuses an answer by such words, and the table's last one is given instead."""

PATIENCE = {
    "P7 4": ("belum berlaku pada semua pintu", "Kartu tamu kunjungan ini adalah"),
    "S5.A 14": (FULL,),
}
"""Where the office rightly refuses for now, and the same answer is given again later."""

AFTER_PAPERS = {"S2.A": {"10"}, "P3": {"10"}, "P4": {"13"}, "P5": {"4"}, "S4.A": {"7"}}
"""The step at which a parent stands when its guests may go."""

WAITS = {
    "S2.A 7": _guests_inside,
    "S2.A 10": _guests_out,
    "S4.A 7": _guests_out,
    "P3 7": _guests_inside,
    "P3 10": _guests_out,
    "P5 2": _guests_inside,
    "P5 4": _guests_out,
    "P4 12": _guests_inside,
    "P4 13": _guests_out,
    "P7 4": _in_window,
    "P7 5": _entered,
    "P7 6": _gone,
}
"""What a step waits for besides its turn."""


def worked(day: date, town: Town) -> bool:
    """Say whether the office works on a day."""
    return calendar_of(town.office).works(day)
