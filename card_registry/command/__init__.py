"""The command `akses`: one root, and the groups that each package adds to it.

It decides how a command line ends and leaves what a command does to the group that owns it:

* 0 done, 1 refused with a reason, 2 wrong use or something missing on this machine;
* what nobody foresaw is one sentence naming the file with the details, never a traceback.

2026-11-20: groups are found through the entry points `akses.commands` and loaded by name only when asked
for, because the kernel may import no leaf, and because a Pi has no web code to import.
2026-11-20: what developers read here is English; what the console and printed pages show is Indonesian.
"""

import sys
from collections.abc import Sequence

import click

from card_registry.command import crash
from card_registry.command.root import root
from card_registry.errors import AksesError


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one `akses` command line and return its exit code."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    try:
        with root.make_context("akses", words.copy()) as context:
            root.invoke(context)
    except click.exceptions.Exit as leaving:
        return leaving.exit_code
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except AksesError as refusal:
        click.echo(f"Error: {refusal}", err=True)
        return 1
    except (click.Abort, KeyboardInterrupt):
        click.echo("akses: interrupted.", err=True)
        return 1
    except BrokenPipeError:
        return crash.leave_broken_pipe()
    except Exception as error:  # noqa: BLE001 - the last resort: nobody sees a traceback
        debug = words[:1] == ["--debug"]
        click.echo(crash.details_of(error) if debug else crash.report(error), err=True)
        return 1
    return 0
