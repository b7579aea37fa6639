"""``akses registry signer-keys | apply | expiries``: what is done at the signer's own machine."""

import json
from pathlib import Path

import click

from card_registry.authority.officers.command import asking
from card_registry.authority.officers.command.asking import FILE, PASSPHRASE, REGISTRY, SIGNER

NAMES = ("grants", "online", "order", "authority")


@click.command("signer-keys")
@SIGNER
@click.option(
    "--replace",
    "names",
    type=click.Choice(NAMES),
    multiple=True,
    help="Make a new key beside this one, for officers to sign; may be given again.",
)
@PASSPHRASE
def signer_keys(signer_folder: Path, names: tuple[str, ...], passphrase_file: Path | None) -> None:
    """Make the signer's keys, or new ones beside those to be replaced, and write their card."""
    from card_registry import canonical
    from card_registry.authority.keys import load_or_make, next_name
    from card_registry.authority.officers.cards import VERSION, SignerCard, fingerprint
    from card_registry.durable import write_whole
    from card_registry.signing import public_hex

    with asking.sentences():
        phrase = asking.passphrase(passphrase_file)
        keys = {name: load_or_make(signer_folder, name, phrase) for name in NAMES}
        keys |= {name: load_or_make(signer_folder, next_name(name), phrase) for name in names}
        card = SignerCard(VERSION, **{name: public_hex(key) for name, key in keys.items()})
        write_whole(signer_folder / "signer.card.json", canonical.encode(card))
    for name, public in card.wanted().items():
        click.echo(f"{name}{' (new)' if name in names else ''}: {fingerprint(public)}")
    verb = "akses registry rotate --signer-card" if names else "akses registry draft found --signer-card"
    asking.next_step(f"Draft with: {verb} {signer_folder / 'signer.card.json'}")


@click.command()
@click.argument("files", metavar="DRAFT...", type=FILE, nargs=-1, required=True)
@REGISTRY
@SIGNER
@PASSPHRASE
def apply(
    files: tuple[Path, ...], registry_url: str, signer_folder: Path, passphrase_file: Path | None
) -> None:
    """Publish a draft that enough officers signed; copies with different signatures are put together.

    The signer may go on running; after a crash, run the same command again.
    """
    from card_registry.authority.founding import open_current
    from card_registry.authority.officers import applying
    from card_registry.authority.officers.draft import merge
    from card_registry.authority.serve import now, scratch

    with asking.sentences():
        wanted = merge([asking.read(file) for file in files])
        asking.show(wanted, applying.pinned(signer_folder) if wanted.before else "")
        phrase = asking.passphrase(passphrase_file)
        engine = open_current(registry_url)
        try:
            place = applying.Place(engine, signer_folder, phrase, scratch(), now())
            digest = "" if wanted.before else applying.found(place, wanted)
            outcome = applying.apply(place, wanted) if wanted.before else None
        finally:
            engine.dispose()
    if outcome is None:
        _founded(wanted.site, digest)
        return
    click.echo("\nApplied." if outcome.published else "\nThis draft was applied before.")
    for name in outcome.moved:
        click.echo(f"The signer signs with the new {name} key; the old one is gone from its folder.")
    asking.next_step(
        "See which doors and desks have it, each by its own signature: akses registry propagation",
        "Keep the draft with the backups: a store restored from before it needs it applied again.",
    )


def _founded(site: str, digest: str) -> None:
    click.echo(f"\nSite {site} is founded. The SHA-256 of its first root:\n{digest}")
    asking.next_step(
        "Write this digest on paper, for each officer and for the auditor; every later check begins there.",
        "Start the signer, and enrol controllers: akses registry enrol",
    )


@click.command()
@REGISTRY
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line instead of text.")
def expiries(registry_url: str, *, as_json: bool) -> None:
    """List until when each signature holds, the soonest first, and whose key signs it again."""
    from card_registry.authority.officers.expiry import read_expiries
    from card_registry.authority.serve import now
    from card_registry.stores.expiring import Level

    with asking.sentences():
        found = read_expiries(registry_url, now())
    for one in found:
        mark = "" if one.level is Level.FINE else f"  {one.level.upper()}"
        click.echo(json.dumps(one.as_json()) if as_json else f"{one.sentence}{mark}")
