"""What a door's status says of its registry, and what it shows to a server that lost time."""

import base64
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from card_registry.errors import Forged, Malformed
from card_registry.signing import public_hex
from card_registry.statements import Kept
from card_registry.trust import recall
from card_registry.trust.adoption import Trusted
from card_registry.trust.publish import version_of
from card_registry.trust.slots import file_name, meta_slot
from card_registry.words import CardId
from door_controller.keeping import kept_of
from tests.door_controller.site import deny_card, new_id
from tests.door_controller.test_adopter import Post


@pytest.fixture
def post(tmp_path: Path) -> Iterator[Post]:
    """A door without a registry."""
    made = Post(tmp_path)
    yield made
    made.journal.close()


def test_an_older_offer_is_answered_with_proof_of_what_is_newer(post: Post) -> None:
    """It unpacks to the newer publication and its denials, and only while something older is offered."""
    card = CardId(new_id())
    row, _ = post.site.admit(b"1" * 32)
    post.deliver()
    old = {path: path.read_bytes() for path in post.slots.iterdir()}
    assert post.adopter.kept == Kept()
    post.site.deny(deny_card(row.card, 4), deny_card(card, 7))
    post.deliver()
    assert post.adopter.kept == Kept(7)

    for path, data in old.items():
        path.write_bytes(data)
    post.adopter.look()
    kept = post.adopter.kept
    assert (kept.denied, kept.offered) == (7, version_of(old[post.slots / file_name("meta/timestamp")]))
    online = public_hex(post.site.keys.online)
    newer = recall.unpack(kept.proof, online)
    assert newer.publication == post.site.number
    assert [one.serial for one in newer.denials] == [4, 7]
    assert newer.roles["deny"] == post.site.number

    post.again()
    assert post.adopter.kept == Kept(7)
    post.deliver()
    post.site.publish([], [])
    post.deliver()
    assert post.adopter.kept == Kept(7)


def test_a_proof_that_is_edited_or_anothers_proves_nothing(post: Post) -> None:
    """Every part must be signed by the site's online key, and the list must be the signed one."""
    post.site.deny(deny_card(CardId(new_id()), 7))
    slots = {name: post.site.slots[name] for name in recall.PARTS}
    online = public_hex(post.site.keys.online)
    assert recall.unpack(recall.pack(slots), online).publication == post.site.number
    with pytest.raises(Forged, match="not signed by"):
        recall.unpack(recall.pack(slots), public_hex(post.site.keys.grants))
    for name in recall.PARTS:
        edited = (
            slots[name].replace(b'"version":', b'"version":1') if name != "deny/list" else slots[name] + b" "
        )
        with pytest.raises((Forged, Malformed)):
            recall.unpack(recall.pack({**slots, name: edited}), online)
    swapped = {**slots, "meta/snapshot": slots["meta/timestamp"]}
    with pytest.raises(Malformed, match="another role"):
        recall.unpack(recall.pack(swapped), online)
    with pytest.raises(Malformed, match="cannot be read"):
        recall.unpack(recall.pack({**slots, "meta/deny": b"{}"}), online)
    with pytest.raises(Malformed, match="unpacked"):
        recall.unpack("!", online)
    other = base64.b64encode(zlib.compress(b"{}")).decode()
    with pytest.raises(Malformed, match="four parts"):
        recall.unpack(other, online)


def test_who_holds_nothing_shows_nothing(post: Post) -> None:
    """A controller that never adopted, or lost its deny list, gives no proof."""
    offered = post.site.slots[meta_slot("timestamp")]
    assert kept_of(Trusted(), offered) == Kept()
    assert recall.pack({}) == ""
