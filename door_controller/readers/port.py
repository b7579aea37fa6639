"""The serial cable to a PN532, opened by ourselves; nfcpy's own chip driver works through it.

It decides how frames are cut out of the byte stream, how a sleeping chip is woken and at what speed it
talks. What is said over the cable is left to nfcpy's ``Chipset`` and ``Device`` and to
``door_controller.readers.pn532``. nfcpy's own opening is not used: it starts a shell for ``stty``.

Decisions:
    2026-11-20: the chip is called at 115200 and at the working speed, because a killed process leaves it at
    the working speed and only a power cycle would bring it back.
"""

import errno
import logging
import os
import select
import termios
import time

import serial

from door_controller.readers.nfcpy import nfc

ACK = bytes.fromhex("0000FF00FF00")
FIRST_BAUD = 115200
PATIENCE_MS = 300
"""The least we wait for the chip: it answers in 15 ms, but USB adapters and a busy machine may not."""

WAKE = bytes.fromhex("5555") + bytes(14)
_GET_VERSION = bytes.fromhex("0000FF02FED4022A00")
_VERSION_BEGINS = bytes.fromhex("0000FF06FAD50332")
_START, _ACK_LENGTH = b"\x00\x00\xff", 6
_FRAME_LIMIT = 600
"""No frame of the chip is longer; more bytes without a frame in them are noise."""

_log = logging.getLogger("nfc.akses")


class Port:
    """One open serial port, as the transport nfcpy's driver expects: whole frames in, whole frames out.

    ``abort`` may be called from any thread and makes every read and write of the port fail from then on.
    """

    TYPE = "TTY"

    def __init__(self, path: str, baud: int = FIRST_BAUD) -> None:
        """Open ``path`` for this process alone.

        Raises:
            OSError: There is no such port, it is in use, or it is not a serial port.
        """
        try:
            self._tty = serial.Serial(path, baud, timeout=0, write_timeout=1.0, exclusive=True)
        except (termios.error, ValueError) as error:
            raise OSError(errno.ENODEV, f"{path} is not a serial port") from error
        self._aborted = os.eventfd(0, os.EFD_CLOEXEC | os.EFD_NONBLOCK)
        self._pending = bytearray()

    @property
    def port(self) -> str:
        """The path it was opened by."""
        return str(self._tty.port)

    @property
    def baudrate(self) -> int:
        """The speed of our end, in bits a second."""
        return int(self._tty.baudrate)

    @baudrate.setter
    def baudrate(self, value: int) -> None:
        try:
            self._tty.baudrate = value
        except (termios.error, ValueError) as error:
            raise OSError(errno.EIO, f"the port cannot do {value} baud") from error

    def abort(self) -> None:
        """Make whoever uses the port fail at once, and everyone after."""
        os.eventfd_write(self._aborted, 1)

    def read(self, timeout: float) -> bytearray:
        """Wait ``timeout`` milliseconds for one frame, and never less than ``PATIENCE_MS``.

        Raises:
            OSError: ETIMEDOUT when none came; anything else when the cable is gone.
        """
        until = time.monotonic() + max(timeout, PATIENCE_MS) / 1000
        while (frame := self._cut()) is None:
            self._receive(until)
        return frame

    def _receive(self, until: float) -> None:
        left = max(0.0, until - time.monotonic())
        ready, _, _ = select.select([self._tty.fileno(), self._aborted], [], [], left)
        if self._aborted in ready:
            raise OSError(errno.ENODEV, "the port was given up")
        if not ready:
            raise OSError(errno.ETIMEDOUT, os.strerror(errno.ETIMEDOUT))
        data = os.read(self._tty.fileno(), _FRAME_LIMIT)
        if not data:
            raise OSError(errno.ENODEV, "the cable was pulled")
        self._pending += data

    def _cut(self) -> bytearray | None:
        begins = self._pending.find(_START)
        if begins < 0:
            del self._pending[: -len(_START) + 1]
            return None
        del self._pending[:begins]
        length = frame_length(self._pending)
        if length is None or len(self._pending) < length:
            return None
        frame = self._pending[:length]
        del self._pending[:length]
        return frame

    def write(self, frame: bytes | bytearray) -> None:
        """Send one frame; what was received before and not read is stale and forgotten.

        Raises:
            OSError: The cable is gone or takes nothing.
        """
        if select.select([self._aborted], [], [], 0)[0]:
            raise OSError(errno.ENODEV, "the port was given up")
        self._pending.clear()
        try:
            termios.tcflush(self._tty.fileno(), termios.TCIFLUSH)
        except termios.error as error:
            raise OSError(errno.ENODEV, "the cable was pulled") from error
        self._tty.write(frame)

    def close(self) -> None:
        """Close the port; only by the thread that uses it."""
        if self._tty.is_open:
            self._tty.close()
            os.close(self._aborted)


