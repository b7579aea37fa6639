"""What came of a year, as a page: cases by procedure and ending, doors, goods, and whether it all adds up."""

from collections import Counter

from sqlalchemy import func, select

from review.store import cases, inventory
from review.store.transaction import reading
from review.tables import audit, grant, notice, occurrence
from review.visits import ByEmergency, ByOrder, ByRight, ByVisit, Unexplained
from tests.office_year import adding_up
from tests.office_year.belongings import all_visits
from tests.office_year.year import OfficeYear

KINDS = {
    ByRight: "by a standing right",
    ByVisit: "by a visit",
    ByEmergency: "by an emergency on record",
    ByOrder: "by an order",
    Unexplained: "unexplained, on purpose",
}


def report(year: OfficeYear) -> tuple[str, bool]:
    """Give the page of one office, and whether everything adds up."""
    street, town = year.street, year.town
    wrong = (*adding_up.wrong(street), *year.refusals)
    with reading(town.store) as connection:
        files = cases.newest(connection, None, adding_up.ALL)
        visits = all_visits(connection)
        devices = inventory.devices(connection)
        tables = {"notices": notice, "grants": grant, "occurrences": occurrence, "audit rows": audit}
        rows = {
            name: connection.scalar(select(func.count()).select_from(table)) for name, table in tables.items()
        }
    ended = Counter((file.case.procedure.id, str(file.case.ending or file.case.state)) for file in files)
    opened = Counter(KINDS[type(one.truth)] for one in street.openings if one.truth is not None)
    lines = [
        f"{town.plan.site}: from New Year to {town.today}, {year.workdays} working days with anything new",
        *(f"  {count:4} {table:5} {how}" for (table, how), count in sorted(ended.items())),
        f"  doors: {', '.join(f'{count} {why}' for why, count in opened.items())}; {street.exits} by button",
        f"  refused: {', '.join(f'{count} {why}' for why, count in street.refused.items())}",
        f"  visits: {len(visits)}, entered {sum(one.entered is not None for one in visits)}",
        f"  servers: {len(devices)} brought, {sum(one.gone is not None for one in devices)} fetched",
        f"  rows: {', '.join(f'{count} {name}' for name, count in rows.items())}",
        *(f"  WRONG: {one}" for one in wrong),
        f"  {'everything adds up' if not wrong else f'{len(wrong)} things do not add up'}",
    ]
    return "\n".join(lines), not wrong
