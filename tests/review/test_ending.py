"""The watch tells of signatures that end soon, in time for people to come together."""

from collections.abc import Iterator

import pytest
from sqlalchemy import insert
from starlette.testclient import TestClient

from card_registry import canonical
from card_registry.instant import DAY
from card_registry.stores import registry as tables
from card_registry.stores.expiring import NOTED, Level, Notice
from review.store import sessions
from review.store.transaction import writing
from review.web.app import create_app
from review.web.console import Console
from tests.review.browser import Visitor
from tests.review.world import NOON, World


@pytest.fixture
def operator(console: Console, world: World) -> Iterator[Visitor]:
    """Give the operator's browser."""
    with TestClient(create_app(console), follow_redirects=False) as client:
        with writing(world.office.store) as connection:
            sessions.begin(connection, "sesi", world.person("operator").id, world.clock())
        client.cookies.set("akses_sesi", "sesi", domain="testserver.local")
        yield Visitor(client)


def test_the_watch_says_what_ends_and_who_signs_again(operator: Visitor, world: World) -> None:
    """Nothing is said while nothing ends; what the signer noted stands above the doors, over or near."""
    assert "Tanda tangan" not in operator.see("/pintu").text
    noted = (
        Notice("root", NOON - DAY, Level.OVER, "two officers"),
        Notice("targets", NOON + 7 * DAY, Level.URGENT, "two officers"),
        Notice("deny", NOON + 8 * DAY, Level.URGENT, "the signer"),
    )
    with world.outside.registry.begin() as connection:
        connection.execute(insert(tables.site).values(name=NOTED, value=canonical.encode(noted)))

    shown = operator.see("/pintu/kini").text

    assert "akar kepercayaan berakhir pada" in shown
    assert "Segera perbarui." in shown
    assert "penyetuju dan kebijakan berakhir pada" in shown
    assert "para pejabat perlu memperbaruinya." in shown
    assert "otoritas (deny)" in shown
