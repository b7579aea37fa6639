"""Removals that the program proposes by itself: found by the clock, begun as cases (P2), each once.

What is proposed, and why, is ``review.leaving``'s; here the facts are read and the cases begun. A case's id
follows from what it rests on, so a kill at any moment, or a second console, begins none twice.

Decisions:
    2026-11-21: a departure is asked for in the name of whoever entered it; what the program found itself in
    the program's own name, which also receives the information that ends the case.
    2026-11-21: while a removal about a holder is under way nothing else is proposed about them; once it is
    over, what still holds is looked at again.
    2026-11-21: the accounts of those who leave the service are closed on the day, whatever becomes of the
    case, except the last administrator's.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Connection, select
from sqlalchemy.exc import IntegrityError

from card_registry.words import CaseId, GrantKind, HolderId
from review.access import Refused
from review.case import Answer, CaseState
from review.form import Faulty
from review.inventory import DeviceStatus
from review.leaving import OUT, Holding, Known, Proposal, Right, propose
from review.office import Office
from review.people import SYSTEM, Person, Role
from review.procedure import DONE
from review.removal import proposed_form
from review.store import audit, cards, cases, departures, grants, holders, inbox, inventory, people, recurring
from review.store.outbox import Letter
from review.store.transaction import reading, writing
from review.tables import case_file, procedure_version
from review.tables import grant as grant_table
from review.workflow.access_owner import REMOVAL
from review.workflow.answering import answer
from review.workflow.cards import GONE
from review.workflow.opening import Beginning, open_case

PROGRAM = Person(SYSTEM, "Sistem", "Akses Ruang Server", frozenset({Role.PEMOHON}))
"""In whose name the program asks for what it found."""

AT_ONCE = 20
"""How many cases one look begins: an office that never looked before is not buried under its past."""

STANDING = frozenset({GrantKind.TETAP, GrantKind.SEMENTARA})
"""The rights that people hold for themselves; a visit's and an emergency's end with their cases."""


def look(office: Office) -> int:
    """Close the accounts of those who are gone, propose what is due, and give how many cases began."""
    close_accounts(office)
    receive(office)
    if REMOVAL not in office.procedures:
        return 0
    with reading(office.store) as connection:
        found = due(connection, office)
    return sum(_begin(office, one) for one in found[:AT_ONCE])


def due(connection: Connection, office: Office) -> tuple[Proposal, ...]:
    """Give what is to be proposed now and was not proposed before."""
    told, busy = departures.known(connection), _under_way(connection)
    known = Known(
        office.today(), office.clock(), departures.standing(connection), _emptied(connection, office.clock())
    )
    everybody = _holdings(connection, office)
    free = [one for one in everybody if one.holder not in busy]
    return tuple(one for one in propose(free, known) if (one.holder, one.basis) not in told)


def _under_way(connection: Connection) -> frozenset[str]:
    """Name the holders about whom a removal is under way."""
    query = (
        select(case_file.c.holder)
        .join(procedure_version, procedure_version.c.fingerprint == case_file.c.fingerprint)
        .where(procedure_version.c.procedure == REMOVAL, case_file.c.state != CaseState.CLOSED.value)
    )
    return frozenset(connection.scalars(query))


def _emptied(connection: Connection, now: int) -> dict[str, frozenset[str]]:
    """Give, by unit, the devices that are gone, of the units that have none left."""
    gone, here = defaultdict[str, set[str]](set), set[str]()
    for kept in inventory.devices(connection):
        unit = kept.device.owner.casefold()
        if kept.device.status is DeviceStatus.RETURNED:
            gone[unit].add(kept.device.id)
        else:
            here.add(unit)
    own = {one.unit.casefold() for one in people.everyone(connection, now) if one.roles - {Role.PEMOHON}}
    return {unit: frozenset(ids) for unit, ids in gone.items() if unit not in here | own}


def _holdings(connection: Connection, office: Office) -> tuple[Holding, ...]:
    """Give what every holder has now: rights that nothing denies, cards that are out."""
    now, accounts = office.clock(), departures.accounts(connection)
    made = {row.id: row.made for row in connection.execute(select(grant_table.c.id, grant_table.c.made))}
    rights, until = defaultdict[HolderId, list[Right]](list), dict[HolderId, int]()
    names: dict[HolderId, tuple[str, str]] = {}
    for one in grants.listed(connection):
        if one.terms.kind not in STANDING or one.removed is not None:
            continue
        names[one.terms.holder] = one.holder_name, one.holder_unit
        if one.lives(now):
            rights[one.terms.holder].append(Right(one.terms.id, made[one.terms.id]))
        until[one.terms.holder] = max(until.get(one.terms.holder, 0), one.terms.ends)
    out = defaultdict[HolderId, list[str]](list)
    for card in cards.everybodys(connection):
        if card.status not in GONE:
            out[card.holder].append(card.id)
    return tuple(
        Holding(
            holder,
            unit,
            tuple(rights[holder]),
            tuple(out[holder]),
            until[holder],
            accounts.get(holders.key_of(name, unit), {}),
        )
        for holder, (name, unit) in sorted(names.items())
    )


def _begin(office: Office, one: Proposal) -> int:
    """Begin the case of a proposal, unless it is there already; 1 where it is new."""
    id_ = CaseId(one.basis[:32])
    with reading(office.store) as connection:
        asker = people.find(connection, one.asker, office.clock()) if one.asker else None
        there = cases.load(connection, id_) is not None
    if asker is None and not there:
        with writing(office.store) as connection:
            recurring.enter_program(connection, office.clock())
    if not there and not _open(office, one, id_, asker or PROGRAM):
        return 0
    with writing(office.store) as connection:
        departures.note(connection, (one.holder, one.basis), one.reason, id_, office.clock())
        if not there:
            _tell(connection, office, id_, one)
    return int(not there)


def _open(office: Office, one: Proposal, id_: CaseId, asker: Person) -> bool:
    """Open the case; False where it could not be, such as because somebody else just did."""
    label = "mendesak" if one.urgent else "biasa"
    beginning = Beginning(REMOVAL, proposed_form(one, (asker.name, asker.unit)), label, id=id_)
    try:
        opened = open_case(office, asker, beginning)
    except IntegrityError:
        return False
    return not isinstance(opened, (Faulty, Refused))


def _tell(connection: Connection, office: Office, id_: CaseId, one: Proposal) -> None:
    """Tell whoever does the next step, and the holder's unit, what was proposed and why."""
    file, now = cases.load(connection, id_), office.clock()
    if file is None:
        return
    audit.record(connection, SYSTEM, "pencabutan.usul", f"case/{id_}", now, one.rule.value)
    text = f"Hak akses {file.holder_name} diusulkan dihapus: {one.said} Permohonan {file.number}."
    for person in people.everyone(connection, now):
        able = file.case.here().role in person.roles
        own_unit = person.unit.casefold() == file.holder_unit.casefold() and Role.PEMOHON in person.roles
        if able or own_unit:
            inbox.tell(connection, Letter(id_, text, now), person.id)


