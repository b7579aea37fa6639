"""Old cases: which may lose their texts, and how notes, forms, attachments and documents lose them.

What stays is the skeleton (steps, roles, answers, times) and every hash. See ``review.retention``.
"""

from collections.abc import Collection, Iterator, Sequence

from sqlalchemy import ColumnElement, Connection, Update, delete, insert, or_, select, update

from card_registry.words import CardStatus, Subject
from review.case import CaseState
from review.people import SYSTEM
from review.publication import PublicationState
from review.retention import Counted, Kind, Reach
from review.store.asking import terms_of
from review.store.retention import SOME
from review.tables import (
    attached_file,
    attachment,
    campaign_item,
    campaign_row,
    card,
    case_file,
    case_row,
    device,
    document,
    grant,
    issued,
    issued_file,
    notice,
    outbox,
    removal,
    schedule,
    withdrawal,
)
from review.tables_notices import agenda
from review.tables_retention import note_seal, paper_salt, purged

BATCH = 200
"""How many cases one decision takes at most."""

GONE = "dihapus menurut aturan"
"""What stands where a text was."""

KEPT_CARDS = (CardStatus.BLANK.value, CardStatus.ACTIVE.value, CardStatus.SUSPENDED.value)


def due(connection: Connection, before: int, reach: Reach) -> tuple[list[str], int]:
    """Give the cases that may lose their texts, the oldest first, and count those that a hold keeps."""
    row = case_file.c
    gone = select(purged.c.target).where(purged.c.kind == Kind.CASES.value)
    children = case_file.alias()
    running = select(children.c.parent).where(
        children.c.parent.is_not(None), children.c.state != CaseState.CLOSED.value
    )
    housed = select(device.c.case).where(device.c.case.is_not(None), device.c.gone.is_(None))
    carded = select(card.c.case).where(card.c.status.in_(KEPT_CARDS))
    asked = select(schedule.c.case).where(schedule.c.case.is_not(None))
    query = select(row.id, row.holder, row.parent).where(
        row.state == CaseState.CLOSED.value,
        row.entered < before,
        *(row.id.not_in(one) for one in (gone, running, housed, carded, asked)),
    )
    found = connection.execute(query.order_by(row.entered, row.id)).all()
    living, doors = _rights(connection, [one.id for one in found], before)
    old = [one for one in found if one.id not in living]
    free = [
        one.id
        for one in old
        if not (
            reach.everything
            or one.holder in reach.holders
            or {one.id, one.parent} & reach.cases
            or doors.get(one.id, frozenset()) & reach.doors
        )
    ]
    return free, len(old) - len(free)


def unpurged(connection: Connection, cases: Collection[str]) -> list[str]:
    """Give those of some cases that still have their texts."""
    gone = select(purged.c.target).where(purged.c.kind == Kind.CASES.value)
    known = {
        case for some in parts(cases) for case in connection.scalars(gone.where(purged.c.target.in_(some)))
    }
    return [case for case in cases if case not in known]


def _rights(
    connection: Connection, cases: Sequence[str], before: int
) -> tuple[set[str], dict[str, frozenset[str]]]:
    """Give the cases of which a right was in force at ``before`` or later, and each case's doors."""
    ended = (removal.c.subject == Subject.GRANT.value) & removal.c.lifted.is_(None)
    over = select(removal.c.target).where(ended, removal.c.everywhere < before)
    removed = frozenset(connection.scalars(over))
    living: set[str] = set()
    doors: dict[str, frozenset[str]] = {}
    for some in parts(cases):
        query = select(grant.c.case, grant.c.id, grant.c.body, grant.c.state).where(grant.c.case.in_(some))
        for one in connection.execute(query):
            terms = terms_of(bytes(one.body))
            doors[one.case] = doors.get(one.case, frozenset()) | frozenset(terms.doors)
            refused = one.state == PublicationState.REFUSED.value
            if not refused and one.id not in removed and terms.ends > before:
                living.add(one.case)
    return living, doors


def parts(ids: Collection[str]) -> Iterator[list[str]]:
    """Give ids by as many as one statement names."""
    listed = list(ids)
    return (listed[start : start + SOME] for start in range(0, len(listed), SOME))


