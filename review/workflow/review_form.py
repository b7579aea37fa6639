"""Form F03 on paper: every row of a review with its evidence, what was said of it, and what came of it.

Decisions:
    2026-11-21: the form is printed from the rows themselves, for the whole office or for one unit; nothing is
    typed twice. Who answered and who decided stands in each row with the moment; the places to sign below are
    for those who sign on paper, because what was signed in the console is the minutes (F18).
    2026-11-21: *pelaksanaan* is what the doors said: carried out only when every door confirmed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from msgspec import structs
from sqlalchemy import Connection

from review.campaign import Outcome, Row
from review.campaign.evidence import Evidence
from review.documents import building
from review.documents.building import Cover
from review.documents.layout import Column, Grid, Sheet
from review.form import Form
from review.indonesian import brisk_text, day_text, moment_text
from review.office import Office
from review.people import CAPACITY_WORDS, TITLES
from review.propagation import Way
from review.store import campaigns, grants, holders, people
from review.store.campaigns import Campaign, Kept
from review.store.grants import OfficeGrant
from review.workflow import propagating

CODE = "F03"
BLANK = "–"
FEW = 400
"""How many rights are looked up one by one; of more all are read."""

ROWS = (
    Column("No.", 2),
    Column("Nama, NIP", 7),
    Column("Unit kerja", 6),
    Column("Kartu", 5),
    Column("Masuk (luar jam)", 5),
    Column("Terakhir masuk", 6),
    Column("Ditolak", 5, number=True),
    Column("Rekomendasi", 9),
    Column("Jawaban unit", 9),
    Column("Keputusan", 9),
    Column("Pelaksanaan", 9),
)


@dataclass(frozen=True, slots=True)
class _Known:
    """What all rows are written from, read once."""

    zone: str
    given: Mapping[str, OfficeGrant]
    nips: Mapping[str, str]
    names: Mapping[str, str]
    ways: Mapping[str, Way]

    @classmethod
    def read(cls, connection: Connection, office: Office, case: str, rows: Sequence[Kept]) -> "_Known":
        """Read it; of few rows only their own rights."""
        ids = [one.item.grant for one in rows] if len(rows) <= FEW else []
        return cls(
            office.zone(),
            {one.terms.id: one for one in grants.listed(connection, ids=ids)},
            holders.nips(connection),
            people.names(connection),
            propagating.of_targets(connection, office, case),
        )

    def row(self, one: Kept) -> tuple[str, ...]:
        """Write one row."""
        item, seen, given = one.item, one.evidence, self.given.get(one.item.grant)
        name, nip = (given.holder_name if given else BLANK), self.nips.get(item.holder)
        return (
            str(one.position),
            f"{name}\nNIP {nip}" if nip else name,
            item.unit,
            ", ".join(card.number for card in seen.cards) or BLANK,
            f"{seen.entries} ({seen.outside_hours})",
            self._last(seen),
            str(seen.denials),
            f"{item.advice.recommendation.value.capitalize()}. {item.advice.summary}",
            self._said(item.answer()),
            self._decided(one),
            self._done(one),
        )

    def _last(self, seen: Evidence) -> str:
        return BLANK if seen.last is None else moment_text(seen.last, self.zone)

    def _said(self, row: Row | None) -> str:
        if row is None:
            return BLANK
        who = f"{CAPACITY_WORDS[row.capacity]}{TITLES[row.role]}: {self.names.get(row.person, 'Sistem')}"
        reason = f" – {row.reason}" if row.reason else ""
        return f"{row.outcome.value.capitalize()}{reason}\n{who}, {moment_text(row.at, self.zone)}"

    def _decided(self, one: Kept) -> str:
        heard = [row for row in one.item.rows if row is not one.item.answer()]
        outcome = one.item.outcome()
        row = next((row for row in reversed(heard) if row.outcome is outcome), None)
        ratified = "\nDisahkan" if one.item.is_ratified() else ""
        return BLANK if outcome is None else f"{self._said(row)}{ratified}"

    def _done(self, one: Kept) -> str:
        """Say what the doors did with the decision."""
        way, outcome = self.ways.get(one.item.grant), one.item.outcome()
        if way is None:
            return "Tetap berlaku" if outcome is Outcome.KEEP else BLANK
        if way.slowest is None:
            return f"{way.verb.capitalize()}; menunggu {', '.join(way.missing) or 'otoritas'}"
        return f"{way.verb.capitalize()}; semua pintu, {brisk_text(way.slowest)} sejak diputus"


def sheet(
    connection: Connection, office: Office, case: str, form: Form, cover: Cover, unit: str = ""
) -> Sheet | None:
    """Give form F03 of a review, of one unit's rows where one is named; None where there is no such row."""
    held = campaigns.find(connection, case)
    if held is None:
        return None
    rows = [
        one for one in campaigns.rows(connection, case) if unit.casefold() in {"", one.item.unit.casefold()}
    ]
    if unit and not rows:
        return None
    known = _Known.read(connection, office, case, rows)
    table = Grid(ROWS, tuple(known.row(one) for one in rows), "Butir review")
    made = building.listing(form, _head(office, held, rows, unit), (table,), cover)
    return structs.replace(made, wide=True)


def _head(office: Office, held: Campaign, rows: list[Kept], unit: str) -> tuple[tuple[str, str], ...]:
    people_ = {one.item.holder for one in rows}
    return (
        ("Periode", held.span.name),
        *((("Unit kerja", rows[0].item.unit),) if unit else ()),
        ("Tanggal potret", moment_text(held.taken, office.zone())),
        ("Tanggal batas", BLANK if held.last is None else day_text(held.last)),
        ("Jumlah pemegang", f"{len(people_)} orang, {len(rows)} hak akses"),
        ("Versi registri", BLANK if held.publication is None else str(held.publication)),
    )
