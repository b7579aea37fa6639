"""The SOP tables shipped with the program: read from ``procedures/``, checked, by id."""

from collections.abc import Mapping
from importlib.resources import files
from types import MappingProxyType

from review.procedure import Procedure, parse

ACCESS = "S1.A"
"""The procedure by which a right of entry is asked for."""


def shipped() -> Mapping[str, Procedure]:
    """Read every shipped table.

    Raises:
        OperatorMistaken: A table cannot be run; the text names each fault.
    """
    folder = files("review") / "procedures"
    texts = {
        entry.name: entry.read_text("utf-8") for entry in folder.iterdir() if entry.name.endswith(".toml")
    }
    tables = [parse(text, name) for name, text in sorted(texts.items())]
    return MappingProxyType({table.id: table for table in tables})
