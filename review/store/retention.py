"""What governs purging: the rules in force, legal holds, announced purges, and the chain of decisions."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from sqlalchemy import Connection, delete, func, insert, select, update

from card_registry import canonical
from card_registry.words import PersonId
from review.retention import Decision, Hold, HoldKind, Kind, Reach, Rules, link, reach
from review.retention.decision import FIRST
from review.tables import legal_hold, setting
from review.tables_retention import announced, purge, purged

PREFIX = "retensi."
"""What the settings' names begin with."""

BODY = 1024 * 1024
"""The longest record of a decision, in bytes."""

SOME = 400
"""How many ids one statement names."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """A decision as it stands in the chain; ``dropped`` is when the hub had dropped its rows."""

    decision: Decision
    link: str
    dropped: int | None


@dataclass(frozen=True, slots=True)
class Announced:
    """A purge that the clock announced: how much it found then, and when it is done."""

    kind: Kind
    total: int
    at: int
    due: int


def in_force(connection: Connection) -> Rules:
    """Give the rules in force; what nobody chose is as shipped."""
    names = {f"{PREFIX}{kind}": kind for kind in Kind}
    query = select(setting.c.name, setting.c.value).where(setting.c.name.in_(sorted(names)))
    return Rules({names[row.name]: int(row.value) for row in connection.execute(query)})


def put(connection: Connection, rules: Rules) -> None:
    """Keep other rules."""
    for kind in Kind:
        name = f"{PREFIX}{kind}"
        connection.execute(delete(setting).where(setting.c.name == name))
        connection.execute(insert(setting).values(name=name, value=str(rules.of(kind))))


def hold(connection: Connection, new: Hold) -> None:
    """Enter a hold."""
    values = {"id": new.id, "kind": new.kind.value, "target": new.target, "basis": new.basis}
    connection.execute(insert(legal_hold).values(**values, person=new.person, made=new.made))


def lift(connection: Connection, id: str, person: PersonId, now: int) -> int:
    """Lift a hold; 0 when there is none of that id that stands."""
    standing = (legal_hold.c.id == id) & legal_hold.c.ended.is_(None)
    return connection.execute(update(legal_hold).where(standing).values(ended=now, ended_by=person)).rowcount


def holds(connection: Connection) -> tuple[Hold, ...]:
    """Give every hold, those that stand first, then the newest."""
    row = legal_hold.c
    found = connection.execute(select(legal_hold).order_by(row.ended.is_not(None), row.made.desc(), row.id))
    return tuple(
        Hold(
            one.id,
            HoldKind(one.kind),
            one.target,
            one.basis,
            PersonId(one.person),
            one.made,
            one.ended,
            None if one.ended_by is None else PersonId(one.ended_by),
        )
        for one in found
    )


def held(connection: Connection) -> Reach:
    """Give what the holds in force reach together."""
    return reach(holds(connection))


def record(connection: Connection, decision: Decision) -> Recorded:
    """Append a decision to the chain, under the next number."""
    newest = select(purge.c.number, purge.c.link).order_by(purge.c.number.desc()).limit(1)
    last = connection.execute(newest).first()
    numbered = replace(decision, number=1 if last is None else last.number + 1)
    linked = link(FIRST if last is None else last.link, numbered)
    values = {"number": numbered.number, "kind": numbered.kind.value, "body": canonical.encode(numbered)}
    done = None if numbered.spans else numbered.at
    connection.execute(insert(purge).values(**values, link=linked, at=numbered.at, dropped=done))
    return Recorded(numbered, linked, done)


def mark(connection: Connection, kind: Kind, targets: Iterable[str], number: int) -> None:
    """Keep which cases, visits or holders a decision took the texts of."""
    rows = [{"kind": kind.value, "target": target, "number": number} for target in targets]
    if rows:
        connection.execute(insert(purged), rows)


def number_of(connection: Connection, kind: Kind, target: str) -> int | None:
    """Give the number of the decision that took the texts of one thing, None while they stand."""
    return connection.scalar(
        select(purged.c.number).where(purged.c.kind == kind.value, purged.c.target == target)
    )


def recorded(connection: Connection, limit: int = 100) -> tuple[Recorded, ...]:
    """Give the newest decisions, newest first."""
    rows = connection.execute(select(purge).order_by(purge.c.number.desc()).limit(limit))
    return tuple(Recorded(_decision(row.body), row.link, row.dropped) for row in rows)


def numbered(connection: Connection, number: int) -> Recorded | None:
    """Give one decision, None when there is none."""
    row = connection.execute(select(purge).where(purge.c.number == number)).first()
    return None if row is None else Recorded(_decision(row.body), row.link, row.dropped)


def _decision(body: bytes) -> Decision:
    return canonical.decode(bytes(body), Decision, "a decision to purge", BODY)


def waiting(connection: Connection) -> Recorded | None:
    """Give the oldest decision whose rows the hub has not dropped yet, None when there is none."""
    query = select(purge.c.number).where(purge.c.dropped.is_(None)).order_by(purge.c.number).limit(1)
    number = connection.scalar(query)
    return None if number is None else numbered(connection, number)


def settle(connection: Connection, number: int, now: int) -> None:
    """Note that the hub dropped a decision's rows."""
    connection.execute(update(purge).where(purge.c.number == number).values(dropped=now))


def broken(connection: Connection) -> int | None:
    """Give the number of the first decision that is not the one its link was made over; None when all are."""
    before = FIRST
    query = select(purge.c.number, purge.c.body, purge.c.link).order_by(purge.c.number)
    for expected, row in enumerate(connection.execute(query), 1):
        decision = _decision(row.body)
        before = link(before, decision)
        if (row.number, decision.number, row.link) != (expected, expected, before):
            return expected
    return None


def count(connection: Connection) -> int:
    """Count the decisions."""
    return connection.scalar(select(func.count()).select_from(purge)) or 0


def announce(connection: Connection, new: Announced) -> None:
    """Announce a purge; an earlier announcement of its kind is replaced."""
    withdraw(connection, new.kind)
    values = {"kind": new.kind.value, "total": new.total, "at": new.at, "due": new.due}
    connection.execute(insert(announced).values(values))


def withdraw(connection: Connection, kind: Kind) -> None:
    """Forget an announcement, because it is done or has nothing left."""
    connection.execute(delete(announced).where(announced.c.kind == kind.value))


def announcements(connection: Connection) -> dict[Kind, Announced]:
    """Give what is announced."""
    rows = connection.execute(select(announced))
    return {Kind(row.kind): Announced(Kind(row.kind), row.total, row.at, row.due) for row in rows}
