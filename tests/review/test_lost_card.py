"""A lost card is denied at the report, a holder is suspended at once: by whom, and what comes after."""

from card_registry.words import CardStatus, Subject
from review.access import Refused
from review.case import CaseState
from review.follow import Follower
from review.store import papers
from review.store.transaction import reading
from review.workflow import propagating
from review.workflow.cards import GONE
from review.workflow.opening import Beginning, open_case
from review.workflow.suspending import suspend_now
from tests.review.removals import (
    active,
    f04,
    follow,
    open_removal,
    say,
    standing_right,
    status_of,
    step,
    walk,
    withdrawn,
)
from tests.review.world import NOON, World

WHY = "Kartu dipakai orang lain."


def lose(world: World, login: str = "pemohon") -> str:
    """Report the standing card as lost."""
    given, card = standing_right(world)
    form = f04(given, alasan="kartu-hilang", kartu=card.id, sifat="mendesak")
    case = open_case(world.office, world.person(login), Beginning("P8", form, "hilang"))
    assert isinstance(case, str), case
    return case


def test_a_loss_reported_by_the_own_unit_reaches_the_doors_by_itself(granted: World) -> None:
    """No operator is needed to close the doors; the operator's step confirms what the doors did."""
    given, card = standing_right(granted)
    case = lose(granted)
    assert withdrawn(granted) == [(Subject.CARD, card.id)]
    assert status_of(granted, card) is CardStatus.LOST
    assert step(granted, case) == ("2", CaseState.RUNNING)
    follow(granted, NOON + 9_000)
    with reading(granted.office.store) as connection:
        [way] = propagating.journey(connection, granted.office, case).ways
    assert (way.what, way.since_told) == (f"Kartu {card.number}", 9_000)
    walk(granted, case, ("operator2", "selesai"))
    assert len(withdrawn(granted)) == 1
    follow(granted)
    assert step(granted, case) == ("3", CaseState.RUNNING)
    assert active(granted, given)


def test_the_operator_waits_for_the_doors_of_the_report(granted: World) -> None:
    """The step that confirms is complete only when every door has it."""
    case = lose(granted)
    walk(granted, case, ("operator2", "selesai"))
    Follower(granted.office).once()
    assert step(granted, case) == ("2", CaseState.WAITING)
    follow(granted)
    assert step(granted, case) == ("3", CaseState.RUNNING)


def test_a_report_that_the_authority_refused_is_asked_for_again(granted: World) -> None:
    """The operator's step opens again, and asks once more."""
    case = lose(granted)
    walk(granted, case, ("operator2", "selesai"))
    with reading(granted.office.store) as connection:
        serial = connection.exec_driver_sql("SELECT warrant FROM removal").scalar_one()
    granted.outside.decide("warrant", str(serial), sentence="tidak dikenal")
    Follower(granted.office).once()
    assert step(granted, case) == ("2", CaseState.RUNNING)
    walk(granted, case, ("operator2", "selesai"))
    assert len(withdrawn(granted)) == 2
    follow(granted)
    assert step(granted, case) == ("3", CaseState.RUNNING)


def test_an_officer_is_believed_at_once(granted: World) -> None:
    """Whoever signs for the room may close a card of any unit, through the case alone."""
    _, card = standing_right(granted)
    lose(granted, "kadis")
    assert status_of(granted, card) in GONE
    with reading(granted.office.store) as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM removal").scalar_one() == 1


def test_another_unit_is_not_believed_at_once(granted: World) -> None:
    """Its report is a case like any other, and the operator decides to suspend."""
    _, card = standing_right(granted)
    with granted.office.store.begin() as connection:
        connection.exec_driver_sql("UPDATE person SET unit = 'Dinas Lain' WHERE login = 'pemohon'")
    case = lose(granted)
    assert (withdrawn(granted), status_of(granted, card)) == ([], CardStatus.ACTIVE)
    walk(granted, case, ("operator2", "selesai"))
    assert status_of(granted, card) is CardStatus.LOST


def test_an_operator_suspends_at_once_and_answers_for_it(granted: World) -> None:
    """One act opens the case and suspends; the form has the name and the reason; a second is refused."""
    given, _ = standing_right(granted)
    operator = granted.person("operator2")
    case = suspend_now(granted.office, operator, given.terms.holder, "pelanggaran", WHY)
    assert isinstance(case, str), case
    assert step(granted, case) == ("2", CaseState.WAITING)
    assert active(granted, given) == []
    follow(granted)
    assert step(granted, case) == ("3", CaseState.RUNNING)
    with reading(granted.office.store) as connection:
        form = papers.sheets(connection, case, "F04")
    assert form is not None
    assert WHY in form.one("keterangan")
    assert operator.name in form.one("keterangan")
    again = suspend_now(granted.office, operator, given.terms.holder, "pelanggaran", WHY)
    assert isinstance(again, Refused)
    assert "HPS-2026-0001" in again.why


def test_only_an_operator_with_a_reason_suspends_at_once(granted: World) -> None:
    """Nobody else, not without words, and not for a reason that the form does not know."""
    given, _ = standing_right(granted)
    for login, reason, why in (
        ("pemohon", "pelanggaran", WHY),
        ("admin", "pelanggaran", WHY),
        ("operator2", "pelanggaran", " "),
        ("operator2", "kartu-hilang", WHY),
    ):
        refused = suspend_now(granted.office, granted.person(login), given.terms.holder, reason, why)
        assert isinstance(refused, Refused), login
    assert withdrawn(granted) == []
    assert granted.clock() == NOON


def test_nobody_decides_on_their_own_right(granted: World) -> None:
    """Kabid's own removal waits for somebody who stands in."""
    given, _ = standing_right(granted)
    with granted.office.store.begin() as connection:
        connection.exec_driver_sql(
            "UPDATE person SET name = 'Pemegang Contoh', unit = 'Dinas Contoh' WHERE login = 'kabid'"
        )
    case = open_removal(granted, "biasa", f04(given))
    walk(granted, case, ("kadis", "selesai"))
    refused = say(granted, case, "kabid", "sesuai")
    assert isinstance(refused, Refused)
    assert "hak akses Anda sendiri" in refused.why
    assert step(granted, case) == ("4", CaseState.RUNNING)
