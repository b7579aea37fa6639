"""What a case does to the list of devices: one entered, changed, looked up, taken out, checked every month.

Decisions:
    2026-11-21: a server that comes after its reservation ended is given a place if there is one.
    2026-11-21: a device without a request F07 (one bought by the office itself) is put where its handover F05
    says, or else at the lowest free unit, with power 0; the list is corrected when its data are known.
    2026-11-21: an answer "tidak ..." takes nothing out: no device leaves by a step that says so.
    2026-11-21: what a withdrawal form (F10) lets go without a handover and the list does not know is a
    component, a disk of a server: it leaves (``barang.keluar`` enters it), and its server's note says so.
    2026-11-21: what another case took out meanwhile is out: the step that would take it out again is done.
"""

import contextlib
from collections.abc import Callable, Mapping
from dataclasses import replace

from sqlalchemy import Connection

from review.access import Refused
from review.case import Case
from review.form import Filled
from review.inventory import (
    Claim,
    Device,
    DeviceStatus,
    Full,
    Need,
    Place,
    Stock,
    release,
    reserve,
    settle,
)
from review.inventory import faults as clashes
from review.inventory.sheets import (
    Checked,
    Newcomer,
    by_serial,
    checks,
    draft,
    need_of,
    newcomers,
    spelled,
)
from review.procedure import Effect
from review.store import cases, inventory, papers
from review.store.inventory import DRAFT
from review.workflow import places
from review.workflow.places import family, file_sheet, form_of, wake_queue
from review.workflow.scene import Scene
from review.workflow.telling import tell_applicant

NO_HANDOVER = Refused(
    "Perangkat belum dapat dicatat: berita acara (F05) tidak ada atau tidak memuat nomor seri yang sama "
    "dengan permohonan (F07). Perbaiki formulir serah terima."
)
NO_CHECK = Refused("Kasus ini tidak memuat formulir F06, sehingga tidak ada yang dapat diperbarui.")
NOT_HERE = Refused(
    "Tidak ada perangkat pada formulir kasus ini yang tercatat di ruang server. Periksa nomor serinya."
)

CONTRADICTS = Refused(
    "Formulir penarikan (F10) menyebut perangkat yang dibawa keluar, tetapi pilihan ini menyatakan tidak. "
    "Kosongkan formulirnya, atau pilih jawaban yang lain."
)


def add_device(scene: Scene) -> Refused | None:
    """Enter what the handover brings into its reserved place."""
    case, connection = scene.advanced.case, scene.connection
    handover, request = form_of(connection, case, "F05"), form_of(connection, case, "F07")
    coming = () if handover is None else newcomers(handover, request)
    if not coming:
        return NO_HANDOVER
    before = inventory.load(connection, scene.now, lock=True, ended=family(case))
    stock, entered = before, list[tuple[str, Newcomer]]()
    for one in coming:
        if by_serial(before.devices, [one.serial]):
            return Refused(f"Perangkat dengan nomor seri {one.serial} sudah tercatat di ruang server.")
        placed = _settle(scene, stock, one, request)
        if isinstance(placed, Full):
            return Refused(placed.why)
        stock, id_ = placed
        entered.append((id_, one))
    inventory.save(connection, before, stock)
    file = cases.load(connection, case.id)
    for id_, one in entered:
        facts = replace(one.facts, bast=one.facts.bast or (file.number if file else ""))
        inventory.describe(connection, id_, facts)
        inventory.brought(connection, id_, case.id)
    return None


def _settle(scene: Scene, stock: Stock, one: Newcomer, request: Filled | None) -> tuple[Stock, str] | Full:
    """Put a newcomer into the place kept for its case; keep one now where none is kept any more."""
    case = scene.advanced.case
    new = Device(scene.office.token(), one.name, one.owner, one.serial, NOWHERE, since=scene.now)
    told = _told_place(stock, one.place) if request is None else None
    if told is not None:
        return replace(stock, devices=(*stock.devices, replace(new, claim=told))), new.id
    kept = next((kept.case for kept in stock.reservations if kept.case in family(case)), None)
    need = Need(1, 0, 0, 0, 0, 0) if request is None else need_of(request)
    ready = stock if kept is not None else reserve(stock, need, case.id, scene.now + 1)
    placed = ready if isinstance(ready, Full) else settle(ready, kept or case.id, new)
    return placed if isinstance(placed, Full) else (placed, new.id)


