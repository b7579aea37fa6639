"""The office's own lists that options of forms come from: doors, holders, rights, cards, servers, people.

A list is read when a form first offers it: most forms offer one or two, and those of rights and cards grow
with the office.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence

from sqlalchemy import Connection

from card_registry.words import CardStatus
from review.form import Option
from review.office import Office
from review.people import Role
from review.projection import local_time
from review.request import SCHEDULES
from review.store import cards, grants, inventory, people
from review.store.grants import OfficeGrant

OUTSIDERS = frozenset({Role.PEMOHON, Role.SISTEM, Role.AUDITOR})
"""The roles that make nobody one of the office's own people."""


class Lists(Mapping[str, Sequence[Option]]):
    """Lists by name, each read once, when it is first asked for."""

    def __init__(self, readers: Mapping[str, Callable[[], Sequence[Option]]]) -> None:
        """Read a list of a name by its reader."""
        self._readers = readers
        self._read: dict[str, Sequence[Option]] = {}

    def but(self, **readers: Callable[[], Sequence[Option]]) -> "Lists":
        """Give these lists with some read another way."""
        return Lists({**self._readers, **readers})

    def __getitem__(self, name: str) -> Sequence[Option]:
        if name not in self._read:
            self._read[name] = self._readers[name]()
        return self._read[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._readers)

    def __len__(self) -> int:
        return len(self._readers)


def on_offer(connection: Connection, office: Office) -> Lists:
    """Give the office's lists as they are now, for as long as the connection's transaction lasts."""
    return Lists(
        {
            "pintu": lambda: [Option(door.id, door.label) for door in office.doors],
            "jadwal": lambda: SCHEDULES,
            "pemegang": lambda: [
                Option(id, f"{name} – {unit}") for id, name, unit in grants.holders_of(connection)
            ],
            "izin": lambda: _rights(connection, office),
            "kartu": lambda: [
                Option(card.id, card.number)
                for card in cards.listed(connection)
                if card.status is not CardStatus.DESTROYED
            ],
            "rak": lambda: inventory.rack_options(connection),
            "server": lambda: inventory.server_options(connection),
            "pegawai": lambda: [
                Option(person.id, f"{person.name} – {person.title()}")
                for person in people.everyone(connection, office.clock())
                if person.roles - OUTSIDERS
            ],
        }
    )


def _rights(connection: Connection, office: Office) -> Sequence[Option]:
    """Say of each right whose it is, where, and until when."""
    labels, zone = {door.id: door.label for door in office.doors}, office.zone()

    def told(grant: OfficeGrant) -> str:
        doors = ", ".join(labels.get(door, door) for door in grant.terms.doors)
        last = local_time(grant.terms.ends - 1, zone)[0]
        return f"{grant.holder_name} – {doors} – s.d. {last:%d-%m-%Y}"

    living = grants.all_active(connection, office.clock())
    return [Option(grant.terms.id, told(grant)) for grant in living]
