"""The founding of a site on one machine: keys are made, two officers sign, and the registry store begins.

All keys lie together here, under one passphrase; ``GIVEN_UP`` says what that costs. Officers who keep their
own keys found by ``authority.officers``, and a site that began here moves there by replacing them all.

Interrupted, it is simply run again: keys already made are used, and the store is founded in one transaction
or not at all. A founded store is never founded again.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Engine

from card_registry.authority import floors, store
from card_registry.authority.keys import PRIVATE_MODE, ROOT_FILE, load_or_make
from card_registry.durable import write_whole
from card_registry.errors import OperatorMistaken
from card_registry.instant import DAY
from card_registry.passkey import require_key, require_origin
from card_registry.pin import holders_most
from card_registry.schedule import DAY_MINUTES, Schedule, Window
from card_registry.signing import public_hex
from card_registry.statements import Approver, People, Policy
from card_registry.stores.engine import migrate, open_store
from card_registry.trust.ceremony import OFFICERS, Founding, found
from card_registry.trust.slots import FIRST_ROOT
from card_registry.words import Approval, ExpiredPolicy, SiteId, require_digest, require_slug

HISTORY = "card_registry:stores/registry_history"
GRACE = 7 * DAY
"""How long doors go on deciding by a registry that nobody signs anew, unless the officers say otherwise."""

GIVEN_UP = """\
This site was founded on one machine. Until you change it, you give up the following:
  - All three officers' keys lie in one folder under one passphrase: whoever has both decides alone who
    approves, who signs, and what doors believe. Two of three protects you from nothing yet.
  - The enroller's key lies beside them; whoever takes the folder can also enrol controllers.
  - If this machine is lost, nobody can recover the site; every controller must be enrolled again.
To end it, each officer makes a key on a machine of their own (akses registry keygen), and then:
  akses registry rotate --officer officer-1=CARD --officer officer-2=CARD --officer officer-3=CARD \\
    --enroller CARD ...
Sign it with two of the keys in this folder and with two of the new ones, apply it, and destroy the folder."""
"""What the one-machine mode says of itself."""

WEEK = (0, 1, 2, 3, 4, 5, 6)
WORKING_DAYS = WEEK[:5]
OPENS, CLOSES = 7 * 60 + 30, 16 * 60
"""Office hours, in minutes of the day."""


@dataclass(frozen=True, slots=True)
class Intent:
    """What the officers decide at the founding."""

    site: SiteId
    approvers: tuple[Approver, ...]
    receipt_key: str
    zone: str
    approval: Approval
    pin_digits: int = 6
    console_origins: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuse a site id, key or address of another shape, and PINs that nobody could have."""
        for address in self.console_origins:
            require_origin(address)
        for key in (key for approver in self.approvers for key in approver.passkeys):
            require_key(key.public)
        holders_most(self.pin_digits)
        require_slug(self.site, "a site id")
        require_digest(self.receipt_key, "the hub's receipt key")


@dataclass(frozen=True, slots=True)
class Folders:
    """Where the officers' and the signer's keys are kept."""

    officers: Path
    signer: Path


def schedules(zone: str) -> Mapping[str, Schedule]:
    """Give the schedules every new site has: office hours, and always."""
    return {
        "jam-kerja": Schedule(zone, (Window(WORKING_DAYS, OPENS, CLOSES),)),
        "24-jam": Schedule(zone, (Window(WEEK, 0, DAY_MINUTES),)),
    }


def found_site(registry: Engine, folders: Folders, passphrase: bytes, intent: Intent, now: int) -> str:
    """Found a site; give the SHA-256 of its first root, which belongs on paper.

    Raises:
        OperatorMistaken: The store is founded already, or a key file cannot be opened.
    """
    migrate(registry, HISTORY, "registry")
    with registry.connect() as connection:
        _refuse_second(store.is_founded(connection))
    present = _keys(folders, passphrase)
    order = load_or_make(folders.signer, "order", passphrase)
    authority = load_or_make(folders.signer, "authority", passphrase)
    policy = policy_of(intent, public_hex(order), public_hex(present.online), public_hex(authority))
    slots = found(present, People(1, intent.site, intent.approvers), policy, now)
    return begin_store(registry, folders.signer, slots, intent.site, now)


def begin_store(registry: Engine, signer: Path, slots: Mapping[str, bytes], site: SiteId, now: int) -> str:
    """Begin a founded site's store with its slots; give the SHA-256 of its first root.

    Raises:
        OperatorMistaken: The store is founded already.
    """
    with registry.connect() as connection:
        _refuse_second(store.is_founded(connection))
    # If power fails here, the store is not founded and the next run writes another root over this one.
    write_whole(signer / ROOT_FILE, slots[FIRST_ROOT], PRIVATE_MODE)
    floors.begin(signer, site)
    with registry.begin() as connection:
        store.set_values(connection, {store.SITE: site.encode(), store.LOCK: b""})
        store.publish(connection, slots, 1, now)
    return hashlib.sha256(slots[FIRST_ROOT]).hexdigest()


def open_current(url: str) -> Engine:
    """Open the registry store; one that an earlier program founded is brought to this program's tables.

    Raises:
        OperatorMistaken: The URL is of another kind of database.
        StoreBroken: The store was written by a newer program.
    """
    engine = open_store(url, "registry")
    with engine.connect() as connection:
        founded = store.is_founded(connection)
    if founded:
        migrate(engine, HISTORY, "registry")
    return engine


def _keys(folders: Folders, passphrase: bytes) -> Founding:
    officers = [
        load_or_make(folders.officers, f"officer-{number}", passphrase) for number in range(1, OFFICERS + 1)
    ]
    enroller = load_or_make(folders.officers, "enroller", passphrase)
    grants = load_or_make(folders.signer, "grants", passphrase)
    return Founding(officers, enroller, grants, load_or_make(folders.signer, "online", passphrase))


def policy_of(intent: Intent, order: str, online: str, authority: str) -> Policy:
    """Give the policy that a site begins with."""
    return Policy(
        1,
        intent.site,
        intent.approval,
        GRACE,
        ExpiredPolicy.EMERGENCY_ONLY,
        ntp_trusted=False,
        zone=intent.zone,
        receipt_keys=(intent.receipt_key,),
        order_keys=(order,),
        authority_keys=(authority,),
        schedules=dict(schedules(intent.zone)),
        pin_digits=intent.pin_digits,
        lockdown_keys=(online,),
        console_origins=intent.console_origins,
    )


def _refuse_second(founded: object) -> None:
    if founded:
        message = (
            "this registry is founded already; a second founding would make every door distrust the site"
        )
        raise OperatorMistaken(message)
