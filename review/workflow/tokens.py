"""Making and revoking the tokens of people's programs.

A token acts for one person in one of the roles held when it was made, and only while that person still holds
it. Its secret is shown once; what a program may do with it is decided by ``access`` and ``case`` as for the
person, so that a token never opens what a page would not.

Decisions:
    2026-11-21: the password is asked for again before a token is made, because a page left open for half an
    hour must not become a key that lasts a year.
    2026-11-21: a token signs nothing by itself: an answer that adds a right needs the passphrase of its
    approver each time, as on the page. Who steals a token can ask, and read, and not approve.
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from review import password
from review.access import Permission, Refused, may
from review.form import Faulty, day
from review.office import Office
from review.people import Person, Role
from review.store import audit, people, throttles, tokens
from review.store.tokens import Token, TokenState
from review.store.transaction import reading, writing

PREFIX = "akses_"
"""What every token begins with, so that one that strayed into a file is found by a search."""

LONGEST = 365
"""Days a token may last."""

MOST = 20
"""Tokens in force that one person may have."""

LABEL = 60

WRONG = "Kata sandi salah."
UNKNOWN = Refused("Token tidak ditemukan.")


@dataclass(frozen=True, slots=True)
class Made:
    """A fresh token, and the secret that nobody can read again."""

    token: Token
    secret: str


def make(office: Office, person: Person, given: Mapping[str, str]) -> Made | Faulty:
    """Make a token from ``nama``, ``peran``, ``sampai`` (its last day) and ``sandi``, the own password."""
    faults = _faults(office, person, given)
    if not faults and (fault := _password_fault(office, person, given.get("sandi", ""))):
        faults = {"sandi": fault}
    if faults:
        return Faulty(faults)
    now, secret = office.clock(), PREFIX + secrets.token_urlsafe(32)
    last = day(given["sampai"]) or office.today()
    ends = _midnight_after(last, office.zone())
    new = Token(office.token(), person.id, Role(given["peran"]), given["nama"].strip(), now, ends)
    with writing(office.store) as connection:
        if tokens.living(connection, person.id, now) >= MOST:
            return Faulty({"": f"Paling banyak {MOST} token yang berlaku. Cabutlah yang tidak dipakai."})
        tokens.add(connection, new, secret)
        audit.record(connection, person.id, "token.buat", f"token/{new.id}", now, new.role.value)
    return Made(new, secret)


def latest(today: date) -> date:
    """Give the last day that a token made today may have."""
    return today + timedelta(days=LONGEST)


def _midnight_after(last: date, zone: str) -> int:
    ends = datetime.combine(last + timedelta(days=1), time(), ZoneInfo(zone))
    return int(ends.timestamp() * 1000)


def _faults(office: Office, person: Person, given: Mapping[str, str]) -> dict[str, str]:
    faults: dict[str, str] = {}
    label, role, last = given.get("nama", "").strip(), given.get("peran", ""), day(given.get("sampai", ""))
    if not label or len(label) > LABEL or not label.isprintable():
        faults["nama"] = f"Wajib diisi, paling panjang {LABEL} karakter."
    if role not in person.roles:
        faults["peran"] = "Pilih salah satu peran yang Anda pegang."
    if last is None:
        faults["sampai"] = "Tanggal tidak dikenal; tulis seperti 2026-12-31."
    elif not office.today() <= last <= latest(office.today()):
        faults["sampai"] = f"Harus antara hari ini dan {LONGEST} hari ke depan."
    return faults


def _password_fault(office: Office, person: Person, typed: str) -> str:
    """Check the person's password, and count a failure as signing in does."""
    key, now = throttles.key_of("sandi", person.id), office.clock()
    with reading(office.store) as connection:
        pause = throttles.wait(connection, key, now)
        sealed = people.password_of(connection, person.id)
    if pause:
        return f"Terlalu banyak percobaan. Cobalah lagi dalam {1 + pause // 1000} detik."
    right = len(typed) <= password.LONGEST and password.matches(typed, sealed or password.NOBODY)
    with writing(office.store) as connection:
        if right and sealed:
            throttles.clear(connection, key)
            return ""
        throttles.fail(connection, key, now)
    return WRONG


def revoke(office: Office, by: Person, id: str) -> Token | Refused:
    """End a token, by its owner or an administrator."""
    now = office.clock()
    with writing(office.store) as connection:
        token = tokens.find(connection, id)
        if token is None:
            return UNKNOWN
        if token.person != by.id:
            allowed = may(by, Permission.CUT_PROGRAM)
            if isinstance(allowed, Refused):
                return allowed
        if tokens.revoke(connection, id, now):
            audit.record(connection, by.id, "token.cabut", f"token/{id}", now, token.role.value)
    return token


def person_of(office: Office, secret: str) -> tuple[Token, Person] | Refused | None:
    """Give the token in force with a secret and its person in its one role; None for a foreign secret.

    Its owner may have lost the role since, or left; the token then says so and opens nothing.
    """
    now = office.clock()
    with reading(office.store) as connection:
        token = tokens.whose(connection, secret)
        person = None if token is None else people.find(connection, token.person, now)
    if token is None:
        return None
    state = token.state(now)
    if state is not TokenState.LIVE:
        return Refused(f"Token “{token.label}” sudah {state.value}. Buatlah token baru pada halaman Token.")
    if person is None or token.role not in person.roles:
        return Refused("Pemilik token ini tidak lagi memegang perannya. Buatlah token baru.")
    return token, person.only(token.role)
