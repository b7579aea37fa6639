"""Visits to the server room: who comes, when, beside whom, with what; and what explains a door event.

``visit`` are the values and their states, ``reading`` what the forms say, ``goods`` what may leave the room,
``explaining`` the reason behind a door event, ``listing`` the lists in which people look for a visit.

Decisions:

* 2026-11-21: a visit has one guest card, whoever comes in the group; its grant names that card's holder and
  opens only beside an escort. A guest card is used again: the registry binds a credential once, so a card
  made for every visit would spend the plastic. A card belongs to at most one visit that is not over.
* 2026-11-21: whoever was admitted counts as inside until the way out is recorded, because a visitor may have
  entered behind the escort without a tap of their own.
* 2026-11-21: a procedure without an applicant from outside (the monthly inventory, an installation by staff)
  opens a visit of staff: it has no guest, no card and no case of its own, and explains nothing at a door.

Pure.
"""

from review.visits.explaining import (
    ByEmergency,
    ByOrder,
    ByRight,
    ByVisit,
    Entry,
    Explained,
    Unexplained,
    explain,
)
from review.visits.goods import GoodsCheck, check
from review.visits.reading import expected, faults, goods_of, plan_of, suggested
from review.visits.visit import (
    LONGEST,
    OPEN,
    Guest,
    Item,
    Plan,
    Visit,
    VisitState,
    Window,
    overstayed,
    terms,
    turned,
)

__all__ = [
    "LONGEST",
    "OPEN",
    "ByEmergency",
    "ByOrder",
    "ByRight",
    "ByVisit",
    "Entry",
    "Explained",
    "GoodsCheck",
    "Guest",
    "Item",
    "Plan",
    "Unexplained",
    "Visit",
    "VisitState",
    "Window",
    "check",
    "expected",
    "explain",
    "faults",
    "goods_of",
    "overstayed",
    "plan_of",
    "suggested",
    "terms",
    "turned",
]
