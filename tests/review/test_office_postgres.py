"""The office's own ways on PostgreSQL: profiles, days off and delegations are kept and read there as well."""

from review.in_force import tables_in_force
from review.office_profile import bundle_in_force, bundle_of, use
from review.people import Role
from review.store import letterheads, profiles
from review.store.transaction import reading, writing
from review.workflow import office_calendar
from review.workflow.office_calendar import Wanted
from review.workflow.reminding import calendar_of
from tests.review.papers import staff
from tests.review.test_delegating import raced
from tests.review.test_postgres import world
from tests.review.world import NOON, World

__all__ = ["world"]


def test_an_office_has_its_own_ways_there_too(world: World) -> None:
    """Profile, numbers, days off, and one Plh. of several appointed at once."""
    store = world.office.store
    use(store, bundle_of("temanggung"), "temanggung", NOON)
    use(store, bundle_of("karanganyar"), "karanganyar", NOON)
    assert bundle_in_force(store) == bundle_of("karanganyar")
    with reading(store) as connection:
        assert "S4.A" in tables_in_force(connection)
        assert [one.name for one in profiles.uses(connection)] == ["karanganyar", "temanggung"]
    day = calendar_of(world.office).day_of(NOON)
    with writing(store) as connection:
        assert letterheads.take_number(connection, "F16", day) == "555/001/XI/2026"
    wanted = Wanted("2026-11-23", "libur-daerah", "Hari jadi")
    office_calendar.close(world.office, world.person("admin"), wanted)
    assert not calendar_of(world.office).works(day.replace(day=23))
    staff(world, Role.KASI)
    assert len(raced(world)) == 1
