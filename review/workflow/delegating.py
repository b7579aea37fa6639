"""Delegating a role for a time: Plh., Plt. or atas nama, by whoever holds it or by the administrator.

A delegation gives turns and buttons on the console, and every signature prints its capacity. It gives no
signing key: verdicts that add a right count only for approvers whom the officers signed into the registry's
list, so ``readiness`` says what is missing there.

Decisions:
    2026-11-21: only a role held in one's own right can be handed on, so that a chain of Plh. never hides who
    is answerable; nobody appoints themselves, the administrator neither.
    2026-11-21: one Plh. or Plt. at a time stands in for a person; several may sign atas nama.
    2026-11-21: who is to stand in from tomorrow is listed for the officers today (``accounts.approvers``),
    because their signatures take longer than a night; until it begins the console offers them nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from card_registry.words import Approval, PersonId
from review import outside
from review.access import ROLES, Permission, Refused, may
from review.form import Faulty
from review.office import Office
from review.people import CAPACITY_WORDS, TITLES, Capacity, Person, Role
from review.procedure import Procedure, fingerprint
from review.store import audit, delegations, numbers, people
from review.store.delegations import Delegation, Standing
from review.store.transaction import reading, writing

DELEGABLE = frozenset(Role) - {Role.PEMOHON, Role.AUDITOR, Role.SISTEM}
"""The roles that may be held for somebody else; an auditor's independence cannot be lent."""

OUTSIDERS = frozenset({Role.PEMOHON, Role.AUDITOR, Role.SISTEM})
"""The roles that make nobody fit to stand in."""

MOST_DAYS = 366
LONGEST_BASIS = 120
"""The longest delegation in days, and the longest number of its order in characters."""

VACANT = "kosong"
"""Stands for no principal: the post is vacant."""


class Readiness(StrEnum):
    """Whether a delegate can sign what the role signs, as far as the registry's list of approvers says."""

    NOT_NEEDED = "tidak menandatangani izin"
    READY = "terdaftar sebagai penyetuju"
    NO_KEY = "belum memiliki kunci tanda tangan"
    NOT_LISTED = "kunci belum ditandatangani petugas kunci"
    OTHER_TABLES = "terdaftar, tetapi belum untuk semua prosedur"
    BY_SESSION = "menyetujui tanpa kunci (kebijakan lokasi)"


@dataclass(frozen=True, slots=True)
class Wanted:
    """A delegation as asked for: from the first day to the last, both included."""

    to: str
    role: str
    capacity: str
    principal: str
    begins: str
    ends: str
    basis: str


@dataclass(slots=True)
class _Checked:
    """What a wanted delegation comes to, and the sentences on what is wrong with it."""

    person: Person | None = None
    role: Role | None = None
    capacity: Capacity | None = None
    principal: PersonId | None = None
    span: tuple[int, int] = (0, 0)
    faults: dict[str, str] = field(default_factory=dict)


def roles_of(person: Person) -> tuple[Role, ...]:
    """Give the roles that a person may delegate: all for an administrator, else those held in own right."""
    own = person.own_roles()
    return tuple(role for role in Role if role in DELEGABLE and (Role.ADMIN in own or role in own))


def delegate(office: Office, by: Person, wanted: Wanted) -> Delegation | Faulty | Refused:
    """Let somebody hold a role for a time."""
    allowed = may(by, Permission.DELEGATE)
    if isinstance(allowed, Refused):
        return allowed
    now = office.clock()
    with writing(office.store) as connection:
        # The counter's row is the lock: two delegations at once could not see each other otherwise.
        numbers.take(connection, "delegasi")
        checked = _check(connection, office, by, wanted, now)
        if checked.faults or not checked.person or not checked.role or not checked.capacity:
            return Faulty(checked.faults or {"": "Delegasi ini tidak lengkap."})
        new = Delegation(
            office.token(),
            checked.person.id,
            checked.role,
            checked.capacity,
            checked.principal,
            wanted.basis.strip(),
            *checked.span,
            by.id,
        )
        delegations.add(connection, new, now)
        detail = f"{new.role.value} {new.capacity.value}"
        audit.record(connection, by.id, "delegasi.buat", f"person/{new.person}", now, detail)
    return new


def end(office: Office, by: Person, id: str) -> Delegation | Refused:
    """End a delegation before its last day, by its principal, whoever made it, or the administrator."""
    now = office.clock()
    with writing(office.store) as connection:
        one = delegations.find(connection, id)
        if one is None or one.standing(now) is Standing.OVER:
            return Refused("Delegasi ini tidak ada atau sudah berakhir.")
        if not may_end(by, one):
            return Refused(
                "Delegasi hanya dapat diakhiri oleh pejabat yang digantikan, oleh yang membuatnya, "
                "atau oleh administrator."
            )
        delegations.end(connection, one, by.id, now)
        audit.record(connection, by.id, "delegasi.akhiri", f"person/{one.person}", now, one.role.value)
    return one


def may_end(by: Person, one: Delegation) -> bool:
    """Say whether a person may end a delegation."""
    return by.id in {one.principal, one.made_by} or Role.ADMIN in by.own_roles()


