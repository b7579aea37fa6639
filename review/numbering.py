"""Numbers of cases, letters and minutes, by an office's own templates.

A template is text with named places: ``060/ {urut:03} /406.020/{tahun}``. The running number is counted by
``counter_of``: apart for each template, and from one again whenever a smaller place of time in it changes.
Which number is next, without gaps, is decided in ``store.numbers``.

Pure.
"""

import re
from dataclasses import dataclass
from datetime import date

_PLACE = re.compile(r"\{(urut|tahun|bulan|triwulan|bulan_romawi|prefiks|klas|kode_opd)(?::(0[1-9]))?\}")
_BRACES = re.compile(r"[{}]")
_PERIODS = ("tahun", "triwulan", "bulan", "bulan_romawi")
ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII")
LONGEST = 60
"""The longest template, in characters."""


@dataclass(frozen=True, slots=True)
class Template:
    """A number's template, checked; ``prefix``, ``classification`` and ``office`` fill its fixed places."""

    text: str
    prefix: str = ""
    classification: str = ""
    office: str = ""

    def __post_init__(self) -> None:
        """Refuse a template that is too long, has an unknown place, or could give one number twice."""
        left = _PLACE.sub("", self.text)
        if _BRACES.search(left) or not 0 < len(self.text) <= LONGEST:
            message = f"{self.text[:LONGEST]!r} is no number template; its places are such as {{urut:03}}"
            raise ValueError(message)
        places = {found[1] for found in _PLACE.finditer(self.text)}
        if not places & {"urut", *_PERIODS}:
            message = f"the number template {self.text!r} would give every case the same number"
            raise ValueError(message)

    def counter(self, day: date) -> str:
        """Name the counter that the running number of a day is taken from."""
        fixed = {"urut": "#", **self._fixed(), **_of(day)}
        return _filled(self.text, {name: str(value) for name, value in fixed.items()}, plain=True)

    def number(self, day: date, running: int) -> str:
        """Give the number of a day with this running number."""
        return _filled(self.text, {"urut": running, **self._fixed(), **_of(day)}, plain=False)

    def runs(self) -> bool:
        """Say whether the template has a running number; without one a period has one case only."""
        return any(found[1] == "urut" for found in _PLACE.finditer(self.text))

    def _fixed(self) -> dict[str, str | int]:
        return {"prefiks": self.prefix, "klas": self.classification, "kode_opd": self.office}


def _of(day: date) -> dict[str, str | int]:
    return {
        "tahun": day.year,
        "bulan": day.month,
        "triwulan": (day.month + 2) // 3,
        "bulan_romawi": ROMAN[day.month - 1],
    }


def _filled(text: str, values: dict[str, str | int], *, plain: bool) -> str:
    def fill(found: re.Match[str]) -> str:
        value = values[found[1]]
        return str(value) if plain or not found[2] else f"{value:{found[2]}}"

    return _PLACE.sub(fill, text)
