"""The panel in the terminal, by textual: draws the scene ten times a second and hands keys to the stage."""

import tempfile
import time
from pathlib import Path
from typing import ClassVar

from textual.app import App, ComposeResult
from textual.containers import Horizontal, Vertical
from textual.events import Key, Resize
from textual.widgets import Static

from door_controller.simulator.screen import draw
from door_controller.simulator.screen.stage import Stage, VirtualStage

FRAME_SECONDS = 0.1
LEFT = 38


class Panel(App[None]):
    """One door on one screen, 80 × 24 or larger."""

    ENABLE_COMMAND_PALETTE = False
    TITLE = "akses door simulate"
    CSS: ClassVar[str] = f"""
    Screen {{ background: #0d1117; color: #e6edf3; }}
    #head {{ height: 1; background: #1f2a37; padding: 0 1; }}
    #left {{ width: {LEFT}; }}
    #door, #alarms, #rows {{ border: round #30363d; padding: 0 1; border-title-color: #8b949e; }}
    #door {{ height: 8; }}
    #alarms, #rows {{ height: 1fr; }}
    #rows {{ width: 1fr; }}
    #cards, #said {{ height: 1; padding: 0 1; }}
    #said {{ color: #8b949e; }}
    #keys {{ height: auto; padding: 0 1; background: #161b22; }}
    """

    def __init__(self, stage: Stage) -> None:
        """Show and move ``stage``."""
        super().__init__()
        self._stage = stage
        self._began = time.monotonic()

    def compose(self) -> ComposeResult:
        """Lay the screen out."""
        yield Static(id="head")
        with Horizontal():
            with Vertical(id="left"):
                yield self._framed("door", "door")
                yield self._framed("alarms", "alarms")
            yield self._framed("rows", "journal")
        yield Static(id="cards")
        yield Static(id="said")
        yield Static(id="keys")

    def on_mount(self) -> None:
        """Begin to draw."""
        self.set_interval(FRAME_SECONDS, self.refresh_scene)
        self.refresh_scene()

    def on_resize(self, _: Resize) -> None:
        """Draw again for another size."""
        self.call_after_refresh(self.refresh_scene)

    def on_key(self, event: Key) -> None:
        """Hand a key to the stage."""
        if event.key == "q":
            self.exit()
            return
        self._stage.press(event.key)
        self.refresh_scene()

    def refresh_scene(self) -> None:
        """Let the time pass that has passed, and draw what is."""
        self._stage.advance(int((time.monotonic() - self._began) * 1000))
        scene = self._stage.scene()
        if not self.query("#rows"):  # the screen is going, and an interval was still under way
            return
        size = self.query_one("#rows", Static).content_size
        parts = {
            "head": draw.head(scene),
            "door": draw.door(scene),
            "alarms": draw.alarms(scene),
            "rows": draw.rows(scene, size.height, size.width),
            "cards": draw.cards(scene),
            "said": scene.said,
            "keys": draw.keys(self.size.width - 2),
        }
        for id, text in parts.items():
            self.query_one(f"#{id}", Static).update(text)

    def _framed(self, id: str, title: str) -> Static:
        made = Static(id=id)
        made.border_title = title
        return made


def run(folder: Path | None, seed: int) -> None:
    """Show a running door of ``folder``, or a virtual one of its own, until ``q``.

    Raises:
        OperatorMistaken: There is no running door in the folder.
    """
    if folder is not None:
        from door_controller.simulator.screen.attached import AttachedStage  # noqa: PLC0415 - only where asked for

        _show(AttachedStage(folder))
        return
    with tempfile.TemporaryDirectory(prefix="akses-panel-") as made:
        _show(VirtualStage(Path(made), seed, time.time_ns() // 1_000_000))


def _show(stage: Stage) -> None:
    try:
        Panel(stage).run()
    finally:
        stage.close()
