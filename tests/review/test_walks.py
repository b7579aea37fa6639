"""Every shipped procedure, walked by chance and to every ending: no walk is illegal, none gets stuck."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from card_registry.words import CaseId, PersonId
from review.access import Allowed, Refused
from review.case import (
    FIRST,
    STOP,
    Advanced,
    Answer,
    Case,
    CaseState,
    Ending,
    RowKind,
    advance,
    begin,
    broken,
    choices,
    correct,
    link,
    links,
    resume,
    settle,
    undo,
    withdraw,
    withdrawable,
)
from review.deadline import Lateness, deadline
from review.people import Capacity, Person, Role
from review.procedure import END, FORMS, Effect, Procedure
from review.shelf import holidays, shipped
from review.workdays import Calendar

SHIPPED = shipped()
TABLES = st.sampled_from(sorted(SHIPPED)).map(SHIPPED.__getitem__)
CALENDAR = Calendar("Asia/Jakarta", free=holidays())
LONG_WALK = 120


def person(number: int, *roles: Role) -> Person:
    """Give a person by number."""
    return Person(PersonId(f"{number:032x}"), f"Orang {number}", "Unit", frozenset(roles))


CREW = [person(100 * copy + number, role) for copy in range(3) for number, role in enumerate(Role, 1)]
"""Three people for each role, so that duties can be kept apart."""

EVERYTHING = person(9_000, *(set(Role) - {Role.SISTEM}))
APPLICANT = CREW[0]


def fresh(table: Procedure) -> Case:
    """Give a case that nobody has touched."""
    return begin(CaseId("c" * 32), table, 1_795_000_000_000)


def moved(case: Case, data: st.DataObject) -> Case:
    """Let somebody do something that is offered; a case that waits is completed or fails."""
    now = case.entered + data.draw(st.integers(1, 86_400_000))
    if case.state is CaseState.WAITING:
        return settle(case, now) if data.draw(st.integers(0, 4)) else undo(case, "gagal", now)
    offers = [(one, choice) for one in CREW for choice in choices(case, one) if not choice.recorded]
    assert offers, f"{case.procedure.id} {case.step}: nobody may go on"
    who, choice = data.draw(st.sampled_from(offers))
    done = advance(case, Answer(case.step, case.attempt, choice.label, "alasan"), who, now, filled=FORMS)
    assert isinstance(done, Advanced), done
    return done.case


@given(TABLES, st.data())
def test_every_walk_is_legal(table: Procedure, data: st.DataObject) -> None:
    """Whoever presses what is offered: the case stays in its table, its rows chain, and nobody is missing."""
    case = fresh(table)
    kept: list[str] = []
    for _ in range(data.draw(st.integers(1, LONG_WALK))):
        if case.state is CaseState.CLOSED:
            break
        before = len(case.history)
        case = moved(case, data)
        for position in range(before, len(case.history)):
            kept.append(link(kept[-1] if kept else FIRST, case.id, position, case.history[position]))
    tries = [(done.step, done.attempt) for done in case.history if done.counts()]
    assert case.step in {END, *(step.no for step in table.steps)}
    assert len(tries) == len(set(tries))
    assert broken(case.id, case.history, kept) is None
    assert (case.ending is None) == (case.state is not CaseState.CLOSED)
    for done in case.history:
        step = table.step(done.step)
        assert done.role in {step.role, Role.SISTEM}
        apart = {other.actor() for other in case.history if other.step in step.apart and other.at < done.at}
        assert done.kind is not RowKind.ANSWER or done.actor() not in apart


@pytest.mark.parametrize("table", SHIPPED.values(), ids=lambda table: table.id)
def test_every_answer_of_every_table_is_walked_to_an_end(table: Procedure) -> None:
    """From each answer there is a way to the end, and people to walk it."""
    for step in table.steps:
        for branch in step.branches:
            case = through(fresh(table), {step.no: branch.label}, step.no)
            case = through(case, {}, END)
            assert case.state is CaseState.CLOSED
            assert (step.no, branch.label) in {(done.step, done.answer) for done in case.history}


def through(case: Case, wanted: dict[str, str], target: str) -> Case:
    """Walk the shortest way over the table until the wanted step is answered, or the case is over."""
    for _ in range(200):
        if case.state is CaseState.CLOSED:
            return case
        if case.state is CaseState.WAITING:
            case = settle(case, case.entered + 1)
            continue
        here = case.here()
        goal = wanted.get(case.step) or nearest(case, target)
        who = next(one for one in CREW if goal in {choice.label for choice in choices(case, one)})
        done = advance(
            case, Answer(case.step, case.attempt, goal, "alasan"), who, case.entered + 1, filled=FORMS
        )
        assert isinstance(done, Advanced), done
        case = done.case
        if here.no in wanted:
            return settle(case, case.entered + 1) if case.waiting else case
    raise AssertionError(f"{case.procedure.id} does not reach {target}")


def nearest(case: Case, target: str) -> str:
    """Give the answer that leads towards a step by the fewest steps."""
    table = case.procedure

    def distance(no: str, seen: tuple[str, ...] = ()) -> int:
        if no == target:
            return 0
        if no == END or no in seen:
            return 10_000
        return 1 + min(distance(branch.to, (*seen, no)) for branch in table.step(no).branches)

    return min(case.here().branches, key=lambda branch: distance(branch.to)).label


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(TABLES, st.data())
def test_one_person_with_every_role_never_does_what_must_be_apart(
    table: Procedure, data: st.DataObject
) -> None:
    """Whoever holds every role still cannot apply and approve, or approve and make the card."""
    case = fresh(table)
    for _ in range(30):
        if case.state is CaseState.CLOSED:
            return
        if case.state is CaseState.WAITING:
            case = settle(case, case.entered + 1)
            continue
        offered = choices(case, EVERYTHING)
        step = case.here()
        done_by = {row.step for row in case.history if row.actor() == EVERYTHING.id and row.counts()}
        assert bool(offered) == done_by.isdisjoint(step.apart)
        if not offered:
            return
        label = data.draw(st.sampled_from([choice.label for choice in offered]))
        went = advance(
            case, Answer(case.step, case.attempt, label, "x"), EVERYTHING, case.entered + 1, filled=FORMS
        )
        assert isinstance(went, Advanced)
        case = went.case


def test_a_letter_on_paper_is_recorded_in_its_senders_name() -> None:
    """The clerk records, the applicant is answerable; nobody records what is signed, or out of turn."""
    table, clerk = SHIPPED["S2.A"], person(50, Role.JFU)
    case = fresh(table)
    recorded = advance(case, Answer("1", 1, "selesai"), clerk, 1, behalf=APPLICANT)
    assert isinstance(recorded, Advanced)
    assert (recorded.done.person, recorded.done.actor()) == (clerk.id, APPLICANT.id)
    assert recorded.case.applicant == APPLICANT.id
    assert [choice.recorded for choice in choices(case, person(51, Role.OPERATOR))] == [False]
    wrong = advance(recorded.case, Answer("2", 1, "selesai"), clerk, 2, behalf=person(52, Role.KADIS))
    assert isinstance(wrong, Refused)
    assert "atas nama" in wrong.why
    visit = through(fresh(SHIPPED["P7"]), {"1": "selesai"}, "1")
    approving = replace(SHIPPED["P7"].step("2"), recorders=(Role.OPERATOR,))
    steps = tuple(approving if step.no == "2" else step for step in visit.procedure.steps)
    open_ = replace(visit, procedure=replace(visit.procedure, steps=steps))
    operator, kabid = person(53, Role.OPERATOR), person(54, Role.KABID)
    assert [choice.label for choice in choices(open_, operator)] == ["ditolak"]
    signed = advance(open_, Answer("2", 1, "disetujui"), operator, 3, behalf=kabid)
    assert isinstance(signed, Refused)
    assert "ditandatangani sendiri" in signed.why


def test_a_full_room_queues_and_the_time_rests() -> None:
    """After "tempat penuh" the case stands at the check again, in the queue, and its time rests."""
    case = through(fresh(SHIPPED["S2.A"]), {"6": "selesai"}, "6")
    assert (case.step, case.state) == ("4", CaseState.QUEUED)
    late = case.entered + 40 * 86_400_000
    rested = deadline(case, CALENDAR, late)
    assert rested is not None
    assert rested.lateness is Lateness.RESTING
    again = resume(case, late)
    assert (again.state, again.entered) == (CaseState.RUNNING, late)
    technician = next(one for one in CREW if choices(case, one))
    found = advance(case, Answer("4", case.attempt, "tersedia"), technician, late)
    assert isinstance(found, Advanced)
    assert found.case.state is CaseState.RUNNING


def test_a_loop_that_finds_nothing_can_be_stopped() -> None:
    """After two rounds of S5.A 7 and 8 whoever analyses may end the case, with a reason."""
    case = fresh(SHIPPED["S5.A"])
    case = through(case, {"8": "tidak setuju"}, "8")
    analyst = next(one for one in CREW if Role.JFU in one.roles)
    case = through(case, {"8": "tidak setuju"}, "8")
    case = through(case, {"7": "selesai"}, "7")
    assert STOP in {choice.label for choice in choices(case, analyst)}
    silent = advance(case, Answer("8", case.attempt, STOP), analyst, case.entered + 1)
    assert isinstance(silent, Refused)
    stopped = advance(case, Answer("8", case.attempt, STOP, "tidak ada perangkat"), analyst, case.entered + 1)
    assert isinstance(stopped, Advanced)
    assert (stopped.case.ending, stopped.effects) == (Ending.STOPPED, ())
    early = advance(fresh(SHIPPED["S5.A"]), Answer("1", 1, STOP, "x"), APPLICANT, 1)
    assert isinstance(early, Refused)


def test_an_applicant_withdraws_until_something_binds() -> None:
    """Before the handover a request may be taken back; after it only its own procedure ends it."""
    case = through(fresh(SHIPPED["S2.A"]), {"5": "selesai"}, "5")
    other = withdraw(case, CREW[1], "alasan", 1)
    assert isinstance(other, Refused)
    assert isinstance(withdraw(case, APPLICANT, "  ", 1), Refused)
    taken = withdraw(case, APPLICANT, "tidak jadi", 1)
    assert isinstance(taken, Advanced)
    assert taken.case.ending is Ending.WITHDRAWN
    over = withdrawable(taken.case, APPLICANT)
    assert isinstance(over, Refused)
    bound = through(fresh(SHIPPED["S1.A"]), {"4": "selesai"}, "4")
    late = withdraw(bound, APPLICANT, "tidak jadi", 1)
    assert isinstance(late, Refused)
    assert "mengikat" in late.why
    assert isinstance(withdrawable(case, APPLICANT), Allowed)


def test_a_correction_is_a_new_row() -> None:
    """Only who did a step corrects it; the old row stays, and the case stands where it stood."""
    case = through(fresh(SHIPPED["S4.A"]), {"2": "selesai"}, "2")
    kadis = next(one for one in CREW if Role.KADIS in one.roles)
    corrected = correct(case, 1, kadis, "tanggal surat 3 Mei, bukan 5 Mei", 9)
    assert isinstance(corrected, Case)
    assert corrected.history[:-1] == case.history
    assert (corrected.history[-1].refers, corrected.history[-1].kind) == (1, RowKind.CORRECTION)
    assert (corrected.step, corrected.attempt) == (case.step, case.attempt)
    for position, who, note in ((7, kadis, "x"), (1, APPLICANT, "x"), (1, kadis, " ")):
        assert isinstance(correct(case, position, who, note, 9), Refused)


def test_a_branch_asks_for_its_form() -> None:
    """S4.A step 8, "diganti": not before the withdrawal form F10 is filled."""
    case = through(fresh(SHIPPED["S4.A"]), {"7": "selesai"}, "7")
    technician = next(one for one in CREW if Role.FUNGSIONAL in one.roles)
    without = advance(case, Answer("8", 1, "diganti"), technician, 1)
    assert isinstance(without, Refused)
    assert "F10" in without.why
    assert isinstance(advance(case, Answer("8", 1, "diganti"), technician, 1, filled=("F10",)), Advanced)
    assert isinstance(advance(case, Answer("8", 1, "tidak diganti"), technician, 1), Advanced)


def test_a_delegate_signs_in_a_capacity() -> None:
    """Plh. and Plt. stand in the row and before the title."""
    acting = replace(person(60, Role.KADIS), capacities={Role.KADIS: Capacity.DAILY})
    case = through(fresh(SHIPPED["S4.A"]), {"1": "selesai"}, "1")
    done = advance(case, Answer("2", 1, "selesai"), acting, 1)
    assert isinstance(done, Advanced)
    assert (done.done.capacity, acting.title()) == (Capacity.DAILY, "Plh. Kepala Dinas")


@given(st.data())
def test_a_changed_row_breaks_its_link(data: st.DataObject) -> None:
    """Editing, dropping or swapping rows is found at the first place it touches."""
    case = through(fresh(SHIPPED["S4.A"]), {}, END)
    kept, rows = links(case.id, case.history), list(case.history)
    spot = data.draw(st.integers(0, len(rows) - 2))
    match data.draw(st.sampled_from(["edit", "drop", "swap"])):
        case "edit":
            rows[spot] = replace(rows[spot], note=rows[spot].note + "!")
        case "drop":
            del rows[spot]
        case _:
            rows[spot], rows[spot + 1] = rows[spot + 1], rows[spot]
    assert broken(case.id, rows, kept) == spot
    assert broken(CaseId("d" * 32), case.history, kept) == 0
    assert broken(case.id, case.history[:-1], kept) == len(kept) - 1


@example(minutes=0, lateness=Lateness.IN_TIME)
@example(minutes=6, lateness=Lateness.LATE)
@example(minutes=3 * 24 * 60, lateness=Lateness.OVERDUE)
@given(st.just(1), st.just(Lateness.IN_TIME))
def test_five_minutes_are_a_target_and_a_day_is_a_delay(minutes: int, lateness: Lateness) -> None:
    """A short step turns late at once and is told upwards only after a working day."""
    entered = round(datetime(2026, 11, 18, 3, 0, tzinfo=UTC).timestamp() * 1000)  # Wednesday, 10.00 WIB
    case = replace(through(fresh(SHIPPED["S3.A"]), {"1": "selesai"}, "1"), entered=entered)
    found = deadline(case, CALENDAR, entered + minutes * 60_000)
    assert found is not None
    assert found.lateness is lateness


def test_a_closed_case_has_no_deadline() -> None:
    """Nothing is due any more."""
    assert deadline(through(fresh(SHIPPED["P9"]), {}, END), CALENDAR, 1) is None


@pytest.mark.parametrize("table", SHIPPED.values(), ids=lambda table: table.id)
def test_what_adds_a_right_is_signed(table: Procedure) -> None:
    """A table in which a right is added has the answer that its approver signs, and it is a decision."""
    for step in table.steps:
        if {Effect.GRANT_ACCESS, Effect.VISIT_APPROVE} & set(step.effects):
            assert next(branch.signed for branch in step.branches)
            assert table.start in step.apart
