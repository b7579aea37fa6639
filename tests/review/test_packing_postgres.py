"""An evidence pack on PostgreSQL: made by the clock when the review ends, and proven like any other."""

from pathlib import Path

from review.pack import checking, files, printing
from review.store import issued
from review.store.transaction import reading
from review.workflow.pack_files import WHOLE, file_of
from review.workflow.packing import pack_over
from tests.review.packs import ROOT, found, over, record
from tests.review.test_postgres import world
from tests.review.test_workflow import finished
from tests.review.world import World

__all__ = ["world"]


def test_a_pack_is_made_and_proven_there_too(world: World, tmp_path: Path) -> None:
    """Bytes come out of that store as they went in, signatures and hashes among them."""
    found(world)
    finished(world)
    case = over(world)
    record(world)
    world.clock.now += 1000
    assert (pack_over(world.office), pack_over(world.office)) == (1, 0)
    with reading(world.office.store) as connection:
        one = issued.newest(connection, case, printing.CODE)
    assert one is not None
    (tmp_path / WHOLE).write_bytes(file_of(world.office, one, WHOLE, "https://konsol.contoh.go.id"))
    report = checking.check(files.unpacked(tmp_path / WHOLE), ROOT)
    assert report.is_sound, report.findings
