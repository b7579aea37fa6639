"""What the minutes of a review (F18) say: scope, sums, who decided, cards, and each right that changed.

Decisions:

* 2026-11-21: the minutes name each right that was not simply kept as advised; the whole list, row by row, is
  the evidence pack's. The head's own rows may still be open when the minutes are written, and are then named
  as decided with the ratification.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection

from card_registry.words import HolderId
from review import outside
from review.campaign import EVERYTHING, Outcome, Recommendation, Row, Said, Tally, tally
from review.campaign.standards import NUMBERS, Standards, values
from review.form import MOST_ROWS
from review.indonesian import day_text, moment_text
from review.office import Office
from review.people import CAPACITY_WORDS, TITLES
from review.store import campaigns, grants, holders, people
from review.store.campaigns import Campaign, Kept
from review.workflow.reminding import calendar_of

Values = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class _Seen:
    """What the minutes are made from, read once."""

    office: Office
    held: Campaign
    rows: Sequence[Kept]
    holders: Mapping[HolderId, str]
    people: Mapping[str, str]
    doors: Mapping[str, tuple[str, ...]]
    subject: str
    gone_after: date | None


def summary(connection: Connection, office: Office, held: Campaign, collected: Sequence[str]) -> Values:
    """Give the values of the minutes that follow from the rows; ``collected`` are the conditions of cards."""
    seen = _read(connection, office, held)
    sums = tally([one.item for one in seen.rows])
    return {
        "periode": (held.span.name,),
        "dasar": (held.cause.event or "Awal triwulan",),
        "lingkup": (_scope(seen),),
        "potret": (_taken(seen),),
        "jumlah": (str(sums.rows),),
        "dijawab": (str(sums.answered),),
        **{word.value: (str(sums.outcomes[word]),) for word in Outcome},
        "berakhir": (str(sums.ended),),
        "berbeda": (str(sums.against_advice),),
        "pejabat": (_judges(seen, sums),),
        "registri": (f"Terbitan {outside.publication(office.registry) or '–'}",),
        "kartu": (_cards(collected),),
        "ambang": (_numbers(held),),
        **_listed(seen),
    }


def _read(connection: Connection, office: Office, held: Campaign) -> _Seen:
    rows = campaigns.rows(connection, held.case)
    given = grants.listed(connection, ids=[one.item.grant for one in rows]) if rows else ()
    signs = {door.id: door.label for door in office.doors}
    named = next((one.item.holder for one in rows if one.item.holder == held.scope.holder), None)
    return _Seen(
        office,
        held,
        rows,
        campaigns.names(connection, held.case),
        people.names(connection),
        {one.terms.id: tuple(signs.get(door, door) for door in one.terms.doors) for one in given},
        "" if named is None else holders.name_of(connection, named),
        None if held.last is None else calendar_of(office, connection).after(held.last, held.limits.grace),
    )


def _scope(seen: _Seen) -> str:
    scope = seen.held.scope
    if scope == EVERYTHING:
        return "Semua hak akses"
    door = next((one.label for one in seen.office.doors if one.id == scope.door), scope.door)
    parts = (scope.unit, door, seen.subject)
    return ", ".join(part for part in parts if part)


def _taken(seen: _Seen) -> str:
    at = moment_text(seen.held.taken, seen.office.zone())
    last = "" if seen.held.last is None else f"; batas jawaban {day_text(seen.held.last)}"
    return f"{at}, registri terbitan {seen.held.publication or '–'}{last}"


def _judges(seen: _Seen, sums: Tally) -> str:
    """Say who decided how many rows, in which capacity, and how many are left to the ratification."""
    decided = [one.item.newest(Said.DECISION, Said.SILENCE, Said.ENDED) for one in seen.rows]
    counted = Counter(_by(row, seen.people) for row in decided if row is not None)
    parts = [f"{who} {count} butir" for who, count in counted.items()]
    silent = any(row is not None and row.said is Said.SILENCE for row in decided)
    if silent and seen.gone_after is not None:
        parts.append(f"yang masih dibekukan karena tidak dijawab dicabut sesudah {day_text(seen.gone_after)}")
    left = [f"{sums.open} butir diputus bersama pengesahan berita acara ini"] if sums.open else []
    return "; ".join((*parts, *left)) or "Tidak ada butir."


def _by(row: Row, names: Mapping[str, str]) -> str:
    match row.said:
        case Said.SILENCE:
            return "Tanpa jawaban (aturan)"
        case Said.ENDED:
            return "Berakhir di luar review"
        case _:
            return f"{names.get(row.person, '–')} ({CAPACITY_WORDS[row.capacity]}{TITLES[row.role]})"


def _cards(conditions: Sequence[str]) -> str:
    if not conditions:
        return "Tidak ada kartu yang ditarik."
    told = ", ".join(f"{word} {count}" for word, count in sorted(Counter(conditions).items()))
    return f"{len(conditions)} kartu: {told}."


def _numbers(held: Campaign) -> str:
    known = values(Standards(held.thresholds, held.limits))
    return "; ".join(f"{number.words}: {known[name]}" for name, number in NUMBERS.items()) + "."


def _listed(seen: _Seen) -> Values:
    """Give the rows that were not simply kept as advised, as far as a form has room."""
    found: dict[str, tuple[str, ...]] = {}
    chosen = [one for one in seen.rows if not _is_plain(one)]
    for number, one in enumerate(chosen[:MOST_ROWS]):
        row = one.item.newest(Said.DECISION, Said.SILENCE, Said.ENDED)
        told = {
            "butir": str(one.position),
            "nama": seen.holders.get(one.item.holder, ""),
            "unit": one.item.unit,
            "pintu": ", ".join(seen.doors.get(one.item.grant, ())),
            "hasil": "belum diputus" if row is None else row.outcome.value,
            "alasan": one.item.advice.summary[:300] if row is None else row.reason,
            "pemutus": "" if row is None else _by(row, seen.people),
        }
        found |= {f"hak.{number}.{name}": (text,) for name, text in told.items() if text}
    return found


def _is_plain(one: Kept) -> bool:
    """Say whether a right was kept as advised, which the sums alone tell."""
    advised = one.item.advice.recommendation
    return one.item.outcome() is Outcome.KEEP and advised is Recommendation.KEEP
