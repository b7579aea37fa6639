"""What NetBox says, as rows of our tables: numbered by NetBox's own ids, and filled up with what we know.

Pure.
"""

import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from ipaddress import ip_interface, ip_network

from review.inventory.changes import Known
from review.inventory.exchange import COLUMNS, SEPARATOR, Row, Sheet, Tables, rows
from review.inventory.facts import Facts
from review.inventory.sheets import spelled
from review.inventory.stock import DeviceStatus
from review.netbox.told import DeviceTold, Feed, Model, RackTold, SiteTold

STATUS: Mapping[str, DeviceStatus] = {
    "active": DeviceStatus.ACTIVE,
    "offline": DeviceStatus.OFF,
    "decommissioning": DeviceStatus.OFF,
    "failed": DeviceStatus.REPAIR,
}
"""What NetBox's status means here; a device of another one (planned, staged) does not stand here yet."""

THREE_PHASES = 3**0.5
LONGEST = {"nama": 120, "unit_pemilik": 120, "nomor_seri": 120, "ruang": 32, "rak": 60}
OTHERWISE_LONGEST = 500

PRIVATE = ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "fc00::/7", "fe80::/10")
OWN = tuple(map(ip_network, PRIVATE))
"""The networks whose addresses are nobody's to run out of; the list of addresses is of public ones."""


@dataclass(frozen=True, slots=True)
class Read:
    """NetBox's rows, what of it was left out and why, and which of our devices it does not have."""

    tables: Tables
    skipped: tuple[str, ...]
    only_here: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Skip:
    """Why a device is not taken."""

    why: str


def read(told: SiteTold, known: Known, owner: str = "") -> Read:
    """Write what NetBox says as tables; ``owner`` is the unit of devices without a tenant."""
    ours = {spelled(row["nomor_seri"]): row for row in _known(Sheet.DEVICES, known)}
    own_racks = {row["rak"]: row for row in _known(Sheet.RACKS, known)}
    racks = tuple((one.id, _rack(told, one, own_racks.get(one.name, {}))) for one in told.racks)
    devices, skipped = list[tuple[int, Row]](), list[str]()
    for one in told.devices:
        if one.rack is None:
            continue
        row = _device(told, one, ours, owner)
        if isinstance(row, _Skip):
            skipped.append(f"{one.name or f'device {one.id}'}: {row.why}")
        else:
            devices.append((one.id, row))
    named = {spelled(row["nomor_seri"]) for _, row in devices}
    gone = [row for serial, row in ours.items() if serial not in named]
    only_here = tuple(f"{row['nama']} ({row['nomor_seri']})" for row in gone)
    supplies = tuple(enumerate(_supplies(devices, known), 1))
    tables = {Sheet.RACKS: racks, Sheet.SUPPLIES: supplies, Sheet.DEVICES: tuple(devices)}
    return Read(tables, tuple(skipped), only_here)


def _known(sheet: Sheet, known: Known) -> Iterator[Row]:
    return (dict(zip(COLUMNS[sheet], line, strict=True)) for line in rows(sheet, *known))


def _rack(told: SiteTold, one: RackTold, ours: Row) -> Row:
    power = round(sum(_watts(feed) for feed in told.feeds if feed.carries(one.id)))
    strips = {device.id for device in told.devices if device.rack and device.rack.id == one.id}
    outlets = sum(outlet.device.id in strips for outlet in told.outlets)
    room = ours.get("ruang") or (one.location or one.site).name
    return {
        "ruang": _plain("ruang", room),
        "rak": _plain("rak", one.name),
        "tinggi_u": str(one.u_height),
        "daya_w": str(power or ours.get("daya_w", "0")),
        "stop_kontak": str(outlets or ours.get("stop_kontak", "0")),
    }


def _watts(feed: Feed) -> float:
    phases = THREE_PHASES if feed.phase.value == "three-phase" else 1.0
    return feed.voltage * feed.amperage * feed.max_utilization / 100 * phases


