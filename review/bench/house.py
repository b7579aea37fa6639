"""The invented site as its hub sees it: a founded registry, ten controllers in its directory, a ledger.

The hub is another package's, so it is met as anybody meets it: by its commands and files alone.
"""

import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from sqlalchemy import Engine, delete, insert

from card_registry import canonical
from card_registry.durable import write_whole
from card_registry.signing import public_hex
from card_registry.statements import ControllerEntry, Directory, People
from card_registry.stores import registry as tables
from card_registry.stores.engine import open_store
from card_registry.trust.ceremony import Founding, found
from card_registry.trust.publish import Edition, SigningKeys
from card_registry.trust.slots import DIRECTORY, FIRST_ROOT, Role, grants_role, plan_slot
from card_registry.words import ControllerId, ControllerKind, ControllerStatus
from review.bench.journals import key_of
from review.bench.town import SITE, controllers, doors_of, policy, rule_of

PASSPHRASE = b"ukur\n"


class HubRefused(Exception):
    """The hub did not store what was brought; the text is its own sentence."""


@dataclass(frozen=True, slots=True)
class House:
    """The site's folder; its files are made on first use and found again later."""

    folder: Path

    @property
    def registry(self) -> str:
        """Give the URL of its registry store."""
        return f"sqlite:///{self.folder}/registry.db"

    @property
    def ledger(self) -> str:
        """Give the URL of its ledger."""
        return f"sqlite:///{self.folder}/ledger.db"

    def found(self) -> None:
        """Found the site, unless it was: keys, registry and directory.

        Raises:
            HubRefused: The hub's key could not be made.
        """
        if self._root.exists():
            return
        self.folder.mkdir(parents=True, exist_ok=True)
        write_whole(self._passphrase, PASSPHRASE, 0o600)
        receipt = _bridge("receipt-key", *self._key()).strip()
        officers = [key_of(f"officer {one}") for one in range(3)]
        present = Founding(officers, key_of("enroller"), key_of("grants"), key_of("online"))
        now = time.time_ns() // 1_000_000
        slots = found(present, People(1, SITE, ()), policy(receipt), now)
        keys = SigningKeys(present.grants, present.online, present.enroller)
        slots |= _enrolled(Edition(slots, keys, 2, now))
        engine = open_store(self.registry, "registry")
        _publish(engine, slots)
        engine.dispose()
        write_whole(self._root, sha256(slots[FIRST_ROOT]).hexdigest().encode(), 0o600)

    def carry(self, folders: Sequence[Path]) -> int:
        """Let the hub verify and store what lies in outbox folders; give how many rows were new.

        Raises:
            HubRefused: It believed something not, or stored nothing.
        """
        stores = ("--ledger", self.ledger, "--registry", self.registry)
        root = ("--root", self._root.read_text())
        said = _bridge("carry", "--site", SITE, *stores, *self._key(), *root, *map(str, folders))
        return sum(int(line.split()[0]) for line in said.splitlines())

    @property
    def _root(self) -> Path:
        return self.folder / "root"

    @property
    def _passphrase(self) -> Path:
        return self.folder / "passphrase"

    def _key(self) -> tuple[str, ...]:
        return (
            "--receipt-key-dir",
            str(self.folder / "hub"),
            "--passphrase-file",
            str(self._passphrase),
        )


def _bridge(*words: str) -> str:
    """Run a command of the hub's package; give what it printed."""
    line = (sys.executable, "-P", "-m", "card_registry.command", "bridge", *words)
    done = subprocess.run(line, capture_output=True, text=True, check=False)
    if done.returncode:
        raise HubRefused(done.stderr.strip()[-400:])
    return done.stdout


def _enrolled(edition: Edition) -> dict[str, bytes]:
    """Publish the directory of the controllers, each with its log key and its doors."""
    entries = tuple(map(_entry, controllers()))
    edition.put(Role.DOORS, DIRECTORY, canonical.encode(Directory(1, SITE, entries)))
    for one in controllers():
        edition.delegate(one)
        edition.put(grants_role(one), plan_slot(one), b'{"nothing":true}')
    return edition.close()


def _entry(one: ControllerId) -> ControllerEntry:
    door, active, key = ControllerKind.DOOR, ControllerStatus.ACTIVE, public_hex(key_of(one))
    return ControllerEntry(one, door, active, 1, key, "0" * 64, tuple(map(rule_of, doors_of(one))))


def _publish(engine: Engine, slots: dict[str, bytes]) -> None:
    tables.metadata.create_all(engine)
    with engine.begin() as connection:
        connection.execute(delete(tables.slot))
        rows = [{"name": name, "serial": 1, "body": body} for name, body in slots.items()]
        connection.execute(insert(tables.slot), rows)
