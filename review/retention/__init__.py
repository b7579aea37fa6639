"""What is kept for how long, what is held back, and how a purge is decided so that every hash still verifies.

``rules`` are the numbers, ``hold`` what a legal hold reaches, ``decision`` the record of a purge and the
chain over those records. What is in the stores is ``store.retention*``'s, when it happens
``workflow.retaining``'s, dropping rows of the ledger the hub's (``card_registry.journal.dropping``).

What may go, and what then still proves the rest:

=====================  ================================  ====================================================
of                     goes                              stays, and verifies
=====================  ================================  ====================================================
a row of the ledger    the event's bytes, so its salt    its leaf: root, heads, receipts and inclusion proofs;
                                                         a proof file shows the leaf and says which decision
a row of a case        the note and its salt             step, role, person, answer, time; the link, which is
                                                         over the note's salted seal (``case.chain``)
a form of a case       the text and its salt             its salted SHA-256, which signatures and archive name
an issued document     its text and its files            code, number, both SHA-256
an attachment          file, name, caption               its SHA-256, who and when
a visit                who the guests were, and why      how many, when, through which doors, whose escort
a holder               name, unit, NIP                   the random id, which is all that doors and log have
occurrences            the whole row                     nothing: a copy of the ledger's row
messages, traces       the whole row                     nothing: what they told stands in the case
=====================  ================================  ====================================================

A missing text is an excuse only where a decision of the chain names it; anything else missing is reported as
changed. A decision lists cases and spans of journals and never what stood there.

Decisions:

* 2026-11-21: the office decides and the hub drops, because the ledger has one writer. The hub has a floor of
  its own, so that a conquered console can hurry nothing: rows that arrived within it are never dropped.
* 2026-11-21: only rows that tell of people and doors go. Starts, adoptions, witnesses and bound credentials
  stay, because the proofs of other logs lean on them, and they name nobody.
* 2026-11-21: by the clock nothing goes unseen: a purge is announced with its numbers, a week later it is
  done, and a hold or a changed rule in between counts. By hand it needs the code of a dry run of today.
* 2026-11-21: the history of a right that is still in force is kept, however old its case is: “who could
  enter, and on whose approval” must have an answer for as long as somebody can.
* 2026-11-21: a guest's name in a form of the case that planned the visit goes with that case and not with the
  visit, because a form is one text under one hash.
* 2026-11-21: notes and forms of before they were salted lose their text as well; their rows then rest on the
  kept link or hash and on the decision alone, and are counted apart.

Pure.
"""

from review.retention.decision import Counted, Decision, code_of, link
from review.retention.hold import Hold, HoldKind, Reach, reach
from review.retention.rules import LEAST, MOST, SHIPPED, Kind, Rules, before, month_of, until

__all__ = [
    "LEAST",
    "MOST",
    "SHIPPED",
    "Counted",
    "Decision",
    "Hold",
    "HoldKind",
    "Kind",
    "Reach",
    "Rules",
    "before",
    "code_of",
    "link",
    "month_of",
    "reach",
    "until",
]
