"""``akses door import`` and ``export``: registry in, journal out, by hand where no network reaches.

It is verified here for the person who stands at the door, from the pinned root and the floors of enrolment,
and then laid where the bridge would lay it: the running door verifies it again, against everything it ever
adopted. So a stick can bring nothing that the network could not.
"""

import tempfile
from pathlib import Path

from card_registry import canonical
from card_registry.durable import read_plain, write_whole
from card_registry.errors import OperatorMistaken, RolledBack
from card_registry.hint import send_hint
from card_registry.instant import Instant
from card_registry.journal.batch import parse_name
from card_registry.journal.event import Versions
from card_registry.statements import Status
from card_registry.trust import parcel
from card_registry.trust.adoption import Trusted, adopt
from card_registry.trust.slots import ACKNOWLEDGEMENT, file_name
from card_registry.trust.verify import NOTHING_EXPIRES, read_trust
from card_registry.words import TimeQuality
from door_controller import enrol
from door_controller.report import read_status
from firmware_config.files import load

MODE = 0o644


def bring(folder: Path, source: Path) -> Versions:
    """Lay a parcel's slots, and a receipt beside them, into the slot folder; give the versions it brings.

    Raises:
        OperatorMistaken: The controller is not enrolled, or what is brought is older than what it decides by.
        SenderLied: A part is not genuine from the pinned root, or is missing.
        OSError: The folder cannot be written.
    """
    site = load(folder / "site.toml")
    state, slots = Path(site.folders.state), Path(site.folders.slots)
    bundle = enrol.load(state).bundle
    _bring_receipt(source, slots)
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


def take_along(folder: Path, target: Path) -> int:
    """Copy the outbox to a stick, for ``akses bridge carry``; give the number of batches.

    Raises:
        OperatorMistaken: There is nothing to carry.
        OSError: The stick is full or cannot be written.
    """
    outbox = Path(load(folder / "site.toml").folders.outbox)
    batches = sorted(file for file in outbox.glob("batch-*") if parse_name(file.name) is not None)
    if not batches:
        raise OperatorMistaken(
            f"{outbox} holds no batch; the server has a receipt for everything, or run first"
        )
    target.mkdir(parents=True, exist_ok=True)
    for file in batches:
        write_whole(target / file.name, read_plain(file), MODE)
    return len(batches)


def _bring_receipt(source: Path, slots: Path) -> None:
    """Lay the hub's receipt where the door looks for it; the door believes it by its signature alone."""
    if source.is_dir() and (source / ACKNOWLEDGEMENT).exists():
        slots.mkdir(parents=True, exist_ok=True)
        write_whole(slots / ACKNOWLEDGEMENT, read_plain(source / ACKNOWLEDGEMENT), MODE)
