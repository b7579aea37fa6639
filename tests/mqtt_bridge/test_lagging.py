"""Who is helped again: a controller that says it decides by an older registry, now and then."""

from card_registry.journal.event import Versions
from card_registry.signing import Purpose, seal
from card_registry.statements import Status
from card_registry.words import Staleness
from mqtt_bridge.lagging import AGAIN, GRACE, Lagging
from tests.mqtt_bridge.site import DESK, DOOR, SITE, key


def says(timestamp: int) -> bytes:
    """Give a status of a door that decides by this timestamp."""
    status = Status(
        1, SITE, DOOR, 1, 1, "0" * 32, 1, Staleness.FRESH, Versions(1, timestamp, 1, 1), 0, 0, ()
    )  # fmt: skip
    return seal(Purpose.STATUS, status, key("anybody"))


def published(version: int) -> bytes:
    """Give what of a timestamp's metadata matters here."""
    return b'{"signed":{"version":%d,"more":1},"signatures":[]}' % version


def test_only_who_is_behind_is_helped_and_not_too_often() -> None:
    """A moment to adopt, then help, then again only after a while; who is up to date needs none."""
    lagging = Lagging()
    lagging.published(published(7), 100.0)
    lagging.published(published(7), 101.0)
    assert not lagging.behind(DOOR, says(6), 100.0 + GRACE - 0.1)
    assert not lagging.behind(DOOR, says(7), 100.0 + GRACE)
    assert lagging.behind(DOOR, says(6), 100.0 + GRACE)
    assert not lagging.behind(DOOR, says(6), 100.0 + GRACE + AGAIN - 0.1)
    assert lagging.behind(DESK, says(6), 100.0 + GRACE + 0.1)
    assert lagging.behind(DOOR, says(6), 100.0 + GRACE + AGAIN)


def test_what_cannot_be_read_helps_nobody() -> None:
    """Neither a broken status nor a broken timestamp is believed."""
    lagging = Lagging()
    lagging.published(b"nonsense", 0.0)
    assert not lagging.behind(DOOR, says(0), 50.0)
    lagging.published(published(3), 0.0)
    assert not lagging.behind(DOOR, b"nonsense", 50.0)
