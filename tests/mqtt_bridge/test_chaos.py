"""kill -9 of bridge, broker and hub at any time: every row arrives once, in order, byte for byte."""

import random
import time
from pathlib import Path

import pytest

from card_registry.journal.note import open_checkpoint, origin
from card_registry.journal.tree import Frontier, leaf
from card_registry.signing import public_hex
from mqtt_bridge.broker import find_mosquitto
from tests.mqtt_bridge.site import DESK, DOOR, SITE, Pen, Process, Site, key, site_in, until

SHORT, LONG = 8.0, 60.0
"""Seconds of killing."""


@pytest.mark.parametrize("choice", ["mosquitto", "amqtt"])
def test_no_row_is_lost_doubled_or_reordered(tmp_path: Path, choice: str) -> None:
    """A door and a desk write on while their bridges, the broker and the hub are killed at random."""
    torment(tmp_path, choice, SHORT)


@pytest.mark.long
@pytest.mark.parametrize("choice", ["mosquitto", "amqtt"])
def test_no_row_is_lost_doubled_or_reordered_in_a_minute(tmp_path: Path, choice: str) -> None:
    """The same, longer."""
    torment(tmp_path, choice, LONG)


def torment(folder: Path, choice: str, seconds: float) -> None:
    """Kill for a while, then let everything settle and compare."""
    if choice == "mosquitto" and find_mosquitto() is None:
        pytest.skip("mosquitto is not installed here")
    chance = random.Random(7)
    with site_in(folder) as site:
        pens = [Pen(site, DOOR), Pen(site, DESK)]
        victims = [site.broker(choice), site.hub(), site.bridge(DOOR), site.bridge(DESK)]
        for victim in victims:
            victim.start(ready=False)
        for victim in victims:
            victim.wait_ready()
        kills = write_and_kill(chance, pens, victims, seconds)
        assert kills >= seconds / 2, "too few kills to mean anything"
        for pen in pens:
            pen.write(1)
        for victim in victims:
            until(victim.alive, 1, "it to be started again")
        until(lambda: all(pen.all_receipted() for pen in pens), 30, "every row under a receipt")
        for pen in pens:
            compare(site, pen)


def write_and_kill(chance: random.Random, pens: list[Pen], victims: list[Process], seconds: float) -> int:
    """Write rows all the time and kill a random program about once a second; give the number of kills."""
    end = time.monotonic() + seconds
    next_kill, kills = time.monotonic() + 0.5, 0
    while time.monotonic() < end:
        for pen in pens:
            pen.write(chance.choice((1, 1, 2, 40)))
            pen.take_receipt()
        if time.monotonic() >= next_kill:
            victim = chance.choice(victims)
            victim.kill()
            victim.start(ready=False)
            kills += 1
            next_kill = time.monotonic() + chance.uniform(0.4, 1.2)
        time.sleep(chance.uniform(0.005, 0.03))
    return kills


def compare(site: Site, pen: Pen) -> None:
    """Hold the ledger against the journal: rows, leaves, frontier, and every checkpoint on the way."""
    who = {"c": pen.controller}
    assert site.rows(pen.controller) == pen.rows
    leaves = [
        row[0] for row in site.query("select leaf from event where controller = :c order by seq", **who)
    ]
    assert leaves == [leaf(row) for row in pen.rows]
    ((frontier, note),) = site.query("select frontier, note from head where controller = :c", **who)
    assert Frontier.load(frontier) == pen.frontier
    name, public = origin(SITE, pen.controller, 1), public_hex(key(pen.controller))
    assert open_checkpoint(note, name, public).root == pen.frontier.root()
    passed = Frontier()
    for size, note in site.query(
        "select size, note from checkpoint where controller = :c order by size", **who
    ):
        passed = passed.extend(leaves[passed.size : size])
        assert open_checkpoint(note, name, public).root == passed.root()
    assert site.query("select why from refusal") == []
