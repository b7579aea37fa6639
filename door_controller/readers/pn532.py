"""A PN532 on a serial port as a supervised reader: finds a card, lets it prove itself, reports it once.

It decides how long a card may take, when a broken conversation is tried again, and what is the card's fault
and what the reader's. The proof is left to ``card_registry.cards``, the cable to ``port``, when a card is
new to ``presence``, health to ``supervision``.
"""

import contextlib
import errno
import threading
import time
from collections.abc import Generator
from dataclasses import dataclass, replace

from card_registry.cards import pkoc
from card_registry.words import CredentialKind, ReaderId, Tier
from door_controller.readers import (
    Doubt,
    Entropy,
    Presented,
    Proof,
    Proven,
    Pseudonym,
    Report,
    Trouble,
    Unproven,
)
from door_controller.readers.nfcpy import nfc
from door_controller.readers.port import Air, CardTooSlow, Port, open_chip
from door_controller.readers.presence import Presentation, has_left, saw, tried_enough
from door_controller.readers.supervision import Supervision, watch

CARD_SECONDS = 2.0
"""What one card may take in all; a PKOC tap on real hardware is expected to need 0.3 to 0.6 s."""

TRIES = 64
"""How often the chip looks for a card before it says there is none: a third of a second or so."""

IDLE_SECONDS = 0.02
"""The shortest turn without a card, should a chip say "none" at once."""

STILL_THERE_SECONDS = 0.1
RESET_SECONDS = 0.006
"""How long the field stays off so that every card forgets: ISO 14443-3 asks for 5 ms."""

REOPEN_SECONDS = (0.1, 0.25, 0.5, 1.0)
CLOSE_SECONDS = 2.0
_ISO_DEP = 0x20


@dataclass(frozen=True, slots=True)
class Pn532Settings:
    """Which reader, on which port, at what working speed; ``identifier`` is the 32 bytes PKOC cards see.

    A conversation that breaks is begun again, at least ``ATTEMPTS`` times and for ``retry_seconds``: a card
    that is still coming nearer breaks a few.
    """

    reader: ReaderId
    port: str
    identifier: bytes
    baud: int = 921600
    retry_seconds: float = 0.5

    def __post_init__(self) -> None:
        """Refuse an identifier that PKOC cannot carry."""
        if len(self.identifier) != pkoc.IDENTIFIER_BYTES:
            message = f"the identifier of reader {self.reader} must have {pkoc.IDENTIFIER_BYTES} bytes"
            raise ValueError(message)


