"""Two sites on one broker and one PostgreSQL, a hub each, and a second broker in the list of addresses.

Both sites have a controller of the same name with the same log key: nothing but the site tells them apart.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from card_registry.errors import OperatorMistaken
from card_registry.words import SiteId
from mqtt_bridge.broker import find_mosquitto
from mqtt_bridge.plan import Plan
from mqtt_bridge.sites import with_others
from mqtt_bridge.topics import log_topic, slot_topic
from tests import postgres
from tests.mqtt_bridge.client import Client
from tests.mqtt_bridge.site import DESK, DOOR, SITE, Pen, Process, Site, free_port, until

OTHER = SiteId("lain")
BOTH = (DOOR, DESK)


@pytest.fixture(scope="module")
def cluster() -> Iterator[str]:
    """Run one PostgreSQL."""
    programs = postgres.binaries()
    if programs is None:
        pytest.skip("PostgreSQL is not installed here")
    with postgres.cluster(programs) as url:
        yield url


@pytest.fixture
def sites(cluster: str, tmp_path: Path) -> Iterator[tuple[Site, Site]]:
    """Found two sites, each with a database of the one PostgreSQL."""
    if find_mosquitto() is None:
        pytest.skip("mosquitto is not installed here")
    folders = tmp_path / "a", tmp_path / "b"
    for folder in folders:
        folder.mkdir()
    with postgres.database(cluster) as one, postgres.database(cluster) as two:
        first, second = Site(folders[0], BOTH, SITE, one), Site(folders[1], BOTH, OTHER, two)
        try:
            yield first, second
        finally:
            first.end()
            second.end()


def list_of(site: Site) -> Path:
    """Write the file that tells a broker of one further site."""
    file = site.folder / "sites.toml"
    file.write_text(
        f'[[site]]\nid = "{site.name}"\nport = {site.port}\n'
        f'tls = "{site.tls / "broker"}"\nparties = "{site.folder / "parties"}"\n'
    )
    return file


def hang_up(url: str) -> None:
    """End every other connection to a database, as its server does when it fails over."""
    engine = create_engine(url)
    others = "FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    with engine.connect() as connection:
        assert connection.execute(text(f"SELECT pg_terminate_backend(pid) {others}")).all()
    engine.dispose()


def start(*processes: Process) -> None:
    """Start programs beside each other."""
    for process in processes:
        process.start(ready=False)
    for process in processes:
        process.wait_ready()


def test_two_sites_share_a_broker_and_a_database_server_and_nothing_else(sites: tuple[Site, Site]) -> None:
    """Rows and slots go their own way, though the broker is killed and the database hangs up on everybody."""
    first, second = sites
    broker = first.broker("mosquitto", "--sites", list_of(second))
    parties = ("--parties", second.folder / "parties")
    start(broker, first.hub(), second.hub(*parties), first.bridge(), second.bridge())
    pens = Pen(first), Pen(second)
    for pen, count in zip(pens, (3, 5), strict=True):
        pen.write(count)
    until(lambda: all(pen.all_receipted() for pen in pens), 20, "both sites' receipts")
    broker.kill()
    hang_up(first.ledger)
    hang_up(second.ledger)
    broker.start()
    for pen, site in zip(pens, sites, strict=True):
        pen.write(2)
        until(pen.all_receipted, 20, "a receipt after the broker died")
        assert site.rows() == pen.rows
        assert site.query("select why from refusal") == []
        assert (pen.slots / "meta.timestamp").read_bytes() == site.slots["meta/timestamp"]
    assert pens[0].rows != pens[1].rows


def test_a_party_of_one_site_is_nobody_at_the_other(sites: tuple[Site, Site]) -> None:
    """Neither its port nor its topics nor a party of the same name can be reached from another site."""
    first, second = sites
    start(first.broker("mosquitto", "--sites", list_of(second)))
    with Client(first.port, first.tls / "hub") as hub, Client(first.port, first.home(DOOR) / "tls") as door:
        assert hub.connect("hub") == 0
        assert door.connect(DOOR) == 0
        assert hub.subscribe(f"akses/{SITE}/log/+", f"akses/{OTHER}/log/+")
        with Client(second.port, first.tls / "hub", ca=second.tls / "broker" / "ca.pem") as stranger:
            assert stranger.connect("hub") is None
        with Client(second.port, second.tls / "hub") as other:
            assert other.connect("hub") == 0
            other.publish(log_topic(SITE, DOOR), b"forged")
            other.publish(slot_topic(SITE, "root/1"), b"forged", retain=True)
        door.publish(log_topic(OTHER, DOOR), b"forged")
        door.publish(log_topic(SITE, DOOR), b"mine")
        until(hub.settle, 10, "the door's own rows; the hub of another site has not taken its place")
        assert hub.messages == [(log_topic(SITE, DOOR), b"mine")]


@pytest.mark.long
def test_the_next_broker_of_the_list_is_taken_when_the_first_dies(tmp_path: Path) -> None:
    """A hub and a bridge with the same two addresses meet again at the second broker."""
    if find_mosquitto() is None:
        pytest.skip("mosquitto is not installed here")
    site = Site(tmp_path)
    try:
        first, spare = site.broker("mosquitto"), free_port()
        second = site.broker("mosquitto", "--port", spare, "--dir", tmp_path / "second")
        also = ("--also", f"127.0.0.1:{spare}")
        start(first, second, site.hub(*also), site.bridge(DOOR, *also))
        pen = Pen(site)
        for killed in (None, first):
            if killed is not None:
                killed.kill()
            pen.write(3)
            until(pen.all_receipted, 20, "a receipt")
        assert site.rows() == pen.rows
    finally:
        site.end()


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("[[site]]\nid = 'lain'\n", "missing required field"),
        ("[[site]]\nid = 'contoh'\nport = 2\ntls = 'x'\nparties = 'x'\n", "gives a site or port to two"),
        ("[[site]]\nid = 'lain'\nport = 1\ntls = 'x'\nparties = 'x'\n", "gives a site or port to two"),
        ("[[site]]\nid = 'La in'\nport = 2\ntls = 'x'\nparties = 'x'\n", "does not say which sites"),
        ("nonsense", "does not say which sites"),
    ],
)
def test_a_list_of_sites_that_is_none_is_refused(tmp_path: Path, text: str, why: str) -> None:
    """Each site has an id and a port of its own; anything else is one sentence."""
    file = tmp_path / "sites.toml"
    file.write_text(text)
    with pytest.raises(OperatorMistaken, match=why):
        with_others(Plan(SITE, (), 1, tmp_path, tmp_path), file)
