"""A script's text read into steps, or refused with the number of the line that is wrong.

Whether a card, reader or door exists is checked here for cards and where it is played for the rest.

Pure.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone

from card_registry.errors import OperatorMistaken
from card_registry.instant import HOUR, SECOND
from card_registry.words import require_slug
from door_controller.simulator.script.actions import exactly, one_of, read_action
from door_controller.simulator.script.when import read_when
from door_controller.simulator.script.words import (
    Action,
    After,
    Denying,
    Known,
    Ordering,
    Right,
    Script,
    Setting,
    Step,
    Tapping,
)

MOST_BYTES = 1024 * 1024
MOST_STEPS = 50_000
MOST_CARDS = 200
WIB = timezone(timedelta(hours=7), "WIB")
BEGINS = 1_795_392_000_000 - 7 * HOUR
"""Monday 23 November 2026, 00:00 WIB, where a script says nothing else."""

_COMMENT = re.compile(r"(?:^|\s)#")
_KEY = re.compile(r"[a-z][a-z_]{0,40}")
_VALUE = re.compile(r"[a-z0-9-]{1,40}")


@dataclass(slots=True)
class _Reading:
    """What has been read so far."""

    begins: int = BEGINS
    cards: dict[str, Known] = field(default_factory=dict)
    settings: list[Setting] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)


def parse(text: str) -> Script:
    """Read a script.

    Raises:
        OperatorMistaken: It is too large, or a line cannot be understood; the sentence names the line.
    """
    if len(text) > MOST_BYTES:
        message = f"a script has at most {MOST_BYTES} characters, not {len(text)}"
        raise OperatorMistaken(message)
    reading = _Reading()
    for number, line in enumerate(text.splitlines(), start=1):
        words = _COMMENT.split(line, maxsplit=1)[0].split()
        if words:
            try:
                _take(reading, words, number, " ".join(words))
            except ValueError as error:
                message = f"line {number}: {error}"
                raise OperatorMistaken(message) from error
    return Script(
        reading.begins, tuple(reading.cards.values()), tuple(reading.settings), tuple(reading.steps)
    )


def _take(reading: _Reading, words: list[str], number: int, text: str) -> None:
    """Take one line."""
    if words[0] in _HEADS:
        if reading.steps:
            raise ValueError(f"{words[0]!r} must come before the first step")
        _HEADS[words[0]](reading, words[1:])
        return
    when = read_when(words[0])
    rest = words if when is None else words[1:]
    if not rest:
        raise ValueError("a time needs something that happens then")
    if len(reading.steps) >= MOST_STEPS:
        raise ValueError(f"a script has at most {MOST_STEPS} steps")
    action = read_action(rest)
    for card in _cards_of(action):
        if card not in reading.cards:
            raise ValueError(f"no card is called {card[:40]!r}; say first: card {card[:40]} standing")
    reading.steps.append(Step(After(0) if when is None else when, action, number, text))


def _cards_of(action: Action) -> Iterator[str]:
    match action:
        case Tapping(card=card) | Denying(card=card):
            yield card
        case Ordering(card=str(card)):
            yield card
        case _:
            return


# What stands before the first step.


def _begin(reading: _Reading, words: list[str]) -> None:
    try:
        told = datetime.fromisoformat(" ".join(words))
    except ValueError:
        raise ValueError("begin needs a date and time, such as: begin 2026-11-23 07:00") from None
    local = told.replace(tzinfo=WIB) if told.tzinfo is None else told
    begins = int(local.astimezone(UTC).timestamp()) * SECOND
    if not datetime(2020, 1, 1, tzinfo=UTC) <= local <= datetime(2090, 1, 1, tzinfo=UTC):
        raise ValueError("begin must lie between 2020 and 2090")
    reading.begins = begins


def _card(reading: _Reading, words: list[str]) -> None:
    name, right = exactly(words, "card NAME RIGHT", 2)
    require_slug(name, "a card's name")
    if name in reading.cards:
        raise ValueError(f"card {name} is there already")
    if len(reading.cards) >= MOST_CARDS:
        raise ValueError(f"a script has at most {MOST_CARDS} cards")
    reading.cards[name] = Known(name, one_of(Right, right, "a card's right"))


def _door(reading: _Reading, words: list[str]) -> None:
    key, value = exactly(words, "door KEY VALUE", 2)
    if _KEY.fullmatch(key) is None or _VALUE.fullmatch(value) is None:
        raise ValueError("a door's key is a word of the site file, and its value a number or one word")
    plain = value.isdecimal() or value in ("true", "false")
    reading.settings.append(Setting(key, value if plain else f'"{value}"'))


_HEADS: Mapping[str, Callable[[_Reading, list[str]], None]] = {"begin": _begin, "card": _card, "door": _door}
