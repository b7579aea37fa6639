"""Enrolment: keys made once, a request the enroller can check, a bundle that fits or is refused."""

from dataclasses import fields, replace
from importlib.resources import files
from pathlib import Path

import pytest
from click.testing import CliRunner

from card_registry import canonical
from card_registry.enrolment import open_request
from card_registry.errors import Malformed, OperatorMistaken, StoreBroken
from card_registry.rule import DoorRule
from card_registry.signing import public_hex
from card_registry.words import Clockless, ControllerId, ControllerKind
from door_controller import command, enrol
from firmware_config.model import Door, parse
from tests.door_controller.site import CONTROLLER, SITE, Site, rule


@pytest.fixture
def state(tmp_path: Path) -> Path:
    """A controller whose keys are made."""
    enrol.init(tmp_path, tmp_path / "state", SITE, CONTROLLER, (rule(),))
    return tmp_path / "state"


def test_keys_are_made_once_and_only_ours(state: Path) -> None:
    """A second init changes nothing; nobody else may read what is inside."""
    request = (state.parent / "request.json").read_bytes()
    enrol.init(state.parent, state, SITE, CONTROLLER, (rule(),))

    assert (state.parent / "request.json").read_bytes() == request
    assert state.stat().st_mode & 0o777 == 0o700
    assert {file.stat().st_mode & 0o777 for file in state.iterdir()} == {0o600}
    opened = open_request(request)
    assert (opened.controller, opened.kind, opened.doors) == (CONTROLLER, ControllerKind.DOOR, (rule(),))


def test_a_desk_asks_as_a_desk(tmp_path: Path) -> None:
    """Without doors the request is a desk's."""
    path = enrol.init(tmp_path, tmp_path / "state", SITE, CONTROLLER, ())

    assert open_request(path.read_bytes()).kind is ControllerKind.DESK


def test_the_bundle_is_kept(state: Path) -> None:
    """Accepting twice is the same; who we are is then known."""
    bundle = Site().bundle()
    for _ in range(2):
        enrol.accept(state, SITE, CONTROLLER, canonical.encode(bundle))
    identity = enrol.load(state)

    assert identity.bundle == bundle
    assert identity.pseudonym_key.hex() == bundle.pseudonym_key
    assert public_hex(identity.log_key) == open_request((state.parent / "request.json").read_bytes()).log_key
    assert (state / "enrolment.json").stat().st_mode & 0o777 == 0o600


def test_a_bundle_that_does_not_fit_is_refused(state: Path) -> None:
    """Another controller's, another site's after ours, or none at all."""
    bundle = Site().bundle()
    with pytest.raises(OperatorMistaken, match="not for pengendali-1"):
        enrol.accept(
            state, SITE, CONTROLLER, canonical.encode(replace(bundle, controller=ControllerId("lain")))
        )
    with pytest.raises(Malformed):
        enrol.accept(state, SITE, CONTROLLER, b"{}")
    enrol.accept(state, SITE, CONTROLLER, canonical.encode(bundle))
    with pytest.raises(OperatorMistaken, match="already belongs"):
        enrol.accept(state, SITE, CONTROLLER, canonical.encode(Site().bundle()))


def test_without_enrolment_there_is_no_identity(state: Path) -> None:
    """Not enrolled, a damaged bundle and a damaged key are three sentences."""
    with pytest.raises(OperatorMistaken, match="not enrolled"):
        enrol.load(state)
    (state / "enrolment.json").write_bytes(b"{}")
    with pytest.raises(StoreBroken, match="damaged"):
        enrol.load(state)
    (state / "log.pem").write_bytes((state / "seal.pem").read_bytes())
    with pytest.raises(StoreBroken, match="not an Ed25519 key"):
        enrol.load(state)
    (state / "log.pem").write_bytes(b"no key")
    with pytest.raises(StoreBroken, match="not a readable key"):
        enrol.load(state)


def test_the_site_file_proposes_the_whole_rule(tmp_path: Path) -> None:
    """Every demand of a door's keys is in the request; what the file leaves out is the default."""
    text = (files("firmware_config") / "site.example.toml").read_text()
    door = parse(text).door[0]
    proposed = enrol.rule_of(door)
    assert all(getattr(proposed, one.name) == getattr(door, one.name) for one in fields(DoorRule))

    plain = enrol.rule_of(
        Door(door.id, door.name, door.pins, door.fail_mode, clockless=Clockless.ALLOW_FLAGGED)
    )
    assert plain == replace(rule(), id=door.id)

    (tmp_path / "site.toml").write_text(text)
    made = CliRunner().invoke(command.door, ["init", "--dir", str(tmp_path)])
    assert made.exit_code == 0, made.output
    assert open_request((tmp_path / "request.json").read_bytes()).doors[0] == proposed
