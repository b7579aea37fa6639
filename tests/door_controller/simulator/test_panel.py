"""The terminal's panel, by textual's own pilot: what it shows fits, and each key does what it says."""

import asyncio
import time
from functools import partial
from pathlib import Path

import pytest
from rich.text import Text
from textual.widgets import Static

from card_registry.errors import OperatorMistaken
from door_controller.simulator.screen import draw
from door_controller.simulator.screen.app import Panel
from door_controller.simulator.screen.attached import AttachedStage
from door_controller.simulator.screen.scene import Scene
from door_controller.simulator.screen.stage import VirtualStage
from tests.door_controller.process import House, wait_for

BEGINS = 1_795_480_000_000
PARTS = ("head", "door", "alarms", "rows", "cards", "keys")


def fits(part: Static) -> bool:
    """Say whether a part of the screen has room for all of its text."""
    lines = Text.from_markup(str(part.content)).plain.splitlines()
    width, height = part.content_size
    return len(lines) <= height and all(len(line) <= width for line in lines)


def shown(folder: Path, keys: str, size: tuple[int, int] = (80, 24)) -> tuple[dict[str, bool], Scene]:
    """Press keys in a panel of that size; give which parts fit, and the last scene; ``_`` lets time pass."""
    stage = VirtualStage(folder, 1, BEGINS)
    panel = Panel(stage)
    fitting: dict[str, bool] = {}

    async def run() -> None:
        async with panel.run_test(size=size) as pilot:
            for number, key in enumerate(keys):
                if key == "_":
                    stage.advance(1_000 * (number + 1))
                else:
                    await pilot.press(key)
            await pilot.pause()
            panel.refresh_scene()
            fitting.update((id, fits(panel.query_one(f"#{id}", Static))) for id in PARTS)

    asyncio.run(run())
    scene = stage.scene()
    stage.close()
    return fitting, scene


def rows_of(scene: Scene) -> str:
    """Give the journal's rows as one text."""
    return "\n".join(scene.rows)


def test_it_shows_a_working_door_by_itself(tmp_path: Path) -> None:
    """With nothing installed or enrolled, a tap opens the door, and the journal says so."""
    _, scene = shown(tmp_path, "t")

    assert (scene.relay, scene.lock, scene.green) == (True, "released", True)
    assert "granted staf at masuk" in rows_of(scene)


@pytest.mark.parametrize(
    ("keys", "seen"),
    [
        ("6t", "denied someone at masuk: unknown-credential"),
        ("u", "proof-failed"),
        ("1o", "granted staf at keluar"),
        ("_c__", "alarm door-forced ruang-server raised"),
        ("r", "exited"),
        ("m_", "alarm door-tamper ruang-server raised"),
        ("f__", "alarm fire pengendali-1 raised"),
        ("v___", "alarm mains-lost pengendali-1 raised"),
        ("x___", "alarm reader-failed masuk raised"),
        ("h________", "alarm reader-failed masuk raised"),
        ("p", "power is cut"),
        ("k___", "started akses-door"),
        ("j___", "alarm clock-jumped"),
        ("d___", "alarm disk-filling"),
        ("l", "ordered lockdown"),
        ("e", "ordered free"),
        ("yt", "card-denied"),
        ("tb_____", "granted staf"),
    ],
)
def test_each_key(keys: str, seen: str, tmp_path: Path) -> None:
    """What a key does is in the journal, in the door's own words."""
    _, scene = shown(tmp_path, keys)

    assert seen in rows_of(scene)


@pytest.mark.parametrize(("keys", "wrong"), [("n", "out of reach"), ("s", "not in step"), ("b", "jammed")])
def test_what_is_broken_is_shown(keys: str, wrong: str, tmp_path: Path) -> None:
    """What the panel's user broke stands beside the alarms until it is mended."""
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
    _, broken = shown(tmp_path / "a", keys)
    _, mended = shown(tmp_path / "b", keys * 2)

    assert any(wrong in text for text in broken.wrong)
    assert mended.wrong == ()


@pytest.mark.parametrize("size", [(80, 24), (100, 30), (160, 50)])
def test_it_fits(size: tuple[int, int], tmp_path: Path) -> None:
    """From 80 × 24 on every part has room, and no line of text is wider than its part."""
    fitting, _ = shown(tmp_path, "t6tlmx__", size)

    assert fitting == dict.fromkeys(PARTS, True)


def test_no_text_is_markup() -> None:
    """What others wrote is shown as it is, brackets and all."""
    scene = Scene(door="x", clock="", rows=("refused slots: [b]no[/b]",))

    assert Text.from_markup(draw.rows(scene, 3, 60)).plain == "refused slots: [b]no[/b]"


def told(stage: AttachedStage, what: str) -> bool:
    """Look again, and say whether the journal's rows tell of something."""
    stage.advance(time.monotonic_ns() // 1_000_000)
    return what in rows_of(stage.scene())


def test_a_running_door(tmp_path: Path) -> None:
    """Attached to a running door, the panel moves its simulated hardware and shows its own journal."""
    house = House(tmp_path)
    try:
        house.admitted_card()
        house.open()
        stage = AttachedStage(house.home)
        wait_for(partial(told, stage, "adopted"))
        stage.press("t")
        wait_for(partial(told, stage, "granted"))
        scene = stage.scene()
        stage.press("p")
        refused = stage.scene().said
        stage.close()
    finally:
        house.close()

    assert scene.cards == ("satu",)
    assert "did not start" in refused


def test_real_hardware_is_not_touched(tmp_path: Path) -> None:
    """A door whose pins are real is refused."""
    (tmp_path / "site.toml").write_text(
        """
        site = "contoh"
        controller = "pengendali-1"
        kind = "door"
        gpio = { factory = "lgpio" }
        [[door]]
        id = "ruang-server"
        name = "Ruang Server"
        fail_mode = "secure"
        pins = { relay = 17, relay_released = "high" }
        [[reader]]
        id = "masuk"
        door = "ruang-server"
        driver = "pn532"
        port = "/dev/ttyUSB0"
        """
    )
    with pytest.raises(OperatorMistaken, match="not simulated"):
        AttachedStage(tmp_path)
