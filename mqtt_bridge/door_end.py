"""The bridge beside a controller: slots and orders down into its folder, batches and status up.

It has a network and no keys of the trade. Everything it carries is judged by those who can: slots, orders and
receipts by the door, batches and status by the hub. What is sent when is decided in ``session``, what becomes
a file in ``slot_intake``; here both are obeyed, in one loop woken by the broker, by the door's hint, or by a
poll.
"""

import contextlib
import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from card_registry import canonical
from card_registry.certificate import certificate_slot
from card_registry.durable import read_plain, write_whole
from card_registry.errors import AksesError, Malformed, OperatorMistaken
from card_registry.hint import HintListener, send_hint
from card_registry.signing import Sealed
from card_registry.statements import Receipt
from card_registry.trust.packing import unpack
from card_registry.trust.slots import ACKNOWLEDGEMENT, AUTHORITY, ORDERS, file_name, needed
from card_registry.words import ControllerId, SiteId
from mqtt_bridge import certificate_intake, session
from mqtt_bridge.daemon import say_ready, told
from mqtt_bridge.link import Address, Arrival, Link
from mqtt_bridge.outbox import Outbox
from mqtt_bridge.slot_intake import (
    TOTAL,
    Folder,
    Rejected,
    Unchanged,
    Write,
    hold,
    take,
    without,
    written,
)
from mqtt_bridge.tls import client_context
from mqtt_bridge.topics import AckOf, CmdOf, SlotOf, locate, log_topic, status_topic, subscriptions

log = logging.getLogger(__name__)

NEWCOMER = 2.0
"""Seconds after which a bridge that nothing came to asks again: the broker may just be learning of it."""

POLL = 1.0
"""Seconds between looks when nobody gives a hint."""


@dataclass(frozen=True, slots=True)
class Rhythm:
    """How often a bridge makes sure, in seconds.

    Every ``ask_again`` the retained slots are asked for, and the status is said again, which the hub answers
    with a receipt; after ``hub_silent`` without one another broker is tried: the hub may not reach this one.
    """

    ask_again: float = 60.0
    hub_silent: float = 150.0


def read_receipt(payload: bytes) -> Receipt:
    """Read a receipt's fields without judging its signature, which is the door's to judge.

    Raises:
        Malformed: It is not a signed receipt.
    """
    sealed = canonical.decode(payload, Sealed, "the signed receipt")
    return canonical.decode(sealed.body.encode(), Receipt, "the receipt")


