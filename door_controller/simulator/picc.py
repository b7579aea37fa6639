"""The card side of ISO/IEC 14443-4, type A: activation, blocks, chaining, more time, deselection.

It decides what a card answers to each frame and after how long; what an application answers to an APDU is
left to ``cards``, the chip in the reader to ``pn532``. Rule numbers are those of ISO/IEC 14443-4, 7.5.4.

Pure.
"""

from dataclasses import dataclass
from typing import Protocol

FRAME_SIZES = (16, 24, 32, 40, 48, 64, 96, 128, 256)
"""FSDI and FSCI 0 to 8, in bytes, with PCB and CRC."""

_OVERHEAD = 3
_RATS, _DESELECT = 0xE0, 0xC2
_I_BLOCK, _CHAINED, _BLOCK_NUMBER = 0x02, 0x10, 0x01
_R_ACK, _R_NAK, _R_MASK = 0xA2, 0xB2, 0xFE
_WTX = 0xF2
_WTXM_MOST = 59
_FWT_UNIT = 4096 / 13.56e6


@dataclass(frozen=True, slots=True)
class Spoken:
    """What a card says: the frame or APDU, and how many seconds it thinks first."""

    data: bytes
    seconds: float = 0.0


class Application(Protocol):
    """What answers APDUs inside a card."""

    def reset(self) -> None:
        """Forget what was selected."""

    def answer(self, apdu: bytes) -> Spoken:
        """Answer one command APDU."""


class Card(Protocol):
    """What a reader chip sees in its field."""

    uid: bytes
    atqa: bytes
    sak: int

    def reset(self) -> None:
        """Lose power."""

    def frame(self, data: bytes) -> Spoken | None:
        """Answer one frame (without CRC), or keep silent."""


class UidCard:
    """A card that says its UID and speaks no protocol: MIFARE Classic as cheap readers use it."""

    def __init__(self, uid: bytes) -> None:
        self.uid = uid
        self.atqa = b"\x00\x04"
        self.sak = 0x08

    def reset(self) -> None:
        """Lose power."""

    def frame(self, data: bytes) -> Spoken | None:
        """Keep silent: what is asked of it after its UID needs a protocol it does not speak."""
        del data
        return None


class Picc:
    """One card with ISO-DEP around one application."""

    def __init__(self, uid: bytes, application: Application, fsci: int = 8, fwi: int = 8) -> None:
        """Make a card; ``fsci`` bounds the frames it takes, ``fwi`` the time it thinks without saying so."""
        self.uid = uid
        self.atqa = b"\x03\x44"
        self.sak = 0x20
        self.ats = bytes([0x06, 0x70 | fsci, 0x00, fwi << 4, 0x02, 0x80])
        self._fwt = _FWT_UNIT * 2**fwi
        self._application = application
        self.reset()

    def reset(self) -> None:
        """Lose power: back to idle, nothing selected."""
        self._active = False
        self._number = 1
        self._fsd = FRAME_SIZES[-1]
        self._received = b""
        self._to_send = b""
        self._last = b""
        self._thinks = 0.0
        self._patience = self._fwt / 2
        self._application.reset()

    def frame(self, data: bytes) -> Spoken | None:
        """Answer one frame (without CRC), or keep silent."""
        if not data:
            return None
        if not self._active:
            return self._activate(data) if data[0] == _RATS and len(data) == len(b"RP") else None
        pcb = data[0]
        if pcb & ~(_CHAINED | _BLOCK_NUMBER) == _I_BLOCK:
            return self._information(pcb, data[1:])
        if pcb & _R_MASK in (_R_ACK, _R_NAK):
            return self._receipt(pcb)
        if pcb == _WTX and self._last[:1] == bytes([_WTX]):
            return self._next_block()
        if pcb == _DESELECT:
            self.reset()
            return Spoken(data)
        return None

    def _activate(self, rats: bytes) -> Spoken:
        self._active = True
        self._fsd = FRAME_SIZES[min(rats[1] >> 4, 8)]
        self._last = b""
        return Spoken(self.ats)

    def _information(self, pcb: int, part: bytes) -> Spoken:
        self._number ^= 1  # rule D
        self._received += part
        if pcb & _CHAINED:
            return self._say(bytes([_R_ACK | self._number]))
        apdu, self._received = self._received, b""
        spoken = self._application.answer(apdu) if apdu else Spoken(b"")
        self._to_send, self._thinks = spoken.data, spoken.seconds
        return self._next_block()

    def _receipt(self, pcb: int) -> Spoken | None:
        if pcb & _BLOCK_NUMBER == self._number:
            return Spoken(self._last) if self._last else None  # rule 11: said again
        if pcb & _R_MASK == _R_NAK:
            return Spoken(bytes([_R_ACK | self._number]))  # rule 12
        if not self._to_send:
            return None
        self._number ^= 1  # rules E and 13: the next part
        return self._next_block()

    def _next_block(self) -> Spoken:
        if self._thinks > self._patience:
            return self._ask_for_time()
        part, self._to_send = self._to_send[: self._room], self._to_send[self._room :]
        chained = _CHAINED if self._to_send else 0
        seconds, self._thinks, self._patience = self._thinks, 0.0, self._fwt / 2
        return self._say(bytes([_I_BLOCK | chained | self._number]) + part, seconds)

    def _ask_for_time(self) -> Spoken:
        """Ask for twice the time the answer still needs, when half of what the reader waits has passed."""
        spent = self._patience
        self._thinks -= spent
        multiple = min(_WTXM_MOST, int(2 * self._thinks / self._fwt) + 1)
        self._patience = multiple * self._fwt / 2
        return self._say(bytes([_WTX, multiple]), spent)

    @property
    def _room(self) -> int:
        return self._fsd - _OVERHEAD

    def _say(self, block: bytes, seconds: float = 0.0) -> Spoken:
        self._last = block
        return Spoken(block, seconds)
