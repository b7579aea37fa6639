"""The console as a process: opens its stores, follows the ledger, serves until told to stop."""

import gc
import logging
import secrets
import socket
import sys
from dataclasses import dataclass, replace
from pathlib import Path
from types import FrameType

import msgspec
import uvicorn

from card_registry.durable import read_plain
from card_registry.errors import OperatorMistaken
from card_registry.stores.engine import open_store
from card_registry.words import SiteId, require_slug
from review.follow import Follower
from review.in_force import PAUSE, InForce
from review.notices.clockwork import clockwork
from review.notices.rounds import Rounds
from review.notices.settings import read_mail
from review.office import DoorSign, Office
from review.setting_up import now, open_office, site_of
from review.web.app import create_app
from review.web.console import Console

GOODBYE = 1
"""Seconds that running requests get at the end; what waits on purpose ends at once."""


@dataclass(frozen=True, slots=True)
class Stores:
    """Where the three stores are, by URL."""

    office: str
    ledger: str
    registry: str


def read_doors(path: Path) -> tuple[DoorSign, ...]:
    """Read the doors' names: ``{"doors": [{"id", "label", "controller"}]}``.

    Raises:
        OperatorMistaken: The file is not of this format.
    """
    try:
        loose = msgspec.json.decode(read_plain(path), type=dict[str, list[dict[str, str]]])
        _require_only(set(loose), {"doors"})
        return tuple(_sign(one) for one in loose["doors"])
    except (msgspec.DecodeError, ValueError) as error:
        message = f"{path.name} does not name the doors: {error}"
        raise OperatorMistaken(message) from error


def _sign(one: dict[str, str]) -> DoorSign:
    _require_only(set(one), set(DoorSign.__dataclass_fields__))
    require_slug(one["id"], "a door id")
    require_slug(one["controller"], "a controller id")
    return msgspec.convert(one, DoorSign)


def _require_only(given: set[str], wanted: set[str]) -> None:
    if given != wanted:
        message = f"it holds {', '.join(sorted(given))}; it must hold {', '.join(sorted(wanted))}"
        raise ValueError(message)


def open_office_of(stores: Stores, site: str, run: Path, doors: Path) -> Office:
    """Open the office and what it reads.

    Raises:
        OperatorMistaken: A store is missing or another site's, or the doors' file is wrong.
        StoreBroken: The office store is of another program.
    """
    signs = read_doors(doors)
    registry = open_store(stores.registry, "registry", read_only=True)
    ledger = open_store(stores.ledger, "ledger", read_only=True)
    store = open_office(stores.office)
    known = site_of(store)
    if known != site:
        message = (
            f"this office store belongs to site {known or '(none: run akses review init)'}, not to {site}"
        )
        raise OperatorMistaken(message)
    run.mkdir(parents=True, exist_ok=True)
    tables = InForce(store)
    return Office(store, registry, ledger, SiteId(site), run, signs, tables, now, secrets.token_bytes)


def open_console(
    stores: Stores, site: str, run: Path, doors: Path, simulator: Path | None, mail: Path | None = None
) -> Console:
    """Open everything the console needs.

    Raises:
        OperatorMistaken: A store is missing or another site's, or the doors' or the mail's file is wrong.
        StoreBroken: The office store is of another program.
    """
    settings = None if mail is None else read_mail(mail)
    office = open_office_of(stores, site, run, doors)
    office = replace(office, announce=settings.announce_to) if settings else office
    rounds = clockwork(office, settings)
    if isinstance(office.procedures, InForce):
        rounds = (*rounds, Rounds("profile", office.procedures.refresh, PAUSE))
    return Console(office, Follower(office), simulator, rounds=rounds)


class Server(uvicorn.Server):
    """Uvicorn, which here says ``siap`` when it listens and ends what waits on purpose when told to stop."""

    def __init__(self, config: uvicorn.Config, console: Console) -> None:
        """Serve ``console``."""
        super().__init__(config)
        self._console = console

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """End long polls and streams first, then everything else; being told to stop is no failure."""
        del sig, frame
        self._console.stopping.set()
        self.should_exit = True

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to listen, and say so on one line."""
        await super().startup(sockets)
        if self.started:
            sys.stdout.write("siap\n")
            sys.stdout.flush()


def listen(host: str, port: int) -> socket.socket:
    """Take the port.

    Raises:
        OperatorMistaken: Another program has it.
    """
    taken = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM)
    try:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        taken.bind((host, port))
    except OSError as error:
        taken.close()
        message = f"the console cannot listen on {host}:{port} ({error.strerror}); choose another --port"
        raise OperatorMistaken(message) from error
    return taken


def settle() -> None:
    """Leave what is loaded for good out of the collector's rounds, which hold up a page."""
    gc.collect()
    gc.freeze()


def serve_console(console: Console, host: str, port: int) -> None:
    """Serve until SIGTERM or SIGINT."""
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr, format="%(name)s: %(message)s")
    with listen(host, port) as taken:
        config = uvicorn.Config(
            create_app(console),
            log_config=None,
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=GOODBYE,
            timeout_keep_alive=15,
            limit_concurrency=200,
            h11_max_incomplete_event_size=32 * 1024,
            http="h11",
            ws="none",
            lifespan="off",
        )
        settle()
        console.follower.start()
        for one in console.rounds:
            one.start()
        try:
            Server(config, console).run(sockets=[taken])
        finally:
            console.follower.stop()
            for one in console.rounds:
                one.stop()
            for store in (console.office.store, console.office.registry, console.office.ledger):
                store.dispose()
