"""What reports are made from, entered at once: taps at several doors, and cases with their rows."""

import random
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, insert, select

from card_registry.instant import DAY, HOUR, MINUTE
from review.procedure import END, Procedure
from review.shelf import shipped
from review.store import cases
from review.tables import case_file, case_row, holder, occurrence, person

ZONE = ZoneInfo("Asia/Jakarta")
Row = dict[str, Any]

UNITS = ("Dinas Kominfo", "Badan Keuangan Daerah", "RSUD dr. Contoh", "Inspektorat Daerah")
DOORS = ("ruang-server", "gudang")
REASONS = ("outside-schedule", "card-denied", "unknown-credential", "no-grant")


def people_of(connection: Connection, made: int) -> None:
    """Enter holders of some units."""
    rows = [
        {
            "id": f"{number:032x}",
            "name": f"Pemegang {number}",
            "unit": UNITS[number % len(UNITS)],
            "made": made,
        }
        for number in range(1, 13)
    ]
    connection.execute(insert(holder), rows)


def taps(connection: Connection, begins: datetime, days: int, chance: random.Random) -> int:
    """Enter entries, exits by card at the first door, and denials, day by day; give how many."""
    rows = [row for day in range(days) for row in _day(begins + timedelta(days=day), chance)]
    rows.sort(key=lambda row: row["at"])
    for number, row in enumerate(rows):
        row["seq"] = number
    connection.execute(insert(occurrence), rows)
    return len(rows)


def _day(day: datetime, chance: random.Random) -> Iterator[Row]:
    free = day.weekday() > 4
    for _ in range(chance.randrange(2) if free else chance.randrange(20, 40)):
        at = day + timedelta(minutes=int(chance.triangular(7 * 60, 20 * 60, 9 * 60)))
        who, door = f"{chance.randrange(1, 13):032x}", chance.choice(DOORS)
        if not chance.randrange(12):
            yield _tap(at, door, who, reason=chance.choice(REASONS))
            continue
        yield _tap(at, door, who, side="in")
        if door == DOORS[0]:
            after = at + timedelta(minutes=chance.choice((5, 20, 45, 90, 150, 300)))
            yield _tap(after, door, who, side="out", reason="granted-exit")


def _tap(at: datetime, door: str, who: str, side: str = "in", reason: str = "granted") -> Row:
    return {
        "controller": "pengendali-1",
        "epoch": 9,
        "kind": "tapped",
        "at": int(at.astimezone(UTC).timestamp() * 1000),
        "day": at.date(),
        "local": f"{at:%H:%M:%S}",
        "quality": "trusted",
        "door": door,
        "granted": reason.startswith("granted"),
        "reason": reason,
        "holder": who,
        "grant": None,
        "times": 1,
        "detail": "",
        "side": side,
    }


def walked(connection: Connection, procedure: Procedure, made: int, spans: Sequence[int], number: str) -> str:
    """Enter a closed case whose steps, in the table's order, took so many milliseconds each; give its id."""
    by = connection.scalar(select(person.c.id).limit(1))
    id_ = f"{abs(hash(number)):032x}"[:32]
    at, rows = made, list[Row]()
    for place, (step, span) in enumerate(zip(procedure.steps, spans, strict=False)):
        at += span
        known: Row = {"case": id_, "position": place, "step": step.no, "attempt": 1, "person": by, "at": at}
        said = {"role": step.role.value, "answer": "selesai", "note": "", "kind": "jawaban"}
        rows.append({**known, **said, "capacity": "tetap", "link": "00" * 32})
    connection.execute(
        insert(case_file).values(
            id=id_,
            number=number,
            fingerprint=cases.pin(connection, procedure, made),
            applicant=by,
            state="selesai",
            step=END,
            entered=at,
            made=made,
            queued=False,
            ending="selesai",
        )
    )
    connection.execute(insert(case_row), rows)
    return id_


def year_of_cases(connection: Connection, begins: int, days: int, chance: random.Random) -> int:
    """Enter closed cases of several procedures over some days; give how many."""
    tables, count = shipped(), 0
    for day in range(0, days, 3):
        for name in ("S1.A", "P2", "P10", "S4.A"):
            table = tables[name]
            spans = [chance.choice((5 * MINUTE, 40 * MINUTE, 3 * HOUR, DAY, 3 * DAY)) for _ in table.steps]
            count += 1
            walked(connection, table, begins + day * DAY + 9 * HOUR, spans, f"{name}-{day}")
    return count
