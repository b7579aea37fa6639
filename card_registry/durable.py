"""Files that cross between users: written whole or not at all, read without being led astray (DESIGN §4).

A file is written beside its name, fsynced, renamed, and its folder fsynced. Reading refuses links, anything
but a plain file, and more bytes than the limit. Nothing here knows what the bytes mean.
"""

import os
import stat
from pathlib import Path

from card_registry.canonical import LIMIT
from card_registry.errors import Malformed


def write_whole(path: Path, data: bytes, mode: int = 0o640, *, lasting: bool = True) -> None:
    """Replace ``path`` with ``data`` so that after any crash it holds the old bytes or the new ones.

    What somebody says again anyway need not be ``lasting``: it survives the death of every program, but a
    power cut may leave a part of it, which its reader refuses; it costs no wait for the disk.

    Raises:
        OSError: The folder cannot be written, or the disk is full; the old file stays.
    """
    beside = path.with_name(f".{path.name}.new")
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW | os.O_CLOEXEC, mode)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
        file.flush()
        if lasting:
            os.fsync(file.fileno())
    # If power fails here, the old file stands and the next write reuses the name beside it.
    beside.replace(path)
    if lasting:
        sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Make a rename or removal in ``folder`` survive a power cut."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def read_plain(path: Path, limit: int = LIMIT) -> bytes:
    """Read a plain file of at most ``limit`` bytes, following no link.

    Raises:
        FileNotFoundError: There is no such file.
        Malformed: It is a link, not a plain file, or too long.
    """
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except FileNotFoundError:
        raise
    except OSError as error:
        message = f"{path.name} cannot be read as a plain file: {error.strerror}"
        raise Malformed(message) from error
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            message = f"{path.name} is not a plain file"
            raise Malformed(message)
        with os.fdopen(descriptor, "rb", closefd=False) as file:
            data = file.read(limit + 1)
    finally:
        os.close(descriptor)
    if len(data) > limit:
        message = f"{path.name} has more than the {limit} bytes that are accepted"
        raise Malformed(message)
    return data
