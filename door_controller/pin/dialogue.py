"""What is typed at one door after a card that must bring a PIN: digits, until there are enough.

It decides when a PIN is complete and when the dialogue is over. Whether it is the right one is left to
``checker``.

Pure.
"""

from dataclasses import dataclass, field, replace

LASTS_MS = 15_000
"""How long a person may take, from the tap."""

CLEAR, END = "*", "#"


@dataclass(frozen=True, slots=True)
class Dialogue:
    """One PIN being typed: how many digits it has at most, until when (boot milliseconds), and the digits."""

    digits: int
    until: int
    typed: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Typing:
    """More is to come; go on with this dialogue."""

    dialogue: Dialogue


@dataclass(frozen=True, slots=True)
class Complete:
    """The person has finished; have it checked."""

    pin: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Cancelled:
    """The dialogue is over without a PIN; the tap stays denied, and no try is counted."""


Progress = Typing | Complete | Cancelled


def opened(digits: int, now: int) -> Dialogue:
    """Begin at ``now`` (boot milliseconds) to ask for a PIN of ``digits`` digits (``Policy.pin_digits``)."""
    return Dialogue(digits, now + LASTS_MS)


def step(dialogue: Dialogue, key: str, now: int) -> Progress:
    """Take one key (``0`` to ``9``, ``*``, ``#``) pressed at ``now`` (boot milliseconds).

    ``*`` takes back what was typed, and with nothing typed gives up. ``#`` ends a PIN shorter than the
    site's (one issued under an older policy), and with nothing typed gives up. Any other key changes nothing.
    """
    if now >= dialogue.until:
        return Cancelled()
    if key == CLEAR:
        return Typing(replace(dialogue, typed="")) if dialogue.typed else Cancelled()
    if key == END:
        return Complete(dialogue.typed) if dialogue.typed else Cancelled()
    if not (len(key) == 1 and key.isascii() and key.isdigit()):
        return Typing(dialogue)
    typed = dialogue.typed + key
    return Complete(typed) if len(typed) >= dialogue.digits else Typing(replace(dialogue, typed=typed))


def due(dialogue: Dialogue) -> int:
    """Give when the dialogue is over if nothing more is typed (boot milliseconds)."""
    return dialogue.until
