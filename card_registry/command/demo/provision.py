"""The first set-up of a demo, by the commands a real site uses; what lies together here, a site keeps apart.

Steps of one stage need nothing of each other and run beside each other. The stamp is written last: a set-up
that was interrupted leaves none, and the next start begins from nothing.
"""

import json
import os
import select
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass

from card_registry.command.demo import room, site_files
from card_registry.command.demo.child import tied_to
from card_registry.command.demo.layout import (
    CONTROLLERS,
    DESK_CONTROLLER,
    DOOR,
    DOOR_CONTROLLER,
    DOOR_NAME,
    SITE,
    Layout,
)
from card_registry.command.demo.programs import authority, command
from card_registry.command.demo.secrets import Secrets
from card_registry.command.demo.supervise import Interrupt
from card_registry.durable import write_whole
from card_registry.errors import OperatorMistaken

PATIENCE = 60.0
"""How long one stage may take, in seconds."""
ZONE = "Asia/Jakarta"
RECEIPT_KEY = "the hub's receipt key"
KEYS = "the keys of {}"
PASSKEYS = "http://localhost:8400"
"""Where passkeys count at the demo: browsers want a name, and the port that is usual."""


@dataclass(frozen=True, slots=True)
class Step:
    """One command of the set-up: what it is for, and its words."""

    what: str
    words: tuple[str, ...]


Stage = Callable[[Layout, Mapping[str, str]], tuple[Step, ...]]
"""What runs beside each other, from what earlier steps printed."""


def provision(layout: Layout, secrets: Secrets, interrupt: Interrupt) -> None:
    """Set up an emptied data folder; an interrupt leaves it without its stamp.

    Raises:
        OperatorMistaken: A step failed; the text names it and gives its own sentence.
    """
    _lay_out(layout, secrets)
    printed: dict[str, str] = {}
    for stage in STAGES:
        printed |= _stage(stage(layout, printed), interrupt)
        if interrupt.asked():
            return
    layout.accounts.unlink()
    shutil.rmtree(layout.first_days)
    write_whole(layout.provisioned, f"root {root_digest(layout)}\n".encode())


def root_digest(layout: Layout) -> str:
    """Give the SHA-256 of the site's first root, as the door was told it."""
    bundle: dict[str, str] = json.loads(layout.bundle(DOOR_CONTROLLER).read_bytes())
    return bundle["root_sha256"]


def _lay_out(layout: Layout, secrets: Secrets) -> None:
    """Make the folders, the passphrase files and what the first commands read."""
    private = (layout.logs, layout.officers, layout.server, layout.signer, layout.hub, layout.ca, layout.run)
    shared = (layout.controller(name) / part for name in CONTROLLERS for part in ("slots", "outbox", "run"))
    for folder in (*private, layout.pins.parent, *shared):
        folder.mkdir(mode=0o700, parents=True)
    phrases = {layout.officers: secrets.officers, layout.signer: secrets.signer}
    for folder, phrase in {**phrases, layout.hub: secrets.hub, layout.ca: secrets.tls}.items():
        write_whole(layout.passphrase(folder), f"{phrase}\n".encode(), 0o600)
    people = [asdict(person) for person in secrets.people]
    write_whole(layout.accounts, json.dumps({"people": people}).encode(), 0o600)
    layout.first_days.mkdir(mode=0o700)
    write_whole(layout.first_days / "admin", f"{secrets.login('admin').password}\n".encode(), 0o600)
    for name, table in room.TABLES.items():
        write_whole(layout.first_days / name, table.encode())
    doors = [{"controller": DOOR_CONTROLLER, "id": DOOR, "label": DOOR_NAME}]
    write_whole(layout.doors, json.dumps({"doors": doors}).encode())
    write_whole(layout.site_file(DOOR_CONTROLLER), site_files.door(layout).encode())
    write_whole(layout.site_file(DESK_CONTROLLER), site_files.desk(layout).encode())


def _first(layout: Layout, _: Mapping[str, str]) -> tuple[Step, ...]:
    """Give what needs nothing else: people, the hub's key, the first certificate."""
    return (
        Step(
            "the office's people",
            (
                *("review", "init", "--office", layout.url("office"), "--site", SITE),
                *("--accounts", str(layout.accounts), "--people-out", str(layout.people)),
            ),
        ),
        Step(
            RECEIPT_KEY,
            (
                *("bridge", "receipt-key", "--receipt-key-dir", str(layout.hub)),
                *("--passphrase-file", str(layout.passphrase(layout.hub))),
            ),
        ),
        _certificate(layout, "broker"),
    )


def _second(layout: Layout, printed: Mapping[str, str]) -> tuple[Step, ...]:
    """Give what needs those: the registry, the desk's token, the hub's certificate, the office's ways."""
    registry = _found(layout, printed[RECEIPT_KEY].strip())
    return registry, _token(layout), _certificate(layout, "hub"), _profile(layout)


def _invitations(layout: Layout, _: Mapping[str, str]) -> tuple[Step, ...]:
    return (*(_invite(layout, name) for name in CONTROLLERS), _room(layout))


def _keys_made(layout: Layout, _: Mapping[str, str]) -> tuple[Step, ...]:
    return tuple(_init(layout, name) for name in CONTROLLERS)


