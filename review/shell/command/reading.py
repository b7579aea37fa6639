"""What is read at a console from a shell: cases, their papers, procedures, forms to fill, messages."""

from pathlib import Path

import click

from review.shell.command.asker import Asker, Asking, case_id, keep, zone
from review.shell.command.group import case

VIEWS = {"all": "semua", "mine": "saya", "waiting": "menunggu-saya"}
"""The console's lists of cases, by what this command calls them."""


@case.command("list")
@click.option("--whose", type=click.Choice([*VIEWS]), default="all", show_default=True)
@click.option("--procedure", default="", help="Of one procedure, such as S1.A.")
@click.option("--state", type=click.Choice(["berjalan", "menunggu", "antre", "selesai"]))
@click.option("--late", is_flag=True, help="Whose step is past its time.")
@click.option("--text", default="", help="In number, holder or applicant.")
@click.option("--page", default=1, show_default=True)
@Asking
def list_(
    asking: Asker, *, whose: str, procedure: str, state: str | None, late: bool, text: str, page: int
) -> None:
    """List the cases that you may read."""
    from review.shell import words
    from review.web.api_cases import CasesBody

    asked: dict[str, str | int | bool] = {
        "whose": VIEWS[whose],
        "procedure": procedure,
        "text": text,
        "page": page,
    }
    asked |= {"late": late} | ({} if state is None else {"state": state})
    with asking.console() as console:
        found, data = console.get("/cases", CasesBody, **asked)
    asking.tell(data, words.cases(found, zone()))


@case.command()
@click.argument("name", metavar="CASE")
@Asking
def show(asking: Asker, name: str) -> None:
    """Show a case: where it stands, what you may do, its history."""
    from review.shell import words
    from review.web.api_cases import CaseBody

    with asking.console() as console:
        one, data = console.get(f"/cases/{case_id(console, name)}", CaseBody)
    asking.tell(data, words.case(one, zone()))


@case.command()
@click.argument("name", metavar="CASE")
@Asking
def papers(asking: Asker, name: str) -> None:
    """Show the forms of a case as last filled."""
    from review.shell import words
    from review.web.api_cases import PapersBody

    with asking.console() as console:
        found, data = console.get(f"/cases/{case_id(console, name)}/papers", PapersBody)
    asking.tell(data, words.papers(found))


@case.command()
@Asking
def procedures(asking: Asker) -> None:
    """List the procedures in force, and which of them you may open."""
    from review.shell import words
    from review.web.api_procedures import ProceduresBody

    with asking.console() as console:
        found, data = console.get("/procedures", ProceduresBody)
    asking.tell(data, words.procedures(found))


@case.command()
@click.argument("name", metavar="CASE|PROCEDURE")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Write the form to fill here.")
@Asking
def form(asking: Asker, name: str, out: Path | None) -> None:
    """Show what a case's step, or opening a procedure, asks of you; write its form to be filled (TOML)."""
    from review.shell import sheets, words
    from review.web.api_procedures import ProceduresBody
    from review.web.api_steps import StepBody

    with asking.console() as console:
        tables, _ = console.get("/procedures", ProceduresBody)
        if name in {one.id for one in tables.procedures}:
            step, data = console.get(f"/procedures/{name}/opening", StepBody)
        else:
            step, data = console.get(f"/cases/{case_id(console, name)}/step", StepBody)
    text = sheets.written(step.papers)
    if out is None:
        asking.tell(data, (*words.step(step), "", text))
        return
    keep(out, text.encode())
    asking.tell(data, (*words.step(step), f"the form to fill is in {out.name}" if step.papers else "no form"))


@case.command()
@click.option("--read", "upto", type=click.IntRange(1), metavar="ID", help="Mark all up to this one as read.")
@Asking
def inbox(asking: Asker, upto: int | None) -> None:
    """Read your messages."""
    from review.shell import words
    from review.web.api_inbox import InboxBody

    with asking.console() as console:
        if upto is not None:
            console.post("/inbox/read", InboxBody, {"upto": upto})
        found, data = console.get("/inbox", InboxBody)
    asking.tell(data, words.inbox(found, zone()))
