"""Which forms a step needs: filled once, by the role the form names, in parts where it has parts."""

import pytest

from review.paperwork import Sheet, codes, may_fill, named, to_fill
from review.shelf import forms, shipped

TABLES, FORMS = shipped(), forms()


@pytest.mark.parametrize(
    ("procedure", "no", "filed", "wanted"),
    [
        ("S1.A", "1", (), ["F01.A"]),
        ("S1.A", "2", ("F01.A",), []),
        ("S1.A", "3", ("F01.A",), []),  # the access list is shown, not filled
        ("S2.A", "1", (), ["F07.A", "F07.B"]),
        ("S2.A", "4", ("F07.A", "F07.B"), ["F08.A"]),
        ("S2.A", "9", (), ["F05.A"]),
        ("S2.B", "6", (), ["F06.A"]),
        ("S4.A", "5", (), ["F09.A"]),
        ("S4.A", "9", (), ["F11.A"]),
        ("S4.A", "10", ("F11.A",), []),
        ("P2", "1", (), ["F04.A"]),
        ("P7", "1", (), ["F13.A"]),
        ("P7", "4", ("F13.A",), ["F13.B"]),
        ("P7", "6", ("F13.A", "F13.B"), ["F13.C"]),
        ("P4", "12", (), ["F05.A"]),
        ("P9", "1", (), ["F19.A"]),  # the printed row names no form, and the record must be somewhere
        ("P9", "2", ("F19.A",), ["F19.B"]),
        ("P9", "3", ("F19.A", "F19.B"), ["F19.C"]),
    ],
)
def test_a_step_asks_for_its_forms_once(
    procedure: str, no: str, filed: tuple[str, ...], wanted: list[str]
) -> None:
    """What is filed already is shown; what is another role's is left to it."""
    assert [sheet.key for sheet in to_fill(TABLES[procedure].step(no), filed, FORMS)] == wanted


def test_a_form_of_one_answer_is_offered_and_not_demanded() -> None:
    """S4.A step 8 wants F10 only where something is taken out; P7 step 6 shows it."""
    step = TABLES["S4.A"].step("8")
    assert to_fill(step, (), FORMS) == ()
    assert may_fill(step, (), FORMS) == (Sheet("F10", "A"),)
    assert may_fill(step, ("F10.A",), FORMS) == ()
    assert may_fill(TABLES["P7"].step("6"), (), FORMS) == ()


def test_a_form_that_is_filled_if_there_is_need_is_offered() -> None:
    """P4 step 12 demands the handover and offers the withdrawal of what else is taken along."""
    step = TABLES["P4"].step("12")
    assert may_fill(step, (), FORMS) == (Sheet("F10", "A"),)
    assert may_fill(step, ("F10.A",), FORMS) == ()


def test_names_are_read_with_their_parts() -> None:
    """``F13 bagian C`` is one part; ``F05 penitipan`` is the whole form."""
    assert named(TABLES["P7"].step("6"))[0] == ("F13", "C")
    assert named(TABLES["P3"].step("4")) == (("F06", ""), ("F05", ""))
    assert codes(["F13.A", "F13.B", "F05.A"]) == {"F13", "F05"}
