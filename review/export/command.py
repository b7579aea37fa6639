"""`akses review export`: data taken away to a file, with a token, and checked when it is there."""

from datetime import datetime
from pathlib import Path

import click

from card_registry.errors import OperatorMistaken
from review.shell.command import Asker, Asking, case

DAY = click.DateTime(["%Y-%m-%d"])
FORMS = {"csv": "csv", "csv-semicolon": "csv-titik-koma", "xlsx": "xlsx", "pdf": "pdf"}
WHICH = {
    "all": "semua",
    "openings": "pembukaan",
    "refusals": "ditolak",
    "alarms": "alarm",
    "unexplained": "tanpa-penjelasan",
}
"""Which door events, by what the console calls them."""


@click.group(params=list(case.params))
@click.pass_context
def export(
    context: click.Context, address: str, token_file: Path, authority: Path | None, *, as_json: bool
) -> None:
    """Take door events, the access list, cases or the proof to a file.

    The console writes down who took what. A file is only left behind whole: its SHA-256 is the one on record.
    Exit code 0 when it is there, 1 when the console says no, 2 for wrong use.
    """
    context.obj = Asker(address, token_file, authority, as_json)


FIRST = click.option("--first", type=DAY, help="The first day (YYYY-MM-DD), at the site.")
LAST = click.option("--last", type=DAY, help="The last day; today where none is named.")
DOOR = click.option("--door", default="", help="Of one door, by its id.")
NAMED = click.option("--person", "named", default="", help="Whose name holds this.")
UNIT = click.option("--unit", default="", help="Of one unit, by its whole name.")
FORM = click.option("--form", type=click.Choice([*FORMS]), default="csv", show_default=True)
OUT = click.option(
    "--out", required=True, type=click.Path(dir_okay=False, path_type=Path), help="A new file."
)


@export.command()
@FIRST
@LAST
@DOOR
@NAMED
@UNIT
@click.option("--kind", type=click.Choice([*WHICH]), default="all", show_default=True)
@FORM
@OUT
@Asking
def events(  # noqa: PLR0913 - one option each
    asking: Asker,
    *,
    first: datetime | None,
    last: datetime | None,
    door: str,
    named: str,
    unit: str,
    kind: str,
    form: str,
    out: Path,
) -> None:
    """Take door events: thirty days, or those from --first to --last."""
    asked = {"door": door, "named": named, "unit": unit, "which": WHICH[kind], "form": FORMS[form]}
    _take(asking, "peristiwa", asked, _days(first, last), out)


@export.command()
@LAST
@DOOR
@NAMED
@UNIT
@FORM
@OUT
@Asking
def access(
    asking: Asker, *, last: datetime | None, door: str, named: str, unit: str, form: str, out: Path
) -> None:
    """Take the access list, as it stood at the end of --last or stands now."""
    asked = {"door": door, "named": named, "unit": unit, "form": FORMS[form]}
    _take(asking, "akses", asked, _days(None, last), out)


@export.command()
@FIRST
@LAST
@click.option("--procedure", default="", help="Of one procedure, such as S1.A.")
@click.option("--state", type=click.Choice(["berjalan", "menunggu", "antre", "selesai"]))
@NAMED
@UNIT
@FORM
@OUT
@Asking
def cases(  # noqa: PLR0913 - one option each
    asking: Asker,
    *,
    first: datetime | None,
    last: datetime | None,
    procedure: str,
    state: str | None,
    named: str,
    unit: str,
    form: str,
    out: Path,
) -> None:
    """Take the cases opened in some days."""
    asked = {"procedure": procedure, "named": named, "unit": unit, "form": FORMS[form]}
    asked |= {} if state is None else {"state": state}
    _take(asking, "permohonan", asked, _days(first, last), out)


@export.command()
@FIRST
@LAST
@NAMED
@FORM
@OUT
@Asking
def trail(
    asking: Asker, *, first: datetime | None, last: datetime | None, named: str, form: str, out: Path
) -> None:
    """Take the audit trail of some days."""
    _take(asking, "jejak", {"named": named, "form": FORMS[form]}, _days(first, last), out)


@export.command()
@FIRST
@LAST
@DOOR
@OUT
@Asking
def proof(asking: Asker, *, first: datetime | None, last: datetime | None, door: str, out: Path) -> None:
    """Take the journals of some days with their signatures; check them with `akses journal verify`."""
    _take(asking, "bukti", {"door": door, "form": "zip"}, _days(first, last), out)


@export.command("list")
@Asking
def list_(asking: Asker) -> None:
    """List what was taken: your own files, or everybody's if you may read the audit."""
    from review.shell.words import moment, table
    from review.web.api_exports import ExportsBody

    with asking.console() as console:
        found, data = console.get("/exports", ExportsBody)
    zone = datetime.now().astimezone().tzinfo
    rows = [
        (
            one.code,
            moment(one.begun, zone),
            one.subject,
            one.form,
            str(one.rows),
            one.state,
            one.sha256 or "-",
        )
        for one in found.exports
    ]
    heads = ("code", "begun", "subject", "form", "rows", "state", "sha256")
    asking.tell(data, table(rows, heads))


def _days(first: datetime | None, last: datetime | None) -> dict[str, str]:
    told = {"first": first, "last": last}
    return {name: one.date().isoformat() for name, one in told.items() if one is not None}


def _take(asking: Asker, subject: str, asked: dict[str, str], days: dict[str, str], out: Path) -> None:
    """Take a file, and leave it only where it is whole as the console has it on record."""
    from review.export.receiving import receive
    from review.web.api_exports import ExportedBody

    with asking.console() as console:
        given = receive(console, {"subject": subject, **asked, **days}, out)
        known, data = console.get(f"/exports/{given.code}", ExportedBody)
        if known.sha256 != given.sha256:
            out.unlink()
            raise OperatorMistaken(f"what came is not what the console gave; {out.name} was not kept")
    asking.tell(data, [f"{out.name}: {known.rows} rows, {known.size} bytes, SHA-256 {given.sha256}"])
