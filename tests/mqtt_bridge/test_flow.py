"""Hub, bridge and broker as real processes: what arrives, what is refused, and what is said again."""

import os
import select
import signal
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from card_registry.durable import write_whole
from card_registry.hint import HintListener, send_hint
from card_registry.journal.batch import Batch, batch_name, encode_batch
from card_registry.signing import Purpose, seal
from card_registry.statements import Receipt
from card_registry.trust.slots import AUTHORITY
from mqtt_bridge.broker import find_mosquitto
from mqtt_bridge.slot_intake import FILES
from mqtt_bridge.topics import ack_topic, log_topic, slot_topic, status_topic
from tests.mqtt_bridge.client import Client
from tests.mqtt_bridge.site import DESK, DOOR, SITE, Pen, Process, Site, key, site_in, until


@dataclass
class Running:
    """A site with everything started."""

    site: Site
    broker: Process
    hub: Process
    bridge: Process
    pen: Pen

    def slot(self, name: str) -> bytes | None:
        """Give a slot file of the door, None when it is not there."""
        try:
            return (self.pen.slots / name).read_bytes()
        except FileNotFoundError:
            return None

    def all_slots(self) -> None:
        """Wait until the door has the newest timestamp."""
        wanted = self.site.slots["meta/timestamp"]
        until(lambda: self.slot("meta.timestamp") == wanted, 10, "the newest timestamp")

    def alive(self) -> None:
        """Check that everything still runs and rows still flow."""
        self.pen.write(2)
        until(self.pen.all_receipted, 15, "a receipt")
        assert self.broker.alive()
        assert self.hub.alive()
        assert self.bridge.alive()
        assert self.site.rows() == self.pen.rows