NOWHERE = Claim(Place("", 0, 1), 0, 0)
"""What a device holds before it is settled."""


def _told_place(stock: Stock, words: str) -> Claim | None:
    """Read the place that a handover names (``Rak A, U12–U13``); None when it is not free or not read."""
    name, comma, span = words.rpartition(",")
    first, _, last = span.upper().replace("U", "").replace("–", "-").partition("-")
    rack = next((rack for rack in stock.racks if comma and rack.name == name.strip()), None)
    place = None
    with contextlib.suppress(ValueError):
        bottom, top = int(first), int(last or first)
        place = Place(rack.id, bottom, top - bottom + 1) if rack and 0 < bottom <= top <= rack.units else None
    if place is None:
        return None
    claim = Claim(place, 0, 0)
    device = Device("", "", "", "", claim)
    return None if clashes(replace(stock, devices=(*stock.devices, device))) else claim


def change_devices(scene: Scene) -> Refused | None:
    """Enter what F06 found: condition, status and note; nothing is returned or renamed by a check."""
    filled = papers.sheets(scene.connection, scene.advanced.case.id, "F06")
    if filled is None:
        return NO_CHECK
    stock = inventory.load(scene.connection, scene.now, lock=True)
    found = {one.device: one for one in checks(filled)}
    here = [one for one in stock.devices if one.status is not DeviceStatus.RETURNED]
    after = tuple(_as_found(one, found.get(one.id)) for one in stock.devices)
    inventory.save(scene.connection, stock, replace(stock, devices=after))
    for one in here:
        kept, seen = inventory.find(scene.connection, one.id), found.get(one.id)
        if kept is not None and seen is not None:
            facts = replace(kept.facts, kondisi=seen.condition, catatan=seen.note)
            inventory.describe(scene.connection, one.id, facts)
    return None


def _as_found(device: Device, seen: Checked | None) -> Device:
    if seen is None or device.status is DeviceStatus.RETURNED:
        return device
    return replace(device, status=seen.status)


def named_devices(connection: Connection, case: Case, stock: Stock) -> tuple[Device, ...]:
    """Give the devices in the room that the forms of a case name, by serial number or from the list."""
    serials: list[str] = []
    chosen: list[str] = []
    for code, field in (("F05", "barang"), ("F09", "perangkat"), ("F10", "perangkat")):
        filled = papers.sheets(connection, case.id, code)
        if filled is not None:
            serials += [row["nomor_seri"] for row in filled.rows(field) if row.get("nomor_seri")]
            chosen += [filled.one("server")] if code == "F09" else []
    check = papers.sheets(connection, case.id, "F06")
    chosen += [] if check is None else [one.device for one in checks(check)]
    wanted = {one.id for one in by_serial(stock.devices, serials)} | set(chosen)
    return tuple(one for one in stock.devices if one.id in wanted and one.status is not DeviceStatus.RETURNED)


def look_up(scene: Scene) -> Refused | None:
    """File what the inventory says of the case's devices, or of its applicant's unit.

    An answer that says all is well is refused where nothing of it is in the room.
    """
    case, connection = scene.advanced.case, scene.connection
    stock = inventory.load(connection, scene.now)
    file = cases.load(connection, case.id)
    unit = "" if file is None else file.applicant_unit
    found = named_devices(connection, case, stock) or _of_unit(stock, unit)
    if not found and scene.advanced.done.answer in {"siap", "sesuai"}:
        return NOT_HERE
    values: dict[str, tuple[str, ...]] = {}
    for number, one in enumerate(found):
        for name, text in _words(stock, one).items():
            values[f"server.{number}.{name}"] = (text,)
    file_sheet(scene, "F06-data", Filled(values))
    return None


def _of_unit(stock: Stock, unit: str) -> tuple[Device, ...]:
    return tuple(
        one
        for one in stock.devices
        if one.status is not DeviceStatus.RETURNED and spelled(one.owner) == spelled(unit)
    )


def _words(stock: Stock, one: Device) -> Mapping[str, str]:
    return {
        "nama": one.name,
        "unit": one.owner,
        "nomor_seri": one.serial,
        "posisi": one.claim.place.words(stock.racks),
        "status": one.status.value,
        "alamat_ip": "; ".join(one.claim.addresses),
    }


