"""What happens in a step: one verb and its words, read into an action or refused with its form.

Pure.
"""

import re
from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import TypeVar

from card_registry.instant import SECOND
from card_registry.words import DoorId, Mode, OrderKind, ReaderId, Reason, require_slug
from door_controller.simulator.script.words import (
    Action,
    Denying,
    ExpectAlarm,
    ExpectAnswer,
    ExpectLeaf,
    ExpectLock,
    ExpectMode,
    Filling,
    Input,
    Jumping,
    Keying,
    Linking,
    Lock,
    Moving,
    Ordering,
    Plug,
    Plugging,
    Power,
    Powering,
    Room,
    Syncing,
    Tapping,
)

JUMP_SECONDS = 10 * 366 * 24 * 3600
"""The farthest a script may move the wall clock at once."""

E = TypeVar("E", bound=StrEnum)
_KEYS = re.compile(r"[0-9*#]{1,32}", re.ASCII)
_ALARM = re.compile(r"[a-z][a-z-]{0,40}")


def read_action(words: list[str]) -> Action:
    """Read what happens.

    Raises:
        ValueError: The words say nothing that can happen.
    """
    verb, rest = words[0], words[1:]
    if verb not in _VERBS:
        raise ValueError(f"{verb[:40]!r} is no word of a script; it knows: {', '.join(_VERBS)}")
    return _VERBS[verb](rest)


def exactly(words: list[str], form: str, count: int) -> list[str]:
    """Give exactly so many words, or refuse with the form they should have."""
    if len(words) != count:
        raise ValueError(f"say: {form}")
    return words


def one_of(kind: type[E], word: str, what: str) -> E:
    """Give the choice that a word names, or refuse it with all there are."""
    try:
        return kind(word)
    except ValueError:
        raise ValueError(f"{what} is one of {', '.join(kind)}, not {word[:40]!r}") from None


def _reader(word: str) -> ReaderId:
    require_slug(word, "a reader's name")
    return ReaderId(word)


def _tap(words: list[str]) -> Action:
    card, reader = exactly(words, "tap CARD READER", 2)
    return Tapping(card, _reader(reader))


def _flash(words: list[str]) -> Action:
    card, reader = exactly(words, "flash CARD READER", 2)
    return Tapping(card, _reader(reader), proves=False)


def _key(words: list[str]) -> Action:
    reader, keys = exactly(words, "key READER DIGITS", 2)
    if _KEYS.fullmatch(keys) is None:
        raise ValueError("a PIN pad has the keys 0 to 9, * and #; at most 32 at once")
    return Keying(_reader(reader), keys)


def _moving(input: Input, active: str, idle: str, *, door: bool = True) -> Callable[[list[str]], Action]:
    """Give the reader of a line such as ``contact [DOOR] open|closed``."""

    def read(words: list[str]) -> Action:
        form = f"{input} {'[DOOR] ' if door else ''}{active}|{idle}"
        if not 1 <= len(words) <= 1 + door or words[-1] not in (active, idle):
            raise ValueError(f"say: {form}")
        return Moving(input, words[-1] == active, _optional_door(words[:-1]))

    return read


def _optional_door(words: list[str]) -> DoorId | None:
    if not words:
        return None
    require_slug(words[0], "a door's name")
    return DoorId(words[0])


def _power(words: list[str]) -> Action:
    (word,) = exactly(words, "power cut|on", 1)
    if word not in (Power.CUT, Power.ON):
        raise ValueError("say: power cut|on")
    return Powering(Power(word))


def _program(words: list[str]) -> Action:
    if words != [Power.KILL]:
        raise ValueError("say: program kill")
    return Powering(Power.KILL)


def _clock(words: list[str]) -> Action:
    match words:
        case ["lost"]:
            return Syncing(synced=False)
        case ["synced"]:
            return Syncing(synced=True)
        case ["jump", seconds] if re.fullmatch(r"[+-]?\d{1,10}", seconds, re.ASCII):
            if abs(int(seconds)) > JUMP_SECONDS:
                raise ValueError("a clock jumps ten years at most")
            return Jumping(int(seconds) * SECOND)
        case _:
            raise ValueError("say: clock jump SECONDS, clock lost or clock synced")


def _plug(words: list[str]) -> Action:
    reader, what = exactly(words, "reader READER unplug|plug|hang", 2)
    return Plugging(_reader(reader), one_of(Plug, what, "what happens to a reader"))


def _disk(words: list[str]) -> Action:
    (room,) = exactly(words, "disk filling|reserve|full|free", 1)
    return Filling(one_of(Room, room, "a disk's room"))


def _link(words: list[str]) -> Action:
    if words not in (["up"], ["down"]):
        raise ValueError("say: link down|up")
    return Linking(words == ["up"])


def _deny(words: list[str]) -> Action:
    (card,) = exactly(words, "deny CARD", 1)
    return Denying(card)


def _order(words: list[str]) -> Action:
    if not words:
        raise ValueError("say: order KIND [DOOR] [CARD]")
    kind = one_of(OrderKind, words[0], "an order")
    personal = kind in _PERSONAL
    rest = words[1:]
    card = rest.pop() if rest and (personal or kind is OrderKind.RESET_PASSBACK) else None
    if len(rest) > 1 or (personal and card is None):
        raise ValueError(f"say: order {kind} [DOOR]{' CARD' if personal else ''}")
    return Ordering(kind, _optional_door(rest), card)


_PERSONAL = (OrderKind.UNLOCK_PIN, OrderKind.LOCK_PIN)


def _expect(words: list[str]) -> Action:
    what, word = exactly(words, "expect lock|leaf|mode|answer|alarm|quiet WORD", 2)
    match what:
        case "lock":
            return ExpectLock(one_of(Lock, word, "a lock"))
        case "mode":
            return ExpectMode(one_of(Mode, word, "a mode"))
        case "answer":
            return ExpectAnswer(one_of(Reason, word, "an answer"))
        case "leaf" | "alarm" | "quiet" if _ALARM.fullmatch(word) is None:
            raise ValueError(f"{word[:40]!r} names no {what}")
        case "leaf":
            return ExpectLeaf(word)
        case "alarm" | "quiet":
            return ExpectAlarm(word, what == "alarm")
        case _:
            raise ValueError("expect lock, leaf, mode, answer, alarm or quiet")


_VERBS: Mapping[str, Callable[[list[str]], Action]] = {
    "tap": _tap,
    "flash": _flash,
    "key": _key,
    "contact": _moving(Input.CONTACT, "open", "closed"),
    "rex": _moving(Input.REX, "press", "release"),
    "bolt": _moving(Input.BOLT, "jam", "free"),
    "tamper": _moving(Input.TAMPER, "open", "closed"),
    "cabinet": _moving(Input.CABINET, "open", "closed", door=False),
    "fire": _moving(Input.FIRE, "on", "off", door=False),
    "mains": _moving(Input.MAINS, "lost", "back", door=False),
    "power": _power,
    "program": _program,
    "clock": _clock,
    "reader": _plug,
    "disk": _disk,
    "link": _link,
    "deny": _deny,
    "order": _order,
    "expect": _expect,
}
