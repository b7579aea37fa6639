"""`akses review retention` and `akses review person`: what is kept, what goes, what is known of somebody."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import click

from card_registry.durable import write_whole
from review.retention import HoldKind, Kind
from review.shell.command import Asker, Asking, case

if TYPE_CHECKING:
    from review.web.api_privacy import CountBody, MatchesBody, RetentionBody

KIND = click.Choice([kind.value for kind in Kind])


@click.group(params=list(case.params))
@click.pass_context
def retention(
    context: click.Context, address: str, token_file: Path, authority: Path | None, *, as_json: bool
) -> None:
    """See what is kept for how long, try a purge, purge by rule, and hold data back.

    Exit code 0 when done, 1 when the console says no, 2 for wrong use.
    """
    context.obj = Asker(address, token_file, authority, as_json)


@click.group(params=list(case.params))
@click.pass_context
def person(
    context: click.Context, address: str, token_file: Path, authority: Path | None, *, as_json: bool
) -> None:
    """Show what is stored about a person, and take a copy for them."""
    context.obj = Asker(address, token_file, authority, as_json)


@retention.command()
@click.option("--verify", is_flag=True, help="Compare every decision with the ledger's leaves as well.")
@Asking
def show(asking: Asker, *, verify: bool) -> None:
    """Show rules, announced purges, holds and the chain of decisions; exit 1 when it is not whole."""
    from review.web.api_privacy import RetentionBody

    with asking.console() as console:
        found, data = console.get("/retention", RetentionBody, verify=verify)
    asking.tell(data, _lines(found))
    if found.faults:
        raise SystemExit(1)


@retention.command()
@click.argument("kind", type=KIND)
@Asking
def preview(asking: Asker, *, kind: str) -> None:
    """Say what a purge of a KIND would take now, and take nothing."""
    from review.shell.words import moment
    from review.web.api_privacy import PreviewBody

    with asking.console() as console:
        found, data = console.get(f"/retention/preview/{kind}", PreviewBody)
    older = f"{found.kind}: kept for {found.months} months; older than {moment(found.before, None)}"
    asking.tell(data, [older, *_counts(found.counted), f"held back: {found.held}", f"code: {found.code}"])


@retention.command()
@click.argument("kind", type=KIND)
@click.option("--code", required=True, help="The code of the dry run, from `preview`.")
@Asking
def run(asking: Asker, *, kind: str, code: str) -> None:
    """Purge what a dry run of a KIND found; refused when anything has changed since."""
    from review.web.api_privacy import RetentionBody

    with asking.console() as console:
        found, data = console.post("/retention/run", RetentionBody, {"kind": kind, "code": code})
    asking.tell(data, _lines(found))


@retention.command()
@click.argument("kind", type=click.Choice([kind.value for kind in HoldKind]), required=False)
@click.argument("target", default="")
@click.option("--basis", default="", help="The paper that asks for it, by its number.")
@click.option("--lift", metavar="ID", help="Lift this hold instead.")
@Asking
def hold(asking: Asker, *, kind: str | None, target: str, basis: str, lift: str | None) -> None:
    """Hold back what is about a TARGET (holder's name, case's number, door's id), or lift a hold."""
    from review.web.api_privacy import HoldBody, RetentionBody

    if (kind is None) == (lift is None):
        raise click.UsageError("say what to hold, or which hold to --lift")
    with asking.console() as console:
        if lift is not None:
            lifted, data = console.post(f"/retention/holds/{lift[:40]}/end", RetentionBody, {})
            asking.tell(data, _lines(lifted))
            return
        wanted = {"kind": kind, "target": target, "basis": basis}
        held, data = console.post("/retention/holds", HoldBody, wanted)
    asking.tell(data, [f"held: {held.kind.value} {held.target}, hold {held.id}"])


@person.command("data")
@click.argument("name")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Save the copy in this file.")
@Asking
def person_data(asking: Asker, *, name: str, out: Path | None) -> None:
    """Give everything stored about whoever is called NAME (or by id), as JSON; several are only listed."""
    from review.shell import words
    from review.web.api_privacy import MatchesBody

    with asking.console() as console:
        place = f"/people/{name}/data"
        if not _is_id(name):
            found, data = console.get("/people/data", MatchesBody, name=name[:120])
            known = _one(found, name)
            if known is None:
                rows = [(one.kind, one.id, one.name, one.unit) for one in found.people]
                asking.tell(data, words.table(rows, ("kind", "id", "name", "unit")))
                raise SystemExit(1)
            place = known
        copy = console.fetch(place)
    if out is None:
        click.echo(copy.decode())
        return
    write_whole(out, copy, 0o600)
    click.echo(f"the copy is in {out.name}; hand it to nobody but its person")


def _one(found: "MatchesBody", name: str) -> str | None:
    """Give the address of the one person whom a name means; None where it means nobody or several."""
    exact = [one for one in found.people if one.name.casefold() == name.strip().casefold()]
    whole = exact or list(found.people)
    places = {
        f"/people/guests/data?{urlencode({'name': one.name})}"
        if one.kind == "tamu"
        else f"/people/{one.id}/data"
        for one in whole
    }
    return places.pop() if len(places) == 1 else None


def _is_id(text: str) -> bool:
    return len(text) == 32 and set(text) <= set("0123456789abcdef")  # noqa: PLR2004 - an id's length


def _counts(counted: "tuple[CountBody, ...]") -> Iterator[str]:
    yield from (f"  {one.count:>9,} {one.what}" for one in counted)


def _lines(found: "RetentionBody") -> Iterator[str]:
    from review.shell import words

    rules = [
        (one.kind.value, f"{one.months} months", f"{one.announced} due {words.moment(one.due, None)}")
        for one in found.rules
    ]
    yield from words.table(rules, ("kind", "kept", "announced"))
    for hold in found.holds:
        ended = f", lifted {words.moment(hold.ended, None)}" if hold.ended is not None else ""
        yield f"hold {hold.id}: {hold.kind.value} {hold.target} ({hold.basis}){ended}"
    for one in found.decisions:
        told = ", ".join(f"{part.count} {part.what}" for part in one.counted)
        state = "" if one.dropped is not None else "; waits for the hub"
        yield f"decision {one.number} {words.moment(one.at, None)} {one.kind.value}: {told}{state}"
    yield from found.faults or ("the chain of decisions is whole",)
