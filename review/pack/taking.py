"""An evidence pack written to a folder, as it was sent."""

from pathlib import Path

from card_registry.durable import write_whole
from card_registry.errors import OperatorMistaken
from review.pack.files import sha256


def write(file: Path, data: bytes) -> str:
    """Write a pack where no file is yet, and give its SHA-256 (hex).

    Raises:
        OperatorMistaken: The file exists, or the folder cannot be written.
    """
    if file.exists():
        raise OperatorMistaken(f"{file} exists already; name another folder")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        write_whole(file, data)
    except OSError as error:
        raise OperatorMistaken(f"{file} cannot be written: {error.strerror}") from error
    return sha256(data)
