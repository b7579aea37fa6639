"""An office's NetBox as another source of the inventory: read, compared, entered like a spreadsheet.

``asking`` reads NetBox through pynetbox (the extra ``netbox``) and is the only part that knows it; ``told``
are the values it reads, ``rows`` writes them as the tables of ``review.inventory.exchange``. So what NetBox
says is shown as differences before anything is entered, and enters by the same steps as a spreadsheet.

Decisions:

* 2026-11-21: NetBox is read and never written, because what stands in the room changes by a procedure, and
  because NetBox's own reservations bind nobody.
* 2026-11-21: what NetBox does not say (bandwidth, contact person, handover paper) stays as we have it, and
  what it no longer has is named and left: nothing leaves the room by a list.
* 2026-11-21: it is asked from a shell and not by the console, because the console keeps no key of another
  system.
"""
