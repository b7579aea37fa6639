"""A server whose disk is full or turns read-only: each program says so, loses nothing, goes on by itself."""

import random
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from sqlite3 import Error as StoreError

import pytest

from card_registry.command.bench_demo import demo, running
from card_registry.command.chaos.evidence import gather
from card_registry.command.chaos.judging import faults_of_rows
from card_registry.command.chaos.office import Office
from card_registry.command.demo.layout import Layout
from card_registry.command.demo.secrets import phrase, recall
from card_registry.command.demo.table import Running, look
from card_registry.command.story import acts, hand
from card_registry.command.story.browser import Form, Unsure
from card_registry.command.story.scene import Scene
from mqtt_bridge.broker import find_mosquitto
from tests.mqtt_bridge.site import Pen, Site, until
from tests.rigs.small_disk import SmallDisk, small_disk

BUTTON = 22
WAYS = ("full", "read-only")


def refuse(disk: SmallDisk, how: str) -> None:
    """Let the disk take nothing more."""
    if how == "full":
        disk.fill()
    else:
        disk.give_up()


def mend(disk: SmallDisk, how: str) -> None:
    """Let it take what comes again."""
    if how == "full":
        disk.drain()
    else:
        disk.mount_again()


def held(pid: int, folder: Path) -> bool:
    """Tell whether a process has a file below a folder open."""
    names = [link.readlink() for link in Path(f"/proc/{pid}/fd").iterdir() if link.is_symlink()]
    return any(name.is_relative_to(folder) for name in names)


@pytest.mark.parametrize("how", WAYS)
def test_a_hub_whose_disk_refuses_receipts_nothing_and_catches_up(tmp_path: Path, how: str) -> None:
    """Rows wait at the door while the ledger cannot be written; the hub says why, and when it is over."""
    if find_mosquitto() is None:
        pytest.skip("mosquitto is not installed here")
    (tmp_path / "site").mkdir()
    site = Site(tmp_path / "site")
    with small_disk(tmp_path / "disk", 8) as disk:
        site.ledger = f"sqlite:///{disk.folder}/ledger.db"
        hub = site.hub()
        try:
            for process in (site.broker("mosquitto"), hub, site.bridge()):
                process.start()
            pen = Pen(site)
            pen.write(2)
            until(pen.all_receipted, 20, "a receipt")
            refuse(disk, how)
            pen.write(100)
            why = "nothing is receipted: the disk is full" if how == "full" else "read-only"
            until(lambda: why in hub.log(), 30, "a sentence")
            assert not pen.all_receipted()
            until(lambda: how == "full" or not held(hub.pid, disk.folder), 20, "the disk let go of")
            mend(disk, how)
            pen.write(1)
            until(pen.all_receipted, 30, "every receipt")
            assert hub.alive()
            assert site.rows() == pen.rows
            assert hub.log().count("cannot be written now, and nothing is receipted: ") <= 2
        finally:
            site.end()


@dataclass(frozen=True, slots=True)
class House:
    """A running demo whose server, or only the signer's store, lies on a small disk."""

    layout: Layout
    scene: Scene
    office: Office
    before: tuple[Running, ...]

    def log(self, name: str) -> str:
        """Give what a program logged."""
        return (self.layout.logs / f"{name}.log").read_text()

    def nobody_died(self) -> bool:
        """Tell whether every process is still the one that was started first."""
        table = look(self.layout.running)
        now = {one.name: one.pid for one in table.processes} if table is not None else {}
        return now == {one.name: one.pid for one in self.before}

    def withdrawal(self, card: str) -> Form:
        """Open a card's page and give the form that takes it away."""
        page = self.scene.browser("operator").open(f"/kartu/{card}")
        return page.form(f"/kartu/{card}/cabut")

    def press(self) -> None:
        """Press the exit button, which makes a row at the door."""
        hand.ask(self.layout, {"op": "press", "line": BUTTON, "ms": 60})

    def settled(self) -> bool:
        """Tell whether every row is everywhere it belongs."""
        with suppress(StoreError, OSError):
            return not list(faults_of_rows(gather(self.layout)))
        return False


@contextmanager
def house_on(disk: SmallDisk, folder: Path, *, only_signer: bool) -> Iterator[House]:
    """Set a demo up, move its server (or the signer's store) to the disk, run it, and make one card."""
    layout = Layout(folder / "data")
    subprocess.run(demo(layout, "--only-prepare"), check=True, capture_output=True, timeout=120)
    moved = layout.store("registry") if only_signer else layout.server
    shutil.move(moved, disk.folder / moved.name)
    moved.symlink_to(disk.folder / moved.name)
    with running(layout):
        table = look(layout.running)
        assert table is not None
        with Scene(layout, recall(layout.secrets), table.address, phrase(2)) as scene:
            office = Office(scene, random.Random(1))
            office.give(1)
            yield House(layout, scene, office, table.processes)


@pytest.mark.long
def test_a_server_whose_disk_is_full_says_so_and_heals(tmp_path: Path) -> None:
    """Console and hub say a sentence, no program ends, rows wait at the door, and all comes together."""
    with small_disk(tmp_path / "disk", 24) as disk, house_on(disk, tmp_path, only_signer=False) as house:
        form = house.withdrawal(house.office.lives[0].card)
        disk.fill()
        for _ in range(3):
            house.press()
            time.sleep(0.3)
        until(lambda: "nothing is receipted: " in house.log("hub"), 30, "the hub's sentence")
        with pytest.raises(Unsure, match="503"):
            house.scene.browser("operator").send(form, {"alasan": "Kartu dikembalikan."})
        assert house.nobody_died()
        disk.drain()
        house.office.give(2)
        house.office.take(house.office.lives[0])
        until(house.settled, 60, "every row everywhere")
        assert house.nobody_died()


@pytest.mark.long
def test_a_signer_whose_disk_is_full_says_so_and_signs_later(tmp_path: Path) -> None:
    """A withdrawal waits in the office while the registry cannot be written, and then reaches the door."""
    with small_disk(tmp_path / "disk", 16) as disk, house_on(disk, tmp_path, only_signer=True) as house:
        form = house.withdrawal(house.office.lives[0].card)
        disk.fill()
        before = acts.door_now(house.scene)["deny"] or 0
        house.scene.browser("operator").send(form, {"alasan": "Kartu dikembalikan."})
        until(lambda: "the registry store cannot be used now: " in house.log("signer"), 30, "a sentence")
        assert (acts.door_now(house.scene)["deny"] or 0) == before
        disk.drain()
        until(lambda: (acts.door_now(house.scene)["deny"] or 0) > before, 60, "the denial at the door")
        assert house.log("signer").count("the registry store cannot be used now: ") <= 3
        assert house.nobody_died()
