"""Purging by rule: the dry run, the purge, what the clock announces and does, and the paper for the hub.

A purge is made of decisions of a bounded size, each one transaction: texts go, the decision is appended to
the chain, its link is written into the audit trail. A kill between two of them leaves a purge half done and
every decision whole; the clock goes on. Rows of the ledger are the hub's: its paper names one decision at a
time, and the next is written when the hub has entered the last.

Decisions:
    2026-11-21: what the clock announced is purged as of the day of the announcement, so that nothing goes
    that nobody could have read about; a rule that became longer meanwhile counts.
    2026-11-21: a purge by hand names the code of its dry run. If anything has changed since, by a hold, a
    case or a night, the code is another one and nothing is done.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, delete, func, insert, select

from card_registry import canonical
from card_registry.durable import write_whole
from card_registry.instant import DAY
from card_registry.journal.dropping import FILE, DropOrder
from card_registry.stores.ledger import dropped
from card_registry.words import PersonId
from review.access import Permission, Refused, may
from review.office import Office
from review.people import SYSTEM, Person
from review.retention import Decision, Kind, Rules, before, code_of
from review.store import audit, case_chain, cases, retention, retention_entries
from review.store.retention import Announced, Recorded
from review.store.transaction import reading, writing
from review.tables import setting
from review.workflow import retaining_kinds
from review.workflow.retaining_kinds import Scope

NOTICE = 7 * DAY
"""How long before it is done a purge is announced."""

AT_ONCE = 4
"""How many decisions one act of a person makes; the clock does the rest."""

BY_CLOCK = 4
"""How many decisions one round of the clock makes, so that others write in between."""

TURN = "retensi"
"""The setting that holds the day on which the clock last looked what is old."""

CHANGED = "Keadaan telah berubah sejak pratinjau itu. Lihat pratinjau yang baru, lalu putuskan lagi."
NOTHING = "Tidak ada yang dapat dihapus menurut aturan ini."


@dataclass(frozen=True, slots=True)
class Preview:
    """A dry run: what a purge would take now, the code that names it, and what the clock has announced."""

    found: Decision
    code: str
    announced: Announced | None


def preview(office: Office, kind: Kind) -> Preview:
    """Say what a purge of a kind would take now, and take nothing."""
    now = office.clock()
    with reading(office.store) as connection:
        found = _found(connection, office, kind, now)
        return Preview(found, code_of(found), retention.announcements(connection).get(kind))


def _found(connection: Connection, office: Office, kind: Kind, at: int) -> Decision:
    months = retention.in_force(connection).of(kind)
    limit = before(at, months, office.zone())
    counted, held = retaining_kinds.count(connection, kind, _scope(connection, office, limit))
    return Decision(kind, months, limit, tuple(one for one in counted if one.count), held)


def _scope(connection: Connection, office: Office, limit: int) -> Scope:
    month = datetime.fromtimestamp(limit / 1000, ZoneInfo(office.zone())).strftime("%Y-%m")
    return Scope(limit, month, retention.held(connection), office.ledger, office.clock())


def purge(office: Office, by: Person, kind: Kind, code: str) -> tuple[Recorded, ...] | Refused:
    """Purge what a dry run found, on a person's word; the clock goes on where it is much."""
    allowed = may(by, Permission.PURGE)
    if isinstance(allowed, Refused):
        return allowed
    seen = preview(office, kind)
    if seen.found.total == 0:
        return Refused(NOTHING)
    if seen.code != code:
        return Refused(CHANGED)
    done = tuple(_purge(office, seen.found, by.id, AT_ONCE))
    left = preview(office, kind).found.total
    with writing(office.store) as connection:
        retention.withdraw(connection, kind)
        if left:
            now = office.clock()
            retention.announce(connection, Announced(kind, left, now, now))
    settle(office)
    return done


def _purge(office: Office, wanted: Decision, person: PersonId, most: int) -> Iterator[Recorded]:
    """Make decisions until nothing is left or there are as many as asked for."""
    for _ in range(most):
        with writing(office.store) as connection:
            if connection.dialect.name == "sqlite":
                connection.exec_driver_sql("PRAGMA secure_delete=ON")
            scope = _scope(connection, office, wanted.before)
            taken = retaining_kinds.take(connection, wanted.kind, scope)
            if taken is None:
                connection.rollback()
                break
            at = office.clock()
            decision = replace(taken.into(wanted), held=wanted.held, at=at, person=person)
            recorded = retention.record(connection, decision)
            for kind, targets in taken.marked:
                retention.mark(connection, kind, targets, recorded.decision.number)
            _enter(connection, person, recorded)
        yield recorded
    _tidy(office)


def _enter(connection: Connection, person: PersonId, recorded: Recorded) -> None:
    told = f"{recorded.decision.kind} {recorded.decision.total} {recorded.link}"
    subject, at = f"purge/{recorded.decision.number}", recorded.decision.at
    audit.record(connection, person, "retensi.hapus", subject, at, told)