@pytest.fixture(scope="module", params=["mosquitto", "amqtt"])
def started(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """Start everything once for a broker; the tests leave it working."""
    if request.param == "mosquitto" and find_mosquitto() is None:
        pytest.skip("mosquitto is not installed here")
    with site_in(tmp_path_factory.mktemp(request.param)) as site:
        yield Running(site, site.broker(request.param), site.hub(), site.bridge(), Pen(site))


@pytest.fixture
def running(started: Running) -> Running:
    """Give everything running, with all rows under a receipt."""
    stopped = [one for one in (started.broker, started.hub, started.bridge) if not one.alive()]
    for process in stopped:
        process.start(ready=False)
    for process in stopped:
        process.wait_ready()
    started.pen.write(2)
    until(started.pen.all_receipted, 15, "a receipt")
    return started


def test_slots_come_down_rows_go_up_and_programs_end_well(running: Running) -> None:
    """The whole path once: slots as files, rows in the ledger, receipt beside the slots, hints, exit 0."""
    site, pen = running.site, running.pen
    with HintListener(site.run / "signer.sock") as signer, HintListener(site.run / "console.sock") as console:
        running.all_slots()
        pen.write(3)
        until(pen.all_receipted, 10, "a receipt")
        hinted = select.select([signer, console], [], [], 0)[0]
        assert hinted == [signer, console]
    names = {path.name for path in pen.slots.iterdir()}
    assert {"root.1", "meta.timestamp", "site.policy", "deny.list", f"d.{DOOR}.plan", "ack"} <= names
    assert not any(DESK in name or "people" in name or "directory" in name for name in names)
    site.write_slots({AUTHORITY: b"a head"})
    until(lambda: running.slot(AUTHORITY) == b"a head", 10, "the authority log's head")
    write_whole(pen.outbox / "status", pen.status(1))
    send_hint(pen.bridge_socket)
    until(lambda: site.query("select number from status") == [(1,)], 10, "the status")
    assert site.rows() == pen.rows
    for process in (running.bridge, running.hub, running.broker):
        assert process.stop() == 0
    for process in (running.bridge, running.hub):
        assert "Traceback" not in process.log()


def test_change_of_the_registry_arrives_at_once_and_by_itself_after_broker_and_hub_died(
    running: Running,
) -> None:
    """A broker that forgot its slots gets them again; a hub that was away publishes what changed."""
    site = running.site
    running.all_slots()
    with HintListener(site.home(DOOR) / "run" / "door.sock") as door:
        site.enrol(*(site.entry(name) for name in site.controllers))
        door.wait(5)
        running.all_slots()
    running.broker.kill()
    for path in running.pen.slots.iterdir():
        path.unlink()
    running.bridge.kill()
    running.broker.start()
    running.bridge.start()
    running.all_slots()
    running.hub.kill()
    site.enrol(*(site.entry(name) for name in site.controllers))
    running.hub.start()
    running.all_slots()
    running.alive()


def test_hub_back_from_the_dead_repeats_its_receipts(running: Running) -> None:
    """A receipt that was lost with its hub is given again without being asked for."""
    pen = running.pen
    running.hub.kill()
    (pen.slots / "ack").unlink()
    running.bridge.kill()
    running.bridge.start()
    running.hub.start()
    until((pen.slots / "ack").exists, 10, "the receipt again")
    assert pen.all_receipted()
    running.alive()


def test_ledger_restored_from_backup_is_filled_again(running: Running) -> None:
    """The hub's receipts step back, the door sends again, and every row is there again once."""
    pen, site = running.pen, running.site
    stored = len(pen.rows)
    running.hub.stop()
    backup = (site.folder / "ledger.db").read_bytes()
    running.hub.start()
    pen.write(4)
    until(pen.all_receipted, 10, "a receipt")
    running.hub.kill()
    for path in site.folder.glob("ledger.db*"):
        path.unlink()
    (site.folder / "ledger.db").write_bytes(backup)
    running.hub.start()
    until(lambda: pen.take_receipt() and pen.receipted == stored, 10, "the earlier receipt")
    pen.rewrite(stored)
    until(pen.all_receipted, 10, "all rows again")
    assert site.rows() == pen.rows


def test_hostile_payloads_on_every_topic_kill_nobody(running: Running) -> None:
    """Nonsense, giants, forged receipts and foreign slots are dropped; work goes on."""
    site, pen = running.site, running.pen
    running.all_slots()
    genuine = {path.name: path.read_bytes() for path in pen.slots.iterdir()}
    forged = seal(Purpose.RECEIPT, Receipt(1, SITE, DOOR, 1, 10**6, "0" * 64, 0), key("thief"))
    other = seal(Purpose.RECEIPT, Receipt(1, SITE, DESK, 1, 5, "0" * 64, 0), key("thief"))
    nonsense = (
        b"",
        b"\xff" * 1_000,
        b"{}",
        b"[" * 100_000,
        bytes(256 * 1024),
        forged,
        other,
        encode_batch(pen_batch(site)),
    )
    running.hub.stop()
    with Client(site.port, site.tls / "hub") as hub:
        assert hub.connect("hub") == 0
        for payload in nonsense:
            for topic in (
                ack_topic(SITE, DOOR),
                slot_topic(SITE, f"d/{DOOR}/zz"),
                f"akses/{SITE}/reg/d/{DOOR}/$",
            ):
                hub.publish(topic, payload)
        for name in ("root/0", "root/1000000", "meta/grants-x", f"d/{DOOR}/100", f"d/{DOOR}/plan/x", "a//b"):
            hub.publish(slot_topic(SITE, name), b"unwanted")
        hub.publish(slot_topic(SITE, "deny/list"), bytes(256 * 1024 + 1))
        hub.settle()
    running.bridge.stop()
    with Client(site.port, site.home(DOOR) / "tls") as door:
        running.hub.start()
        assert door.connect(DOOR) == 0
        for payload in nonsense:
            door.publish(log_topic(SITE, DOOR), payload)
            door.publish(status_topic(SITE, DOOR), payload, retain=True)
        door.settle()
    running.bridge.start()
    running.alive()
    until(lambda: running.slot("meta.timestamp") == genuine["meta.timestamp"], 10, "the genuine slots")
    now = {path.name: path.read_bytes() for path in pen.slots.iterdir()}
    assert set(now) == set(genuine)
    assert {name: data for name, data in now.items() if name != "ack"} == {
        name: data for name, data in genuine.items() if name != "ack"
    }
    refused = [str(row[0]) for row in site.query("select why from refusal")]
    assert refused
    assert all(len(why) <= 400 for why in refused)
    for process in (running.hub, running.bridge):
        assert "Traceback" not in process.log()


def test_a_flooded_folder_takes_genuine_slots_again(running: Running) -> None:
    """A broker that filled the folder with invented roots keeps nothing out once it stopped."""
    site, pen = running.site, running.pen
    running.all_slots()
    genuine = {path.name: path.read_bytes() for path in pen.slots.iterdir() if path.name != "ack"}
    running.hub.stop()
    with Client(site.port, site.tls / "hub") as hub:
        assert hub.connect("hub") == 0
        for number in range(2, FILES + 20):
            hub.publish(slot_topic(SITE, f"root/{number}"), b"invented %d" % number)
        hub.publish(slot_topic(SITE, "meta/timestamp"), b"invented")
        hub.settle()
    until(lambda: len(list(pen.slots.iterdir())) == FILES, 20, "a full folder")
    running.hub.start()
    until(lambda: all(running.slot(name) == data for name, data in genuine.items()), 90, "every genuine slot")
    assert len(list(pen.slots.iterdir())) <= FILES
    for path in pen.slots.glob("root.*"):
        if path.name not in genuine:
            path.unlink()
    running.alive()


def pen_batch(site: Site) -> Batch:
    """Give a batch of a desk, to be sent as a door's."""
    return Pen(site, DESK).batch()


def test_tampered_row_is_refused_with_one_sentence_and_mended_by_the_door(running: Running) -> None:
    """A row edited in the outbox is refused and said once; the genuine batch is taken when it is back."""
    site, pen = running.site, running.pen
    batch = pen.batch(2)
    hashing = "select why from refusal where why like '%do not hash%'"
    name = batch_name(1, batch.start)
    write_whole(pen.outbox / name, encode_batch(batch).replace(b'"fill":"x', b'"fill":"y', 1))
    send_hint(pen.bridge_socket)
    until(lambda: site.query(hashing), 10, "the refusal")
    write_whole(pen.outbox / name, encode_batch(batch))
    send_hint(pen.bridge_socket)
    until(pen.all_receipted, 15, "the genuine rows")
    ((why,),) = site.query(hashing)
    assert f"rows {batch.start} to {batch.end} of {DOOR}, epoch 1, do not hash to the root it signed" in str(
        why
    )
    assert running.hub.log().count("do not hash") == 1
    assert site.rows() == pen.rows


def test_strange_files_in_the_outbox_are_left_alone(running: Running) -> None:
    """Links, giants, batches under a wrong name and foreign rows are not sent; the rest goes on."""
    pen = running.pen
    (pen.outbox / "batch-000001-000000009900").symlink_to("/etc/passwd")
    (pen.outbox / "batch-000001-000000009901").write_bytes(bytes(300 * 1024))
    (pen.outbox / "batch-000001-000000009902").write_bytes(encode_batch(pen_batch(running.site)))
    (pen.outbox / "batch-000001-000000009903").mkdir()
    (pen.outbox / "notes.txt").write_bytes(b"x")
    (pen.outbox / "status").unlink(missing_ok=True)
    (pen.outbox / "status").symlink_to("/etc/passwd")
    running.alive()
    assert "root:" not in running.bridge.log()
    (pen.outbox / "status").unlink()


def test_frozen_broker_does_not_hold_up_the_end(running: Running) -> None:
    """Programs end within three seconds although their broker hangs."""
    os.kill(running.broker.pid, signal.SIGSTOP)
    try:
        assert running.bridge.stop() == 0
        assert running.hub.stop() == 0
    finally:
        os.kill(running.broker.pid, signal.SIGCONT)
