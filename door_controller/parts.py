"""The scratch room and the readers of one controller, made from its site file.

2026-11-20: python-tuf works in files; its scratch folder is in RAM where the machine offers one, because a
verification would otherwise wear the card and wait for it.
"""

import contextlib
import ctypes
import gc
import hashlib
import os
import secrets
import shutil
import threading
from collections.abc import Callable
from pathlib import Path

from card_registry.words import SiteId
from door_controller.readers import CardReader, Report
from firmware_config.model import Driver, Reader, SiteFile


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


def give_back_memory() -> None:
    """Leave what stands to itself, and give freed memory back to the machine (glibc keeps it otherwise)."""
    gc.collect()
    gc.freeze()
    with contextlib.suppress(AttributeError):  # another C library
        ctypes.CDLL(None).malloc_trim(0)


def reader_identifier(site: SiteId, reader: str) -> bytes:
    """Give the 32 bytes by which a card tells readers apart (PKOC: site and reader identifier)."""
    halves = (hashlib.sha256(text.encode()).digest()[:16] for text in (f"site {site}", f"{site} {reader}"))
    return b"".join(halves)


class Readers:
    """A controller's readers, opened beside the rest: a door is ready, and lets out, before they are."""

    def __init__(self, site: SiteFile, report: Report, pseudonym: Callable[[bytes], str]) -> None:
        """Take note of the readers that the site file lists; none is opened yet."""
        self._site, self._report, self._pseudonym = site, report, pseudonym
        self._readers: list[CardReader] = []
        self._closed = threading.Event()
        self._opening = threading.Thread(target=self._open, name="readers", daemon=True)

    def start(self) -> None:
        """Begin to open them; returns at once."""
        self._opening.start()

    def close(self) -> None:
        """Close all at once; one that hangs is left to the end of the process."""
        self._closed.set()
        self._opening.join(1.0)
        closing = [threading.Thread(target=reader.close, daemon=True) for reader in self._readers]
        for thread in closing:
            thread.start()
        for thread in closing:
            thread.join(1.5)

    def _open(self) -> None:
        for listed in self._site.reader:
            if self._closed.is_set():
                return
            reader = _make_reader(self._site.site, listed, self._report, self._pseudonym)
            reader.start()
            self._readers.append(reader)


def _make_reader(
    site: SiteId, reader: Reader, report: Report, pseudonym: Callable[[bytes], str]
) -> CardReader:
    match reader.driver:
        case Driver.PN532:
            from door_controller.readers.pn532 import Pn532Reader, Pn532Settings  # noqa: PLC0415 - where named

            identifier = reader_identifier(site, reader.id)
            settings = Pn532Settings(reader.id, reader.port, identifier, reader.baud)
            return Pn532Reader(settings, report, pseudonym, secrets.token_bytes)
        case Driver.KEYPAD:
            from door_controller.readers.keypad import KeypadReader, KeypadSettings  # noqa: PLC0415 - as above

            return KeypadReader(KeypadSettings(reader.id, reader.port, reader.baud), report)
