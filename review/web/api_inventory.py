"""The server room as JSON: racks, what stands and is kept in them, what is still free."""

from dataclasses import asdict, dataclass

from review.access import Permission
from review.inventory import Claim, Stock
from review.store import inventory
from review.store.inventory import Kept
from review.store.transaction import reading
from review.web.console import Here
from review.web.tokens import Reader
from review.web.visitor import NotFound


@dataclass(frozen=True, slots=True)
class ClaimBody:
    """What a device holds, or a case keeps: a place in a rack and a share of each supply."""

    rack: str
    bottom: int
    units: int
    power_w: int
    outlets: int
    addresses: tuple[str, ...]
    ports: tuple[str, ...]
    bandwidth_mbps: int


@dataclass(frozen=True, slots=True)
class RackBody:
    """One rack: its units, its power in watts, its outlets, and how much of each is free."""

    id: str
    room: str
    name: str
    units: int
    power_w: int
    outlets: int
    free_units: int
    free_power_w: int
    free_outlets: int


@dataclass(frozen=True, slots=True)
class DeviceBrief:
    """A device that is or was here."""

    id: str
    name: str
    owner: str
    serial: str
    status: str
    since: int
    claim: ClaimBody


@dataclass(frozen=True, slots=True)
class FactBody:
    """One more thing known of a device, in the words of F06."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class DeviceBody:
    """A device, what F06 says of it besides, and the cases that brought it and took it away."""

    device: DeviceBrief
    facts: tuple[FactBody, ...]
    brought_by: str | None
    taken_by: str | None


@dataclass(frozen=True, slots=True)
class ReservationBody:
    """A place kept for a case until a moment (milliseconds)."""

    case: str
    ends: int
    claim: ClaimBody


@dataclass(frozen=True, slots=True)
class FreeBody:
    """What no device holds and no case keeps."""

    addresses: tuple[str, ...]
    ports: tuple[str, ...]
    bandwidth_mbps: int


@dataclass(frozen=True, slots=True)
class InventoryBody:
    """The inventory as it is now."""

    racks: tuple[RackBody, ...]
    devices: tuple[DeviceBrief, ...]
    reservations: tuple[ReservationBody, ...]
    free: FreeBody


def stock(console: Here, me: Reader) -> InventoryBody:
    """Give the inventory."""
    me.require(Permission.READ_INVENTORY)
    with reading(console.office.store) as connection:
        found = inventory.load(connection, console.office.clock())
        kept = inventory.devices(connection)
    return InventoryBody(
        tuple(_rack(found, number) for number in range(len(found.racks))),
        tuple(_device(one) for one in kept),
        tuple(ReservationBody(one.case, one.ends, _claim(one.claim)) for one in found.reservations),
        _free(found),
    )


def device(console: Here, me: Reader, device: str) -> DeviceBody:
    """Give one device."""
    me.require(Permission.READ_INVENTORY)
    with reading(console.office.store) as connection:
        kept = inventory.find(connection, device)
    if kept is None:
        raise NotFound
    facts = tuple(FactBody(name, str(value)) for name, value in asdict(kept.facts).items())
    return DeviceBody(_device(kept), facts, kept.case, kept.gone)


def _rack(stock: Stock, number: int) -> RackBody:
    rack = stock.racks[number]
    held = [claim for claim in stock.claims() if claim.place.rack == rack.id]
    return RackBody(
        rack.id,
        rack.room,
        rack.name,
        rack.units,
        rack.power_w,
        rack.outlets,
        rack.units - sum(claim.place.height for claim in held),
        rack.power_w - sum(claim.power_w for claim in held),
        rack.outlets - sum(claim.outlets for claim in held),
    )


def _device(kept: Kept) -> DeviceBrief:
    one = kept.device
    claim = _claim(one.claim)
    return DeviceBrief(one.id, one.name, one.owner, one.serial, one.status.value, one.since, claim)


def _claim(claim: Claim) -> ClaimBody:
    return ClaimBody(
        claim.place.rack,
        claim.place.bottom,
        claim.place.height,
        claim.power_w,
        claim.outlets,
        claim.addresses,
        claim.ports,
        claim.bandwidth_mbps,
    )


def _free(stock: Stock) -> FreeBody:
    held = stock.claims()
    addresses = {name for claim in held for name in claim.addresses}
    ports = {name for claim in held for name in claim.ports}
    return FreeBody(
        tuple(name for name in stock.addresses if name not in addresses),
        tuple(name for name in stock.ports if name not in ports),
        stock.bandwidth_mbps - sum(claim.bandwidth_mbps for claim in held),
    )
