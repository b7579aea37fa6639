"""An emergency stands before everybody until its minutes are ratified; they hold the doors' own log."""

from review.store import inbox
from review.store.transaction import reading
from review.workflow import documents
from review.workflow.emergency_minutes import chase, log, unfinished
from tests.review.removals import walk
from tests.review.test_emergency_watch import ENTRY, JUDGED, MINUTES, RECORD, begun, happened
from tests.review.test_workflow import file_of
from tests.review.world import World

DAY = 86_400_000


def told(world: World, login: str) -> list[str]:
    """Give what somebody's inbox says of days."""
    with reading(world.office.store) as connection:
        messages = inbox.messages(connection, world.person(login).id)
    return [one.text for one in messages if "hari ke-" in one.text]


def test_nobody_forgets_an_emergency(world: World) -> None:
    """Each day once, until it is ratified: whoever may do the step, Kabid and Kadis; weekends too."""
    assert happened(world, ENTRY) == 1
    assert chase(world.office) == 0
    world.clock.now += DAY
    assert [chase(world.office) for _ in range(2)] == [1, 0]
    for login in ("operator", "operator2", "kabid", "kadis"):
        assert len(told(world, login)) == 1, login
    assert told(world, "pemohon") == []
    [one] = begun(world)
    assert "DRT-2026-0001" in told(world, "kabid")[0]
    assert "hari ke-2" in told(world, "kabid")[0]
    walk(world, one.case.id, ("operator", "selesai", RECORD), ("operator", "selesai", MINUTES))
    world.clock.now += DAY
    assert chase(world.office) == 1
    with reading(world.office.store) as connection:
        [open_] = unfinished(connection)
    assert (open_.step, open_.days(world.clock())) == ("3", 3)
    walk(world, one.case.id, ("kabid", "wajar", JUDGED), ("kadis", "selesai"))
    world.clock.now += DAY
    assert chase(world.office) == 0
    with reading(world.office.store) as connection:
        assert unfinished(connection) == ()


def test_minutes_hold_what_the_doors_wrote(world: World) -> None:
    """In order, by the doors' clock; a case about no emergency has no such log."""
    happened(world, ENTRY)
    [one] = begun(world)
    walk(world, one.case.id, ("operator", "selesai", RECORD), ("operator", "selesai", MINUTES))
    with reading(world.office.store) as connection:
        made = log(connection, world.office, one.case.id)
        paper = documents.draft(connection, world.office, file_of(world, one.case.id), "F19")
    assert made is not None
    [row] = made.rows
    assert (row[0], row[1], row[2]) == ("20 November 2026", "15.00.00", "Ruang Server")
    assert made.title in repr(paper)
