"""What a check of a pack found: how it was judged, each part with its findings.

Pure.
"""

from dataclasses import dataclass
from enum import StrEnum


class Grade(StrEnum):
    """How a part was judged: proven, not as it should be, or not to be judged here and why."""

    SOUND = "sound"
    FAULT = "fault"
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was found, about one file or part of the pack."""

    grade: Grade
    part: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Report:
    """Everything found about a pack: of which review, under which code and hash (SHA-256 of its JSON)."""

    number: str
    code: str
    sidik: str
    findings: tuple[Finding, ...]

    @property
    def is_sound(self) -> bool:
        """Whether nothing is other than it should be; what could not be judged does not count."""
        return not any(one.grade is Grade.FAULT for one in self.findings)
