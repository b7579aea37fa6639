"""``akses registry propagation | waive | where | explain | replay | diff | verify | export``.

They read the stores and publish nothing. Times are typed and shown in the site's own time zone.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import click

from card_registry.words import Mode, PinResult, Staleness

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from card_registry.authority.questions.propagation import Applying, Removal
    from card_registry.circumstances import Circumstances
    from card_registry.instant import Instant
    from card_registry.words import SiteId

REGISTRY = click.option("--registry", "registry_url", required=True, help="URL of the registry store.")
LEDGER = click.option("--ledger", help="URL of the ledger store (read only).")
ROOT = click.option("--root", required=True, help="SHA-256 of the site's first root, as on paper.")
JSON = click.option("--json", "as_json", is_flag=True, help="JSON instead of text.")
ROW_PARTS = 3
FILE = click.Path(path_type=Path, exists=True, dir_okay=False)


@contextmanager
def _sentences() -> Iterator[None]:
    """End with the sentence of a failure instead of its traceback."""
    from sqlalchemy.exc import SQLAlchemyError

    from card_registry.errors import AksesError

    try:
        yield
    except (AksesError, OSError) as error:
        raise click.ClickException(str(error)) from error
    except SQLAlchemyError as error:
        message = (
            f"a store cannot be used: {type(error).__name__}; check its URL and that its writer began it"
        )
        raise click.ClickException(message) from error


@contextmanager
def _store(url: str, schema: str = "registry") -> "Iterator[Engine]":
    from card_registry.stores.engine import open_store

    engine = open_store(url, schema, read_only=True)
    try:
        yield engine
    finally:
        engine.dispose()


def _as_json(value: object) -> str:
    import msgspec

    return json.dumps(msgspec.to_builtins(value))


def _zone(engine: "Engine") -> ZoneInfo:
    from card_registry import canonical
    from card_registry.authority import store
    from card_registry.statements import Policy
    from card_registry.trust.slots import POLICY

    with engine.connect() as connection:
        store.require_founded(connection)
        return ZoneInfo(canonical.decode(store.SlotRows(connection)[POLICY], Policy, "the policy").zone)


def _local(at: int, zone: ZoneInfo) -> str:
    return datetime.fromtimestamp(at / 1000, zone).strftime("%Y-%m-%d %H:%M:%S")


@click.command()
@REGISTRY
@LEDGER
@JSON
def propagation(registry_url: str, ledger: str | None, *, as_json: bool) -> None:
    """Say who has applied what and since when, which removals are not done, and whether a restore waits."""
    from card_registry.authority.questions.propagation import propagation as ask

    with _sentences(), _store(registry_url) as registry:
        if ledger is None:
            found = ask(registry, None)
        else:
            with _store(ledger, "ledger") as books:
                found = ask(registry, books)
        zone = _zone(registry)
    if as_json:
        click.echo(_as_json(found))
        return
    click.echo(f"publication {found.publication}")
    if found.restore:
        click.echo(
            f"restored: {found.restore}\nrestore {found.restore_id}; awaited: {', '.join(found.awaited)}"
        )
    for one in found.controllers:
        click.echo(_controller_line(one, zone))
    for gone in found.removals:
        click.echo(_removal_line(gone, zone))


def _controller_line(one: "Applying", zone: ZoneInfo) -> str:
    if one.shows is None:
        return f"{one.controller}: never heard; rights {one.wants.grants} and denials {one.wants.deny} wait"
    said = (
        f"{one.controller}: {one.reach}; rights {one.shows.grants} of {one.wants.grants}, "
        f"denials {one.shows.deny} of {one.wants.deny}"
    )
    if one.since is not None:
        said += f", since {_local(one.since.at, zone)} (row {one.since.epoch}/{one.since.seq})"
    if one.received is not None:
        said += f"; last heard {_local(one.received, zone)}"
    return f"{said}; it holds something newer than the server" if one.offered else said


def _removal_line(gone: "Removal", zone: ZoneInfo) -> str:
    what = f"removal {gone.reference} of {_local(gone.at, zone)}, {gone.subject} {gone.id[:8]}…"
    if gone.lacking:
        return f"{what}: NOT DONE, waits for {', '.join(gone.lacking)}"
    last = max((one.at for one in gone.applied.values()), default=None)
    return f"{what}: done at every door" + ("" if last is None else f" since {_local(last, zone)}")


@click.command()
@click.argument("controller")
@click.option("--site", help="The site, where the registry store is out of reach.")
@click.option("--restore", help="The restore's name, where the registry store is out of reach.")
@click.option("--registry", "registry_url", help="URL of the registry store that waits.")
@click.option("--officer", type=FILE, required=True, help="The officer's key file.")
@click.option("--passphrase-file", type=FILE, required=True, help="File with its passphrase, one line.")
@click.option("--why", required=True, help="Why this controller cannot be heard.")
@click.option(
    "--out", type=click.Path(path_type=Path), required=True, help="Folder: waivers, in the signer's."
)
def waive(controller: str, **rest: str | Path | None) -> None:
    """Sign, as an officer, that a restored registry goes on without hearing this one controller."""
    from card_registry.authority.keys import load_key, read_passphrase
    from card_registry.authority.questions.waiving import waive as sign
    from card_registry.authority.serve import now
    from card_registry.words import ControllerId

    with _sentences():
        site, restore = _restore(rest["registry_url"], rest["site"], rest["restore"])
        key = load_key(Path(str(rest["officer"])), read_passphrase(Path(str(rest["passphrase_file"]))))
        place = (restore, ControllerId(controller))
        path = sign(site, place, str(rest["why"]), key, now(), Path(str(rest["out"])))
    click.echo(
        f"{controller} is waived for restore {restore[:8]}…; lay {path} into the signer's folder waivers"
    )


def _restore(url: object, site: object, restore: object) -> "tuple[SiteId, str]":
    from card_registry.authority import store
    from card_registry.authority.restoring import notice_of
    from card_registry.errors import OperatorMistaken
    from card_registry.words import SiteId

    if url is None:
        if site is None or restore is None:
            raise click.UsageError("name the registry, or the site and the restore")
        return SiteId(str(site)), str(restore)
    with _store(str(url)) as registry, registry.connect() as connection:
        notice = notice_of(connection)
        if notice is None:
            raise OperatorMistaken("no restore waits in this registry, so there is nothing to waive")
        return store.site_of(connection), notice.restore.id


@click.command()
@REGISTRY
@JSON
@click.argument("card")
def where(registry_url: str, card: str, *, as_json: bool) -> None:
    """Say where CARD (its id, or how that begins) opens: holder, grants, controllers, what is taken away."""
    from card_registry.authority.questions.finding import where as ask

    with _sentences(), _store(registry_url) as registry:
        found = ask(registry, card)
        zone = _zone(registry)
    for one in found:
        if as_json:
            click.echo(_as_json(one))
            continue
        taken = [
            f"{what} denied ({n})"
            for what, n in (("card", one.card_denied), ("holder", one.holder_denied))
            if n
        ]
        click.echo(
            f"card {one.card} of holder {one.holder}: {one.kind}, tier {int(one.tier)}, case {one.case}"
        )
        click.echo("\n".join([*taken, f"listed at: {', '.join(one.controllers) or 'no controller'}"]))
        for grant in one.grants:
            until = f"{_local(grant.begins, zone)} to {_local(grant.ends, zone)}"
            marks = (" weak" if grant.weak else "") + (f" denied ({grant.denied})" if grant.denied else "")
            doors = ", ".join(grant.doors)
            click.echo(
                f"grant {grant.id[:8]}… {doors}: {grant.schedule or 'always'}, {until}, {grant.kind}{marks}"
            )


@click.command()
@REGISTRY
@LEDGER
@ROOT
@click.option("--mode", type=click.Choice([one.value for one in Mode]), default=Mode.NORMAL.value)
@click.option(
    "--staleness", type=click.Choice([one.value for one in Staleness]), default=Staleness.FRESH.value
)
@click.option("--pin", type=click.Choice([one.value for one in PinResult]), default=PinResult.NOT_ASKED.value)
@click.option("--row", help="CONTROLLER/EPOCH/SEQ of a tap whose circumstances hold (needs --ledger).")
@JSON
@click.argument("card")
@click.argument("door")
@click.argument("at", default="now")
def explain(registry_url: str, ledger: str | None, root: str, *, as_json: bool, **asked: str | None) -> None:
    """Say what DOOR answers CARD at AT (local time as 2026-11-21T08:30, or now), and by which rule."""
    from card_registry.authority.questions.finding import answer
    from card_registry.authority.serve import scratch
    from card_registry.decision import Granted
    from card_registry.explain import explain as sentence
    from card_registry.words import DoorId

    with _sentences(), _store(registry_url) as registry:
        circumstances = _circumstances(ledger, asked)
        instant = _instant(str(asked["at"]), _zone(registry))
        question = (str(asked["card"]), DoorId(str(asked["door"])), instant)
        found = answer(registry, root, question, circumstances, scratch())
    said = sentence(found.answer)
    if as_json:
        whole = {"sentence": said, "granted": isinstance(found.answer, Granted), "at": instant.lo}
        click.echo(json.dumps({**whole, **json.loads(_as_json(found))}))
        return
    click.echo(said)
    click.echo(
        f"by {found.controller}, root {found.versions.root}, rights {found.versions.grants}, "
        f"denials {found.versions.deny}"
    )


def _circumstances(ledger: str | None, asked: "dict[str, str | None]") -> "Circumstances":
    from card_registry.authority.replaying import read_tap
    from card_registry.circumstances import Circumstances
    from card_registry.words import ControllerId

    row = asked["row"]
    if row is None:
        return Circumstances(
            Mode(str(asked["mode"])), Staleness(str(asked["staleness"])), PinResult(str(asked["pin"]))
        )
    parts = row.split("/")
    if ledger is None or len(parts) != ROW_PARTS or not (parts[1] + parts[2]).isdecimal():
        raise click.UsageError("--row is CONTROLLER/EPOCH/SEQ and needs --ledger")
    return read_tap(ledger, (ControllerId(parts[0]), int(parts[1]), int(parts[2])))[1].circumstances


def _instant(at: str, zone: ZoneInfo) -> "Instant":
    from card_registry.authority.serve import now
    from card_registry.instant import Instant
    from card_registry.words import TimeQuality

    if at == "now":
        moment = now()
    else:
        try:
            local = datetime.fromisoformat(at)
        except ValueError as error:
            raise click.UsageError(f"{at!r} is no time; write it as 2026-11-21T08:30") from error
        moment = round((local if local.tzinfo else local.replace(tzinfo=zone)).timestamp() * 1000)
    return Instant(moment, moment, TimeQuality.SYNC)


@click.command()
@REGISTRY
@click.option("--ledger", required=True, help="URL of the ledger store (read only).")
@ROOT
@click.argument("controller")
@click.argument("epoch", type=int)
@click.argument("seq", type=int)
def replay(registry_url: str, ledger: str, root: str, controller: str, epoch: int, seq: int) -> None:
    """Decide a recorded tap again and say why; exit code 1 when the same registry answers otherwise."""
    from card_registry.authority.replaying import replay_row
    from card_registry.authority.serve import scratch
    from card_registry.explain import explain as sentence
    from card_registry.words import ControllerId

    with _sentences():
        place = (ControllerId(controller), epoch, seq)
        found = replay_row((registry_url, ledger), root, place, scratch())
    click.echo(f"recorded: {found.recorded.reason}")
    click.echo(f"again: {sentence(found.again)}")
    if not found.same_registry:
        click.echo("the registry published now is not the one that decided then")
    elif not found.agrees:
        message = "the door answered otherwise than its own registry says; show this row to the auditor"
        raise click.ClickException(message)


@click.command()
@JSON
@click.argument("old")
@click.argument("new")
def diff(old: str, new: str, *, as_json: bool) -> None:
    """Say what NEW has that OLD has not; each is a store's URL, an exported folder or zip, a slot folder."""
    from card_registry.authority.questions.comparing import compare

    with _sentences():
        lines = compare(_slots(old), _slots(new))
    if as_json:
        click.echo(json.dumps(lines))
    else:
        click.echo("\n".join(lines) or "no difference")


