"""Every word that a person may meet has a label, and every reason a sentence."""

import inspect
import re
from enum import Enum
from pathlib import Path

import pytest

from card_registry import decision, explain, instant, labels, statements, words
from card_registry.decision import Denied, Flag, Granted
from card_registry.journal import event
from card_registry.labels import ALARMS, alarm_label, door_state_label, flag_label, label_of
from card_registry.words import Reason

ALARM = re.compile(r'(?:Alarmed\("|State\.\w+: ")([a-z]+-[a-z]+)"')

WORDS = sorted(
    {
        kind
        for module in (words, decision, instant, statements, event)
        for _, kind in inspect.getmembers(module, inspect.isclass)
        if issubclass(kind, Enum) and kind.__module__ == module.__name__
    },
    key=lambda kind: kind.__name__,
)


@pytest.mark.parametrize("kind", WORDS, ids=lambda kind: kind.__name__)
def test_every_word_has_a_label_of_its_own(kind: type[Enum]) -> None:
    """No word is without a label, and no two words of a kind share one."""
    given = [label_of(word) for word in kind]
    assert all(given)
    assert len(set(given)) == len(given)


def test_a_refusal_reads_as_one() -> None:
    """What opens begins with Diizinkan, everything else with Ditolak."""
    for reason in Reason:
        opens = reason in {Reason.GRANTED, Reason.GRANTED_FREE, Reason.GRANTED_EXIT}
        wanted = "Diizinkan" if opens else "Ditolak – "
        assert label_of(reason).startswith(wanted)


def test_a_word_without_a_label_is_a_defect() -> None:
    """An enumeration nobody labelled raises; it is never shown as an empty cell."""
    colour = Enum("colour", ["RED"])
    with pytest.raises(LookupError):
        label_of(colour.RED)


def test_words_of_a_newer_door_are_shown_as_they_are() -> None:
    """States and flags travel as text, so an older console may meet a new one."""
    assert door_state_label("forced") == "Dibuka paksa"
    assert door_state_label("levitating") == "levitating"
    assert flag_label(Flag.WEAK) == "Persetujuan tanpa tanda tangan"
    assert flag_label("shiny") == "shiny"
    assert labels.REASONS[Reason.NOT_YET]


def test_every_reason_has_an_english_sentence() -> None:
    """``explain`` says yes or no, the reason's sentence, and the flags."""
    assert set(explain.SENTENCES) == set(Reason)
    said = explain.explain(Granted(None, None, None, Reason.GRANTED, (Flag.STALE, Flag.WEAK)))
    assert said.startswith("Granted: a grant covers")
    assert said.endswith("(flags: stale, weak).")
    assert explain.explain(Granted(None, None, None)).endswith("this moment.")
    assert explain.explain(Denied(Reason.NO_GRANT)) == "Denied: the holder had no grant for this door."


def test_every_alarm_a_controller_raises_has_a_label() -> None:
    """The names stand in the door's own source; a new one without a label is found here."""
    door = Path(__file__).parents[2] / "door_controller"
    raised = {name for file in door.rglob("*.py") for name in ALARM.findall(file.read_text())}
    assert {"door-forced", "reader-failed"} <= raised <= set(ALARMS)
    assert len(set(ALARMS.values())) == len(ALARMS)
    assert alarm_label("door-forced") == "Pintu dibuka paksa"
    assert alarm_label("of-a-newer-controller") == "of-a-newer-controller"
