"""People and the roles they hold today, their passwords' hashes and their sealed signing keys."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, Row, insert, or_, select, update

from card_registry.statements import Passkey
from card_registry.words import PersonId
from review.people import SYSTEM, Capacity, Person, Role
from review.store import passkeys
from review.tables import assignment, person


@dataclass(frozen=True, slots=True)
class Account:
    """What signing in needs: whose account it is, and the password's hash."""

    id: PersonId
    password: str


@dataclass(frozen=True, slots=True)
class Key:
    """An approver's signing key: the encrypted file and its public half (hex)."""

    file: bytes
    public: str


@dataclass(frozen=True, slots=True)
class NewPerson:
    """A person to be entered: as in the accounts file, secrets already sealed."""

    login: str
    name: str
    unit: str
    role: Role
    password: str
    key: Key | None
    rank: str = ""
    nip: str = ""


@dataclass(frozen=True, slots=True)
class Standing:
    """What stands below a person's name on documents; either may be empty."""

    rank: str = ""
    nip: str = ""


def add(connection: Connection, id: PersonId, new: NewPerson, now: int) -> None:
    """Enter a person with one role, from now on."""
    connection.execute(
        insert(person).values(
            id=id,
            login=new.login,
            name=new.name,
            unit=new.unit,
            password=new.password,
            key_file=new.key.file if new.key else None,
            key_public=new.key.public if new.key else None,
            active=True,
            made=now,
            rank=new.rank,
            nip=new.nip,
        )
    )
    row = {"person": id, "role": new.role.value, "begins": now, "ends": None, "capacity": Capacity.OWN.value}
    connection.execute(insert(assignment).values(row))


def account(connection: Connection, login: str) -> Account | None:
    """Give the account of a login, None when nobody active has it."""
    query = select(person.c.id, person.c.password).where(person.c.login == login, person.c.active)
    row = connection.execute(query).first()
    return None if row is None else Account(PersonId(row.id), row.password)


def password_of(connection: Connection, id: PersonId) -> str | None:
    """Give the password's hash of an active person, None for anybody else."""
    return connection.scalar(select(person.c.password).where(person.c.id == id, person.c.active))


def logins(connection: Connection) -> frozenset[str]:
    """Give every login that is taken."""
    return frozenset(connection.scalars(select(person.c.login)))


def find(connection: Connection, id: str, now: int) -> Person | None:
    """Give an active person with the roles held at this moment."""
    row = connection.execute(select(person).where(person.c.id == id, person.c.active)).first()
    return None if row is None else _person(connection, row, now)


def _person(connection: Connection, row: Row[tuple[object, ...]], now: int) -> Person:
    held = select(assignment.c.role, assignment.c.capacity).where(
        assignment.c.person == row.id, _current(now)
    )
    return _holding(row, [(Role(one.role), Capacity(one.capacity)) for one in connection.execute(held)])


def _holding(row: Row[tuple[object, ...]], found: list[tuple[Role, Capacity]]) -> Person:
    own = {role for role, capacity in found if capacity is Capacity.OWN}
    delegated = {role: capacity for role, capacity in found if role not in own}
    return Person(PersonId(row.id), row.name, row.unit, frozenset(role for role, _ in found), delegated)


def delegate(
    connection: Connection, to: PersonId, role: Role, capacity: Capacity, span: tuple[int, int]
) -> None:
    """Let somebody hold a role for another in [begins, ends); it ends by itself."""
    begins, ends = span
    row = {"person": to, "role": role.value, "begins": begins, "ends": ends, "capacity": capacity.value}
    connection.execute(insert(assignment).values(row))


def _current(now: int) -> ColumnElement[bool]:
    return (assignment.c.begins <= now) & or_(assignment.c.ends.is_(None), assignment.c.ends > now)


def describe(connection: Connection, login: str, rank: str, nip: str) -> PersonId | None:
    """Enter a known person's rank and NIP where they are given; give who it is, None if nothing changed."""
    row = connection.execute(select(person).where(person.c.login == login)).one()
    values = {"rank": rank or row.rank, "nip": nip or row.nip}
    if (values["rank"], values["nip"]) == (row.rank, row.nip):
        return None
    connection.execute(update(person).where(person.c.id == row.id).values(**values))
    return PersonId(row.id)


def standings(connection: Connection) -> dict[str, Standing]:
    """Give everybody's rank and NIP by id, for documents."""
    found = connection.execute(select(person.c.id, person.c.rank, person.c.nip))
    return {row.id: Standing(row.rank, row.nip) for row in found}


def names(connection: Connection) -> dict[str, str]:
    """Give everybody's name by id, for pages."""
    found = {row.id: row.name for row in connection.execute(select(person.c.id, person.c.name))}
    return {SYSTEM: "Sistem", **found}


def key(connection: Connection, id: PersonId) -> Key | None:
    """Give a person's signing key, None for those who have none."""
    row = connection.execute(select(person.c.key_file, person.c.key_public).where(person.c.id == id)).first()
    return None if row is None or row.key_file is None else Key(bytes(row.key_file), row.key_public)


@dataclass(frozen=True, slots=True)
class Signatory:
    """A person and what they sign with: a key file's public half (empty for none), and passkeys."""

    person: Person
    public: str
    passkeys: tuple[Passkey, ...]


def signatories(connection: Connection, now: int) -> tuple[Signatory, ...]:
    """Give every active person who has a signing key of either kind."""
    query = select(person).where(person.c.active).order_by(person.c.login)
    found = (
        Signatory(_person(connection, row, now), row.key_public or "", passkeys.of(connection, row.id))
        for row in connection.execute(query).all()
    )
    return tuple(one for one in found if one.public or one.passkeys)


def everyone(connection: Connection, now: int) -> tuple[Person, ...]:
    """Give every active person with the roles held at this moment."""
    found = connection.execute(select(person).where(person.c.active).order_by(person.c.login)).all()
    held: dict[str, list[tuple[Role, Capacity]]] = {}
    for one in connection.execute(select(assignment).where(_current(now))):
        held.setdefault(one.person, []).append((Role(one.role), Capacity(one.capacity)))
    return tuple(_holding(row, held.get(row.id, [])) for row in found)
