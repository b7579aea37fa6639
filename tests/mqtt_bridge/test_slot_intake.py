"""What a hostile broker may make of a slot folder: nothing but bounded files of known names."""

from card_registry.canonical import LIMIT
from mqtt_bridge.slot_intake import (
    FILES,
    TOTAL,
    Folder,
    Held,
    Rejected,
    Unchanged,
    Write,
    hold,
    take,
    written,
)


def test_new_and_changed_bytes_are_written_same_bytes_are_not() -> None:
    """A slot is written once for each version of it."""
    folder = Folder()
    assert take(folder, "root.1", b"a") == Write("root.1", b"a")
    folder = written(folder, "root.1", b"a")
    assert isinstance(take(folder, "root.1", b"a"), Unchanged)
    assert take(folder, "root.1", b"b") == Write("root.1", b"b")


def test_empty_and_oversize_are_refused() -> None:
    """A cleared retained message is no slot, and 256 KiB is the limit."""
    assert isinstance(take(Folder(), "a", b""), Rejected)
    assert isinstance(take(Folder(), "a", bytes(LIMIT)), Write)
    assert isinstance(take(Folder(), "a", bytes(LIMIT + 1)), Rejected)


def test_folder_is_bounded_in_bytes_and_files() -> None:
    """Thirty-two megabytes and FILES files in all; replacing a slot frees its old bytes."""
    full = Folder({f"root.{number}": hold(bytes(LIMIT)) for number in range(TOTAL // LIMIT)})
    assert full.total == TOTAL
    assert isinstance(take(full, "root.900", b"a"), Rejected)
    assert take(full, "root.1", b"a") == Write("root.1", b"a")
    many = Folder({f"root.{number}": Held(1, b"") for number in range(FILES)})
    assert isinstance(take(many, "root.9999", b"a"), Rejected)
    assert isinstance(take(many, "root.1", b"a"), Write)
