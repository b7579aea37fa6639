"""A disk with a volatile cache, as a program: ``python -m tests.rigs.lossy_disk IMAGE SOCKET SEED``.

It speaks NBD on a Unix socket. What is written stays in memory until the client says FLUSH or writes with
FUA. SIGUSR1 is the power cut: of each sector that was not flushed a version is kept at random, old or new,
and the process is gone. So a missing fsync shows, a missing flush, and any reliance on the order of writes.
"""

import os
import random
import signal
import socket
import struct
import sys
import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import NoReturn

SECTOR = 512
FUA = 1
"""Write through, for this write."""

GO = 7
FEATURES = 1 | 4 | 8 | 32 | 64
"""Has flags, flush, FUA, trim, write zeroes."""

ACK, INFO_REPLY, UNSUPPORTED = 1, 3, 0x80000001
HELLO = b"NBDMAGICIHAVEOPT" + struct.pack(">H", 3)
OPTION_MAGIC, REPLY_MAGIC = 0x3E889045565A9, 0x67446698
LONGEST = 32 << 20


@dataclass
class Disk:
    """The platter, and over it what was written and not flushed: every version, oldest first."""

    image: Path
    seed: int
    cache: dict[int, list[bytes]] = field(default_factory=dict)
    lock: threading.RLock = field(default_factory=threading.RLock)

    def __post_init__(self) -> None:
        """Open the platter."""
        self.file = os.open(self.image, os.O_RDWR)
        self.size = os.fstat(self.file).st_size

    def read(self, offset: int, length: int) -> bytes:
        """Give what a reader sees: the newest versions."""
        with self.lock:
            data = bytearray(os.pread(self.file, length, offset).ljust(length, b"\0"))
            for number in range(0, length, SECTOR):
                versions = self.cache.get((offset + number) // SECTOR)
                if versions:
                    data[number : number + SECTOR] = versions[-1]
        return bytes(data)

    def write(self, offset: int, data: bytes, *, through: bool) -> None:
        """Take a write into the cache, or through it."""
        with self.lock:
            for number in range(0, len(data), SECTOR):
                sector = (offset + number) // SECTOR
                if through:
                    self.cache.pop(sector, None)
                else:
                    self.cache.setdefault(sector, []).append(data[number : number + SECTOR])
            if through:
                os.pwrite(self.file, data, offset)

    def flush(self) -> None:
        """Bring everything to the platter."""
        with self.lock:
            for sector, versions in self.cache.items():
                os.pwrite(self.file, versions[-1], sector * SECTOR)
            self.cache.clear()

    def cut(self) -> NoReturn:
        """Lose the power: any version of each unflushed sector may have reached the platter, or none."""
        chance = random.Random(self.seed)  # the same cut again for the same seed
        self.lock.acquire()  # for good: nobody writes after the power is gone
        for sector, versions in self.cache.items():
            kept = chance.randint(0, len(versions))
            if kept:
                os.pwrite(self.file, versions[kept - 1], sector * SECTOR)
        os._exit(9)


class Session:
    """One client of the disk."""

    def __init__(self, link: socket.socket, disk: Disk) -> None:
        """Serve ``link``."""
        self._link, self._disk = link, disk

    def run(self) -> None:
        """Agree on the export, then obey until the client is gone."""
        try:
            if self._agree():
                while self._obey():
                    pass
        except (EOFError, ConnectionError):
            return

    def _agree(self) -> bool:
        self._link.sendall(HELLO)
        (client,) = struct.unpack(">I", self._take(4))
        while True:
            _, option, length = struct.unpack(">8sII", self._take(16))
            self._take(length)
            match option:
                case 1:  # export name
                    self._link.sendall(struct.pack(">QH", self._disk.size, FEATURES))
                    self._link.sendall(b"" if client & 2 else bytes(124))
                    return True
                case 6 | 7:  # info, go
                    self._reply(option, INFO_REPLY, struct.pack(">HQH", 0, self._disk.size, FEATURES))
                    self._reply(option, INFO_REPLY, struct.pack(">HIII", 3, SECTOR, 4096, LONGEST))
                    self._reply(option, ACK)
                    if option == GO:
                        return True
                case 2:  # abort
                    self._reply(option, ACK)
                    return False
                case _:
                    self._reply(option, UNSUPPORTED)

    def _obey(self) -> bool:
        _, flags, command, cookie, offset, length = struct.unpack(">IHHQQI", self._take(28))
        answer = b""
        match command:
            case 0:  # read
                answer = self._disk.read(offset, length)
            case 1:  # write
                self._disk.write(offset, self._take(length), through=bool(flags & FUA))
            case 6:  # zeroes
                self._disk.write(offset, bytes(length), through=bool(flags & FUA))
            case 3:  # flush
                self._disk.flush()
            case 2:  # good-bye
                return False
            case _:
                pass  # trim: nothing to do
        self._link.sendall(struct.pack(">IIQ", REPLY_MAGIC, 0, cookie) + answer)
        return True

    def _reply(self, option: int, kind: int, data: bytes = b"") -> None:
        self._link.sendall(struct.pack(">QIII", OPTION_MAGIC, option, kind, len(data)) + data)

    def _take(self, length: int) -> bytes:
        data = bytearray()
        while len(data) < length:
            more = self._link.recv(length - len(data))
            if not more:
                raise EOFError
            data += more
        return bytes(data)


def main(image: str, path: str, seed: str) -> None:
    """Serve the disk until its power is cut."""
    disk = Disk(Path(image), int(seed))
    signal.signal(signal.SIGUSR1, lambda *_: disk.cut())
    Path(path).unlink(missing_ok=True)
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(path)
        listener.listen(4)
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        while True:
            link, _ = listener.accept()
            threading.Thread(target=Session(link, disk).run, daemon=True).start()


if __name__ == "__main__":
    main(*sys.argv[1:])
