"""Desks and their jobs: which desk may ask, what it is to make, what came of it."""

from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import Connection, Row, delete, insert, or_, select, update

from card_registry.words import CardId, CaseId, ControllerId, HolderId, PersonId
from review.publication import PublicationState
from review.store.sessions import digest
from review.tables import desk, desk_job


class JobState(StrEnum):
    """Where a job stands: waiting for a desk, at a desk, card bound, or come to nothing."""

    QUEUED = "antre"
    TAKEN = "di-meja"
    BOUND = "terikat"
    FAILED = "gagal"


@dataclass(frozen=True, slots=True)
class Job:
    """One card to be made at a desk, and how far its binding has come in the registry.

    ``case`` is the one whose grant the registry checks; ``asked_by`` the one whose step asked and waits.
    """

    id: str
    case: CaseId
    card: CardId
    holder: HolderId
    maker: PersonId
    label: str
    state: JobState = JobState.QUEUED
    desk: ControllerId | None = None
    result: bytes | None = None
    source: str | None = None
    publication: PublicationState = PublicationState.ASKED
    needs: int | None = None
    asked_by: CaseId | None = None

    def asker(self) -> CaseId:
        """Give the case whose step asked for the card."""
        return self.asked_by or self.case


def admit(connection: Connection, id: ControllerId, token: str, now: int) -> None:
    """Give a desk its token; an earlier token of the same desk stops working."""
    connection.execute(delete(desk).where(desk.c.id == id))
    connection.execute(insert(desk).values(id=id, token=digest(token), made=now))


def whose(connection: Connection, token: str) -> ControllerId | None:
    """Give the desk a token belongs to, None for a foreign token."""
    found = connection.scalar(select(desk.c.id).where(desk.c.token == digest(token)))
    return None if found is None else ControllerId(found)


def add(connection: Connection, job: Job, now: int) -> None:
    """Put a card to be made before the desks."""
    connection.execute(
        insert(desk_job).values(
            id=job.id,
            case=job.case,
            card=job.card,
            holder=job.holder,
            maker=job.maker,
            label=job.label,
            state=job.state.value,
            publication=job.publication.value,
            made=now,
            asked_by=job.asker(),
        )
    )


def open_for(connection: Connection, id: ControllerId) -> Job | None:
    """Give the oldest job that this desk has taken or may take."""
    mine = (desk_job.c.state == JobState.TAKEN.value) & (desk_job.c.desk == id)
    query = select(desk_job).where(or_(desk_job.c.state == JobState.QUEUED.value, mine))
    row = connection.execute(query.order_by(desk_job.c.made, desk_job.c.label).limit(1)).first()
    return None if row is None else _job(row)


def take(connection: Connection, job: str, id: ControllerId) -> None:
    """Note that a desk has a job in hand."""
    values = {"state": JobState.TAKEN.value, "desk": id}
    connection.execute(update(desk_job).where(desk_job.c.id == job).values(**values))


def find(connection: Connection, id: str, *, lock: bool = False) -> Job | None:
    """Give one job, None when there is none."""
    query = select(desk_job).where(desk_job.c.id == id)
    row = connection.execute(query.with_for_update() if lock else query).first()
    return None if row is None else _job(row)


def of_case(connection: Connection, case: str) -> tuple[Job, ...]:
    """Give the jobs that a case asked for, newest first."""
    query = select(desk_job).where(desk_job.c.asked_by == case)
    query = query.order_by(desk_job.c.made.desc(), desk_job.c.label.desc())
    return tuple(_job(row) for row in connection.execute(query))


def of_card(connection: Connection, card: CardId) -> Job | None:
    """Give the job that makes a card, None when there is none."""
    row = connection.execute(select(desk_job).where(desk_job.c.card == card)).first()
    return None if row is None else _job(row)


def unpublished(connection: Connection) -> tuple[Job, ...]:
    """Give the bound cards that are not yet at every door and not refused."""
    on_the_way = [PublicationState.ASKED.value, PublicationState.SIGNED.value]
    query = select(desk_job).where(
        desk_job.c.state == JobState.BOUND.value, desk_job.c.publication.in_(on_the_way)
    )
    return tuple(_job(row) for row in connection.execute(query))


def finish(connection: Connection, job: Job, now: int) -> None:
    """Note a job's end: its state, the result as posted, where the journal has it."""
    values = {"state": job.state.value, "result": job.result, "source": job.source, "ended": now}
    connection.execute(update(desk_job).where(desk_job.c.id == job.id).values(**values))


def move(connection: Connection, id: str, publication: PublicationState, needs: int | None) -> None:
    """Note how far a binding has come."""
    values = {"publication": publication.value, "needs": needs}
    connection.execute(update(desk_job).where(desk_job.c.id == id).values(**values))


def _job(row: Row[tuple[object, ...]]) -> Job:
    return Job(
        row.id,
        CaseId(row.case),
        CardId(row.card),
        HolderId(row.holder),
        PersonId(row.maker),
        row.label,
        JobState(row.state),
        None if row.desk is None else ControllerId(row.desk),
        None if row.result is None else bytes(row.result),
        row.source,
        PublicationState(row.publication),
        row.needs,
        CaseId(row.asked_by),
    )
