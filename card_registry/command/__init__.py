"""The command `akses`: one root, and the groups that each package adds to it.

It decides how a command line ends and leaves what a command does to the group that owns it:

* 0 done, 1 refused with a reason, 2 wrong use or something missing on this machine;
* what nobody foresaw is one sentence naming the file with the details, never a traceback.

2026-11-20: groups are found through the entry points `akses.commands` and loaded by name only when asked
for, because the kernel may import no leaf, and because a Pi has no web code to import.
2026-11-20: what developers read here is English; what the console and printed pages show is Indonesian.
"""

from collections.abc import Sequence

import click

from card_registry.command import crash
from card_registry.command.root import root


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one `akses` command line and return its exit code."""
    try:
        result = root.main(arguments, prog_name="akses", standalone_mode=False)
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        click.echo("akses: interrupted.", err=True)
        return 1
    except BrokenPipeError:
        return crash.leave_broken_pipe()
    except Exception as error:  # noqa: BLE001 - the last resort: nobody sees a traceback
        click.echo(crash.report(error), err=True)
        return 1
    return result if isinstance(result, int) else 0
