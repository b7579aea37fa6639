"""paho's client with what a hostile or silent broker could do to it taken away.

It decides how much is read at once and how a message is sent; when to connect and what to say is ``link``'s.

2026-11-21: one method of paho's is overridden, the one through which it reads every byte, because paho reads
packets of any announced length into memory and MQTT 3.1.1 has no word for a limit; ``tests/mqtt_bridge/
test_link.py`` fails if an upgrade reads in another way.
"""

import socket
from typing import Any

import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion

from mqtt_bridge.topics import PACKET_LIMIT


class PacketTooLarge(Exception):
    """The broker announced a packet that none of ours can be; the text says how large."""


class LimitedClient(mqtt.Client):
    """A client for one connection, which ends at the first packet beyond ``PACKET_LIMIT``."""

    def _sock_recv(self, bufsize: int) -> bytes:
        if bufsize > PACKET_LIMIT:
            message = f"the broker announced a packet of {bufsize} bytes; none is larger than {PACKET_LIMIT}"
            raise PacketTooLarge(message)
        return super()._sock_recv(bufsize)


def client_for(identity: str, connect_seconds: float) -> LimitedClient:
    """Give an unconnected client: clean session, nothing kept, no callback error passed on by paho."""
    client = LimitedClient(CallbackAPIVersion.VERSION2, identity, clean_session=True, protocol=mqtt.MQTTv311)
    client.suppress_exceptions = True
    client.connect_timeout = connect_seconds
    client.max_inflight_messages_set(0)
    client.on_socket_open = _no_delay
    return client


def waiting(wire: Any) -> bool:  # noqa: ANN401 - paho's socket, plain or TLS
    """Tell whether TLS has decrypted bytes that select cannot see."""
    return bool(wire.fileno() >= 0 and wire.pending() > 0)


def _no_delay(_: mqtt.Client, __: object, wire: Any) -> None:  # noqa: ANN401 - paho's socket, plain or TLS
    """Send small packets at once: without this a receipt takes 40 ms."""
    wire.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
