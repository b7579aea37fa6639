"""Which rows a proof file shows: of a period, and with or without those that name persons.

A row that is not shown is still proven: the root over it stands in its place. What names a person is decided
by what the row carries, never by its kind, so that a kind added later is withheld too: any random id (of a
card, a holder, a grant) in its body, and any person who ordered or made something.

Pure.
"""

import re
from dataclasses import dataclass

_AT = re.compile(
    rb'\{"at":\{"boot":"[^"]*","hi":(-?\d+|null),"lo":(-?\d+),"mono":-?\d+,"quality":"[a-z]+","wall":(-?\d+)'
)
_BODY, _AFTER = b'"body":', b',"commit":'
_PERSON = re.compile(rb'(?<![0-9a-f])[0-9a-f]{32}(?![0-9a-f])|"(?:by|maker|person)":"')


@dataclass(frozen=True, slots=True)
class Selection:
    """What to show: rows that may be of [begins, ends) in milliseconds, or all but those naming persons."""

    begins: int | None = None
    ends: int | None = None
    with_persons: bool = True

    @property
    def has_period(self) -> bool:
        """Whether a period is asked for."""
        return self.begins is not None or self.ends is not None

    def is_within(self, row: bytes) -> bool:
        """Say whether a row may have happened within the period: the bounds of its time do not exclude it.

        Where nobody vouches for the time, it is the wall clock's word that counts.
        """
        found = _AT.match(row)
        if found is None:
            return True
        hi, lo, wall = found.groups()
        latest, earliest = (int(wall), int(wall)) if hi == b"null" else (int(hi), int(lo))
        begun = self.begins is None or latest >= self.begins
        return begun and (self.ends is None or earliest < self.ends)

    def shows(self, row: bytes) -> bool:
        """Say whether a row is shown as it is."""
        return self.is_within(row) and self.may_show(row)

    def may_show(self, row: bytes) -> bool:
        """Say whether a row may be shown, whenever it happened."""
        return self.with_persons or not names_person(row)


EVERYTHING = Selection()
"""Every row, as it is."""


def names_person(row: bytes) -> bool:
    """Say whether a row names a person; one that has no body to look into is taken to."""
    begins, ends = row.find(_BODY), row.rfind(_AFTER)
    return not 0 < begins < ends or _PERSON.search(row, begins, ends) is not None
