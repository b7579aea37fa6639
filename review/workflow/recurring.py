"""Cases begun by the clock: on the first working day of its month or quarter, once, by nobody's hand.

A procedure recurs because its table says so (``ulang``) or because a case put it on the schedule
(``jadwal.bulanan``). The case and the note that its period has one are written in one transaction, so a kill
at any moment begins none twice and forgets none while its period lasts.

Decisions:
    2026-11-21: an office that first runs a table waits for the next period to begin, whatever day it is: a
    program just set up opens nothing by itself. What somebody opened by hand in a period, and did not give
    up, is that period's case.
    2026-11-21: a period that passed while the console was off is not made up for: its first working day is
    over, and a check of today's room under last month's number would say what nobody saw.
    2026-11-21: the applicant of such a case is whoever does its first step; until then it is the program.
"""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from review.office import Office
from review.procedure import Procedure, Recurrence
from review.recurrence import Period, due
from review.store import recurring
from review.store.transaction import reading, writing
from review.workdays import Calendar, Duration
from review.workflow.beginning import begin_alone
from review.workflow.reminding import calendar_of

NOW = Duration(0, "menit")
BEGUN = "dimulai menurut jadwal."


def begin_due(office: Office) -> int:
    """Begin what is due now, in office hours, and give how many cases were begun."""
    calendar, now = calendar_of(office), office.clock()
    with reading(office.store) as connection:
        asked = recurring.asked(connection)
        tables = [one for one in office.procedures.values() if one.recurs or one.id in asked]
        waiting = [one for one in tables if _wants(connection, office, one, calendar)]
    if not waiting or calendar.due(now, NOW) != now:
        return 0
    return sum(_take(office, table, calendar) for table in waiting)


def _wants(connection: Connection, office: Office, table: Procedure, calendar: Calendar) -> bool:
    """Say whether a table is not on the schedule yet, or its period's case is to be begun."""
    since = recurring.since(connection, table.id)
    return since is None or _due(connection, table, calendar, since, office.today()) is not None


def _due(
    connection: Connection, table: Procedure, calendar: Calendar, since: date, today: date
) -> Period | None:
    period = due(table.recurs or Recurrence.MONTHLY, calendar, since, today)
    if period is None or recurring.case_of(connection, table.id, period.name) is not None:
        return None
    return period


def _take(office: Office, table: Procedure, calendar: Calendar) -> int:
    """Schedule a table, and begin its case of the period if it has none; decided again under the lock."""
    now, today = office.clock(), office.today()
    with writing(office.store) as connection:
        tomorrow = today + timedelta(days=1)
        recurring.put_on(connection, table.id, tomorrow, None, now)
        since = recurring.since(connection, table.id, lock=True) or tomorrow
        period = _due(connection, table, calendar, since, today)
        if period is None:
            return 0
        opens = datetime.combine(period.first, time(), ZoneInfo(office.zone()))
        known = recurring.opened_since(connection, table.id, int(opens.timestamp() * 1000))
        case = known or begin_alone(connection, office, table, (period.name, BEGUN)).id
        recurring.keep(connection, table.id, period.name, case, now)
    return 0 if known else 1
