"""The PN532 as its host sees it: commands, registers, the field, and what breaks (user manual, chapter 7).

It decides what each command answers and how long the air and the chip need for it. The wire, the waiting and
the thread are left to ``wire``; what a card says to ``picc``.

Pure.
"""

from collections.abc import Callable
from dataclasses import dataclass

from door_controller.simulator.picc import Card

BAUDS = (9600, 19200, 38400, 57600, 115200, 230400, 460800, 921600, 1288000)
CHIP_SECONDS = 0.0005
"""What the chip itself works on one command (assumed)."""

PATIENCE_MOST = 3.3
"""The longest the chip waits for a card, in seconds (its timer's largest setting)."""

TRY_SECONDS = 0.005
"""How long one look for a card takes (assumed)."""

FOREVER = 0xFF

_BIT_SECONDS = 128 / 13.56e6
_TURNAROUND_SECONDS = 1236 / 13.56e6
_SELECTION_BYTES = 24
"""REQA, anticollision and selection of a seven-byte UID, about, both ways."""

TIMEOUT = b"\x01"
"""The status of an exchange that the card did not answer in time."""

_OK, _WRONG_PARAMETER = b"\x00", b"\x10"
_VERSION = bytes.fromhex("32010607")
_FIFO_DATA, _REQA = 0x6339, 0x26
_FIELD, _TIMINGS, _RETRIES = 0x01, 0x02, 0x05
_TARGETS_MOST = 2
_TYPE_A = 0


@dataclass(frozen=True, slots=True)
class Answer:
    """What the chip answers, after how many seconds of chip and air, and of the card's own thinking."""

    data: bytes
    link_seconds: float = CHIP_SECONDS
    card_seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Look:
    """The chip looks for a card up to ``tries`` times; FOREVER has no end."""

    tries: int


@dataclass(frozen=True, slots=True)
class Unknown:
    """A command the chip does not know, or with too few parameters."""


class Chip:
    """The state of one chip and the card in its field."""

    def __init__(self) -> None:
        self.card: Card | None = None
        self.wake()

    def wake(self) -> None:
        """Start as after power-up."""
        self.baud = 115200
        self._selected = False
        self._registers: dict[int, int] = {}
        self._tries = FOREVER
        self._patience = 0.0512
        self._commands: dict[int, Callable[[bytes], Answer | Look]] = {
            0x00: lambda data: Answer(data if data[0] == 0 else _OK),
            0x02: lambda _: Answer(_VERSION),
            0x04: lambda _: Answer(bytes([0, 0, int(self._selected), 0])),
            0x06: self._read_registers,
            0x08: self._write_registers,
            0x10: self._set_baud,
            0x12: lambda data: Answer(data[:0]),
            0x14: lambda data: Answer(data[:0]),
            0x16: self._power_down,
            0x32: self._configure_field,
            0x42: self._communicate,
            0x4A: self._look,
            0x52: self._release,
        }

    def put(self, card: Card | None) -> None:
        """Bring a card into the field, or take it out."""
        self.card = card
        self._selected = False
        if card is not None:
            card.reset()

    def execute(self, code: int, data: bytes) -> Answer | Look | Unknown:
        """Carry out one command of the host."""
        command = self._commands.get(code)
        if command is None:
            return Unknown()
        try:
            return command(data)
        except IndexError:
            return Unknown()

    def _read_registers(self, data: bytes) -> Answer:
        names = [int.from_bytes(data[place : place + 2]) for place in range(0, len(data), 2)]
        # The FIFO still holds the request when nobody answered it: nfcpy asks for this.
        known = {**self._registers, _FIFO_DATA: _REQA}
        return Answer(bytes(known.get(name, 0) for name in names))

    def _write_registers(self, data: bytes) -> Answer:
        for place in range(0, len(data), 3):
            self._registers[int.from_bytes(data[place : place + 2])] = data[place + 2]
        return Answer(b"")

    def _set_baud(self, data: bytes) -> Answer:
        self.baud = BAUDS[data[0]]
        return Answer(b"")

    def _power_down(self, data: bytes) -> Answer:
        del data
        self.put(self.card)
        return Answer(_OK)

    def _configure_field(self, data: bytes) -> Answer:
        item, values = data[0], data[1:]
        if item == _FIELD and not values[0] & 1:
            self.put(self.card)  # without a field the card loses its power
        elif item == _TIMINGS:
            self._patience = 100e-6 * 2 ** (values[2] - 1) if values[2] else PATIENCE_MOST
        elif item == _RETRIES:
            self._tries = values[2]
        return Answer(b"")

    def _look(self, data: bytes) -> Answer | Look:
        if not 0 < data[0] <= _TARGETS_MOST:
            return Answer(_WRONG_PARAMETER)
        if data[1] != _TYPE_A:
            return Answer(b"\x00", CHIP_SECONDS + TRY_SECONDS)
        return Look(self._tries)

    def found(self) -> Answer | None:
        """Answer a look with the card in the field, if there is one."""
        if self.card is None:
            return None
        self.card.reset()
        self._selected = True
        card = self.card
        listed = bytes([1, 1]) + card.atqa + bytes([card.sak, len(card.uid)]) + card.uid
        return Answer(listed, CHIP_SECONDS + _air_seconds(_SELECTION_BYTES))

    def _communicate(self, data: bytes) -> Answer:
        asked = CHIP_SECONDS + _air_seconds(len(data))
        spoken = self.card.frame(data) if self.card is not None and self._selected else None
        if spoken is None or spoken.seconds > self._patience:
            return Answer(TIMEOUT, asked + self._patience)
        return Answer(_OK + spoken.data, asked + _air_seconds(len(spoken.data)), spoken.seconds)

    def _release(self, data: bytes) -> Answer:
        del data
        self._selected = False
        return Answer(_OK)


def _air_seconds(count: int) -> float:
    """Say how long a frame of ``count`` bytes and its CRC takes at 106 kbit/s, with the pause before it."""
    return ((count + 2) * 9 + 2) * _BIT_SECONDS + _TURNAROUND_SECONDS
