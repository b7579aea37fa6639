"""Reading what officers and enroller signed: the hub's, the console's and the auditor's view."""

import hashlib

import pytest

from card_registry import canonical
from card_registry.errors import Expired, Forged, Incomplete, Malformed
from card_registry.instant import DAY
from card_registry.statements import ControllerEntry, Directory
from card_registry.trust.slots import DIRECTORY, FIRST_ROOT, Role, file_name
from card_registry.trust.verify import read_charter, read_directory, read_directory_offline, read_policy
from card_registry.words import ControllerKind, ControllerStatus
from tests.card_registry.trust.made import HERE, SITE, Door, Made, at, policy

ENTRY = ControllerEntry(HERE, ControllerKind.DOOR, ControllerStatus.ACTIVE, 1, "ab" * 32, "cd" * 32, ())


@pytest.fixture
def listed(made: Made) -> Made:
    """A site whose enroller has entered one controller."""
    edition = made.edition()
    edition.put(Role.DOORS, DIRECTORY, canonical.encode(Directory(1, SITE, (ENTRY,))))
    made.slots.update(edition.close())
    return made


def test_the_hub_reads_log_keys_under_a_pinned_digest(listed: Made, door: Door) -> None:
    """The directory follows from the root's SHA-256, or from its bytes."""
    digest = hashlib.sha256(listed.root).hexdigest()

    for root in (digest, listed.root):
        assert read_directory(listed.slots, root, at(listed.now), door.scratch).controllers == (ENTRY,)
    assert read_policy(listed.slots, digest, at(listed.now), door.scratch) == policy()


def test_another_root_is_refused(listed: Made, door: Door) -> None:
    """A registry store whose root was exchanged is not believed, nor one without a root."""
    with pytest.raises(Forged, match="slot root/1 is not the root this site was founded with"):
        read_directory(listed.slots, "00" * 32, at(listed.now), door.scratch)
    rootless = {name: data for name, data in listed.slots.items() if name != FIRST_ROOT}
    with pytest.raises(Incomplete, match="slot root/1 is missing"):
        read_directory(rootless, "00" * 32, at(listed.now), door.scratch)


def test_an_auditor_reads_expired_keys_by_file_name(listed: Made, door: Door) -> None:
    """Years later the directory still says which keys the journals were signed with."""
    wanted = ("root/1", "meta/timestamp", "meta/snapshot", "meta/targets", "meta/doors", DIRECTORY)
    files = {file_name(name): listed.slots[name] for name in wanted}
    digest = hashlib.sha256(listed.root).hexdigest()

    with pytest.raises(Expired):
        read_directory(listed.slots, digest, at(listed.now + 9 * DAY), door.scratch)
    assert read_directory_offline(files, digest, door.scratch).controllers == (ENTRY,)


def test_an_edited_directory_is_not_believed(listed: Made, door: Door) -> None:
    """A log key exchanged in the registry store is noticed."""
    forged = listed.slots[DIRECTORY].replace(b"ab" * 32, b"ef" * 32)

    with pytest.raises(Incomplete, match="slot doors/directory is not the one its signed role names"):
        read_directory({**listed.slots, DIRECTORY: forged}, listed.root, at(listed.now), door.scratch)


def test_a_root_that_is_no_root_is_refused(made: Made, door: Door) -> None:
    """A pinned file that is damaged says so."""
    with pytest.raises(Malformed, match="slot root/1 cannot be read"):
        read_charter(made.slots, b"damaged", door.scratch)
