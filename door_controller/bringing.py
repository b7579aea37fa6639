"""``akses door import``: the registry brought by hand, on a stick, where the network does not reach.

It is verified here for the person who stands at the door, from the pinned root and the floors of enrolment,
and then laid where the bridge would lay it: the running door verifies it again, against everything it ever
adopted. So a stick can bring nothing that the network could not.
"""

import tempfile
from pathlib import Path

from card_registry import canonical
from card_registry.durable import write_whole
from card_registry.errors import OperatorMistaken, RolledBack
from card_registry.hint import send_hint
from card_registry.instant import Instant
from card_registry.journal.event import Versions
from card_registry.statements import Status
from card_registry.trust import parcel
from card_registry.trust.adoption import Trusted, adopt
from card_registry.trust.slots import file_name
from card_registry.trust.verify import NOTHING_EXPIRES, read_trust
from card_registry.words import TimeQuality
from door_controller import enrol
from door_controller.report import read_status
from firmware_config.files import load

MODE = 0o644


def bring(folder: Path, source: Path) -> Versions:
    """Lay a parcel's slots into a controller's slot folder; give the versions that it brings.

    Raises:
        OperatorMistaken: The controller is not enrolled, or what is brought is older than what it decides by.
        SenderLied: A part is not genuine from the pinned root, or is missing.
        OSError: The folder cannot be written.
    """
    site = load(folder / "site.toml")
    state, slots = Path(site.folders.state), Path(site.folders.slots)
    bundle = enrol.load(state).bundle
    brought = parcel.read(source, site.controller)
    memory, timeless = Trusted(floors=bundle.floors), Instant(NOTHING_EXPIRES, None, TimeQuality.FLOOR)
    with tempfile.TemporaryDirectory(dir=state) as scratch:
        verified = read_trust(brought, memory, bundle.root_bytes, site.controller, timeless, Path(scratch))
    adopt(memory, verified, site.controller)
    _refuse_older(folder, verified.versions)
    slots.mkdir(parents=True, exist_ok=True)
    for name, body in brought.items():
        write_whole(slots / file_name(name), body, MODE)
    send_hint(Path(site.folders.run) / "door.sock")
    return verified.versions


def _refuse_older(folder: Path, brought: Versions) -> None:
    """Tell the person at once what the running door would refuse in any case."""
    try:
        shown = canonical.decode(read_status(folder), Status, "the status").versions
    except OperatorMistaken:
        return  # the door has not run yet, so it has nothing newer
    if brought.root <= shown.root and brought.timestamp < shown.timestamp:
        raise RolledBack(
            f"this is publication {brought.timestamp}, the door decides by {shown.timestamp}; export it anew"
        )
