"""A desk that was cut off is told so at the console's own door, whatever token it still holds."""

from dataclasses import replace

from starlette.testclient import TestClient

from card_registry import canonical
from card_registry.words import ControllerId, ControllerStatus
from review import outside
from review.store import desks
from review.store.transaction import writing
from review.web.app import create_app
from review.web.console import Console
from tests.review.world import World

MEJA = ControllerId("meja-1")


def test_a_desk_that_was_cut_off_gets_no_job(world: World, console: Console) -> None:
    """Its token opens nothing from the moment the signed directory says that its keys are revoked."""
    with writing(world.office.store) as connection:
        desks.admit(connection, MEJA, "token-meja", world.clock())
    bearer = {"Authorization": "Bearer token-meja"}
    with TestClient(create_app(console)) as desk:
        assert desk.get("/api/v1/desk/jobs", headers=bearer).status_code == 200
        listed = outside.directory(world.office.registry)
        assert listed is not None
        revoked = tuple(
            replace(one, status=ControllerStatus.REVOKED) if one.id == MEJA else one
            for one in listed.controllers
        )
        world.outside.slot("doors/directory", canonical.encode(replace(listed, controllers=revoked)))
        refused = desk.get("/api/v1/desk/jobs", headers=bearer)
    assert (refused.status_code, "telah diputus dari sistem" in refused.text) == (403, True)
    assert outside.cut_off(world.office.registry) == {MEJA}