def receive(office: Office) -> int:
    """Receive the information that ends the cases which the program asked for; give how many it ended."""
    query = select(case_file.c.id).where(
        case_file.c.applicant == SYSTEM, case_file.c.state == CaseState.RUNNING.value
    )
    with reading(office.store) as connection:
        found = [cases.load(connection, id_) for id_ in connection.scalars(query).all()]
    mine = [one.case for one in found if one is not None and one.case.applicant == SYSTEM]
    waiting = [one for one in mine if one.here().role is Role.PEMOHON]
    for case in waiting:
        answer(office, PROGRAM, case.id, Answer(case.step, case.attempt, DONE))
    return len(waiting)


@dataclass(frozen=True, slots=True)
class _Gone:
    """An account of somebody who has left the service."""

    account: str
    administrates: bool


def close_accounts(office: Office) -> int:
    """Close the accounts of those whose last day is over; give how many were open."""
    today, now = office.today(), office.clock()
    with reading(office.store) as connection:
        gone = [one for one in departures.standing(connection) if one.kind in OUT and one.effective <= today]
        left = list(_open_accounts(connection, [one.holder for one in gone], now)) if gone else []
    if not left:
        return 0
    with writing(office.store) as connection:
        admins = {str(one.id) for one in people.everyone(connection, now) if Role.ADMIN in one.roles}
        stays = max(admins - {one.account for one in left}, default=max(admins, default=""))
        closed = departures.close(connection, [one.account for one in left if one.account != stays])
        for person in closed:
            audit.record(connection, SYSTEM, "akun.tutup", f"person/{person}", now)
    return len(closed)


def _open_accounts(connection: Connection, holders_: Iterable[HolderId], now: int) -> Iterable[_Gone]:
    """Give the open accounts of holders, by name and unit."""
    keys = holders.keys(connection, frozenset(holders_))
    for person in people.everyone(connection, now):
        if holders.key_of(person.name, person.unit) in keys:
            yield _Gone(person.id, Role.ADMIN in person.roles)
