"""How long the steps of the procedures took, against the time that the office's own tables give them.

A step's time runs from the row before it to its own, in working time; a case that the clock began runs from
its beginning. Whether it was in time is what ``deadline`` says: by its due moment, or else at most a working
day late, or overdue. A step after a queue is not timed: its case waited for what others had to free.

Pure.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby
from textwrap import shorten

import msgspec

from review.case import RowKind
from review.deadline import DAY
from review.people import TITLES, Role
from review.pictures.period import Period, quarter_of
from review.pictures.values import Bars, Picture, Series, Spell, Spells
from review.pictures.words import number_text, share_text
from review.pictures.worktime import Worktime
from review.procedure import Procedure, Step
from review.workdays import Duration

MOVES = frozenset({RowKind.ANSWER.value, RowKind.FAILURE.value, RowKind.WITHDRAWAL.value, RowKind.STOP.value})
"""The rows after which a case stands elsewhere."""

TIMED = frozenset({RowKind.ANSWER.value, RowKind.FAILURE.value})


class Standing(StrEnum):
    """How a finished step stands against its due moment; after a queue it is not timed."""

    WITHIN = "Dalam waktu"
    LATE = "Lewat waktu"
    OVERDUE = "Terlambat"
    QUEUED = "Setelah antrean"


UNSETTLED = "Usulan, belum ditetapkan"
LONGEST = 90
"""How much of an activity's text names its step."""

SHOWN = (Standing.WITHIN, Standing.LATE, Standing.OVERDUE)


class Written(msgspec.Struct, frozen=True):
    """One row of a case's history: which case, by which table, when the case was opened, the row itself.

    It is no dataclass because a year has tens of thousands, and these are made in a tenth of the time.
    """

    case: str
    fingerprint: str
    made: int
    step: str
    kind: str
    at: int


class Took(msgspec.Struct, frozen=True):
    """One step done once: of which case and procedure, by which role, when, in how much working time."""

    case: str
    procedure: str
    step: str
    role: Role
    at: int
    span: int
    standing: Standing


def took(rows: Iterable[Written], tables: Mapping[str, Procedure], clock: Worktime) -> Iterator[Took]:
    """Time every step that was done.

    Args:
        rows: Case by case, each case's in their order.
        tables: The tables by fingerprint.
        clock: The office's working time, from before the first row on.
    """
    known = {name: {step.no: _Row.of(table, step) for step in table.steps} for name, table in tables.items()}
    for _, history in groupby(rows, key=lambda row: row.case):
        for begins, before, row in _attempts(history):
            steps = known[row.fingerprint]
            step = steps[row.step]
            queued = bool(before) and steps[before].queues
            standing = Standing.QUEUED if queued else _standing(step.duration, begins, row.at, clock)
            span = clock.worked(begins, row.at)
            yield Took(row.case, step.procedure, row.step, step.role, row.at, span, standing)


@dataclass(frozen=True, slots=True)
class _Row:
    """What timing needs of a table's row."""

    procedure: str
    role: Role
    duration: Duration
    queues: bool

    @classmethod
    def of(cls, table: Procedure, step: Step) -> "_Row":
        return cls(table.id, step.role, Duration.read(step.duration), step.queues)


def _attempts(history: Iterable[Written]) -> Iterator[tuple[int, str, Written]]:
    """Give each attempt with the moment it began, and the step that the case stood at before."""
    begins, before = -1, ""
    for row in history:
        if begins < 0:
            begins = row.made
        if row.kind in TIMED:
            yield begins, before, row
        if row.kind in MOVES:
            begins, before = row.at, row.step


def _standing(duration: Duration, begins: int, at: int, clock: Worktime) -> Standing:
    due = clock.due(begins, duration)
    if at <= due:
        return Standing.WITHIN
    return Standing.LATE if at <= max(due, clock.due(begins, DAY)) else Standing.OVERDUE


@dataclass(frozen=True, slots=True)
class Compliance:
    """Everything timed: of the period asked about, and of the quarters up to it; the tables in force last."""

    period: Period
    taken: Sequence[Took]
    quarters: Sequence[tuple[Period, Sequence[Took]]]
    tables: Mapping[str, Procedure]


def quarters_up_to(period: Period, count: int = 4) -> tuple[Period, ...]:
    """Give the quarters of a year that ends with a period, the oldest first."""
    found = [quarter_of(period.last)]
    while len(found) < count:
        found.append(quarter_of(found[-1].before))
    return tuple(reversed(found))


