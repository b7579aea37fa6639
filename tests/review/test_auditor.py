"""An auditor reads everything and changes nothing: every page there is, not the pages somebody thought of."""

from collections.abc import Iterator

import pytest
from sqlalchemy import select
from starlette.testclient import TestClient

from review.follow import Follower
from review.store.transaction import reading
from review.tables import metadata
from review.web.app import create_app
from review.web.console import Console
from review.web.routes import PAGES
from tests.review.browser import Visitor
from tests.review.test_campaigning import asked, row_of
from tests.review.test_case_forms import opened
from tests.review.test_inventory_pages import enter
from tests.review.world import World

OWN = {
    "/masuk": "signing in",
    "/masuk/lanjut": "signing in again",
    "/keluar": "signing out",
    "/token": "a token of their own, which may do what they may",
    "/token/{token}/cabut": "the same, taken back",
    "/kotak-masuk/baca": "their own messages",
    "/kotak-masuk/alamat": "their own address",
}
"""What an auditor may send, and why it changes nothing of the office."""

NOT_THEIRS = {
    "/permohonan/baru": "an auditor asks for nothing",
    "/permohonan/baru/{procedure}": "the same",
    "/pintu/{door}/perintah": "an auditor orders no door",
    "/kunci/penyetuju.json": "an auditor signs nothing",
    "/kunci": "an auditor signs nothing",
    "/delegasi": "an auditor is nobody's substitute",
}
"""The pages besides that an auditor has no use for."""

ELSEWHERE = {
    "/pintu/arus": "goes on as long as somebody looks",
    "/inventaris/bulanan/{case}": "is about a case of another procedure",
    "/inventaris/bulanan/{case}/isi": "the same",
    "/pelindungan-data/pratinjau": "asks which kind first",
    "/pelindungan-data/tamu": "asks which guest first",
    "/pelindungan-data/tamu/salinan": "the same",
}
"""What this test does not open."""

NOBODY = "f" * 32
"""An id of nothing."""

KEPT_FOR_ITSELF = {"session", "throttle", "audit"}
"""What is written by reading: that somebody was here, and what they took away."""


@pytest.fixture
def auditor(peopled: World) -> Iterator[Visitor]:
    """Give the auditor's browser."""
    app = create_app(Console(peopled.office, Follower(peopled.office)))
    with TestClient(app, follow_redirects=False) as client:
        enter(client, peopled, "auditor")
        yield Visitor(client)


def kept(world: World) -> dict[str, list[tuple[object, ...]]]:
    """Give every row of the office's store but what reading itself leaves."""
    with reading(world.office.store) as connection:
        return {
            table.name: sorted((tuple(row) for row in connection.execute(select(table))), key=repr)
            for table in metadata.sorted_tables
            if table.name not in KEPT_FOR_ITSELF
        }


def told(world: World) -> dict[str, str]:
    """Give ids for what an address names: things that are there, as far as a small office has them."""
    campaign, case = asked(world), opened(world)
    row = row_of(world, campaign)
    nothing = dict.fromkeys(("card", "token", "visit", "attachment"), NOBODY)
    return {
        **nothing,
        "case": case,
        "review": campaign,
        "item": str(row.id),
        "door": "ruang-server",
        "procedure": "S1.A",
    }


class Known(dict[str, str]):
    """Ids by the name they have in an address; an unknown one stays as it is."""

    def __missing__(self, key: str) -> str:
        """Leave a place open."""
        return f"{{{key}}}"


def addresses(method: str, ids: dict[str, str]) -> list[tuple[str, str]]:
    """Give each route whose things are known, and its address."""
    found = []
    for verb, path, _ in PAGES:
        mine = Known(ids | {"case": ids["review"]}) if path.startswith("/review") else Known(ids)
        at = path.format_map(mine)
        if verb == method and "{" not in at:
            found.append((path, at))
    return found


def test_an_auditor_reads_everything_and_changes_nothing(peopled: World, auditor: Visitor) -> None:
    """Every page is shown, every form refused, and no row of the office differs after either."""
    ids = told(peopled)
    auditor.see("/")
    before = kept(peopled)
    for path, at in addresses("GET", ids):
        if path not in NOT_THEIRS and path not in ELSEWHERE:
            answer = auditor.see(at)
            assert answer.status_code in ({200, 303, 404} if NOBODY in at else {200, 303}), path
    assert kept(peopled) == before
    auditor.see("/")
    for path, at in addresses("POST", ids):
        if path not in OWN:
            answer = auditor.send(at, {"pilihan": "disetujui", "hasil": "dicabut", "alasan": "karena"})
            assert answer.status_code >= 400, path
            assert kept(peopled) == before, path
