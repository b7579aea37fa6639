"""Reads a site file from disk; what it must hold is decided in ``model``."""

from pathlib import Path

from card_registry.durable import read_plain
from card_registry.errors import Malformed, OperatorMistaken
from firmware_config.model import SiteFile, anchored, parse

SITE_LIMIT = 64 * 1024
"""The largest site file, in bytes."""


def load(path: Path) -> SiteFile:
    """Read and check a site file; its folders, ports and socket come back as absolute paths.

    Raises:
        OperatorMistaken: The file cannot be read or is not sound; the text names the file and the key.
    """
    try:
        site = parse(read_plain(path, SITE_LIMIT).decode())
        return anchored(site, str(path.absolute().parent))
    except OSError as error:
        message = f"site file {path} cannot be read: {error.strerror}"
        raise OperatorMistaken(message) from error
    except (Malformed, OperatorMistaken, ValueError) as error:
        message = f"site file {path}: {error}"
        raise OperatorMistaken(message) from error
