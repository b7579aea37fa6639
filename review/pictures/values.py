"""What a picture shows, as numbers: the value from which it is drawn and from which its table is written.

A picture is hashed with the document it stands in, so it holds no colours, sizes or fonts.

Pure.
"""

from typing import TypeAlias, assert_never

import msgspec


class Heat(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="jenis", tag="peta"):
    """Counts over two scales: a row of ``counts`` for each of ``rows``, in it one for each of ``columns``."""

    rows: tuple[str, ...]
    columns: tuple[str, ...]
    counts: tuple[tuple[int, ...], ...]
    corner: str = ""


class Series(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One thing that is counted, with a number for each label."""

    name: str
    counts: tuple[int, ...]


class Bars(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="jenis", tag="batang"):
    """Counts by label: standing along a scale (months, hours), or lying where labels are names.

    ``stacked`` says that the series are parts of one whole.
    """

    heading: str
    labels: tuple[str, ...]
    series: tuple[Series, ...]
    lying: bool = False
    stacked: bool = False


class Spell(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How long one thing took: how often, half within ``middle``, nine in ten within ``most``, its standard.

    All in milliseconds of working time; ``standard`` is 0 for none. ``by`` is whose work it is.
    """

    label: str
    by: str
    times: int
    middle: int
    most: int
    standard: int
    within: int


class Spells(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="jenis", tag="lama"):
    """Durations beside their standard; ``day`` is the length of a working day in milliseconds."""

    heading: str
    spells: tuple[Spell, ...]
    day: int


Chart: TypeAlias = Heat | Bars | Spells
"""What can be drawn."""


class Picture(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="jenis", tag="gambar"):
    """One picture: its title, the sentence that says what it shows, the numbers."""

    title: str
    sentence: str
    chart: Chart

    def empty(self) -> bool:
        """Say whether there is nothing to draw."""
        match self.chart:
            case Heat(counts=counts):
                return not any(map(any, counts))
            case Bars(series=series):
                return not any(any(one.counts) for one in series)
            case Spells(spells=spells):
                return not any(one.times for one in spells)
            case _:
                assert_never(self.chart)
