"""What a storm measures: connecting, a revocation's way to the last controller, everybody's rows at once."""

import logging
import statistics
import tempfile
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from card_registry.command.bench_row import Row
from card_registry.words import ControllerId
from mqtt_bridge.bench import invented
from mqtt_bridge.storm.fleet import Fleet, Member, fleet
from mqtt_bridge.storm.house import House

CONTROLLERS = 200
ROUNDS = 5
FAN_OUT = 1000.0
"""Milliseconds until the last of 200 controllers has a revocation (DESIGN §10)."""

BACK = 10.0
"""Seconds until everybody is back after the broker died; they wait 0.2 s to 2 s by chance before they try."""


def rows(controllers: int = CONTROLLERS, rounds: int = ROUNDS, broker: str = "auto") -> Iterator[Row]:
    """Measure a storm of so many controllers."""
    logging.getLogger("mqtt_bridge").addHandler(
        logging.NullHandler()
    )  # 200 would say that the broker is gone
    names = tuple(ControllerId(f"pengendali-{number}") for number in range(1, controllers + 1))
    with tempfile.TemporaryDirectory() as folder:
        house = House(Path(folder), names)
        with fleet(house) as ships, house.hub():
            with house.broker(broker):
                yield _back(ships, "connected, every slot there")
                yield from _revocations(house, ships, rounds)
                yield _everybody(ships)
            ships.forget()
            with house.broker(broker):
                yield _back(ships, "back after the broker died, every slot there")


def _back(ships: Fleet, what: str) -> Row:
    seconds = ships.until(what, lambda one: one.complete)
    return _row(ships, what, seconds, "s", BACK)


def _revocations(house: House, ships: Fleet, rounds: int) -> Iterator[Row]:
    """Measure from the commit of the signer's slots to the last controller that has the new timestamp."""
    spent = []
    for _ in range(rounds):
        newest = house.revoke()
        spent.append(1000 * ships.until("revoked", partial(_has, newest)))
    yield _row(ships, "revocation published → the last has it, p50", statistics.median(spent), "ms", FAN_OUT)
    yield _row(ships, "revocation published → the last has it, worst", max(spent), "ms", FAN_OUT)


def _has(timestamp: bytes, one: Member) -> bool:
    return one.slots.get("meta/timestamp") == timestamp


def _everybody(ships: Fleet) -> Row:
    """Measure one batch from each at once, until the last has its receipt."""
    loads = {one.name: invented(one.name, 1) for one in ships.members}
    ships.send({name: load.batches[0] for name, load in loads.items()})
    began = time.perf_counter()
    ships.until("receipted", lambda one: one.receipted > 0)
    count = sum(len(load.rows) for load in loads.values())
    rate = count / (time.perf_counter() - began)
    name = f"{len(ships.members)} controllers: a batch of each at once → all receipted"
    return Row(name, "journal", rate, "events/s", "none lost", None, None, met=True)


def _row(ships: Fleet, what: str, value: float, unit: str, within: float) -> Row:
    name = f"{len(ships.members)} controllers: {what}"
    return Row(
        name, "registry", value, unit, f"≤ {within:.0f} {unit}", within, value / within, value <= within
    )
