"""What a case or a card sent to the doors, and how long each door took: for its page and its papers.

Decisions:
    2026-11-21: measured from the answer that gave the warrant (the *verdict*, "diputus") to the moment the
    hub had the door's own signed status. What was reported first (a lost card) is measured from there too.
    2026-11-21: a verdict that every door has is not measured again for doors that were enrolled later.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from sqlalchemy import Connection, select

from card_registry.words import ControllerId, DoorId, Subject
from review.documents.layout import Column, Grid
from review.indonesian import brisk_text, moment_text
from review.office import Office
from review.propagation import Journey, Way, arrivals
from review.publication import PublicationState, concerned
from review.store import cards, confirmations, grants, papers, removals
from review.store.cards import Withdrawal
from review.store.removals import Removal, RemovalKind
from review.tables import card, case_file, grant, holder
from review.workflow import publishing

VERBS = {RemovalKind.SUSPENDED: "dibekukan", RemovalKind.REMOVED: "dicabut"}
ON_ITS_WAY = frozenset({PublicationState.ASKED, PublicationState.SIGNED})
LOST = "kartu-hilang"
"""What form F04 says of a card that somebody lost."""

PROOF = (
    Column("Yang diputus", 5),
    Column("Diputus", 4),
    Column("Pintu", 4),
    Column("Dikonfirmasi", 4),
    Column("Waktu tempuh", 3),
)
PER_DOOR = (Column("Pintu", 5), Column("Dikonfirmasi", 4), Column("Paling lama sejak diputus", 4))
NOT_YET = "belum dikonfirmasi"
ON_PAPER = 200
"""How many rows of proof a paper prints; the sums above them are of all."""


@dataclass(frozen=True, slots=True)
class _Seen:
    """What every way of a journey is made from, read once."""

    known: confirmations.Known
    doors: publishing.Doors | None
    labels: Mapping[str, list[str]]

    @classmethod
    def read(
        cls, connection: Connection, office: Office, serials: Collection[int], *, open_: bool
    ) -> "_Seen":
        """Read it; which controllers there are matters only while something is on its way."""
        labels = defaultdict[str, list[str]](list)
        for sign in office.doors:
            labels[sign.controller].append(sign.label)
        doors = publishing.look(office) if open_ else None
        return cls(confirmations.of_warrants(connection, serials), doors, labels)

    def concerned(
        self, state: PublicationState, at: tuple[DoorId, ...] | None = None
    ) -> Collection[ControllerId]:
        """Name the controllers that a verdict on its way concerns: those of some doors (None: all)."""
        if self.doors is None or state not in ON_ITS_WAY:
            return ()
        return concerned(self.doors.directory, at)

    def way(self, told: tuple[str, str], gone: Removal | Withdrawal, report: int | None) -> Way:
        """Make one way: what was said of what, by which warrant, and when it was reported.

        What was everywhere before each door's moment was kept has one moment for all.
        """
        known = self.known.get(gone.warrant, {})
        if gone.everywhere is not None and not known:
            known = dict.fromkeys(self.labels, gone.everywhere)
        reached = arrivals(self.concerned(gone.state), known, self.labels)
        return Way(*told, gone.made, gone.state, reached, report)


def journey(connection: Connection, office: Office, case: str) -> Journey:
    """Give what a case suspended or took away, each with the doors that have it."""
    return Journey(tuple(way for _, way in _ways(connection, office, case)))


def everything(connection: Connection, office: Office, case: str) -> Journey:
    """Give also the rights that a case gave, each with the doors that it opens.

    A right that was everywhere before each door's moment was kept is left out: nobody measured it.
    """
    given = [
        one
        for one in grants.listed(connection, case=case)
        if one.state is not PublicationState.REFUSED and one.warrant
    ]
    made = confirmations.made(connection, [one.warrant for one in given])
    open_ = any(one.state in ON_ITS_WAY for one in given)
    seen = _Seen.read(connection, office, list(made), open_=open_)
    found = []
    for one in given:
        there = seen.concerned(one.state, one.terms.doors)
        reached = arrivals(there, seen.known.get(one.warrant, {}), seen.labels)
        what = f"Hak akses {one.holder_name}"
        if reached:
            found.append(Way(what, "diberikan", made[one.warrant], one.state, reached))
    return Journey((*found, *journey(connection, office, case).ways))


def of_targets(connection: Connection, office: Office, case: str) -> dict[str, Way]:
    """Give the same by the grant or card it is about; of several about one, the last."""
    return {one.target: way for one, way in _ways(connection, office, case)}


def _ways(connection: Connection, office: Office, case: str) -> list[tuple[Removal, Way]]:
    gone = [one for one in removals.of_case(connection, case) if one.state is not PublicationState.REFUSED]
    if not gone:
        return []
    names, told = _names(connection, gone), _reported(connection, case)
    open_ = any(one.state in ON_ITS_WAY for one in gone)
    seen = _Seen.read(connection, office, [one.warrant for one in gone], open_=open_)
    found = []
    for one in gone:
        said = names.get(one.target, "Hak akses"), VERBS[one.kind]
        found.append((one, seen.way(said, one, told if one.subject is Subject.CARD else None)))
    return found


def of_card(connection: Connection, office: Office, id: str) -> Journey:
    """Give the taking away of one card, with the doors that have it; nothing while it was not taken away.

    Where a case asked for it, it is measured from that case's answer, as on the case's page.
    """
    gone = cards.withdrawal_of(connection, id)
    if gone is None or gone.state is PublicationState.REFUSED:
        return Journey(())
    number = connection.scalar(select(card.c.number).where(card.c.id == id)) or ""
    asked = [
        one.made for one in removals.of_target(connection, Subject.CARD, id) if one.warrant == gone.warrant
    ]
    gone = replace(gone, made=min([gone.made, *asked]))
    seen = _Seen.read(connection, office, [gone.warrant], open_=gone.state in ON_ITS_WAY)
    return Journey((seen.way((f"Kartu {number}", "dicabut"), gone, None),))


def _names(connection: Connection, gone: Collection[Removal]) -> dict[str, str]:
    """Say in a few words what each removal is about."""
    found: dict[str, str] = {}
    for subject, table, words in (
        (Subject.GRANT, grant, holder.c.name),
        (Subject.CARD, card, card.c.number),
    ):
        ids = sorted({one.target for one in gone if one.subject is subject})
        kind = "Hak akses" if subject is Subject.GRANT else "Kartu"
        for start in range(0, len(ids), confirmations.BATCH):
            query = select(table.c.id, words).join(holder, holder.c.id == table.c.holder)
            some = query.where(table.c.id.in_(ids[start : start + confirmations.BATCH]))
            found |= {row[0]: f"{kind} {row[1]}" for row in connection.execute(some)}
    return found


def _reported(connection: Connection, case: str) -> int | None:
    """Give when the loss was reported that a case is about; None where it is about none."""
    row = connection.execute(select(case_file.c.id, case_file.c.made).where(case_file.c.id == case)).first()
    filled = None if row is None else papers.sheets(connection, row.id, "F04")
    return row.made if row is not None and filled is not None and filled.one("alasan") == LOST else None


def proof(made: Journey, zone: str) -> tuple[Grid, ...]:
    """Give the tables of proof that papers print: door by door, then each verdict at each door."""
    if not made.ways:
        return ()
    tallies = tuple((one.label, f"{one.confirmed} dari {one.of}", _brisk(one.slowest)) for one in made.doors)
    rows = [
        (
            f"{way.what} {way.verb}",
            moment_text(way.verdict, zone),
            one.label,
            NOT_YET if one.at is None else moment_text(one.at, zone),
            _brisk(way.took(one)),
        )
        for way in made.ways
        for one in way.arrivals
    ]
    title = "Setiap putusan pada setiap pintu"
    if len(rows) > ON_PAPER:
        title = f"{title} ({ON_PAPER} baris pertama dari {len(rows)})"
    return (
        Grid(PER_DOOR, tallies, "Bukti penerapan pada setiap pintu"),
        Grid(PROOF, tuple(rows[:ON_PAPER]), title),
    )


def _brisk(span: int | None) -> str:
    return "–" if span is None else brisk_text(span)
