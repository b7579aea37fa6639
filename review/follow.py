"""The follower: one thread that turns ledger rows into occurrences and moves the steps that waited.

It keeps a cursor per journal, reads rows in order, and writes rows and cursor in one transaction, so that a
kill at any moment loses and doubles nothing. A hint wakes it; once a second it looks anyway.
"""

import logging
import threading
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from card_registry.errors import AksesError
from card_registry.hint import HintListener
from card_registry.stores.ledger import event, head
from card_registry.stores.trouble import trouble
from review.office import Office
from review.projection import Occurrence, Place, project
from review.store import occurrences
from review.store.transaction import reading, writing
from review.workflow import orders, visits_watch
from review.workflow.pin_tries import PinTries
from review.workflow.publishing import track
from review.workflow.summing import sum_up

BATCH = 2_000
"""The most rows projected in one transaction."""

LOG = logging.getLogger("review.follow")


def project_ledger(office: Office) -> int:
    """Project what the ledger has gained; give the number of rows."""
    with reading(office.store) as connection:
        cursors = occurrences.cursors(connection)
    with reading(office.ledger) as ledger:
        heads = ledger.execute(select(head.c.controller, head.c.epoch, head.c.next)).all()
    zone, gained, cases = office.zone(), 0, dict[str, str | None]()
    for controller, epoch, end in heads:
        start = cursors.get((controller, epoch), 0)
        for rows in _ahead(office, (controller, epoch), range(start, end), zone):
            with writing(office.store) as connection:
                occurrences.keep(connection, (controller, epoch), rows[0].place.seq, rows, cases)
            gained += len(rows)
    return gained


def _ahead(office: Office, journal: tuple[str, int], span: range, zone: str) -> Iterator[list[Occurrence]]:
    """Give a journal's rows by transactions; of a backlog the next are read while the last are written."""
    if len(span) <= BATCH:
        rows = _read(office, journal, span.start, zone) if span else []
        yield from [rows] if rows else []
        return
    with ThreadPoolExecutor(1, "follow-ahead") as reader:
        coming: Future[list[Occurrence]] | None = reader.submit(_read, office, journal, span.start, zone)
        while coming is not None and (rows := coming.result()):
            after = rows[-1].place.seq + 1
            coming = reader.submit(_read, office, journal, after, zone) if after in span else None
            yield rows


def _read(office: Office, journal: tuple[str, int], start: int, zone: str) -> list[Occurrence]:
    controller, epoch = journal
    query = (
        select(event.c.seq, event.c.body)
        .where(event.c.controller == controller, event.c.epoch == epoch, event.c.seq >= start)
        .order_by(event.c.seq)
        .limit(BATCH)
    )
    with reading(office.ledger) as connection:
        found = connection.execute(query).all()
    return [project(Place(controller, epoch, seq), bytes(body), zone) for seq, body in found]


@dataclass(slots=True)
class Follower:
    """The thread itself; ``changes`` grows whenever something a page shows has moved."""

    office: Office
    changes: int = 0
    _stop: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None
    _tries: PinTries = field(init=False)

    def __post_init__(self) -> None:
        """Watch this office's PINs as well."""
        self._tries = PinTries(self.office)

    def once(self) -> None:
        """Look once, at everything."""
        self.changes += project_ledger(self.office) + track(self.office) + orders.track(self.office)
        self.changes += self._tries.look() + visits_watch.look(self.office)
        sum_up(self.office)

    def start(self) -> None:
        """Follow until stopped."""
        self._thread = threading.Thread(target=self._run, name="follow", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End the thread; what it was writing is committed or undone."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join(3)

    def _run(self) -> None:
        said = ""
        with HintListener(self.office.run / "console.sock") as hints:
            while not self._stop.is_set():
                why = self._try()
                if why and why != said:
                    LOG.warning("the ledger or registry cannot be followed now: %s", why)
                elif said and not why:
                    LOG.info("the ledger and registry are followed again")
                said = why
                hints.wait(0.5)

    def _try(self) -> str:
        """Look once; give what was wrong, empty when nothing was."""
        try:
            self.once()
        except SQLAlchemyError as error:
            self.office.reopen()
            return trouble(error)
        except (AksesError, ValueError) as error:
            return type(error).__name__
        return ""
