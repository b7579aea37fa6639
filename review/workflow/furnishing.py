"""The inventory taken to a spreadsheet and brought back: CSV or XLSX out, CSV in, all of it or nothing.

An import adds and changes and never removes; what leaves the room leaves by its procedure. Reading XLSX is
left out: spreadsheets save as CSV.
"""

import io

from review.access import Permission, Refused, may
from review.inventory.exchange import COLUMNS, Sheet, Wrong, from_csv, rows, take, to_csv
from review.office import Office
from review.people import Person
from review.store import audit, inventory
from review.store.transaction import reading, writing

Lines = tuple[tuple[str, ...], ...]


def exported(office: Office, sheet: Sheet) -> Lines:
    """Give a table's rows as they are now."""
    with reading(office.store) as connection:
        stock = inventory.load(connection, office.clock())
        facts = {one.device.id: one.facts for one in inventory.devices(connection)}
    return rows(sheet, stock, facts)


def as_csv(office: Office, sheet: Sheet) -> str:
    """Write a table as CSV."""
    return to_csv(sheet, exported(office, sheet))


def as_xlsx(office: Office) -> bytes:
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
            for number, line in enumerate((COLUMNS[sheet], *exported(office, sheet))):
                for column, cell in enumerate(line):
                    page.write_string(number, column, cell)
    return out.getvalue()


def bring(office: Office, person: Person, sheet: Sheet, text: str) -> int | Wrong | Refused:
    """Enter a CSV table, all of its rows or none; give how many there were."""
    allowed = may(person, Permission.CHANGE_INVENTORY)
    if isinstance(allowed, Refused):
        return allowed
    lines = from_csv(sheet, text)
    if isinstance(lines, Wrong):
        return lines
    now = office.clock()
    with writing(office.store) as connection:
        before = inventory.load(connection, now, lock=True)
        taken = take(sheet, before, lines, office.token, office.today())
        if isinstance(taken, Wrong):
            return taken
        inventory.save(connection, before, taken.stock)
        for id_, facts in taken.facts.items():
            inventory.describe(connection, id_, facts)
        audit.record(connection, person.id, "inventaris.impor", f"sheet/{sheet.value}", now, str(len(lines)))
    return len(lines)
