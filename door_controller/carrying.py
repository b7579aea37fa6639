"""What door and desk share: the registry coming in, journal and status going out, and the threads for it."""

import secrets
import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path

from card_registry.journal.event import Body
from card_registry.statements import DoorView
from card_registry.words import ControllerKind
from door_controller.adopter import Adopter, Place
from door_controller.clock import boottime
from door_controller.courier import Courier, Intake, Ways
from door_controller.enrol import Identity
from door_controller.nonces import Nonces
from door_controller.opening import Opened
from door_controller.order_desk import OrderDesk
from door_controller.orders import NONCE_MS, OrdersSeen, Post
from door_controller.outbox import Outbox, View
from door_controller.parts import scratch_folder
from door_controller.standing import Standing
from door_controller.witnessing import Witnessing
from firmware_config.model import SiteFile

Shown = Callable[[], tuple[tuple[DoorView, ...], tuple[str, ...]]]
"""Gives the doors and the standing alarms, for the status."""


class Carrying:
    """The adopter's and the courier's threads of one controller."""

    def __init__(
        self,
        site: SiteFile,
        identity: Identity,
        opened: Opened,
        note: Callable[[Body], None],
        shown: Shown,
        on_orders: Callable[[OrdersSeen], None] | None = None,
    ) -> None:
        """Verify what is stored; start nothing yet. Without ``on_orders`` no order is looked for."""
        self._clock, self._shown = opened.clock, shown
        folders, journal = site.folders, opened.journal
        place = Place(Path(folders.slots), scratch_folder(Path(folders.state)), site.controller)
        place.slots.mkdir(parents=True, exist_ok=True)
        self._adopter = Adopter(place, identity.bundle, journal, opened.clock, note)
        self._adopter.boot()
        self._witnessing = Witnessing(
            place.slots, journal, opened.clock, lambda: self._adopter.authority_keys, note
        )
        run = Path(folders.run)
        ways = Ways(place.slots, run / "door.sock", run / "bridge.sock")
        outbox = Outbox(Path(folders.outbox), journal, identity.log_key, opened.start)
        self._courier = Courier(
            ways,
            outbox,
            journal,
            opened.clock,
            lambda: self._adopter.receipt_keys,
            self._view,
            note,
        )
        if site.kind is ControllerKind.DOOR:
            self._courier.prune(site.journal.retention_d)
        if on_orders is not None:
            self._courier.take_orders(self._intake(site, opened, on_orders))
        self._stopping, self._look_now = threading.Event(), threading.Event()
        self._courier.also(self._look_now.set)
        self._adopting = threading.Thread(target=self._adopt, name="adopter", daemon=True)

    @property
    def standing(self) -> Standing:
        """Give what decides at this moment."""
        return self._adopter.standing

    @property
    def linked(self) -> bool:
        """Say whether the server is within reach, as far as its receipts tell."""
        return self._courier.linked

    def start(self) -> None:
        """Begin to look and to carry."""
        self._adopting.start()
        self._courier.start()

    def wake(self) -> None:
        """Carry what was just written; returns at once."""
        self._courier.wake()

    def close(self) -> None:
        """Stop both threads."""
        self._stopping.set()
        self._look_now.set()
        if self._adopting.is_alive():
            self._adopting.join(1.5)
        self._courier.close()

    def _intake(self, site: SiteFile, opened: Opened, give: Callable[[OrdersSeen], None]) -> Intake:
        post = Post(site.site, site.controller, frozenset(door.id for door in site.door))
        nonces = Nonces(NONCE_MS, partial(secrets.token_hex, 16), boottime())
        slots = Path(site.folders.slots)
        desk = OrderDesk(slots, post, lambda: self._adopter.order_keys, nonces, opened.journal, opened.clock)
        return Intake(desk, nonces, give)

    def _view(self) -> View:
        doors, alarms = self._shown()
        standing = self._adopter.standing
        kept = self._adopter.kept
        return View(self._clock.moment().wall, standing.staleness, standing.versions, doors, alarms, kept)

    def _adopt(self) -> None:
        while not self._stopping.is_set():
            was = self._adopter.standing
            self._adopter.look()
            self._witnessing.look()
            if self._adopter.standing is not was:
                self._courier.wake()
            self._look_now.wait(1.0)
            self._look_now.clear()
