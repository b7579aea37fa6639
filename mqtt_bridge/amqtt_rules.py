"""amqtt under mosquitto's rules: identity from the certificate, topics from the table, fail closed.

amqtt 0.12 asks plugins for most decisions, but not for all; what it lets through, ``Broker`` closes here:

* its TLS accepts clients without a certificate: ours demands one, at TLS 1.3;
* it drops or hands over the session a CONNECT names before it asks who is there (a controller could take the
  hub's place): ours looks at this connection's certificate first, and takes clean sessions only;
* a client's will would be published without a topic check: a client with a will is not let in;
* at connect it sends retained messages of *everybody's* subscriptions: ours only what this client may read;
* it reads packets of any announced length: ours ends the connection beyond ``PACKET_LIMIT``.

2026-11-20: closed by overriding five of its methods and not by a fork of it, because it is the broker of demo
and test only (DESIGN §9); ``tests/mqtt_bridge/test_broker.py`` fails if an upgrade opens one of them again.
"""

import asyncio
import contextlib
import ssl
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import amqtt.broker
from amqtt.adapters import ReaderAdapter, StreamReaderAdapter, StreamWriterAdapter, WriterAdapter
from amqtt.contexts import Action, BaseContext, ListenerConfig
from amqtt.errors import MQTTError
from amqtt.mqtt.protocol.broker_handler import BrokerProtocolHandler
from amqtt.plugins.base import BaseAuthPlugin, BaseTopicPlugin
from amqtt.session import Session

from card_registry.errors import AksesError
from card_registry.words import ControllerId, SiteId
from mqtt_bridge.parties import read_parties, stamp
from mqtt_bridge.tls import server_context
from mqtt_bridge.topics import HUB, PACKET_LIMIT, Act, Allowed, may

RULES = f"{__name__}.Rules"
ADMISSION = f"{__name__}.Admission"


def identity_of(channel: ssl.SSLObject | None) -> str | None:
    """Give the common name of the certificate a client proved, None when there is no such proof."""
    certificate = channel.getpeercert() if channel is not None else None
    subject: Any = certificate.get("subject", ()) if certificate else ()
    names = [value for entry in subject for key, value in entry if key == "commonName"]
    return str(names[0]) if len(names) == 1 else None


@dataclass
class Settings:
    """What both plugins are told: the site, its controllers, and where the hub says who they are now."""

    site: str = ""
    controllers: list[str] = field(default_factory=list)
    parties: str = ""
    named: tuple[object, ...] = ()
    """What the hub's files looked like when ``controllers`` was read from them."""

    def known(self) -> list[ControllerId]:
        """Give whom the site trusts now; what cannot be read changes nothing."""
        if self.parties and (now := stamp(Path(self.parties))) != self.named:
            with contextlib.suppress(AksesError, OSError):
                named = read_parties(Path(self.parties), SiteId(self.site))
                self.controllers = self.controllers if named is None else [str(name) for name in named]
                self.named = now
        return [ControllerId(name) for name in self.controllers]


class Admission(BaseAuthPlugin):
    """Lets in who proved an identity of the site and uses it as client id; its word is the user name."""

    Config = Settings

    async def authenticate(self, *, session: Session) -> bool:
        """Answer amqtt: True lets the client in."""
        identity = identity_of(session.ssl_object)
        known = identity == HUB or identity in self.config.known()
        if identity is None or not known or session.client_id != identity or session.will_flag:
            return False
        session.username = identity
        return True


class Rules(BaseTopicPlugin):
    """Answers every publish, subscription and delivery from the topic table."""

    Config = Settings

    def __init__(self, context: BaseContext) -> None:
        """Take the site and its controllers from the plugin's settings."""
        super().__init__(context)
        self._site = SiteId(self.config.site)

    async def topic_filtering(
        self, *, session: Session | None = None, topic: str | None = None, action: Action | None = None
    ) -> bool:
        """Answer amqtt: True permits."""
        identity = identity_of(session.ssl_object) if session is not None else None
        if identity is None or topic is None or action is None:
            return False
        verdict = may(self._site, self.config.known(), identity, Act(action.value), topic)
        return isinstance(verdict, Allowed)


class LimitedReader(StreamReaderAdapter):
    """Refuses to collect more than one packet of ours can hold."""

    async def read(self, n: int = -1) -> bytes:
        """Read ``n`` bytes as amqtt asks; the connection ends beyond the limit."""
        if n > PACKET_LIMIT:
            message = f"a packet of {n} bytes is larger than {PACKET_LIMIT}"
            raise ConnectionResetError(message)
        data: bytes = await super().read(n)
        return data


class Broker(amqtt.broker.Broker):
    """The embedded broker with the gaps closed that its plugins cannot reach."""

    @staticmethod
    def _create_ssl_context(listener: ListenerConfig) -> ssl.SSLContext:
        return server_context(Path(listener["certfile"]).parent)

    async def stream_connected(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, listener_name: str
    ) -> None:
        """Serve one client, whose packets are limited."""
        await self._client_connected(listener_name, LimitedReader(reader), StreamWriterAdapter(writer))

    async def _initialize_client_session(
        self, reader: ReaderAdapter, writer: WriterAdapter, remote_address: str, remote_port: int
    ) -> tuple[BrokerProtocolHandler, Session]:
        """Read CONNECT and take the session it names only from its owner, and only clean."""
        try:
            handler, session = await BrokerProtocolHandler.init_from_connect(
                reader, writer, self.plugins_manager
            )
        except Exception as error:
            await writer.close()
            message = f"{remote_address}:{remote_port} did not begin with a CONNECT of ours"
            raise MQTTError(message) from error
        if session.client_id != identity_of(writer.get_ssl_info()) or not session.clean_session:
            await writer.close()
            message = f"{remote_address}:{remote_port} claimed a session that is not its own"
            raise MQTTError(message)
        await self._delete_session(session.client_id)
        return handler, session

    async def _publish_retained_messages_for_subscription(
        self, subscription: tuple[str, int], session: Session
    ) -> None:
        if all(holder is not session for holder, _ in self._subscriptions.get(subscription[0], ())):
            return  # at connect amqtt tries everybody's filters; nothing may suspend its loop over them
        wanted = [topic for topic in self._retained_messages if self._matches(topic, subscription[0])]
        for topic in wanted:
            if await self._topic_filtering(session, topic, Action.RECEIVE):
                await super()._publish_retained_messages_for_subscription((topic, subscription[1]), session)


def settings(
    site: SiteId, controllers: tuple[ControllerId, ...], port: int, tls: Path, parties: Path | None = None
) -> dict[str, Any]:
    """Give the broker's configuration: one TLS listener on loopback, and the two plugins."""
    told: dict[str, Any] = {"site": str(site), "controllers": [str(name) for name in controllers]}
    told["parties"] = "" if parties is None else str(parties)
    listener = {
        "type": "tcp",
        "bind": f"127.0.0.1:{port}",
        "ssl": True,
        "cafile": str(tls / "ca.pem"),
        "certfile": str(tls / "cert.pem"),
        "keyfile": str(tls / "key.pem"),
    }
    return {"listeners": {"default": listener}, "plugins": {ADMISSION: told, RULES: told}}
