"""Who works here, entered once: an accounts file becomes people with hashed passwords and sealed keys.

The file is read strictly and can be thrown away afterwards; passwords and passphrases are kept nowhere.
What it gives back is the list of approvers for the officers to sign: public keys, and the tables each is
good for.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

import msgspec
from sqlalchemy import Connection, Engine

from card_registry.authority import keyfile
from card_registry.errors import OperatorMistaken
from card_registry.statements import Approver
from card_registry.words import PersonId
from review import password
from review.access import ROLES, Permission
from review.form import nip
from review.notices.parcel import ChannelName, is_address
from review.people import SYSTEM, Role
from review.procedure import Procedure, Step, fingerprint
from review.store import audit, cases, contacts, delegations, people
from review.store.people import Key, NewPerson
from review.store.transaction import reading, writing

LONGEST_RANK = 60
"""The longest rank that documents print, such as ``Pembina Utama Muda (IV/c)``."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One person of the accounts file; a passphrase makes them an approver, an e-mail address reachable.

    Rank and NIP stand below their signatures; who has none leaves them out.
    """

    login: str
    name: str
    unit: str
    role: Role
    password: str
    signing_passphrase: str | None = None
    email: str = ""
    rank: str = ""
    nip: str = ""

    def __post_init__(self) -> None:
        """Refuse what could not sign in or would not print."""
        if not (1 <= len(self.login) <= 64 and self.login == self.login.strip().lower()):  # noqa: PLR2004 - said
            message = "a login has 1 to 64 characters, in lower case"
            raise ValueError(message)
        if not self.name.strip() or not self.unit.strip() or max(len(self.name), len(self.unit)) > 120:  # noqa: PLR2004
            message = f"{self.login} needs a name and a unit of at most 120 characters"
            raise ValueError(message)
        if not password.SHORTEST <= len(self.password) <= password.LONGEST:
            message = (
                f"the password of {self.login} needs {password.SHORTEST} to {password.LONGEST} characters"
            )
            raise ValueError(message)
        if self.email and not is_address(self.email):
            message = f"the email of {self.login} is no address such as nama@contoh.go.id"
            raise ValueError(message)
        if self.nip and nip.fault(self.nip, date.max):
            message = f"the nip of {self.login} is not 18 digits with real dates; who has none needs none"
            raise ValueError(message)
        if len(self.rank) > LONGEST_RANK or not self.rank.isprintable():
            message = f"the rank of {self.login} needs one line of at most {LONGEST_RANK} characters"
            raise ValueError(message)
        if self.role is Role.SISTEM:
            message = "sistem is the program itself; nobody signs in as it"
            raise ValueError(message)


@dataclass(frozen=True, slots=True)
class Accounts:
    """The accounts file."""

    people: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Work:
    """How much memory each try of a secret takes, in KiB: what guessing costs. Only a test asks for less."""

    password: int = password.MEMORY
    passphrase: int = keyfile.MEMORY


FULL = Work()


def enter(
    store: Engine, accounts: Accounts, now: int, entropy: Callable[[int], bytes], work: Work = FULL
) -> int:
    """Enter everybody whose login is not taken yet, in one transaction; give how many were new.

    Of those whose login is taken only rank and NIP are entered, where the file says them.
    """
    with reading(store) as connection:
        taken = people.logins(connection)
    fresh = [entry for entry in accounts.people if entry.login not in taken]
    sealed = [(PersonId(entropy(16).hex()), _sealed(entry, entropy, work), entry.email) for entry in fresh]
    with writing(store) as connection:
        for id, new, email in sealed:
            people.add(connection, id, new, now)
            contacts.keep(connection, id, ChannelName.EMAIL, email, now)
            audit.record(connection, SYSTEM, "orang.masukkan", f"person/{id}", now, new.role.value)
        for entry in accounts.people:
            if entry.login in taken:
                _describe(connection, entry, now)
    return len(sealed)


def _describe(connection: Connection, entry: Entry, now: int) -> None:
    """Enter the rank and NIP of somebody known, where the file says them: ranks rise, and files grow."""
    changed = people.describe(connection, entry.login, entry.rank.strip(), nip.tidy(entry.nip))
    if changed is not None:
        audit.record(connection, SYSTEM, "orang.pangkat", f"person/{changed}", now)


def _sealed(entry: Entry, entropy: Callable[[int], bytes], work: Work) -> NewPerson:
    key = None
    if entry.signing_passphrase is not None:
        file, public = keyfile.make(entry.signing_passphrase, entropy(keyfile.ENTROPY), work.passphrase)
        key = Key(file, public)
    secret = password.seal(entry.password, entropy(16), work.password)
    return NewPerson(
        entry.login,
        entry.name.strip(),
        entry.unit.strip(),
        entry.role,
        secret,
        key,
        entry.rank.strip(),
        nip.tidy(entry.nip),
    )


def approvers(store: Engine, procedures: Mapping[str, Procedure], now: int) -> tuple[Approver, ...]:
    """Give the approvers for the officers' list: the keys with the tables in which their holder approves.

    Those are the tables in force and, for running cases, the ones they began with; a role that somebody will
    hold by a delegation already made counts. Who may give doors orders is listed as well, without a table if
    need be.
    """
    with reading(store) as connection:
        signatories = people.signatories(connection, now)
        coming = delegations.coming(connection, now)
        tables = (*procedures.values(), *cases.pinned(connection))
    found = []
    for one in signatories:
        roles = one.person.roles | coming.get(one.person.id, frozenset())
        good_for = {
            fingerprint(table)
            for table in tables
            if any(_signs(step) and step.role in roles for step in table.steps)
        }
        if good_for or roles & ROLES[Permission.ORDER_DOOR]:
            found.append(Approver(one.person.id, one.public, tuple(sorted(good_for)), one.passkeys))
    return tuple(found)


def _signs(step: Step) -> bool:
    return any(branch.signed for branch in step.branches)


def read(data: bytes) -> Accounts:
    """Read an accounts file (JSON).

    Raises:
        OperatorMistaken: Not of its format; the text says where.
    """
    try:
        loose = msgspec.json.decode(data, type=dict[str, list[dict[str, object]]])
        _require_fields(loose)
        return msgspec.convert(loose, Accounts)
    except (msgspec.DecodeError, ValueError) as error:
        message = f"the accounts file is not of its format: {error}"
        raise OperatorMistaken(message) from error


def _require_fields(loose: Mapping[str, list[dict[str, object]]]) -> None:
    unknown = {key for one in loose.get("people", []) for key in one} - set(Entry.__dataclass_fields__)
    unknown |= set(loose) - {"people"}
    if unknown or not loose:
        message = f"it must hold people with known fields only, not {min(unknown, default='nothing')!r}"
        raise ValueError(message)
