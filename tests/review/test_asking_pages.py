"""The auditor's questions on their pages: answers with cases, cards and taps, for those who may ask."""

from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient

from review.follow import Follower
from review.web.app import create_app
from review.web.console import Console
from tests.review.browser import Visitor
from tests.review.test_inventory_pages import enter
from tests.review.world import World


@pytest.fixture
def auditor(granted: World) -> Iterator[Visitor]:
    """Give the auditor's browser in an office with one right and its card."""
    app = create_app(Console(granted.office, Follower(granted.office)))
    with TestClient(app, follow_redirects=False) as client:
        enter(client, granted, "auditor")
        yield Visitor(client)


def test_who_could_enter_a_door_is_told_with_its_reasons(auditor: Visitor) -> None:
    """The answer names the holder, the case, who approved it and the card."""
    page = auditor.see("/audit/pintu?pintu=ruang-server&saat=2026-11-20T15:30").text
    for words in ("Pemegang Contoh", "dapat masuk", "ARS-2026-", "Pejabat Kabid", "KRT-00001"):
        assert words in page
    before = auditor.see("/audit/pintu?pintu=ruang-server&saat=2026-11-20T14:30").text
    assert "Tidak ada hak yang berlaku" in before
