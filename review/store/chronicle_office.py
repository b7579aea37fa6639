"""What the office's other books tell: orders to doors, delegations, roles, devices, profiles, acts."""

from collections.abc import Iterator

from sqlalchemy import Connection, select

from card_registry.labels import label_of
from card_registry.words import OrderKind
from review.indonesian import day_text
from review.leaving import WORDS, Leaving
from review.people import TITLES, Capacity, Role
from review.store.chronicle import Moment, Scope, Source, moment, rows
from review.tables import (
    assignment,
    audit,
    case_file,
    delegation,
    device,
    door_order,
    person,
    profile_in_force,
)
from review.tables_access import departure


def _ordered(connection: Connection, scope: Scope) -> Iterator[Moment]:
    row = door_order.c
    query = select(row.kind, row.state, row.id, row.door)
    for one in rows(connection, scope, query, row.made, {"person": row.person, "holder": row.holder}):
        told = f"Perintah kepada pintu {one.door}: {label_of(OrderKind(one.kind)).lower()} ({one.state})"
        yield moment(one, told, order=one.id, holder=None if scope.holder is None else scope.holder)


def _delegated(connection: Connection, scope: Scope) -> Iterator[Moment]:
    row = delegation.c
    query = select(row.role, row.capacity, person.c.name).join(person, person.c.id == row.person)
    for by in (row.made_by, row.person) if scope.person is not None else (row.made_by,):
        for one in rows(connection, scope, query, row.made, {"person": by}):
            yield moment(one, f"Delegasi {one.capacity} {TITLES[Role(one.role)]} kepada {one.name}")


def _held(connection: Connection, scope: Scope) -> Iterator[Moment]:
    """Tell who began or ended to hold a role in their own right."""
    row = assignment.c
    query = select(row.role).where(row.capacity == Capacity.OWN.value)
    for words, at in (("Mulai menjabat", row.begins), ("Berhenti menjabat", row.ends)):
        for one in rows(connection, scope, query, at, {"person": row.person}):
            yield moment(one, f"{words} {TITLES[Role(one.role)]}")


def _left(connection: Connection, scope: Scope) -> Iterator[Moment]:
    """Tell who was entered as leaving, and where that was taken back."""
    row = departure.c
    query = select(row.kind, row.effective)
    about = {"person": row.person, "holder": row.holder}
    for words, at in (("dicatat", row.made), ("dibatalkan", row.cancelled)):
        for one in rows(connection, scope, query, at, about):
            kind, day = WORDS[Leaving(one.kind)].lower(), day_text(one.effective)
            yield moment(one, f"Kepergian {words}: {kind} terhitung {day}")


def _housed(connection: Connection, scope: Scope) -> Iterator[Moment]:
    row = device.c
    for one in rows(connection, scope, select(row.name, row.id), row.since, {"case": row.case}):
        yield moment(one, f"Perangkat {one.name} tercatat", device=one.id)
    gone = select(row.name, row.id).join(case_file, case_file.c.id == row.gone)
    for one in rows(connection, scope, gone, case_file.c.entered, {"case": row.gone}):
        yield moment(one, f"Perangkat {one.name} keluar", device=one.id)


def _ruled(connection: Connection, scope: Scope) -> Iterator[Moment]:
    row = profile_in_force.c
    for one in rows(connection, scope, select(row.name), row.at, {"person": row.person}):
        yield moment(one, f"Profil kantor {one.name} berlaku")


def acts_on(subject: str) -> Source:
    """Tell what the audit trail has about one subject (``kind/id``)."""

    def source(connection: Connection, scope: Scope) -> Iterator[Moment]:
        row = audit.c
        query = select(row.act, row.detail).where(row.subject == subject)
        wanted = Scope(scope.since, scope.until, limit=scope.limit)
        for one in rows(connection, wanted, query, row.at, {"person": row.person}):
            yield moment(one, f"Jejak: {one.act} {one.detail}".strip())

    return source


def acts(connection: Connection, scope: Scope) -> Iterator[Moment]:
    """Tell what the audit trail has of a person's acts."""
    row = audit.c
    query = select(row.act, row.detail, row.subject)
    for one in rows(connection, scope, query, row.at, {"person": row.person}):
        kind, _, id_ = one.subject.partition("/")
        known = {kind: id_} if kind in {"case", "card"} else {}
        yield moment(one, f"Jejak: {one.act} {one.detail}".strip(), **known)


OFFICE: tuple[Source, ...] = (_ordered, _delegated, _held, _left, _housed, _ruled)
"""What else changes in an office."""
