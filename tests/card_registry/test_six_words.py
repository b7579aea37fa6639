"""The six words: the same on both sides for the same bytes, and fit to be read out."""

from itertools import combinations

import pytest

from card_registry.errors import OperatorMistaken
from card_registry.six_words import COUNT, WORDS, read_words, words_of


def test_words_stand_for_exact_bytes() -> None:
    """The words of a text never change, and one changed byte gives others."""
    assert words_of(b"x") == ("hadiah", "utuh", "teman", "punya", "upacara", "laskar")
    assert words_of(b"y") != words_of(b"x")


def test_the_list_can_be_read_out() -> None:
    """512 short plain words; no two begin alike, and none is one slip of the pen from another."""
    assert len(set(WORDS)) == len(WORDS) == 512
    assert all(word.isascii() and word.islower() and 4 <= len(word) <= 8 for word in WORDS)
    assert len({word[:4] for word in WORDS}) == len(WORDS)
    assert not [pair for pair in combinations(WORDS, 2) if one_slip(*pair)]


def one_slip(a: str, b: str) -> bool:
    """Say whether one letter added, dropped or changed makes one word the other."""
    if abs(len(a) - len(b)) > 1:
        return False
    same = next((at for at, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), min(len(a), len(b)))
    return a[same + (len(a) >= len(b)) :] == b[same + (len(b) >= len(a)) :]


def test_words_are_read_as_people_type_them() -> None:
    """Case, spaces and hyphens do not matter; a word that is none and a missing word are named."""
    own = words_of(b"x")
    assert read_words(f"  {'-'.join(own).upper()} ") == own
    with pytest.raises(OperatorMistaken, match="'hadiaj' is not one of the words"):
        read_words("hadiaj utuh teman punya upacara laskar")
    with pytest.raises(OperatorMistaken, match=f"there are 2 words; type the {COUNT} words"):
        read_words("hadiah utuh")
