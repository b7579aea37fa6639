"""What the office has about an account of the console, and about a guest of visits."""

from collections.abc import Iterator

from sqlalchemy import Connection, select

from card_registry import canonical
from review.retention import Kind
from review.store.personal import MOST, Category, Identity, Timed, category
from review.tables import api_token, assignment, audit, notice, passkey, person, session, visit
from review.tables_notices import contact
from review.visits import Guest, Plan


def account(connection: Connection, id: str) -> tuple[Identity, tuple[Category, ...]] | None:
    """Give everything about an account, None when there is none of that id; secrets stay where they are."""
    row = connection.execute(select(person).where(person.c.id == id)).first()
    if row is None:
        return None
    told = {"login": row.login, "pangkat": row.rank, "nip": row.nip, "aktif": row.active, "dibuat": row.made}
    return Identity(row.id, row.name, row.unit, row.nip, row.made), (
        category("Akun", Kind.CASES, [(row.made, told)]),
        category("Jabatan", Kind.CASES, _roles(connection, id)),
        category("Alamat", Kind.CASES, _addresses(connection, id)),
        category("Pesan", Kind.MESSAGES, _messages(connection, id)),
        category("Kunci, token, dan sesi", Kind.TRACES, _means(connection, id)),
        category("Perbuatan", Kind.CASES, _acts(connection, id)),
    )


def _roles(connection: Connection, id: str) -> Timed:
    held = select(assignment).where(assignment.c.person == id)
    rows = connection.execute(held.order_by(assignment.c.begins))
    return [
        (row.begins, {"peran": row.role, "kedudukan": row.capacity, "mulai": row.begins, "sampai": row.ends})
        for row in rows
    ]


def _addresses(connection: Connection, id: str) -> Timed:
    rows = connection.execute(select(contact).where(contact.c.person == id).order_by(contact.c.channel))
    return [(row.made, {"saluran": row.channel, "alamat": row.address}) for row in rows]


def _messages(connection: Connection, id: str) -> Timed:
    rows = connection.execute(select(notice).where(notice.c.person == id).order_by(notice.c.id).limit(MOST))
    return [(row.made, {"pesan": row.text, "dibuat": row.made, "dibaca": row.seen}) for row in rows]


def _means(connection: Connection, id: str) -> Timed:
    keys = connection.execute(select(passkey.c.label, passkey.c.made).where(passkey.c.person == id))
    tokens = connection.execute(select(api_token).where(api_token.c.person == id))
    sessions = connection.execute(select(session.c.made, session.c.seen).where(session.c.person == id))
    return [
        *((row.made, {"kunci": row.label, "dibuat": row.made}) for row in keys),
        *((row.made, {"token": row.label, "peran": row.role, "sampai": row.ends}) for row in tokens),
        *((row.made, {"sesi": row.made, "terakhir": row.seen}) for row in sessions),
    ]


def _acts(connection: Connection, id: str) -> Timed:
    row = audit.c
    rows = connection.execute(select(row.at, row.act, row.subject).where(row.person == id).order_by(row.id))
    return [(one.at, {"perbuatan": one.act, "pokok": one.subject, "pada": one.at}) for one in rows]


def guest(connection: Connection, name: str) -> tuple[Identity, tuple[Category, ...]] | None:
    """Give everything about the guests of a name, None when no visit names one."""
    found = list(_visits(connection, name.casefold()))
    if not found:
        return None
    first = found[0]
    who = Identity(first[0], first[3].name, first[3].agency, "", first[1])
    rows: Timed = [(made, _visit(connection, id_, plan, one)) for id_, made, plan, one in found]
    return who, (category("Kunjungan", Kind.VISITORS, rows),)


def _visits(connection: Connection, name: str) -> Iterator[tuple[str, int, Plan, Guest]]:
    for row in connection.execute(select(visit.c.id, visit.c.plan, visit.c.made).order_by(visit.c.made)):
        plan = canonical.decode(bytes(row.plan), Plan, "the plan of a visit")
        yield from ((row.id, row.made, plan, one) for one in plan.guests if one.name.casefold() == name)


def _visit(connection: Connection, id: str, plan: Plan, one: Guest) -> dict[str, object]:
    times = connection.execute(select(visit.c.entered, visit.c.left).where(visit.c.id == id)).one()
    return {
        "nama": one.name,
        "instansi": one.agency,
        "jabatan": one.position,
        "telepon": one.phone,
        "identitas": one.identity,
        "keperluan": plan.purpose,
        "pintu": list(plan.doors),
        "masuk": times.entered,
        "keluar": times.left,
    }
