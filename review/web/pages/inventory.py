"""Pages about the server room: its racks as they stand, on screen and on paper, what is kept, one device."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import Annotated

from fastapi import Query
from fastapi.responses import Response
from markupsafe import Markup
from sqlalchemy import Connection

from card_registry.instant import DAY
from review.access import Permission
from review.documents.layout import Letterhead
from review.indonesian import moment_text
from review.inventory import Claim, Device, DeviceStatus, Rack, Reservation, Stock, elevation
from review.inventory.facts import Facts
from review.office import Office
from review.shelf import ACCESS
from review.store import cases, inventory, letterheads
from review.store.cases import CaseFile
from review.store.transaction import reading
from review.web.console import Here
from review.web.screen import page
from review.web.visitor import Me, NotFound

Size = Annotated[str, Query(alias="kertas", max_length=4)]
LABELS = {
    "kode_aset": "Kode aset",
    "contact_person": "Narahubung",
    "hp": "HP narahubung",
    "merk": "Merk/tipe",
    "kode_bmd": "Kode BMD/NUP",
    "spesifikasi": "Spesifikasi",
    "os": "Sistem operasi",
    "layanan": "Fungsi/layanan",
    "domain": "Nama domain",
    "port_akses": "Port akses remote",
    "kabel": "Kabel",
    "bast": "Nomor BAST",
    "garansi": "Garansi s.d.",
    "kondisi": "Kondisi",
    "catatan": "Catatan",
}
"""How a page names what is known of a device."""

SOON = 3 * DAY
"""From when on a reservation is marked as soon over, in milliseconds before its end."""


def racks_page(console: Here, me: Me) -> Response:
    """Show every rack as it stands, what is kept, and the list of devices."""
    me.require(Permission.READ_INVENTORY)
    office = console.office
    with reading(office.store) as connection:
        stock = inventory.load(connection, office.clock())
        rooms = inventory.rooms(connection)
        kept = reserved(connection, stock)
    return page(
        console,
        "inventaris.html",
        me,
        pictures=[(rack, rooms.get(rack.room, rack.room), picture(stock, rack)) for rack in stock.racks],
        devices=[one for one in stock.devices if one.status is not DeviceStatus.RETURNED],
        stock=stock,
        free=_free(stock),
        reserved=kept,
        soon=office.clock() + SOON,
        may_change=me.holds(Permission.CHANGE_INVENTORY),
    )


def reserved(connection: Connection, stock: Stock) -> list[tuple[Reservation, CaseFile]]:
    """Give what is kept for whom, the reservation that ends first before the others."""
    found = ((one, cases.load(connection, one.case)) for one in stock.reservations)
    return sorted(((one, file) for one, file in found if file), key=lambda pair: pair[0].ends)


def picture(stock: Stock, rack: Rack) -> Markup:
    """Draw a rack for a page; its style stands in the page's sheet, where the browser allows it."""
    return Markup(elevation(stock, rack, style=""))  # noqa: S704 - escaped by elevation


def _free(stock: Stock) -> dict[str, int]:
    held = stock.claims()
    return {
        "alamat IP publik": len(stock.addresses) - sum(len(one.addresses) for one in held),
        "port jaringan": len(stock.ports) - sum(len(one.ports) for one in held),
        "Mbps": stock.bandwidth_mbps - sum(one.bandwidth_mbps for one in held),
    }


@dataclass(frozen=True, slots=True)
class RackRow:
    """One line beside a rack: what holds which units, whose it is, its number, what it draws."""

    claim: Claim
    what: str
    owner: str
    number: str

    def units(self) -> str:
        """Give its units as printed: ``12–13``."""
        place = self.claim.place
        return f"{place.bottom}–{place.bottom + place.height - 1}" if place.height > 1 else str(place.bottom)


@dataclass(frozen=True, slots=True)
class RackSheet:
    """One rack on paper: its picture, and what stands in it from the top down."""

    rack: Rack
    room: str
    picture: Markup
    rows: Sequence[RackRow]


def racks_print(console: Here, me: Me, rak: str = "", size: Size = "") -> Response:
    """Give the racks for printing, one to a sheet; ``rak`` names one of them."""
    me.require(Permission.READ_INVENTORY)
    office = console.office
    with reading(office.store) as connection:
        stock = inventory.load(connection, office.clock())
        wanted = [rack for rack in stock.racks if rak in {"", rack.id}]
        sheets = [_sheet(connection, office, stock, rack) for rack in wanted]
        head = _letterhead(connection, office)
    if not sheets:
        raise NotFound
    paper = "f4" if size == "f4" else "a4"
    return page(console, "rak_cetak.html", me, sheets=sheets, stock=stock, head=head, paper=paper)


def _sheet(connection: Connection, office: Office, stock: Stock, rack: Rack) -> RackSheet:
    rows = [
        RackRow(one.claim, _with_status(one), one.owner, one.serial)
        for one in stock.devices
        if one.status is not DeviceStatus.RETURNED
    ]
    rows += [
        RackRow(
            one.claim,
            f"dipesan s.d. {moment_text(one.ends, office.zone())}",
            file.applicant_unit,
            file.number,
        )
        for one, file in reserved(connection, stock)
    ]
    inside = [row for row in rows if row.claim.place.rack == rack.id]
    room = inventory.rooms(connection).get(rack.room, rack.room)
    downwards = sorted(inside, key=lambda row: -row.claim.place.bottom)
    return RackSheet(rack, room, picture(stock, rack), downwards)


def _with_status(one: Device) -> str:
    return one.name if one.status is DeviceStatus.ACTIVE else f"{one.name} ({one.status.value})"


def _letterhead(connection: Connection, office: Office) -> Letterhead:
    return letterheads.letterhead(connection, office.procedure(ACCESS).identity)


def _shown(facts: Facts) -> Facts:
    """Give what is known of a device with its condition in words."""
    return replace(facts, kondisi=facts.kondisi.replace("-", " ").capitalize())


def device_page(console: Here, me: Me, device: str) -> Response:
    """Show one device: where it stands, what it holds, what is known of it, which cases moved it."""
    me.require(Permission.READ_INVENTORY)
    office = console.office
    with reading(office.store) as connection:
        kept = inventory.find(connection, device)
        if kept is None:
            raise NotFound
        stock = inventory.load(connection, office.clock())
        moved = {id_: cases.load(connection, id_) for id_ in (kept.case, kept.gone) if id_}
    here = kept.device.status is not DeviceStatus.RETURNED
    place = kept.device.claim.place
    return page(
        console,
        "perangkat.html",
        me,
        kept=kept,
        place=place.words(stock.racks),
        picture=picture(stock, stock.rack(place.rack)) if here else "",
        facts=[(LABELS[name], text) for name, text in asdict(_shown(kept.facts)).items()],
        moved={id_: file.number for id_, file in moved.items() if file is not None},
    )
