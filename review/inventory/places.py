"""What fits where: the five lines of the checklist, a reservation, a server put in its place, one taken out.

Pure.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from review.inventory.stock import Claim, Device, DeviceStatus, Need, Place, Rack, Reservation, Stock

LINES = ("ruang", "listrik", "ip_publik", "bandwidth", "kabel")
"""The lines of form F08, in its order."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the checklist: what was asked, what is free, in its unit."""

    name: str
    asked: int
    free: int
    unit: str

    @property
    def enough(self) -> bool:
        """Say whether it is enough."""
        return self.asked <= self.free


@dataclass(frozen=True, slots=True)
class Availability:
    """The whole checklist, and the place that would be given."""

    lines: tuple[Line, ...]
    claim: Claim | None

    @property
    def available(self) -> bool:
        """Say whether everything is there, in one rack."""
        return self.claim is not None


@dataclass(frozen=True, slots=True)
class Full:
    """There is no place; ``why`` is the Indonesian sentence that says what is missing."""

    why: str


def available(stock: Stock, need: Need) -> Availability:
    """Fill the checklist: each line against the most that any one rack, or the site, has free."""
    claims = stock.claims()
    addresses, ports = _free(stock.addresses, claims), _free(stock.ports, claims)
    bandwidth = stock.bandwidth_mbps - sum(claim.bandwidth_mbps for claim in claims)
    found = next((place for rack in stock.racks if (place := _fits(rack, claims, need))), None)
    power = max((_power_left(rack, claims) for rack in stock.racks), default=0)
    lines = (
        Line("ruang", need.height, max((_tallest(rack, claims) for rack in stock.racks), default=0), "U"),
        Line("listrik", need.power_w, power, "W"),
        Line("ip_publik", need.addresses, len(addresses), ""),
        Line("bandwidth", need.bandwidth_mbps, max(bandwidth, 0), "Mbps"),
        Line("kabel", need.ports, len(ports), ""),
    )
    enough = found is not None and all(line.enough for line in lines)
    claim = Claim(
        found,
        need.power_w,
        need.outlets,
        addresses[: need.addresses],
        need.bandwidth_mbps,
        ports[: need.ports],
    ) if found and enough else None  # fmt: skip
    return Availability(lines, claim)


def reserve(stock: Stock, need: Need, case: str, ends: int) -> Stock | Full:
    """Keep a place for a case until a moment; a second reservation replaces the first."""
    others = replace(stock, reservations=tuple(one for one in stock.reservations if one.case != case))
    found = available(others, need)
    if found.claim is None:
        short = [
            f"{line.name.replace('_', ' ')} ({line.free} dari {line.asked})"
            for line in found.lines
            if not line.enough
        ]
        return Full(
            f"Tempat tidak tersedia: {', '.join(short) or 'tidak ada rak yang memenuhi semuanya sekaligus'}."
        )
    return replace(others, reservations=(*others.reservations, Reservation(case, found.claim, ends)))


def expired(stock: Stock, now: int) -> tuple[Stock, tuple[Reservation, ...]]:
    """Let go of the reservations that are over; give the stock without them, and which they were."""
    over = tuple(one for one in stock.reservations if one.ends <= now)
    return replace(stock, reservations=tuple(one for one in stock.reservations if one.ends > now)), over


def settle(stock: Stock, case: str, device: Device) -> Stock | Full:
    """Put a server into the place reserved for its case; its claim becomes the reservation's."""
    kept = next((one for one in stock.reservations if one.case == case), None)
    if kept is None:
        return Full("Tidak ada tempat yang dipesan untuk kasus ini, atau pemesanannya sudah berakhir.")
    if any(one.id == device.id and one.status is not DeviceStatus.RETURNED for one in stock.devices):
        return Full(f"Perangkat {device.name} sudah tercatat di ruang server.")
    rest = tuple(one for one in stock.reservations if one.case != case)
    devices = (*(one for one in stock.devices if one.id != device.id), replace(device, claim=kept.claim))
    return replace(stock, reservations=rest, devices=devices)


def release(stock: Stock, device: str) -> Stock | Full:
    """Take a device out: it stays on the list as returned, and its place is free."""
    found = next((one for one in stock.devices if one.id == device), None)
    if found is None or found.status is DeviceStatus.RETURNED:
        return Full("Perangkat ini tidak tercatat di ruang server.")
    gone = replace(found, status=DeviceStatus.RETURNED)
    return replace(stock, devices=tuple(gone if one.id == device else one for one in stock.devices))


def _free(every: Iterable[str], claims: Iterable[Claim]) -> tuple[str, ...]:
    held = {one for claim in claims for one in (*claim.addresses, *claim.ports)}
    return tuple(one for one in every if one not in held)


def _taken(rack: Rack, claims: Iterable[Claim]) -> set[int]:
    return {unit for claim in claims if claim.place.rack == rack.id for unit in claim.place.units}


def _power_left(rack: Rack, claims: Iterable[Claim]) -> int:
    return max(rack.power_w - sum(claim.power_w for claim in claims if claim.place.rack == rack.id), 0)


def _gaps(rack: Rack, claims: Iterable[Claim]) -> Iterable[tuple[int, int]]:
    """Give the runs of free units: the lowest of each, and how many."""
    taken, begins = _taken(rack, claims), 0
    for unit in range(1, rack.units + 2):
        free = unit <= rack.units and unit not in taken
        if free and not begins:
            begins = unit
        elif not free and begins:
            yield begins, unit - begins
            begins = 0


def _tallest(rack: Rack, claims: Iterable[Claim]) -> int:
    return max((height for _, height in _gaps(rack, claims)), default=0)


def _fits(rack: Rack, claims: tuple[Claim, ...], need: Need) -> Place | None:
    outlets = rack.outlets - sum(claim.outlets for claim in claims if claim.place.rack == rack.id)
    if need.power_w > _power_left(rack, claims) or need.outlets > outlets:
        return None
    lowest = next((bottom for bottom, height in _gaps(rack, claims) if height >= need.height), None)
    return None if lowest is None else Place(rack.id, lowest, need.height)
