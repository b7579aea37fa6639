"""The outbox: messages written with the act that causes them, claimed and marked by the courier.

What was sent stays: who was told what, when, through which channel, delivered or not.
"""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, case, func, insert, select, update

from card_registry.instant import DAY
from card_registry.words import CaseId, PersonId
from review.notices.parcel import (
    LIFETIME,
    TEXT_LIMIT,
    ChannelName,
    Parcel,
    ParcelState,
    again,
    one_line,
    reference,
)
from review.store import contacts
from review.tables import case_file, person
from review.tables_notices import outbox

DAILY = 60
"""The most messages that one address gets in a day; more stay in the inbox on the console."""

FULL = f"Alamat ini sudah menerima {DAILY} pesan dalam sehari; pesan ini hanya ada di konsol."
EXPIRED = "Tidak terkirim dalam tiga hari."


@dataclass(frozen=True, slots=True)
class Letter:
    """What is to be said about a case: to whom is the caller's to say."""

    case: CaseId
    text: str
    at: int


@dataclass(frozen=True, slots=True)
class Posted:
    """One row as people see it: to whom, when, and how it stands."""

    id: int
    case: str
    number: str
    name: str
    channel: ChannelName
    address: str
    subject: str
    made: int
    state: ParcelState
    tries: int
    tried: int | None
    ended: int | None
    sentence: str


def post(connection: Connection, letter: Letter, person: PersonId) -> None:
    """Write a message to a person, once for each channel on which they can be reached."""
    for channel, address in contacts.of(connection, person).items():
        _write(connection, letter, channel, address, person)


def post_to(connection: Connection, letter: Letter, address: str) -> None:
    """Write an e-mail to somebody who is known by an address only."""
    _write(connection, letter, ChannelName.EMAIL, address, None)


def _write(
    connection: Connection, letter: Letter, channel: ChannelName, address: str, to: PersonId | None
) -> None:
    number = connection.scalar(select(case_file.c.number).where(case_file.c.id == letter.case)) or ""
    recent = (outbox.c.address == address) & (outbox.c.made > letter.at - DAY)
    full = (connection.scalar(select(func.count()).where(recent)) or 0) >= DAILY
    first = letter.text.partition("\n")[0]
    connection.execute(
        insert(outbox).values(
            case=letter.case,
            person=to,
            channel=channel.value,
            address=address,
            subject=one_line(f"[{number}] {first}"),
            text=letter.text[:TEXT_LIMIT],
            made=letter.at,
            state=(ParcelState.GIVEN_UP if full else ParcelState.WAITING).value,
            tries=0,
            next=letter.at,
            ended=letter.at if full else None,
            reference="",
            sentence=FULL if full else "",
        )
    )


def written(connection: Connection, case: CaseId, at: int) -> frozenset[str]:
    """Give the addresses to which one act has written about a case."""
    query = select(outbox.c.address).where(outbox.c.case == case, outbox.c.made == at)
    return frozenset(connection.scalars(query))


def has_expired(connection: Connection, now: int) -> bool:
    """Say whether a message waited too long; asked before, so that a look needs no write."""
    query = select(outbox.c.id).where(_waiting(), outbox.c.made < now - LIFETIME).limit(1)
    return connection.scalar(query) is not None


def expire(connection: Connection, now: int) -> int:
    """Give up every message that waited too long, whether or not anything could deliver it."""
    old = update(outbox).where(_waiting(), outbox.c.made < now - LIFETIME)
    values = {"state": ParcelState.GIVEN_UP.value, "ended": now}
    said = case((outbox.c.sentence == "", EXPIRED), else_=outbox.c.sentence)
    return connection.execute(old.values(**values, sentence=said)).rowcount


def due(connection: Connection, channel: ChannelName, now: int, limit: int) -> tuple[int, ...]:
    """Give the messages of a channel to be tried now, the one that waited longest first."""
    query = select(outbox.c.id).where(_waiting(), outbox.c.channel == channel.value, outbox.c.next <= now)
    return tuple(connection.scalars(query.order_by(outbox.c.next, outbox.c.id).limit(limit)))


