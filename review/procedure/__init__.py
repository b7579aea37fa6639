"""An SOP as data: the official table, its steps and branches, and what a table must satisfy to be run.

An SOP is a TOML file with the official wording (``procedures/``): one identity block and its tables. Loading
refuses unknown keys, effects outside the closed list, and everything ``faults`` finds: a missing target, a
step out of reach, a walk that cannot end, duties that are not kept apart. A running case keeps the table it
began with: ``fingerprint`` names exactly that table, and an approver signs over it.

``words`` are the closed lists, ``table`` the values, ``reading`` the strict reader, ``faults`` the checks.

Decisions:

* 2026-11-21: dates of the identity block stay the printed words, because documents write them in different
  ways and one of the five SOPs has none; nothing is computed from them.
* 2026-11-21: a value's source is written only where it is not the table's own (``sumber``), so that the
  tables read like the documents; what a step causes is always ours.

Pure.
"""

from review.procedure.faults import faults
from review.procedure.reading import parse, parse_all
from review.procedure.table import Approved, Branch, Column, Identity, Procedure, Step, fingerprint
from review.procedure.words import (
    DONE,
    END,
    FORMS,
    Effect,
    Quality,
    Recurrence,
    Source,
    StepKind,
    Wait,
    natural,
)

__all__ = [
    "DONE",
    "END",
    "FORMS",
    "Approved",
    "Branch",
    "Column",
    "Effect",
    "Identity",
    "Procedure",
    "Quality",
    "Recurrence",
    "Source",
    "Step",
    "StepKind",
    "Wait",
    "faults",
    "fingerprint",
    "natural",
    "parse",
    "parse_all",
]
