"""The root of `akses`: which groups there are, and what is missing where one cannot be loaded.

It knows names, one line of help each, and the extra that brings what a group needs. It imports no group
before it is asked for: `akses --help` costs nothing but this table.
"""

import importlib
from dataclasses import dataclass
from importlib.metadata import EntryPoint, entry_points

import click

PROJECT = "akses-ruang-server"
COMMANDS = "akses.commands"
"""The entry point group through which each package adds its own commands."""


@dataclass(frozen=True, slots=True)
class Listed:
    """One command as `akses --help` shows it, with the extra of the project that brings what it needs."""

    help: str
    extra: str
    place: str = ""
    """`module:attribute` of a command that the kernel itself carries; empty for an entry point."""


LISTED = {
    "demo": Listed(
        "Run the whole system on this machine, with a simulated door.", "server", f"{__package__}.demo:demo"
    ),
    "test": Listed("Run every test of this checkout.", "dev", f"{__package__}.test:test"),
    "bench": Listed("Measure the numbers the design promises.", "server", f"{__package__}.bench:bench"),
    "bridge": Listed("Carry registry and journal between a controller and the server.", "server"),
    "config": Listed("Check a site file and render what its controllers need.", "door"),
    "desk": Listed("Make cards at the operator's desk.", "desk"),
    "door": Listed("Run one controller: its doors, readers, relay and journal.", "door"),
    "journal": Listed("Show and verify journals, offline.", "server"),
    "registry": Listed("Keep the signed registry: keys, roles, and the signer.", "server"),
    "review": Listed("Run the approval server and its console.", "server"),
}
"""Every command of the project; an entry point that is not here is shown with the package it comes from."""


class Root(click.Group):
    """The root group: loads a command by name, and only when it is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """Return the built-in names first, then what the installed packages declare."""
        built_in = [name for name, listed in LISTED.items() if listed.place]
        return [*built_in, *sorted(set(_declared()) - set(built_in))]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Load the command called `cmd_name`, or return None where there is none."""
        listed = LISTED.get(cmd_name)
        if listed is not None and listed.place:
            return _load(cmd_name, EntryPoint(cmd_name, listed.place, COMMANDS))
        declared = _declared().get(cmd_name)
        return None if declared is None else _load(cmd_name, declared)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of commands from the table, loading none of them."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, _one_line(name)) for name in self.list_commands(ctx)])


def _declared() -> dict[str, EntryPoint]:
    return {entry.name: entry for entry in entry_points(group=COMMANDS)}


def _one_line(name: str) -> str:
    if name in LISTED:
        return LISTED[name].help
    distribution = _declared()[name].dist
    return f"(from {distribution.name})" if distribution is not None else ""


def _load(name: str, entry: EntryPoint) -> click.Command:
    """Import what `entry` names; raise UsageError where this installation lacks it."""
    try:
        loaded = getattr(importlib.import_module(entry.module), entry.attr)
    except ModuleNotFoundError as missing:
        raise click.UsageError(missing_sentence(name, missing.name or "a module")) from missing
    if not isinstance(loaded, click.Command):
        raise click.UsageError(f"`akses {name}` is declared as {entry.value}, which is not a command.")
    return loaded


def missing_sentence(name: str, module: str) -> str:
    """Say why `akses NAME` cannot run without `module`: an extra not installed, or no such part at all."""
    extra = LISTED[name].extra if name in LISTED else ""
    ours = {entry.module.partition(".")[0] for entry in _declared().values()} | {"card_registry"}
    if not extra or module.partition(".")[0] in ours:
        return f"`akses {name}` is not part of this installation (no {module})."
    return (
        f"`akses {name}` needs the extra `{extra}`, which is not installed here (no {module}); "
        f"type: pip install '{PROJECT}[{extra}]'"
    )


@click.group(cls=Root, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--debug", is_flag=True, help="(first) Show the details of an unforeseen error here, not in a file."
)
@click.version_option(package_name=PROJECT, prog_name="akses")
def root(*, debug: bool) -> None:
    """Akses Ruang Server: who may enter which server room, approved, signed, logged and reviewed.

    Exit codes: 0 done, 1 refused with a reason, 2 wrong use or something missing here.
    """
    del debug  # read by `main`, which also sees errors that come before click has read anything
