"""``akses review profile``: list, show and check office profiles, copy one to edit, put one in force."""

import json
from pathlib import Path

import click

FOLDER = click.Path(path_type=Path, file_okay=False)
OFFICE = click.option("--office", metavar="URL", help="The office store: what is in force there.")


@click.group()
def profile() -> None:
    """Choose which procedures, titles, hours and numbers are in force in an office."""


@profile.command("list")
@click.option("--json", "as_json", is_flag=True, help="One JSON object for each.")
def list_(*, as_json: bool) -> None:
    """Name the shipped profiles."""
    from review.profile import read
    from review.shelf import profile_files

    for id, text in profile_files().items():
        one = read(text, id)
        tables = (*one.tables.own, *one.tables.taken)
        said = f"{id:12} {len(tables):2} prosedur  {one.name}\n{'':12} {one.note}"
        row = {"id": id, "nama": one.name, "keterangan": one.note, "prosedur": tables}
        click.echo(json.dumps(row, ensure_ascii=False) if as_json else said)
