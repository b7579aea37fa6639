"""What ends when: every signature the site lives by, whose key signs it again, and how near the end is.

The signer signs its own roles again by itself at half their life; what officers or the enroller must sign is
alarmed 60, 30 and 7 days before it ends, because they are people and must come together. The signer writes
what is due into the registry store, where the console reads it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Connection
from tuf.api.exceptions import RepositoryError
from tuf.api.metadata import Metadata

from card_registry import canonical, certificate
from card_registry.authority import store
from card_registry.errors import Malformed, StoreBroken
from card_registry.instant import DAY, HOUR, SECOND
from card_registry.stores.engine import open_store
from card_registry.stores.expiring import NOTED, Level, Notice
from card_registry.trust.publish import life_of
from card_registry.trust.slots import Role, root_slot, root_version

ALARMS = ((Level.URGENT, 7 * DAY), (Level.NEAR, 30 * DAY), (Level.SOON, 60 * DAY))
"""From how long before the end each level counts, in milliseconds, the nearest first."""

BY_PEOPLE: Mapping[str, str] = {
    Role.ROOT: "two officers: akses registry draft renewal",
    Role.TARGETS: "two officers: akses registry draft renewal",
    Role.DOORS: "two officers and the enroller: akses registry draft renewal --doors",
}
"""Which roles people sign, and how."""


@dataclass(frozen=True, slots=True)
class Expiry:
    """When one role's signature ends (milliseconds), whose key renews it, and how near that is."""

    role: str
    ends: int
    signer: str
    level: Level
    left: int

    @property
    def sentence(self) -> str:
        """Say it."""
        at = datetime.fromtimestamp(self.ends / SECOND, UTC).strftime("%Y-%m-%d %H:%M UTC")
        days = abs(self.left) // DAY
        span = f"{days} days" if days else f"{abs(self.left) // HOUR} hours"
        when = f"ended {span} ago" if self.left <= 0 else f"holds for {span} more"
        return f"{self.role} {when}, until {at}; signed again by {self.signer}"

    def as_json(self) -> dict[str, object]:
        """Give it for a program."""
        names = ("role", "ends", "signer", "level", "left")
        return {name: getattr(self, name) for name in names}


def expiries(slots: Mapping[str, bytes], now: int) -> tuple[Expiry, ...]:
    """Give every role's end, the soonest first; of the roots only the newest counts.

    Raises:
        StoreBroken: A role cannot be read.
    """
    newest = max(version for name in slots if (version := root_version(name)) is not None)
    found = [_expiry(Role.ROOT, slots[root_slot(newest)], now)]
    roles = [name for name in slots if name.startswith("meta/")]
    found.extend(_expiry(name.removeprefix("meta/"), slots[name], now) for name in roles)
    found.extend(_certificate(name, slots[name], now) for name in slots if name.startswith("cert/"))
    return tuple(sorted((one for one in found if one.ends), key=lambda one: (one.ends, one.role)))


def _certificate(name: str, pem: bytes, now: int) -> Expiry:
    """Give when a device's certificate ends; a device that was cut off has none (0)."""
    try:
        ends = certificate.read(pem).ends if pem else 0
    except Malformed as error:
        message = f"slot {name} in the registry store cannot be read; restore the store from a backup"
        raise StoreBroken(message) from error
    left = ends - now
    level = Level.OVER if left <= 0 else Level.URGENT if left < certificate.LIFE // 4 else Level.FINE
    by = "the signer, by itself, where it is told of the TLS authority: --tls"
    return Expiry(f"certificate of {name.removeprefix('cert/')}", ends, by, level, left)


def due(found: Iterable[Expiry]) -> tuple[Expiry, ...]:
    """Give those that somebody must be told of."""
    return tuple(one for one in found if one.level is not Level.FINE)


def level_of(role: str, left: int) -> Level:
    """Say how near an end is; what a machine signs by itself alarms only when that has failed."""
    if left <= 0:
        return Level.OVER
    if role not in BY_PEOPLE:
        return Level.URGENT if left < life_of(role) // 4 else Level.FINE
    for level, before in ALARMS:
        if left <= before:
            return level
    return Level.FINE


def read_expiries(url: str, now: int) -> tuple[Expiry, ...]:
    """Read every role's end from the registry store.

    Raises:
        OperatorMistaken: The registry is not founded.
        StoreBroken: A role cannot be read.
    """
    engine = open_store(url, "registry", read_only=True)
    try:
        with engine.connect() as connection:
            store.require_founded(connection)
            return expiries(store.SlotRows(connection), now)
    finally:
        engine.dispose()


def note(connection: Connection, now: int) -> tuple[Expiry, ...]:
    """Keep in the store what somebody must be told of, for the console to read; give it.

    Raises:
        StoreBroken: A role cannot be read.
    """
    found = due(expiries(store.SlotRows(connection), now))
    body = canonical.encode(tuple(Notice(one.role, one.ends, one.level, one.signer) for one in found))
    if store.get_value(connection, NOTED) != body:
        store.set_values(connection, {NOTED: body})
    return found


def _expiry(role: str, data: bytes, now: int) -> Expiry:
    try:
        ends = round(Metadata.from_bytes(data).signed.expires.timestamp() * SECOND)
    except (RepositoryError, ValueError) as error:
        message = f"role {role} in the registry store cannot be read; restore the store from a backup"
        raise StoreBroken(message) from error
    left = ends - now
    return Expiry(role, ends, BY_PEOPLE.get(role, "the signer, by itself"), level_of(role, left), left)
