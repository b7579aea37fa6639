"""An auditor's questions: who could enter a door at a moment and why, what changed, and a fair sample.

What is judged here rests on the office's own history (approvals, cards, removals) and on the schedules that
the officers signed; what the doors themselves wrote stands beside each answer as its proof.

Decisions:

* 2026-11-21: a denial stays a denial, as at the doors: a right that came back is another grant.
* 2026-11-21: between the moment a removal was asked for and the moment every door had confirmed it, nobody
  claims to know: the answer says that it was under way, and the taps beside it say what happened.
* 2026-11-21: schedules are judged as they are signed today; the registry's older policies are in its own log.

Pure.
"""

from review.asking.could import ARRIVING_FOR, Denial, Plastic, Right, Standing, judge, was_held
from review.asking.sample import Week, drawn, weeks_of
from review.asking.sheet import Cell, Piece, Row, Sheet, Table, Tone, plain

__all__ = [
    "ARRIVING_FOR",
    "Cell",
    "Denial",
    "Piece",
    "Plastic",
    "Right",
    "Row",
    "Sheet",
    "Standing",
    "Table",
    "Tone",
    "Week",
    "drawn",
    "judge",
    "plain",
    "was_held",
    "weeks_of",
]