def _slots(place: str) -> dict[str, bytes]:
    from card_registry.authority import store
    from card_registry.trust import parcel

    if "://" not in place:
        return parcel.read(Path(place))
    with _store(place) as registry, registry.connect() as connection:
        store.require_founded(connection)
        return dict(store.SlotRows(connection))


@click.command()
@REGISTRY
@ROOT
@JSON
def verify(registry_url: str, root: str, *, as_json: bool) -> None:
    """Check a store's log, tables and slots against the root on paper; exit 1 names what is wrong."""
    from card_registry.authority.questions.checking import check_store
    from card_registry.authority.serve import scratch

    with _sentences(), _store(registry_url) as registry:
        found = check_store(registry, root, scratch())
    if as_json:
        click.echo(_as_json(found))
        return
    counted = ", ".join(f"{number} {name}" for name, number in found.counted.items())
    click.echo(f"{found.site} is whole at publication {found.publication}: {counted}")


@click.command()
@REGISTRY
@click.option("--controller", required=True, help="Whose part of the registry is carried.")
@click.argument("target", type=click.Path(path_type=Path))
def export(registry_url: str, controller: str, target: Path) -> None:
    """Write a controller's part of the registry to TARGET, a folder or a .zip, to be carried by hand."""
    from card_registry.trust import parcel
    from card_registry.words import ControllerId

    with _sentences():
        own = parcel.own_slots(_slots(registry_url), ControllerId(controller))
        parcel.write(own, target)
    click.echo(f"{target}: {len(own)} files for {controller}; there: akses door import {target}")


QUESTIONS = (propagation, waive, where, explain, replay, diff, verify, export)
"""What ``akses registry`` takes from here."""
