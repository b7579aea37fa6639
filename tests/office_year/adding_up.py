"""What must add up at the end of an office year, each rule a sentence for every place where it does not.

The truth is what the street remembers and what the doors' own journals hold; what is judged is what the
office's stores say of it.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, func, select

from card_registry.journal.event import Event, decode_event
from card_registry.journal.export import Wanted, export_proof
from card_registry.journal.reading import read_proof
from card_registry.journal.telling import as_text
from card_registry.stores.ledger import event as ledger_event
from card_registry.stores.office import warrant
from card_registry.stores.registry import outcome
from review.procedure import Effect
from review.store import case_chain, cases, explained, occurrences
from review.store.books import Direction
from review.store.occurrences import Listed, Question
from review.store.transaction import reading
from review.tables import case_file, counter, occurrence
from review.tables_documents import issued
from review.tables_notices import agenda, archive
from review.visits import Explained, Unexplained
from tests.office_year.belongings import amiss
from tests.office_year.street import Street
from tests.office_year.town import ZONE, Town

ALL = 10_000_000
EVER = Question()


def wrong(street: Street) -> tuple[str, ...]:
    """Name everything that does not add up in an office."""
    town = street.clerks.town
    with reading(town.store) as connection:
        return (
            *town.faults,
            *_journals(town),
            *_days(connection, town),
            *_openings(connection, street),
            *_numbers(connection),
            *_letters(connection),
            *_documents(connection),
            *amiss(connection, street),
            *_proof(town),
            *_changes(connection, town),
            *_histories(connection),
        )


def journal_rows(town: Town) -> Iterator[tuple[str, int, int, bytes]]:
    """Give every row that the doors and the desk have, from their own disks."""
    for end in (town.premises.desk, *town.premises.doors.values()):
        head = end.journal.head
        for seq, row in enumerate(end.journal.rows(head.epoch, 0, head.size)):
            yield end.controller, head.epoch, seq, row


def _journals(town: Town) -> Iterator[str]:
    """The hub has exactly the rows that the controllers wrote, and no controller broke a law."""
    with reading(town.office.ledger) as connection:
        query = select(
            ledger_event.c.controller, ledger_event.c.epoch, ledger_event.c.seq, ledger_event.c.body
        )
        hub = {(row.controller, row.epoch, row.seq): bytes(row.body) for row in connection.execute(query)}
    doors = {(who, epoch, seq): row for who, epoch, seq, row in journal_rows(town)}
    if hub != doors:
        yield f"the hub has {len(hub)} rows and the controllers {len(doors)}, or they differ"
    for door in town.premises.doors.values():
        yield from door.complaints


def _days(connection: Connection, town: Town) -> Iterator[str]:
    """Every day has as many occurrences as its rows in the journals."""
    written = Counter((who, _day(decode_event(row))) for who, _, _, row in journal_rows(town))
    query = select(occurrence.c.controller, occurrence.c.day)
    told = Counter((row.controller, row.day.isoformat()) for row in connection.execute(query))
    for place in sorted(written.keys() | told.keys()):
        if written[place] != told[place]:
            yield f"{place}: {written[place]} rows written, {told[place]} occurrences"


def _day(event: Event) -> str:
    return datetime.fromtimestamp(event.at.wall / 1000, UTC).astimezone(ZoneInfo(ZONE)).date().isoformat()


def _openings(connection: Connection, street: Street) -> Iterator[str]:
    """Every opening has the explanation that is true, and nothing else is called an opening."""
    truths = [one.truth for one in sorted(street.openings, key=lambda one: one.at) if one.truth is not None]
    found = []
    for listed in sorted(occurrences.asked(connection, EVER, ALL), key=lambda one: one.occurrence.at):
        why = explained.explained(connection, listed)
        if why is not None:
            found.append((listed, why))
    if len(found) != len(truths):
        yield f"{len(truths)} openings in truth, {len(found)} explained or listed"
    for (listed, why), truth in zip(found, truths, strict=False):
        if not _same(why, truth):
            yield f"{_place(listed)} is explained as {why}, and is {truth}"
    since, until = 0, 1 << 60
    listed_ = {one.id for one, _ in explained.unexplained(connection, since, until, ALL)}
    judged = {one.id for one, why in found if isinstance(why, Unexplained)}
    if listed_ != judged:
        yield f"{len(judged)} openings are unexplained, and {len(listed_)} are listed as such"


def _same(why: Explained, truth: Explained) -> bool:
    return type(why) is type(truth) if isinstance(truth, Unexplained) else why == truth


def _place(listed: Listed) -> str:
    told = listed.occurrence
    return f"{told.place.controller}/{told.place.seq} {told.day} {told.local} {told.facts.door}"


def _numbers(connection: Connection) -> Iterator[str]:
    """Numbers of cases run from one on without a gap, by prefix and year."""
    series = defaultdict[str, list[int]](list)
    for number in connection.scalars(select(case_file.c.number)):
        found = re.fullmatch(r"([A-Z]+-\d{4})-(\d+)", number)
        if found is not None and found[1].partition("-")[0] not in {"INV", "LOG", "RVW"}:
            series[found[1]].append(int(found[2]))
    for name, taken in series.items():
        yield from _gapless(name, taken)


def _gapless(name: str, taken: Iterable[int]) -> Iterator[str]:
    sorted_ = sorted(taken)
    if sorted_ != list(range(1, len(sorted_) + 1)):
        yield f"{name}: the numbers are {sorted_}"


def _letters(connection: Connection) -> Iterator[str]:
    """The agenda and the archive have no gaps, and one line for each answer that enters one."""
    by_book = defaultdict[str, list[int]](list)
    for row in connection.execute(select(agenda.c.year, agenda.c.direction, agenda.c.number)):
        by_book[f"agenda {row.direction} {row.year}"].append(row.number)
    for binder in connection.execute(select(archive.c.year, archive.c.number)):
        by_book[f"arsip {binder.year}"].append(binder.number)
    for name, taken in by_book.items():
        yield from _gapless(name, taken)
    done = Counter(
        effect
        for file in cases.newest(connection, None, ALL)
        for row in file.case.history
        if row.counts()
        for effect in file.case.procedure.step(row.step).effects
    )
    books = {
        Effect.LETTER_IN: f"agenda {Direction.IN}",
        Effect.LETTER_SEND: f"agenda {Direction.OUT}",
        Effect.ARCHIVE: "arsip",
    }
    for effect, book in books.items():
        lines = sum(len(taken) for name, taken in by_book.items() if name.startswith(book))
        if lines != done[effect]:
            yield f"{book}: {lines} lines for {done[effect]} answers"


def _documents(connection: Connection) -> Iterator[str]:
    """Every number that was taken for a document stands on one, and on those of one case alone."""
    bearing = select(issued.c.form, issued.c.number, issued.c.case).where(issued.c.number != "").distinct()
    numbered = [(row.form, row.number) for row in connection.execute(bearing)]
    yield from (
        f"{place} stands on papers of several cases" for place, n in Counter(numbered).items() if n > 1
    )
    last = select(func.sum(counter.c.last)).where(counter.c.name.like("nomor-%"))
    taken = connection.scalar(last) or 0
    if taken != len(set(numbered)):
        yield f"{taken} numbers of documents were taken, and {len(set(numbered))} stand on documents"


def _proof(town: Town) -> Iterator[str]:
    """The proof of all journals and of the authority's log holds offline, against the pinned root alone."""
    file = town.premises.folder / "bukti.zip"
    file.unlink(missing_ok=True)
    export_proof((town.office.ledger, town.office.registry), file, town.hours.true, Wanted())
    report = read_proof(file, town.premises.root)
    if not report.is_sound:
        yield as_text(report, file, pinned=True, brief=True)


def _changes(connection: Connection, town: Town) -> Iterator[str]:
    """Whatever was asked of the authority was done."""
    asked = {str(serial) for serial in connection.scalars(select(warrant.c.serial))}
    with reading(town.office.registry) as registry:
        query = select(outcome.c.reference, outcome.c.applied, outcome.c.sentence)
        answers = {row.reference: row for row in registry.execute(query.where(outcome.c.source == "warrant"))}
    yield from (f"warrant {serial} has no outcome" for serial in sorted(asked - answers.keys()))
    yield from (f"warrant {row.reference}: {row.sentence}" for row in answers.values() if not row.applied)


def _histories(connection: Connection) -> Iterator[str]:
    """No row of any case was changed, and nothing waits for the doors for ever."""
    yield from (f"row {place} of case {case} was changed" for case, place in case_chain.tampered(connection))
    yield from (f"case {case} waits for the doors" for case in cases.waiting(connection))
