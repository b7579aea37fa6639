"""``akses door check``: the commissioning walk at the terminal.

Exit codes: 0 walked and passed, 1 refused or not passed, 2 wrong use.
"""

from pathlib import Path

import click


@click.command("check")
@click.option(
    "--dir", "folder", type=click.Path(exists=True, file_okay=False, path_type=Path), required=True,
    help="The controller's folder, with its site.toml.",
)  # fmt: skip
@click.option("--show", is_flag=True, help="Verify and print the last record instead.")
@click.option("--json", "as_json", is_flag=True, help="The record as one JSON object.")
@click.option(
    "--answers", type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A file of answers, for rehearsals: TOML, a step's id = yes, no, locked, released or skip.",
)  # fmt: skip
@click.option(
    "--patience", type=click.FloatRange(0.1, 600), default=60.0, show_default=True,
    help="Seconds to wait for each thing that has to move.",
)  # fmt: skip
def check(folder: Path, *, show: bool, as_json: bool, answers: Path | None, patience: float) -> None:
    """Walk through all that is wired to this controller and sign what was found; stop its program first."""
    from card_registry import canonical
    from card_registry.errors import AksesError
    from door_controller.commissioning import walk
    from door_controller.commissioning.asking import Answers, Person
    from door_controller.commissioning.record import lines

    def tell(sentence: str) -> None:
        click.echo(sentence, err=True)

    try:
        if show:
            record, _ = walk.show(folder)
        else:
            installer = Person(tell) if answers is None else Answers(answers, tell)
            record = walk.commission(folder, installer, patience)
    except (AksesError, OSError) as error:
        raise click.ClickException(str(error)) from error
    click.echo(canonical.encode(record).decode() if as_json else "\n".join(lines(record)))
    if not record.passed:
        raise click.exceptions.Exit(1)
