"""One party's connection to the broker, driven from the party's own loop: a thin shell around paho.

It decides only when to try again and where: the brokers of the list in turn, after 0.2 s, doubling to 2 s
once all were tried, with a little chance so that a site's controllers do not come back in step. What is said
is decided by ``session``, ``slot_intake`` and ``hub_end``. Nothing is kept over a connection: what was sent
and not received is sent again by those who know.

Everything the broker sends is data: a packet paho cannot read ends the connection, never the program. So does
silence: a broker that accepts and then says nothing is left (``Patience``).

2026-11-21: several brokers are a plain list tried in order, because that serves a cluster, a pair of brokers
that know nothing of each other, and one broker with two networks alike; nothing true is kept in any of them.
"""

import contextlib
import logging
import random
import select
import ssl
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Protocol, Self

import paho.mqtt.client as mqtt
from paho.mqtt.enums import MQTTErrorCode

from mqtt_bridge.topics import PACKET_LIMIT
from mqtt_bridge.wire import client_for, waiting

log = logging.getLogger(__name__)

CONNECT_SECONDS = 3.0
RETRY_FIRST, RETRY_LAST = 0.2, 2.0
TURN_MESSAGES = 512
"""The most messages taken in one turn, so that other work gets its turn too."""

TURN_BYTES = 32 * 1024 * 1024
HEAD = 16
"""What a message needs beside topic and payload, in bytes."""


class Readable(Protocol):
    """Something with a descriptor to wait on."""

    def fileno(self) -> int:
        """Give the descriptor."""
        ...


@dataclass(frozen=True, slots=True)
class Address:
    """Where the broker is."""

    host: str
    port: int


@dataclass(frozen=True, slots=True)
class Patience:
    """How many seconds a silent broker is waited for.

    After ``alive`` without a byte from it a ping is sent, and after as many more it is left; ``granted`` is
    how long it may take from the connection to our subscriptions.
    """

    alive: int = 20
    granted: float = 10.0


@dataclass(frozen=True, slots=True)
class Arrival:
    """One message: its topic and payload, as untrusted as the broker."""

    topic: str
    payload: bytes


@dataclass(frozen=True, slots=True)
class Turn:
    """What one wait brought: whether the connection was just made, whether somebody hinted, the messages."""

    connected: bool
    hinted: bool
    arrivals: tuple[Arrival, ...]


