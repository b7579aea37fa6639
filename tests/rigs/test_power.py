"""Power cuts under the real door program: what it acknowledged is there after every one, and once."""

import os
from pathlib import Path

import pytest

from tests.door_controller.process import AKSES, house
from tests.rigs.power import FULL, NORMAL, PowerRig, power_rig, require_tools, run

LONG_CUTS, CI_CUTS, SHORT_CUTS = 100, 30, 8
CONTROL_CUTS = 12
MOST_SECONDS = 0.8


def lose_power(rig: PowerRig, cuts: int) -> tuple[int, list[str]]:
    """Cut the power so often; give how many acknowledged events were missing, and what else was wrong."""
    lost, wrong = 0, []
    for number in range(cuts):
        found = rig.live_and_die(rig.chance.uniform(0.05, MOST_SECONDS))
        lost += rig.witness.lost(found)
        wrong += [f"after cut {number}: {sentence}" for sentence in found.wrong]
        if found.grants > rig.witness.presented:
            wrong.append(f"after cut {number}: {found.grants} grants of {rig.witness.presented} cards")
        if lost and rig.program == NORMAL:
            break
        if rig.mode_now() != found.mode:
            wrong.append(f"after cut {number}: the mode is not {found.mode}")
    return lost, wrong


def cuts_wanted(config: pytest.Config) -> int:
    """Give how many cuts a run makes: some at the desk, thirty in CI, a hundred with ``--long``."""
    if config.getoption("--long"):
        return LONG_CUTS
    return CI_CUTS if os.environ.get("CI") == "true" else SHORT_CUTS


def test_no_cut_loses_or_doubles_what_was_acknowledged(tmp_path: Path, pytestconfig: pytest.Config) -> None:
    """Reported rows and released grants stay; the tree leads from row to row; the mode is the written one."""
    require_tools()
    with house(tmp_path) as home, power_rig(home, tmp_path / "lossy", 1, FULL) as rig:
        lost, wrong = lose_power(rig, cuts_wanted(pytestconfig))
        assert (lost, wrong) == (0, [])
        assert rig.witness.reported
        assert rig.witness.releases
        rig.stop()
        assert run(*AKSES, "door", "verify", "--dir", str(home.home))


def test_the_rig_shows_a_program_that_does_not_wait_for_its_disk(tmp_path: Path) -> None:
    """With synchronous=NORMAL acknowledged events are lost: the same cuts find it."""
    require_tools()
    with house(tmp_path) as home, power_rig(home, tmp_path / "lossy", 2, NORMAL) as rig:
        lost, _ = lose_power(rig, CONTROL_CUTS)
        assert lost > 0
