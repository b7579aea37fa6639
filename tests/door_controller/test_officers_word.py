"""What only officers may lower at a door: its floor of time, and denials that nobody of theirs made."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from card_registry.instant import DAY
from card_registry.trust.ceremony import Founding, root_of
from card_registry.trust.publish import sign
from card_registry.trust.recovery import Recovery
from card_registry.words import CardId, Staleness
from tests.door_controller.site import deny_card
from tests.door_controller.test_adopter import Post

YEAR = 365 * DAY


@pytest.fixture
def post(tmp_path: Path) -> Iterator[Post]:
    """A door with a registry."""
    made = Post(tmp_path)
    made.deliver()
    yield made
    made.journal.close()


def speak(post: Post, recovery: Recovery) -> None:
    """Let two officers sign the next root, which says this, and the signer publish."""
    site = post.site
    assert site.keys.doors is not None
    seats = Founding(site.officers, site.keys.doors, site.keys.grants, site.keys.online).seats()
    root = root_of(seats, post.wall, recovery.root, recovery)
    site.slots[f"root/{recovery.root}"] = sign(root, *site.officers[:2])
    site.publish([], [])


def test_a_floor_of_time_driven_up_is_set_back_and_stays_so(post: Post) -> None:
    """A door that takes everything for expired learns the new root and counts from the officers' time."""
    post.clock.obey_officers(post.wall + 30 * YEAR)
    post.site.publish([], [])
    post.deliver()
    assert any("its signed time is over" in why for why in post.refusals())
    assert age(post) is Staleness.EXPIRED

    speak(post, Recovery(2, post.wall, denials=False))
    post.deliver()

    assert post.clock.floor() < post.wall + DAY
    assert age(post) is Staleness.FRESH
    (kept,) = post.journal.look("SELECT value FROM fact WHERE name = 'time-floor'")
    assert kept[0] < post.wall + DAY


def test_denials_of_a_thief_are_forgotten_on_disk_as_well(post: Post) -> None:
    """Only the denials on the list that comes with the root stay, through a restart."""
    post.site.deny(deny_card(CardId("11" * 16)), deny_card(CardId("22" * 16), 2))
    post.deliver()
    post.site.deny(deny_card(CardId("22" * 16), 2))
    post.deliver()
    assert len(serials(post)) == 2

    speak(post, Recovery(2, None, denials=True))
    post.deliver()

    assert len(serials(post)) == 1
    post.again()
    assert len(serials(post)) == 1


def age(post: Post) -> Staleness:
    """Say how old the door takes its registry for."""
    return post.adopter.standing.staleness


def serials(post: Post) -> list[tuple[str, int]]:
    """Give the denials that the door keeps."""
    return [(row[0], row[1]) for row in post.journal.look("SELECT id, serial FROM denial")]
