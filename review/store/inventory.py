"""The inventory in the store: a ``Stock`` loaded whole, changed by the pure core, and saved as what changed.

``load`` with ``lock`` keeps every other writer away until the transaction ends, so that two cases are never
given one place. A reservation that is over does not count, nor one whose case (and whatever that case began)
has ended; such rows are removed when the stock is saved.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, Row, Table, delete, exists, func, insert, or_, select, update

from card_registry import canonical
from card_registry.words import CaseId
from review.form import Filled, Option
from review.inventory import Claim, Device, DeviceStatus, Rack, Reservation, Stock
from review.inventory.facts import Facts
from review.tables import (
    case_file,
    device,
    document,
    monthly_check,
    named_supply,
    occurrence,
    rack,
    reservation,
    room,
    supply,
)

ADDRESS, PORT = "alamat", "port"
HANDOVER = "F05.A"
DRAFT = "F06-draf"
"""Under which name the draft of a month's F06 is filed in its case; it is nobody's answer."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A device as the store has it: the rest of F06, and the cases that brought it and took it away."""

    device: Device
    facts: Facts
    case: str | None
    gone: str | None


def load(
    connection: Connection, now: int, *, lock: bool = False, ended: Collection[str] = (), besides: str = ""
) -> Stock:
    """Give what the room has and what is held at a moment (milliseconds).

    What is kept for the cases ``ended`` counts although they have ended: by the very answer that uses it.
    What is kept for the case ``besides`` counts as free, because it looks for its own place.

    Raises:
        NoResultFound: The store's history was not run.
    """
    query = select(supply)
    total = connection.execute(query.with_for_update() if lock else query).one()
    return Stock(
        tuple(_rack(row) for row in connection.execute(select(rack).order_by(rack.c.name))),
        _names(connection, ADDRESS),
        _names(connection, PORT),
        total.bandwidth_mbps,
        tuple(kept.device for kept in devices(connection)),
        tuple(one for one in _standing(connection, now, ended) if one.case != besides),
    )


def _rack(row: Row[tuple[object, ...]]) -> Rack:
    return Rack(row.id, row.room, row.name, row.units, row.power_w, row.outlets)


def _names(connection: Connection, kind: str) -> tuple[str, ...]:
    query = select(named_supply.c.name).where(named_supply.c.kind == kind)
    return tuple(sorted(connection.scalars(query), key=_natural))


def _natural(name: str) -> tuple[tuple[int, str], ...]:
    """Order names as people do: ``sw1/9`` before ``sw1/10``."""
    spaced = "".join(sign if sign.isdecimal() else f" {sign} " for sign in name)
    return tuple((int(part), "") if part.isdecimal() else (-1, part) for part in spaced.split())


def _standing(connection: Connection, now: int, ended: Collection[str]) -> tuple[Reservation, ...]:
    """Give the reservations that are not over and whose case, or a child of it, still runs."""
    child = case_file.alias()
    child_runs = exists().where(child.c.parent == reservation.c.case, child.c.ending.is_(None))
    using = reservation.c.case.in_(ended)
    query = (
        select(reservation)
        .join(case_file, case_file.c.id == reservation.c.case)
        .where(reservation.c.ends > now, or_(case_file.c.ending.is_(None), child_runs, using))
        .order_by(reservation.c.case)
    )
    return tuple(
        Reservation(row.case, _claim(bytes(row.claim)), row.ends) for row in connection.execute(query)
    )


def _claim(body: bytes) -> Claim:
    return canonical.decode(body, Claim, "a claim")


def devices(connection: Connection) -> tuple[Kept, ...]:
    """Give every device that is or was here, by name."""
    rows = connection.execute(select(device).order_by(device.c.name, device.c.id))
    return tuple(_kept(row) for row in rows)


def find(connection: Connection, id: str) -> Kept | None:
    """Give one device, None when there is none."""
    row = connection.execute(select(device).where(device.c.id == id)).first()
    return None if row is None else _kept(row)


def _kept(row: Row[tuple[object, ...]]) -> Kept:
    one = Device(
        row.id,
        row.name,
        row.owner,
        row.serial,
        _claim(bytes(row.claim)),
        DeviceStatus(row.status),
        row.since,
    )
    return Kept(one, canonical.decode(bytes(row.facts), Facts, "a device's facts"), row.case, row.gone)


def rooms(connection: Connection) -> Mapping[str, str]:
    """Give the rooms' names by id."""
    return {row.id: row.name for row in connection.execute(select(room).order_by(room.c.name))}


def rack_options(connection: Connection) -> Sequence[Option]:
    """Give the racks as forms offer them."""
    return [Option(row.id, row.name) for row in connection.execute(select(rack).order_by(rack.c.name))]


def server_options(connection: Connection) -> Sequence[Option]:
    """Give the devices in the room as forms offer them."""
    here = select(device).where(device.c.status != DeviceStatus.RETURNED.value)
    standing = connection.execute(here.order_by(device.c.name, device.c.id))
    return [Option(row.id, f"{row.name} – {row.serial}") for row in standing]


def labels(connection: Connection) -> tuple[Option, ...]:
    """Give every device that is or was here as printed papers name it."""
    return tuple(
        Option(kept.device.id, f"{kept.device.name} – {kept.device.serial}") for kept in devices(connection)
    )


