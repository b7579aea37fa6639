"""The forms of the procedures as data: one definition feeds screen, print, API and the checker.

A form is a TOML file (``forms/``): parts, each filled by certain roles, and their fields. A form that fails
gives a sentence for each field and keeps what was typed. What the values of a form mean is decided where they
are used (``request`` for F01).

``table`` are the values, ``reading`` the strict reader, ``checking`` the checker, ``bundle`` several forms in
one sheet, ``nip`` the civil servants' numbers.

Decisions:

* 2026-11-21: what was filled is kept as texts by plain names (``barang.0.nomor_seri``), because screen,
  print, API and hash then share one shape, and a correction can be compared text by text.
* 2026-11-21: a part of a form is filled by one person at one step; two people never fill one part.

Pure.
"""

from review.form.bundle import Leaflet, bundle
from review.form.checking import asked, check, day, moment
from review.form.reading import LISTS, offered, parse
from review.form.table import (
    MOST_ROWS,
    Faulty,
    Field,
    FieldKind,
    Filled,
    Form,
    Option,
    Part,
    Signer,
    When,
    leaves,
)

__all__ = [
    "LISTS",
    "MOST_ROWS",
    "Faulty",
    "Field",
    "FieldKind",
    "Filled",
    "Form",
    "Leaflet",
    "Option",
    "Part",
    "Signer",
    "When",
    "asked",
    "bundle",
    "check",
    "day",
    "leaves",
    "moment",
    "offered",
    "parse",
]
