"""The Debian system that the rigs boot, and what is put into it: this checkout, its units, one enrolled door.

``build`` makes the system, once, outside the repository; the tests bring the rest each time, so what boots is
what lies here now. A machine without that system says so, by name.
"""

import io
import os
import shutil
import subprocess
import tarfile
import tomllib
from pathlib import Path

import pytest

from card_registry import canonical
from door_controller import enrol
from firmware_config.files import load
from firmware_config.render import render
from tests.door_controller.site import CONTROLLER, SITE, Site, rule
from tests.law import MAY_IMPORT, ROOT

HERE = Path(__file__).parent
HOME = "/var/lib/akses-door"
SIMULATOR = "/var/lib/akses-simulator"
PINS = ("relay = 17", "contact = 27", "rex = 22")

USERS = """\
g gpio -
g akses-spool -
u akses-door - "the door" /var/lib/akses-door
"""
SIMULATOR_UNIT = f"""\
[Service]
ExecStart=/opt/akses/.venv/bin/python -m card_registry.command door simulate --data {SIMULATOR}
User=akses-door
StateDirectory=akses-simulator
"""


def made() -> Path:
    """Give the system's folder; skip the test, by name, where it is not made yet."""
    if os.geteuid() != 0:
        pytest.skip("a rig boots a system of its own, which needs root")
    where = subprocess.run(
        [HERE / "build", "--where"], capture_output=True, text=True, timeout=30, check=True
    )
    folder = Path(where.stdout.strip())
    if not (folder / "made").exists():
        pytest.skip("the rigs' system is not made yet; run tests/rigs/build")
    return folder


def which(program: str) -> str:
    """Give a program's path; skip the test, by name, where it is missing."""
    found = shutil.which(program, path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin")
    if found is None:
        pytest.skip(f"{program} is not installed")
    return found


def site_toml(gpio: str, release_ms: int = 10_000) -> str:
    """Give a site file with one door; a long release leaves time to kill its program in it."""
    return f"""\
site = "{SITE}"
controller = "{CONTROLLER}"
kind = "door"

[gpio]
{gpio}

[[door]]
id = "ruang-server"
name = "Ruang Server"
fail_mode = "secure"
release_ms = {release_ms}

[door.pins]
relay = 17
relay_released = "high"
contact = 27
contact_closed = "low"
rex = 22
rex_pressed = "low"

[[reader]]
id = "masuk"
door = "ruang-server"
driver = "pn532"
port = "{SIMULATOR}/run/reader-masuk"
"""


def simulated() -> str:
    """Give the ``[gpio]`` lines for a simulator inside the rig."""
    return f'factory = "simulated"\nsocket = "{SIMULATOR}/run/pins.sock"'


class Payload:
    """A tar archive of everything of ours, to be unpacked at the root of a rig."""

    def __init__(self, folder: Path, site_file: str) -> None:
        """Gather the checkout, and a controller with ``site_file`` enrolled in ``folder``."""
        self._into = io.BytesIO()
        self._archive = tarfile.open(fileobj=self._into, mode="w:gz", compresslevel=1)  # noqa: SIM115 - kept open
        self._packages()
        for unit in (ROOT / "systemd").glob("*.service"):
            self.text(f"etc/systemd/system/{unit.name}", unit.read_text())
        self.text("etc/systemd/system/akses-simulator.service", SIMULATOR_UNIT)
        self.text("etc/sysusers.d/akses.conf", USERS)
        self._controller(folder, site_file)

    def text(self, path: str, text: str) -> None:
        """Add one file."""
        entry = tarfile.TarInfo(path)
        entry.size, entry.mode = len(text.encode()), 0o644
        self._archive.addfile(entry, io.BytesIO(text.encode()))

    def close(self) -> bytes:
        """End the archive and give it."""
        self._archive.close()
        return self._into.getvalue()

    def _packages(self) -> None:
        for package in MAY_IMPORT:
            self._archive.add(ROOT / package, f"opt/akses/{package}", filter=_no_caches)
        project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
        info = f"opt/akses/{project['name'].replace('-', '_')}-{project['version']}.dist-info"
        self.text(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {project['name']}\nVersion: 0\n")
        groups = project["entry-points"]
        lines = [
            f"[{group}]\n" + "".join(f"{k} = {v}\n" for k, v in groups[group].items()) for group in groups
        ]
        self.text(f"{info}/entry_points.txt", "\n".join(lines))

    def _controller(self, folder: Path, site_file: str) -> None:
        home = folder / "controller"
        home.mkdir()
        (home / "site.toml").write_text(site_file)
        enrol.init(home, home / "state", SITE, CONTROLLER, (rule(),))
        enrol.accept(home / "state", SITE, CONTROLLER, canonical.encode(Site().bundle()))
        self._archive.add(home, HOME.lstrip("/"), filter=_no_caches)
        for path, text in render(load(home / "site.toml")).items():
            if path.startswith("/etc/udev"):
                self.text(path.lstrip("/"), text)


def _no_caches(entry: tarfile.TarInfo) -> tarfile.TarInfo | None:
    return None if "__pycache__" in entry.name else entry