def frame_length(data: bytes | bytearray) -> int | None:
    """Say how long the frame at the start of ``data`` will be, or None while that is unknown."""
    if data.startswith(ACK):
        return _ACK_LENGTH
    if len(data) < len(b"..FLL"):
        return None
    if data[3:5] != b"\xff\xff":
        return int(data[3]) + 7 if data[3:5] != b"\x00\xff" else _ACK_LENGTH
    if len(data) < len(b"..FxxLLC"):
        return None
    return min(int.from_bytes(data[5:7]) + 10, _FRAME_LIMIT)


def open_chip(port: Port, baud: int, tries: int) -> nfc.clf.pn532.Device:
    """Wake the PN532 behind ``port`` and hand it to nfcpy's driver at ``baud``.

    Args:
        port: The open cable.
        baud: The working speed; 115200 for a Pi's mini-UART, else 921600.
        tries: How often the chip looks for a card before it says there is none.

    Raises:
        OSError: Nothing answers like a PN532.
    """
    _wake(port, baud)
    chipset = nfc.clf.pn532.Chipset(port, logger=_log)
    chipset.sam_configuration("normal")
    if port.baudrate != baud:
        chipset.set_serial_baudrate(baud)
        port.baudrate = baud
    device = nfc.clf.pn532.Device(chipset, logger=_log)
    chipset.rf_configuration(0x05, bytes([1, 0, tries]))
    return device


def _wake(port: Port, baud: int) -> None:
    # The last, long wait is for USB adapters on a Pi, whose first byte may come a second late.
    for speed, milliseconds in ((FIRST_BAUD, 200), (baud, 200), (FIRST_BAUD, 1600)):
        port.baudrate = speed
        port.write(WAKE + _GET_VERSION)
        try:
            if port.read(milliseconds) == ACK and port.read(100).startswith(_VERSION_BEGINS):
                return
        except OSError as error:
            if error.errno != errno.ETIMEDOUT:
                raise
    raise OSError(errno.ENODEV, "nothing answers like a PN532")


class CardTooSlow(Exception):
    """A card used up the time one card is given."""


class Air:
    """The card before a reader, as the frontend nfcpy's ISO-DEP expects, with an end to its time."""

    def __init__(self, device: nfc.clf.pn532.Device, target: nfc.clf.RemoteTarget, until: float) -> None:
        """Speak to ``target`` until the monotonic clock says ``until`` (seconds)."""
        self._device = device
        self._target = target
        self._until = until

    @property
    def max_send_data_size(self) -> int:
        """The longest frame the chip sends."""
        return int(self._device.get_max_send_data_size(self._target))

    @property
    def max_recv_data_size(self) -> int:
        """The longest frame the chip receives."""
        return int(self._device.get_max_recv_data_size(self._target))

    def exchange(self, data: bytes | bytearray, timeout: float) -> bytearray:
        """Send one frame and give the card's answer.

        Raises:
            CardTooSlow: The card's time is over, however often it asked for more.
        """
        left = self._until - time.monotonic()
        if left <= 0:
            raise CardTooSlow
        answer: bytearray = self._device.send_cmd_recv_rsp(self._target, data, min(timeout, left))
        return answer
