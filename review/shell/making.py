"""A token made at the office's own machine, for who has no browser there, by the page's own rules."""

from dataclasses import dataclass, field
from pathlib import Path

from card_registry.durable import write_whole
from card_registry.errors import NotWarranted, OperatorMistaken
from review.form import Faulty
from review.office import Office
from review.people import Person
from review.serving import Stores, open_office_of
from review.store import people
from review.store.transaction import reading
from review.workflow.tokens import make

WRONG = "login or password is wrong; no token was made"
OPTIONS = {"nama": "--label", "peran": "--role", "sampai": "--until", "sandi": "password"}
"""The fields of the page's form, by what this command calls them."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What the command line says: whose token, in which role, called what, its last day (YYYY-MM-DD)."""

    login: str
    password: str = field(repr=False)
    role: str
    label: str
    until: str


def make_token(stores: Stores, site: str, places: tuple[Path, Path], asked: Asked, out: Path) -> None:
    """Make a token and write it into a new file that its owner alone may read.

    Raises:
        OperatorMistaken: Nobody has that login, a store is missing, or the file is there already.
        NotWarranted: The office refused; the sentences say why.
    """
    if out.exists():
        raise OperatorMistaken(f"{out.name} is there already; name another --out")
    run, doors = places
    office = open_office_of(stores, site, run, doors)
    try:
        given = {"nama": asked.label, "peran": asked.role, "sampai": asked.until, "sandi": asked.password}
        made = make(office, _person(office, asked.login), given)
    finally:
        for store in (office.store, office.registry, office.ledger):
            store.dispose()
    if isinstance(made, Faulty):
        faults = (f"{OPTIONS.get(name, 'token')}: {said}" for name, said in made.faults.items())
        raise NotWarranted("\n".join(faults))
    write_whole(out, f"{made.secret}\n".encode(), 0o600)


def _person(office: Office, login: str) -> Person:
    with reading(office.store) as connection:
        account = people.account(connection, login)
        person = None if account is None else people.find(connection, account.id, office.clock())
    if person is None:
        raise OperatorMistaken(WRONG)
    return person
