"""What is shipped with the program as data: the SOP tables, the forms, and the years' free days."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from types import MappingProxyType

import msgspec

from review.form import Form, parse
from review.procedure import Procedure, natural, parse_all
from review.workdays import FreeDay

ACCESS = "S1.A"
"""The procedure by which a right of entry is asked for."""


@dataclass(frozen=True, slots=True)
class _Year:
    """One file of ``holidays/``."""

    year: int
    day: tuple[FreeDay, ...]


@cache
def shipped() -> Mapping[str, Procedure]:
    """Read every shipped table, in the order of their ids as people count.

    Raises:
        OperatorMistaken: A table cannot be run; the text names each fault.
    """
    tables = [table for name, text in procedure_files().items() for table in parse_all(text, name)]
    return MappingProxyType({table.id: table for table in sorted(tables, key=lambda one: natural(one.id))})


def procedure_files() -> Mapping[str, str]:
    """Give the text of every shipped SOP file by its name."""
    return _texts("procedures")


def profile_files() -> Mapping[str, str]:
    """Give the text of every shipped profile by its id."""
    return {name.removesuffix(".toml"): text for name, text in _texts("profiles").items()}


def _texts(folder: str) -> Mapping[str, str]:
    entries = (files("review") / folder).iterdir()
    texts = {entry.name: entry.read_text("utf-8") for entry in entries if entry.name.endswith(".toml")}
    return dict(sorted(texts.items()))


@cache
def forms() -> Mapping[str, Form]:
    """Read every shipped form, by code.

    Raises:
        OperatorMistaken: A form's table cannot be used; the text names each fault.
    """
    folder = files("review") / "forms"
    found = [
        parse(entry.read_text("utf-8"), entry.name)
        for entry in folder.iterdir()
        if entry.name.endswith(".toml")
    ]
    return MappingProxyType({form.code: form for form in sorted(found, key=lambda form: form.code)})


@cache
def holidays() -> Mapping[date, FreeDay]:
    """Read the national holidays and the collective leave of every year on file."""
    folder = files("review") / "holidays"
    years = [
        msgspec.convert(tomllib.loads(entry.read_text("utf-8")), _Year)
        for entry in folder.iterdir()
        if entry.name.endswith(".toml")
    ]
    return MappingProxyType({day.date: day for year in years for day in year.day})
