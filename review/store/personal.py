"""What the office has about one person: found by a word, told by category, corrected in its one place.

A person may be a holder (who has or had rights), an account (who works with the console), a guest of a visit,
or several of these; a holder's data is all joined by the holder's id.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import msgspec
from sqlalchemy import Connection, Row, Select, func, select, update

from card_registry import canonical
from card_registry.journal.event import EventKind
from card_registry.labels import label_of
from card_registry.words import CardStatus, Reason
from review.retention import Kind
from review.store.asking import terms_of
from review.store.holders import key_of
from review.tables import (
    campaign_item,
    card,
    case_file,
    document,
    grant,
    holder,
    monthly_use,
    occurrence,
    person,
    procedure_version,
    visit,
)
from review.tables_campaign import campaign
from review.visits import Plan

MOST = 100_000
"""How many rows of one category are given at most."""

Told = Mapping[str, object]
"""One row of a category, by the names that its reader sees."""


@dataclass(frozen=True, slots=True)
class Match:
    """Somebody whom a word names: a holder by id, or an account, or a guest of a visit."""

    kind: str
    id: str
    name: str
    unit: str


@dataclass(frozen=True, slots=True)
class Identity:
    """Who a holder is, as the office has it."""

    id: str
    name: str
    unit: str
    nip: str
    made: int


@dataclass(frozen=True, slots=True)
class Category:
    """One kind of data about a person: its rows, and the rule by which they go; times are milliseconds."""

    name: str
    rule: Kind
    rows: tuple[Told, ...]
    first: int | None
    last: int | None


def search(connection: Connection, text: str, limit: int = 50) -> tuple[Match, ...]:
    """Find holders, accounts and guests by a part of their name."""
    found: list[Match] = []
    for kind, table in (("pemegang", holder), ("akun", person)):
        row = table.c
        named = row.name.icontains(text, autoescape=True)
        query = select(row.id, row.name, row.unit).where(named).order_by(row.name, row.id).limit(limit)
        found += [Match(kind, one.id, one.name, one.unit) for one in connection.execute(query)]
    return (*found, *_guests(connection, text.casefold(), limit))


def _guests(connection: Connection, text: str, limit: int) -> list[Match]:
    found: list[Match] = []
    for row in connection.execute(select(visit.c.id, visit.c.plan).order_by(visit.c.made.desc())):
        plan = canonical.decode(bytes(row.plan), Plan, "the plan of a visit")
        found += [
            Match("tamu", row.id, guest.name, guest.agency)
            for guest in plan.guests
            if text in guest.name.casefold()
        ]
        if len(found) >= limit:
            break
    return found[:limit]


def identity(connection: Connection, id: str) -> Identity | None:
    """Give who a holder is, None when there is none of that id."""
    row = connection.execute(select(holder).where(holder.c.id == id)).first()
    return None if row is None else Identity(row.id, row.name, row.unit, row.nip, row.made)


def categories(connection: Connection, id: str) -> tuple[Category, ...]:
    """Give everything that is stored about a holder, category by category."""
    return (
        category("Hak akses", Kind.CASES, _rights(connection, id)),
        category("Kartu", Kind.CASES, _cards(connection, id)),
        category("Permohonan", Kind.CASES, _cases(connection, id)),
        category("Isian formulir", Kind.CASES, _forms(connection, id)),
        category("Tinjauan akses", Kind.CASES, _reviews(connection, id)),
        category("Peristiwa pintu", Kind.ENTRIES, _events(connection, id)),
        category("Jumlah bulanan", Kind.ENTRIES, _use(connection, id)),
    )


def category(name: str, rule: Kind, rows: Sequence[tuple[int | None, Told]]) -> Category:
    """Put rows, each with its moment, together as a category."""
    times = [at for at, _ in rows if at is not None]
    told = tuple(row for _, row in rows)
    return Category(name, rule, told, min(times, default=None), max(times, default=None))


Timed = list[tuple[int | None, Told]]


def _rights(connection: Connection, id: str) -> Timed:
    query = select(grant.c.body, grant.c.made, grant.c.state, case_file.c.number)
    query = query.join(case_file, case_file.c.id == grant.c.case).where(grant.c.holder == id)
    found: Timed = []
    for row in connection.execute(query.order_by(grant.c.made)):
        terms = terms_of(bytes(row.body))
        told = {
            "pintu": list(terms.doors),
            "jenis": terms.kind.value,
            "mulai": terms.begins,
            "sampai": terms.ends,
            "keadaan": row.state,
            "permohonan": row.number,
        }
        found.append((row.made, told))
    return found


def _cards(connection: Connection, id: str) -> Timed:
    query = select(card.c.number, card.c.status, card.c.made).where(card.c.holder == id)
    rows = connection.execute(query.order_by(card.c.made))
    return [
        (
            row.made,
            {"nomor": row.number, "keadaan": label_of(CardStatus(row.status)), "dibuat": row.made},
        )
        for row in rows
    ]


def _of_cases(query: Select[tuple[object, ...]], id: str) -> Select[tuple[object, ...]]:
    return query.where(case_file.c.holder == id)


def _cases(connection: Connection, id: str) -> Timed:
    row, table = case_file.c, procedure_version.c
    query = select(row.number, row.state, row.ending, row.made, table.procedure).join(
        procedure_version, table.fingerprint == row.fingerprint
    )
    return [
        (
            one.made,
            {
                "nomor": one.number,
                "prosedur": one.procedure,
                "keadaan": one.ending or one.state,
                "dibuka": one.made,
            },
        )
        for one in connection.execute(_of_cases(query, id).order_by(row.made))
    ]


def _forms(connection: Connection, id: str) -> Timed:
    row = document.c
    query = select(row.form, row.version, row.body, row.at, case_file.c.number).join(
        case_file, case_file.c.id == row.case
    )
    found = connection.execute(_of_cases(query, id).order_by(row.at, row.form, row.version))
    return [(one.at, _form(one)) for one in found if one.body]


def _form(row: Row[tuple[object, ...]]) -> Told:
    filled = msgspec.json.decode(bytes(row.body))
    return {"permohonan": row.number, "formulir": row.form, "versi": row.version, "isi": filled}


def _reviews(connection: Connection, id: str) -> Timed:
    row = campaign_item.c
    query = select(row.evidence, row.advice, campaign.c.taken, campaign.c.name).join(
        campaign, campaign.c.case == row.case
    )
    found = connection.execute(query.where(row.holder == id).order_by(campaign.c.taken))
    return [
        (
            one.taken,
            {
                "tinjauan": one.name,
                "bukti": msgspec.json.decode(bytes(one.evidence)),
                "saran": msgspec.json.decode(bytes(one.advice)),
            },
        )
        for one in found
    ]


def _events(connection: Connection, id: str) -> Timed:
    row = occurrence.c
    query = select(row.at, row.day, row.local, row.kind, row.door, row.granted, row.reason, row.side)
    found = connection.execute(query.where(row.holder == id).order_by(row.at.desc(), row.id).limit(MOST))
    return [
        (
            one.at,
            {
                "hari": one.day.isoformat(),
                "pukul": one.local,
                "peristiwa": label_of(EventKind(one.kind)),
                "pintu": one.door,
                "dibuka": one.granted,
                "alasan": label_of(Reason(one.reason)) if one.reason else None,
                "sisi": one.side,
            },
        )
        for one in found
    ]


def _use(connection: Connection, id: str) -> Timed:
    row = monthly_use.c
    query = select(row.month, row.door, func.sum(row.entries), func.sum(row.denials), func.max(row.last))
    found = connection.execute(
        query.where(row.holder == id).group_by(row.month, row.door).order_by(row.month)
    )
    return [
        (last, {"bulan": month, "pintu": door, "masuk": int(entries), "ditolak": int(denials)})
        for month, door, entries, denials, last in found
    ]


def namesake(connection: Connection, id: str, name: str, unit: str, nip: str) -> str | None:
    """Give the id of another holder who could not be told apart from this one under such a name."""
    row = holder.c
    same = connection.execute(select(row.id, row.nip).where(row.key == key_of(name, unit), row.id != id))
    return next((one.id for one in same if not nip or one.nip in {"", nip}), None)


def correct(connection: Connection, id: str, name: str, unit: str, nip: str) -> tuple[str, ...]:
    """Write a holder's corrected name, unit and NIP, and name the fields that changed."""
    before = identity(connection, id)
    values = {"name": name, "unit": unit, "nip": nip}
    changed = tuple(field for field, value in values.items() if getattr(before, field) != value)
    if changed:
        values["key"] = key_of(name, unit)
        connection.execute(update(holder).where(holder.c.id == id).values(values))
    return changed
