"""What is said, and kept, when a command ends in a way nobody foresaw.

The person at the terminal reads one sentence. The details go to a private file for whoever mends it: the
traceback without local values, because those could hold a name or a key.
"""

import os
import sys
import traceback
from datetime import UTC, datetime
from pathlib import Path

import click

KEPT = 20
"""How many reports are kept, so that a program restarting for ever cannot fill the disk."""


def report(error: Exception) -> str:
    """Write `error` to a private file and return the sentence that says so."""
    details = "".join(traceback.format_exception(error))
    kind = type(error).__name__
    context = click.get_current_context(silent=True)
    if context is not None and context.find_root().params.get("debug"):
        return details
    try:
        path = _keep(details)
    except OSError as refusal:
        reason = refusal.strerror or type(refusal).__name__
        return (
            f"akses: stopped by an unforeseen {kind}; its details could not be kept ({reason}). "
            "Run it again as `akses --debug …` to see them."
        )
    return f"akses: stopped by an unforeseen {kind}; its details are in {path}. Please report them."


def leave_broken_pipe() -> int:
    """End quietly when the reader of our output has gone, as `| head` does."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 1


def _keep(details: str) -> Path:
    folder = _folder()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder / f"crash-{datetime.now(UTC):%Y%m%dT%H%M%S.%f}-{os.getpid()}.txt"
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(details)
    for old in sorted(folder.glob("crash-*.txt"))[:-KEPT]:
        old.unlink(missing_ok=True)
    return path


def _folder() -> Path:
    """Return systemd's state directory, or the user's."""
    service = os.environ.get("STATE_DIRECTORY", "").split(":")[0]
    if service:
        return Path(service)
    home = os.environ.get("XDG_STATE_HOME")
    return (Path(home) if home else Path.home() / ".local" / "state") / "akses"
