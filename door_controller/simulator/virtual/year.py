"""A year of an office's door by a seed: people, visits, faults, reboots, drills, and what must hold.

``live`` runs it: each midnight the next day is planned (``days``), everything happens in virtual time, and
three witnesses watch. The latch's (``witness``) holds every step of the machine against its laws and every
release against the journal; ``Watch`` holds every row against what people may do; at the end of each month
the whole journal is recomputed.
"""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from random import Random

import msgspec

from card_registry.instant import DAY, HOUR, MINUTE, SECOND
from card_registry.journal.event import Alarmed, Body, Started, Tapped
from card_registry.words import Mode, Reason, Side
from door_controller import inspection
from door_controller.simulator.script.words import Known, Right, Script
from door_controller.simulator.virtual.days import HOLIDAYS, Days
from door_controller.simulator.virtual.hands import listen
from door_controller.simulator.virtual.house import House, Pace
from door_controller.simulator.virtual.office import CLOSES, OPENS
from door_controller.simulator.virtual.transcript import Line

DAYS = 364
BEGINS = 1_767_546_000_000
"""Monday 5 January 2026, 00:00 WIB."""

POLL_MS = 10 * MINUTE
"""How often the program turns although nothing is due: a daemon's second would be 31 million turns a year."""

MONTH_DAYS = 30
NEVER_IN = frozenset({Right.ENDED, Right.NONE, Right.STRANGER})
IN_LOCKDOWN = frozenset({Right.OVERRIDE})


@dataclass(slots=True)
class Summary:
    """What a year came to."""

    days: int
    rows: int = 0
    root: str = ""
    kinds: Counter[str] = field(default_factory=Counter)
    answers: Counter[str] = field(default_factory=Counter)
    alarms: Counter[str] = field(default_factory=Counter)
    done: Counter[str] = field(default_factory=Counter)
    complaints: list[str] = field(default_factory=list)

    def lines(self) -> list[str]:
        """Say it in lines."""
        parts = (
            ("events", self.kinds),
            ("answers", self.answers),
            ("alarms", self.alarms),
            ("done", self.done),
        )
        return [
            f"{self.days} days, {self.rows} rows, root {self.root}",
            *(
                f"{name}: {', '.join(f'{key} {n}' for key, n in sorted(part.items()))}"
                for name, part in parts
            ),
            *(f"BROKEN: {complaint}" for complaint in self.complaints[:20]),
            f"{len(self.complaints)} laws broken",
        ]

    def json(self) -> str:
        """Give it as one JSON object."""
        return msgspec.json.encode(self).decode()


class Watch:
    """Holds every row against what people may do."""

    def __init__(self, house: House, summary: Summary) -> None:
        """Watch a house's rows."""
        self._house, self._summary = house, summary
        self._rights = {str(plastic.card): plastic.right for plastic in house.cards.values()}
        self.denied: set[str] = set()
        house.seen = self.see

    def see(self, body: Body) -> None:
        """Count a row, and complain of one that must not be."""
        self._summary.kinds[type(body).__name__] += 1
        if isinstance(body, Alarmed) and body.raised:
            self._summary.alarms[body.alarm] += 1
        if isinstance(body, Tapped):
            self._summary.answers[body.reason] += body.count
            wrong = self._wrong(body)
            if wrong:
                self._summary.complaints.append(f"at {self._house.hours.now} ms: {wrong}")
        if isinstance(body, Started):
            self._summary.done["start"] += 1

    def _wrong(self, body: Tapped) -> str | None:
        if not body.granted or body.reason is Reason.GRANTED_FREE:
            return None
        right = self._rights.get(body.card or "")
        if body.card in self.denied:
            return "a card that was taken away was granted"
        if body.side is Side.OUT:
            return None
        if right is None or right in NEVER_IN:
            return f"a card that may not enter ({right}) was granted"
        if body.circumstances.mode is Mode.LOCKDOWN and right not in IN_LOCKDOWN:
            return f"a card without override ({right}) was granted in lockdown"
        if right is Right.OFFICE and "clock-uncertain" not in body.flags and not self._office_open():
            return "an office card was granted out of hours"
        return None

    def _office_open(self) -> bool:
        hours = self._house.hours
        day, minute = hours.now // DAY, hours.of_day // MINUTE
        return day % 7 < 5 and day not in HOLIDAYS and OPENS - 1 <= minute <= CLOSES  # noqa: PLR2004 - Friday


def people() -> tuple[Known, ...]:
    """Give everybody who comes to the door in a year."""
    return (
        *(Known(f"staf-{number}", Right.STANDING) for number in range(6)),
        *(Known(f"pegawai-{number}", Right.OFFICE) for number in range(12)),
        *(Known(f"tamu-{number}", Right.VISIT) for number in range(4)),
        *(Known(f"asing-{number}", Right.STRANGER) for number in range(3)),
        Known("kadis", Right.OVERRIDE),
        Known("darurat", Right.EMERGENCY),
        Known("mantan", Right.ENDED),
        Known("tanpa-izin", Right.NONE),
    )


def live(seed: int, days: int, folder: Path) -> Summary:
    """Live through so many days in an empty ``folder``; give what came of them, complaints included."""
    summary = Summary(days)

    def take(line: Line) -> None:
        if line.failed:
            summary.complaints.append(str(line))

    script = Script(BEGINS, people(), (), ())
    holidays = tuple(date(2026, 1, 5) + timedelta(days=day) for day in sorted(HOLIDAYS))
    house = House(
        script,
        seed,
        folder,
        take,
        Pace(lights=False, poll_ms=POLL_MS, quiet_ms=2 * SECOND, holidays=holidays),
    )
    listen(house)
    watch = Watch(house, summary)
    plan = Days(house, Random(seed), summary.done, summary.complaints, watch.denied)  # noqa: S311 - a play's chance
    for day in range(days):
        plan.plan(day)
        house.run_until((day + 1) * DAY)
        if day % MONTH_DAYS == MONTH_DAYS - 1:
            _recompute(house, summary)
    house.run_until(days * DAY + HOUR)
    _recompute(house, summary)
    summary.rows, summary.root = house.rows, house.end()
    return summary


def _recompute(house: House, summary: Summary) -> None:
    """Recompute the journal as ``akses door verify`` does, and hold it against the rows that were told."""
    if house.program is None:
        return
    rows = 0
    for epoch, size, damage in inspection.inspect_all(house.program.journal):
        rows += size
        if damage is not None:
            summary.complaints.append(f"epoch {epoch}: {damage.sentence}")
    if rows != house.rows:
        summary.complaints.append(f"the journal has {rows} rows, and {house.rows} were told")
