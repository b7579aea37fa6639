"""One party's connection against brokers that fall silent, flood, or talk nonsense."""

import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from socket import create_server

import pytest

from mqtt_bridge.link import Address, Arrival, Link, Patience
from mqtt_bridge.tls import client_context, server_context
from mqtt_bridge.topics import PACKET_LIMIT, ack_topic
from tests.mqtt_bridge.client import CONNACK, CONNECT, PUBLISH, SUBACK, SUBSCRIBE, packet, text
from tests.mqtt_bridge.site import DOOR, SITE, Site, site_in, until
from tests.rigs.lossy_link import oversize

TOPIC = ack_topic(SITE, DOOR)
WELCOME, GRANTED = packet(CONNACK, b"\0\0"), packet(SUBACK, b"\0\1\0")
QUICK = Patience(alive=1, granted=0.5)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Found a site for its keys; nothing runs."""
    with site_in(tmp_path_factory.mktemp("link")) as site:
        yield site


@contextmanager
def broker(site: Site, *answers: tuple[int, bytes]) -> Iterator[Address]:
    """Be a broker that answers each packet of a kind, in order, with these bytes, and then says nothing."""
    context = server_context(site.tls / "broker")
    stop = threading.Event()
    with create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(0.1)

        def serve() -> None:
            while not stop.is_set():
                with suppress(OSError):
                    plain, _ = listener.accept()
                    with context.wrap_socket(plain, server_side=True) as wire:
                        talk(wire)

        def talk(wire: ssl.SSLSocket) -> None:
            wire.settimeout(0.1)
            for kind, answer in answers:
                while wire.recv(65_536)[:1] != bytes([kind << 4 | (2 if kind == SUBSCRIBE else 0)]):
                    pass
                wire.sendall(answer)
            while not stop.is_set():
                with suppress(TimeoutError):
                    if not wire.recv(65_536):
                        return

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        try:
            yield Address("127.0.0.1", listener.getsockname()[1])
        finally:
            stop.set()
            thread.join(5)


@contextmanager
def linked(site: Site, *addresses: Address) -> Iterator[Link]:
    """Connect as the door."""
    tls = partial(client_context, site.home(DOOR) / "tls")
    with Link(DOOR, tls, addresses, ((TOPIC, 0),), QUICK) as link:
        yield link


def turn_until(link: Link, condition: Callable[[], object]) -> list[Arrival]:
    """Let the link work until a condition holds; give what arrived."""
    arrived: list[Arrival] = []

    def turned() -> object:
        arrived.extend(link.turn(0.05).arrivals)
        return condition()

    until(turned, 10, "the link")
    return arrived


def first_message(link: Link) -> Arrival:
    """Let the link work until a message comes."""
    arrived: list[Arrival] = []

    def turned() -> object:
        arrived.extend(link.turn(0.05).arrivals)
        return arrived

    until(turned, 10, "a message")
    return arrived[0]


def test_a_packet_beyond_the_limit_ends_the_connection_before_it_is_read(
    site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    """A broker that announces 200 MB is left; what it sent is not collected."""
    flood = GRANTED + oversize(TOPIC, 200_000_000) + bytes(1000)
    with broker(site, (CONNECT, WELCOME), (SUBSCRIBE, flood)) as address, linked(site, address) as link:
        assert turn_until(link, lambda: "announced a packet" in caplog.text) == []
        assert not link.connected


def test_a_message_of_ours_beyond_the_limit_is_not_sent(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    """The broker would end the connection for it; so it stays here, with a sentence."""
    with (
        broker(site, (CONNECT, WELCOME), (SUBSCRIBE, GRANTED)) as address,
        linked(site, address) as link,
    ):
        turn_until(link, lambda: link.connected)
        link.publish(TOPIC, bytes(PACKET_LIMIT))
        assert "is not sent: it is too large" in caplog.text
        assert link.connected


def test_a_message_nobody_can_read_is_skipped_and_the_next_one_taken(site: Site) -> None:
    """A topic that is no text kills neither the loop nor the connection."""
    bad = packet(PUBLISH, b"\0\2\xff\xfe" + b"x")
    good = packet(PUBLISH, text(TOPIC) + b"receipt")
    with (
        broker(site, (CONNECT, WELCOME), (SUBSCRIBE, GRANTED + bad + good)) as address,
        linked(site, address) as link,
    ):
        assert first_message(link) == Arrival(TOPIC, b"receipt")
        assert link.connected


@pytest.mark.parametrize(
    ("answers", "why"),
    [
        ((), "the broker does not answer"),
        (((CONNECT, WELCOME),), "the broker does not answer"),
        (((CONNECT, packet(CONNACK, b"\0\5")),), "the broker refused us"),
        (((CONNECT, WELCOME), (SUBSCRIBE, packet(SUBACK, b"\0\1\x80"))), "refused a subscription"),
    ],
    ids=["no-welcome", "no-grant", "refused", "refused-filter"],
)
def test_a_broker_that_does_not_serve_is_left_for_the_next(
    site: Site, answers: tuple[tuple[int, bytes], ...], why: str, caplog: pytest.LogCaptureFixture
) -> None:
    """However the first of the list fails, silence included, the second is reached within seconds."""
    good = packet(PUBLISH, text(TOPIC) + b"from the second")
    with (
        broker(site, *answers) as first,
        broker(site, (CONNECT, WELCOME), (SUBSCRIBE, GRANTED + good)) as second,
        linked(site, first, second) as link,
    ):
        assert first_message(link) == Arrival(TOPIC, b"from the second")
        assert why in caplog.text


def test_a_broker_that_falls_silent_is_left_and_tried_again(
    site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    """A connection without a sign of life ends by itself, though TCP says nothing of it."""
    with broker(site, (CONNECT, WELCOME), (SUBSCRIBE, GRANTED)) as address, linked(site, address) as link:
        for _ in range(2):
            turn_until(link, lambda: link.connected)
            turn_until(link, lambda: not link.connected)
        assert "no connection to the broker" in caplog.text


def test_a_missing_certificate_is_a_sentence_and_tried_again(
    site: Site, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """The certificate is read for each connection: once it is there, the link is made."""
    folder = tmp_path / "tls"
    with (
        broker(site, (CONNECT, WELCOME), (SUBSCRIBE, GRANTED)) as address,
        Link(DOOR, partial(client_context, folder), [address], ((TOPIC, 0),), QUICK) as link,
    ):
        turn_until(link, lambda: "cannot be used" in caplog.text)
        folder.symlink_to(site.home(DOOR) / "tls")
        turn_until(link, lambda: link.connected)
