"""A review on PostgreSQL: sheets, filters, silence that outlasts it, and numbers, as on SQLite."""

from card_registry.instant import DAY
from review.access import Refused
from review.campaign import Outcome, Scope
from review.store import campaigns, standards
from review.store.transaction import reading
from review.web.review_query import Asked
from review.web.reviewbook import view_of
from review.workflow.campaign_minutes import take_back_card, to_collect
from review.workflow.campaign_opening import open_review
from review.workflow.campaign_rows import Word, answer_rows, decide_rows
from review.workflow.campaign_silence import hush
from review.workflow.campaign_tuning import tune
from tests.review.removals import follow, walk
from tests.review.reviewing import begun_with, rows_of
from tests.review.test_campaign_limits import REST
from tests.review.test_campaigning import DEADLINE, minutes
from tests.review.test_postgres import world
from tests.review.test_workflow import finished
from tests.review.world import World

__all__ = ["world"]


def test_a_review_runs_there_too(world: World) -> None:
    """Answered by a sheet, narrowed on its page, suspended by silence, over, and then taken away."""
    finished(world)
    office, unit = world.office, world.person("pemohon")
    assert not isinstance(tune(office, world.person("admin"), {"unused": 60}), Refused)
    case = begun_with(world, ("Sari Contoh", "Dinas Contoh"), ("Dewi Lain", "Dinas Lain"))
    again = open_review(office, world.person("admin"), Scope(unit="dinas lain"), "mutasi")
    assert not isinstance(again, Refused)
    rows = rows_of(world, case)
    words = [Word(rows[name].id, Outcome.REMOVE, "pindah") for name in ("Sari Contoh", "Pemegang Contoh")]
    assert isinstance(answer_rows(office, unit, case, words), tuple)
    with reading(office.store) as connection:
        view = view_of(connection, office, world.person("auditor"), case, Asked(text="dewi", shown="semua"))
        assert standards.in_force(connection).thresholds.unused == 60
    assert view is not None
    assert ([line.name for line in view.lines], view.campaign.thresholds.unused) == (["Dewi Lain"], 60)
    world.clock.now += DEADLINE + DAY
    assert hush(office) == 1
    assert rows_of(world, case)["Dewi Lain"].item.outcome() is Outcome.SUSPEND
    walk(world, case, ("operator", "selesai"), ("operator", "selesai"))
    assert isinstance(decide_rows(office, world.person("kabid"), case, words), tuple)
    walk(world, case, ("kabid", "lengkap"), ("operator", "selesai"))
    follow(world)
    with reading(office.store) as connection:
        (card,) = to_collect(connection, case, world.clock())
    take_back_card(office, world.person("operator"), (case, card.id), "baik")
    walk(world, case, *REST, ("kadis", "disahkan"), ("operator", "selesai"))
    assert minutes(world, case)["dibekukan"] == "1"
    assert hush(office) == 0
    world.clock.now += DEADLINE
    assert hush(office) == 1
    with reading(office.store) as connection:
        assert campaigns.suspended(connection) == frozenset()
        assert campaigns.asked(connection) == ()
