"""The inventory taken to a spreadsheet and brought back: CSV or XLSX out and in, all of it or nothing.

An import adds and changes and never removes; what leaves the room leaves by its procedure. What it would
change is shown before it is entered (``foresee``), by the very steps that enter it.
"""

import io
from collections.abc import Callable
from datetime import date
from typing import Protocol

from sqlalchemy import Connection, Engine

from review.access import Permission, Refused, may
from review.inventory import Stock
from review.inventory.changes import Change, changes
from review.inventory.entering import Taken, take
from review.inventory.exchange import COLUMNS, Sheet, Tables, Wrong, from_csv, of_cells, rows, to_csv
from review.inventory.facts import Facts
from review.inventory.package import Unreadable
from review.inventory.workbook import pages
from review.people import Person
from review.store import audit, inventory
from review.store.transaction import reading, writing

Lines = tuple[tuple[str, ...], ...]

XLSX_BEGINS = b"PK"
"""How a workbook begins, and no table of ours."""

NOT_TEXT = "Berkas ini bukan teks UTF-8 dan bukan XLSX. Simpan lembar kerja sebagai CSV UTF-8 atau XLSX."
UNOPENED = "XLSX tidak dapat dibaca pada pemasangan ini. Kirim CSV, atau pasang tambahan documents."
NOTHING = "Buku kerja ini tidak memuat lembar Rak, Sarana, atau Perangkat."


class Desk(Protocol):
    """What an import needs of an office: its store, its clock, its chance, and which day it is."""

    @property
    def store(self) -> Engine:
        """Give the office store."""
        ...

    @property
    def clock(self) -> Callable[[], int]:
        """Give the clock, in milliseconds."""
        ...

    def token(self) -> str:
        """Give a fresh id."""
        ...

    def today(self) -> date:
        """Give the day at the site."""
        ...


def exported(desk: Desk, sheet: Sheet) -> Lines:
    """Give a table's rows as they are now."""
    with reading(desk.store) as connection:
        return rows(sheet, *_known(connection, desk.clock()))


def _known(connection: Connection, now: int) -> tuple[Stock, dict[str, Facts]]:
    facts = {one.device.id: one.facts for one in inventory.devices(connection)}
    return inventory.load(connection, now), facts


def as_csv(desk: Desk, sheet: Sheet) -> str:
    """Write a table as CSV."""
    return to_csv(sheet, exported(desk, sheet))


def as_xlsx(desk: Desk) -> bytes:
    """Write the three tables as one workbook; every cell is a text, none a formula or a link.

    Raises:
        ModuleNotFoundError: The extra ``documents`` is not installed.
    """
    import xlsxwriter  # noqa: PLC0415 - only where the extra is installed

    out = io.BytesIO()
    plain = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(out, {"in_memory": True, **plain}) as book:
        for sheet in Sheet:
            page = book.add_worksheet(sheet.value.capitalize())
            for number, line in enumerate((COLUMNS[sheet], *exported(desk, sheet))):
                for column, cell in enumerate(line):
                    page.write_string(number, column, cell)
            page.freeze_panes(1, 0)
            page.autofit()
    return out.getvalue()


def read(sheet: Sheet, data: bytes) -> Tables | Wrong:
    """Read what was sent: a workbook with its sheets, or one table as CSV."""
    if data.startswith(XLSX_BEGINS):
        return _of_workbook(data)
    try:
        lines = from_csv(sheet, data.decode())
    except UnicodeDecodeError:
        return Wrong((NOT_TEXT,))
    return lines if isinstance(lines, Wrong) else {sheet: lines}


def _of_workbook(data: bytes) -> Tables | Wrong:
    """Read every sheet of a workbook that has our name; an empty one of another name is left."""
    try:
        found = pages(data)
    except Unreadable as error:
        return Wrong((str(error),))
    except ModuleNotFoundError:
        return Wrong((UNOPENED,))
    ours = {sheet.value: sheet for sheet in Sheet}
    strange = [name for name, cells in found.items() if cells and name.strip().casefold() not in ours]
    if strange:
        return Wrong(tuple(f"Lembar {name[:40]} bukan Rak, Sarana, atau Perangkat." for name in strange))
    tables, why = {}, list[str]()
    for name, cells in found.items():
        sheet = ours.get(name.strip().casefold())
        if sheet is None or not cells:
            continue
        width = len(COLUMNS[sheet])
        padded = [(number, (*line, *[""] * (width - len(line)))) for number, line in cells]
        lines = of_cells(sheet, padded)
        if isinstance(lines, Wrong):
            why += [f"{name[:40]}: {one}" for one in lines.why]
        else:
            tables[sheet] = lines
    if not tables and not why:
        return Wrong((NOTHING,))
    return Wrong(tuple(why)) if why else tables


def foresee(desk: Desk, person: Person, tables: Tables) -> tuple[Change, ...] | Wrong | Refused:
    """Give what an import would change now; nothing is entered."""
    allowed = may(person, Permission.CHANGE_INVENTORY)
    if isinstance(allowed, Refused):
        return allowed
    with reading(desk.store) as connection:
        before, facts = _known(connection, desk.clock())
    taken = take(tables, before, desk.token, desk.today())
    return taken if isinstance(taken, Wrong) else _changes((before, facts), taken)


def _changes(before: tuple[Stock, dict[str, Facts]], taken: Taken) -> tuple[Change, ...]:
    return changes(before, (taken.stock, {**before[1], **taken.facts}))


def bring(desk: Desk, person: Person, tables: Tables) -> tuple[Change, ...] | Wrong | Refused:
    """Enter tables, all of their rows or none; give what that changed."""
    allowed = may(person, Permission.CHANGE_INVENTORY)
    if isinstance(allowed, Refused):
        return allowed
    now = desk.clock()
    with writing(desk.store) as connection:
        before = inventory.load(connection, now, lock=True)
        facts = {one.device.id: one.facts for one in inventory.devices(connection)}
        taken = take(tables, before, desk.token, desk.today())
        if isinstance(taken, Wrong):
            return taken
        inventory.save(connection, before, taken.stock)
        for id_, known in taken.facts.items():
            inventory.describe(connection, id_, known)
        for sheet, lines in tables.items():
            about = f"sheet/{sheet.value}"
            audit.record(connection, person.id, "inventaris.impor", about, now, str(len(lines)))
    return _changes((before, facts), taken)
