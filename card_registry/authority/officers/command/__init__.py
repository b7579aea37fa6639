"""The officers' commands of ``akses registry``, by where they are typed.

``person`` is an officer's or enroller's own machine, ``site`` the signer's; ``drafting`` may be anywhere that
reads the registry store. Each says at its end what to do next, so that an office can follow.
"""

import click

from card_registry.authority.officers.command.drafting import charter, draft, rotate
from card_registry.authority.officers.command.person import keygen, read, sign
from card_registry.authority.officers.command.site import apply, expiries, signer_keys


def add_officers(registry: click.Group) -> None:
    """Add the officers' commands to ``akses registry``."""
    for one in (keygen, signer_keys, draft, rotate, read, sign, apply, charter, expiries):
        registry.add_command(one)
