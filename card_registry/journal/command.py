"""``akses journal``: take the proof home, and check it anywhere.

``verify`` needs neither server nor web stack nor database, so an auditor runs it on any machine with Python.
What it prints is ``telling``'s.
"""

import json
import time
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from card_registry.durable import write_whole
from card_registry.errors import AksesError, OperatorMistaken
from card_registry.journal.reading import read_proof
from card_registry.journal.selection import Selection
from card_registry.journal.telling import as_object, as_text, counted
from card_registry.words import ControllerId

if TYPE_CHECKING:
    from sqlalchemy import Engine

DAY = click.DateTime(formats=["%Y-%m-%d"])


@click.group()
def journal() -> None:
    """Export controllers' journals with their proofs, and verify them offline."""


@journal.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--root", help="SHA-256 of the site's first root metadata, from the founding record.")
@click.option(
    "--checkpoint",
    "kept",
    multiple=True,
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="A file of checkpoints you kept: finds a shortened or rewritten past. May be given again.",
)
@click.option("--keep", type=click.Path(path_type=Path), help="Write the proven heads here, for next time.")
@click.option("--brief", is_flag=True, help="Without what each finding can and cannot mean.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object instead of text.")
def verify(
    file: Path, root: str | None, kept: tuple[Path, ...], keep: Path | None, *, brief: bool, as_json: bool
) -> None:
    """Check every row and head of a proof file; exit 1 when anything is not proven.

    Nothing is asked of the server, and nothing in the file is believed but what follows from --root.
    """
    try:
        report = read_proof(file, root, [one.read_bytes() for one in kept])
        if keep is not None:
            write_whole(keep, b"".join(one.note for one in report.journals))
    except (AksesError, OSError) as error:
        raise click.ClickException(str(error)) from error
    told = as_object(report) if as_json else as_text(report, file, pinned=root is not None, brief=brief)
    click.echo(json.dumps(told) if as_json else told)
    if not report.is_sound:
        raise click.exceptions.Exit(1)


@journal.command()
@click.option("--ledger", "ledger_url", required=True, help="URL of the ledger store.")
@click.option("--registry", "registry_url", required=True, help="URL of the registry store.")
@click.option("--out", type=click.Path(path_type=Path), required=True, help="The zip to write.")
@click.option("--controller", "controllers", multiple=True, help="Only this one; may be given again.")
@click.option(
    "--days",
    nargs=2,
    type=DAY,
    metavar="FIRST LAST",
    help="Only rows of these days (YYYY-MM-DD, in the site's time zone) are shown.",
)
@click.option("--redact-persons", is_flag=True, help="Withhold every row that names a card or a person.")
@click.option("--every-head", is_flag=True, help="Keep each signed head: names a changed row alone, slower.")
def export(
    ledger_url: str,
    registry_url: str,
    out: Path,
    controllers: tuple[str, ...],
    days: tuple[datetime, datetime] | None,
    *,
    redact_persons: bool,
    every_head: bool,
) -> None:
    """Write a proof file that ``akses journal verify`` checks without this server.

    Rows outside the days, and rows withheld, leave their hashes, so that the rest stays proven.
    """
    from card_registry.journal.export import Wanted, export_proof
    from card_registry.stores.engine import open_store

    try:
        books = open_store(ledger_url, "ledger", read_only=True)
        truth = open_store(registry_url, "registry", read_only=True)
        begins, ends = _period(truth, days)
        rows = Selection(begins, ends, with_persons=not redact_persons)
        wanted = Wanted(tuple(ControllerId(one) for one in controllers), rows, every_head)
        done = export_proof((books, truth), out, time.time_ns() // 1_000_000, wanted)
    except AksesError as error:
        raise click.ClickException(str(error)) from error
    hidden = f", {done.withheld} of them withheld" if done.withheld else ""
    journals, count = counted(done.journals, "journal"), counted(done.rows, "row")
    click.echo(f"{out}: {journals} of {done.site}, {count}{hidden}")


def _period(truth: "Engine", days: tuple[datetime, datetime] | None) -> tuple[int, int] | tuple[None, None]:
    """Give the bounds of the days asked for, in milliseconds."""
    from card_registry.journal.export import zone_of_site

    if days is None:
        return None, None
    first, last = days
    if last < first:
        raise OperatorMistaken("the last day is before the first; give the earlier one first")
    zone = zone_of_site(truth)
    begins, ends = (day.replace(tzinfo=zone).timestamp() for day in (first, last + timedelta(days=1)))
    return round(begins * 1000), round(ends * 1000)