class Link:
    """A connection that mends itself; ``turn`` waits, reads and writes."""

    def __init__(
        self,
        identity: str,
        tls: Callable[[], ssl.SSLContext],
        addresses: Sequence[Address],
        filters: tuple[tuple[str, int], ...],
        patience: Patience = Patience(),
    ) -> None:
        """Prepare to connect as ``identity`` and to subscribe to ``filters``; nothing happens yet.

        ``tls`` is asked anew for every connection, so that a renewed certificate is taken up.
        """
        self._identity, self._tls, self._filters = identity, tls, list(filters)
        self._addresses, self._tried, self._patience = tuple(addresses), 0, patience
        self._client: mqtt.Client | None = None
        self._subscribed = False
        self._fresh = False
        self._arrivals: list[Arrival] = []
        self._bytes = 0
        self._retry_at = 0.0
        self._granted_by = 0.0
        self._delay = RETRY_FIRST
        self._complained: dict[Address, str] = {}

    @property
    def connected(self) -> bool:
        """Tell whether the broker has granted our subscriptions."""
        return self._client is not None and self._subscribed

    def fileno(self) -> int:
        """Give the connection's descriptor, for a loop over many links; -1 when there is none."""
        wire = self._client.socket() if self._client is not None else None
        return -1 if wire is None else wire.fileno()

    def publish(self, topic: str, payload: bytes, *, qos: int = 0, retain: bool = False) -> None:
        """Send a message if connected; if not, it is dropped, and said again by who needs it said.

        One that no reader would take is not sent either: the broker would end the connection for it.
        """
        if len(topic) + len(payload) + HEAD > PACKET_LIMIT:
            log.error("a message of %d bytes on %s is not sent: it is too large", len(payload), topic)
        elif self._client is not None and self._subscribed:
            self._guard(self._client.publish, topic, payload, qos, retain)

    def ask_again(self) -> None:
        """Subscribe once more, so that the broker sends the retained messages again."""
        if self._client is not None and self._subscribed:
            self._guard(self._client.subscribe, self._filters)

    def leave(self, why: str) -> None:
        """End this connection and try the next broker of the list."""
        self._subscribed = False
        self._drop(why)

    def turn(self, seconds: float, *others: Readable) -> Turn:
        """Wait until the broker or one of ``others`` has something, at most ``seconds``; take what came."""
        if self._client is None and time.monotonic() >= self._retry_at:
            self._connect()
        if self._client is None:
            seconds = min(seconds, max(0.0, self._retry_at - time.monotonic()))
            hinted = bool(select.select(others, [], [], seconds)[0])
        else:
            hinted = self._exchange(self._client, seconds, others)
        turn = Turn(self._fresh, hinted, tuple(self._arrivals))
        self._fresh, self._bytes = False, 0
        self._arrivals.clear()
        return turn

    def _exchange(self, client: mqtt.Client, seconds: float, others: tuple[Readable, ...]) -> bool:
        """Wait, write and read once; True when one of ``others`` is ready."""
        wire = client.socket()
        if wire is None:
            self._drop("the connection ended")
            return False
        writes = [wire] if client.want_write() else []
        ready, writable, _ = select.select([wire, *others], writes, [], 0 if waiting(wire) else seconds)
        if writable:
            self._guard(client.loop_write)
        if wire in ready or waiting(wire):
            self._read_all(client)
        self._guard(client.loop_misc)
        if self._client is client and client.socket() is None:
            self._drop("the connection ended")
        elif self._client is client and not self._subscribed and time.monotonic() > self._granted_by:
            self._drop("the broker does not answer")
        return any(one in ready for one in others)

    def _read_all(self, client: mqtt.Client) -> None:
        """Read until the wire is empty or the turn has its fill."""
        while self._client is client and len(self._arrivals) < TURN_MESSAGES and self._bytes < TURN_BYTES:
            self._guard(client.loop_read)
            wire = client.socket()
            if self._client is not client or wire is None:
                return
            if not (waiting(wire) or select.select([wire], [], [], 0)[0]):
                return

    def _connect(self) -> None:
        self._client = client = client_for(self._identity, CONNECT_SECONDS)
        client.on_connect = self._on_connect
        client.on_subscribe = self._on_subscribe
        client.on_message = self._on_message
        self._guard(self._open, client)
        self._granted_by = time.monotonic() + self._patience.granted

    def _open(self, client: mqtt.Client) -> MQTTErrorCode:
        client.tls_set_context(self._tls())
        return client.connect(self._address.host, self._address.port, self._patience.alive)

    @property
    def _address(self) -> Address:
        return self._addresses[self._tried % len(self._addresses)]

    def _on_connect(self, client: mqtt.Client, _: object, __: object, reason: Any, ___: object) -> None:  # noqa: ANN401 - paho's
        if reason.is_failure:
            self._drop(f"the broker refused us: {reason}")
        else:
            client.subscribe(self._filters)

    def _on_subscribe(self, _: mqtt.Client, __: object, ___: int, reasons: list[Any], ____: object) -> None:
        if any(reason.is_failure for reason in reasons):
            self._drop("the broker refused a subscription")
        elif not self._subscribed:
            log.info("connected to the broker at %s:%d", self._address.host, self._address.port)
            self._subscribed = self._fresh = True
            self._delay = RETRY_FIRST
            self._complained.clear()

    def _on_message(self, _: mqtt.Client, __: object, message: mqtt.MQTTMessage) -> None:
        with contextlib.suppress(UnicodeDecodeError):
            self._arrivals.append(Arrival(message.topic, bytes(message.payload)))
            self._bytes += len(message.payload)

    def _guard(self, act: Any, *arguments: object) -> None:  # noqa: ANN401 - any call of paho's
        """Do one thing with paho; whatever goes wrong ends this connection only."""
        try:
            result = act(*arguments)
        except Exception as error:  # noqa: BLE001 - a hostile broker may bring paho to any exception
            self._drop(str(error) or type(error).__name__)
            return
        if isinstance(result, int) and result > 0:
            self._drop(mqtt.error_string(MQTTErrorCode(result)))

    def _drop(self, why: str) -> None:
        """Forget the connection and decide when to make the next, and where.

        A broker that had let us in is tried again first, so that a stumble does not part us from the others.
        """
        client, worked = self._client, self._subscribed
        self._client, self._subscribed = None, False
        if client is None:
            return
        wire = client.socket()
        if wire is not None:
            wire.close()
        address = self._address
        if why != self._complained.get(address):
            log.warning("no connection to the broker at %s:%d: %s", address.host, address.port, why)
        self._complained[address] = why
        self._tried += 0 if worked else 1
        chance = random.uniform(0.8, 1.2)  # noqa: S311 - spreads reconnects; not a secret
        self._retry_at = time.monotonic() + self._delay * chance
        if self._tried % len(self._addresses) == 0:
            self._delay = min(2 * self._delay, RETRY_LAST)

    def close(self) -> None:
        """Say goodbye and end the connection."""
        client, self._client, self._subscribed = self._client, None, False
        if client is not None:
            with contextlib.suppress(Exception):
                client.disconnect()
            wire = client.socket()
            if wire is not None:
                wire.close()

    def __enter__(self) -> Self:
        """Keep the connection for the length of a ``with`` block."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End the connection."""
        self.close()