def take_out(scene: Scene) -> Refused | None:
    """Take out the devices that leave by the case's handover; of a component that leaves, note it."""
    case, connection = scene.advanced.case, scene.connection
    withdrawn = papers.sheets(connection, case.id, "F10")
    if scene.advanced.done.answer.startswith("tidak"):
        return None if withdrawn is None else CONTRADICTS
    stock = inventory.load(connection, scene.now, lock=True)
    leaving = _leaving(connection, case, stock)
    if not leaving and withdrawn is not None and papers.sheets(connection, case.id, "F05") is None:
        _note_component(scene, withdrawn)
        return None
    if not leaving:
        return None if _went_before(connection, case, stock) else NOT_HERE
    after: Stock = stock
    for one in leaving:
        freed = release(after, one.id)
        after = after if isinstance(freed, Full) else freed
    inventory.save(connection, stock, after)
    for one in leaving:
        inventory.taken_out(connection, one.id, case.id)
    tell_applicant(scene, f"Server keluar telah dicatat: {', '.join(one.name for one in leaving)}.")
    wake_queue(scene)
    return None


def _leaving(connection: Connection, case: Case, stock: Stock) -> tuple[Device, ...]:
    """Give the devices whose serial numbers are on F05 or F10; without such, those that F06 names."""
    serials = _written(connection, case)
    by_number = by_serial(stock.devices, serials)
    return by_number if by_number or serials else named_devices(connection, case, stock)


def _written(connection: Connection, case: Case) -> tuple[str, ...]:
    """Give the serial numbers on the handover and the withdrawal form of a case."""
    found: list[str] = []
    for code, field in (("F05", "barang"), ("F10", "perangkat")):
        filled = papers.sheets(connection, case.id, code)
        if filled is not None:
            found += [row["nomor_seri"] for row in filled.rows(field) if row.get("nomor_seri")]
    return tuple(found)


def _went_before(connection: Connection, case: Case, stock: Stock) -> bool:
    """Say whether what the handover names left meanwhile by another case, or by a change of the list."""
    wanted = {spelled(serial) for serial in _written(connection, case)}
    return any(spelled(one.serial) in wanted for one in stock.devices)


def _note_component(scene: Scene, withdrawn: Filled) -> None:
    """Note at its server that a component left it; the server itself stays, one that is not here has no note.

    The server is the one on F10, or else the one whose maintenance (F09) the case is.
    """
    request = papers.sheets(scene.connection, scene.advanced.case.id, "F09")
    server = withdrawn.one("server") or ("" if request is None else request.one("server"))
    kept = inventory.find(scene.connection, server)
    if kept is None or kept.device.status is DeviceStatus.RETURNED:
        return
    parts = ", ".join(f"{row['nama']} ({row['nomor_seri']})" for row in withdrawn.rows("perangkat"))
    note = f"Komponen keluar {scene.office.today().isoformat()}: {parts}. {kept.facts.catatan}".strip()
    inventory.describe(scene.connection, kept.device.id, replace(kept.facts, catatan=note[:500]))


def begin_month(scene: Scene) -> None:
    """Draft this month's F06 from the inventory and last month's check, and make the case this month's."""
    today, connection = scene.office.today(), scene.connection
    month = f"{today:%Y-%m}"
    last = inventory.last_check(connection, month)
    before = None if last is None else papers.sheets(connection, last, "F06")
    stock = inventory.load(connection, scene.now)
    file = cases.load(connection, scene.advanced.case.id)
    officer = "" if file is None else file.applicant_name
    known = {one.device.id: one.facts.kondisi for one in inventory.devices(connection)}
    sheet = draft(today, officer, stock.devices, () if before is None else checks(before), known)
    file_sheet(scene, DRAFT, sheet)
    inventory.keep_check(connection, month, scene.advanced.case.id)


WORK: Mapping[Effect, Callable[[Scene], Refused | None]] = {
    **places.WORK,
    Effect.INVENTORY_ADD: add_device,
    Effect.INVENTORY_CHANGE: change_devices,
    Effect.INVENTORY_CHECK: look_up,
    Effect.INVENTORY_REMOVE: take_out,
    Effect.INVENTORY_MONTHLY: begin_month,
}
"""What each of these effects does."""
