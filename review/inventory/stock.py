"""What a server room holds: racks, devices, reservations, and the sums they share.

Power is in watts, bandwidth in Mbit/s, heights in rack units counted from 1 at the bottom; times are
milliseconds.

Pure.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum

UNITS = 60
"""The tallest rack."""


class DeviceStatus(StrEnum):
    """What a device is doing here; only one that was returned takes no place."""

    ACTIVE = "aktif"
    OFF = "mati"
    REPAIR = "perbaikan"
    RETURNED = "dikembalikan"


@dataclass(frozen=True, slots=True)
class Rack:
    """One rack: its room, height, and what its feed can give."""

    id: str
    room: str
    name: str
    units: int
    power_w: int
    outlets: int

    def __post_init__(self) -> None:
        """Refuse a rack that could hold nothing."""
        if not 1 <= self.units <= UNITS or self.power_w < 0 or self.outlets < 0:
            message = f"rack {self.name} must have 1 to {UNITS} units, and power and outlets not below 0"
            raise ValueError(message)


@dataclass(frozen=True, slots=True)
class Place:
    """Some neighbouring units of a rack; ``bottom`` is the lowest."""

    rack: str
    bottom: int
    height: int

    @property
    def units(self) -> range:
        """Give the units it covers."""
        return range(self.bottom, self.bottom + self.height)

    def words(self, racks: Iterable[Rack]) -> str:
        """Name the place as people do: ``Rak A, U12–U13``."""
        name = next((rack.name for rack in racks if rack.id == self.rack), self.rack)
        top = self.bottom + self.height - 1
        return f"{name}, U{self.bottom}" if self.height == 1 else f"{name}, U{self.bottom}–U{top}"


@dataclass(frozen=True, slots=True)
class Need:
    """What a server asks for (form F07): the five lines of the checklist."""

    height: int
    power_w: int
    outlets: int
    addresses: int
    bandwidth_mbps: int
    ports: int

    def __post_init__(self) -> None:
        """Refuse a server without height, and less than nothing."""
        if (
            self.height < 1
            or min(self.power_w, self.outlets, self.addresses, self.bandwidth_mbps, self.ports) < 0
        ):
            message = "a server needs at least one unit, and nothing of it may be below 0"
            raise ValueError(message)


@dataclass(frozen=True, slots=True)
class Claim:
    """What a device or a reservation holds."""

    place: Place
    power_w: int
    outlets: int
    addresses: tuple[str, ...] = ()
    bandwidth_mbps: int = 0
    ports: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Device:
    """One server or other device of an owner unit."""

    id: str
    name: str
    owner: str
    serial: str
    claim: Claim
    status: DeviceStatus = DeviceStatus.ACTIVE
    since: int = 0


@dataclass(frozen=True, slots=True)
class Reservation:
    """A place kept for a case until a moment; it ends by itself."""

    case: str
    claim: Claim
    ends: int


@dataclass(frozen=True, slots=True)
class Stock:
    """A site's racks and what they hold; ``addresses`` and ``ports`` are all there are, by name."""

    racks: tuple[Rack, ...] = ()
    addresses: tuple[str, ...] = ()
    ports: tuple[str, ...] = ()
    bandwidth_mbps: int = 0
    devices: tuple[Device, ...] = ()
    reservations: tuple[Reservation, ...] = field(default=())

    def claims(self) -> tuple[Claim, ...]:
        """Give everything that is held now."""
        standing = [one.claim for one in self.devices if one.status is not DeviceStatus.RETURNED]
        return (*standing, *(one.claim for one in self.reservations))

    def rack(self, id: str) -> Rack:
        """Give a rack by id.

        Raises:
            KeyError: There is none.
        """
        for rack in self.racks:
            if rack.id == id:
                return rack
        raise KeyError(id)


def faults(stock: Stock) -> tuple[str, ...]:
    """Name everything that is held twice, or beyond what there is."""
    claims = stock.claims()
    found = [*_twice(stock, claims), *_unknown(stock, claims)]
    for rack in stock.racks:
        inside = [claim for claim in claims if claim.place.rack == rack.id]
        if any(unit not in range(1, rack.units + 1) for claim in inside for unit in claim.place.units):
            found.append(f"{rack.name}: sesuatu berada di luar {rack.units} U")
        if sum(claim.power_w for claim in inside) > rack.power_w:
            found.append(f"{rack.name}: listrik melebihi {rack.power_w} W")
        if sum(claim.outlets for claim in inside) > rack.outlets:
            found.append(f"{rack.name}: stop kontak melebihi {rack.outlets}")
    if sum(claim.bandwidth_mbps for claim in claims) > stock.bandwidth_mbps:
        found.append(f"bandwidth melebihi {stock.bandwidth_mbps} Mbps")
    return tuple(found)


def _twice(stock: Stock, claims: Iterable[Claim]) -> Iterable[str]:
    names, seen = {rack.id: rack.name for rack in stock.racks}, set[str]()
    for claim in claims:
        rack = names.get(claim.place.rack, claim.place.rack)
        for one in (*(f"{rack} U{unit}" for unit in claim.place.units), *claim.addresses, *claim.ports):
            if one in seen:
                yield f"{one} dipakai dua kali"
            seen.add(one)


def _unknown(stock: Stock, claims: Iterable[Claim]) -> Iterable[str]:
    racks = {rack.id for rack in stock.racks}
    for claim in claims:
        if claim.place.rack not in racks:
            yield f"rak {claim.place.rack} tidak ada"
        for one in (*claim.addresses, *claim.ports):
            if one not in stock.addresses and one not in stock.ports:
                yield f"{one} tidak ada dalam daftar"