class Pn532Reader:
    """One reader: a thread that reads, and a thread that watches it."""

    def __init__(
        self, settings: Pn532Settings, report: Report, pseudonym: Pseudonym, entropy: Entropy
    ) -> None:
        self._settings = settings
        self._report = report
        self._pseudonym = pseudonym
        self._entropy = entropy
        self._stop = threading.Event()
        self._health = Supervision(settings.reader, report)
        self._port: Port | None = None
        self._port_lock = threading.Lock()
        self._present: Presentation | None = None
        name = f"reader-{settings.reader}"
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._watchdog = threading.Thread(
            target=watch, args=(self._health, self._give_up, self._stop), name=f"{name}-watch", daemon=True
        )

    def start(self) -> None:
        """Begin to open the port and to read; returns at once."""
        self._thread.start()
        self._watchdog.start()

    def close(self) -> None:
        """Stop, and wait until the port is closed (at most a few seconds)."""
        self._stop.set()
        if self._thread.ident is None:
            return  # it was never started
        self._thread.join(CLOSE_SECONDS)
        if self._thread.is_alive():
            self._give_up()
            self._thread.join(CLOSE_SECONDS)
        self._watchdog.join()

    def _give_up(self) -> None:
        with self._port_lock:
            if self._port is not None:
                self._port.abort()

    def _run(self) -> None:
        failures = 0
        while not self._stop.is_set():
            self._health.beat()
            try:
                with self._opened() as device:
                    failures = 0
                    self._health.restored()
                    self._read_cards(device)
            except Exception:  # noqa: BLE001 - whatever a cable or a driver does, the thread lives on
                self._health.fault(Trouble.BROKEN)
                self._drop_unreported()
            self._stop.wait(REOPEN_SECONDS[min(failures, len(REOPEN_SECONDS) - 1)])
            failures += 1

    @contextlib.contextmanager
    def _opened(self) -> Generator[nfc.clf.pn532.Device]:
        try:
            port = Port(self._settings.port)
        except OSError:
            self._health.fault(Trouble.UNREACHABLE)
            raise
        with self._port_lock:
            self._port = port
        try:
            device = open_chip(port, self._settings.baud, TRIES)
            yield device
            with contextlib.suppress(Exception):  # a polite farewell; the next opening copes without
                device.close()
        finally:
            with self._port_lock:
                self._port = None
                port.close()

    def _read_cards(self, device: nfc.clf.pn532.Device) -> None:
        while not self._stop.is_set():
            began = time.monotonic()
            self._health.beat()
            target = _sense(device)
            if target is None:
                self._saw_nothing(time.monotonic_ns())
                self._stop.wait(max(0.0, began + IDLE_SECONDS - time.monotonic()))
                continue
            self._saw(device, target, time.monotonic_ns())
            device.mute()
            settled = self._present is not None and self._present.reported
            self._stop.wait(STILL_THERE_SECONDS if settled else RESET_SECONDS)

    def _saw_nothing(self, now: int) -> None:
        if self._present is not None and has_left(self._present, now):
            self._forget()

    def _saw(self, device: nfc.clf.pn532.Device, target: nfc.clf.RemoteTarget, now: int) -> None:
        uid = bytes(target.sdd_res or target.rid_res or b"")
        present = saw(self._present, uid, now)
        if self._present is not None and present.since != self._present.since:
            self._forget()
        self._present = replace(present, attempts=present.attempts + 1)
        if present.reported:
            return
        proof = self._prove(device, target, uid)
        if proof is None and tried_enough(self._present, now, self._settings.retry_seconds):
            proof = self._unproven(CredentialKind.UID, uid, Doubt.LINK)
        if proof is not None:
            self._settle(proof)
        self._present = replace(self._present, seen=time.monotonic_ns())

    def _drop_unreported(self) -> None:
        """Forget a card whose conversation our own trouble ended; if it is still there, it is asked anew."""
        if self._present is not None and not self._present.reported:
            self._present = None

    def _forget(self) -> None:
        """Let a card go; one that left before it was asked often enough is reported for what it was."""
        if self._present is not None and not self._present.reported:
            self._settle(self._unproven(CredentialKind.UID, self._present.uid, Doubt.LINK))
        self._present = None

    def _settle(self, proof: Proof) -> None:
        if self._present is not None:
            self._report(Presented(self._settings.reader, proof, self._present.since))
            self._present = replace(self._present, reported=True)

    def _prove(self, device: nfc.clf.pn532.Device, target: nfc.clf.RemoteTarget, uid: bytes) -> Proof | None:
        """Ask the card for its proof; None means that the conversation broke and may be tried again."""
        if not target.sel_res or not target.sel_res[0] & _ISO_DEP:
            return self._unproven(CredentialKind.UID, uid, Doubt.NO_PROTOCOL)
        try:
            air = Air(device, target, time.monotonic() + CARD_SECONDS)
            outcome = self._converse(nfc.tag.tt4.Type4ATag(air, target))
        except CardTooSlow:
            return self._unproven(CredentialKind.UID, uid, Doubt.TOO_SLOW)
        except OSError:
            raise
        except Exception:  # noqa: BLE001 - hostile cards make nfcpy raise IndexError, TypeError and others
            return None
        match outcome:
            case pkoc.Proven(public_key):
                return Proven(CredentialKind.PKOC, Tier.PUBLIC_KEY, pkoc.credential_digest(public_key))
            case pkoc.NoApplet():
                return self._unproven(CredentialKind.UID, uid, Doubt.NO_PROTOCOL)
            case pkoc.Failed(why):
                return self._unproven(CredentialKind.PKOC, uid, Doubt(why))

    def _converse(self, tag: nfc.tag.tt4.Type4ATag) -> pkoc.Outcome:
        exchange = pkoc.pkoc_exchange(self._entropy(pkoc.TRANSACTION_BYTES), self._settings.identifier)
        command = next(exchange)
        while True:
            answer = bytes(tag.transceive(bytearray(command)))
            try:
                command = exchange.send(answer)
            except StopIteration as end:
                outcome: pkoc.Outcome = end.value
                return outcome

    def _unproven(self, kind: CredentialKind, uid: bytes, why: Doubt) -> Unproven:
        return Unproven(kind, self._pseudonym(uid), why)


def _sense(device: nfc.clf.pn532.Device) -> nfc.clf.RemoteTarget | None:
    """Wait a while for a card of type A.

    Raises:
        OSError: The chip does not answer, or not like a chip.
    """
    try:
        return device.sense_tta(nfc.clf.RemoteTarget("106A"))
    except OSError as error:
        if error.errno != errno.ETIMEDOUT:
            raise
    except Exception:  # noqa: BLE001, S110 - a hostile card's anticollision; the chip is asked below
        pass
    device.chipset.get_firmware_version()
    return None