class DoorEnd:
    """One controller's bridge: its folders, its connection, and what it remembers between two looks."""

    def __init__(
        self, folder: Path, site: SiteId, controller: ControllerId, link: Link, rhythm: Rhythm
    ) -> None:
        """Take up the controller's folders as they are.

        Raises:
            OperatorMistaken: There is no outbox or slot folder.
        """
        self._site, self._controller, self._link, self._rhythm = site, controller, link, rhythm
        self._slots, self._door = folder / "slots", folder / "run" / "door.sock"
        self._tls = folder / "tls"
        for place in (folder / "outbox", self._slots):
            if not place.is_dir():
                message = f"there is no folder {place.name} in {folder}; make it with `akses door init`"
                raise OperatorMistaken(message)
        self._outbox = Outbox(folder / "outbox", controller)
        self._folder = _read_folder(self._slots)
        self._session = session.connected(_now())
        self._status: bytes | None = None
        self._asked = self._heard = time.monotonic()
        self._unserved = True
        self._complaint = ""

    def turn(self, hints: HintListener) -> None:
        """Wait for something to happen, at most a poll's length, and do what follows from it."""
        wait = min(POLL, max(0.0, (session.next_deadline(self._session) - _now()) / 1000))
        turn = self._link.turn(wait, hints)
        hints.drain()
        if turn.connected:
            self._session, self._status = session.connected(_now()), None
            self._heard, self._unserved = time.monotonic(), True
        self._unserved = self._unserved and not turn.arrivals
        changes = [self._take_safely(arrival) for arrival in turn.arrivals]
        if any(changes):
            send_hint(self._door)
        if self._link.connected:
            self._send_safely()
        if self._link.connected and time.monotonic() - self._heard >= self._rhythm.hub_silent:
            self._link.leave(f"no receipt came through it for {self._rhythm.hub_silent:.0f} s")

    def _take_safely(self, arrival: Arrival) -> bool:
        """Store one message; whatever it is, the next one is looked at too."""
        try:
            return self._take(arrival)
        except Exception as error:  # noqa: BLE001 - one message of a hostile broker must not end the bridge
            self._complain(f"a message was dropped: {told(error)}")
            return False

    def _send_safely(self) -> None:
        """Send what there is to send; a folder that cannot be read now is looked at again."""
        try:
            self._send()
        except OSError as error:
            self._complain(f"the outbox cannot be read now ({error.strerror}); nothing is sent until it can")

    def _send(self) -> None:
        self._session, parcels = session.plan(self._session, self._outbox.look(), _now())
        for parcel in parcels:
            data = self._outbox.read(parcel)
            if data is not None:
                self._link.publish(log_topic(self._site, self._controller), data)
        status = self._outbox.status()
        if status is not None and status != self._status:
            self._link.publish(status_topic(self._site, self._controller), status, qos=1, retain=True)
            self._status = status
        patience = min(NEWCOMER, self._rhythm.ask_again) if self._unserved else self._rhythm.ask_again
        if time.monotonic() - self._asked >= patience:
            self._asked, self._status = time.monotonic(), None
            self._link.ask_again()

    def _take(self, arrival: Arrival) -> bool:
        """Store one message; True when the door has something new to look at."""
        match locate(self._site, arrival.topic):
            case SlotOf(name) if self._wants(name):
                return self._take_slot(name, arrival.payload)
            case AckOf(controller) if controller == self._controller:
                return self._take_receipt(arrival.payload)
            case CmdOf(controller) if controller == self._controller:
                return self._store(ORDERS, arrival.payload)
            case _:
                self._complain(f"a message for another place came and was dropped: {arrival.topic[:160]!r}")
                return False

    def _wants(self, name: str) -> bool:
        """Say whether a slot is one of this controller's."""
        return needed(name, self._controller) or name in {certificate_slot(self._controller), AUTHORITY}

    def _take_slot(self, name: str, payload: bytes) -> bool:
        try:
            body = unpack(payload, f"slot {name}")
        except Malformed as error:
            self._complain(f"a slot was dropped: {error}")
            return False
        if name == certificate_slot(self._controller):
            return self._take_certificate(body)
        return self._store(name if name == AUTHORITY else file_name(name), body)

    def _take_certificate(self, pem: bytes) -> bool:
        """Keep a renewed certificate for the next connection; the door has nothing to look at."""
        try:
            if certificate_intake.take(self._tls, self._controller, pem):
                log.info("a renewed certificate came; the next connection shows it")
        except (AksesError, OSError) as error:
            self._complain(f"a certificate was dropped: {error}")
        return False

    def _take_receipt(self, payload: bytes) -> bool:
        try:
            receipt = read_receipt(payload)
        except Malformed as error:
            self._complain(f"a receipt was dropped: {error}")
            return False
        if (receipt.site, receipt.controller) != (self._site, self._controller):
            self._complain("a receipt of another controller came and was dropped")
            return False
        self._heard = time.monotonic()
        self._session = session.receipted(self._session, receipt.epoch, receipt.next, _now())
        return self._store(ACKNOWLEDGEMENT, payload)

    def _store(self, name: str, data: bytes) -> bool:
        verdict = take(self._folder, name, data)
        match verdict:
            case Write():
                return self._write(verdict)
            case Rejected(why):
                self._complain(why)
                return False
            case Unchanged():
                return False

    def _write(self, verdict: Write) -> bool:
        name = verdict.name
        try:
            for other in verdict.instead_of:
                self._complain("the slot folder is full; what was written longest ago makes room")
                (self._slots / other).unlink(missing_ok=True)
                self._folder = without(self._folder, other)
            # A receipt is said again by the hub whenever somebody seems to lack it: no wait for the disk.
            write_whole(self._slots / name, verdict.data, lasting=name != ACKNOWLEDGEMENT)
        except OSError as error:
            self._complain(f"slot {name} cannot be written ({error.strerror}); it is asked for again")
            return False
        # If power fails here, the new slot stands and the next start reads it from the folder.
        self._folder = written(self._folder, verdict)
        return True

    def _complain(self, sentence: str) -> None:
        """Log a sentence, but not the same one over and over."""
        if sentence != self._complaint:
            log.warning("%s", sentence)
        self._complaint = sentence


def _now() -> int:
    return time.monotonic_ns() // 1_000_000


def _read_folder(folder: Path) -> Folder:
    """Take stock of a slot folder; what cannot be read there is written anew when it comes."""
    held = {}
    for path in sorted(folder.iterdir(), key=_written_at):
        try:
            if not path.name.startswith("."):
                held[path.name] = hold(read_plain(path, TOTAL))
        except (OSError, Malformed) as error:
            log.warning("slot file %s cannot be read and will be replaced: %s", path.name, error)
    return Folder(held)


def _written_at(path: Path) -> tuple[int, str]:
    """Give when a file was written, which orders them for ``slot_intake``; its name where times are equal."""
    with contextlib.suppress(OSError):
        return path.lstat().st_mtime_ns, path.name
    return 0, path.name


def run(
    folder: Path,
    site: SiteId,
    controller: ControllerId,
    addresses: Sequence[Address],
    rhythm: Rhythm = Rhythm(),
) -> None:
    """Be a controller's bridge until stopped, at the first of ``addresses`` that lets it in.

    Raises:
        OperatorMistaken: A folder or TLS file is missing.
    """
    tls = partial(client_context, folder / "tls")
    tls()
    with Link(controller, tls, addresses, subscriptions(site, controller)) as link:
        end = DoorEnd(folder, site, controller, link, rhythm)
        with HintListener(folder / "run" / "bridge.sock") as hints:
            say_ready()
            while True:
                end.turn(hints)
