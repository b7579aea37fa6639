"""``akses registry keygen | read | sign``: what an officer or enroller does on a machine of their own.

None of it needs a network, the registry store or another officer; all that comes and goes is files.
"""

import secrets
from pathlib import Path

import click

from card_registry.authority.officers.command import asking
from card_registry.authority.officers.command.asking import FILE, FOLDER, PASSPHRASE


@click.command()
@click.option("--label", required=True, help="The office it is for, e.g. kadis or enroller; never a name.")
@click.option(
    "--folder", type=FOLDER, required=True, help="A folder only you can read: a USB stick of yours."
)
@PASSPHRASE
def keygen(label: str, folder: Path, passphrase_file: Path | None) -> None:
    """Make one person's key, sealed by a passphrase, and the card with its public half."""
    from card_registry import canonical
    from card_registry.authority.keyfile import ENTROPY
    from card_registry.authority.keys import make_sealed
    from card_registry.authority.officers.cards import VERSION, KeyCard, fingerprint
    from card_registry.durable import write_whole

    with asking.sentences():
        KeyCard(VERSION, label, "00" * 32)  # a bad label is refused before anything is asked
        phrase = asking.passphrase(passphrase_file, new=True)
        public = make_sealed(folder, label, phrase, secrets.token_bytes(ENTROPY))
        card = KeyCard(VERSION, label, public)
        write_whole(folder / f"{label}.card.json", canonical.encode(card))
    click.echo(f"{label}: key made. Its fingerprint, to be written on paper:\n  {fingerprint(card.public)}")
    asking.next_step(
        f"Keep {folder / label}.pem and its passphrase to yourself, and a copy of both in a safe.",
        f"Give {folder / label}.card.json to whoever drafts; it is no secret.",
        "When the draft comes, compare the fingerprint in it with your paper before you sign.",
    )


@click.command()
@click.argument("draft_file", metavar="DRAFT", type=FILE)
@click.option("--root", default="", help="SHA-256 of the site's first root, as on paper.")
def read(draft_file: Path, root: str) -> None:
    """Say what a draft would change and who has signed it; nothing is written."""
    with asking.sentences():
        asking.show(asking.read(draft_file), root)


@click.command()
@click.argument("draft_file", metavar="DRAFT", type=FILE)
@click.option("--key", "key_file", type=FILE, required=True, help="Your key file (LABEL.pem).")
@click.option("--root", default="", help="SHA-256 of the site's first root, as on paper; needed once.")
@click.option("--yes", is_flag=True, help="Do not ask; for scripts that showed the draft before.")
@PASSPHRASE
def sign(draft_file: Path, key_file: Path, root: str, passphrase_file: Path | None, *, yes: bool) -> None:
    """Read a draft in plain words, and sign it into the same file if you agree."""
    from card_registry.authority.keys import load_key
    from card_registry.authority.officers import draft as drafts
    from card_registry.authority.officers import pinning, signatures
    from card_registry.errors import OperatorMistaken

    with asking.sentences():
        wanted, pin = asking.read(draft_file), pinning.read_pin(key_file)
        trusted = pinning.digest_to_trust(pin, root)
        if wanted.before and not trusted:
            raise OperatorMistaken(
                "this key does not know its site yet; give --root with the digest on your paper"
            )
        old = drafts.old_ground(wanted, trusted)
        warning = pinning.require_news(pin, wanted, old)
        asking.show(wanted, trusted)
        if warning:
            click.echo(f"\nWARNING: {warning}")
        if not yes:
            click.confirm(f"\nDo you want every line above to hold at site {wanted.site}?", abort=True)
        key = load_key(key_file, asking.passphrase(passphrase_file))
        signed = signatures.sign(wanted, key, trusted)
        # If power fails between the two, the key is known to have signed what nobody has yet: no harm.
        pinning.remember(key_file, signed, old, drafts.mark_of(signed))
        asking.write(draft_file, signed)
        lacking = [need for need in signatures.needs(signed, trusted) if need.lacks]
    click.echo(f"\nSigned: {draft_file}")
    if lacking:
        asking.next_step("Pass the file on: it needs more signatures, as listed by: akses registry read")
    else:
        asking.next_step("It is complete. Take it to the signer's machine: akses registry apply")
