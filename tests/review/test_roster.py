"""A list of staff against the holders: who is gone, who moved, and who is on no list anyway."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from card_registry.words import HolderId
from review.leaving import Leaving
from review.roster import MOST, Finding, Kept, Staff, Unreadable, compare, read

LIST = "NIP;Nama;Unit kerja\n198001012005011001;Budi;Dinas A\n;Citra;Dinas A\n\n"
BUDI = Kept(HolderId("a" * 32), "198001012005011001", "Budi", "Dinas A")
CITRA = Kept(HolderId("b" * 32), "", "Citra", "Dinas A")


@pytest.mark.parametrize("between", [";", ",", "\t"])
def test_a_list_is_read_with_its_separator(between: str) -> None:
    """The heading and empty lines are left out; spaces in a NIP do not count."""
    text = LIST.replace(";", between).replace("198001012005011001", "19800101 200501 1 001")
    assert read(text) == (Staff("198001012005011001", "Budi", "Dinas A"), Staff("", "Citra", "Dinas A"))
    assert read("") == ()


@pytest.mark.parametrize("line", ["Budi;Dinas A", "1;;Dinas A", "1;Budi;", "1;Budi;Dinas;A"])
def test_a_line_of_another_shape_is_named(line: str) -> None:
    """Nothing is guessed."""
    with pytest.raises(Unreadable, match="Baris 2"):
        read(f"1;Andi;Dinas A\n{line}\n")


def test_a_list_without_end_is_refused() -> None:
    """Twenty thousand people are the most."""
    with pytest.raises(Unreadable, match=str(MOST)):
        read("1;Andi;Dinas A\n" * (MOST + 1))


def test_a_field_without_end_is_refused() -> None:
    """What no spreadsheet writes."""
    with pytest.raises(Unreadable, match="CSV"):
        read("1;" + "a" * 200_000 + ";b")


def test_who_is_listed_as_held_is_no_finding() -> None:
    """By NIP or by name; spelling does not matter."""
    assert compare([BUDI, CITRA], read(LIST.upper())) == ()


def test_who_moved_and_who_is_gone_are_found() -> None:
    """By NIP in another unit; by NIP nowhere; by name where the unit is listed."""
    moved = read("198001012005011001;Budi;Dinas B\n;Dedi;Dinas A\n")
    assert compare([BUDI, CITRA], moved) == (
        Finding(BUDI, Leaving.MOVED, "Dinas B"),
        Finding(CITRA, Leaving.LEFT),
    )
    assert compare([BUDI], read("1;Dedi;Dinas A\n")) == (Finding(BUDI, Leaving.LEFT),)


def test_a_vendor_is_on_no_list() -> None:
    """Somebody without a NIP, of a unit that the list does not know, is not missing from it."""
    vendor = Kept(HolderId("c" * 32), "", "Eko", "PT Contoh")
    assert compare([vendor], read(LIST)) == ()


@given(st.text(max_size=200))
def test_any_text_is_read_or_refused(text: str) -> None:
    """With a sentence, never with another error."""
    try:
        found = read(text)
    except Unreadable:
        return
    assert all(one.name and one.unit for one in found)
