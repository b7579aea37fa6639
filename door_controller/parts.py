"""The scratch room and the readers of one controller, made from its site file.

2026-11-20: python-tuf works in files; its scratch folder is in RAM where the machine offers one, because a
verification would otherwise wear the card and wait for it.
"""

import hashlib
import os
import secrets
import shutil
import threading
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from card_registry.words import SiteId
from door_controller.readers import CardReader, Report
from firmware_config.model import Driver, Reader


def scratch_folder(state: Path) -> Path:
    """Make this controller's empty scratch folder, in RAM where possible."""
    name = f"akses-{hashlib.sha256(str(state.absolute()).encode()).hexdigest()[:12]}"
    for room in (os.environ.get("RUNTIME_DIRECTORY"), "/dev/shm", state):  # noqa: S108 - made 0700, owner checked
        folder = _own(Path(room) / name) if room else None
        if folder is not None:
            return folder
    raise PermissionError(f"no scratch folder can be made, not even in {state}")


def _own(folder: Path) -> Path | None:
    """Empty or make a folder that is ours alone; None where that cannot be."""
    try:
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(mode=0o700)
    except OSError:
        return None
    return folder


def reader_identifier(site: SiteId, reader: str) -> bytes:
    """Give the 32 bytes by which a card tells readers apart (PKOC: site and reader identifier)."""
    halves = (hashlib.sha256(text.encode()).digest()[:16] for text in (f"site {site}", f"{site} {reader}"))
    return b"".join(halves)


def make_readers(
    site: SiteId, readers: Iterable[Reader], report: Report, pseudonym: Callable[[bytes], str]
) -> list[CardReader]:
    """Make the supervised readers that a site file lists; none is opened yet."""
    return [_make_reader(site, reader, report, pseudonym) for reader in readers]


def close_readers(readers: Sequence[CardReader]) -> None:
    """Close all readers at once; one that hangs is left to the end of the process."""
    closing = [threading.Thread(target=reader.close, daemon=True) for reader in readers]
    for thread in closing:
        thread.start()
    for thread in closing:
        thread.join(1.5)


def _make_reader(
    site: SiteId, reader: Reader, report: Report, pseudonym: Callable[[bytes], str]
) -> CardReader:
    match reader.driver:
        case Driver.PN532:
            from door_controller.readers.pn532 import Pn532Reader, Pn532Settings  # noqa: PLC0415 - where named

            identifier = reader_identifier(site, reader.id)
            settings = Pn532Settings(reader.id, reader.port, identifier, reader.baud)
            return Pn532Reader(settings, report, pseudonym, secrets.token_bytes)
