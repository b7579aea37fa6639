"""Cards in hand: what a desk reports about the card it made, and taking a card away."""

from dataclasses import dataclass, replace

import msgspec
from sqlalchemy import Connection

from card_registry import canonical
from card_registry.statements import WithdrawWarrant
from card_registry.words import (
    CardStatus,
    ControllerId,
    CredentialKind,
    PersonId,
    Subject,
    Tier,
    require_digest,
)
from review.access import Permission, Refused, may
from review.case import Case, CaseState, undo
from review.office import Office
from review.people import Person
from review.procedure import Effect
from review.publication import PublicationState
from review.store import audit, cards, cases, desks, papers
from review.store.cards import CardRow, Withdrawal
from review.store.desks import Job, JobState
from review.store.transaction import writing

WITHDRAWN = "kartu-dicabut"
"""The office's code for a card that an operator took away."""

GONE = frozenset({CardStatus.REVOKED, CardStatus.LOST, CardStatus.DESTROYED})
"""The states of a card that opens nothing any more, whatever its holder may."""

RESULT = 4 * 1024
"""The largest result a desk may post, in bytes."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a desk's journal holds the credential-bound event; the controller is the desk."""

    controller: ControllerId
    epoch: int
    seq: int


@dataclass(frozen=True, slots=True)
class Bound:
    """The desk bound a credential: what it proves, how strongly, and where it is written down."""

    digest: str
    tier: Tier
    kind: CredentialKind
    event: Place

    def __post_init__(self) -> None:
        """Refuse a digest of another shape, and a place no journal has."""
        require_digest(self.digest, "a credential's digest")
        if self.event.epoch < 1 or self.event.seq < 0:
            message = "an event's place must have an epoch from 1 and a number from 0"
            raise ValueError(message)


@dataclass(frozen=True, slots=True)
class Failed:
    """The desk could not make the card, and why."""

    sentence: str

    def __post_init__(self) -> None:
        """Refuse a sentence too long to print."""
        if len(self.sentence) > 300:  # noqa: PLR2004 - said in the message
            message = "a sentence has at most 300 characters"
            raise ValueError(message)


def report(office: Office, desk: ControllerId, id: str, result: Bound | Failed) -> Job | Refused:
    """Take a desk's result for its job; the same result again changes nothing."""
    body, now = canonical.encode(result), office.clock()
    with writing(office.store) as connection:
        job = desks.find(connection, id, lock=True)
        if job is None or job.desk != desk:
            return Refused("Tugas ini tidak ada pada meja Anda.")
        if job.state in {JobState.BOUND, JobState.FAILED}:
            return job if job.result == body else Refused("Tugas ini sudah dilaporkan dengan hasil lain.")
        if isinstance(result, Failed):
            return _failed(connection, job, result, body, now)
        return _bound(connection, job, result, body, now)


def _bound(connection: Connection, job: Job, result: Bound, body: bytes, now: int) -> Job | Refused:
    place = result.event
    if place.controller != job.desk:
        return Refused("Peristiwa yang dilaporkan bukan dari jurnal meja ini.")
    source = f"{place.controller}/{place.epoch}/{place.seq}"
    done = replace(job, state=JobState.BOUND, result=body, source=source)
    desks.finish(connection, done, now)
    cards.bind(connection, job.card, result.kind, result.tier, result.digest)
    audit.record(connection, job.maker, "kartu.terikat", f"card/{job.card}", now, source)
    return done


def _failed(connection: Connection, job: Job, result: Failed, body: bytes, now: int) -> Job:
    done = replace(job, state=JobState.FAILED, result=body)
    desks.finish(connection, done, now)
    abandon(connection, job, f"Meja melaporkan: {result.sentence}", now)
    audit.record(connection, job.maker, "kartu.gagal", f"card/{job.card}", now)
    return done


def abandon(connection: Connection, job: Job, why: str, now: int, back_to: str | None = None) -> None:
    """Give up a card that came to nothing and open its step, or an earlier one, again."""
    cards.mark(connection, job.card, CardStatus.DESTROYED)
    file = cases.load(connection, job.asker(), lock=True)
    if file is not None and (file.case.state is CaseState.WAITING or _is_asked_at_door(file.case)):
        step = back_to or (None if file.case.waiting else _opening(file.case))
        cases.save(connection, file.case, undo(file.case, why[:500], now, step))


def _is_asked_at_door(case: Case) -> bool:
    """Say whether a visit's guests wait for their card: its making comes to nothing before they are in."""
    return case.state is CaseState.RUNNING and Effect.VISIT_ADMIT in case.here().effects


def _opening(case: Case) -> str | None:
    return next((step.no for step in case.procedure.steps if Effect.VISIT_OPEN in step.effects), None)


def revoke(office: Office, person: Person, id: str, why: str) -> Withdrawal | Refused:
    """Take a card away at once: a warrant that needs no signature, for an operator or an admin."""
    allowed = may(person, Permission.REVOKE_CARD)
    if isinstance(allowed, Refused):
        return allowed
    reason = why.strip()
    if not reason or len(reason) > 500:  # noqa: PLR2004 - the column's length
        return Refused("Alasan pencabutan harus diisi, paling panjang 500 karakter.")
    with writing(office.store) as connection:
        card = cards.find(connection, id)
        if card is None:
            return Refused("Kartu tidak ditemukan.")
        if card.status in GONE:
            return Refused(f"Kartu {card.number} sudah tidak berlaku.")
        gone = take_card((connection, office, person.id), card, reason)
    office.wake_signer()
    return gone


def take_card(
    place: tuple[Connection, Office, PersonId],
    card: CardRow,
    reason: str,
    code: str = WITHDRAWN,
    status: CardStatus = CardStatus.REVOKED,
) -> Withdrawal:
    """Issue the warrant, mark the card, and stop its making if it is still being made.

    ``place`` is the transaction, the office, and who takes the card away.
    """
    connection, office, person = place
    now = office.clock()
    warrant = WithdrawWarrant(1, Subject.CARD, card.id, card.case, person, code)
    serial = papers.issue(connection, warrant, now)
    gone = Withdrawal(
        office.token(), card.id, person, reason, serial, PublicationState.ASKED, None, "", now, None
    )
    cards.withdraw(connection, gone)
    job = desks.of_card(connection, card.id)
    if job is not None and job.publication is not PublicationState.EVERYWHERE:
        desks.finish(connection, replace(job, state=JobState.FAILED), now)
        abandon(connection, job, f"Kartu {card.number} dicabut sebelum selesai dibuat.", now)
    cards.mark(connection, card.id, status)
    audit.record(connection, person, "kartu.cabut", f"card/{card.id}", now, f"warrant {serial}")
    return gone


def read_result(data: bytes) -> Bound | Failed:
    """Read what a desk posts.

    Raises:
        ValueError: Too long, not one of the two shapes, or an unknown field.
    """
    if len(data) > RESULT:
        message = f"a result has at most {RESULT} bytes"
        raise ValueError(message)
    fields = msgspec.json.decode(data, type=dict[str, object])
    state = fields.pop("state", None)
    match state:
        case "bound" if set(fields) == set(Bound.__dataclass_fields__):
            return msgspec.convert(fields, Bound)
        case "failed" if set(fields) == set(Failed.__dataclass_fields__):
            return msgspec.convert(fields, Failed)
        case _:
            message = "a result is bound with digest, tier, kind and event, or failed with a sentence"
            raise ValueError(message)