def forget(connection: Connection, cases: Collection[str], now: int) -> tuple[Counted, ...]:
    """Take the texts of cases away, and count what went."""
    counts: dict[str, int] = {}
    for some in parts(cases):
        for what, number in (*_written(connection, some), *_filed(connection, some, now)):
            counts[what] = counts.get(what, 0) + number
    return tuple(Counted(what, number) for what, number in counts.items() if number)


def _written(connection: Connection, cases: list[str]) -> Iterator[tuple[str, int]]:
    """Take away what people wrote about a case."""
    row = case_row.c
    noted = select(row.case, row.position).where(row.case.in_(cases), row.note != "")
    places = {(one.case, one.position) for one in connection.execute(noted)}
    known = select(note_seal.c.case, note_seal.c.position).where(note_seal.c.case.in_(cases))
    unsalted = sorted(places - {(one.case, one.position) for one in connection.execute(known)})
    connection.execute(update(note_seal).where(note_seal.c.case.in_(cases)).values(salt=""))
    if unsalted:
        rows = [{"case": case, "position": place, "salt": "", "seal": ""} for case, place in unsalted]
        connection.execute(insert(note_seal), rows)
    connection.execute(update(case_row).where(row.case.in_(cases)).values(note=""))
    items = select(campaign_item.c.id).where(campaign_item.c.case.in_(cases))
    connection.execute(update(campaign_row).where(campaign_row.c.item.in_(items)).values(reason=""))
    cards = select(card.c.id).where(card.c.case.in_(cases))
    connection.execute(update(withdrawal).where(withdrawal.c.card.in_(cards)).values(why=""))
    connection.execute(update(agenda).where(agenda.c.case.in_(cases)).values(subject=GONE, party=GONE))
    yield "catatan langkah", len(places)
    yield "catatan tanpa garam", len(unsalted)
    for table in (notice, outbox):
        yield "pesan", connection.execute(delete(table).where(table.c.case.in_(cases))).rowcount


def _filed(connection: Connection, cases: list[str], now: int) -> Iterator[tuple[str, int]]:
    """Take away what was laid into a case's file."""
    papers = select(document.c.id).where(document.c.case.in_(cases))
    connection.execute(update(paper_salt).where(paper_salt.c.document.in_(papers)).values(salt=""))
    emptied = update(document).where(document.c.case.in_(cases), document.c.body != b"")
    yield "isian formulir", connection.execute(emptied.values(body=b"")).rowcount
    there = select(attachment.c.id).where(attachment.c.case.in_(cases))
    connection.execute(delete(attached_file).where(attached_file.c.id.in_(there)))
    lying = update(attachment).where(attachment.c.case.in_(cases), attachment.c.removed.is_(None))
    values = {"name": "", "caption": "", "removed": now, "remover": SYSTEM}
    yield "lampiran", connection.execute(lying.values(values)).rowcount
    yield "dokumen terbit", empty_documents(connection, issued.c.case.in_(cases))


def empty_documents(connection: Connection, which: ColumnElement[bool]) -> int:
    """Take away the text of issued documents and of the files made of them; hashes and codes stay."""
    codes = select(issued.c.code).where(which)
    files: Update = update(issued_file).where(issued_file.c.code.in_(codes)).values(body=b"")
    connection.execute(files)
    return connection.execute(update(issued).where(which, issued.c.body != b"").values(body=b"")).rowcount


def old_lists(before: int) -> ColumnElement[bool]:
    """Pick the old documents that belong to no case, such as lists of who has access."""
    return issued.c.case.is_(None) & (issued.c.at < before) & (issued.c.body != b"")


def unsigned_letters(before: int) -> ColumnElement[bool]:
    """Pick the old letters that nobody signed before their case was over."""
    over = select(case_file.c.id).where(case_file.c.state == CaseState.CLOSED.value)
    draft = (issued.c.number == "") & or_(issued.c.case.is_(None), issued.c.case.in_(over))
    return draft & (issued.c.at < before) & (issued.c.body != b"")
