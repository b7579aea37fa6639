"""Which programs make the demo, with which command lines: the whole system of DESIGN §2 on one machine.

The order of the table is the order of starting where nothing else is needed; waves are the order of ending:
first what acts, last what it acts on.
"""

import sys
from dataclasses import dataclass

from card_registry.command.demo.child import Program
from card_registry.command.demo.layout import (
    CONTROLLERS,
    DESK_CONTROLLER,
    DESK_READER,
    DOOR_CONTROLLER,
    DOOR_READER,
    SITE,
    Layout,
)

HOST = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class Choices:
    """What differs from start to start: the console's port, the broker's port and kind, root v1's digest."""

    port: int
    broker_port: int
    broker: str
    root: str


def command(*words: str) -> tuple[str, ...]:
    """Give the command line of one `akses` command, run by this very Python."""
    return (sys.executable, "-P", "-m", "card_registry.command", *words)


def programs(layout: Layout, choices: Choices) -> tuple[Program, ...]:
    """Give the table of the demo's programs."""
    return (
        _program(layout, "broker", _broker(layout, choices), wave=2),
        _program(layout, "simulator", _simulator(layout), wave=2),
        _program(layout, "hub", _hub(layout, choices), wave=1),
        _program(layout, "signer", _signer(layout), "hub", wave=1),
        _program(layout, "console", _console(layout, choices), "hub", "simulator"),
        *(
            _program(layout, f"bridge-{name}", _bridge(layout, choices, name), "broker", wave=1)
            for name in CONTROLLERS
        ),
        _door(layout),
        _program(layout, "desk", _desk(layout, choices), "simulator", "console"),
    )


def _program(layout: Layout, name: str, words: tuple[str, ...], *needs: str, wave: int = 0) -> Program:
    return Program(name, command(*words), layout.logs / f"{name}.log", needs, wave=wave)


def _broker(layout: Layout, choices: Choices) -> tuple[str, ...]:
    return (
        *("bridge", "broker", "--site", SITE, "--controllers", ",".join(CONTROLLERS)),
        *("--port", str(choices.broker_port), "--tls", str(layout.tls("broker"))),
        *("--broker", choices.broker, "--dir", str(layout.broker), "--parties", str(layout.parties)),
    )


def _simulator(layout: Layout) -> tuple[str, ...]:
    return ("door", "simulate", "--data", str(layout.simulator), "--readers", f"{DOOR_READER},{DESK_READER}")


def _hub(layout: Layout, choices: Choices) -> tuple[str, ...]:
    return (
        *("bridge", "hub", "--site", SITE),
        *("--ledger", layout.url("ledger"), "--registry", layout.url("registry")),
        *("--receipt-key-dir", str(layout.hub), "--passphrase-file", str(layout.passphrase(layout.hub))),
        *("--tls", str(layout.tls("hub")), "--host", HOST, "--port", str(choices.broker_port)),
        *("--run", str(layout.run), "--root", choices.root, "--parties", str(layout.parties)),
    )


def _signer(layout: Layout) -> tuple[str, ...]:
    return (
        *("registry", "serve", "--registry", layout.url("registry")),
        *("--office", layout.url("office"), "--ledger", layout.url("ledger")),
        *("--signer", str(layout.signer), "--passphrase-file", str(layout.passphrase(layout.signer))),
        *("--run", str(layout.run), *authority(layout)),
    )


def authority(layout: Layout) -> tuple[str, ...]:
    """Give the options that name the site's TLS authority."""
    return ("--tls", str(layout.ca), "--tls-passphrase-file", str(layout.passphrase(layout.ca)))


def _console(layout: Layout, choices: Choices) -> tuple[str, ...]:
    return (
        *("review", "serve", "--site", SITE, "--office", layout.url("office")),
        *("--ledger", layout.url("ledger"), "--registry", layout.url("registry")),
        *("--run", str(layout.run), "--host", HOST, "--port", str(choices.port)),
        *("--simulator", str(layout.control), "--doors", str(layout.doors)),
    )


def _bridge(layout: Layout, choices: Choices, name: str) -> tuple[str, ...]:
    return (
        *("bridge", "door", "--dir", str(layout.controller(name)), "--host", HOST),
        *("--port", str(choices.broker_port), "--site", SITE, "--controller", name),
    )


def _door(layout: Layout) -> Program:
    folder = str(layout.controller(DOOR_CONTROLLER))
    return Program(
        "door",
        command("door", "run", "--dir", folder),
        layout.logs / "door.log",
        ("simulator",),
        guard=command("door", "safe-lock", "--dir", folder),
    )


def _desk(layout: Layout, choices: Choices) -> tuple[str, ...]:
    return (
        *("desk", "run", "--dir", str(layout.controller(DESK_CONTROLLER))),
        *("--console", f"http://{HOST}:{choices.port}", "--token-file", str(layout.desk_token)),
        *("--reader", str(layout.reader(DESK_READER))),
    )
