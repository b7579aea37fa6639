"""A secret that a command needs: from a file with one line, or typed without being shown."""

from pathlib import Path

import click


def secret(file: Path | None, what: str) -> str:
    """Read a secret from its file's one line, or ask for it."""
    if file is None:
        return str(click.prompt(what, hide_input=True, default="", show_default=False))
    try:
        return file.read_text(encoding="utf-8").strip("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise click.ClickException(f"{file.name} cannot be read; give a file with one line") from error
