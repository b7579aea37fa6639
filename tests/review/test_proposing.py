"""Removals that the program proposes: begun once, decided by people, and never twice for one reason."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

from sqlalchemy import update

from review.case import CaseState
from review.leaving import Departure, Leaving
from review.people import SYSTEM
from review.removal import request_of
from review.store import case_chain, cases, departures, papers, people
from review.store.cases import CaseFile
from review.store.chronicle import Scope
from review.store.chronicle_office import OFFICE
from review.store.transaction import reading, writing
from review.tables import device, person
from review.workflow import proposing
from tests.review.removals import active, f15, follow, right_for, standing_right, step, walk
from tests.review.world import F01, World

Write = Callable[[World], None]
DAY = date(2026, 11, 20)
YEAR = 400 * 86_400_000


def departs(world: World, kind: Leaving = Leaving.MOVED, effective: date = DAY, id: str = "e") -> None:
    """Enter that the holder of the standing right goes."""
    given, _ = standing_right(world)
    who = world.person("admin").id
    one = Departure(id * 32, given.terms.holder, kind, effective, "SK 1/2026", who, world.clock())
    with writing(world.office.store) as connection:
        departures.add(connection, one)


def begun(world: World) -> list[CaseFile]:
    """Give the removals about the holder, the newest first."""
    given, _ = standing_right(world)
    with reading(world.office.store) as connection:
        about = cases.about(connection, given.terms.holder)
    return [one for one in about if one.case.procedure.id == "P2"]


def test_a_transfer_is_proposed_once_and_carried_out(granted: World) -> None:
    """In the name of whoever entered it; a second look, and one after it is done, propose nothing."""
    assert proposing.look(granted.office) == 0
    departs(granted)
    assert [proposing.look(granted.office) for _ in range(2)] == [1, 0]
    [file] = begun(granted)
    assert (file.case.step, file.applicant_name) == ("3", "Petugas Admin")
    with reading(granted.office.store) as connection:
        filled = papers.sheets(connection, file.case.id, "F04")
        [told] = departures.proposed(connection)
    assert filled is not None
    assert (request_of(filled).reason, filled.one("hubungan")) == ("mutasi", "sistem")
    assert (told.number, told.reason) == (file.number, "mutasi")
    case, (given, card) = file.case.id, standing_right(granted)
    walk(granted, case, ("kadis", "selesai"), ("kabid", "sesuai"), ("kabid", "selesai"))
    walk(granted, case, ("operator2", "selesai"))
    follow(granted)
    walk(granted, case, ("operator2", "selesai", f15(card)), ("operator2", "selesai"), ("admin", "selesai"))
    assert active(granted, given) == []
    assert proposing.look(granted.office) == 0


def test_who_left_the_service_is_suspended_first_and_signs_in_no_more(granted: World) -> None:
    """From the day on; the last administrator's account stays open."""
    given, _ = standing_right(granted)
    departs(granted, Leaving.RETIRED, date(2026, 11, 21))
    with writing(granted.office.store) as connection:
        connection.exec_driver_sql(
            "UPDATE person SET name = 'Pemegang Contoh', unit = 'Dinas Contoh' WHERE login = 'pemohon'"
        )
    assert granted.person("pemohon").name == given.holder_name
    assert proposing.close_accounts(granted.office) == 0
    granted.clock.now += 86_400_000
    assert proposing.look(granted.office) == 1
    assert step(granted, begun(granted)[0].case.id) == ("2", CaseState.RUNNING)
    with reading(granted.office.store) as connection:
        assert people.account(connection, "pemohon") is None
        assert people.account(connection, "admin") is not None


def test_a_rejected_proposal_is_not_made_again(granted: World) -> None:
    """Only something new, such as another departure, proposes the same holder again."""
    departs(granted)
    proposing.look(granted.office)
    case = begun(granted)[0].case.id
    walk(granted, case, ("kadis", "selesai"), ("kabid", "tidak sesuai"), ("operator2", "selesai"))
    walk(granted, case, ("admin", "selesai"))
    assert proposing.look(granted.office) == 0
    granted.clock.now += 1000
    departs(granted, id="f")
    assert proposing.look(granted.office) == 1
    assert len(begun(granted)) == 2


