"""The interpreter: random walks never bring a right about without three people, and every refusal speaks."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from card_registry.words import CaseId, PersonId
from review.access import Allowed, Permission, Refused, may
from review.case import (
    NOTE_LIMIT,
    Advanced,
    Answer,
    Case,
    CaseState,
    advance,
    begin,
    choices,
    settle,
    standing,
    undo,
)
from review.people import SYSTEM, Person, Role
from review.procedure import END, Effect
from review.shelf import ACCESS, shipped

TABLE = shipped()[ACCESS]
ROLES = (Role.PEMOHON, Role.KADIS, Role.KABID, Role.OPERATOR, Role.ADMIN, Role.AUDITOR)


def somebody(number: int, *roles: Role) -> Person:
    """Give a person by number."""
    return Person(PersonId(f"{number:032x}"), f"Orang {number}", "Unit", frozenset(roles))


EVERYBODY = [
    *(somebody(1 + index, role) for index, role in enumerate(ROLES)),
    somebody(20, Role.KABID, Role.OPERATOR),
    somebody(21, Role.KADIS, Role.KABID, Role.OPERATOR, Role.PEMOHON),
    somebody(22, Role.OPERATOR),
]
PEMOHON, KADIS, KABID, OPERATOR = (somebody(1 + index, role) for index, role in enumerate(ROLES[:4]))


def fresh() -> Case:
    """Give a case that nobody has touched."""
    return begin(CaseId("c" * 32), TABLE, 1000)


def walk(case: Case, *answers: tuple[Person, str]) -> Case:
    """Go on by these answers."""
    for person, label in answers:
        done = advance(case, Answer(case.step, case.attempt, label, "alasan"), person, 2000)
        assert isinstance(done, Advanced), done
        case = done.case
    return case


def named(case: Case) -> Person:
    """Give the applicant in whose name a step is recorded."""
    return PEMOHON if case.applicant is None else replace(PEMOHON, id=case.applicant)


def at_approval() -> Case:
    """Give a case that stands at step 4."""
    return walk(fresh(), (PEMOHON, "selesai"), (KADIS, "selesai"), (KABID, "disetujui"))


ALL_ROLES = [somebody(60 + index, Role.PEMOHON, Role.KADIS, Role.KABID, Role.OPERATOR) for index in range(4)]
"""People whom only the separation of duties can stop."""


@given(st.data())
def test_no_walk_grants_or_makes_a_card_without_distinct_people(data: st.DataObject) -> None:
    """Whoever presses whatever: a warrant has an approver who did not apply, a card a third maker."""
    case = fresh()
    actors: dict[str, PersonId] = {}
    for _ in range(data.draw(st.integers(4, 25))):
        if case.waiting is not None and data.draw(st.booleans()):
            failed = data.draw(st.sampled_from([None, "4"]))
            case = settle(case, 3000) if data.draw(st.booleans()) else undo(case, "gagal", 3000, failed)
        if case.step == END:
            break
        person = data.draw(st.sampled_from(ALL_ROLES))
        labels = [branch.label for branch in TABLE.step(case.step).branches]
        verdict = Answer(case.step, case.attempt, data.draw(st.sampled_from(labels)), "alasan")
        done = advance(case, verdict, person, 2000)
        if isinstance(done, Refused):
            assert done.why
            continue
        case = done.case
        actors[verdict.step] = person.id
        if Effect.GRANT_ACCESS in done.effects:
            assert person.id != case.applicant
        if Effect.MAKE_CARD in done.effects:
            assert len({case.applicant, actors["4"], person.id}) == 3
    tried = [(done.step, done.attempt) for done in case.history]
    assert len(tried) == len(set(tried))


@given(st.data())
def test_buttons_and_answers_agree(data: st.DataObject) -> None:
    """What choices offers is accepted; what it does not offer is refused."""
    case = fresh()
    for _ in range(data.draw(st.integers(0, 12))):
        person = data.draw(st.sampled_from(EVERYBODY))
        offered = choices(case, person)
        for label in ("selesai", "disetujui", "ditolak"):
            done = advance(case, Answer(case.step, case.attempt, label, "alasan"), person, 2000)
            own = {choice.label for choice in offered if not choice.recorded}
            assert isinstance(done, Advanced) == (label in own)
        if offered:
            choice = data.draw(st.sampled_from(offered))
            verdict = Answer(case.step, case.attempt, choice.label, "alasan")
            went = advance(case, verdict, person, 2000, behalf=named(case) if choice.recorded else None)
            assert isinstance(went, Advanced), went
            case = went.case
        if case.waiting is not None:
            case = settle(case, 3000)


def test_a_whole_walk_ends() -> None:
    """Seven steps by four people, the fifth completed by the program in the operator's name."""
    case = walk(at_approval(), (KABID, "selesai"), (OPERATOR, "selesai"))
    assert case.state is CaseState.WAITING
    case = settle(case, 3000)
    assert (case.history[-1].person, case.history[-1].actor()) == (SYSTEM, OPERATOR.id)
    case = walk(case, (OPERATOR, "selesai"), (PEMOHON, "selesai"))
    assert (case.step, case.state) == (END, CaseState.CLOSED)
    closed = standing(case, PEMOHON)
    assert isinstance(closed, Refused)
    assert "sudah selesai" in closed.why


