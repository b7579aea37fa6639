"""The review of every right (P1): what the doors say of it, what the rules advise, and who decides.

``scope`` says which rights a campaign looks at, ``span`` on which time it looks back, ``evidence`` the
numbers of one right, ``advice`` the rules that judge them, ``standards`` the numbers an office tunes,
``item`` one row of form F03 with everything said about it, ``silence`` what becomes of rows that nobody
answered, ``tally`` the sums that the minutes (F18) print.

Decisions:

* 2026-11-21: a row is an append-only list of what was said about it, by whom and when; its answer and its
  decision are the newest of their kind. So a decision can be taken back until it is ratified, and an auditor
  still sees that it was.
* 2026-11-21: advice never decides. It names the rule and the numbers that made it, and whoever decides
  otherwise says why.
* 2026-11-21: whoever is missing at the deadline loses access and not the right: a row without an answer is
  suspended first and taken away after a further term, and never so many that fewer operators than the office
  needs could enter (sop.md P1).
* 2026-11-21: a right that ended elsewhere while a review runs (a removal under P2, its own last day) is noted
  as such on its row and decided by nobody here: minutes that said it was kept would be untrue.
* 2026-11-21: the thresholds and limits that a review was opened with are kept with it and count until its
  end, so that nobody's row is judged by other numbers than their neighbour's.

Pure.
"""

from review.campaign.advice import RULES, Advice, Finding, Recommendation, RuleName, Thresholds, advise
from review.campaign.evidence import Evidence
from review.campaign.item import (
    Change,
    Item,
    Outcome,
    Row,
    Said,
    answer,
    decide,
    ended,
    may_answer,
    may_decide,
    narrows,
    needs_no_reason,
    ratify,
    silenced,
)
from review.campaign.scope import BY_CLOCK, EVERYTHING, Cause, Scope
from review.campaign.silence import LIMITS, Limits, Phase, Silenced, Spared, silence
from review.campaign.span import Span, months_before, quarter_before
from review.campaign.tally import Tally, tally

__all__ = [
    "BY_CLOCK",
    "EVERYTHING",
    "LIMITS",
    "RULES",
    "Advice",
    "Cause",
    "Change",
    "Evidence",
    "Finding",
    "Item",
    "Limits",
    "Outcome",
    "Phase",
    "Recommendation",
    "Row",
    "RuleName",
    "Said",
    "Scope",
    "Silenced",
    "Span",
    "Spared",
    "Tally",
    "Thresholds",
    "advise",
    "answer",
    "decide",
    "ended",
    "may_answer",
    "may_decide",
    "months_before",
    "narrows",
    "needs_no_reason",
    "quarter_before",
    "ratify",
    "silence",
    "silenced",
    "tally",
]
