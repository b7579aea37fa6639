"""A sampled week for an auditor: a week drawn by a seed, and openings of it, each with its explanation."""

from dataclasses import dataclass
from datetime import date
from itertools import islice

from sqlalchemy import Connection

from review.asking import Piece, Row, Sheet, Table, Tone, Week, drawn, plain, weeks_of
from review.indonesian import day_text
from review.office import Office
from review.store import sampling
from review.web.happenings import Happening, happenings
from review.web.span import Days, days

SIZE = 25
"""How many openings are drawn."""

LOOK = 4_000
"""The most events that are looked at to find that many openings."""


@dataclass(frozen=True, slots=True)
class Draw:
    """What is drawn: by which seed, from the weeks of which days, how many openings."""

    seed: str
    days: Days
    size: int = SIZE


def sampled(connection: Connection, office: Office, asked: Draw) -> Sheet:
    """Draw a week and openings from it, so that the same seed gives the same answer."""
    weeks = weeks_of(asked.days.first, asked.days.last)
    if not weeks:
        return Sheet("Contoh seminggu", "Rentang ini tidak memuat satu minggu penuh (Senin sampai Minggu).")
    week = weeks[next(drawn(f"{asked.seed}/minggu", len(weeks)))]
    window = _days(week).window(office.zone())
    ids = sampling.ids(connection, window.begins, window.ends)
    order = (ids[place] for place in islice(drawn(f"{asked.seed}/{week.first}", len(ids)), LOOK))
    found = sampling.openings(connection, order, asked.size)
    rows = tuple(_row(one) for one in happenings(connection, office, found))
    bad = sum(row.tone is Tone.BAD for row in rows)
    facts = (
        ("Benih", plain(asked.seed)),
        ("Minggu", plain(f"{day_text(week.first)} sampai {day_text(week.last)}")),
        ("Dipilih dari", plain(f"{len(weeks)} minggu")),
        ("Peristiwa minggu itu", plain(str(len(ids)))),
        ("Pembukaan terpilih", plain(str(len(rows)))),
        ("Tanpa penjelasan", plain(str(bad))),
    )
    note = "Benih yang sama atas catatan yang sama memberi contoh yang sama; siapa pun dapat mengulanginya."
    columns = ("Waktu", "Pintu", "Peristiwa", "Pemegang", "Penjelasan")
    empty = "Tidak ada pembukaan pintu pada minggu itu."
    table = Table("Pembukaan yang terpilih", columns, rows, note, empty)
    verdict = "semuanya dapat dijelaskan" if not bad else f"{bad} tidak dapat dijelaskan"
    sentence = f"{len(rows)} pembukaan pintu terpilih secara acak; {verdict}." if rows else empty
    return Sheet("Contoh seminggu", sentence, facts, (table,))


def _days(week: Week) -> Days:
    return Days(week.first, week.last)


def _row(one: Happening) -> Row:
    event, why = one.event, one.reason
    who = (Piece(event.holder_name, f"/audit/orang/{event.holder}"),) if event.holder else plain("")
    if why is None:
        reason = plain("")
    elif why.bad:
        reason = (Piece("Tanpa penjelasan", tone=Tone.BAD), Piece(why.words))
    else:
        reason = (Piece(why.words), Piece(why.number, f"/audit/kasus/{why.case}"))
    when = plain(f"{event.day_text} {event.local}")
    return Row(
        (when, plain(event.door_label), plain(event.label), who, reason),
        Tone.BAD if why is not None and why.bad else Tone.PLAIN,
    )


def read_draw(seed: str, first: str, last: str, today: date) -> Draw:
    """Read what is to be drawn; without a seed the day's date is one."""
    return Draw(seed or today.isoformat(), days(first, last, today, 91))
