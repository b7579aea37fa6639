"""A plain MQTT client for tests of the broker: it may be anybody, and says what happened to it."""

import socket
import ssl
import struct
import time
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

CONNECT, CONNACK, PUBLISH, PUBACK, SUBSCRIBE, SUBACK, PINGREQ, PINGRESP = 1, 2, 3, 4, 8, 9, 12, 13


def text(value: str) -> bytes:
    """Give a string as MQTT writes it."""
    data = value.encode()
    return struct.pack(">H", len(data)) + data


def packet(kind: int, body: bytes, flags: int = 0) -> bytes:
    """Give a whole MQTT packet."""
    length, left = bytearray(), len(body)
    while True:
        left, digit = divmod(left, 128) if left >= 128 else (0, left)
        length.append(digit | (0x80 if left else 0))
        if not left:
            return bytes([kind << 4 | flags]) + bytes(length) + body


class Client:
    """One connection, spoken by hand: nothing is retried, nothing is hidden."""

    def __init__(self, port: int, tls: Path, ca: Path | None = None) -> None:
        """Connect with the certificate in ``tls``; ``ca`` is whom to trust instead of its own authority."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.load_verify_locations(ca or tls / "ca.pem")
        if (tls / "cert.pem").exists():
            context.load_cert_chain(tls / "cert.pem", tls / "key.pem")
        plain = socket.create_connection(("127.0.0.1", port), timeout=5)
        try:
            self._wire = context.wrap_socket(plain, server_hostname="127.0.0.1")
        except BaseException:
            plain.close()
            raise
        self._buffer = b""
        self.messages: list[tuple[str, bytes]] = []

    def connect(
        self, identity: str, will: tuple[str, bytes] | None = None, *, clean: bool = True
    ) -> int | None:
        """Say CONNECT and give the broker's answer (0: welcome), None when it hangs up."""
        flags = (2 if clean else 0) | (0 if will is None else 4 | 32)
        body = text("MQTT") + bytes([4, flags]) + struct.pack(">H", 30) + text(identity)
        if will is not None:
            body += text(will[0]) + struct.pack(">H", len(will[1])) + will[1]
        self.send(packet(CONNECT, body))
        answer = self.receive(CONNACK)
        return answer[1] if answer else None

    def subscribe(self, *filters: str) -> list[int]:
        """Subscribe at QoS 0 and give the return codes (128: refused)."""
        body = struct.pack(">H", 7) + b"".join(text(one) + b"\0" for one in filters)
        self.send(packet(SUBSCRIBE, body, 2))
        answer = self.receive(SUBACK)
        return list(answer[2:]) if answer else []

    def publish(self, topic: str, payload: bytes, *, retain: bool = False) -> None:
        """Publish at QoS 1 and wait for the broker's PUBACK, or for it to hang up."""
        body = text(topic) + struct.pack(">H", 9) + payload
        self.send(packet(PUBLISH, body, 2 | (1 if retain else 0)))
        self.receive(PUBACK)

    def settle(self) -> list[tuple[str, bytes]]:
        """Wait until what the broker had for us has come (it answers pings in order); give all of it."""
        for _ in range(3):
            self.send(packet(PINGREQ, b""))
            self.receive(PINGRESP)
        return self.messages

    def send(self, data: bytes) -> None:
        """Send raw bytes; a broker that hung up is noticed when reading."""
        with suppress(OSError):
            self._wire.sendall(data)

    def receive(self, wanted: int, seconds: float = 5.0) -> bytes | None:
        """Give the body of the next packet of a kind, keeping messages that come before; None at hang-up."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            found = self._next()
            if found is None:
                return None
            kind, body = found
            if kind == PUBLISH:
                size = struct.unpack(">H", body[:2])[0]
                self.messages.append((body[2 : 2 + size].decode(), body[2 + size :]))
            if kind == wanted:
                return body
        raise AssertionError(f"no packet {wanted} in {seconds} s")

    def _next(self) -> tuple[int, bytes] | None:
        head = self._take(1)
        length, shift = 0, 0
        while head:
            digit = self._take(1)
            if not digit:
                return None
            length |= (digit[0] & 127) << shift
            shift += 7
            if digit[0] < 128:
                break
        body = self._take(length)
        return (head[0] >> 4, body) if head and len(body) == length else None

    def _take(self, count: int) -> bytes:
        while len(self._buffer) < count:
            try:
                data = self._wire.recv(65_536)
            except (ssl.SSLError, ConnectionError):
                return b""
            if not data:
                return b""
            self._buffer += data
        data, self._buffer = self._buffer[:count], self._buffer[count:]
        return data

    def __enter__(self) -> Self:
        """Stay connected for the length of a ``with`` block."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Hang up without a word, as a killed program does."""
        self._wire.close()
