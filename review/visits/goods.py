"""What may leave the room: what the visitors brought, and what a form of the case lets go.

A thing is known by its serial number, or by its name where it has none.

Pure.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from review.visits.visit import Item


@dataclass(frozen=True, slots=True)
class GoodsCheck:
    """What does not add up: carried out without a paper, brought in and left behind without a word."""

    strange: tuple[Item, ...]
    left_behind: tuple[Item, ...]

    @property
    def agrees(self) -> bool:
        """Say whether everything adds up."""
        return not self.strange and not self.left_behind


def check(
    brought: Iterable[Item], out: Iterable[Item], released: Iterable[Item], staying: Iterable[Item]
) -> GoodsCheck:
    """Compare what is carried out with what was brought in.

    Args:
        brought: What the visitors brought (F13 A).
        out: What they carry out (F13 C).
        released: What the case's forms let go (F10, or F05 of a return).
        staying: What the case's forms leave here (F05 of a deposit, a replacement on F10).
    """
    brought, out = tuple(brought), tuple(out)
    strange = _beyond(out, (*brought, *released))
    behind = _beyond(brought, (*out, *staying))
    return GoodsCheck(strange, behind)


def _beyond(found: tuple[Item, ...], covered: tuple[Item, ...]) -> tuple[Item, ...]:
    """Give the items that another list does not cover, each of that list covering one."""
    rest, beyond = Counter(_key(item) for item in covered), list[Item]()
    for item in found:
        if rest[_key(item)] > 0:
            rest[_key(item)] -= 1
        else:
            beyond.append(item)
    return tuple(beyond)


def _key(item: Item) -> str:
    """Give what a thing is known by, however it is spelled."""
    serial = "".join(sign for sign in item.serial.casefold() if sign.isalnum())
    return f"#{serial}" if serial else " ".join(item.name.casefold().split())
