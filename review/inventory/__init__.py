"""The office's own small inventory: what stands where in the server room, and what is still free.

Five things are counted, exactly those that the checklist F08 asks for: contiguous units in a rack, power
(with outlets), public addresses, bandwidth, and network ports. A place is reserved for a case before a server
comes, and the reservation ends by itself; what is reserved is not free. ``stock`` are the values, ``places``
decides what fits where, ``match`` compares paper, inventory and door, ``elevation`` draws a rack; ``sheets``
reads and fills the forms, ``facts`` is what F06 says besides, ``exchange`` are the tables of a spreadsheet,
``package`` and ``workbook`` read them from XLSX, ``entering`` enters them, ``changes`` says what that alters.

Decisions:

* 2026-11-21: a server is put at the lowest place that fits in the first rack that has power and outlets for
  it, because two people who look at the same room then propose the same place.
* 2026-11-21: addresses and ports are named, not counted, because two servers with one address are the fault
  that an inventory is kept against; bandwidth and power are sums.
* 2026-11-21: what an import changes is shown before it is entered, because a list that is wrong in one column
  is wrong in every row; the same steps that show it enter it.

Pure.
"""

from review.inventory.elevation import elevation
from review.inventory.match import Difference, Evidence, Finding, Handed, Matched, compare, match
from review.inventory.places import Availability, Full, Line, available, expired, release, reserve, settle
from review.inventory.stock import (
    Claim,
    Device,
    DeviceStatus,
    Need,
    Place,
    Rack,
    Reservation,
    Stock,
    faults,
)

__all__ = [
    "Availability",
    "Claim",
    "Device",
    "DeviceStatus",
    "Difference",
    "Evidence",
    "Finding",
    "Full",
    "Handed",
    "Line",
    "Matched",
    "Need",
    "Place",
    "Rack",
    "Reservation",
    "Stock",
    "available",
    "compare",
    "elevation",
    "expired",
    "faults",
    "match",
    "release",
    "reserve",
    "settle",
]
