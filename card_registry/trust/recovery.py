"""What only officers may lower: a door's floor of time, and denials that a thief of the online key made up.

A thief who signs times far in the future, or denials of everybody, does damage that outlives the key: doors
never lower either by themselves (DESIGN §4). The officers say it in a new root, as a field that names the
version it was said in; a door that comes from an older root obeys it once, and never again.

Pure.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from card_registry import canonical
from card_registry.words import Whole

FIELD = "x-recovery"
"""The root's own field."""


@dataclass(frozen=True, slots=True)
class Recovery:
    """Said in root version ``root``.

    ``time`` (milliseconds, or None) becomes the door's floor of time, up or down; with ``denials`` the door
    keeps only the denials of the deny list it adopts with this root.
    """

    root: Whole
    time: Whole | None
    denials: bool


def read_recovery(fields: Mapping[str, object]) -> Recovery | None:
    """Read it from a root's own fields; None where the officers said nothing.

    Raises:
        Malformed: It is signed and yet not of its format.
    """
    found = fields.get(FIELD)
    return (
        None if found is None else canonical.decode(canonical.encode(found), Recovery, f"the root's {FIELD}")
    )


def write_recovery(recovery: Recovery | None) -> dict[str, object]:
    """Give the root's own field, if there is anything to say."""
    if recovery is None:
        return {}
    said = {"root": recovery.root, "time": recovery.time, "denials": recovery.denials}
    return {FIELD: said}


def obeyed(recovery: Recovery | None, old: int, new: int) -> Recovery | None:
    """Give what a door that goes from root version ``old`` to ``new`` obeys; a new door obeys none."""
    return recovery if recovery is not None and 0 < old < recovery.root <= new else None