def _check(connection: Connection, office: Office, by: Person, wanted: Wanted, now: int) -> _Checked:
    found = _Checked()
    _check_role(found, by, wanted)
    _check_days(found, office, wanted, now)
    basis = wanted.basis.strip()
    if not 0 < len(basis) <= LONGEST_BASIS or not basis.isprintable():
        found.faults["dasar"] = (
            f"Isi nomor surat perintah atau nota dinas, paling panjang {LONGEST_BASIS} huruf."
        )
    if found.role is not None:
        _check_people(found, connection, by, wanted, now)
    if not found.faults:
        _check_others(found, connection, now)
    return found


def _check_role(found: _Checked, by: Person, wanted: Wanted) -> None:
    roles = {role.value: role for role in roles_of(by)}
    capacities = {one.value: one for one in (Capacity.DAILY, Capacity.ACTING, Capacity.FOR)}
    found.role, found.capacity = roles.get(wanted.role), capacities.get(wanted.capacity)
    if found.role is None:
        found.faults["peran"] = "Pilih peran yang Anda pegang sendiri."
    if found.capacity is None:
        found.faults["kedudukan"] = "Pilih Plh., Plt., atau a.n."


def _check_days(found: _Checked, office: Office, wanted: Wanted, now: int) -> None:
    first, last, today = _day(wanted.begins), _day(wanted.ends), office.today()
    if first is None or first < today:
        found.faults["mulai"] = "Isi tanggal mulai, hari ini atau sesudahnya."
    if last is None or (first is not None and last < first):
        found.faults["sampai"] = "Isi tanggal terakhir, pada atau sesudah tanggal mulai."
    elif first is not None and last - first >= timedelta(days=MOST_DAYS):
        found.faults["sampai"] = f"Delegasi paling lama {MOST_DAYS} hari."
    if first is not None and last is not None and "sampai" not in found.faults:
        zone = ZoneInfo(office.zone())
        begins = now if first == today else _midnight(first, zone)
        found.span = (begins, _midnight(last + timedelta(days=1), zone))


def _check_people(found: _Checked, connection: Connection, by: Person, wanted: Wanted, now: int) -> None:
    role = found.role or Role.SISTEM
    found.person = people.find(connection, wanted.to, now)
    holders = delegations.holders(connection, role, now)
    if found.person is None or not found.person.roles - OUTSIDERS:
        found.faults["kepada"] = "Pilih pegawai kantor ini yang akan menggantikan."
    elif found.person.id == by.id:
        found.faults["kepada"] = "Anda tidak dapat menunjuk diri sendiri."
    elif found.person.id in holders:
        found.faults["kepada"] = f"{found.person.name} sudah memegang peran {TITLES[role]}."
    if Role.ADMIN not in by.own_roles():
        found.principal = by.id
    elif wanted.principal == VACANT and found.capacity is Capacity.ACTING:
        found.principal = None
    elif wanted.principal in holders:
        found.principal = PersonId(wanted.principal)
    else:
        found.faults["digantikan"] = (
            "Pilih pejabat yang digantikan; hanya Plt. yang dapat mengisi jabatan yang kosong."
        )


def _check_others(found: _Checked, connection: Connection, now: int) -> None:
    """Refuse a second delegation of the same role that overlaps: to one person, or in one person's place."""
    for one in delegations.living(connection, now):
        if one.role is not found.role or not one.meets(*found.span):
            continue
        if found.person is not None and one.person == found.person.id:
            found.faults["kepada"] = f"{found.person.name} sudah memegang peran ini pada waktu tersebut."
        elif Capacity.FOR not in {one.capacity, found.capacity} and one.principal == found.principal:
            words = CAPACITY_WORDS[one.capacity].strip()
            found.faults["mulai"] = f"Pada waktu tersebut sudah ada {words} untuk jabatan ini."


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if len(text) == 10 else None  # noqa: PLR2004 - as the browser sends it
    except ValueError:
        return None


def _midnight(day: date, zone: ZoneInfo) -> int:
    return round(datetime.combine(day, time(), zone).astimezone(UTC).timestamp() * 1000)


def signed_tables(procedures: Mapping[str, Procedure], role: Role) -> frozenset[str]:
    """Give the fingerprints of the tables in which a role signs."""
    return frozenset(
        fingerprint(table)
        for table in procedures.values()
        if any(step.role is role and any(one.signed for one in step.branches) for step in table.steps)
    )


def readiness(office: Office, person: PersonId, role: Role) -> Readiness:
    """Say whether a person could sign what a role signs now: the officers' list decides, not the console."""
    wanted = signed_tables(office.procedures, role)
    if not wanted and role not in ROLES[Permission.ORDER_DOOR]:
        return Readiness.NOT_NEEDED
    listed = outside.people(office.registry)
    mine = next((one for one in (listed.approvers if listed else ()) if one.person == person), None)
    if mine is not None:
        return Readiness.READY if wanted <= set(mine.procedures) else Readiness.OTHER_TABLES
    if office.approval() is Approval.SESSION:
        return Readiness.BY_SESSION
    with reading(office.store) as connection:
        known = {one.person.id for one in people.signatories(connection, office.clock())}
    return Readiness.NOT_LISTED if person in known else Readiness.NO_KEY
