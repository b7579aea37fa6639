"""What a hostile broker may make of a slot folder: nothing but bounded files of known names."""

from hypothesis import example, given
from hypothesis import strategies as st

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
    without,
    written,
)


def after(folder: Folder, name: str, data: bytes) -> Folder:
    """Give the folder once a message was judged and obeyed."""
    verdict = take(folder, name, data)
    return written(folder, verdict) if isinstance(verdict, Write) else folder


def test_new_and_changed_bytes_are_written_same_bytes_are_not() -> None:
    """A slot is written once for each version of it."""
    folder = Folder()
    assert take(folder, "root.1", b"a") == Write("root.1", b"a")
    folder = after(folder, "root.1", b"a")
    assert isinstance(take(folder, "root.1", b"a"), Unchanged)
    assert take(folder, "root.1", b"b") == Write("root.1", b"b")


def test_empty_and_oversize_are_refused() -> None:
    """A cleared retained message is no slot, and 256 KiB is the limit."""
    assert isinstance(take(Folder(), "a", b""), Rejected)
    assert isinstance(take(Folder(), "a", bytes(LIMIT)), Write)
    assert isinstance(take(Folder(), "a", bytes(LIMIT + 1)), Rejected)


def test_what_was_written_longest_ago_makes_room() -> None:
    """Thirty-two megabytes and FILES files in all; replacing a slot frees its old bytes first."""
    full = Folder({f"root.{number}": hold(bytes(LIMIT)) for number in range(TOTAL // LIMIT)})
    assert full.total == TOTAL
    assert take(full, "root.900", b"a") == Write("root.900", b"a", ("root.0",))
    assert take(full, "root.1", b"a") == Write("root.1", b"a")
    many = Folder({f"root.{number}": Held(1, b"") for number in range(FILES)})
    assert take(many, "root.9999", b"a") == Write("root.9999", b"a", ("root.0",))
    assert take(many, "root.1", b"a") == Write("root.1", b"a")
    assert take(without(many, "root.7"), "root.9999", b"a") == Write("root.9999", b"a")


def test_a_rewritten_slot_is_the_newest() -> None:
    """What came again with other bytes is not what makes room next."""
    many = Folder({f"root.{number}": Held(1, b"") for number in range(FILES)})
    verdict = take(after(many, "root.0", b"b"), "root.9999", b"a")
    assert verdict == Write("root.9999", b"a", ("root.1",))


@example([(number, 1) for number in range(60, 60 + 2 * FILES)], 60)
@example([(number, LIMIT) for number in range(60, 60 + 2 * FILES)], 60)
@given(
    st.lists(st.tuples(st.integers(1, 1500), st.sampled_from((1, 4_000, LIMIT))), max_size=900),
    st.integers(1, 60),
)
def test_no_flood_keeps_genuine_slots_out(flood: list[tuple[int, int]], genuine: int) -> None:
    """Whatever a broker sent before, the next one's slots are all held after it said them once."""
    folder = Folder()
    for number, size in flood:
        folder = after(folder, f"root.{number}", bytes(size))
        assert len(folder.held) <= FILES
        assert folder.total <= TOTAL
    for number in range(genuine):
        folder = after(folder, f"root.{number}", b"genuine %d" % number)
    assert all(folder.held[f"root.{number}"] == hold(b"genuine %d" % number) for number in range(genuine))