def _tidy(office: Office) -> None:
    """Let SQLite forget what stands in its write-ahead log; a reader in the way puts it off."""
    if office.store.dialect.name == "sqlite":
        with office.store.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")


def look(office: Office) -> int:
    """Do what the clock does: announce once a day, purge what is due, hand the hub its paper."""
    settle(office)
    _announce_old(office)
    return sum(_do_due(office, one) for one in _announced(office) if one.due <= office.clock())


def _announced(office: Office) -> tuple[Announced, ...]:
    with reading(office.store) as connection:
        return tuple(retention.announcements(connection).values())


def _announce_old(office: Office) -> None:
    """Announce, once a day, what has become old; counting holds nobody up."""
    today, now = office.today().isoformat(), office.clock()
    with reading(office.store) as connection:
        last = connection.scalar(select(setting.c.value).where(setting.c.name == TURN))
        if last is not None and last >= today:
            return
        known = retention.announcements(connection)
        totals = {kind: _found(connection, office, kind, now).total for kind in Kind if kind not in known}
    with writing(office.store) as connection:
        connection.execute(delete(setting).where(setting.c.name == TURN))
        connection.execute(insert(setting).values(name=TURN, value=today))
        for kind, total in totals.items():
            if total:
                retention.announce(connection, Announced(kind, total, now, now + NOTICE))
                audit.record(connection, SYSTEM, "retensi.umum", f"retention/{kind}", now, str(total))


def _do_due(office: Office, announced: Announced) -> int:
    """Purge what was announced and is due; give how many decisions that took."""
    with reading(office.store) as connection:
        wanted = _found(connection, office, announced.kind, announced.at)
    done = len(tuple(_purge(office, wanted, SYSTEM, BY_CLOCK)))
    if done < BY_CLOCK:
        with writing(office.store) as connection:
            retention.withdraw(connection, announced.kind)
    settle(office)
    return done


def settle(office: Office) -> None:
    """Note what the hub has dropped, and write it the paper of the oldest decision that waits."""
    file = office.run / FILE
    while True:
        with reading(office.store) as connection:
            waiting = retention.waiting(connection)
        if waiting is None:
            file.unlink(missing_ok=True)
            return
        spans, number = waiting.decision.spans, waiting.decision.number
        with reading(office.ledger) as connection:
            query = select(func.count(), func.max(dropped.c.at)).where(dropped.c.link == waiting.link)
            entered, at = connection.execute(query).one()
        if entered < len(spans):
            paper = canonical.encode(DropOrder(1, number, waiting.link, spans))
            if not file.exists() or file.read_bytes() != paper:
                write_whole(file, paper)
            return
        with writing(office.store) as connection:
            retention.settle(connection, number, at)


def change(office: Office, by: Person, rules: Rules) -> Rules | Refused:
    """Put other rules in force, and write down who changed which."""
    allowed = may(by, Permission.PURGE)
    if isinstance(allowed, Refused):
        return allowed
    with writing(office.store) as connection:
        old = retention.in_force(connection)
        retention.put(connection, rules)
        told = [f"{kind} {old.of(kind)}->{rules.of(kind)}" for kind in Kind if old.of(kind) != rules.of(kind)]
        if told:
            at = office.clock()
            audit.record(connection, by.id, "retensi.aturan", "retention/aturan", at, ", ".join(told))
    return rules


def verify(office: Office) -> tuple[str, ...]:
    """Check the chain of decisions, the ledger's leaves that they name, and the cases' rows and forms."""
    with reading(office.store) as connection:
        place = retention.broken(connection)
        known = retention.recorded(connection, limit=1_000)
        changed = _changed(connection)
    broken = () if place is None else (f"Keputusan nomor {place} bukan lagi yang dicatat semula.",)
    leaves = (_leaves(office, one) for one in known if one.decision.spans)
    return (*broken, *changed, *(said for said in leaves if said))


def _changed(connection: Connection) -> tuple[str, ...]:
    """Say which rows and forms of cases are not those that were hashed."""
    rows, forms = case_chain.tampered(connection), case_chain.changed_papers(connection)
    numbers = cases.numbers(connection, [*(one[0] for one in rows), *(one[0] for one in forms)])
    return (
        *(f"Riwayat {numbers[case]} menyimpang dari rantainya mulai baris {at + 1}." for case, at in rows),
        *(f"Isian {form} versi {version} pada {numbers[case]} diubah." for case, form, version in forms),
    )


def _leaves(office: Office, one: Recorded) -> str:
    """Say what is wrong with the rows of a decision; empty where nothing is."""
    leaves, whole = retention_entries.leaves_of(office.ledger, one.decision.spans)
    number = one.decision.number
    if leaves != one.decision.leaves:
        return f"Sidik baris jurnal pada keputusan nomor {number} tidak cocok lagi."
    if one.dropped is not None and whole:
        return f"{whole} baris keputusan nomor {number} masih disimpan hub menurut batasnya."
    return ""
