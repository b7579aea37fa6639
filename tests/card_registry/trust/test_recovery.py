"""What officers say in a root that only they may say: read strictly, obeyed once."""

import pytest

from card_registry.errors import Malformed
from card_registry.trust.recovery import FIELD, Recovery, obeyed, read_recovery, write_recovery

SAID = Recovery(3, 1_795_000_000_000, denials=True)


@pytest.mark.parametrize("said", [None, SAID, Recovery(2, None, denials=False)])
def test_what_is_written_is_read(said: Recovery | None) -> None:
    """The root's own field and back."""
    assert read_recovery(write_recovery(said)) == said


@pytest.mark.parametrize(
    "field",
    [{"root": 3}, {"root": 3, "time": 1, "denials": True, "more": 1}, "now", {"root": "3", "time": 1}],
)
def test_anything_else_is_refused(field: object) -> None:
    """A field that is signed and not of its format is nobody's word."""
    with pytest.raises(Malformed, match="the root's x-recovery"):
        read_recovery({FIELD: field})


@pytest.mark.parametrize(
    ("old", "new", "does"),
    [(2, 3, True), (1, 5, True), (3, 3, False), (3, 4, False), (0, 3, False), (1, 2, False)],
)
def test_it_is_obeyed_once_on_the_way_past_its_root(old: int, new: int, *, does: bool) -> None:
    """A door that comes from before that root obeys it, and never again; a new one has nothing to lower."""
    assert (obeyed(SAID, old, new) is SAID) is does
    assert obeyed(None, old, new) is None