def _enrolment(name: str) -> Stage:
    """Give the stage in which one device is enrolled; two would wait for each other."""

    def stage(layout: Layout, printed: Mapping[str, str]) -> tuple[Step, ...]:
        words = printed[KEYS.format(name)].splitlines()[-1]
        return (_enrol(layout, name, words),)

    return stage


def _acceptances(layout: Layout, _: Mapping[str, str]) -> tuple[Step, ...]:
    return tuple(_accept(layout, name) for name in CONTROLLERS)


def _certificate(layout: Layout, identity: str) -> Step:
    return Step(
        f"the certificate of {identity}",
        (
            *("bridge", "ca", "--tls", str(layout.ca), "--identity", identity),
            *("--out", str(layout.tls(identity))),
            *("--passphrase-file", str(layout.passphrase(layout.ca))),
        ),
    )


def _keys(layout: Layout) -> tuple[str, ...]:
    return (
        *("--officers", str(layout.officers), "--signer", str(layout.signer)),
        *("--registry", layout.url("registry")),
        *("--passphrase-file", str(layout.passphrase(layout.signer))),
    )


def _found(layout: Layout, receipt_key: str) -> Step:
    return Step(
        "the registry",
        (
            *("registry", "found", "--site", SITE, *_keys(layout)),
            *("--people", str(layout.people), "--receipt-key", receipt_key),
            *("--zone", ZONE, "--approval", "signature", "--console-origin", PASSKEYS),
        ),
    )


def _invite(layout: Layout, name: str) -> Step:
    return Step(
        f"the invitation of {name}",
        (
            *("registry", "invite", name, *(("--desk",) if name == DESK_CONTROLLER else ()), "--quiet"),
            *("--signer", str(layout.signer), "--registry", layout.url("registry")),
            *("--out", str(layout.invitation(name))),
        ),
    )


def _init(layout: Layout, name: str) -> Step:
    folder, invitation = str(layout.controller(name)), str(layout.invitation(name))
    words = (_group(name), "init", "--dir", folder, "--invitation", invitation)
    return Step(KEYS.format(name), words)


def _enrol(layout: Layout, name: str, words: str) -> Step:
    return Step(
        f"the enrolment of {name}",
        (
            *("registry", "enrol", "--request", str(layout.request(name)), "--words", words),
            *(*_keys(layout), *authority(layout)),
            *("--bundle", str(layout.bundle(name))),
        ),
    )


def _accept(layout: Layout, name: str) -> Step:
    return Step(
        f"the acceptance at {name}",
        (_group(name), "accept", "--dir", str(layout.controller(name)), "--bundle", str(layout.bundle(name))),
    )


def _group(name: str) -> str:
    return "desk" if name == DESK_CONTROLLER else "door"


def _profile(layout: Layout) -> Step:
    return Step(
        "the office's profile", ("review", "profile", "use", "contoh", "--office", layout.url("office"))
    )


def _room(layout: Layout) -> Step:
    return Step(
        "the server room's inventory",
        (
            *("review", "inventory", "import"),
            *(str(layout.first_days / name) for name in room.TABLES),
            *("--office", layout.url("office"), "--registry", layout.url("registry")),
            *("--login", "admin", "--password-file", str(layout.first_days / "admin"), "--yes"),
        ),
    )


def _token(layout: Layout) -> Step:
    return Step(
        "the desk's token",
        (
            *("review", "desk-token", "--office", layout.url("office")),
            *("--desk", DESK_CONTROLLER, "--out", str(layout.desk_token)),
        ),
    )


STAGES: tuple[Stage, ...] = (
    _first,
    _second,
    _invitations,
    _keys_made,
    *(_enrolment(name) for name in CONTROLLERS),
    _acceptances,
)


def _stage(steps: tuple[Step, ...], interrupt: Interrupt) -> dict[str, str]:
    """Run the steps of one stage beside each other; give what each printed."""
    running = {step.what: _begin(step) for step in steps}
    try:
        deadline = time.monotonic() + PATIENCE
        while not interrupt.asked() and any(process.poll() is None for process in running.values()):
            if time.monotonic() > deadline:
                late = ", ".join(what for what, process in running.items() if process.poll() is None)
                message = f"the set-up of {late} took too long; start the demo again"
                raise OperatorMistaken(message)
            select.select([], [], [], 0.02)
        return {what: _printed(what, process) for what, process in running.items() if not interrupt.asked()}
    finally:
        for process in running.values():
            _end(process)


def _begin(step: Step) -> subprocess.Popen[str]:
    return subprocess.Popen(
        command(*step.words),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        preexec_fn=tied_to(os.getpid()),  # noqa: PLW1509 - the supervisor has one thread
    )


def _printed(what: str, process: subprocess.Popen[str]) -> str:
    """Give what a finished step printed.

    Raises:
        OperatorMistaken: It failed.
    """
    printed, complaint = process.communicate()
    if process.returncode != 0:
        lines = complaint.strip().splitlines() or [f"exit code {process.returncode}"]
        message = f"the set-up of {what} failed: {lines[-1].removeprefix('Error: ')}"
        raise OperatorMistaken(message)
    return printed


def _end(process: subprocess.Popen[str]) -> None:
    with suppress(ProcessLookupError):
        if process.returncode is None:
            os.killpg(process.pid, signal.SIGKILL)
    process.communicate()
