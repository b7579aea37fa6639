"""`akses review campaign`: the reviews of access at a console, with a token: read, open, answer, decide."""

from datetime import datetime
from pathlib import Path

import click

from review.pack.command import pack_commands
from review.shell.command import FILE, Asker, Asking, case, zone

SHOWN = {
    "mine": "bagian-saya",
    "unanswered": "belum-dijawab",
    "undecided": "belum-diputus",
    "advised": "perlu-perhatian",
    "all": "semua",
}
"""The lists of rows, by what this command calls them."""

OUTCOMES = ("dipertahankan", "diubah", "dicabut", "dibekukan")
SHEET_LIMIT = 512 * 1024
DAY = click.DateTime(["%Y-%m-%d"])


@click.group(params=list(case.params))
@click.pass_context
def campaign(
    context: click.Context, address: str, token_file: Path, authority: Path | None, *, as_json: bool
) -> None:
    """Read the reviews of access and act on them, with the permissions of a token's role.

    CASE is a review's number or id. Exit code 0 when it was done, 1 when the console says no, 2 for wrong
    use.
    """
    context.obj = Asker(address, token_file, authority, as_json)


for _command in pack_commands:
    campaign.add_command(_command)


@campaign.command("list")
@Asking
def list_(asking: Asker) -> None:
    """List the reviews that you may see, the newest first."""
    from review.shell.campaign import telling
    from review.web.api_campaigns import CampaignsBody

    with asking.console() as console:
        found, data = console.get("/campaigns", CampaignsBody)
    asking.tell(data, telling.campaigns(found))


@campaign.command()
@click.argument("name", metavar="CASE")
@click.option("--rows", "shown", type=click.Choice([*SHOWN]), help="List its rows as well.")
@click.option("--unit", default="", help="Rows of one unit.")
@click.option("--advice", type=click.Choice(["pertahankan", "periksa", "cabut"]), help="By the rules' word.")
@click.option("--outcome", type=click.Choice(OUTCOMES), help="By what was decided.")
@click.option("--text", default="", help="In a holder's name, unit or card number.")
@click.option("--page", default=1, show_default=True)
@Asking
def show(  # noqa: PLR0913, PLR0917 - one option each
    asking: Asker,
    name: str,
    shown: str | None,
    unit: str,
    advice: str | None,
    outcome: str | None,
    text: str,
    page: int,
) -> None:
    """Show a review: its sums, its units, and with --rows its rows with evidence and advice."""
    from review.shell.campaign import telling
    from review.web.api_campaigns import CampaignBody, ItemsBody

    asked: dict[str, str | int] = {"unit": unit[:120], "text": text[:120], "page": page}
    asked |= {key: said for key, said in (("advice", advice), ("outcome", outcome)) if said is not None}
    with asking.console() as console:
        place = f"/campaigns/{telling.campaign_id(console, name)}"
        if shown is None:
            one, data = console.get(place, CampaignBody)
            asking.tell(data, telling.sums(one, zone()))
            return
        found, data = console.get(f"{place}/items", ItemsBody, shown=SHOWN[shown], **asked)
    asking.tell(data, telling.rows(found, zone()))


@campaign.command("open")
@click.option("--event", required=True, help="Why, for the record: mutasi, kartu hilang, …")
@click.option("--unit", default="", help="Only rights of this unit.")
@click.option("--door", default="", help="Only rights at this door, by its id.")
@click.option("--holder", default="", help="Only rights of somebody with this full name.")
@Asking
def open_(asking: Asker, event: str, unit: str, door: str, holder: str) -> None:
    """Open a review because of an event."""
    from review.web.api_campaigns import CampaignBody

    body = {"event": event, "unit": unit, "door": door, "name": holder}
    with asking.console() as console:
        one, data = console.post("/campaigns", CampaignBody, body)
    asking.tell(data, [f"{one.number} is open with {one.rows} rows"])


REASON = click.option("--reason", default="", help="Why; required against advice or answer.")
SHEET = click.option("--sheet", type=FILE, help='Many rows: a JSON list of {"item", "outcome", "reason"}.')


@campaign.command()
@click.argument("name", metavar="CASE")
@click.argument("item", metavar="ROW", required=False)
@click.argument("outcome", type=click.Choice(OUTCOMES[:3]), required=False)
@REASON
@SHEET
@Asking
def answer(
    asking: Asker, name: str, item: str | None, outcome: str | None, reason: str, sheet: Path | None
) -> None:
    """Answer a ROW (by its number or id) of your unit, or the rows of a sheet, all or none."""
    _say(asking, name, "answers", _words(item, outcome, reason, sheet))