def claim(connection: Connection, id: int, domain: str, console: str, now: int) -> Parcel | None:
    """Write down that a message is tried now, and give it; None when it is not to be tried any more."""
    query = (
        select(outbox, person.c.name)
        .outerjoin(person, person.c.id == outbox.c.person)
        .where(outbox.c.id == id, _waiting(), outbox.c.next <= now)
    )
    row = connection.execute(query.with_for_update(of=outbox)).first()
    if row is None:
        return None
    if now > row.made + LIFETIME:
        _end(connection, id, ParcelState.GIVEN_UP, now, row.sentence or EXPIRED)
        return None
    name = row.reference or reference(row.id, row.made, domain)
    tries = row.tries + 1
    # If the console dies before the outcome is written, the next try comes at this time.
    values = {"tries": tries, "tried": now, "reference": name, "next": again(tries, row.made, now) or now}
    connection.execute(update(outbox).where(outbox.c.id == id).values(values))
    link = f"{console}/permohonan/{row.case}" if console else ""
    return Parcel(name, row.address, row.name or "", row.subject, row.text, link, row.made)


def sent(connection: Connection, id: int, now: int) -> None:
    """Mark a message as delivered."""
    _end(connection, id, ParcelState.SENT, now, "")


def give_up(connection: Connection, id: int, now: int, sentence: str) -> None:
    """Mark a message as never to be tried again."""
    _end(connection, id, ParcelState.GIVEN_UP, now, sentence)


def postpone(connection: Connection, id: int, now: int, sentence: str) -> None:
    """Let a message that failed wait for its next try, or give it up when its time is over."""
    row = connection.execute(select(outbox.c.tries, outbox.c.made).where(outbox.c.id == id)).one()
    at = again(row.tries, row.made, now)
    if at is None:
        give_up(connection, id, now, sentence)
        return
    values = {"next": at, "sentence": sentence[:300]}
    connection.execute(update(outbox).where(outbox.c.id == id, _waiting()).values(values))


def rest(connection: Connection, id: int, until: int, sentence: str) -> None:
    """Let a message wait until its channel is tried again; the try does not lengthen its own pause."""
    values = {"next": until, "sentence": sentence[:300]}
    connection.execute(update(outbox).where(outbox.c.id == id, _waiting()).values(values))


def _end(connection: Connection, id: int, state: ParcelState, now: int, sentence: str) -> None:
    values = {"state": state.value, "ended": now, "sentence": sentence[:300]}
    connection.execute(update(outbox).where(outbox.c.id == id).values(values))


def _waiting() -> ColumnElement[bool]:
    return outbox.c.state == ParcelState.WAITING.value


def of_case(connection: Connection, case: CaseId) -> tuple[Posted, ...]:
    """Give what was sent about a case, the newest first."""
    return _listed(connection, outbox.c.case == case, 100)


def newest(connection: Connection, limit: int = 200) -> tuple[Posted, ...]:
    """Give the newest messages of the office."""
    return _listed(connection, outbox.c.id > 0, limit)


def _listed(connection: Connection, which: ColumnElement[bool], limit: int) -> tuple[Posted, ...]:
    query = (
        select(outbox, case_file.c.number, person.c.name)
        .join(case_file, case_file.c.id == outbox.c.case)
        .outerjoin(person, person.c.id == outbox.c.person)
        .where(which)
        .order_by(outbox.c.id.desc())
        .limit(limit)
    )
    return tuple(
        Posted(
            row.id,
            row.case,
            row.number,
            row.name or "",
            ChannelName(row.channel),
            row.address,
            row.subject,
            row.made,
            ParcelState(row.state),
            row.tries,
            row.tried,
            row.ended,
            row.sentence,
        )
        for row in connection.execute(query)
    )
