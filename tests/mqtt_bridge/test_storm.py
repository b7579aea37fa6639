"""A small storm: the measurement itself, with real brokers and a real hub, loses nobody."""

import pytest

from mqtt_bridge.broker import find_mosquitto
from mqtt_bridge.storm.rows import rows

SMALL, LARGE = 10, 200


@pytest.mark.parametrize("broker", ["mosquitto", pytest.param("amqtt", marks=pytest.mark.long)])
def test_everybody_connects_hears_sends_and_comes_back(broker: str) -> None:
    """Every controller has each slot, each revocation, a receipt, and all again after the broker died."""
    storm(SMALL, broker)


@pytest.mark.long
def test_two_hundred_connect_hear_send_and_come_back() -> None:
    """The same with as many controllers as the design promises to serve."""
    storm(LARGE, "mosquitto")


def storm(controllers: int, broker: str) -> None:
    """Take every measurement; one that could not be taken raises."""
    if broker == "mosquitto" and find_mosquitto() is None:
        pytest.skip("mosquitto is not installed here")
    found = list(rows(controllers, 2, broker))
    assert len(found) == 5
    assert all(row.name.startswith(f"{controllers} controllers: ") and row.value > 0 for row in found)
