"""``akses registry draft | rotate | charter``: a wish becomes a file that officers can read and sign.

Whoever drafts needs no key. What is drafted is a proposal; nobody need believe who made it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from card_registry.authority.officers.command import asking
from card_registry.authority.officers.command.asking import DRAFT_OUT, FILE, REGISTRY, WHY
from card_registry.words import Approval

if TYPE_CHECKING:
    from card_registry.authority.officers.ground import Ground


@click.group()
def draft() -> None:
    """Draft what officers shall sign: a new site, or other people, policy and schedules."""


@draft.command()
@click.option("--site", required=True, help="The site's id, on every signature for ever.")
@click.option("--officer", "officers", type=FILE, multiple=True, required=True, help="Card; three times.")
@click.option("--enroller", type=FILE, required=True, help="Card of who enrols controllers.")
@click.option("--signer-card", type=FILE, required=True, help="Card of the signer's four keys.")
@click.option("--people", type=FILE, required=True, help="List of approvers, as JSON.")
@click.option("--receipt-key", required=True, help="Public key of the hub's receipts, in hex.")
@click.option("--zone", default="Asia/Jakarta", show_default=True, help="Time zone of the schedules.")
@click.option(
    "--approval", type=click.Choice([one.value for one in Approval]), default="signature", show_default=True
)
@click.option("--pin-digits", type=int, default=6, show_default=True, help="Length of the site's PINs.")
@click.option("--console-origin", multiple=True, help="Address of the console, where passkeys count.")
@WHY
@DRAFT_OUT
def found(officers: tuple[Path, ...], out: Path, why: str, **rest: object) -> None:
    """Draft a new site, whose three officers need not meet."""
    from card_registry.authority.officers.drafting import draft_founding
    from card_registry.authority.officers.wishing import founding_of
    from card_registry.authority.serve import now

    with asking.sentences():
        seats, statements = founding_of(officers, rest)
        made = draft_founding(seats, statements, now(), why)
        asking.write(out, made)
        asking.show(made, "")
    _pass_on(out)


@draft.command()
@click.option("--people", type=FILE, help="The whole list of approvers, as JSON.")
@click.option(
    "--approver", "approvers", type=FILE, multiple=True, help="One approver as JSON: added or replaced."
)
@click.option("--without", multiple=True, help="Person id of an approver who goes.")
@click.option("--policy", type=FILE, help="The whole policy, as JSON; see: akses registry charter policy")
@click.option("--schedule", "schedules", nargs=2, multiple=True, help="NAME FILE: a schedule as TOML.")
@click.option("--without-schedule", multiple=True, help="Name of a schedule that goes.")
@REGISTRY
@WHY
@DRAFT_OUT
def change(registry_url: str, out: Path, why: str, **rest: object) -> None:
    """Draft other approvers, another policy or other schedules."""
    from card_registry.authority.officers.wishing import change_of

    with _drafting(registry_url, out, why) as making:
        making.wish = change_of(making.ground, rest)


@click.command()
@click.option(
    "--officer", "officers", multiple=True, help="LABEL=CARD: who leaves, and the card of who comes."
)
@click.option("--enroller", type=FILE, help="Card of the new enroller.")
@click.option(
    "--signer-card", type=FILE, help="The signer's card, after: akses registry signer-keys --replace"
)
@click.option("--receipt-key", help="New public key of the hub's receipts, in hex.")
@click.option("--reset-denials", is_flag=True, help="Doors forget denials that are not on the signer's list.")
@click.option(
    "--reset-clock", is_flag=True, help="Doors count their time from now, whatever they hold for proven."
)
@REGISTRY
@WHY
@DRAFT_OUT
def rotate(registry_url: str, out: Path, why: str, **rest: object) -> None:
    """Draft other keys in the place of stolen, lost or old ones; as many at once as are concerned."""
    from card_registry.authority.officers.wishing import rotation_of

    with _drafting(registry_url, out, why) as making:
        making.wish = rotation_of(rest)


@draft.command()
@click.option("--doors", is_flag=True, help="The list of controllers as well; the enroller signs it.")
@REGISTRY
@WHY
@DRAFT_OUT
def renewal(registry_url: str, out: Path, why: str, *, doors: bool) -> None:
    """Draft the same again for another year, before it ends."""
    from card_registry.authority.officers.drafting import Wish

    with _drafting(registry_url, out, why) as making:
        making.wish = Wish(root=True, doors=doors)


@click.command()
@click.argument("what", type=click.Choice(["people", "policy"]))
@REGISTRY
def charter(what: str, registry_url: str) -> None:
    """Print the people or the policy that officers signed, as JSON to edit and draft with."""
    import json

    from card_registry import canonical
    from card_registry.authority.officers.wishing import read_site

    with asking.sentences():
        _, ground = read_site(registry_url)
    stated = ground.people.approvers if what == "people" else ground.policy
    click.echo(json.dumps(json.loads(canonical.encode(stated)), indent=2))


class _Drafting:
    """A draft being made over the site as it is; the block sets ``wish``."""

    def __init__(self, ground: "Ground") -> None:
        from card_registry.authority.officers.drafting import Wish

        self.ground = ground
        self.wish: Wish = Wish()


@contextmanager
def _drafting(registry_url: str, out: Path, why: str) -> Iterator[_Drafting]:
    """Read the site, let the block wish, and write and show the draft."""
    from card_registry.authority.officers.drafting import draft_change
    from card_registry.authority.officers.wishing import read_site
    from card_registry.authority.serve import now

    with asking.sentences():
        slots, ground = read_site(registry_url)
        making = _Drafting(ground)
        yield making
        made = draft_change(ground, slots, making.wish, now(), why)
        asking.show(made, ground.first)
        asking.write(out, made)
    _pass_on(out)


def _pass_on(out: Path) -> None:
    asking.next_step(
        f"Give {out} to everybody named under Signatures, by stick or mail; it is no secret.",
        "Each reads and signs on their own machine: akses registry sign DRAFT --key LABEL.pem --root DIGEST",
        "One file may go round, or copies come back; the last step takes them all: akses registry apply",
    )