def test_a_card_made_in_ones_name_still_counts_as_ones_own_act() -> None:
    """Duties stay apart from the person answerable, not from the program that completed the step."""
    apart = replace(TABLE.step("6"), apart=("5",))
    table = replace(TABLE, steps=tuple(apart if step.no == "6" else step for step in TABLE.steps))
    case = replace(walk(at_approval(), (KABID, "selesai"), (OPERATOR, "selesai")), procedure=table)
    refused = standing(settle(case, 3000), OPERATOR)
    assert isinstance(refused, Refused)
    assert "Pemisahan tugas" in refused.why


def test_only_the_applicant_closes_the_case() -> None:
    """Another applicant of the office is told whose step it is."""
    case = settle(walk(at_approval(), (KABID, "selesai"), (OPERATOR, "selesai")), 3000)
    case = walk(case, (OPERATOR, "selesai"))
    refused = standing(case, somebody(30, Role.PEMOHON))
    assert isinstance(refused, Refused)
    assert "pemohon permohonan ini sendiri" in refused.why


def test_a_waiting_case_takes_no_answer() -> None:
    """While the doors have not confirmed, everybody is told so."""
    case = walk(at_approval(), (KABID, "selesai"), (OPERATOR, "selesai"))
    refused = advance(case, Answer("5", 1, "selesai"), OPERATOR, 2000)
    assert isinstance(refused, Refused)
    assert "menunggu konfirmasi pintu" in refused.why
    assert choices(case, OPERATOR) == ()


def test_an_undone_step_is_a_new_attempt() -> None:
    """The failure is a row of the history, and an old answer no longer fits."""
    case = undo(walk(at_approval(), (KABID, "selesai"), (OPERATOR, "selesai")), "Kartu rusak.", 3000)
    assert (case.step, case.attempt, case.history[-1].answer) == ("5", 2, "gagal")
    old = advance(case, Answer("5", 1, "selesai"), OPERATOR, 4000)
    assert isinstance(old, Refused)
    assert "Muat ulang" in old.why
    assert undo(case, "Ditolak", 3000, "4").step == "4"


def test_nothing_can_be_settled_that_does_not_wait() -> None:
    """Settling a running case is a defect."""
    with pytest.raises(ValueError, match="waits for nothing"):
        settle(fresh(), 1)


def test_settling_an_answer_the_table_lost_stays_where_it_is() -> None:
    """A waiting answer without a branch does not move the case anywhere."""
    case = walk(at_approval(), (KABID, "selesai"), (OPERATOR, "selesai"))
    assert case.waiting is not None
    odd = replace(case, waiting=replace(case.waiting, answer="lain"))
    assert settle(odd, 3000).step == "5"


@pytest.mark.parametrize(
    ("person", "label", "note", "said"),
    [
        (KABID, "lain", "", "tidak mengenal pilihan"),
        (KABID, "ditolak", "   ", "memerlukan alasan"),
        (KABID, "disetujui", "x" * (NOTE_LIMIT + 1), "paling panjang"),
        (OPERATOR, "disetujui", "", "Langkah 3 dikerjakan oleh Kabid Aptika"),
        (somebody(40), "disetujui", "", "bukan oleh Anda"),
    ],
)
def test_refusals_say_why(person: Person, label: str, note: str, said: str) -> None:
    """Each wrong answer at step 3 has its own sentence."""
    case = walk(fresh(), (PEMOHON, "selesai"), (KADIS, "selesai"))
    refused = advance(case, Answer("3", 1, label, note), person, 2000)
    assert isinstance(refused, Refused)
    assert said in refused.why


def test_permissions_follow_the_table_of_roles() -> None:
    """Own cases may be read, others' not; a refusal names who may."""
    assert isinstance(may(PEMOHON, Permission.READ_CASES, PEMOHON.id), Allowed)
    refused = may(PEMOHON, Permission.REVOKE_CARD)
    assert isinstance(refused, Refused)
    assert "Operator Ruang Server, Administrator" in refused.why
    nobody = may(somebody(50), Permission.APPLY)
    assert isinstance(nobody, Refused)
    assert "tanpa peran" in nobody.why
    assert isinstance(may(somebody(51, Role.AUDITOR), Permission.APPLY), Refused)


def test_an_auditor_cannot_open_a_case() -> None:
    """The first step asks for the permission to apply."""
    refused = advance(fresh(), Answer("1", 1, "selesai"), somebody(52, Role.AUDITOR), 1)
    assert isinstance(refused, Refused)


def test_a_person_has_a_random_id() -> None:
    """Another shape is refused where it enters."""
    with pytest.raises(ValueError, match="person id"):
        Person(PersonId("kabid"), "x", "y", frozenset())
