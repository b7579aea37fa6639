"""The usher: a small process beside mosquitto that renders what the hub says, and has it read again.

mosquitto reads its access list and its list of revoked certificates at SIGHUP; no connection is lost by it.
Who is cut off and still connected is neither heard nor answered from that moment, and does not come back.
The usher ends with its broker.
"""

import logging
import os
import select
import signal
from pathlib import Path

from card_registry.durable import read_plain, write_whole
from card_registry.errors import AksesError
from mqtt_bridge.parties import read_parties, stamp
from mqtt_bridge.plan import Plan
from mqtt_bridge.tls import CRL_FILE
from mqtt_bridge.topics import acl

log = logging.getLogger(__name__)

POLL_MS = 500
ACL_FILE = "acl"


def render(plan: Plan) -> None:
    """Write the access list, and the list of revoked certificates if any, into the broker's folder.

    Raises:
        AksesError, OSError: What the hub wrote cannot be read; the files stay as they are.
    """
    named = None if plan.parties is None else read_parties(plan.parties, plan.site)
    revoked = _revoked(plan)
    if revoked is not None:
        write_whole(plan.folder / CRL_FILE, revoked, 0o600)
    controllers = plan.controllers if named is None else named
    write_whole(plan.folder / ACL_FILE, acl(plan.site, controllers, shared=plan.shared).encode(), 0o600)


def _revoked(plan: Plan) -> bytes | None:
    """Give the newest list: the hub's, else the one made with the broker's certificate."""
    for folder in (plan.parties, plan.tls):
        if folder is not None and (folder / CRL_FILE).exists():
            return read_plain(folder / CRL_FILE)
    return None


def leave(plan: Plan) -> None:
    """Fork an usher for the process that is about to become the broker; it is nobody's child."""
    if plan.parties is None:
        return
    broker = os.pidfd_open(os.getpid())
    seen = stamp(plan.parties)
    child = os.fork()
    if child:
        os.waitpid(child, 0)
        os.close(broker)
        return
    try:
        if os.fork() == 0:
            _stay(plan, plan.parties, broker, seen)
    finally:
        os._exit(0)


def _stay(plan: Plan, parties: Path, broker: int, seen: tuple[object, ...]) -> None:
    """Watch until the broker is gone."""
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    nowhere = os.open(os.devnull, os.O_RDWR)
    os.dup2(nowhere, 1)  # whoever waits for `siap` must see the pipe end with the broker
    said = ""
    while not select.select([broker], [], [], POLL_MS / 1000)[0]:
        now = stamp(parties)
        if now == seen:
            continue
        try:
            render(plan)
            signal.pidfd_send_signal(broker, signal.SIGHUP)
        except ProcessLookupError:
            return
        except (AksesError, OSError) as error:
            if str(error) != said:
                log.error("who may come in stays as it was: %s", error)
            said = str(error)
            continue
        seen, said = now, ""