def _device(told: SiteTold, one: DeviceTold, ours: Mapping[str, Row], owner: str) -> Row | _Skip:
    model = next((kind for kind in told.models if kind.id == one.device_type.id), None)
    rack = next((rack for rack in told.racks if one.rack and rack.id == one.rack.id), None)
    place = _place(one, model, rack)
    if isinstance(place, _Skip):
        return place
    if not one.serial.strip():
        return _Skip("it has no serial number, by which a device is known here")
    old = ours.get(spelled(one.serial), {})
    whose = one.tenant.name if one.tenant else old.get("unit_pemilik") or owner
    if not whose:
        return _Skip("it has no tenant; name the owner of such devices with --owner")
    status = STATUS.get(one.status.value)
    if status is None:
        return _Skip(f"its status is {one.status.value}, so it does not stand here")
    head = {
        "nama": one.name or (model.model if model else ""),
        "unit_pemilik": whose,
        "nomor_seri": one.serial,
        "status": status.value,
        "tanggal_masuk": old.get("tanggal_masuk", ""),
        **place,
        **_held(told, one, old),
    }
    row = {**head, **_facts(one, model, old)}
    return {column: _plain(column, row[column]) for column in COLUMNS[Sheet.DEVICES]}


def _place(one: DeviceTold, model: Model | None, rack: RackTold | None) -> dict[str, str] | _Skip:
    if rack is None or model is None or one.position is None:
        return _Skip("it has no place of whole units in a rack of this site")
    if one.position != int(one.position) or model.u_height != int(model.u_height) or model.u_height < 1:
        return _Skip("it has no place of whole units in a rack of this site")
    if one.face is not None and one.face.value == "rear" and not model.is_full_depth:
        return _Skip("it hangs behind another one, and a unit is counted once here")
    height, first = int(model.u_height), int(one.position) - rack.starting_unit + 1
    bottom = rack.u_height - (first + height - 1) + 1 if rack.desc_units else first
    return {"rak": rack.name, "u_awal": str(bottom), "tinggi_u": str(height)}


def _held(told: SiteTold, one: DeviceTold, old: Row) -> dict[str, str]:
    supplies = [port for port in told.ports if port.device.id == one.id]
    draw = sum(port.allocated_draw or port.maximum_draw or 0 for port in supplies)
    borne = [(bearer.device, found.address) for found in told.addresses if (bearer := found.assigned_object)]
    addresses = [str(ip_interface(text).ip) for device, text in borne if device and device.id == one.id]
    ports = [
        f"{peer.device.name}/{peer.name}"
        for interface in told.interfaces
        if interface.device.id == one.id
        for peer in interface.connected_endpoints or ()
        if peer.device is not None
    ]
    return {
        "daya_w": str(draw or old.get("daya_w", "0")),
        "stop_kontak": str(len(supplies) or old.get("stop_kontak", "0")),
        "alamat_ip": SEPARATOR.join(dict.fromkeys(filter(is_public, addresses))) or old.get("alamat_ip", ""),
        "bandwidth_mbps": old.get("bandwidth_mbps", "0"),
        "port_jaringan": SEPARATOR.join(dict.fromkeys(ports)) or old.get("port_jaringan", ""),
    }


def is_public(address: str) -> bool:
    """Say whether an address is of the networks that an office can run out of."""
    one = ip_interface(address).ip
    return not any(one.version == net.version and one in net for net in OWN)


def _facts(one: DeviceTold, model: Model | None, old: Row) -> dict[str, str]:
    said = {
        "kode_aset": one.asset_tag or "",
        "merk": f"{model.manufacturer.name} {model.model}".strip() if model else "",
        "os": one.platform.name if one.platform else "",
    }
    return {name: said.get(name, "") or old.get(name, "") for name in asdict(Facts())}


def _supplies(devices: Iterable[tuple[int, Row]], known: Known) -> Iterator[Row]:
    """Give the addresses and ports that the devices hold and that our lists do not have yet."""
    stock = known[0]
    for kind, column, there in (
        ("alamat", "alamat_ip", stock.addresses),
        ("port", "port_jaringan", stock.ports),
    ):
        held = [name for _, row in devices for name in row[column].split(SEPARATOR) if name]
        for name in dict.fromkeys(held):
            if name not in there:
                yield {"jenis": kind, "nama": name}


def _plain(column: str, text: str) -> str:
    """Write a text on one line without what cannot be printed, as long as its column takes it."""
    signs = "".join(" " if unicodedata.category(sign).startswith("C") else sign for sign in text)
    return unicodedata.normalize("NFC", " ".join(signs.split()))[: LONGEST.get(column, OTHERWISE_LONGEST)]
