"""One measured number, beside what it should be: what every package's bench function yields.

A row with a ``limit`` is judged by its ratio to it: a reference measured in the same run, so that a slow disk
slows both. How rows are found, run and printed is decided in ``bench``.

Pure.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Row:
    """One line of ``akses bench``.

    ``value`` and ``limit`` are in ``unit``; ``target`` says in words what is to be reached (DESIGN §10);
    ``limit`` is the same-run reference, ``ratio`` is value / limit, and both are None where nothing sensible
    bounds it.
    """

    name: str
    group: str
    value: float
    unit: str
    target: str
    limit: float | None
    ratio: float | None
    met: bool
