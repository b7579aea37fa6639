"""Numbers by template: what offices print, counted apart, and never two alike."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from review.numbering import Template

DAY = date(2026, 11, 20)


@pytest.mark.parametrize(
    ("template", "running", "number"),
    [
        (Template("060/ {urut:03} /406.020/{tahun}"), 16, "060/ 016 /406.020/2026"),
        (Template("P/{urut}/067/{bulan_romawi}/{tahun}"), 562, "P/562/067/XI/2026"),
        (Template("{klas}/{urut:03}/{bulan_romawi}/{tahun}", classification="555"), 17, "555/017/XI/2026"),
        (Template("{prefiks}-{tahun}-{urut:04}", prefix="ARS"), 1, "ARS-2026-0001"),
        (Template("RVW-{tahun}-T{triwulan}"), 1, "RVW-2026-T4"),
        (Template("INV-{tahun}-{bulan:02}"), 1, "INV-2026-11"),
        (Template("{urut}/{kode_opd}/{tahun}", office="406.020"), 7, "7/406.020/2026"),
    ],
)
def test_offices_number_as_they_always_did(template: Template, running: int, number: str) -> None:
    """The patterns of the five documents and of our own cases."""
    assert template.number(DAY, running) == number


def test_a_counter_begins_anew_with_what_its_number_shows() -> None:
    """A number with a year counts by years, one with a month by months, one with neither for ever."""
    yearly, monthly, plain = (
        Template("A-{tahun}-{urut}"),
        Template("A-{bulan:02}-{tahun}-{urut}"),
        Template("B-{urut}"),
    )
    later = date(2026, 12, 1)
    assert yearly.counter(DAY) == yearly.counter(later) != yearly.counter(date(2027, 1, 1))
    assert monthly.counter(DAY) != monthly.counter(later)
    assert plain.counter(DAY) == plain.counter(date(2040, 1, 1))
    assert (yearly.runs(), Template("INV-{tahun}-{bulan:02}").runs()) == (True, False)


@pytest.mark.parametrize(
    "text", ["", "tetap", "{prefiks}", "{nama}-{urut}", "{urut:4}", "{urut", "x" * 61, "{urut!r}"]
)
def test_a_template_that_cannot_number_is_refused(text: str) -> None:
    """An unknown place, a stray brace, or the same number for all."""
    with pytest.raises(ValueError, match="number template"):
        Template(text)


@given(
    st.sampled_from(
        ["{prefiks}-{tahun}-{urut:04}", "{urut}/{bulan_romawi}/{tahun}", "T{triwulan}-{tahun}-{urut}"]
    ),
    st.lists(
        st.tuples(st.dates(date(2026, 1, 1), date(2028, 1, 1)), st.integers(1, 9_999)),
        min_size=2,
        unique=True,
    ),
)
def test_no_two_running_numbers_of_a_counter_look_alike(text: str, given: list[tuple[date, int]]) -> None:
    """A number names its counter and its place in it."""
    template = Template(text, prefix="ARS")
    places = {(template.counter(day), running) for day, running in given}
    assert len({template.number(day, running) for day, running in given}) == len(places)