def test_what_the_program_asks_for_it_also_ends(granted: World) -> None:
    """A card whose right is over is collected; the program receives the information itself."""
    granted.clock.now += YEAR
    assert proposing.look(granted.office) == 1
    [file] = begun(granted)
    assert (file.case.applicant, file.applicant_name, file.case.step) == (SYSTEM, "Sistem", "3")
    case, (_, card) = file.case.id, standing_right(granted)
    walk(granted, case, ("kadis", "selesai"), ("kabid", "sesuai"), ("kabid", "selesai"))
    walk(granted, case, ("operator2", "selesai"))
    follow(granted)
    walk(granted, case, ("operator2", "selesai", f15(card)), ("operator2", "selesai"))
    assert step(granted, case)[0] == "9"
    proposing.look(granted.office)
    assert step(granted, case)[1] is CaseState.CLOSED
    assert proposing.look(granted.office) == 0
    with reading(granted.office.store) as connection:
        assert case_chain.tampered(connection) == ()


def test_a_kill_between_case_and_note_doubles_nothing(granted: World) -> None:
    """The case is found again by what it rests on, and noted then."""
    departs(granted)
    proposing.look(granted.office)
    with writing(granted.office.store) as connection:
        connection.exec_driver_sql("DELETE FROM proposal")
        connection.exec_driver_sql("UPDATE case_file SET state = 'selesai' WHERE state <> 'selesai'")
    assert proposing.look(granted.office) == 0
    with reading(granted.office.store) as connection:
        assert len(departures.proposed(connection)) == 1


def test_an_office_without_the_procedure_proposes_nothing(granted: World) -> None:
    """Its tables say how rights go; without one there is nothing to begin."""
    departs(granted)
    tables = {id_: one for id_, one in granted.office.procedures.items() if id_ != "P2"}
    assert proposing.look(replace(granted.office, procedures=tables)) == 0


def test_a_right_given_after_a_departure_stays(granted: World) -> None:
    """Whoever gave it knew; the form names the rights from before."""
    departs(granted)
    granted.clock.now += 1000
    new = right_for(granted, {**F01, "keperluan": ["Tugas baru"]}, 5)
    assert proposing.look(granted.office) == 1
    with reading(granted.office.store) as connection:
        filled = papers.sheets(connection, begun(granted)[0].case.id, "F04")
    assert filled is not None
    assert new.terms.id not in request_of(filled).grants
    assert request_of(filled).grants


def test_a_unit_whose_last_server_went_home_is_proposed(peopled: World) -> None:
    """Not while one is here, and never the office's own units."""
    given, _ = standing_right(peopled)
    with writing(peopled.office.store) as connection:
        connection.execute(update(device).values(owner=given.holder_unit))
    with reading(peopled.office.store) as connection:
        assert proposing.due(connection, peopled.office) == ()
    with writing(peopled.office.store) as connection:
        connection.exec_driver_sql("UPDATE device SET status = 'dikembalikan'")
    with reading(peopled.office.store) as connection:
        [one] = proposing.due(connection, peopled.office)
    assert (one.reason, one.holder) == ("aset-dikembalikan", given.terms.holder)
    with writing(peopled.office.store) as connection:
        connection.execute(update(person).where(person.c.login == "admin").values(unit=given.holder_unit))
    with reading(peopled.office.store) as connection:
        assert proposing.due(connection, peopled.office) == ()


def test_who_left_stands_in_the_chronicle(granted: World) -> None:
    """An auditor who asks about the holder reads it with its day."""
    departs(granted)
    given, _ = standing_right(granted)
    with reading(granted.office.store) as connection:
        scope = Scope(0, granted.clock() + 1, holder=given.terms.holder)
        told = [one.what for source in OFFICE for one in source(connection, scope)]
    assert "Kepergian dicatat: mutasi terhitung 20 November 2026" in told
