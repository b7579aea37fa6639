"""Files that people take away from PostgreSQL: every kind, with the same rows whatever the turns."""

from itertools import chain

from review.export import door_events
from review.export.table import rows_of
from review.export.wanted import AccessWanted, CasesWanted, EventsWanted, Which
from review.store.exports import ExportState
from tests.review.test_asking_pages import entered
from tests.review.test_exports import EVERY, SIGNS, events, lines, whole
from tests.review.test_postgres import world
from tests.review.test_workflow import finished
from tests.review.world import NOON, World

__all__ = ["world"]


def test_every_file_is_given_there_too(world: World) -> None:
    """Events, rights and cases come as on SQLite, filtered and in turns."""
    finished(world)
    entered(world, 3)
    found = events(world)
    ids = [int(one["Nomor"]) for one in found]
    for at_once in (1, 2, 100):
        turns = door_events.turns(world.office.store, EVERY, SIGNS, at_once)
        assert [row[0] for row in chain.from_iterable(map(rows_of, turns))] == ids
    assert [one["Hasil"] for one in events(world, EventsWanted(which=Which.REFUSALS))] == ["Ditolak"]
    assert len(events(world, EventsWanted(which=Which.UNEXPLAINED))) == 1
    named = events(world, EventsWanted(named="pemegang", unit="Dinas Contoh", which=Which.OPENINGS))
    assert [one["Tanggal"] for one in named] == ["2026-11-20"] * 3
    assert door_events.count(world.office.store, EVERY, 2) == 3
    rights, one = whole(world, AccessWanted(NOON + 3_600_000))
    assert [row["Nama"] for row in lines(rights)] == ["Pemegang Contoh"]
    assert one.state is ExportState.DONE
    listed = lines(whole(world, CasesWanted(named="PEMEGANG", unit="Dinas Contoh"))[0])
    assert [row["Pemegang"] for row in listed] == ["Pemegang Contoh"]
