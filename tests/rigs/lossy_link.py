"""A network that loses, delays, doubles and reorders whole MQTT messages in both directions, and goes silent.

It stands between parties and their broker and ends TLS on both sides: to a party it is the broker, to the
broker it is the party, because a test owns all their keys. Only PUBLISH is touched; a lost message at QoS 1
and a reset end the connection, as TCP would; one at QoS 0 is simply gone, as brokers do when a queue is full.
"""

import asyncio
import random
import ssl
import struct
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

PUBLISH, PUBACK = 3, 4


@dataclass
class Weather:
    """What happens to a message: chances from 0 to 1, and the longest delay in seconds."""

    lost: float = 0.0
    reset: float = 0.0
    doubled: float = 0.0
    delay: float = 0.0
    silent: bool = False
    """Everything is swallowed, and the connection stays."""

    forgetting: bool = False
    """What is sent at QoS 1 is acknowledged and thrown away, as a broker does that dies a moment later."""

    refusing: bool = False
    """Nobody gets through any more, and who was through is cut off."""


@dataclass
class LossyLink:
    """One proxy; ``weather`` may change while it runs, ``counted`` says what it did."""

    broker: int
    certificates: Path
    parties: dict[str, Path]
    chance: random.Random
    weather: Weather = field(default_factory=Weather)
    counted: Counter[str] = field(default_factory=Counter)
    port: int = 0

    async def serve(self, ready: threading.Event, stop: asyncio.Event) -> None:
        """Carry connections until ``stop``."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = ssl.TLSVersion.TLSv1_3
        context.verify_mode = ssl.CERT_REQUIRED
        context.load_verify_locations(self.certificates / "ca.pem")
        context.load_cert_chain(self.certificates / "cert.pem", self.certificates / "key.pem")
        server = await asyncio.start_server(self._carry, "127.0.0.1", self.port, ssl=context)
        self.port = server.sockets[0].getsockname()[1]
        ready.set()
        await stop.wait()
        server.close()

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            with suppress(OSError):
                far_reader, far_writer = await asyncio.open_connection(
                    "127.0.0.1", self.broker, ssl=self._as(party_of(writer)), server_hostname="127.0.0.1"
                )
                try:
                    await self._both_ways((reader, far_writer), (far_reader, writer))
                finally:
                    far_writer.transport.abort()
        finally:
            writer.transport.abort()

    async def _both_ways(self, *ways: tuple[asyncio.StreamReader, asyncio.StreamWriter]) -> None:
        """Carry until either way ends."""
        (_, up), (_, down) = ways
        back = {up: down, down: up}
        tasks = [asyncio.create_task(self._pump(reader, writer, back[writer])) for reader, writer in ways]
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    def _as(self, party: str) -> ssl.SSLContext:
        folder = self.parties[party]
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.load_verify_locations(folder / "ca.pem")
        context.load_cert_chain(folder / "cert.pem", folder / "key.pem")
        return context

    async def _pump(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, back: asyncio.StreamWriter
    ) -> None:
        while True:
            packet = await read_packet(reader)
            if self.weather.refusing:
                return
            if self.weather.silent:
                continue
            if packet[0] >> 4 != PUBLISH:
                writer.write(packet)
            elif self.weather.forgetting and packet[0] & 6:
                self.counted["forgotten"] += 1
                back.write(bytes([PUBACK << 4, 2]) + identifier_of(packet))
            elif not self._send(packet, writer):
                self.counted["reset"] += 1
                return

    def _send(self, packet: bytes, writer: asyncio.StreamWriter) -> bool:
        """Do to a message what the weather does; False when the connection ends for it."""
        weather, drawn = self.weather, self.chance.random()
        self.counted["message"] += 1
        if drawn < weather.reset:
            return False
        if drawn < weather.reset + weather.lost:
            self.counted["lost"] += 1
            return packet[0] & 6 == 0
        times = 2 if self.chance.random() < weather.doubled else 1
        self.counted["doubled"] += times - 1
        for _ in range(times):
            # Each copy waits for itself, so that later messages overtake earlier ones.
            asyncio.get_running_loop().call_later(self.chance.uniform(0, weather.delay), writer.write, packet)
        return True


def party_of(writer: asyncio.StreamWriter) -> str:
    """Read the common name that a client proved."""
    subject = writer.get_extra_info("peercert")["subject"]
    return next(str(value) for entry in subject for key, value in entry if key == "commonName")


async def read_packet(reader: asyncio.StreamReader) -> bytes:
    """Read one whole MQTT packet."""
    head = await reader.readexactly(1)
    length, shift = 0, 0
    while True:
        digit = await reader.readexactly(1)
        head += digit
        length |= (digit[0] & 127) << shift
        shift += 7
        if digit[0] < 128:
            return head + await reader.readexactly(length)


def identifier_of(packet: bytes) -> bytes:
    """Read the two bytes by which a PUBLISH at QoS 1 is acknowledged."""
    start = next(place for place in range(1, 5) if packet[place] < 128) + 1
    topic = struct.unpack(">H", packet[start : start + 2])[0]
    return packet[start + 2 + topic : start + 4 + topic]


@contextmanager
def lossy_link(
    broker: int, certificates: Path, parties: dict[str, Path], seed: int = 1, port: int = 0
) -> Iterator[LossyLink]:
    """Run a proxy to the broker at port ``broker`` for a ``with`` block; the weather is fair at first."""
    link = LossyLink(broker, certificates, parties, random.Random(seed), port=port)
    ready, stop = threading.Event(), asyncio.Event()
    loop = asyncio.new_event_loop()

    def run() -> None:
        asyncio.set_event_loop(loop)
        loop.run_until_complete(link.serve(ready, stop))
        left = asyncio.all_tasks(loop)
        for task in left:
            task.cancel()
        loop.run_until_complete(asyncio.gather(*left, return_exceptions=True))
        loop.run_until_complete(asyncio.sleep(0.2))  # transports say goodbye in the loop
        loop.close()

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    assert ready.wait(5)
    try:
        yield link
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join(5)


def oversize(topic: str, size: int) -> bytes:
    """Give the beginning of a PUBLISH that announces ``size`` bytes."""
    digits = bytearray()
    left = size
    while True:
        left, digit = divmod(left, 128)
        digits.append(digit | (0x80 if left else 0))
        if not left:
            break
    return bytes([PUBLISH << 4]) + bytes(digits) + struct.pack(">H", len(topic)) + topic.encode()
