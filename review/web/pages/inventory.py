"""Pages about the server room: its racks as they stand, one device, tables to take away and bring back."""

from dataclasses import asdict
from typing import Annotated

from fastapi import Depends, HTTPException, Request
from fastapi.responses import Response
from markupsafe import Markup
from starlette.datastructures import UploadFile

from card_registry.words import CaseId
from review.access import Permission, Refused
from review.inventory import DeviceStatus, Finding, Stock, elevation
from review.inventory.exchange import COLUMNS, Sheet, Wrong
from review.store import cases, inventory
from review.store.transaction import reading
from review.web import csrf
from review.web.console import Console, Here
from review.web.screen import page
from review.web.visitor import SESSION, Forbidden, Me, NotFound, Visitor
from review.workflow.furnishing import as_csv, as_xlsx, bring
from review.workflow.matching import differences

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
NO_XLSX = "Berkas XLSX tidak tersedia pada pemasangan ini. Unduh CSV, atau pasang tambahan documents."
NO_FILE = "Pilih tabel dan berkas CSV yang akan diimpor."
NOT_TEXT = "Berkas ini bukan teks UTF-8. Simpan lembar kerja sebagai CSV UTF-8."


def racks_page(console: Here, me: Me) -> Response:
    """Show every rack as it stands, and the list of devices."""
    return _racks(console, me, (), 0)


def _racks(console: Console, me: Visitor, faults: tuple[str, ...], entered: int) -> Response:
    me.require(Permission.READ_INVENTORY)
    office = console.office
    with reading(office.store) as connection:
        stock = inventory.load(connection, office.clock())
        rooms = inventory.rooms(connection)
        month = inventory.check_of(connection, f"{office.today():%Y-%m}")
        numbers = {one.case: cases.load(connection, one.case) for one in stock.reservations}
    pictures = [(rack, rooms.get(rack.room, rack.room), _picture(stock, rack.id)) for rack in stock.racks]
    return page(
        console,
        "inventaris.html",
        me,
        422 if faults else 200,
        pictures=pictures,
        devices=[one for one in stock.devices if one.status is not DeviceStatus.RETURNED],
        stock=stock,
        free=_free(stock),
        reserved=[(one, file.number) for one in stock.reservations if (file := numbers[one.case])],
        sheets=tuple(Sheet),
        columns=COLUMNS,
        may_change=me.holds(Permission.CHANGE_INVENTORY),
        month=month,
        faults=faults,
        entered=entered,
    )


def _picture(stock: Stock, rack: str) -> Markup:
    # The drawing escapes every name; its style stands in the console's sheet, where the browser allows it.
    return Markup(elevation(stock, stock.rack(rack), style=""))  # noqa: S704 - escaped by elevation


def _free(stock: Stock) -> dict[str, int]:
    held = stock.claims()
    return {
        "alamat IP publik": len(stock.addresses) - sum(len(one.addresses) for one in held),
        "port jaringan": len(stock.ports) - sum(len(one.ports) for one in held),
        "Mbps": stock.bandwidth_mbps - sum(one.bandwidth_mbps for one in held),
    }


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
    return page(
        console,
        "perangkat.html",
        me,
        kept=kept,
        place=kept.device.claim.place.words(stock.racks),
        picture=_picture(stock, kept.device.claim.place.rack) if here else "",
        facts=[(name.replace("_", " ").capitalize(), text) for name, text in asdict(kept.facts).items()],
        moved={id_: file.number for id_, file in moved.items() if file is not None},
    )


def month_page(console: Here, me: Me, case: str) -> Response:
    """Show what does not agree in a month's check: papers, inventory, findings, the door's log."""
    me.require(Permission.READ_INVENTORY)
    office = console.office
    with reading(office.store) as connection:
        file = cases.load(connection, case)
        if file is None:
            raise NotFound
        found: tuple[Finding, ...] = differences(connection, CaseId(case), office.clock())
    return page(console, "selisih.html", me, file=file, found=found)


def table(console: Here, me: Me, sheet: str) -> Response:
    """Give a table as CSV."""
    me.require(Permission.READ_INVENTORY)
    if sheet not in set(Sheet):
        raise NotFound
    headers = {"Content-Disposition": f'attachment; filename="inventaris-{sheet}.csv"'}
    return Response(as_csv(console.office, Sheet(sheet)), media_type="text/csv", headers=headers)


def workbook(console: Here, me: Me) -> Response:
    """Give the three tables as one workbook."""
    me.require(Permission.READ_INVENTORY)
    try:
        body = as_xlsx(console.office)
    except ModuleNotFoundError as error:
        raise HTTPException(501, NO_XLSX) from error
    headers = {"Content-Disposition": 'attachment; filename="inventaris.xlsx"'}
    return Response(body, media_type=XLSX, headers=headers)


async def _brought(request: Request) -> tuple[str, bytes]:
    """Read the posted table and its file, from a page of ours.

    Raises:
        Forbidden: The form did not come from our own pages.
        HTTPException: More than one file came, or none.
    """
    async with request.form(max_files=1, max_fields=2) as form:
        token, sheet, file = (form.get(name) for name in (csrf.FIELD, "tabel", "berkas"))
        if not csrf.is_ours(request.cookies.get(SESSION, ""), str(token), request.headers):
            raise Forbidden(csrf.STRANGE)
        if not isinstance(file, UploadFile) or sheet not in set(Sheet):
            raise HTTPException(400, NO_FILE)
        return str(sheet), await file.read()


def bring_table(console: Here, me: Me, brought: Annotated[tuple[str, bytes], Depends(_brought)]) -> Response:
    """Enter a CSV table, or show a sentence for each row that is wrong."""
    sheet, body = brought
    try:
        done = bring(console.office, me.person, Sheet(sheet), body.decode())
    except UnicodeDecodeError:
        done = Wrong((NOT_TEXT,))
    if isinstance(done, Refused):
        raise Forbidden(done.why)
    return _racks(console, me, done.why, 0) if isinstance(done, Wrong) else _racks(console, me, (), done)
