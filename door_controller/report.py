"""What a person at the controller may read: its last signed status, and whether its journal is whole."""

from collections.abc import Iterator
from pathlib import Path

from card_registry import canonical
from card_registry.durable import read_plain
from card_registry.errors import OperatorMistaken
from card_registry.signing import Purpose, Sealed, public_hex, unseal
from card_registry.statements import Status
from door_controller import enrol, inspection
from door_controller.journal import Journal
from firmware_config.files import load


def read_status(folder: Path) -> bytes:
    """Read the status that the controller signed last, as canonical JSON.

    Raises:
        OperatorMistaken: The controller has not run yet.
        Forged: The file is not signed by this controller.
    """
    site = load(folder / "site.toml")
    key = public_hex(enrol.load(Path(site.folders.state)).log_key)
    path = Path(site.folders.outbox) / "status"
    try:
        data = read_plain(path)
    except FileNotFoundError as error:
        raise OperatorMistaken(f"{path} is missing; start the controller first") from error
    unseal(Purpose.STATUS, data, Status, (key,))
    return canonical.decode(data, Sealed, "the status").body.encode()


def status_lines(data: bytes) -> Iterator[str]:
    """Say a status in lines."""
    status = canonical.decode(data, Status, "the status")
    yield f"{status.controller}, epoch {status.epoch}: {status.size} events, {status.receipted} receipted"
    yield f"registry {status.staleness}, grants {status.versions.grants}, denials {status.versions.deny}"
    for door in status.doors:
        yield f"door {door.id}: {door.state}, {'released' if door.released else 'locked'}, mode {door.mode}"
    for alarm in status.alarms:
        yield f"alarm: {alarm}"


def verify_lines(folder: Path) -> tuple[list[str], bool]:
    """Recompute every epoch of the journal; give a line for each, and whether all are whole.

    Raises:
        OperatorMistaken: There is no journal yet.
    """
    site = load(folder / "site.toml")
    path = Path(site.folders.state) / "door.db"
    if not path.exists():
        raise OperatorMistaken(f"{path} is missing; this controller has written nothing yet")
    lines, sound = [], True
    with Journal(path, site.site, site.controller) as journal:
        for epoch, size, damage in inspection.inspect_all(journal):
            if damage is None:
                gone = inspection.pruned(journal, epoch)
                kept = f" ({gone} of them pruned)" if gone else ""
                lines.append(f"epoch {epoch}: {size} rows{kept}, whole, root {journal.root(epoch, size)}")
            else:
                sound = False
                lines.append(f"epoch {epoch}: {damage.sentence}")
    return lines, sound
