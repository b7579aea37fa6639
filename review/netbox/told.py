"""What NetBox says of one site, as values: only the fields that our list has a place for.

Fields that NetBox has besides are left; a field of another shape is refused by whoever converts it.

Pure.
"""

import msgspec

Maybe = str | None


class Named(msgspec.Struct, frozen=True):
    """A thing that another one names: its id in NetBox, and its name."""

    id: int
    name: str = ""


class Chosen(msgspec.Struct, frozen=True):
    """One value of a NetBox list."""

    value: str


class Model(msgspec.Struct, frozen=True):
    """A device type: who makes it, how high and deep it is."""

    id: int
    model: str
    manufacturer: Named
    u_height: float = 1
    is_full_depth: bool = True


class RackTold(msgspec.Struct, frozen=True):
    """A rack; ``desc_units`` counts from the top, ``starting_unit`` is the lowest number."""

    id: int
    name: str
    u_height: int
    site: Named
    location: Named | None = None
    desc_units: bool = False
    starting_unit: int = 1


class Feed(msgspec.Struct, frozen=True):
    """A power feed of a rack: volt, ampere, how much of it may be used (percent), one phase or three."""

    voltage: int
    amperage: int
    max_utilization: int
    phase: Chosen
    rack: Named | None = None
    status: Chosen = Chosen("active")
    type: Chosen = Chosen("primary")

    def carries(self, rack: int) -> bool:
        """Say whether a rack may count on it: a redundant feed is for when the primary one fails."""
        mine = self.rack is not None and self.rack.id == rack
        return mine and (self.status.value, self.type.value) == ("active", "primary")


class DeviceTold(msgspec.Struct, frozen=True):
    """A device; without rack and position it stands in no unit."""

    id: int
    device_type: Named
    status: Chosen
    name: Maybe = None
    serial: str = ""
    asset_tag: Maybe = None
    tenant: Named | None = None
    platform: Named | None = None
    rack: Named | None = None
    position: float | None = None
    face: Chosen | None = None


class PowerPort(msgspec.Struct, frozen=True):
    """One power supply of a device, and what it draws (watt)."""

    device: Named
    allocated_draw: int | None = None
    maximum_draw: int | None = None


class Outlet(msgspec.Struct, frozen=True):
    """One outlet of a power strip."""

    device: Named


class Peer(msgspec.Struct, frozen=True):
    """What a cable leads to at its other end."""

    name: str = ""
    device: Named | None = None


class Interface(msgspec.Struct, frozen=True):
    """One network interface of a device."""

    device: Named
    connected_endpoints: tuple[Peer, ...] | None = None


class Bearer(msgspec.Struct, frozen=True):
    """What an address is assigned to; no device for a virtual machine."""

    device: Named | None = None


class AddressTold(msgspec.Struct, frozen=True):
    """An address with its prefix length."""

    address: str
    assigned_object: Bearer | None = None


class SiteTold(msgspec.Struct, frozen=True):
    """Everything that was asked of one site."""

    racks: tuple[RackTold, ...] = ()
    models: tuple[Model, ...] = ()
    devices: tuple[DeviceTold, ...] = ()
    feeds: tuple[Feed, ...] = ()
    ports: tuple[PowerPort, ...] = ()
    outlets: tuple[Outlet, ...] = ()
    interfaces: tuple[Interface, ...] = ()
    addresses: tuple[AddressTold, ...] = ()
