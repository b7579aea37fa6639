"""Texts that no spreadsheet takes for a formula, whatever separator it believes in, each on one line.

Besides the beginning of a cell, the place after a separator counts as well: a spreadsheet of another country
cuts the line there (OWASP, CSV injection). A control sign becomes a space.

Pure.
"""

import re

_RISKY = re.compile(r"(?:^|[;,|\"])[\s']*(?=[=+\-@|%\uff1d\uff0b\uff0d\uff20])")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
MARK = "'"
"""What a spreadsheet takes for “text follows”."""


def defused(text: str) -> str:
    """Give a text that is safe in any cell; one without anything risky is given as it is."""
    return _RISKY.sub(lambda found: f"{found[0]}{MARK}", one_line(text))


def one_line(text: str) -> str:
    """Give a text without control signs, for where cells have types and nothing is run."""
    return _CONTROL.sub(" ", text)
