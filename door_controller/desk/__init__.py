"""The desk: a reader without a door, where an approved card is bound to what it proves.

It dials out to the console for jobs (``console``), reads the card itself, writes ``credential-bound`` into
its own journal (``binding``), and only then tells the console. Journal, outbox and registry are the door's;
there is no lock, and the network is used for the console alone.

Only a card that was brought to the reader after its job was shown is bound: one left lying there is not.
"""

import logging
import queue
import signal
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack, suppress
from dataclasses import replace
from pathlib import Path

from card_registry.errors import AksesError, OperatorMistaken, StoreBroken
from card_registry.journal.event import Body
from card_registry.words import ControllerKind
from door_controller import enrol
from door_controller.carrying import Carrying
from door_controller.desk import binding
from door_controller.desk.console import Console, Job, Result, Unreachable, read_token
from door_controller.enrol import Identity
from door_controller.opening import Opened, open_journal
from door_controller.parts import Readers
from door_controller.pseudonyms import Pseudonyms
from door_controller.readers import Presented, ReaderEvent, ReaderFault, ReaderRestored
from firmware_config.files import load
from firmware_config.model import SiteFile

_LOG = logging.getLogger(__name__)

PROGRAM = "akses-desk"
CARD_SECONDS = 5.0
"""How long a card is waited for before the console is asked whether the job still stands."""

RETRY_SECONDS = 1.0
"""How long after a refusal the console is asked again."""


def run(folder: Path, console: str, token_file: Path, port: Path | None, ready: Callable[[], None]) -> None:
    """Run the desk whose site file is in ``folder`` until SIGTERM or SIGINT.

    Raises:
        OperatorMistaken, StoreBroken: It cannot start.
    """
    site = load(folder / "site.toml")
    if site.kind is not ControllerKind.DESK:
        raise OperatorMistaken(f"{folder / 'site.toml'} is a door's; start it with: akses door run")
    if port is not None:
        site = replace(site, reader=(replace(site.reader[0], port=str(port)),))
    identity, token = enrol.load(Path(site.folders.state)), read_token(token_file)
    with ExitStack() as stack:
        path = Path(site.folders.state) / "door.db"
        opened = open_journal(path, site.site, site.controller, identity.bundle.epoch, PROGRAM)
        stack.callback(opened.journal.close)
        desk = Desk(site, identity, opened, stack.enter_context(Console(console, token)))
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: desk.stop())
        desk.run(ready)


class Desk:
    """One desk: a thread that asks the console and binds, beside the reader's and the carrying ones."""

    def __init__(self, site: SiteFile, identity: Identity, opened: Opened, console: Console) -> None:
        self._site, self._console = site, console
        self._journal, self._clock = opened.journal, opened.clock
        self._names = Pseudonyms(identity.pseudonym_key, opened.journal, lambda: opened.clock.moment().wall)
        self._events: queue.SimpleQueue[ReaderEvent | None] = queue.SimpleQueue()
        self._stopping = threading.Event()
        self._alarms: set[str] = set()
        self._carrying = Carrying(
            site, identity, opened, self._note, lambda: ((), tuple(sorted(self._alarms)))
        )
        self._working = threading.Thread(target=self._work, name="desk", daemon=True)

    def run(self, ready: Callable[[], None]) -> None:
        """Make cards until stopped; the console may come and go."""
        readers = Readers(self._site, self._events.put, self._names.unknown)
        readers.start()
        self._carrying.start()
        self._working.start()
        ready()
        try:
            self._stopping.wait()
        finally:
            readers.close()
            self._carrying.close()

    def stop(self) -> None:
        """End ``run`` soon; a question to the console that is on its way is left unanswered."""
        self._stopping.set()
        self._events.put(None)

    def _work(self) -> None:
        shown: tuple[str, int] = ("", 0)
        while not self._stopping.is_set():
            try:
                job = self._console.job()
                if job is not None:
                    shown = shown if shown[0] == job.id else (job.id, time.monotonic_ns())
                    self._make(job, shown[1])
            except (AksesError, OSError) as error:
                if not isinstance(error, Unreachable):
                    _LOG.warning("%s", error)
                self._stopping.wait(RETRY_SECONDS)

    def _make(self, job: Job, shown: int) -> None:
        """Answer a job from the journal, or from the card that is brought next."""
        result: Result | None = binding.answered(self._journal, job)
        if result is None:
            presented = self._next_card(shown)
            if presented is None:
                return
            result = binding.bind(self._journal, job, presented, self._clock.moment())
            self._carrying.wake()
        self._console.tell(job.id, result)

    def _next_card(self, shown: int) -> Presented | None:
        """Wait a while for a card that was brought after the job was shown."""
        ends = time.monotonic() + CARD_SECONDS
        while not self._stopping.is_set() and (left := ends - time.monotonic()) > 0:
            with suppress(queue.Empty):
                match self._events.get(timeout=left):
                    case Presented() as presented if presented.at >= shown:
                        return presented
                    case ReaderFault(reader):
                        self._alarms.add(f"reader-failed {reader}")
                    case ReaderRestored(reader):
                        self._alarms.discard(f"reader-failed {reader}")
                    case _:
                        continue
        return None

    def _note(self, body: Body) -> None:
        """Write down what registry and receipts had to say."""
        try:
            self._journal.append(body, self._clock.moment())
        except StoreBroken as error:
            _LOG.error("the journal takes no event: %s", error)
