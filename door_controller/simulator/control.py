"""The simulator's control socket: carries out one request at a time for each connection.

It decides which reader, card or line a request means. What a request may say is left to ``control_wire``.
"""

import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import assert_never

import msgspec

from card_registry.errors import AksesError, OperatorMistaken
from door_controller.simulator.bolt import Bolts
from door_controller.simulator.cards import CardBox, CardRecord
from door_controller.simulator.control_wire import (
    Answer,
    Break,
    CardList,
    Cards,
    CardView,
    Done,
    Follow,
    Held,
    History,
    KeyIn,
    LineHistory,
    LineList,
    Lines,
    Made,
    Moved,
    NewCard,
    Present,
    Press,
    Refusal,
    Remove,
    Request,
    Set,
)
from door_controller.simulator.keypad import VirtualKeypad
from door_controller.simulator.lines import LINES, LineBank
from door_controller.simulator.wire import VirtualReader

_REQUESTS = msgspec.json.Decoder(Request)
_ENCODER = msgspec.json.Encoder()


@dataclass(frozen=True, slots=True)
class Bench:
    """Everything a request can reach; ``stop`` ends every wait."""

    cards: CardBox
    readers: Mapping[str, VirtualReader]
    lines: LineBank
    stop: threading.Event
    bolts: Bolts
    keypads: Mapping[str, VirtualKeypad] = field(default_factory=dict)

    def keypad(self, name: str) -> VirtualKeypad:
        """Give a keypad by its name.

        Raises:
            OperatorMistaken: There is no such keypad.
        """
        if name not in self.keypads:
            listed = ", ".join(self.keypads) or "none"
            raise OperatorMistaken(f"there is no keypad {name!r}; there are: {listed}")
        return self.keypads[name]

    def reader(self, name: str) -> VirtualReader:
        """Give a reader by its name.

        Raises:
            OperatorMistaken: There is no such reader.
        """
        if name not in self.readers:
            raise OperatorMistaken(f"there is no reader {name!r}; there are: {', '.join(self.readers)}")
        return self.readers[name]


class ControlConversation:
    """One connection to the control socket."""

    def __init__(self, bench: Bench) -> None:
        self._bench = bench

    def answer(self, line: bytes) -> bytes | None:
        """Carry out one request."""
        try:
            answer = carry_out(self._bench, _REQUESTS.decode(line))
        except (msgspec.DecodeError, AksesError, OSError) as error:
            return _ENCODER.encode(Refusal(str(error)))
        return _ENCODER.encode(answer)

    def end(self) -> None:
        """Nothing is kept for a connection; a card it presented stays where it is."""


def carry_out(bench: Bench, request: Request) -> Answer:
    """Do what a request asks, and say what came of it."""
    match request:
        case Cards():
            return CardList(
                tuple(map(_view, bench.cards.records())), tuple(bench.readers), tuple(bench.keypads)
            )
        case NewCard(label, kind, sign_ms):
            return Made(_view(bench.cards.make(label, kind, sign_ms)))
        case Present(card, reader, hold_ms):
            return _present(bench, card, bench.reader(reader), hold_ms)
        case Remove(reader):
            return Held(None, _milliseconds(bench.reader(reader).remove()))
        case Lines() | Set() | Press() | History():
            return _lines(bench, request)
        case KeyIn(keypad, keys, gap_ms):
            bench.keypad(keypad).press(keys, gap_ms)
            return Done()
        case Break(name, kind):
            broken = bench.keypads.get(name) or bench.reader(name)
            broken.break_down(kind)
            return Done()
        case Follow(line, leader, ms, inverted):
            bench.bolts.follow(line, leader, ms, inverted=inverted)
            return Done()
        case _:
            assert_never(request)


def _lines(bench: Bench, request: Lines | Set | Press | History) -> Answer:
    match request:
        case Lines():
            return LineList(tuple(bench.lines.view(line) for line in LINES))
        case Set(line, level):
            return Moved(line, bench.lines.move(line, level), _now())
        case Press(line, ms):
            return _press(bench, line, ms)
        case History(line, since):
            count = bench.lines.view(line).changes
            return LineHistory(line, count, bench.lines.history(line, since))
        case _:
            assert_never(request)


def _present(bench: Bench, card: str, reader: VirtualReader, hold_ms: int | None) -> Held:
    reader.present(bench.cards.card(card))
    at = _now()
    if hold_ms is None:
        return Held(at, None)
    bench.stop.wait(hold_ms / 1000)
    return Held(at, _milliseconds(reader.remove()))


def _press(bench: Bench, line: int, ms: int) -> Moved:
    before = bench.lines.outside(line)
    bench.lines.move(line, 1 - bench.lines.view(line).level)
    at = _now()
    bench.stop.wait(ms / 1000)
    return Moved(line, bench.lines.move(line, before), at)


def _view(record: CardRecord) -> CardView:
    return CardView(record.id, record.label, record.kind, record.sign_ms, record.digest)


def _milliseconds(seconds: float | None) -> float | None:
    return None if seconds is None else seconds * 1000


def _now() -> float:
    return time.monotonic_ns() / 1e6
