"""Running the site's broker: mosquitto where the machine has it, else amqtt, under one set of rules.

Either way this very process becomes the broker, so that whoever started it stops the broker and nothing else;
``siap`` is printed once it accepts connections. The broker keeps nothing: retained slots come back when the
hub connects, and rows are safe in their journals until the hub's receipt.

2026-11-20: mosquitto replaces this process (``exec``) and a detached watcher prints ``siap``, because a
parent that is killed -9 would leave a child that holds the port.
2026-11-21: several sites share one mosquitto through a listener each, because authority, revoked certificates
and access list then stay a site's own; only client ids are common to all, so they are whole subjects there.
2026-11-20: ``user root`` is written when, and only when, we run as root: mosquitto would otherwise become the
user ``mosquitto``, who cannot read our 0600 key and access list.
"""

import asyncio
import contextlib
import logging
import os
import shutil
import signal
import socket
import time
from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import NoReturn

from card_registry.durable import write_whole
from card_registry.errors import OperatorMistaken
from mqtt_bridge import usher
from mqtt_bridge.daemon import say_ready
from mqtt_bridge.keys import private_folder
from mqtt_bridge.plan import ADDRESS, Plan
from mqtt_bridge.tls import CRL_FILE, server_context
from mqtt_bridge.topics import PACKET_LIMIT

log = logging.getLogger(__name__)

PATIENCE = 20.0
"""Seconds a starting mosquitto may take until it accepts connections."""


class Choice(StrEnum):
    """Which program is the broker."""

    AUTO = "auto"
    MOSQUITTO = "mosquitto"
    AMQTT = "amqtt"


def find_mosquitto() -> str | None:
    """Find mosquitto on PATH or where Debian puts it, which is not on every user's PATH."""
    return shutil.which("mosquitto") or shutil.which("mosquitto", path="/usr/sbin:/usr/local/sbin")


def mosquitto_conf(plans: Sequence[Plan], *, as_root: bool) -> str:
    """Render mosquitto's configuration (valid from 2.0.11 on): mutual TLS 1.3, our access lists, no memory.

    Each site has a listener of its own, with its own authority, list of revoked certificates and access list.
    """
    lines = [
        "# Rendered by `akses bridge broker`; edits are lost.",
        *(["user root"] if as_root else []),
        "per_listener_settings true",
        "persistence false",
        "set_tcp_nodelay true",
        f"max_packet_size {PACKET_LIMIT}",
        "max_inflight_messages 0",
        "max_queued_messages 10000",
        "connection_messages false",
        "log_dest stderr",
        "log_type error",
        "log_type warning",
    ]
    return "\n".join([*lines, *(line for plan in plans for line in _listener(plan))]) + "\n"


def _listener(plan: Plan) -> list[str]:
    """Render one site's listener."""
    revoked = plan.folder / CRL_FILE
    return [
        f"listener {plan.port} {plan.listen}",
        f"cafile {plan.tls}/ca.pem",
        f"certfile {plan.tls}/cert.pem",
        f"keyfile {plan.tls}/key.pem",
        "tls_version tlsv1.3",
        "require_certificate true",
        "use_subject_as_username true" if plan.shared else "use_identity_as_username true",
        "use_username_as_clientid true",
        "allow_anonymous false",
        f"acl_file {plan.folder}/acl",
        *([f"crlfile {revoked}"] if revoked.exists() else []),
    ]


def run(plans: Sequence[Plan], choice: Choice) -> None:
    """Be the broker of one site, or with mosquitto of several, until stopped.

    Raises:
        OperatorMistaken: A port is taken, a TLS file is missing, or mosquitto is needed and not here.
    """
    for plan in plans:
        server_context(plan.tls)
        _require_free(plan)
        private_folder(plan.folder)
    mosquitto = find_mosquitto()
    if choice is Choice.MOSQUITTO and mosquitto is None:
        message = "mosquitto is not installed here; install it, or use --broker amqtt"
        raise OperatorMistaken(message)
    if mosquitto is not None and choice is not Choice.AMQTT:
        _become_mosquitto(plans, mosquitto)
    if len(plans) != 1:
        message = "amqtt serves one site only; install mosquitto for several"
        raise OperatorMistaken(message)
    log.info("the broker is amqtt, for demo and test; install mosquitto for production")
    asyncio.run(_serve_amqtt(plans[0]))


def _require_free(plan: Plan) -> None:
    """Refuse a port somebody listens on, in our words rather than the broker's."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((plan.listen, plan.port))
        except OSError as error:
            message = (
                f"port {plan.port} on {plan.listen} cannot be used ({error.strerror}); "
                "stop its user or choose another"
            )
            raise OperatorMistaken(message) from error


def _become_mosquitto(plans: Sequence[Plan], program: str) -> NoReturn:
    config = plans[0].folder / "mosquitto.conf"
    for plan in plans:
        usher.render(plan)
    write_whole(config, mosquitto_conf(plans, as_root=os.geteuid() == 0).encode(), 0o600)
    _leave_watcher(plans[-1])
    for plan in plans:
        usher.leave(plan)
    os.execv(program, [program, "-c", str(config)])  # noqa: S606 - the broker must be this very process


def _leave_watcher(plan: Plan) -> None:
    """Fork a grandchild that prints ``siap``; being nobody's child, it leaves no zombie to mosquitto."""
    broker = os.getpid()
    child = os.fork()
    if child:
        os.waitpid(child, 0)
        return
    try:
        if os.fork() == 0:
            _watch((plan.listen if plan.listen != "0.0.0.0" else ADDRESS, plan.port), broker)  # noqa: S104 - compared
    finally:
        os._exit(0)


def _watch(address: tuple[str, int], broker: int) -> None:
    """Print ``siap`` when the broker accepts a connection; give up when it is gone or too slow."""
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError):
            socket.create_connection(address, timeout=1).close()
            if _obeys(broker):
                say_ready()
                return
        try:
            os.kill(broker, 0)
        except OSError:
            return
        time.sleep(0.01)


def _obeys(broker: int) -> bool:
    """Tell whether mosquitto has begun to catch SIGTERM, which it does a moment after it listens."""
    status = Path(f"/proc/{broker}/status").read_text(encoding="ascii", errors="replace")
    caught = next((line for line in status.splitlines() if line.startswith("SigCgt:")), "SigCgt: 0")
    return bool(int(caught.split()[1], 16) >> (signal.SIGTERM - 1) & 1)


async def _serve_amqtt(plan: Plan) -> None:
    """Run amqtt in this process until SIGTERM or SIGINT."""
    from mqtt_bridge import amqtt_rules  # noqa: PLC0415 - not loaded where mosquitto is the broker

    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    broker = amqtt_rules.Broker(
        amqtt_rules.settings(plan.site, plan.controllers, plan.port, plan.tls, plan.parties)
    )
    await broker.start()
    say_ready()
    await stop.wait()
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(broker.shutdown(), 2)
