"""Cards: the plastic, whose it is, its state, and its withdrawal."""

from dataclasses import dataclass

from sqlalchemy import Connection, Row, Select, delete, insert, select, update

from card_registry.words import CardId, CardStatus, CaseId, CredentialKind, HolderId, PersonId, Tier
from review.publication import PublicationState
from review.tables import card, case_file, holder, withdrawal


@dataclass(frozen=True, slots=True)
class CardRow:
    """One card: printed number, holder, the case it came from, its state and what it proves."""

    id: CardId
    number: str
    holder: HolderId
    holder_name: str
    holder_unit: str
    case: CaseId
    case_number: str
    status: CardStatus
    kind: CredentialKind | None
    tier: Tier | None
    maker: str
    made: int


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """The taking away of one card: by whom, why, and how far it has come."""

    id: str
    card: CardId
    person: PersonId
    why: str
    warrant: int
    state: PublicationState
    needs: int | None
    sentence: str
    made: int
    everywhere: int | None


@dataclass(frozen=True, slots=True)
class NewCard:
    """A card to be made: for whom, in which case, asked for by whom."""

    id: CardId
    number: str
    holder: HolderId
    case: CaseId
    maker: PersonId


def add(connection: Connection, new: NewCard, now: int) -> None:
    """Enter a blank card under its printed number."""
    connection.execute(
        insert(card).values(
            id=new.id,
            number=new.number,
            holder=new.holder,
            case=new.case,
            status=CardStatus.BLANK.value,
            maker=new.maker,
            made=now,
        )
    )


def listed(connection: Connection, *, case: str | None = None, limit: int = 500) -> tuple[CardRow, ...]:
    """Give cards, newest first: all, or one case's."""
    query = _cards().order_by(card.c.number.desc()).limit(limit)
    if case is not None:
        query = query.where(card.c.case == case)
    return tuple(_card(row) for row in connection.execute(query))


def everybodys(connection: Connection) -> tuple[CardRow, ...]:
    """Give every card there is, in the order of their numbers."""
    return tuple(_card(row) for row in connection.execute(_cards().order_by(card.c.number)))


def _cards() -> Select[tuple[object, ...]]:
    return (
        select(card, holder.c.name, holder.c.unit, case_file.c.number.label("case_number"))
        .join(holder, holder.c.id == card.c.holder)
        .join(case_file, case_file.c.id == card.c.case)
    )


def find(connection: Connection, id: str) -> CardRow | None:
    """Give one card, None when there is none."""
    row = connection.execute(_cards().where(card.c.id == id)).first()
    return None if row is None else _card(row)


def _card(row: Row[tuple[object, ...]]) -> CardRow:
    return CardRow(
        CardId(row.id),
        row.number,
        HolderId(row.holder),
        row.name,
        row.unit,
        CaseId(row.case),
        row.case_number,
        CardStatus(row.status),
        None if row.kind is None else CredentialKind(row.kind),
        None if row.tier is None else Tier(row.tier),
        row.maker,
        row.made,
    )


def mark(connection: Connection, id: str, status: CardStatus) -> None:
    """Note a card's state."""
    connection.execute(update(card).where(card.c.id == id).values(status=status.value))


def of_holder(connection: Connection, holder_id: HolderId) -> tuple[CardRow, ...]:
    """Give a holder's cards, newest first."""
    query = _cards().where(card.c.holder == holder_id).order_by(card.c.number.desc())
    return tuple(_card(row) for row in connection.execute(query))


def suspend(connection: Connection, holder_id: HolderId) -> None:
    """Note that a holder's cards open nothing for now."""
    _turn(connection, holder_id, CardStatus.ACTIVE, CardStatus.SUSPENDED)


def resume(connection: Connection, holder_id: HolderId) -> None:
    """Note that a holder's suspended cards open again, because the holder has a right again."""
    _turn(connection, holder_id, CardStatus.SUSPENDED, CardStatus.ACTIVE)


def _turn(connection: Connection, holder_id: HolderId, old: CardStatus, new: CardStatus) -> None:
    same = (card.c.holder == holder_id) & (card.c.status == old.value)
    connection.execute(update(card).where(same).values(status=new.value))


def bind(connection: Connection, id: str, kind: CredentialKind, tier: Tier, digest: str) -> None:
    """Note what a card proves to a reader."""
    values = {"kind": kind.value, "tier": int(tier), "digest": digest}
    connection.execute(update(card).where(card.c.id == id).values(**values))


def withdraw(connection: Connection, new: Withdrawal) -> None:
    """Enter the taking away of a card whose warrant was just issued, in place of one that was refused."""
    refused = withdrawal.c.state == PublicationState.REFUSED.value
    connection.execute(delete(withdrawal).where(withdrawal.c.card == new.card, refused))
    connection.execute(
        insert(withdrawal).values(
            id=new.id,
            card=new.card,
            person=new.person,
            why=new.why,
            warrant=new.warrant,
            state=new.state.value,
            needs=new.needs,
            sentence=new.sentence,
            made=new.made,
            everywhere=new.everywhere,
        )
    )


def withdrawal_of(connection: Connection, id: str) -> Withdrawal | None:
    """Give the withdrawal of a card, None while it has none."""
    row = connection.execute(select(withdrawal).where(withdrawal.c.card == id)).first()
    return None if row is None else _withdrawal(row)


def unfinished(connection: Connection) -> tuple[Withdrawal, ...]:
    """Give the withdrawals that some door has not confirmed yet."""
    on_the_way = [PublicationState.ASKED.value, PublicationState.SIGNED.value]
    rows = connection.execute(select(withdrawal).where(withdrawal.c.state.in_(on_the_way)))
    return tuple(_withdrawal(row) for row in rows)


def _withdrawal(row: Row[tuple[object, ...]]) -> Withdrawal:
    return Withdrawal(
        row.id,
        CardId(row.card),
        PersonId(row.person),
        row.why,
        row.warrant,
        PublicationState(row.state),
        row.needs,
        row.sentence,
        row.made,
        row.everywhere,
    )


def move(connection: Connection, moved: Withdrawal) -> None:
    """Note how far a withdrawal has come."""
    connection.execute(
        update(withdrawal)
        .where(withdrawal.c.id == moved.id)
        .values(
            state=moved.state.value,
            needs=moved.needs,
            sentence=moved.sentence[:400],
            everywhere=moved.everywhere,
        )
    )
