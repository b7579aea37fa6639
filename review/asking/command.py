"""`akses review ask`: an auditor's questions at a console, with a token that may read the audit."""

from datetime import datetime
from pathlib import Path

import click

from review.shell.command import Asker, Asking, case

DAY = click.DateTime(["%Y-%m-%d"])
MOMENT = click.DateTime(["%Y-%m-%dT%H:%M", "%Y-%m-%d"])
KINDS = {"holder": "orang", "account": "akun", "card": "kartu", "case": "kasus", "device": "perangkat"}
"""What everything is told about, by what the console calls it."""


@click.group(params=list(case.params))
@click.pass_context
def ask(
    context: click.Context, address: str, token_file: Path, authority: Path | None, *, as_json: bool
) -> None:
    """Ask what an auditor asks: who could enter and why, what changed, who approved what, what is unusual.

    Exit code 0 when there is an answer, 1 when the console says no, 2 for wrong use.
    """
    context.obj = Asker(address, token_file, authority, as_json)


FIRST = click.option("--first", type=DAY, help="The first day (YYYY-MM-DD), at the site.")
LAST = click.option("--last", type=DAY, help="The last day.")


@ask.command()
@click.argument("door")
@click.option(
    "--at", type=MOMENT, help="The moment (2026-11-20T15:00), by this machine's clock; now if none."
)
@click.option("--page", default=1, show_default=True)
@Asking
def who(asking: Asker, *, door: str, at: datetime | None, page: int) -> None:
    """Say who could enter a DOOR (by its id) at a moment: approval, case, card, taps."""
    moment: dict[str, int] = {} if at is None else {"at": round(at.astimezone().timestamp() * 1000)}
    _tell(asking, f"/audit/doors/{door[:80]}", page=page, **moment)


@ask.command()
@click.argument("text")
@Asking
def find(asking: Asker, text: str) -> None:
    """Find the ids of people, cards, cases and servers by a word of them."""
    _tell(asking, "/audit/found", text=text[:80])


@ask.command()
@click.argument("kind", type=click.Choice([*KINDS]))
@click.argument("id_", metavar="ID")
@Asking
def about(asking: Asker, kind: str, id_: str) -> None:
    """Tell everything about one thing, by the id that `find` gives."""
    _tell(asking, f"/audit/about/{KINDS[kind]}/{id_[:80]}")


@ask.command()
@FIRST
@LAST
@Asking
def changes(asking: Asker, *, first: datetime | None, last: datetime | None) -> None:
    """Tell what changed between two days."""
    _tell(asking, "/audit/changes", **_days(first, last))


@ask.command()
@FIRST
@LAST
@click.option("--person", default="", help="Of one account, by its id.")
@Asking
def approvals(asking: Asker, *, first: datetime | None, last: datetime | None, person: str) -> None:
    """Tell who approved what in some days."""
    _tell(asking, "/audit/approvals", person=person[:80], **_days(first, last))


@ask.command()
@click.option("--seed", required=True, help="Any word; the same one draws the same sample.")
@FIRST
@LAST
@Asking
def sample(asking: Asker, *, seed: str, first: datetime | None, last: datetime | None) -> None:
    """Draw a week and openings of doors from it, each with what explains it."""
    _tell(asking, "/audit/sample", seed=seed[:80], **_days(first, last))


@ask.command()
@FIRST
@LAST
@Asking
def signs(asking: Asker, *, first: datetime | None, last: datetime | None) -> None:
    """Tell what is unlike the rest in some days, and which openings nothing explains."""
    _tell(asking, "/audit/signs", **_days(first, last))


def _days(first: datetime | None, last: datetime | None) -> dict[str, str]:
    told = {"first": first, "last": last}
    return {name: one.date().isoformat() for name, one in told.items() if one is not None}


def _tell(asking: Asker, path: str, **asked: str | int) -> None:
    from review.shell import words
    from review.web.api_audit import SheetBody

    with asking.console() as console:
        sheet, data = console.get(path, SheetBody, **asked)
    asking.tell(data, words.sheet(sheet))
