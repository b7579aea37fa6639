"""What is said, and kept, when a command ends in a way nobody foresaw.

The person at the terminal reads one sentence. The details go to a private file for whoever mends it: the
traceback without local values, because those could hold a name or a key.
"""

import os
import sys
import traceback
from datetime import UTC, datetime
from pathlib import Path

KEPT = 20
"""How many reports are kept, so that a program restarting for ever cannot fill the disk."""


def details_of(error: Exception) -> str:
    """Return the traceback of `error`, without local values."""
    return "".join(traceback.format_exception(error)).rstrip()


def report(error: Exception, folder: Path | None = None) -> str:
    """Keep the details of `error` in `folder` (default: `place()`) and return the sentence that says so."""
    kind = type(error).__name__
    try:
        path = keep(details_of(error), folder or place())
    except (OSError, RuntimeError) as refusal:  # RuntimeError: this user has no home
        return (
            f"akses: stopped by an unforeseen {kind}; its details could not be kept ({refusal}). "
            "Run it again as `akses --debug …` to see them."
        )
    return f"akses: stopped by an unforeseen {kind}; its details are in {path}. Please report them."


def keep(details: str, folder: Path) -> Path:
    """Write `details` to a new private file in `folder`, drop all but the newest, and return its path."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder / f"crash-{datetime.now(UTC):%Y%m%dT%H%M%S.%f}-{os.getpid()}.txt"
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(details)
    for old in sorted(folder.glob("crash-*.txt"))[:-KEPT]:
        old.unlink(missing_ok=True)
    return path


def place() -> Path:
    """Return systemd's state directory of this service, or the user's folder for what programs keep."""
    of_service = os.environ.get("STATE_DIRECTORY", "").split(":", maxsplit=1)[0]
    if of_service:
        return Path(of_service)
    of_user = os.environ.get("XDG_STATE_HOME")
    return (Path(of_user) if of_user else Path.home() / ".local" / "state") / "akses"


def leave_broken_pipe() -> int:
    """End quietly when the reader of our output has gone, as `| head` does."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 1
