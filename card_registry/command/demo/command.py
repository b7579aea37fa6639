"""``akses demo``: the command line of the demo and its story; what they do is in their modules."""

from pathlib import Path

import click

from card_registry.command.demo.layout import Layout
from card_registry.errors import AksesError

DEFAULT_PORT = 8400


@click.command()
@click.option("--reset", is_flag=True, help="Delete this demo's data and start over.")
@click.option(
    "--data",
    type=click.Path(file_okay=False, path_type=Path),
    help="Data folder; default: $AKSES_DATA, else akses-data beside the akses script.",
)
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=DEFAULT_PORT,
    show_default=True,
    help="The console's port; 0 takes a free one.",
)
@click.option(
    "--broker",
    type=click.Choice(["auto", "mosquitto", "amqtt"]),
    default="auto",
    show_default=True,
    help="The MQTT broker; auto takes mosquitto where it is installed.",
)
@click.option("--story", is_flag=True, help="Play the main job once, against this demo, and end.")
@click.option("--json", "as_json", is_flag=True, help="With --story: one JSON object instead of lines.")
@click.option("--only-prepare", is_flag=True, hidden=True, help="Set the data folder up and end.")
@click.option("--only-play", is_flag=True, hidden=True, help="Play the story against the running demo.")
def demo(  # noqa: PLR0913 - one argument for each option
    *,
    reset: bool,
    data: Path | None,
    port: int,
    broker: str,
    story: bool,
    as_json: bool,
    only_prepare: bool,
    only_play: bool,
) -> None:
    """Run the whole system on this machine, with a simulated door, until Ctrl-C.

    Exit codes: 0 stopped by Ctrl-C or story passed, 1 refused with a reason or story failed, 2 wrong use.
    """
    from card_registry.command.demo.folder import AlreadyRunning, default_data
    from card_registry.command.demo.run import Wanted, run

    if as_json and not (story or only_play):
        raise click.UsageError("--json belongs to --story")
    layout = Layout((data or default_data()).absolute())
    if only_play:
        raise SystemExit(_play(layout, as_json=as_json))
    words = ("demo", "--data", str(layout.data), "--only-play", *(("--json",) if as_json else ()))
    wanted = Wanted(layout, port, broker, reset, only_prepare, words if story else ())
    try:
        raise SystemExit(run(wanted, _say))
    except AlreadyRunning as error:
        if not story or reset:
            raise click.ClickException(str(error)) from error
        raise SystemExit(_play(layout, as_json=as_json)) from None
    except AksesError as error:
        raise click.ClickException(str(error)) from error


def _say(sentence: str) -> None:
    click.echo(sentence, err=True)


def _play(layout: Layout, *, as_json: bool) -> int:
    from card_registry.command.story.play import play

    try:
        return play(layout, as_json=as_json)
    except AksesError as error:
        raise click.ClickException(str(error)) from error