def pictures(told: Compliance, clock: Worktime) -> tuple[Picture, ...]:
    """Give the pictures of all procedures together, then one of each."""
    by_procedure = _grouped(told.taken, lambda one: one.procedure)
    by_role = _grouped(told.taken, lambda one: one.role)
    ids = sorted(by_procedure, key=_place)
    titles = [_title(told.tables[id]) for id in ids]
    roles = [role for role in TITLES if role in by_role]
    together = _shares("Menurut prosedur", "Prosedur", titles, [by_procedure[id] for id in ids])
    actors = _shares(
        "Menurut pelaksana", "Pelaksana", [TITLES[role] for role in roles], [by_role[role] for role in roles]
    )
    by_office = _grouped(told.taken, lambda one: _office(told.tables[one.procedure]))
    names = sorted(by_office)
    offices = _shares("Menurut kantor penetap SOP", "Kantor", names, [by_office[name] for name in names])
    return (
        together,
        actors,
        offices,
        _by_quarter(told),
        *(_steps(told.tables[id], by_procedure[id], clock) for id in ids),
    )


def _grouped(taken: Iterable[Took], key: Callable[[Took], str]) -> dict[str, list[Took]]:
    found = defaultdict[str, list[Took]](list)
    for one in taken:
        found[key(one)].append(one)
    return dict(found)


def _office(procedure: Procedure) -> str:
    """Name the office whose table it is; a proposed one is nobody's yet."""
    identity = procedure.identity
    return identity.unit or identity.agency or UNSETTLED


def _place(id: str) -> tuple[str, int, str]:
    """Order procedures as people count them: P2 before P10."""
    number = id[1:].partition(".")[0]
    return id[:1], int(number) if number.isdigit() else 0, id


def _title(procedure: Procedure) -> str:
    """Give a procedure's id and title as running text: its table prints it in capitals."""
    title = procedure.title.removeprefix("PROSEDUR ")
    return f"{procedure.id} {title.capitalize() if title.isupper() else title}"


def _shares(title: str, heading: str, labels: Sequence[str], groups: Sequence[Sequence[Took]]) -> Picture:
    counts = [Counter(one.standing for one in group) for group in groups]
    series = tuple(Series(standing.value, tuple(one[standing] for one in counts)) for standing in SHOWN)
    within, whole = sum(series[0].counts), sum(sum(one.counts) for one in series)
    sentence = (
        f"{number_text(within)} dari {number_text(whole)} langkah selesai dalam waktu bakunya "
        f"({share_text(within, whole)})."
        if whole
        else "Tidak ada langkah yang selesai pada masa ini."
    )
    return Picture(title, sentence, Bars(heading, tuple(labels), series, lying=True, stacked=True))


def _by_quarter(told: Compliance) -> Picture:
    labels = [period.title.removeprefix("Triwulan ") for period, _ in told.quarters]
    return _shares("Menurut triwulan", "Triwulan", labels, [taken for _, taken in told.quarters])


def _steps(procedure: Procedure, taken: Sequence[Took], clock: Worktime) -> Picture:
    by_step = _grouped((one for one in taken if one.standing in SHOWN), lambda one: one.step)
    spells = tuple(_spell(procedure, step, by_step.get(step.no, []), clock) for step in procedure.steps)
    standings = Counter(one.standing for one in taken)
    queued, overdue = standings.pop(Standing.QUEUED, 0), standings[Standing.OVERDUE]
    waited = f" {number_text(queued)} langkah setelah antrean tidak dihitung." if queued else ""
    sentence = (
        f"{number_text(len({one.case for one in taken}))} permohonan; "
        f"{share_text(standings[Standing.WITHIN], standings.total())} langkahnya dalam waktu baku, "
        f"{number_text(overdue)} terlambat.{waited}"
    )
    return Picture(_title(procedure), sentence, Spells("Langkah", spells, clock.day))


def _spell(procedure: Procedure, step: Step, taken: Sequence[Took], clock: Worktime) -> Spell:
    spans = sorted(one.span for one in taken)
    words = step.activity.split(":")[0].split(". -")[0].strip().rstrip(".")
    label = f"{step.no}. {words[:1].upper()}{shorten(words[1:], LONGEST, placeholder=' …')}"
    within = sum(one.standing is Standing.WITHIN for one in taken)
    standard = clock.length(Duration.read(step.duration))
    return Spell(
        label, procedure.title_of(step.role), len(spans), rank(spans, 5), rank(spans, 9), standard, within
    )


def rank(spans: Sequence[int], tenths: int) -> int:
    """Give the smallest of sorted numbers that so many tenths of them do not exceed; 0 of none."""
    return spans[max(0, -(-tenths * len(spans) // 10) - 1)] if spans else 0