@campaign.command()
@click.argument("name", metavar="CASE")
@click.argument("item", metavar="ROW", required=False)
@click.argument("outcome", type=click.Choice(OUTCOMES), required=False)
@REASON
@SHEET
@click.option("--door", "doors", multiple=True, help="With diubah: a door that stays, by its id; repeatable.")
@click.option("--schedule", help="With diubah: the schedule's name; always if none.")
@click.option("--until", type=DAY, help="With diubah: the last day, by this machine's clock.")
@Asking
def decide(  # noqa: PLR0913, PLR0917 - one option each
    asking: Asker,
    name: str,
    item: str | None,
    outcome: str | None,
    reason: str,
    sheet: Path | None,
    doors: tuple[str, ...],
    schedule: str | None,
    until: datetime | None,
) -> None:
    """Decide a ROW (by its number or id), or the rows of a sheet, all or none."""
    words = _words(item, outcome, reason, sheet)
    if until is not None and outcome == "diubah":
        midnight = until.replace(hour=0).astimezone().timestamp() + 86_400
        change = {"doors": doors, "schedule": schedule, "ends": round(midnight * 1000)}
        words = [{**words[0], "change": change}]
    _say(asking, name, "decisions", words)


def _words(item: str | None, outcome: str | None, reason: str, sheet: Path | None) -> list[dict[str, object]]:
    """Read what is to be said: one row from the command line, or a sheet."""
    if (sheet is None) == (item is None or outcome is None):
        raise click.UsageError("name a ROW and an outcome, or a --sheet")
    if sheet is None:
        return [{"item": item, "outcome": outcome, "reason": reason}]
    import msgspec

    from card_registry.durable import read_plain

    try:
        return msgspec.json.decode(read_plain(sheet, SHEET_LIMIT), type=list[dict[str, object]])
    except msgspec.DecodeError as error:
        raise click.ClickException(f"{sheet.name} is not a JSON list of rows: {error}") from error


def _say(asking: Asker, name: str, act: str, words: list[dict[str, object]]) -> None:
    from review.shell.campaign.telling import campaign_id, ids_of
    from review.web.api_campaigns import CampaignBody

    with asking.console() as console:
        place = f"/campaigns/{campaign_id(console, name)}"
        ids = ids_of(console, place, {str(word.get("item", "")) for word in words})
        said = [{**word, "item": ids[str(word.get("item", ""))]} for word in words]
        one, data = console.post(f"{place}/{act}", CampaignBody, {"words": said})
    asking.tell(
        data, [f"{len(said)} rows taken; {one.answered} of {one.rows} answered, {one.open} undecided"]
    )


@campaign.command()
@click.argument("name", metavar="CASE")
@click.argument("card", metavar="CARD")
@click.argument("condition", type=click.Choice(["baik", "rusak", "hilang"]))
@Asking
def card(asking: Asker, name: str, card: str, condition: str) -> None:
    """Note that a CARD (by its printed number) came back, in which condition, or never will."""
    from review.shell.campaign.telling import campaign_id, card_id
    from review.web.api_campaigns import CampaignBody

    with asking.console() as console:
        place = f"/campaigns/{campaign_id(console, name)}"
        body = {"card": card_id(console, place, card), "condition": condition}
        one, data = console.post(f"{place}/cards", CampaignBody, body)
    asking.tell(data, [f"{card}: {condition}; {len(one.collect)} cards are still to be collected"])


@campaign.command("go-on")
@click.argument("name", metavar="CASE")
@click.option("--why", required=True, help="Why it goes on without these doors, for the minutes.")
@Asking
def go_on(asking: Asker, name: str, why: str) -> None:
    """Let a review go on although doors have not confirmed, as an open risk."""
    from review.shell.campaign.telling import campaign_id
    from review.web.api_campaigns import CampaignBody

    with asking.console() as console:
        place = f"/campaigns/{campaign_id(console, name)}/risk"
        one, data = console.post(place, CampaignBody, {"why": why})
    asking.tell(data, [f"{one.number} stands at step {one.step}; the risk is open in its minutes"])


@campaign.command()
@click.option("--set", "wanted", multiple=True, metavar="NAME=NUMBER", help="Keep another; repeatable.")
@Asking
def numbers(asking: Asker, wanted: tuple[str, ...]) -> None:
    """Show the numbers that reviews judge by, or keep others for the reviews to come."""
    from review.shell.campaign.telling import standards
    from review.web.api_campaigns import StandardsBody

    given = {name: number for name, _, number in (one.partition("=") for one in wanted)}
    if not all(number.isascii() and number.isdigit() and len(number) < 6 for number in given.values()):  # noqa: PLR2004 - digits
        raise click.UsageError("--set takes NAME=NUMBER, such as unused=60")
    with asking.console() as console:
        if given:
            body = {"standards": {name: int(number) for name, number in given.items()}}
            kept, data = console.post("/review-standards", StandardsBody, body)
        else:
            kept, data = console.get("/review-standards", StandardsBody)
    asking.tell(data, standards(kept))
