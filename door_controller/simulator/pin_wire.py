"""What a pin factory and the simulator say to each other on ``pins.sock``, as typed values.

One connection asks and is answered (``Ask``); a second one, opened with ``Listen``, is told every edge of
every line (``Edge``). A connection that breaks off without ``Release`` leaves its lines as they were.

Pure.
"""

from dataclasses import dataclass
from typing import Literal

import msgspec

from door_controller.simulator.words import Pull

Level = Literal[0, 1]


class Claim(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="op", tag="claim"):
    """Become the holder of a line."""

    line: int


class Output(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="op", tag="output"):
    """Drive a held line; without a level, from where it is."""

    line: int
    level: Level | None = None


class Input(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="op", tag="input"):
    """Stop driving a held line and set its pull."""

    line: int
    pull: Pull


class Read(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="op", tag="read"):
    """Read a line's level."""

    line: int


class Release(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="op", tag="release"):
    """Give a held line up, as an input without a pull."""

    line: int


class Listen(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="op", tag="listen"):
    """Be told every edge from here on; nothing else is said on this connection."""


Ask = Claim | Output | Input | Read | Release | Listen


@dataclass(frozen=True, slots=True)
class Told:
    """The level of the line asked about."""

    level: int


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why it was refused."""

    error: str


@dataclass(frozen=True, slots=True)
class Edge:
    """A line changed."""

    line: int
    level: int
    ms: float
