"""Cards stay: the same ids and keys after a restart, one file for their user alone, and bounds."""

import json
import stat
from pathlib import Path

import pytest

from card_registry.errors import OperatorMistaken, StoreBroken
from door_controller.simulator.cards import CardBox, CardRecord
from door_controller.simulator.picc import Picc, UidCard
from door_controller.simulator.words import CardKind


def test_cards_stay(tmp_path: Path) -> None:
    """A card made before a restart is the same card after it."""
    path = tmp_path / "cards.json"
    box = CardBox(path)
    made = [box.make("Kartu operator", CardKind.PKOC, 60), box.make("Kartu lama", CardKind.UID, 0)]
    again = CardBox(path)

    assert list(again.records()) == made
    assert len(made[0].digest) == 64
    assert made[1].digest == ""
    assert isinstance(again.card(made[0].id), Picc)
    assert isinstance(again.card(made[1].id), UidCard)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_every_card_is_its_own(tmp_path: Path) -> None:
    """No two cards share an id, a UID or a key."""
    box = CardBox(tmp_path / "cards.json")
    made = [box.make("Kartu", CardKind.PKOC, 0) for _ in range(5)]

    assert len({card.id for card in made}) == len({card.uid for card in made}) == 5
    assert len({card.digest for card in made}) == 5


@pytest.mark.parametrize("label", ["", "x" * 61, "dua\nbaris", "\x1b[31m"])
def test_labels_are_for_people(tmp_path: Path, label: str) -> None:
    """An empty, overlong or unprintable label is refused, and no card is made."""
    box = CardBox(tmp_path / "cards.json")
    with pytest.raises(OperatorMistaken, match="label"):
        box.make(label, CardKind.PKOC, 0)

    assert box.records() == ()


def test_no_such_card(tmp_path: Path) -> None:
    """An unknown id is refused."""
    with pytest.raises(OperatorMistaken, match="no virtual card"):
        CardBox(tmp_path / "cards.json").card("abc")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        '{"cards":[],"v":2}',
        '{"cards":[],"v":1,"x":1}',
        '{"cards":[{"id":"a","kind":"uid","label":"a","secret":"","sign_ms":0,"uid":"00"}],"v":1}',
        '{"cards":[{"id":"a","kind":"pkoc","label":"a","secret":"00","sign_ms":0,"uid":"00112233"}],"v":1}',
        '{"cards":[{"id":"a","kind":"uid","label":"a","secret":"","sign_ms":99999,"uid":"00112233"}],"v":1}',
    ],
)
def test_a_damaged_file_is_refused(tmp_path: Path, text: str) -> None:
    """What is not ours is refused by a sentence and left as it is."""
    path = tmp_path / "cards.json"
    path.write_text(text)
    with pytest.raises(StoreBroken, match=r"cards\.json"):
        CardBox(path)

    assert path.read_text() == text


def test_a_full_box(tmp_path: Path) -> None:
    """There is a limit, said in a sentence."""
    rows = [
        {"id": f"{number}", "kind": "uid", "label": "a", "secret": "", "sign_ms": 0, "uid": "00112233"}
        for number in range(500)
    ]
    path = tmp_path / "cards.json"
    path.write_text(json.dumps({"cards": rows, "v": 1}, separators=(",", ":"), sort_keys=True))
    with pytest.raises(OperatorMistaken, match="500"):
        CardBox(path).make("satu lagi", CardKind.UID, 0)


def test_a_record_is_checked() -> None:
    """A UID of three bytes is no UID."""
    with pytest.raises(ValueError, match="UID"):
        CardRecord("a", "a", CardKind.UID, "aabbcc", "", 0)
