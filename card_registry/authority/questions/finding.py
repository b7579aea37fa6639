"""Where a card opens, and what a door would answer to it: from the registry as it is published now."""

from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, Engine, select

from card_registry import canonical
from card_registry.authority import store
from card_registry.authority.rows import concerned
from card_registry.authority.warrant import BoundCredential, HeldGrant
from card_registry.circumstances import Circumstances
from card_registry.decision import Denied, Granted, Tap, decide
from card_registry.errors import OperatorMistaken
from card_registry.instant import Instant
from card_registry.journal.event import Versions
from card_registry.registry import Registry
from card_registry.shown import CredentialRow
from card_registry.statements import Directory
from card_registry.stores import registry as tables
from card_registry.trust.adoption import Trusted, adopt
from card_registry.trust.slots import DIRECTORY
from card_registry.trust.verify import pinned_root, reverify
from card_registry.words import (
    CardId,
    ControllerId,
    CredentialKind,
    DoorId,
    HolderId,
    ReaderId,
    Side,
    Subject,
    Tier,
)

READER = ReaderId("tanya")
"""Stands for any reader on the way in."""

NOT_LISTED = "0" * 64
LEAST_DIGITS = 8


@dataclass(frozen=True, slots=True)
class Answered:
    """What a door's own rules answer, and by which registry."""

    card: CardId
    controller: ControllerId
    versions: Versions
    answer: Granted | Denied


@dataclass(frozen=True, slots=True)
class GrantAt:
    """One grant of the card's holder in the registry; ``clears`` and ``denied`` are serials."""

    id: str
    doors: tuple[DoorId, ...]
    schedule: str | None
    begins: int
    ends: int
    kind: str
    case: str
    weak: bool
    clears: int
    denied: int


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """A card, its holder's grants, and the controllers that list it; the denials are serials, 0 for none."""

    card: CardId
    holder: HolderId
    kind: CredentialKind
    tier: Tier
    case: str
    card_denied: int
    holder_denied: int
    grants: tuple[GrantAt, ...]
    controllers: tuple[ControllerId, ...]


def answer(
    registry: Engine,
    root_sha256: str,
    question: tuple[str, DoorId, Instant],
    circumstances: Circumstances,
    scratch: Path,
) -> Answered:
    """Ask what the door answers; ``question`` is the card (or how its id begins), the door, the moment.

    Raises:
        OperatorMistaken: No controller of the site drives the door, or the beginning names several cards.
        SenderLied: The published registry is not genuine from that root.
    """
    asked, door, at = question
    with registry.connect() as connection:
        slots = dict(store.SlotRows(connection))
        card = card_of(connection, asked)
    controller = _driver(canonical.decode(slots[DIRECTORY], Directory, "the directory"), door)
    verified = reverify(slots, pinned_root(slots, root_sha256), controller, scratch)
    value = adopt(Trusted(), verified, controller).registry
    said = decide(value, _tap(value, card, door), circumstances, at)
    return Answered(card, controller, verified.versions, said)


def where(registry: Engine, asked: str) -> tuple[Whereabouts, ...]:
    """Say where a card opens, once for each credential on it; ``asked`` is its id or how that begins.

    Raises:
        OperatorMistaken: The registry knows no such card, or several.
    """
    with registry.connect() as connection:
        card = card_of(connection, asked)
        directory = canonical.decode(store.SlotRows(connection)[DIRECTORY], Directory, "the directory")
        bound = store.credentials_where(connection, card=card)
        return tuple(_whereabouts(connection, directory, one) for one in bound)


def card_of(connection: Connection, asked: str) -> CardId:
    """Find the one card whose id is this or begins so, with eight digits at least.

    Raises:
        OperatorMistaken: There is none, or there are several.
    """
    card = tables.credential.c.card
    query = select(card).where(card.startswith(asked, autoescape=True)).distinct().limit(2)
    found = connection.scalars(query).all() if len(asked) >= LEAST_DIGITS else ()
    if len(found) != 1:
        state = "several cards" if found else "no card"
        raise OperatorMistaken(
            f"{state} in this registry: {asked[:40]!r}; give the card's id (32 hex digits)"
        )
    return CardId(found[0])


def _whereabouts(connection: Connection, directory: Directory, bound: BoundCredential) -> Whereabouts:
    held = store.grants_where(connection, holder=bound.holder)
    serials = {
        subject: store.serials_of(connection, subject, ids)
        for subject, ids in (
            (Subject.CARD, [bound.card]),
            (Subject.HOLDER, [bound.holder]),
            (Subject.GRANT, [one.terms.id for one in held]),
        )
    }
    doors = {door for one in held for door in one.terms.doors}
    return Whereabouts(
        bound.card,
        bound.holder,
        bound.kind,
        bound.tier,
        bound.case,
        serials[Subject.CARD].get(bound.card, 0),
        serials[Subject.HOLDER].get(bound.holder, 0),
        tuple(_grant(one, serials[Subject.GRANT].get(one.terms.id, 0)) for one in held),
        tuple(entry.id for entry in concerned(directory, sorted(doors))),
    )


def _grant(held: HeldGrant, denied: int) -> GrantAt:
    terms = held.terms
    return GrantAt(
        terms.id,
        terms.doors,
        terms.schedule,
        terms.begins,
        terms.ends,
        terms.kind,
        held.case,
        held.weak,
        terms.clears,
        denied,
    )


def _driver(directory: Directory, door: DoorId) -> ControllerId:
    """Find the trusted controller that drives a door."""
    for entry in concerned(directory, [door]):
        return entry.id
    raise OperatorMistaken(
        f"no controller of this site drives the door {door[:40]!r}; look in: registry show"
    )


def _tap(value: Registry | None, card: CardId, door: DoorId) -> Tap:
    """Give the card's best tap on the way in, as if it had proved itself."""
    listed: list[CredentialRow] = []
    if value is not None:
        listed = [row for row in value.credentials.values() if row.card == card]
    if not listed:
        return Tap(
            door,
            READER,
            Side.IN,
            CredentialKind.PKOC,
            Tier.PUBLIC_KEY,
            proven=True,
            match=None,
            credential=NOT_LISTED,
        )
    row = max(listed, key=lambda one: one.tier)
    return Tap(door, READER, Side.IN, row.kind, row.tier, proven=True, match=row.match, credential=row.match)
