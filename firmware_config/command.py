"""``akses config``: check a site file, show how it was understood, print what it means for the machine."""

from pathlib import Path

import click

from card_registry.errors import OperatorMistaken
from firmware_config.model import SiteFile

_FILE = click.argument("file", type=click.Path(path_type=Path))


@click.group()
def config() -> None:
    """Site files: facts about one controller's doors, wiring and readers."""


@config.command()
@_FILE
def check(file: Path) -> None:
    """Say whether FILE is a sound site file."""
    site = _read(file)
    click.echo(f"{file}: sound; {site.kind} {site.controller} of site {site.site}, {_counted(site)}")


@config.command()
@_FILE
def show(file: Path) -> None:
    """Print FILE as it was understood, defaults and absolute paths filled in, as JSON."""
    import msgspec

    click.echo(msgspec.json.format(msgspec.json.encode(_read(file))).decode())


@config.command()
@_FILE
@click.option("--json", "as_json", is_flag=True, help="One JSON object: path to text.")
def render(file: Path, *, as_json: bool) -> None:
    """Print boot settings, device rules and unit drop-ins for FILE's machine."""
    import msgspec

    from firmware_config.render import render as texts_of

    texts = texts_of(_read(file))
    if as_json:
        click.echo(msgspec.json.encode(texts).decode())
        return
    for path, text in texts.items():
        click.echo(f"==> {path}\n{text}")


def _read(file: Path) -> SiteFile:
    """Load a site file, or end with its sentence and exit code 1."""
    from firmware_config.files import load

    try:
        return load(file)
    except OperatorMistaken as error:
        raise click.ClickException(str(error)) from error


def _counted(site: SiteFile) -> str:
    """Count doors and readers in words."""
    return f"{len(site.door)} door(s), {len(site.reader)} reader(s)"
