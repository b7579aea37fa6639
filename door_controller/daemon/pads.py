"""The PINs being typed, one a door: which tap each belongs to, and what became of it.

A dialogue belongs to the door and not to the keypad, so reader and keypad may be two devices. A newer tap at
the same door takes the dialogue over; the older tap is then answered as one whose PIN never came.
"""

import itertools
from collections.abc import Mapping

from card_registry.decision import Tap
from card_registry.shown import PinRow
from card_registry.words import DoorId, HolderId
from door_controller.pin import dialogue
from door_controller.pin.checker import PinChecker
from door_controller.pin.dialogue import Cancelled, Complete, Dialogue, Typing


class Pads:
    """The open dialogues of one controller, in the deciding thread."""

    def __init__(self, checker: PinChecker) -> None:
        """Have complete PINs checked by ``checker``."""
        self._checker = checker
        self._open: dict[DoorId, tuple[Tap, HolderId, Dialogue]] = {}
        self._asked: dict[int, tuple[Tap, HolderId]] = {}
        self._tokens = itertools.count(1)

    def open(self, tap: Tap, holder: HolderId, digits: int, now: int) -> Tap | None:
        """Wait for the PIN that goes with a tap; give the tap whose dialogue this ended, if any."""
        before = self._open.pop(tap.door, None)
        self._open[tap.door] = (tap, holder, dialogue.opened(digits, now))
        return None if before is None else before[0]

    def type(self, door: DoorId, key: str, pins: Mapping[HolderId, PinRow], now: int) -> Tap | None:
        """Take one key at a door; give the tap that was given up by it, if any."""
        found = self._open.get(door)
        if found is None:
            return None
        tap, holder, open_ = found
        match dialogue.step(open_, key, now):
            case Typing(further):
                self._open[door] = (tap, holder, further)
                return None
            case Complete(pin):
                del self._open[door]
                token = next(self._tokens)
                self._asked[token] = (tap, holder)
                self._checker.ask(token, pins.get(holder), pin)
                return None
            case Cancelled():
                del self._open[door]
                return tap

    def answered(self, token: int) -> tuple[Tap, HolderId] | None:
        """Give the tap that a checked PIN belongs to."""
        return self._asked.pop(token, None)

    def over(self, now: int) -> tuple[Tap, ...]:
        """End the dialogues whose time is over; give their taps."""
        ended = [door for door, (_, _, open_) in self._open.items() if now >= dialogue.due(open_)]
        return tuple(self._open.pop(door)[0] for door in ended)

    def due(self) -> int | None:
        """Give when the next dialogue is over; None while none is open."""
        return min((dialogue.due(open_) for _, _, open_ in self._open.values()), default=None)