def save(connection: Connection, before: Stock, after: Stock) -> None:
    """Write what changed between two stocks; ``before`` was loaded under the lock in this transaction."""
    _save_supplies(connection, before, after)
    old = {one.id: one for one in before.devices}
    for one in after.devices:
        if old.get(one.id) != one:
            _save_device(connection, one, new=one.id not in old)
    _save_reservations(connection, after.reservations)
    values = {"bandwidth_mbps": after.bandwidth_mbps, "changes": supply.c.changes + 1}
    connection.execute(update(supply).values(values))


def _save_supplies(connection: Connection, before: Stock, after: Stock) -> None:
    """Write racks, addresses and ports that are new or changed; none is ever taken away."""
    for one in after.racks:
        if one not in before.racks:
            _save_rack(connection, one, new=all(one.id != old.id for old in before.racks))
    for kind, had, has in ((ADDRESS, before.addresses, after.addresses), (PORT, before.ports, after.ports)):
        for name in has:
            if name not in had:
                connection.execute(insert(named_supply).values(kind=kind, name=name))


def _write(connection: Connection, table: Table, id: str, values: Mapping[str, object], *, new: bool) -> None:
    if new:
        connection.execute(insert(table).values(id=id, **values))
    else:
        connection.execute(update(table).where(table.c.id == id).values(**values))


def _save_rack(connection: Connection, one: Rack, *, new: bool) -> None:
    known = connection.scalar(select(room.c.id).where(room.c.id == one.room))
    if known is None:
        connection.execute(insert(room).values(id=one.room, name=one.room))
    sums = {"units": one.units, "power_w": one.power_w, "outlets": one.outlets}
    _write(connection, rack, one.id, {"room": one.room, "name": one.name, **sums}, new=new)


def _save_device(connection: Connection, one: Device, *, new: bool) -> None:
    values: dict[str, object] = {
        "name": one.name,
        "owner": one.owner,
        "serial": one.serial,
        "status": one.status.value,
        "since": one.since,
        "claim": canonical.encode(one.claim),
    }
    if new:
        values["facts"] = canonical.encode(Facts())
    _write(connection, device, one.id, values, new=new)


def _save_reservations(connection: Connection, standing: Iterable[Reservation]) -> None:
    connection.execute(delete(reservation))
    for one in standing:
        body = canonical.encode(one.claim)
        connection.execute(insert(reservation).values(case=one.case, claim=body, ends=one.ends))


def describe(connection: Connection, id: str, facts: Facts) -> None:
    """Write what is known of a device beside its place."""
    connection.execute(update(device).where(device.c.id == id).values(facts=canonical.encode(facts)))


def brought(connection: Connection, id: str, case: CaseId) -> None:
    """Note the case that brought a device in."""
    connection.execute(update(device).where(device.c.id == id).values(case=case))


def taken_out(connection: Connection, id: str, case: CaseId) -> None:
    """Note the case that took a device out."""
    connection.execute(update(device).where(device.c.id == id).values(gone=case))


def check_of(connection: Connection, month: str) -> CaseId | None:
    """Give the case of a month's check (YYYY-MM), None when there was none."""
    found = connection.scalar(select(monthly_check.c.case).where(monthly_check.c.month == month))
    return None if found is None else CaseId(found)


def last_check(connection: Connection, before: str) -> CaseId | None:
    """Give the case of the newest check before a month, None when there was none."""
    query = select(monthly_check.c.case).where(monthly_check.c.month < before)
    found = connection.scalar(query.order_by(monthly_check.c.month.desc()).limit(1))
    return None if found is None else CaseId(found)


def check_cases(connection: Connection, most: int) -> tuple[tuple[str, CaseId], ...]:
    """Give the months that were checked and their cases, the newest first."""
    query = select(monthly_check).order_by(monthly_check.c.month.desc()).limit(most)
    return tuple((row.month, CaseId(row.case)) for row in connection.execute(query))


def keep_check(connection: Connection, month: str, case: CaseId) -> None:
    """Note that a case is a month's check; another case of the same month takes its place."""
    known = check_of(connection, month)
    if known is None:
        connection.execute(insert(monthly_check).values(month=month, case=case))
    else:
        connection.execute(update(monthly_check).where(monthly_check.c.month == month).values(case=case))


def handovers(connection: Connection) -> tuple[tuple[str, Filled], ...]:
    """Give the handover (F05) of every case as last filled, with the case's number, in order of time."""
    newest = (
        select(document.c.case, func.max(document.c.version).label("version"))
        .where(document.c.form == HANDOVER)
        .group_by(document.c.case)
        .subquery()
    )
    same = (document.c.case == newest.c.case) & (document.c.version == newest.c.version)
    query = (
        select(document.c.body, case_file.c.number)
        .join(newest, same)
        .join(case_file, case_file.c.id == document.c.case)
        .where(document.c.form == HANDOVER, document.c.body != b"")
        .order_by(document.c.at, case_file.c.number)
    )
    return tuple(
        (row.number, canonical.decode(bytes(row.body), Filled, "form F05"))
        for row in connection.execute(query)
    )


def days_entered(connection: Connection) -> frozenset[date]:
    """Give the local days on which a door let somebody in."""
    query = select(occurrence.c.day).where(occurrence.c.granted.is_(True)).distinct()
    return frozenset(connection.scalars(query))
