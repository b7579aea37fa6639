"""The interpreter of every SOP table: whose turn it is, which answers there are, what an answer causes.

``choices`` is the only source of buttons anywhere; ``advance`` refuses whatever ``choices`` does not offer.
An answered step whose row says ``tunggu`` stays where it is until ``settle`` completes it in its actor's
name, or ``undo`` records why it failed and opens it (or an earlier step) again. What an effect does is
``workflow``'s; when a step is due is ``deadline``'s.

Attempts are counted per step, so that no two answers ever share (case, step, attempt).

Decisions:

* 2026-11-21: a case that queues for a place stands at the step that looks for one and may be answered there
  at any time; only its deadline rests. A state that nobody may leave by hand would be a trap.
* 2026-11-21: what is recorded in another's name counts as that person's act for the separation of duties, and
  nothing that is signed can be recorded for somebody.
* 2026-11-21: a request can be withdrawn until a step has bound somebody (a right, a card, a handover); after
  that it ends by its own steps, because a withdrawal could not undo what was done. A letter that allows
  something (P4 step 11) obliges nobody to do it: a server never fetched must not stay a case for ever.

Pure.
"""

from review.case.chain import FIRST, SALT, broken, link, links, seal
from review.case.moves import advance, correct, enclose, end, resume, settle, undo, withdraw
from review.case.turns import STOP, choices, recording, standing, withdrawable
from review.case.values import (
    FAILED,
    NOTE_LIMIT,
    Advanced,
    Answer,
    Case,
    CaseState,
    Choice,
    Done,
    Ending,
    RowKind,
    begin,
)

__all__ = [
    "FAILED",
    "FIRST",
    "NOTE_LIMIT",
    "SALT",
    "STOP",
    "Advanced",
    "Answer",
    "Case",
    "CaseState",
    "Choice",
    "Done",
    "Ending",
    "RowKind",
    "advance",
    "begin",
    "broken",
    "choices",
    "correct",
    "enclose",
    "end",
    "link",
    "links",
    "recording",
    "resume",
    "seal",
    "settle",
    "standing",
    "undo",
    "withdraw",
    "withdrawable",
]
