"""Numbers and days in words: as every Indonesian office writes them."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from review.documents.spelling import MOST, ONES, counted, day_in_words, spelled

VALUES = {word: number for number, word in enumerate(ONES)} | {"seratus": 100, "seribu": 1_000}
SCALES = {"puluh": 10, "ratus": 100, "ribu": 1_000, "juta": 10**6, "miliar": 10**9, "triliun": 10**12}


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (0, "nol"),
        (10, "sepuluh"),
        (11, "sebelas"),
        (19, "sembilan belas"),
        (20, "dua puluh"),
        (100, "seratus"),
        (111, "seratus sebelas"),
        (999, "sembilan ratus sembilan puluh sembilan"),
        (1_000, "seribu"),
        (1_100, "seribu seratus"),
        (2_026, "dua ribu dua puluh enam"),
        (11_000, "sebelas ribu"),
        (100_000, "seratus ribu"),
        (1_001_000, "satu juta seribu"),
        (1_000_000_000, "satu miliar"),
        (-5, "minus lima"),
    ],
)
def test_a_number_is_spelled(number: int, words: str) -> None:
    """Sepuluh, sebelas, belasan, seratus and seribu have forms of their own."""
    assert spelled(number) == words


@given(st.integers(0, MOST - 1))
def test_words_can_be_counted_back(number: int) -> None:
    """Reading the words gives the number again: no two numbers are spelled alike."""
    total = group = last = 0
    for word in spelled(number).split():
        if word == "belas":
            group += 10
        elif word in {"puluh", "ratus"}:
            group += last * (SCALES[word] - 1)
        elif word in SCALES:
            total, group = total + group * SCALES[word], 0
        elif word == "seribu":
            total, group = total + 1_000, 0
        else:
            last = VALUES[word]
            group += last
    assert total + group == number


def test_amounts_and_days_are_written_as_minutes_do() -> None:
    """The number, its words in brackets, the unit; the day as the first line of minutes."""
    assert counted(2, "unit") == "2 (dua) unit"
    assert day_in_words(date(2026, 11, 20)) == (
        "Jumat tanggal dua puluh bulan November tahun dua ribu dua puluh enam"
    )
    with pytest.raises(ValueError, match="too large"):
        spelled(MOST)
