"""The three-way match of a month's check (P6 step 3): handover papers, inventory, findings, door log."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime

from sqlalchemy import Connection

from card_registry.words import CaseId
from review.inventory import Device, Finding, compare
from review.inventory.match import Evidence, Found, Handed
from review.inventory.sheets import Checked, checks, handed, spelled
from review.store import inventory, papers
from review.store.inventory import Kept


def differences(connection: Connection, case: CaseId, now: int) -> tuple[Finding, ...]:
    """Name what does not agree, from the F06 of a case; before it is filled, what papers and door say."""
    return compare(evidence(connection, case, now))


def evidence(connection: Connection, case: CaseId, now: int) -> Evidence:
    """Gather what is compared, with the F06 of a case as far as it is filled.

    A device that was entered by hand counts as handed over on the day and by the paper its entry names, and
    what happened before the door's first entry is not asked of the door.
    """
    filled = papers.sheets(connection, case, "F06")
    stock, kept = inventory.load(connection, now), inventory.devices(connection)
    as_listed = {spelled(one.serial): one.serial for one in stock.devices}
    by_paper = [
        replace(line, serial=as_listed.get(spelled(line.serial), line.serial))
        for number, handover in inventory.handovers(connection)
        for line in handed(handover, number)
    ]
    by_hand = [line for one in kept for line in _entered_by_hand(one)]
    places = {one.id: one.claim.place.words(stock.racks) for one in stock.devices}
    days = inventory.days_entered(connection)
    first = min(days, default=None)
    unasked = {line.day for line in by_paper if first is None or line.day < first}
    unasked |= {line.day for line in by_hand}
    found = _found(stock.devices, checks(filled) if filled else (), as_listed)
    return Evidence((*by_paper, *by_hand), stock.devices, found, places, days, unasked)


def _found(
    devices: Iterable[Device], rows: Iterable[Checked], as_listed: Mapping[str, str]
) -> Mapping[str, Found]:
    """Give what was found; a serial number that nobody read at a device that is there is its own."""
    own = {one.id: one.serial for one in devices}
    found = {}
    for row in rows:
        read = row.found.serial
        serial = read if read is None else (as_listed.get(spelled(read), read) or own.get(row.device, ""))
        found[row.device] = replace(row.found, serial=serial)
    return found


def _entered_by_hand(kept: Kept) -> tuple[Handed, ...]:
    """Give the handover that a hand-made entry names as its paper; none where it names none."""
    if kept.case is not None or not kept.facts.bast:
        return ()
    came = datetime.fromtimestamp(kept.device.since / 1000, UTC).date()
    return (Handed(kept.device.serial, kept.facts.bast, inward=True, day=came),)
